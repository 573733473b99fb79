"""A report as a few kinds of parts, so that every engine is given the same content.

The arrangement is ours: what stands in frames and side by side there does so here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import TypeAlias

from benchmarks.engines.look import GUTTER, PADDING, WIDTH
from benchmarks.engines.picture import Picture, line_picture, sign
from reports.model import (
    Box,
    BoxKind,
    Card,
    Chip,
    ClinicianPage,
    Header,
    Page,
    Row,
    Section,
    Table,
    Tone,
)
from reports.pdf import Attachment
from reports.pdf.sections import joined
from reports.pdf.style import PAPERS, Look
from reports.pdf.table import table_rows

_INSIDE = WIDTH - 2 * PADDING
_FACTS, _STORY = 152, WIDTH - 168  # of a card: its two columns with a gutter of 16
_NAME, _VALUE, _LINE = 148, 116, WIDTH - 288  # of a row: likewise three, with 12
_CHIPS = 164
_TIGHT = 8  # inside a frame on a report of one sheet
_HELP = 0.62  # of the width: when to get help, on a report that fits on one sheet


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph or a heading in one of the styles, perhaps with a sign before it."""

    text: str
    style: str
    sign: Picture | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A chip: sign and words in an outline of the colour of their style."""

    text: str
    style: str
    sign: Picture


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and, smaller beside it, its unit."""

    value: str
    unit: str
    style: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A list, *numbered* or not, with so many *lines* to write on under each entry."""

    items: tuple[str, ...]
    style: str = "body"
    numbered: bool = False
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Panel:
    """Parts in a frame, with *padding* points of white around them."""

    kind: BoxKind
    parts: tuple["Part", ...]
    padding: float = PADDING


@dataclass(frozen=True, slots=True)
class Columns:
    """Parts side by side, with *gutter* between columns of *widths*.

    With a *rule* above, it is a card.
    """

    widths: tuple[float, ...]
    columns: tuple[tuple["Part", ...], ...]
    gutter: float = GUTTER
    rule: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """The complete table; *shares* of the width are those that our columns have."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[float, ...]


Part: TypeAlias = (
    Words | Verdict | Quantity | Listing | Panel | Columns | Picture | Grid
)


@dataclass(frozen=True, slots=True)
class Content:
    """All that stands in a report, and all that the document says of itself.

    The foot of every sheet has *foot* and, at the right, *page_of*; then *status*.
    """

    title: str
    subject: str
    author: str
    keywords: str
    lang: str
    issued_at: datetime
    foot: str
    status: str
    page_of: str
    parts: tuple[Part, ...]
    attachment: Attachment


def content(page: Page | ClinicianPage, attachment: Attachment) -> Content:
    """Return all of *page*; *attachment* is the file inside."""
    return Content(
        title=page.title,
        subject=page.subject,
        author=page.header.clinic,
        keywords=page.mark,
        lang=page.lang,
        issued_at=datetime.fromisoformat(page.issued_at),
        foot=joined(page.footer),
        status=page.status_line,
        page_of=page.page_of,
        parts=tuple(_parts(page)),
        attachment=attachment,
    )


def _parts(page: Page | ClinicianPage) -> Iterator[Part]:
    """Yield all of *page*, close together where few results are all in range."""
    if isinstance(page, ClinicianPage):
        yield from _for_clinician(page)
    else:
        yield from _one_sheet(page) if page.brief else _sheets(page)


def _for_clinician(page: ClinicianPage) -> Iterator[Part]:
    """Yield the short page of one collection, which has no chart over time."""
    yield _letterhead(page.header)
    yield Words(page.title, "short")
    yield from _said("strong", (page.header.name, page.header.reader))
    yield from _said("brief", (joined(page.header.facts),))
    yield from _said("status", (page.status_line,))
    if page.alert is not None:
        yield _box(page.alert, _INSIDE)
    yield from _said("brief", page.lead)
    yield Words(page.table.heading, "heading")
    yield from _said("small", (page.table.caption,))
    yield _grid(page.table)
    for section in (*page.sections, page.sources):
        yield Words(section.heading, "box")
        yield from _said("fine", section.texts)
        if section.items:
            yield Listing(section.items, "brief")
    yield from _said("link", (page.attached,))


def _letterhead(head: Header) -> Columns:
    half = (WIDTH - GUTTER) / 2
    contact = tuple(_said("small", (head.contact,)))
    return Columns((half, half), ((Words(head.clinic, "clinic"),), contact))


def _sheets(page: Page) -> Iterator[Part]:
    yield _letterhead(page.header)
    yield Words(page.header.title, "title")
    yield from _top(page)
    yield from _advice(page)
    if page.cards:
        yield Words(page.cards_heading, "heading")
    yield from map(_card, page.cards)
    if page.rows:
        yield Words(page.rows_heading, "heading")
        yield Words(page.rows_note, "small")
    for row in page.rows:
        yield from _row(row)
    for one in page.unjudged:
        yield from _said("row", (f"{one.heading}: {one.value}",))
        yield from _said("body", (one.why, one.ranges))
    yield from _end(page)


def _top(page: Page) -> Iterator[Part]:
    head = page.header
    yield from _said("strong", (head.name, head.reader))
    yield from _said("small", (joined(head.facts),))
    yield from _said("status", (page.status_line,))
    yield from (_box(alert, _INSIDE) for alert in page.alerts)
    if page.corrected is not None:
        yield _box(page.corrected, _INSIDE)


