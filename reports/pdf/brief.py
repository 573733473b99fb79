"""A report on one sheet: for a few results that are all in range."""

from dataclasses import replace

from reports.model import Page, Row, Section
from reports.pdf.blocks import Block, Columns, Stack, WritingLines
from reports.pdf.line import LineDrawing
from reports.pdf.parts import (
    GUTTER,
    NUMBERED,
    box,
    entry,
    outlined,
)
from reports.pdf.pieces import quantity
from reports.pdf.sections import clip, header, run_together
from reports.pdf.sheets import Entry, height_of
from reports.pdf.style import GREY, Look, Style
from reports.pdf.text import wrapped

_FEW = 4  # results: more never fit
_TIGHT = 8.0  # points of white inside a frame
_MIDDLES = ((0.56, 2), (0.66, 1))  # width of the signs of danger, lines to write on
_MORE = 7.0  # points: the most that is put between two parts
_LINE = 176.0  # points: the width of a number line


def one_sheet(
    page: Page, look: Look, room: float, *, attached: bool = False
) -> list[Entry]:
    """Return *page* in *room* points, or nothing where it does not fit.

    Room to spare goes between the parts, up to a point.  The complete table is left
    out: the rows say all that it says.  Everything else is there: what was told
    stands in the summary, legend and sources in fine print.
    """
    if not page.brief or page.changed or look.single or len(page.rows) > _FEW:
        return []
    look = replace(look, tight=True)
    gap = 4.0
    head = list(header(page.header, page.status_line, look, small=True))
    middles = (_middle(page, look, *way) for way in _MIDDLES)
    middle = min(middles, key=lambda block: block.height)
    parts = [
        *_corrected(page, look, gap),
        Entry(_summary(page, look), gap),
        Entry(middle, gap),
        Entry(_rows_head(page, look), 4.5),
        *(Entry(_row(one, look), 1.5) for one in page.rows),
        Entry(_fine(page.how_to_read, look), gap),
        Entry(_fine(page.sources, look), 3),
        *(clip(page.attached, look) if attached else ()),
    ]
    spare = (room - height_of([*head, *parts])) / len(parts)
    if spare < 0:
        return []
    more = min(int(spare), _MORE)  # whole points: sums may not overflow
    return [*head, *(replace(one, gap=one.gap + more) for one in parts)]


def _small(look: Look) -> Style:
    return look.style(9.5, 11.5, colour=GREY)


def _corrected(page: Page, look: Look, gap: float) -> list[Entry]:
    if page.corrected is None:
        return []
    return [Entry(box(page.corrected, look, look.width), gap)]


def _summary(page: Page, look: Look) -> Block:
    """Return the short answer and what was told as one paragraph, without chips."""
    told = page.symptoms
    said = (*told.texts, *told.items) if told is not None else ()
    lead = (" ".join((*page.summary.lead, *said)),)
    summary = replace(page.summary, lead=lead, chips=())
    return box(summary, look, look.width)


def _rows_head(page: Page, look: Look) -> Block:
    head = wrapped(page.rows_heading, look.box_heading, look.width * 0.45, "H2")
    away = head.width + GUTTER
    note = wrapped(page.rows_note, _small(look), look.width - away)
    return Columns(((0.0, head), (away, note)))


def _row(content: Row, look: Look) -> Block:
    """Return a result with all its words beside its number line."""
    width = look.width - _LINE - GUTTER
    name = wrapped(content.heading, look.strong, width * 0.6, "H3")
    styles = (look.style(14, 16, bold=True), _small(look))
    value = quantity(content.value, content.unit, styles, width * 0.38)
    said = filter(None, (content.purpose, content.ranges, content.note))
    notes = [wrapped(text, _small(look), width) for text in said]
    words = Stack((Columns(((0.0, name), (width * 0.62, value))), *notes))
    if content.line is None:
        return Stack((words,), 0, "Sect")
    line = LineDrawing(content.line, _LINE, look, slim=True)
    return Stack((Columns(((0.0, words), (width + GUTTER, line))),), 0, "Sect")


def _middle(page: Page, look: Look, share: float, lines: int) -> Block:
    """Return steps, questions and what was told, with the signs of danger beside."""
    wide = look.width * share
    width = look.width - wide - GUTTER
    left: list[Block] = [box(page.next_steps, look, width)]
    if page.visit is not None:
        left.append(_questions(page, look, width, lines))
    helped = box(page.get_help, look, wide)
    return Columns(((0.0, Stack(tuple(left), 5)), (width + GUTTER, helped)))


def _questions(page: Page, look: Look, width: float, lines: int) -> Block:
    room = width - 2 * _TIGHT
    asked = page.visit.items if page.visit else ()
    head = page.visit.heading if page.visit else ""
    items = tuple(
        entry(f"{n}", text, look, room, look.body) for n, text in enumerate(asked, 1)
    )
    heads = wrapped(head, look.box_heading, room, "H2")
    listed = (Stack(items, 2, "L", NUMBERED),) if items else ()
    inside = (heads, *listed, WritingLines(room, 18, count=lines))
    return outlined(Stack(inside, 2, "Sect"), width, padding=_TIGHT)


def _fine(part: Section, look: Look) -> Block:
    """Return a section in fine print, its heading on a line of its own."""
    bold = look.style(9, 10.5, bold=True, colour=GREY)
    head = wrapped(part.heading, bold, look.width, "H2")
    said = " ".join(run_together(part, look))
    words = wrapped(said, look.style(9, 10.5, colour=GREY), look.width)
    return Stack((head, words), 0, "Sect")
