"""A Page as a list of parts, so that every engine is given the same content."""

from collections.abc import Iterator

from reports.model import NumberLine, Page, Table

Part = tuple[str, str | NumberLine | Table]


def content(page: Page) -> list[Part]:
    """All texts, number lines and tables of *page*, in reading order, none empty."""
    parts = [*_top(page), *_results(page), *_end(page)]
    return [(kind, what) for kind, what in parts if what]


def _top(page: Page) -> Iterator[Part]:
    yield "title", page.header.title
    yield from (("text", one) for one in (page.header.name, *page.header.facts))
    for box in (*page.alerts, page.summary, page.next_steps, page.get_help):
        yield "heading", box.heading
        yield from (("text", one) for one in (*box.lead, *box.items, box.closing))


def _results(page: Page) -> Iterator[Part]:
    yield "heading", page.cards_heading if page.cards else ""
    for card in page.cards:
        yield "result", card.heading
        yield "text", f"{card.value} {card.unit}"
        yield "line", card.line
        yield from (("text", t) for t in (card.purpose, *card.texts, *card.notes))
    yield "heading", page.rows_heading if page.rows else ""
    for row in page.rows:
        yield "text", f"{row.heading}: {row.value} {row.unit}"
        yield "line", row.line
        yield from (("text", one) for one in (row.ranges, row.note))
    for one in page.unjudged:
        yield "text", f"{one.heading}: {one.value} {one.why} {one.ranges}"


def _end(page: Page) -> Iterator[Part]:
    for section in (page.symptoms, page.visit, page.how_to_read, page.sources):
        if section is not None:
            yield "heading", section.heading
            yield from (("text", one) for one in (*section.texts, *section.items))
    yield "heading", page.table.heading
    yield "table", page.table
