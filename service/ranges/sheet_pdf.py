"""A sheet of limits as a tagged PDF, drawn with the parts that reports are made of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from typing import TypeVar, cast

from reports.model import Table
from reports.pdf import missing_characters
from reports.pdf.blocks import Block, Columns, Frame, Panel, Stack
from reports.pdf.canvas import ReportCanvas, TextBox
from reports.pdf.document import DocumentFacts
from reports.pdf.sheets import Area, Entry, place
from reports.pdf.style import GREY, INK, OFF, OFF_PANEL, PANEL, PAPERS, RULE, Look
from reports.pdf.table import Heads, TableRow, table_rows
from reports.pdf.text import Text, wrapped
from reports.pdf.typeset import Typeset
from service.ranges.sheet import Grid, Line, Sheet

Part = TypeVar("Part")

_TOP, _FOOT = 40, 24  # the white at the head and the foot of a page
_NAME_WIDTH = 110  # of a fact or a line to sign, before its text
_SIGNING_HEIGHT = 30
_PADDING = 12
_RULE = 0.6  # the rule between two rows stays in sight


def render_sheet(sheet: Sheet, *, paper: str, printed: datetime) -> bytes:
    """Return *sheet* as PDF/UA-1: the same sheet and time, the same bytes.

    *paper* is ``A4`` or ``Letter``.  A character that no face of ours has is written
    as its number, such as ``[U+2603]``: nothing is dropped.

    Raises:
        KeyError: no such paper.
    """
    return _drawn(_told(sheet), Look(1.0, PAPERS[paper]), printed).finished()


def layout_sheet(sheet: Sheet, *, paper: str, printed: datetime) -> list[TextBox]:
    """Return where each line of text of *sheet* stands; for checks.

    Raises:
        KeyError: no such paper.
    """
    return _drawn(_told(sheet), Look(1.0, PAPERS[paper]), printed).boxes


def _drawn(sheet: Sheet, look: Look, printed: datetime) -> ReportCanvas:
    facts = DocumentFacts(
        title=f"{sheet.title}: {sheet.subtitle}",
        subject=sheet.subtitle,
        author="Plainlab",
        lang="en-GB",
        issued_at=printed,
    )
    canvas = ReportCanvas(facts, look.paper)
    foot = _Foot(sheet, look)
    area = Area(look.margin, foot.top + 10, look.paper[1] - _TOP)
    pages = place(list(_flow(sheet, look)), area)
    for number, page in enumerate(pages, start=1):
        for placed in page:
            placed.block.draw(canvas, placed.left, placed.top)
        foot.draw(canvas, number, len(pages))
        canvas.showPage()
    return canvas


def _flow(sheet: Sheet, look: Look) -> Iterator[Entry]:
    yield Entry(wrapped(sheet.title, look.title, look.width, "H1"))
    yield Entry(wrapped(sheet.subtitle, look.small, look.width), 2)
    if sheet.notice:
        yield Entry(wrapped(sheet.notice, look.style(10.5, 14, bold=True), look.width))
    yield Entry(_pairs(sheet.facts, look, look.width), 8)
    for grid in sheet.grids:
        yield from _grid(grid, look)
    yield Entry(_signing(sheet, look), 20)


def _pairs(pairs: Sequence[tuple[str, str]], look: Look, width: float) -> Stack:
    name, text = look.style(9.5, 14, colour=GREY), look.style(9.5, 14)
    rows = [
        Columns(
            (
                (0, wrapped(head, name, _NAME_WIDTH)),
                (_NAME_WIDTH, wrapped(said or "none", text, width - _NAME_WIDTH)),
            )
        )
        for head, said in pairs
    ]
    return Stack(tuple(rows))


def _grid(grid: Grid, look: Look) -> Iterator[Entry]:
    if grid.heading:
        heading = wrapped(grid.heading, look.style(13, 17, bold=True), look.width, "H2")
        yield Entry(heading, 18, keep=True)
    if grid.title:
        colour = OFF if grid.off else INK
        title = look.style(10.5, 14, bold=True, colour=colour)
        yield Entry(wrapped(grid.title, title, look.width, "H3"), 8, keep=True)
    remark = look.style(9, 12, colour=GREY)
    for text in grid.remarks:
        yield Entry(wrapped(text, remark, look.width), 1, keep=True)
    yield from _table(grid, look)


def _table(grid: Grid, look: Look) -> Iterator[Entry]:
    cells = tuple(line.cells for line in grid.lines)
    head, rows = table_rows(Table(grid.heading, "", grid.columns, cells), look)
    yield Entry(head, 4, keep=True)
    for row, line in zip(rows, grid.lines, strict=True):
        yield Entry(_row(row, line), again=Heads(head))


def _row(row: TableRow, line: Line) -> Block:
    if not line.off:
        return row
    return OffRow(replace(row, cells=tuple(_greyed(cell) for cell in row.cells)))


def _greyed(text: Text) -> Text:
    words = text.words
    grey = words.style._replace(colour=OFF)
    return Text(Typeset(words.lines, grey, words.font), text.role)


@dataclass(frozen=True, slots=True)
class OffRow:
    """A row that is switched off: grey, on a ground of its own."""

    row: TableRow

    @property
    def height(self) -> float:
        """The height of the row."""
        return self.row.height

    def draw(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Draw the ground as decoration, then the row."""
        with canvas.artifact():
            canvas.fill_with(OFF_PANEL)
            canvas.block(left, top - self.height, self.row.width, self.height - _RULE)
        self.row.draw(canvas, left, top)

    def split(self, room: float) -> Sequence[Block]:
        """Return the pieces of the row, on the same ground."""
        pieces = cast("Sequence[TableRow]", self.row.split(room))
        return [OffRow(piece) for piece in pieces]


