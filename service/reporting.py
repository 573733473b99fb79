"""From what is stored to the patient's page, on paper or on a screen."""

from base64 import b32encode
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import partial
from hashlib import sha256
from typing import TypeVar, cast

from reference_ranges.results import Interpretation, Result
from reports.clinician import clinician_page
from reports.frame import DATA_FILE
from reports.identity import Identity, Letterhead, ReportFacts
from reports.model import ClinicianPage, Page, Working
from reports.page import build_page
from reports.pdf import (
    AnyPage,
    Attachment,
    UnprintableError,
    printable,
    render_pdf,
)
from reports.wording import Wording, load_wording
from reports.working.explanation import Explanation, explain
from reports.working.sheet import working_of
from service.correcting import takes_back
from service.desk.twin import render_report_html
from service.fhir.bundle import bundle_bytes
from service.services import Services
from service.store.interpretations import Stored, get

Part = TypeVar("Part")
Printed = TypeVar("Printed", bound=AnyPage)

SIZES = ("standard", "large")
PAPERS = ("A4", "Letter")
ATTACH = ("results", "none")
READERS = ("patient", "clinician")
_NEVER_PRINTED = "about"  # what a part rests on: it stays as it is


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """How a report is wanted: an empty ``locale`` is the submission's own.

    ``attach`` says what is put inside the PDF; ``reader`` whom it is written for.
    """

    locale: str = ""
    size: str = SIZES[0]
    paper: str = PAPERS[0]
    attach: str = ATTACH[0]
    reader: str = READERS[0]


def report_page(app: Services, stored: Stored, options: ReportOptions) -> Page:
    """Return the page of *stored*; the same record gives the same page."""
    return build_page(*_inputs(app, stored, options))


def working_sheet(app: Services, stored: Stored, options: ReportOptions) -> Working:
    """Return the working of *stored*, to be drawn or shown."""
    return working_of(*_inputs(app, stored, options))


def working_pdf(app: Services, stored: Stored, options: ReportOptions) -> bytes:
    """Return the working sheet as PDF, byte for byte the same each time."""
    return page_pdf(working_sheet(app, stored, options), options)


def explanation(app: Services, stored: Stored, options: ReportOptions) -> Explanation:
    """Return what each statement of *stored* and each sentence of its page rests on."""
    made, *_, wording = _inputs(app, stored, options)
    return explain(made, report_page(app, stored, options), wording)


def _inputs(
    app: Services, stored: Stored, options: ReportOptions
) -> tuple[Interpretation, Identity, ReportFacts, Letterhead, Wording]:
    submission = stored.submission
    return (
        stored.interpretation,
        submission.identity,
        report_facts(app, stored),
        app.settings.letterhead,
        load_wording(_locale(app, stored, options)),
    )


def _locale(app: Services, stored: Stored, options: ReportOptions) -> str:
    """Return the language to print in; the site's own for one that is switched off."""
    wanted = options.locale or stored.submission.locale
    return wanted if wanted in app.locales else app.settings.locale


def report_pdf(app: Services, stored: Stored, options: ReportOptions) -> bytes:
    """Return the page for its reader as PDF, byte for byte the same each time.

    Where a text is in letters that there is no font for, the page says so in its
    place: no box is ever drawn, and no report is ever withheld.
    """
    inputs = _inputs(app, stored, options)
    page = page_for(options.reader)(*inputs)
    inside = results_attached(stored, inputs[2], inputs[-1])
    return page_pdf(page, options, inside if options.attach == ATTACH[0] else None)


def page_for(reader: str) -> Callable[..., Page | ClinicianPage]:
    """Return what builds the page of a *reader*, one of ``READERS``."""
    return clinician_page if reader == "clinician" else build_page


def results_attached(stored: Stored, facts: ReportFacts, words: Wording) -> Attachment:
    """Return the results of *stored* as data, to be put inside the paper."""
    data = bundle_bytes(stored, facts, words)
    told = words.say("print.attached", file=DATA_FILE)
    return Attachment(DATA_FILE, "application/fhir+json", data, told)


def page_pdf(
    page: AnyPage, options: ReportOptions, inside: Attachment | None = None
) -> bytes:
    """Return *page* as PDF, with its own line where a text cannot be printed."""
    draw = partial(render_pdf, paper=options.paper, size=options.size)
    try:
        return draw(page, inside)
    except UnprintableError:
        return draw(printable_page(page), inside)


def printable_page(page: Printed) -> Printed:
    """Return *page* with its own line in place of each text without a font."""
    return _told(page, page.unprintable)


def report_html(app: Services, stored: Stored, options: ReportOptions) -> str:
    """Return the patient's page as a whole HTML document."""
    return render_report_html(report_page(app, stored, options), size=options.size)


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
        received_at=sent.received_at and sent.received_at.astimezone(zone),
        laboratory=sent.laboratory,
        requester=sent.requester,
        specimen=sent.panel.specimen,
        reviewed_by=review.reviewer if review else "",
        reviewed_at=review.reviewed_at.astimezone(zone) if review else None,
        supersedes=stored.supersedes,
        superseded_by=stored.superseded_by,
        watermark=_watermark(app, stored),
        corrected=_before(app, stored),
        code=code_of(stored),
        collected_on=sent.collected_on,
        corrects_unknown=corrects_unknown(app, stored),
    )


def corrects_unknown(app: Services, stored: Stored) -> bool:
    """Say whether *stored* takes back a report that was not found: it may still stand.

    Asked of the first version: those after it took its place, and not that report's.
    """
    is_first = stored.root == stored.id
    first = stored if is_first else get(app.engine, stored.root)
    return first is not None and takes_back(first.submission)


def code_of(stored: Stored) -> str:
    """Return the short code of *stored*: what came in, what it meant, by what versions.

    Four groups of four letters and digits, 80 bits: printed on every sheet, and never
    the same for another report.  Empty for what was never stored.
    """
    if not stored.fingerprint:
        return ""
    made = stored.interpretation
    parts = (
        stored.id,
        str(stored.version),
        stored.fingerprint,
        made.catalogue.sha256,
        made.engine,
    )
    letters = b32encode(sha256("\n".join(parts).encode()).digest()[:10]).decode()
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def _before(app: Services, stored: Stored) -> tuple[Result, ...]:
    """Return the results of the version that *stored* takes the place of."""
    older = get(app.engine, stored.supersedes) if stored.supersedes else None
    if older is None:
        return ()
    return (*older.interpretation.results, *older.interpretation.derived)


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
            if field.name != _NEVER_PRINTED
        }
        made = replace(part, **told)
    return cast("Part", made)


def _watermark(app: Services, stored: Stored) -> str:
    if app.demo:
        return "DEMO"
    return "TEST" if stored.submission.test_message else ""
