"""The complete table: real rows and heads, wrapped cells, heads again on each sheet."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import zip_longest
from math import ceil, sqrt
from typing import NamedTuple

from reports.model import Table
from reports.pdf.blocks import Block, Later
from reports.pdf.canvas import ReportCanvas
from reports.pdf.style import PANEL, RULE, Look, Style
from reports.pdf.text import Text, wrapped
from reports.pdf.typeset import KEPT, longest_word, width_in_one_line

_COLUMN_SCOPE = "/A <</O/Table/Scope/Column>>"
_ROW_SCOPE = "/A <</O/Table/Scope/Row>>"
_PADDING = 4
_LONGEST = 0.4  # of the width: a longer word, such as an address, is broken
_RESULT = 1  # the column behind the names: number and unit, in tables of results
_MOST = 0.75  # of the cells of a column


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: a text per column, each of its kind: its role, and what else is true."""

    cells: tuple[Text, ...]
    lefts: tuple[float, ...]
    width: float
    table: Later
    kinds: tuple[tuple[str, str], ...]
    head: bool = False
    height: float = field(init=False)

    def __post_init__(self) -> None:
        """Measure the highest cell with white around it, once."""
        height = max([cell.height for cell in self.cells]) + 2 * _PADDING
        object.__setattr__(self, "height", height)

    def draw(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Draw the row as part of the table."""
        self.ground(canvas, left, top)
        left, top = left + _PADDING, top - _PADDING
        cells = zip(self.cells, self.lefts, strict=True)
        lines = [(one.words, left + away, top - one.words.drop) for one, away in cells]
        with canvas.under(self.table.on(canvas)):
            canvas.family("TR", self.kinds, lines)

    def again(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Draw the row as decoration: the heads on a later sheet."""
        self.ground(canvas, left, top)
        with canvas.artifact("Pagination"):
            for cell, away in zip(self.cells, self.lefts, strict=True):
                cell.set(canvas, left + away + _PADDING, top - _PADDING)

    def ground(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Draw what stands under and behind the words, as decoration."""
        bottom = top - self.height
        with canvas.artifact():
            if self.head:
                canvas.fill_with(PANEL)
                canvas.block(left, bottom, self.width, self.height)
            canvas.stroke_with(RULE, 0.6)
            canvas.level(left, left + self.width, bottom)

    def split(self, room: float) -> Sequence[Block]:
        """Return the row in pieces that are one row to a reader of the tags."""
        row, cells = Later("TR"), tuple(Later(*kind) for kind in self.kinds)
        return [_Piece(part, row, cells) for part in self.parts(room)]

    def parts(self, room: float) -> list["TableRow"]:
        """Return rows of some lines each, none higher than *room*."""
        columns = [cell.split(room - 2 * _PADDING) for cell in self.cells]
        empty = [cell.emptied() for cell in self.cells]
        return [
            replace(
                self,
                cells=tuple(
                    part or none for part, none in zip(parts, empty, strict=True)
                ),
            )
            for parts in zip_longest(*columns)
        ]


@dataclass(frozen=True, slots=True)
class _Piece:
    """So much of a row as fits on a sheet; the others share its elements."""

    part: TableRow
    row: Later
    cells: tuple[Later, ...]

    @property
    def width(self) -> float:
        return self.part.width

    @property
    def height(self) -> float:
        return self.part.height

    def draw(self, canvas: ReportCanvas, left: float, top: float) -> None:
        part = self.part
        part.ground(canvas, left, top)
        with (
            canvas.under(part.table.on(canvas)),
            canvas.under(self.row.on(canvas)),
        ):
            for cell, element, away in zip(
                part.cells, self.cells, part.lefts, strict=True
            ):
                place = (left + away + _PADDING, top - _PADDING)
                cell.add(canvas, element.on(canvas), place)

    def split(self, _room: float) -> Sequence[Block]:
        return [self]  # it was split already


@dataclass(frozen=True, slots=True)
class Heads:
    """The column heads once more, at the top of a sheet on which the table goes on."""

    row: TableRow

    @property
    def height(self) -> float:
        """The height of the row."""
        return self.row.height

    def draw(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Draw the row as decoration."""
        self.row.again(canvas, left, top)

    def split(self, _room: float) -> Sequence[Block]:
        """Return itself."""
        return [self]


def table_rows(table: Table, look: Look) -> tuple[TableRow, list[TableRow]]:
    """Return the row of heads and the other rows of *table*."""
    element = Later("Table")
    bold = look.style(9, 12, bold=True)
    widths = _column_widths(table, look, bold)
    lefts = tuple(sum(widths[:number]) for number in range(len(widths)))
    rooms = [width - 2 * _PADDING for width in widths]
    head = TableRow(
        tuple(wrapped(t, bold, w) for t, w in zip(table.columns, rooms, strict=True)),
        lefts,
        look.width,
        element,
        (("TH", _COLUMN_SCOPE),) * len(widths),
        head=True,
    )
    rows = [
        TableRow(
            tuple(
                wrapped(text, look.fine if number else bold, room)
                for number, (text, room) in enumerate(zip(cells, rooms, strict=True))
            ),
            lefts,
            look.width,
            element,
            (("TH", _ROW_SCOPE), *(("TD", ""),) * (len(widths) - 1)),
        )
        for cells in table.rows
    ]
    return head, rows


def _column_widths(table: Table, look: Look, bold: Style) -> list[float]:
    """Share the width out: to each column its longest word, then what it wants.

    Number and unit of a result stay in one line where an even part of the width holds
    them.  What is left goes first to what most cells of a column want, and only then
    to the few that are longer than the others: they break anyway.
    """
    columns = _measured(table, look, bold)
    widths = _least(columns, look.width)
    for goal in (_mostly, max):
        wanted = [goal([cell.whole for cell in column]) for column in columns]
        lacking = [
            max(0.0, want - width) for want, width in zip(wanted, widths, strict=True)
        ]
        given = _poured(lacking, look.width - sum(widths))
        widths = [width + more for width, more in zip(widths, given, strict=True)]
    spare = (look.width - sum(widths)) / len(widths)
    return [width + spare for width in widths]


class _Measure(NamedTuple):
    """How wide a cell is in one line, and its longest word, with the white around."""

    whole: float
    word: float


def _measured(table: Table, look: Look, bold: Style) -> list[list[_Measure]]:
    columns = zip(*table.rows, strict=True) if table.rows else [()] * len(table.columns)
    return [
        [
            _measure(heading, bold),
            *(_measure(cell, look.fine if number else bold) for cell in cells),
        ]
        for number, (heading, cells) in enumerate(
            zip(table.columns, columns, strict=True)
        )
    ]


@lru_cache(maxsize=KEPT)
def _measure(text: str, style: Style) -> _Measure:
    extra = 2 * _PADDING + 1
    whole, word = width_in_one_line(text, style), longest_word(text, style)
    return _Measure(whole + extra, word + extra)


def _least(columns: Sequence[Sequence[_Measure]], width: float) -> list[float]:
    """Return what each column needs if no word is to be broken."""
    even = width / len(columns)
    words = [
        min(max(cell.word for cell in column), width * _LONGEST) for column in columns
    ]
    results = [cell.whole for cell in columns[_RESULT] if cell.whole <= even]
    least = [*words]
    least[_RESULT] = max([words[_RESULT], *results])
    for found in (least, words):
        if sum(found) <= width:
            return found
    return [min(one, even) for one in words]  # words must break: none is starved


def _mostly(wants: Sequence[float]) -> float:
    """Return what is enough for most of *wants*."""
    return sorted(wants)[ceil(_MOST * len(wants)) - 1]


def _poured(lacking: Sequence[float], spare: float) -> list[float]:
    """Share *spare* out by the root of what each lacks, and to none more than that.

    That makes fewer lines than even parts or parts by need would.
    """
    given, roots = [0.0] * len(lacking), [sqrt(more) for more in lacking]
    left = sum(roots)
    for number in sorted(range(len(lacking)), key=lambda number: lacking[number]):
        share = spare * roots[number] / left if left > 0 else 0.0
        given[number] = min(lacking[number], share)
        spare, left = spare - given[number], left - roots[number]
    return given
