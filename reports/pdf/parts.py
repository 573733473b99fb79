"""The parts of a report as blocks: boxes, cards, rows, entries that no one could judge.

Side by side in standard print, under each other in large print.
"""

from collections.abc import Sequence
from functools import lru_cache

from reports.model import Box, BoxKind, Card, Row, Tone, Unjudged
from reports.pdf.blocks import (
    KEPT_BLOCKS,
    Block,
    Columns,
    Frame,
    Later,
    Panel,
    Rule,
    Sign,
    Space,
    Stack,
)
from reports.pdf.cards import CardBlock
from reports.pdf.line import LineDrawing
from reports.pdf.pieces import Item, Quantity, Verdict, quantity, verdict
from reports.pdf.style import ALERT, ALERT_PANEL, GREY, INK, PANEL, RULE, Look, Style
from reports.pdf.text import Aside, Text, prose, wrapped
from reports.pdf.typeset import KEPT
from reports.said import lang_of

NUMBERED = "/A <</O/List/ListNumbering/Decimal>>"
BULLETS = "/A <</O/List/ListNumbering/Disc>>"

GUTTER = 12.0  # between two boxes side by side
_PADDING, TIGHT = 12, 8  # points of white inside a frame
_FRAMES = {
    BoxKind.PANEL: Frame(ground=PANEL),
    BoxKind.STEPS: Frame(border=RULE),
    BoxKind.CORRECTED: Frame(border=INK, bar=INK),
    BoxKind.HELP: Frame(ground=ALERT_PANEL, bar=ALERT),
    BoxKind.TODAY: Frame(ground=ALERT_PANEL, bar=ALERT),
    BoxKind.EMERGENCY: Frame(ground=ALERT_PANEL, border=ALERT, bar=ALERT),
}
_URGENT = {BoxKind.HELP, BoxKind.TODAY, BoxKind.EMERGENCY}
_CHIPS_WIDTH = 176  # the column of verdicts in the summary
_CHIP_ROWS = 2  # the most that they fill under it in large print
_CARD_LEFT, _CARD_GUTTER = 152, 16
_CARD_REST = 40  # points: less of a card never stands alone at the head of a sheet
_ROW_NAME, _ROW_VALUE, _ROW_GUTTER = 148, 116, 12


def texts(values: Sequence[str], look: Look, width: float) -> list[Block]:
    """Return each of *values* as a paragraph."""
    measure = look.measure(look.body)
    return [prose(value, look.body, width, measure) for value in values]


def panel(inside: Block, width: float) -> Panel:
    """Return *inside* on the plain ground."""
    return Panel(inside, width, _FRAMES[BoxKind.PANEL], _PADDING)


def outlined(inside: Block, width: float, padding: float = _PADDING) -> Panel:
    """Return *inside* in an outline, like the steps."""
    return Panel(inside, width, _FRAMES[BoxKind.STEPS], padding)


def panel_width(width: float) -> float:
    """Return the width inside a panel of *width*."""
    return width - 2 * _PADDING


def half_width(look: Look) -> float:
    """Return the width of one of two boxes side by side."""
    return (look.width - GUTTER) / 2


@lru_cache(maxsize=KEPT_BLOCKS)
def box(
    content: Box,
    look: Look,
    width: float,
    *,
    columns: int = 1,
) -> Panel:
    """Return a framed *content*, *width* points wide, its items in so many columns."""
    padding = TIGHT if look.tight else _PADDING
    room = width - 2 * padding
    blocks = _box_blocks(content, look, room, columns)
    gap = 2.5 if look.tight else 4 * look.factor
    inside = Stack(tuple(blocks), gap, "Sect")
    return Panel(inside, width, _FRAMES[content.kind], padding)


def pair(left: Box, right: Box, look: Look) -> Block:
    """Return two boxes side by side, each as high as its words: no frame is empty."""
    width = half_width(look)
    first, second = box(left, look, width), box(right, look, width)
    return Columns(((0, first), (width + GUTTER, second)))


def _box_blocks(content: Box, look: Look, width: float, columns: int) -> list[Block]:
    beside = bool(content.chips) and not look.single
    lead_width = width - _CHIPS_WIDTH if beside else width
    words = box_head(content, look, lead_width)
    chip_width = _CHIPS_WIDTH - 12 if beside else width
    chips = [verdict(chip, look, chip_width) for chip in content.chips]
    if beside:
        column = Stack((Space(20 * look.factor), *chips), 8 * look.factor)
        words = [Columns(((0, Stack(tuple(words), 4)), (lead_width + 12, column)))]
    else:
        words += _packed(chips, width)
    if content.items:
        words.append(_items(content, look, width, columns))
    if content.closing:
        strong = look.strong
        words.append(prose(content.closing, strong, width, look.measure(strong)))
    return words


