"""A Page drawn as a tagged PDF."""

from datetime import datetime
from functools import cache
from typing import NamedTuple, TypeAlias

from reports.model import ClinicianPage, Page, Working
from reports.pdf.archive import Attachment
from reports.pdf.canvas import ReportCanvas, TextBox
from reports.pdf.document import DocumentFacts
from reports.pdf.flow import clinician_flow, flow, working_flow
from reports.pdf.sections import in_pieces, not_at_head
from reports.pdf.sheets import Area, Placed, place
from reports.pdf.style import GREY, PAPERS, RULE, SIZES, WATERMARK, Look
from reports.pdf.text import Text, wrapped
from reports.pdf.typeset import in_one_line

AnyPage: TypeAlias = Page | ClinicianPage | Working
"""What can be drawn."""

_TOP = 40  # the white at the head of a sheet
_FOOT = 24  # the white at the foot


def render_pdf(
    page: AnyPage,
    attachment: Attachment | None = None,
    *,
    paper: str = "A4",
    size: str = "standard",
) -> bytes:
    """Return *page* as PDF/UA-1 and PDF/A-3a in one: the same page, the same bytes.

    *paper* is ``A4`` or ``Letter``; *size* is ``standard`` or ``large`` (half as
    large again, in one column).  *attachment* is put inside, and a line of the page
    leads to it.

    Raises:
        UnprintableError: a text has characters that we have no face for; ask
            ``fonts.printable`` first.
        KeyError: no such paper or size.
    """
    return _drawn(
        page, _look(paper, size, page.direction, page.lang), attachment
    ).finished()


def layout(
    page: AnyPage,
    attachment: Attachment | None = None,
    *,
    paper: str = "A4",
    size: str = "standard",
) -> list[TextBox]:
    """Return where each line of text of *page* stands; for checks.

    Raises:
        UnprintableError: as ``render_pdf``.
        KeyError: no such paper or size.
    """
    return _drawn(page, _look(paper, size, page.direction, page.lang), attachment).boxes


@cache
def _look(paper: str, size: str, direction: str, lang: str) -> Look:
    return Look(SIZES[size], PAPERS[paper], turned=direction == "rtl", lang=lang)


def _drawn(
    page: AnyPage, look: Look, attachment: Attachment | None = None
) -> ReportCanvas:
    facts = DocumentFacts(
        title=page.title,
        subject=page.subject,
        author=page.header.clinic,
        lang=page.lang,
        issued_at=datetime.fromisoformat(page.issued_at),
        turned=look.turned,
        mark="" if isinstance(page, Working) else page.mark,
    )
    canvas = ReportCanvas(facts, look.paper, attachment)
    foot = _Foot(page, look)
    head = _running_head(page, look)
    top = look.paper[1] - _TOP - (head.height if head else 0)
    area = Area(look.margin, foot.top + 8, top, foot.top - foot.first.top)
    sheets = _sheets(page, look, area, attached=attachment is not None)
    for number, sheet in enumerate(sheets, start=1):
        _background(canvas, page, look)
        if head is not None:
            with canvas.artifact("Pagination"):
                head.set(canvas, look.margin, look.paper[1] - _TOP + 8)
        _draw_sheet(canvas, sheet)
        foot.draw(canvas, number, len(sheets))
        canvas.showPage()
    return canvas


def _sheets(
    page: AnyPage, look: Look, area: Area, *, attached: bool
) -> list[list[Placed]]:
    if isinstance(page, Working):
        return place(working_flow(page, look), area)
    if isinstance(page, ClinicianPage):
        return place(clinician_flow(page, look, attached=attached), area)
    return flow(page, look, area, attached=attached)


def _draw_sheet(canvas: ReportCanvas, sheet: list[Placed]) -> None:
    for placed in sheet:
        placed.block.draw(canvas, placed.left, placed.top)


def _running_head(page: AnyPage, look: Look) -> Text | None:
    if not page.watermark:
        return None
    style = look.style(9, 12, bold=True)
    return wrapped(page.watermark, style, look.width)


def _background(canvas: ReportCanvas, page: AnyPage, look: Look) -> None:
    """Write the watermark across the sheet, under everything, in a pale grey."""
    if not page.watermark:
        return
    width, height = look.paper
    style = look.style(110, 110, bold=True, colour=WATERMARK)
    with canvas.artifact("Background"):
        canvas.saveState()
        canvas.translate(width / 2, height / 2)
        canvas.rotate(50)
        canvas.watermark(in_one_line(page.watermark, style))
        canvas.restoreState()


class _Words(NamedTuple):
    """What a foot says beside its number, and where its rule is."""

    said: Text
    status: Text | None

    @property
    def top(self) -> float:
        """The place of the rule, in points from the foot of the sheet."""
        status = self.status.height if self.status else 0
        return _FOOT + self.said.height + status + 6


class _Foot:
    """The foot of every sheet: review status, two identifiers, report, page n of m."""

    def __init__(self, page: AnyPage, look: Look) -> None:
        self.look = look
        self.page_of = page.page_of
        style = look.style(9, 12, colour=GREY)
        widest = wrapped(self._number(999, 999), style, look.width).width
        width = look.width - widest - 16
        bold = look.style(9, 12, bold=True, colour=GREY)
        status = wrapped(page.status_line, bold, look.width)
        self.words = _Words(wrapped(in_pieces(page.footer), style, width), status)
        self.first = self.words
        if look.single:
            unsaid = in_pieces(not_at_head(page.footer, page.header))
            self.first = _Words(wrapped(unsaid, style, width), None)

    @property
    def top(self) -> float:
        """The place of the rule on any sheet but the first."""
        return self.words.top

    def _number(self, number: int, total: int) -> str:
        return self.page_of.replace("{n}", str(number)).replace("{m}", str(total))

    def draw(self, canvas: ReportCanvas, number: int, total: int) -> None:
        """Draw the foot as decoration, but what the last one says of the report.

        In large print that of page one does not say again what the head of it says:
        the room goes to the signs of danger.
        """
        look = self.look
        style = look.style(9, 12, bold=True, colour=GREY)
        count = wrapped(self._number(number, total), style, look.width)
        right = look.paper[0] - look.margin
        words = self.first if number == 1 else self.words
        with canvas.tag("P") if number == total else canvas.artifact("Pagination"):
            words.said.set(canvas, look.margin, words.top - 4)
        with canvas.artifact("Pagination"):
            canvas.stroke_with(RULE, 0.8)
            canvas.level(look.margin, right, words.top)
            count.set(canvas, right - count.width, words.top - 4)
            if words.status:
                below = words.top - 4 - words.said.height
                words.status.set(canvas, look.margin, below)