def _advice(page: Page) -> Iterator[Part]:
    """Yield the short answer, then steps and help; few words told stand beside."""
    half = (WIDTH - GUTTER) / 2
    told = tuple(_section(page.symptoms, "box", "body"))
    few = page.symptoms is not None and len(page.symptoms.texts) <= 2  # noqa: PLR2004
    inside = half - 2 * PADDING
    left = (_box(page.next_steps, inside), *(told if few else ()))
    yield _box(page.summary, _INSIDE)
    yield Columns((half, half), (left, (_box(page.get_help, inside),)))
    yield from () if few else told


def _one_sheet(page: Page) -> Iterator[Part]:
    """Yield a report of few results that are all in range, close together.

    What was told is in the short answer, legend and sources are in fine print, and
    there is no table, for the rows say all that it says.  The lines to write on are
    left out.
    """
    clinic = (Words(page.header.clinic, "clinic"),)
    contact = tuple(_said("small", (page.header.contact,)))
    title = (Words(page.header.title, "title"),)
    yield Columns((WIDTH - 132, 120), (title, (*clinic, *contact)))
    yield from _top(page)
    told = page.symptoms
    said = (*told.texts, *told.items) if told is not None else ()
    answer = " ".join((*page.summary.lead, *said))
    head = Words(page.summary.heading, "box")
    yield Panel(BoxKind.PANEL, (head, Words(answer, "close")), _TIGHT)
    right = WIDTH * _HELP
    left = WIDTH - right - GUTTER
    boxes = [_box(page.next_steps, left, "close")]
    if page.visit is not None:
        boxes.append(_questions(replace(page.visit, texts=()), "close", 0))
    boxes.append(_box(page.get_help, right, "close"))
    *beside, helped = [replace(one, padding=_TIGHT) for one in boxes]
    yield Columns((left, right), (tuple(beside), (helped,)))
    yield Words(page.rows_heading, "box")
    for row in page.rows:
        yield from _row(row, "fine")
    for part in (page.how_to_read, page.sources):
        yield Words(part.heading, "finehead")
        yield Words(" ".join((*part.texts, *part.items)), "fine")
    yield from _said("link", (page.attached,))


def _box(box: Box, width: float, style: str = "body") -> Panel:
    urgent = box.kind in {BoxKind.HELP, BoxKind.TODAY, BoxKind.EMERGENCY}
    octagon = sign(Tone.URGENT, 6) if urgent else None
    words: tuple[Part, ...] = (
        Words(box.heading, "danger" if urgent else "box", octagon),
        *_said("strong" if urgent else style, box.lead),
    )
    if box.chips:
        chips = tuple(map(_chip, box.chips))
        words = (Columns((width - _CHIPS - GUTTER, _CHIPS), (words, chips)),)
    if box.items:
        words += (Listing(box.items, style, numbered=box.kind is BoxKind.STEPS),)
    return Panel(box.kind, (*words, *_said("strong", (box.closing,))))


def _chip(chip: Chip) -> Verdict:
    return Verdict(chip.text, chip.tone, sign(chip.tone, 4.4))


def _card(card: Card) -> Columns:
    facts = (
        Words(card.heading, "name"),
        *_said("small", (card.purpose,)),
        Quantity(card.value, card.unit, "value"),
        *_said("small", (card.also,)),
        _chip(card.chip),
    )
    story: list[Part] = []
    if card.line is not None:
        story.append(line_picture(card.line, _STORY, slim=False))
    story += [*_said("body", card.texts), *_said("small", card.notes)]
    return Columns((_FACTS, _STORY), (facts, tuple(story)), gutter=16, rule=True)


def _row(row: Row, style: str = "small") -> Iterator[Part]:
    name = (Words(row.heading, "row"), *_said(style, (row.purpose,)))
    value = (Quantity(row.value, row.unit, "number"),)
    line = ()
    if row.line is not None:
        line = (line_picture(row.line, _LINE, slim=True),)
    yield Columns((_NAME, _VALUE, _LINE), (name, value, line))
    yield from _said(style, (row.ranges, row.note))


def _end(page: Page) -> Iterator[Part]:
    if page.visit is not None:
        yield _questions(page.visit, "body", 2)
    legend = tuple(_section(page.how_to_read, "box", "body"))
    yield Panel(BoxKind.PANEL, legend)
    yield Words(page.sources.heading, "heading")
    yield Words(" ".join(page.sources.texts), "fine")
    if page.sources.items:
        yield Listing(page.sources.items, "fine")
    yield from _said("link", (page.attached,))
    yield Words(page.table.heading, "heading")
    yield from _said("small", (page.table.caption,))
    yield _grid(page.table)


def _grid(table: Table) -> Grid:
    head, _ = table_rows(table, Look(1.0, PAPERS["A4"]))
    shares = [(b - a) / WIDTH for a, b in pairwise([*head.lefts, WIDTH])]
    return Grid(table.columns, table.rows, tuple(shares))


def _questions(visit: Section, style: str, lines: int) -> Panel:
    head = (Words(visit.heading, "box"), *_said(style, visit.texts))
    listed = Listing(visit.items, style, numbered=True, lines=lines)
    return Panel(BoxKind.STEPS, (*head, listed))


def _section(section: Section | None, head: str, style: str) -> Iterator[Part]:
    if section is None:
        return
    yield Words(section.heading, head)
    yield from _said(style, section.texts)
    if section.items:
        yield Listing(section.items, style)


def _said(style: str, texts: Sequence[str]) -> Iterator[Words]:
    yield from (Words(text, style) for text in texts if text)
