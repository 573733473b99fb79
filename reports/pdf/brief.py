"""A report on one sheet: for a few results that are all in range."""

from dataclasses import replace

from reports.model import Page, Section
from reports.pdf.blocks import Block, Columns, Stack, WritingLines
from reports.pdf.parts import (
    GUTTER,
    NUMBERED,
    box,
    entry,
    half_width,
    outlined,
    row,
)
from reports.pdf.sections import clip, header
from reports.pdf.sheets import Entry
from reports.pdf.style import GREY, Look
from reports.pdf.text import wrapped

_FEW = 1  # results: more never fit
_TIGHT = 9.0  # points of white inside a frame


def one_sheet(page: Page, look: Look, *, attached: bool = False) -> list[Entry]:
    """Return *page* as tight as it may be set, or nothing where that is no use.

    The complete table is left out: the rows say all that it says.  Everything else
    is there: what was told stands in the summary, legend and sources in fine print.
    """
    if not page.brief or look.single or len(page.rows) > _FEW:
        return []
    look = Look(look.factor, look.paper, tight=True)
    gap = 6.0
    summary = replace(page.summary, chips=())  # the words say as much
    if page.symptoms is not None:
        lead = (*summary.lead, *page.symptoms.texts, *page.symptoms.items)
        summary = replace(summary, lead=lead)
    return [
        *header(page.header, page.status_line, look, small=True),
        Entry(box(summary, look, look.width, padding=_TIGHT), gap),
        Entry(_middle(page, look), gap),
        Entry(wrapped(page.rows_heading, look.box_heading, look.width, "H2"), 6),
        Entry(wrapped(page.rows_note, look.small, look.width), 1),
        *(Entry(row(one, look), 4) for one in page.rows),
        Entry(_fine(page.how_to_read, look), gap),
        Entry(_fine(page.sources, look), 3),
        *(clip(page.attached, look) if attached else ()),
    ]


def _middle(page: Page, look: Look) -> Block:
    """Return steps, questions and what was told, with the signs of danger beside."""
    width = half_width(look)
    left: list[Block] = [box(page.next_steps, look, width, padding=_TIGHT)]
    if page.visit is not None:
        left.append(_questions(page, look, width))
    helped = box(page.get_help, look, width, padding=_TIGHT)
    return Columns(((0.0, Stack(tuple(left), 8)), (width + GUTTER, helped)))


def _questions(page: Page, look: Look, width: float) -> Block:
    room = width - 2 * _TIGHT
    asked = page.visit.items if page.visit else ()
    head = page.visit.heading if page.visit else ""
    items = tuple(
        entry(f"{n}", text, look, room, look.body) for n, text in enumerate(asked, 1)
    )
    heads = wrapped(head, look.box_heading, room, "H2")
    listed = (Stack(items, 2, "L", NUMBERED),) if items else ()
    inside = (heads, *listed, WritingLines(room, 17, count=2))
    return outlined(Stack(inside, 2, "Sect"), width, padding=_TIGHT)


def _fine(part: Section, look: Look) -> Block:
    """Return a section in fine print, its heading on a line of its own."""
    bold = look.style(9, 10.5, bold=True, colour=GREY)
    head = wrapped(part.heading, bold, look.width, "H2")
    said = " ".join([*part.texts, *part.items])
    words = wrapped(said, look.style(9, 10.5, colour=GREY), look.width)
    return Stack((head, words), 0, "Sect")