def _packed(chips: Sequence[Verdict], width: float) -> list[Block]:
    """Return *chips* in rows, side by side where they fit; none where there are many.

    They count what the sentences over them say: so many are no help to the eye.
    """
    rows: list[list[tuple[float, Block]]] = []
    end = width
    for chip in chips:
        if end + chip.width > width:
            rows.append([])
            end = 0.0
        rows[-1].append((end, chip))
        end += chip.width + GUTTER
    return [Columns(tuple(row)) for row in rows] if len(rows) <= _CHIP_ROWS else []


def box_head(
    content: Box, look: Look, width: float, *, again: bool = False
) -> list[Block]:
    """Return the heading and the lead of a box; *again* as decoration."""
    urgent = content.kind in _URGENT
    style = look.style(14, 18, bold=True, colour=ALERT if urgent else INK)
    indent = 19 * look.factor if urgent else 0
    name = wrapped(content.heading, style, width - indent, "H2")
    said = look.strong if urgent else look.body
    measure = look.measure(said)
    words = [name, *(prose(line, said, width, measure) for line in content.lead)]
    found: list[Block] = [*map(Aside, words)] if again else [*words]
    if urgent:
        sign = Sign(Tone.URGENT, 6 * look.factor)
        found[0] = Columns(((0, sign), (indent, found[0])))
    return found


def pointer(text: str, look: Look, width: float) -> Block:
    """Return *text* beside the sign of danger: it leads to an urgent box."""
    style = look.style(12, 14.5, bold=True, colour=ALERT)
    indent = 19 * look.factor
    words = wrapped(text, style, width - indent)
    return Columns(((0, Sign(Tone.URGENT, 5 * look.factor)), (indent, words)))


