"""From what is stored to the patient's page, on paper or on a screen."""

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TypeVar, cast

from reports.identity import ReportFacts
from reports.model import Page
from reports.page import build_page
from reports.pdf import UnprintableError, printable, render_pdf
from reports.wording import load_wording
from service.desk.twin import render_report_html
from service.services import Services
from service.store.interpretations import Stored

Part = TypeVar("Part")

SIZES = ("standard", "large")
PAPERS = ("A4", "Letter")


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """How a report is wanted: an empty ``locale`` is the submission's own."""

    locale: str = ""
    size: str = SIZES[0]
    paper: str = PAPERS[0]


def report_page(app: Services, stored: Stored, options: ReportOptions) -> Page:
    """Return the page of *stored*; the same record gives the same page."""
    submission = stored.submission
    return build_page(
        stored.interpretation,
        submission.identity,
        report_facts(app, stored),
        app.settings.letterhead,
        load_wording(options.locale or submission.locale),
    )


def report_pdf(app: Services, stored: Stored, options: ReportOptions) -> bytes:
    """Return the patient's page as PDF, byte for byte the same each time.

    Where a text is in letters that there is no font for, the page says so in its
    place: no box is ever drawn, and no report is ever withheld.
    """
    return page_pdf(report_page(app, stored, options), options)


def page_pdf(page: Page, options: ReportOptions) -> bytes:
    """Return *page* as PDF, with its own line where a text cannot be printed."""
    try:
        return render_pdf(page, paper=options.paper, size=options.size)
    except UnprintableError:
        told = printable_page(page)
    return render_pdf(told, paper=options.paper, size=options.size)


def printable_page(page: Page) -> Page:
    """Return *page* with its own line in place of each text without a font."""
    return _told(page, page.unprintable)


def report_html(app: Services, stored: Stored, options: ReportOptions) -> str:
    """Return the patient's page as a whole HTML document."""
    return render_report_html(report_page(app, stored, options))


def report_facts(app: Services, stored: Stored) -> ReportFacts:
    """Return the facts of this issue of the report, times in the clinic's zone."""
    zone = app.settings.time_zone
    sent, review = stored.submission, stored.review
    made = stored.made_at.astimezone(zone)
    return ReportFacts(
        report_id=stored.id,
        version=stored.version,
        issued_at=made,
        collected_at=sent.collected_at and sent.collected_at.astimezone(zone),
        received_at=None,
        laboratory=sent.laboratory,
        requester=sent.requester,
        specimen=sent.panel.specimen,
        reviewed_by=review.reviewer if review else "",
        reviewed_at=review.reviewed_at.astimezone(zone) if review else None,
        supersedes=stored.supersedes,
        superseded_by=stored.superseded_by,
        watermark=_watermark(app, stored),
    )


def _told(part: Part, instead: str) -> Part:
    """Return *part* of a page with *instead* of each text that cannot be printed."""
    made: object = part
    if isinstance(part, str):
        made = part if printable(part) else instead
    elif isinstance(part, tuple):
        made = tuple(_told(one, instead) for one in part)
    elif is_dataclass(part) and not isinstance(part, type):
        told = {
            field.name: _told(getattr(part, field.name), instead)
            for field in fields(part)
        }
        made = replace(part, **told)
    return cast("Part", made)


def _watermark(app: Services, stored: Stored) -> str:
    if app.demo:
        return "DEMO"
    return "TEST" if stored.submission.test_message else ""
