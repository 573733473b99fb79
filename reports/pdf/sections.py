"""The parts of a page that are mostly words: its head, sections, questions, notes."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from reports.direction import has_right_to_left, isolated
from reports.model import Header, Section
from reports.pdf.blocks import (
    KEPT_BLOCKS,
    Block,
    Columns,
    Later,
    Shared,
    Stack,
    WritingLines,
)
from reports.pdf.clip import ClipBlock
from reports.pdf.onward import in_languages
from reports.pdf.parts import (
    BULLETS,
    NUMBERED,
    entry,
    outlined,
    panel,
    panel_width,
    texts,
)
from reports.pdf.sheets import Entry, no_widow
from reports.pdf.style import BAND_LINE, GREY, PARTING, Look, Style
from reports.pdf.text import Text, prose, wrapped
from reports.said import by_language, lang_of, pieces, spoken

_FIRST, _FEWEST = 4, 2  # facts at the head of large print; where room is short
_LONG = 52  # letters: a longer fact may be broken
_APART = 22  # points between lines to write on
_CLOSER = {False: 20, True: 18}  # where room is short; in large print
_RUN_ON_MOST = 20  # entries of a list that may go on in a paragraph
_BETWEEN = f"{PARTING}  "  # between facts on one line


def joined(facts: tuple[str, ...]) -> str:
    """Return *facts* as one line of text; empty ones are left out."""
    return _BETWEEN.join(_apart(facts))


def labelled(names: Sequence[str], cells: Sequence[str]) -> str:
    """Return each of *cells* behind its name, as one line of text.

    A number and its unit are one piece: behind a name from right to left they would
    change places, and ``<5`` would read as more than 5.
    """
    pairs = zip(names, cells, strict=True)
    return joined(tuple(f"{name}: {_piece(name, cell)}" for name, cell in pairs))


def _piece(name: str, cell: str) -> str:
    turned = has_right_to_left(name) and not has_right_to_left(cell)
    return isolated(cell) if turned else cell


def _apart(facts: tuple[str, ...]) -> Iterator[str]:
    """Yield each of *facts* that says something, to run its own way."""
    for fact in filter(None, facts):
        yield isolated(fact) if has_right_to_left(fact) else fact


def in_pieces(facts: tuple[str, ...]) -> str:
    """Return *facts* as one line of text, to be broken between two and not inside one.

    One that may fill a line by itself is broken like any text, but not before what its
    label belongs to.
    """
    return _BETWEEN.join(map(_unbroken, _apart(facts)))


def _unbroken(fact: str) -> str:
    if len(fact) <= _LONG:
        return fact.replace(" ", "\u00a0")
    label, colon, rest = fact.partition(": ")
    return f"{label}: ".replace(" ", "\u00a0") + rest if colon else fact


def header(
    content: Header, status: str, look: Look, *, small: bool = False
) -> Iterator[Entry]:
    """Yield the head of page one: clinic, title, whose report, its facts and state."""
    small_title = small or look.tight
    title = look.style(22, 26, bold=True) if small_title else look.title
    facts = (
        look.style(9.5, 11 if look.tight else 12, colour=GREY) if small else look.small
    )
    if look.tight and not look.single:
        yield Entry(_title_and_clinic(content, title, look))
    else:
        yield Entry(_letterhead(content, look))
        yield Entry(_title(content.title, title, look, look.width), 4 * look.factor)
    yield Entry(wrapped(content.name, look.strong, look.width))
    if content.reader:
        yield Entry(wrapped(content.reader, look.body, look.width))
    yield Entry(wrapped(in_pieces(content.facts[: _first(look)]), facts, look.width))
    if status:
        said, style = by_language(pieces(status)), look.style(10.5, 14, bold=True)
        yield Entry(in_languages(said, style, look.width))


def later_facts(content: Header, look: Look) -> Iterator[Entry]:
    """Yield the facts of large print that would push the advice off page one."""
    shown = _first(look)
    rest = in_pieces(content.facts[shown:]) if shown is not None else ""
    if rest:
        yield Entry(wrapped(rest, look.small, look.width), 4 * look.factor)


def not_at_head(facts: tuple[str, ...], content: Header) -> tuple[str, ...]:
    """Return those of *facts* that are not at the head of page one in any print."""
    said = {content.name, *content.facts[:_FEWEST]}
    return tuple(fact for fact in facts if fact not in said)


def _first(look: Look) -> int | None:
    """Return how many facts stand at the head; None for all."""
    if not look.single:
        return None
    return _FEWEST if look.tight else _FIRST


def _letterhead(content: Header, look: Look) -> Block:
    small = look.style(9.5, 14, colour=GREY)
    if look.single:
        clinic = wrapped(content.clinic, look.strong, look.width)
        contact = wrapped(_contact(content), small, look.width)
        if look.tight and clinic.width + contact.width + 12 <= look.width:
            return Columns(((0, clinic), (look.width - contact.width, contact)))
        return Stack((clinic, contact))
    clinic = wrapped(content.clinic, look.strong, look.width * 0.45)
    contact = wrapped(_contact(content), small, look.width * 0.5)
    return Columns(((0, clinic), (look.width - contact.width, contact)))


def _contact(content: Header) -> str:
    """Return address and number, the number never broken."""
    address, sign, number = content.contact.rpartition(" · ")
    return address + sign + _unbroken(number) if sign else content.contact


def _title_and_clinic(content: Header, title: Style, look: Look) -> Block:
    small = look.style(9.5, 12, colour=GREY)
    clinic = wrapped(content.clinic, look.strong, look.width * 0.4)
    contact = wrapped(_contact(content), small, look.width * 0.4)
    left = look.width - max(clinic.width, contact.width)
    head = _title(content.title, title, look, left - 12)
    return Columns(((0, head), (left, Stack((clinic, contact)))))


def _title(text: str, style: Style, look: Look, width: float) -> Text:
    """Return the title, smaller where room is short and a longer language breaks it."""
    head = wrapped(text, style, width, "H1")
    if look.tight and len(head.lines) > 1:
        return wrapped(text, look.style(19, 26, bold=True), width, "H1")
    return head


def heading(text: str, look: Look) -> Entry:
    """Return the heading of a part, which stays with what follows."""
    style = look.box_heading if look.tight else look.heading
    block = wrapped(text, style, look.width, "H2")
    return Entry(block, (7 if look.tight else 16) * look.factor, keep=True)


def gap_between(look: Look) -> float:
    """Return the white between two boxes."""
    return (5 if look.tight else 10) * look.factor


def run_in(content: Section) -> tuple[str, ...]:
    """Return the texts and then the list, each of its entries behind its sign."""
    signed = [spoken(f"\u2022\u00a0{one}", lang_of(one)) for one in content.items]
    return (*content.texts, *signed)


@lru_cache(maxsize=KEPT_BLOCKS)
def section(
    content: Section | None,
    look: Look,
    *,
    fine: bool = False,
    run_on: bool = False,
) -> tuple[Entry, ...]:
    """Return a section, if there is one; *fine* sets it small, as one paragraph.

    What is in another language has its own.

    *run_on* lets its list go on in the paragraph: not from right to left, where titles
    that run the other way would be mixed, nor a long one, where nobody finds a title.
    """
    if content is None:
        return ()
    if run_on and not look.turned and len(content.items) <= _RUN_ON_MOST:
        content = replace(content, texts=run_in(content), items=())
    style = look.style(9, 12, colour=GREY) if fine else look.body
    paragraphs = by_language(content.texts) if fine else content.texts
    measure, width = look.measure(style), look.width
    words = [prose(one, style, width, measure, lang_of(one)) for one in paragraphs]
    said = [Entry(one, 4 * look.factor) for one in words]
    if said and content.items:
        said[-1] = said[-1]._replace(keep=True)
    bullets, gap = Later("L", BULLETS), (1 if fine else 3) * look.factor
    lines = [entry("\u2022", one, look, width, style) for one in content.items]
    listed = no_widow([Entry(Shared(bullets, line), gap) for line in lines])
    if len(listed) > 1:  # the first of several does not end a sheet by itself
        listed[0] = listed[0]._replace(keep=True)
    return (heading(content.heading, look), *said, *listed)


@lru_cache(maxsize=KEPT_BLOCKS)
def brief_section(content: Section, look: Look) -> tuple[Entry, ...]:
    """Return a section in small letters, for staff: texts are fine print."""
    head = wrapped(content.heading, look.box_heading, look.width, "H2")
    fine, small = look.style(9, 12, colour=GREY), look.style(10, 13)
    width, bullets = look.width, Later("L", BULLETS)
    words = [wrapped(one, fine, width, lang=lang_of(one)) for one in content.texts]
    said = [Entry(one, 1) for one in words]
    lines = [entry("\u2022", one, look, width, small) for one in content.items]
    listed = [Entry(Shared(bullets, line), 1) for line in lines]
    begun = Entry(head, 12 * look.factor, keep=True)
    return (begun, *no_widow(said), *no_widow(listed))


def visit(content: Section | None, look: Look, count: int) -> Iterator[Entry]:
    """Yield the questions, framed, with *count* lines to write on under each.

    Large print has one.  Where *count* is 1, for room is short, they stand closer.
    """
    if content is not None:
        yield Entry(_questions(content, look, count), _before_panel(look))


@lru_cache(maxsize=KEPT_BLOCKS)
def _questions(content: Section, look: Look, count: int) -> Block:
    width = panel_width(look.width)
    blocks: list[Block] = [wrapped(content.heading, look.box_heading, width, "H2")]
    blocks += texts(content.texts, look, width)
    lead = _CLOSER[look.single] if count == 1 else _APART
    lines = WritingLines(width, lead * look.factor, count=1 if look.single else count)
    numbered = enumerate(content.items, start=1)
    asked = [entry(f"{n}", item, look, width, look.body) for n, item in numbered]
    items = [Stack((one, lines)) for one in asked]
    if items:
        blocks.append(Stack(tuple(items), 6 * look.factor, "L", NUMBERED))
    return outlined(Stack(tuple(blocks), 4 * look.factor, "Sect"), look.width)


def clip(words: str, look: Look) -> Iterator[Entry]:
    """Yield the line that opens the file inside."""
    style = look.style(10.5, 14, bold=True, colour=BAND_LINE)
    gap = 6 * look.factor
    if look.tight:
        style, gap = look.style(9, 10.5, bold=True, colour=BAND_LINE), 0
    yield Entry(ClipBlock(wrapped(words, style, look.width)), gap)


def how_to_read(
    content: Section, look: Look, *, run_on: bool = False
) -> Iterator[Entry]:
    """Yield the legend on a ground of its own; *run_on* as one paragraph."""
    yield Entry(_legend(content, look, run_on=run_on), _before_panel(look))


@lru_cache(maxsize=KEPT_BLOCKS)
def _legend(content: Section, look: Look, *, run_on: bool) -> Block:
    width = panel_width(look.width)
    heading = wrapped(content.heading, look.box_heading, width, "H2")
    blocks: list[Block] = [heading]
    if run_on:  # to save a sheet, in lines as long as can be
        blocks.append(wrapped(" ".join(content.texts), look.body, width))
    else:
        blocks += texts(content.texts, look, width)
    if content.items:
        lines = [
            entry("\u2022", item, look, width, look.body) for item in content.items
        ]
        blocks.append(Stack(tuple(lines), 3 * look.factor, "L", BULLETS))
    return panel(Stack(tuple(blocks), 4 * look.factor, "Sect"), look.width)


def _before_panel(look: Look) -> float:
    return gap_between(look) if look.single else 16
