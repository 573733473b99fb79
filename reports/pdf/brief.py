"""A report on one sheet: for a few results that are all in range."""

from dataclasses import replace
from functools import lru_cache

from reports.model import Box, Page, Row, Section
from reports.pdf.blocks import KEPT_BLOCKS, Block, Columns, Space, Stack, WritingLines
from reports.pdf.line import LineDrawing
from reports.pdf.onward import in_languages
from reports.pdf.parts import (
    GUTTER,
    NUMBERED,
    TIGHT,
    box,
    entry,
    outlined,
)
from reports.pdf.pieces import quantity
from reports.pdf.sections import clip, header, run_in
from reports.pdf.sheets import Entry, height_of
from reports.pdf.style import GREY, Look, Style
from reports.pdf.text import wrapped
from reports.said import by_language, lang_of

_FEW = 4  # results: more never fit
_TEXTS = (12.0, 11.5, 11.0)  # points: the sizes of sentences, none smaller
_SHARES = (0.52, 0.56, 0.58, 0.62)  # of the width: the signs of danger
_BETWEEN = 5.0  # points between steps and questions
_LINES, _LEAD, _LINES_WHITE = 2, 18.0, 6.0  # to write on: the fewest, how far apart
_MORE = 7.0  # points: the most that is put between two parts
_LINE = 176.0  # points: the width of a number line


def one_sheet(
    page: Page, look: Look, room: float, *, attached: bool = False
) -> list[Entry]:
    """Return *page* in *room* points, or nothing where it does not fit.

    Sentences are as large as fit.  Room to spare goes between the parts, up to a point.
    The complete table is left out: the rows say all that it says but which guideline
    has the result in its range too, and that guideline is among the sources.  So is the
    note on the rows: the short answer and the steps say it.  Everything else is there:
    what was told stands in the summary, legend and sources in fine print.
    """
    if not page.brief or page.changed or look.single or len(page.rows) > _FEW:
        return []
    for text in _TEXTS:
        close = replace(look, tight=True, text=text)
        head = list(header(page.header, page.status_line, close, small=True))
        parts = _parts(page, close, attached=attached)
        spare = (room - height_of([*head, *parts])) / len(parts)
        if spare >= 0:
            more = min(int(spare), _MORE)  # whole points: sums may not overflow
            return [*head, *(one._replace(gap=one.gap + more) for one in parts)]
    return []


def _parts(page: Page, look: Look, *, attached: bool) -> list[Entry]:
    gap = 4.0
    boxes = (page.get_help, page.next_steps, page.visit)
    return [
        *_corrected(page, look, gap),
        Entry(_summary(page, look), gap),
        Entry(_middle(*boxes, look), gap),
        Entry(wrapped(page.rows_heading, look.box_heading, look.width, "H2"), 4.5),
        *(Entry(_row(one, look), 1.5) for one in page.rows),
        Entry(_fine(page.how_to_read, look), gap),
        Entry(_fine(page.sources, look), 3),
        *(clip(page.attached, look) if attached else ()),
    ]


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


@lru_cache(maxsize=KEPT_BLOCKS)
def _middle(get_help: Box, steps: Box, visit: Section | None, look: Look) -> Block:
    """Return steps and questions beside the signs of danger: the lowest way."""
    ways = [_shared_out(get_help, steps, visit, look, share) for share in _SHARES]
    return min(ways, key=lambda block: block.height)


def _shared_out(
    get_help: Box, next_steps: Box, visit: Section | None, look: Look, share: float
) -> Block:
    """Return the same; the signs of danger have a *share* of the width."""
    wide = look.width * share
    width = look.width - wide - GUTTER
    helped = box(get_help, look, wide)
    steps = box(next_steps, look, width)
    columns: list[tuple[float, Block]] = [(0.0, steps), (width + GUTTER, helped)]
    if visit is not None:  # drawn last: danger is read before it
        down = steps.height + _BETWEEN
        questions = _questions(visit, look, width, helped.height - down)
        columns.append((0.0, Stack((Space(down), questions))))
    return Columns(tuple(columns))


def _questions(visit: Section, look: Look, width: float, least: float) -> Block:
    """Return the questions with lines to write on, at least *least* points high."""
    room = width - 2 * TIGHT
    items = tuple(
        entry(f"{n}", text, look, room, look.body)
        for n, text in enumerate(visit.items, 1)
    )
    heads = wrapped(visit.heading, look.box_heading, room, "H2")
    words = (heads, *((Stack(items, 2, "L", NUMBERED),) if items else ()))
    free = least - Stack(words, 2).height - 2 * TIGHT - _LINES_WHITE
    lines = WritingLines(room, _LEAD, count=max(_LINES, int(free / _LEAD)))
    inside = Stack((*words, lines), 2, "Sect")
    return replace(outlined(inside, width, padding=TIGHT), least=least)


@lru_cache(maxsize=KEPT_BLOCKS)
def _fine(part: Section, look: Look) -> Block:
    """Return a section in fine print, its heading on a line of its own.

    From right to left each entry of its list has its own line: titles that run the
    other way would be mixed.
    """
    bold = look.style(9, 10.5, bold=True, colour=GREY)
    plain = look.style(9, 10.5, colour=GREY)
    said = part.items if look.turned else ()
    together = part.texts if look.turned else run_in(part)
    head = wrapped(part.heading, bold, look.width, "H2")
    words = [wrapped(one, plain, look.width, lang=lang_of(one)) for one in said]
    lead = in_languages(by_language(together), plain, look.width)
    return Stack((head, lead, *words), 0, "Sect")
