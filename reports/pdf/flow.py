"""What comes after what: a Page as a flow of measured blocks."""

from collections.abc import Iterator

from reports.direction import has_right_to_left, isolated
from reports.model import Header, Page, Section, Table, Working
from reports.pdf.blocks import Block, Columns, Later, Shared, Stack
from reports.pdf.parts import (
    BULLETS,
    box,
    card,
    entry,
    pair,
    panel,
    panel_width,
    row,
    texts,
    unjudged,
)
from reports.pdf.sheets import Entry, height_of
from reports.pdf.style import GREY, Look
from reports.pdf.table import Heads, table_rows
from reports.pdf.text import wrapped

_HEADS_MOST = 140  # points: higher column heads are not said again on each sheet
_BETWEEN = "  \u00b7  "  # between facts on one line


def flow(page: Page, look: Look, room: float) -> list[Entry]:
    """Return all of *page* in reading order; *room* is the height of the first sheet.

    What to do and when to get help stand on the first sheet: where alerts and summary
    leave no room for both, they come before the summary.
    """
    gap = 10 * look.factor
    top = list(_header(page.header, page.status_line, look))
    top += [Entry(box(alert, look, look.width), gap) for alert in page.alerts]
    summary = Entry(box(page.summary, look, look.width), gap)
    advice = _advice(page, look, gap)
    first = [summary, *advice]
    if height_of([*top, *first]) > room:
        first = [*reversed(advice), summary]
    return [
        *top,
        *first,
        *_section(page.symptoms, look),
        *_cards(page, look),
        *_rows(page, look),
        *_unjudged(page, look),
        *_section(page.visit, look),
        *_how_to_read(page.how_to_read, look),
        *_section(page.sources, look, fine=True),
        *_table(page.table, look),
    ]


def working_flow(sheet: Working, look: Look) -> list[Entry]:
    """Return all of a working *sheet* in reading order."""
    tables = [entry for table in sheet.tables for entry in _table(table, look)]
    return [
        *_header(sheet.header, sheet.status_line, look),
        *(
            Entry(wrapped(text, look.small, look.width), 6 * look.factor)
            for text in sheet.lead
        ),
        *tables,
        *_section(sheet.sources, look, fine=True),
    ]


def joined(facts: tuple[str, ...]) -> str:
    """Return *facts* as one line of text; empty ones are left out."""
    kept = (isolated(fact) if has_right_to_left(fact) else fact for fact in facts)
    return _BETWEEN.join(filter(None, kept))


def _header(content: Header, status: str, look: Look) -> Iterator[Entry]:
    yield Entry(_letterhead(content, look))
    yield Entry(wrapped(content.title, look.title, look.width, "H1"), 4 * look.factor)
    yield Entry(wrapped(content.name, look.strong, look.width))
    yield Entry(wrapped(joined(content.facts), look.small, look.width))
    if status:
        yield Entry(wrapped(status, look.style(10.5, 14, bold=True), look.width))


def _letterhead(content: Header, look: Look) -> Block:
    small = look.style(9.5, 14, colour=GREY)
    if look.single:
        clinic = wrapped(content.clinic, look.strong, look.width)
        return Stack((clinic, wrapped(content.contact, small, look.width)))
    clinic = wrapped(content.clinic, look.strong, look.width * 0.45)
    contact = wrapped(content.contact, small, look.width * 0.5)
    return Columns(((0, clinic), (look.width - contact.width, contact)))


def _advice(page: Page, look: Look, gap: float) -> list[Entry]:
    if not look.single:
        return [Entry(pair(page.next_steps, page.get_help, look), gap)]
    boxes = (page.next_steps, page.get_help)
    return [Entry(box(content, look, look.width), gap) for content in boxes]


def _heading(text: str, look: Look) -> Entry:
    block = wrapped(text, look.heading, look.width, "H2")
    return Entry(block, 16 * look.factor, keep=True)


def _section(
    content: Section | None, look: Look, *, fine: bool = False
) -> Iterator[Entry]:
    if content is None:
        return
    style = look.style(9, 12, colour=GREY) if fine else look.body
    yield _heading(content.heading, look)
    said = (" ".join(content.texts),) if fine else content.texts
    for text in said:
        keep = bool(content.items) and text == said[-1]
        yield Entry(wrapped(text, style, look.width), 4 * look.factor, keep=keep)
    bullets = Later("L", BULLETS)
    for item in content.items:
        line = entry("\u2022", item, look, look.width, style)
        yield Entry(Shared(bullets, line), (1 if fine else 3) * look.factor)


def _cards(page: Page, look: Look) -> Iterator[Entry]:
    if page.cards:
        yield _heading(page.cards_heading, look)
    for number, content in enumerate(page.cards):
        yield Entry(card(content, look), (14 if number else 3) * look.factor)


def _rows(page: Page, look: Look) -> Iterator[Entry]:
    if page.rows:
        yield _heading(page.rows_heading, look)
        if page.rows_note:
            note = wrapped(page.rows_note, look.small, look.width)
            yield Entry(note, 2 * look.factor, keep=True)
    for content in page.rows:
        yield Entry(row(content, look), 6 * look.factor)


def _unjudged(page: Page, look: Look) -> Iterator[Entry]:
    if page.unjudged:
        yield _heading(page.unjudged_heading, look)
    for content in page.unjudged:
        yield Entry(unjudged(content, look), 5 * look.factor)


def _how_to_read(content: Section, look: Look) -> Iterator[Entry]:
    width = panel_width(look.width)
    heading = wrapped(content.heading, look.box_heading, width, "H2")
    blocks: list[Block] = [heading, *texts(content.texts, look, width)]
    if content.items:
        lines = [
            entry("\u2022", item, look, width, look.body) for item in content.items
        ]
        blocks.append(Stack(tuple(lines), 3 * look.factor, "L", BULLETS))
    inside = Stack(tuple(blocks), 4 * look.factor, "Sect")
    yield Entry(panel(inside, look.width), 16 * look.factor)


def _table(table: Table, look: Look) -> Iterator[Entry]:
    yield _heading(table.heading, look)
    if table.caption:
        caption = wrapped(table.caption, look.small, look.width)
        yield Entry(caption, 2 * look.factor, keep=True)
    yield from _listed(table, look) if look.single else _columns(table, look)


def _listed(table: Table, look: Look) -> Iterator[Entry]:
    """Yield a paragraph for each row of the table: columns would be too narrow."""
    _, *columns = table.columns
    for name, *cells in table.rows:
        pairs = zip(columns, cells, strict=True)
        said = joined(tuple(f"{column}: {cell}" for column, cell in pairs))
        head = wrapped(name, look.strong, look.width, "H3")
        words = wrapped(said, look.small, look.width)
        yield Entry(Stack((head, words), role="Sect"), 6 * look.factor)


def _columns(table: Table, look: Look) -> Iterator[Entry]:
    head, rows = table_rows(table, look)
    yield Entry(head, 4 * look.factor, keep=bool(rows))
    again = Heads(head) if head.height <= _HEADS_MOST else None
    for one in rows:
        yield Entry(one, again=again)