def _signing(sheet: Sheet, look: Look) -> Panel:
    """Return the box with the review as it is and the lines to sign on."""
    width = look.width - 2 * _PADDING
    blocks: list[Block] = [
        wrapped("Review", look.style(13, 17, bold=True), width, "H2"),
        _pairs(sheet.review, look, width),
        wrapped(sheet.statement, look.style(10.5, 14), width),
        *(Blank(name, look, width) for name in sheet.to_sign),
    ]
    return Panel(Stack(tuple(blocks), 6), look.width, Frame(ground=PANEL), _PADDING)


@dataclass(frozen=True, slots=True)
class Blank:
    """A line to be filled in by hand, with its name before it."""

    name: str
    look: Look
    width: float

    @property
    def height(self) -> float:
        """The height: room for a hand."""
        return _SIGNING_HEIGHT

    def draw(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Set the name, and draw the line as decoration."""
        bottom = top - self.height
        style = self.look.style(9.5, 14, colour=GREY)
        wrapped(self.name, style, _NAME_WIDTH).draw(canvas, left, bottom + style.lead)
        with canvas.artifact():
            canvas.stroke_with(INK, 0.6)
            canvas.strokes(
                [[(left + _NAME_WIDTH, bottom + 3), (left + self.width, bottom + 3)]]
            )

    def split(self, _room: float) -> Sequence[Block]:
        """Return itself."""
        return [self]


class _Foot:
    """The foot of every page: what it is, which catalogue, page n of m."""

    def __init__(self, sheet: Sheet, look: Look) -> None:
        self.look = look
        self.style = look.style(9, 12, colour=GREY)
        *facts, digest = sheet.foot
        self.words = wrapped("  \u00b7  ".join(facts), self.style, look.width - 90)
        self.digest = wrapped(digest, self.style, look.width)
        self.top = _FOOT + self.words.height + self.digest.height + 6

    def draw(self, canvas: ReportCanvas, number: int, total: int) -> None:
        """Draw the foot as decoration."""
        look = self.look
        count = wrapped(f"Page {number} of {total}", self.style, look.width)
        right = look.paper[0] - look.margin
        with canvas.artifact("Pagination"):
            canvas.stroke_with(RULE, 0.8)
            canvas.strokes([[(look.margin, self.top), (right, self.top)]])
            self.words.set(canvas, look.margin, self.top - 4)
            count.set(canvas, right - count.width, self.top - 4)
            self.digest.set(canvas, look.margin, self.top - 4 - self.words.height)


def _told(part: Part) -> Part:
    """Return *part* of a sheet with each character that has no face as its number."""
    made: object = part
    if isinstance(part, str):
        made = _spelt(part)
    elif isinstance(part, tuple):
        made = tuple(_told(one) for one in part)
    elif is_dataclass(part) and not isinstance(part, type):
        told = {field.name: _told(getattr(part, field.name)) for field in fields(part)}
        made = replace(part, **told)
    return cast("Part", made)


def _spelt(text: str) -> str:
    missing = missing_characters(text)
    return "".join(f"[U+{ord(one):04X}]" if one in missing else one for one in text)
