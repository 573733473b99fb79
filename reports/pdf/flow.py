"""What comes after what: a Page as a flow of measured blocks."""

from collections.abc import Iterator
from typing import TypeAlias

from reports.model import ClinicianPage, Page, Table, Working
from reports.pdf.blocks import Stack
from reports.pdf.brief import one_sheet
from reports.pdf.parts import box, card, row, unjudged
from reports.pdf.sections import (
    brief_section,
    clip,
    header,
    heading,
    how_to_read,
    labelled,
    later_facts,
    section,
    visit,
)
from reports.pdf.sheets import Area, Entry, Placed, Sheets, no_widow, place
from reports.pdf.start import start
from reports.pdf.style import Look
from reports.pdf.table import Heads, table_rows
from reports.pdf.text import wrapped
from reports.pdf.trend import trend_block

_HEADS_MOST = 140  # points: higher column heads are not said again on each sheet

_Way: TypeAlias = tuple[int, bool]
# From the roomiest; a sheet less wins.
_WAYS: tuple[_Way, ...] = ((2, False), (1, False), (1, True))


def flow(
    page: Page, look: Look, area: Area, *, attached: bool = False
) -> list[list[Placed]]:
    """Return all of *page* in reading order, on sheets of which each has *area*.

    *attached* says that there is a file inside, to be pointed to.
    """
    brief = one_sheet(page, look, area.first, attached=attached)
    if brief:
        return place(brief, area)
    begun, closer = start(page, look, area.first)
    results = [*begun, *_cards(page, look), *_rows(page, look), *_unjudged(page, look)]
    last = [
        *(clip(page.attached, look) if attached else ()),
        *_table(page.table, look),
    ]
    facts = list(later_facts(page.header, closer))
    if facts:
        facts.insert(0, heading(page.header.more, look))
    before = Sheets(area).with_more(results)

    def with_rest(way: _Way) -> list[list[Placed]]:
        return before.with_more([*_after_results(page, look, facts, way), *last]).done

    *roomier, closest = _WAYS
    shortest = with_rest(closest)
    for way in roomier:
        sheets = with_rest(way)
        if len(sheets) == len(shortest):
            return sheets
    return shortest


def _after_results(
    page: Page, look: Look, facts: list[Entry], way: _Way
) -> Iterator[Entry]:
    """Yield questions, legend, later *facts* and sources.

    The *way* says how many lines to write on stand under a question, and whether the
    others are set as a paragraph each instead of as lists.
    """
    lines, run_on = way
    yield from visit(page.visit, look, lines)
    yield from how_to_read(page.how_to_read, look, run_on=run_on)
    yield from facts
    yield from section(page.sources, look, fine=True, run_on=run_on)


def clinician_flow(
    page: ClinicianPage, look: Look, *, attached: bool = False
) -> list[Entry]:
    """Return all of a clinician's *page* in reading order, close together."""
    small = look.style(10, 13)
    boxes = filter(None, [page.alert, page.corrected])
    return [
        *header(page.header, page.status_line, look, small=True),
        *later_facts(page.header, look),
        *(Entry(box(one, look, look.width), 6) for one in boxes),
        *(
            Entry(wrapped(text, small, look.width), 3 if number else 8)
            for number, text in enumerate(page.lead)
        ),
        *_table(page.table, look),
        *[entry for part in page.sections for entry in brief_section(part, look)],
        *_trends(page, look),
        *brief_section(page.sources, look),
        *(clip(page.attached, look) if attached else ()),
    ]


def _trends(page: ClinicianPage, look: Look) -> Iterator[Entry]:
    if page.trends:
        yield heading(page.trends_heading, look)
    for trend in page.trends:
        yield Entry(trend_block(trend, look), 8 * look.factor)


def working_flow(sheet: Working, look: Look) -> list[Entry]:
    """Return all of a working *sheet* in reading order."""
    tables = [entry for table in sheet.tables for entry in _table(table, look)]
    return [
        *header(sheet.header, sheet.status_line, look),
        *later_facts(sheet.header, look),
        *(
            Entry(wrapped(text, look.small, look.width), 6 * look.factor)
            for text in sheet.lead
        ),
        *tables,
        *section(sheet.sources, look, fine=True),
    ]


def _cards(page: Page, look: Look) -> Iterator[Entry]:
    if page.cards:
        yield heading(page.cards_heading, look)
    for number, content in enumerate(page.cards):
        yield Entry(
            card(content, look, page.continued), (14 if number else 3) * look.factor
        )


def _rows(page: Page, look: Look) -> Iterator[Entry]:
    if not page.rows:
        return
    yield heading(page.rows_heading, look)
    if page.rows_note:
        note = wrapped(page.rows_note, look.small, look.width)
        yield Entry(note, 2 * look.factor, keep=True)
    found = [Entry(row(one, look), 6 * look.factor) for one in page.rows]
    yield from _together(found, look)


def _unjudged(page: Page, look: Look) -> Iterator[Entry]:
    if not page.unjudged:
        return
    yield heading(page.unjudged_heading, look)
    found = [Entry(unjudged(one, look), 5 * look.factor) for one in page.unjudged]
    yield from _together(found, look)


def _together(found: list[Entry], look: Look) -> list[Entry]:
    """Return *found*, of which the last never begins a sheet by itself.

    In large print it may: it is as high as a small card, and more follows on its sheet.
    To hold two of them back would leave half a sheet white.
    """
    return found if look.single else no_widow(found)


def _table(table: Table, look: Look) -> Iterator[Entry]:
    yield heading(table.heading, look)
    if table.caption:
        caption = wrapped(table.caption, look.small, look.width)
        yield Entry(caption, 2 * look.factor, keep=True)
    yield from no_widow(_listed(table, look) if look.single else _columns(table, look))


def _listed(table: Table, look: Look) -> list[Entry]:
    """Return a paragraph for each row of the table: columns would be too narrow."""
    _, *columns = table.columns
    found = []
    for name, *cells in table.rows:
        said = labelled(columns, cells)
        head = wrapped(name, look.strong, look.width, "H3")
        words = wrapped(said, look.small, look.width)
        found.append(Entry(Stack((head, words), role="Sect"), 6 * look.factor))
    return found


def _columns(table: Table, look: Look) -> list[Entry]:
    """Return the heads and the rows; two rows stand under the heads, if there are."""
    head, rows = table_rows(table, look)
    again = Heads(head) if head.height <= _HEADS_MOST else None
    found = [Entry(one, again=again, keep=one is not rows[-1]) for one in rows[:1]]
    found += [Entry(one, again=again) for one in rows[1:]]
    return [Entry(head, 4 * look.factor, keep=bool(rows)), *found]