def _items(content: Box, look: Look, width: float, columns: int) -> Stack:
    numbered = content.kind is BoxKind.STEPS
    signs = [f"{n}" if numbered else "\u2022" for n in range(1, len(content.items) + 1)]
    each = (width - (columns - 1) * GUTTER) / columns
    entries = tuple(
        entry(sign, text, look, each, look.body)
        for sign, text in zip(signs, content.items, strict=True)
    )
    listed = NUMBERED if numbered else BULLETS
    gap = 1 if look.tight else 2 * look.factor
    if columns == 1:
        return Stack(entries, gap, "L", listed)
    rows = -(-len(entries) // columns)
    parts = tuple(
        (number * (each + GUTTER), Stack(entries[number * rows :][:rows], gap))
        for number in range(columns)
    )
    return Stack((Columns(parts),), 0, "L", listed)


def entry(sign: str, text: str, look: Look, width: float, style: Style) -> Item:
    """Return *text* as the entry of a list with *sign* before it."""
    indent = (20 if len(sign) > 1 else 13) * look.factor
    widths = (indent, width - indent, look.measure(style))
    return _entry(sign, text, lang_of(text), style, widths)


@lru_cache(maxsize=KEPT)
def _entry(
    sign: str,
    text: str,
    lang: str,
    style: Style,
    widths: tuple[float, float, float],
) -> Item:
    bold = style._replace(bold=True)
    indent, room, measure = widths
    body = prose(text, style, room, measure, lang)
    return Item(wrapped(sign, bold, indent), body, indent)


def card(content: Card, look: Look, continued: str) -> CardBlock:
    """Return one result to talk about, under a rule.

    *continued* with its name stands where it goes on on a later sheet.  In large print
    that may be after the number line, for little else fits on a sheet with it.
    """
    rule = Rule(look.width, 9 * look.factor)
    away = 0 if look.single else _CARD_LEFT + _CARD_GUTTER
    width = _CARD_LEFT if away else look.width
    facts = _card_facts(content, look, width)
    bold = look.style(10.5, 14, bold=True, colour=GREY)
    story = _card_story(content, look, look.width - away)
    gap = 3 if away else 5 * look.factor
    return CardBlock(
        head=(rule, Stack(tuple(facts), gap)),
        story=tuple(story),
        away=away,
        whole=_together(story, look),
        section=Later("Sect"),
        again=Aside(wrapped(continued.replace("{name}", content.heading), bold, width)),
        least=_CARD_REST * look.factor,
    )


def _together(story: Sequence[Block], look: Look) -> int:
    """Return how many blocks of a *story* stay with its head.

    In standard print they are the number line, its space and what the result means,
    to which a single line may only lead.
    """
    drawn = 2 if story and isinstance(story[0], LineDrawing) else 0
    if look.single:
        return drawn or 1
    first = story[drawn] if drawn < len(story) else None
    leads_on = isinstance(first, Text) and len(first.lines) == 1
    return drawn + (2 if leads_on else 1)


def _card_facts(content: Card, look: Look, width: float) -> list[Block]:
    unit = look.style(12, 16, colour=GREY)
    found: list[Block] = [wrapped(content.heading, look.name, width, "H3")]
    if content.purpose:
        found.append(wrapped(content.purpose, look.small, width))
    value = quantity(content.value, content.unit, (look.value, unit), width)
    also = [wrapped(content.also, look.small, width)] if content.also else []
    chip = verdict(content.chip, look, width)
    if not look.single:
        return [*found, value, *also, chip]
    return [*found, *_beside(value, [chip, *also], GUTTER * look.factor, width)]


def _beside(
    first: Quantity, others: Sequence[Verdict | Text], gap: float, width: float
) -> list[Block]:
    """Return *first* with as many *others* beside it as fit, the rest under it."""
    line: list[tuple[float, Block]] = [(0.0, first)]
    away = first.width
    for number, one in enumerate(others):
        away += gap
        if away + one.width > width:
            return [Columns(tuple(line)), *others[number:]]
        white = Space((first.height - one.height) / 2)
        line.append((away, Stack((white, one))))
        away += one.width
    return [Columns(tuple(line))]


def _card_story(content: Card, look: Look, width: float) -> list[Block]:
    found: list[Block] = []
    if content.line is not None:
        found += [LineDrawing(content.line, width, look), Space(1)]
    found += texts(content.texts, look, width)
    return found + [wrapped(note, look.small, width) for note in content.notes]


def row(content: Row, look: Look) -> Block:
    """Return one result in the usual range, on a line of its own."""
    if look.single:
        name, value = _row_words(content, look, (look.width, look.width))
        picture = _row_line(content, look, look.width)
        return Stack((name, value, *picture, *_row_note(content, look)), 2, "Sect")
    name, value = _row_words(content, look, (_ROW_NAME, _ROW_VALUE))
    away = _ROW_NAME + _ROW_VALUE + 2 * _ROW_GUTTER
    columns = [(0.0, name), (float(_ROW_NAME + _ROW_GUTTER), value)]
    columns += [
        (float(away), line) for line in _row_line(content, look, look.width - away)
    ]
    note = _row_note(content, look)
    return Stack((Columns(tuple(columns)), *note), 2, "Sect")


def _row_words(
    content: Row, look: Look, widths: tuple[float, float]
) -> tuple[Block, Block]:
    name: list[Block] = [wrapped(content.heading, look.strong, widths[0], "H3")]
    if content.purpose:
        name.append(wrapped(content.purpose, look.small, widths[0]))
    styles = (look.style(14, 16, bold=True), look.small)
    return Stack(tuple(name)), quantity(content.value, content.unit, styles, widths[1])


def _row_line(content: Row, look: Look, width: float) -> list[Block]:
    if content.line is None:
        return []
    return [LineDrawing(content.line, width, look, slim=True)]


def _row_note(content: Row, look: Look) -> list[Block]:
    notes = filter(None, (content.ranges, content.note))
    return [wrapped(note, look.small, look.width) for note in notes]


def unjudged(content: Unjudged, look: Look) -> Block:
    """Return one result that could not be judged: its name, its value, and why."""
    split = look.width if look.single else look.width * 0.6
    name: Text = wrapped(content.heading, look.strong, split - 12, "H3")
    value = wrapped(
        content.value, look.strong, look.width - (0 if look.single else split)
    )
    why = prose(content.why, look.body, look.width, look.measure(look.body))
    head: tuple[Block, ...] = (name, value)
    if not look.single:
        head = (Columns(((0, name), (split, value))),)
    ranges = [wrapped(content.ranges, look.small, look.width)] if content.ranges else []
    return Stack((*head, why, *ranges), 1, "Sect")
