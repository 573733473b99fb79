"""A table of results, as CSV or pasted from a spreadsheet, into raw rows.

Only the shape is read here: which column is which, and that no row has slipped
sideways.  What the cells mean is for the same reader as every other way in.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

ROW_COLUMNS = (
    "test",
    "value",
    "unit",
    "low",
    "high",
    "interval",
    "flag",
    "status",
    "comment",
)
"""The columns of one result; the first three must be there."""

SHARED_COLUMNS = (
    "record_number",
    "name",
    "birth_date",
    "sex",
    "pregnancy",
    "pregnancy_weeks",
    "collected_at",
    "specimen",
    "conditions",
    "symptoms",
    "factors",
    "profile",
    "locale",
)
"""The columns that say the same on every row: whose the results are."""

MAX_ROWS = 100
"""The most results that one table may hold."""

MAX_BYTES = 500_000
"""The largest table that is read."""

TABLE_FAULTS = {
    "not_utf8": "The file is not UTF-8 text. Save it as “CSV UTF-8”.",
    "empty_table": "The table has no rows below its head.",
    "too_large": "The table is larger than is read: at most 500 kB.",
    "not_a_table": "A quoted cell never ends, or a cell is far too long.",
    "unknown_column": "The head of this column is not one that is read.",
    "duplicate_column": "Two columns have the same head.",
    "missing_column": "A column that must be there is missing.",
    "ragged_row": "The row has another number of cells than the head, so a value "
    "may stand in the wrong column.",
    "too_many_rows": "The table has more rows than one panel may hold.",
    "several_patients": "Rows disagree on a fact that must be the same for the "
    "whole panel: one file holds one patient and one specimen.",
}
"""Why a table is refused: code and sentence."""

_DELIMITERS = ",;\t"
_REQUIRED = ("test", "value", "unit")
_ALIASES = {
    "analyte": "test",
    "result": "value",
    "units": "unit",
    "range": "interval",
    "reference interval": "interval",
    "reference range": "interval",
    "mrn": "record_number",
    "patient": "record_number",
    "dob": "birth_date",
    "date of birth": "birth_date",
    "collected": "collected_at",
}
_TEMPLATE_ROWS = (
    ("potassium", "4.1", "mmol/L", "3.5", "5.3", "", "N", "", ""),
    ("ferritin", "9", "ug/L", "", "", "30-300", "L", "", ""),
    ("vitamin_d_25oh", "<12", "nmol/L", "", "", ">=50", "", "", ""),
)


@dataclass(frozen=True, slots=True)
class TableFault:
    """One place in a table that cannot be used: its line and column, if it has them.

    ``line`` counts from 1 as a text editor does; 0 is the table as a whole.
    """

    line: int
    column: str
    code: str
    allowed: tuple[str, ...] = ()


class TableError(Exception):
    """A table that cannot be used; every fault that was found, in order."""

    def __init__(self, faults: Sequence[TableFault]) -> None:
        """Keep the *faults*; the message holds no cell."""
        super().__init__(", ".join(sorted({fault.code for fault in faults})))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as it was written: the line it starts on, and its cells by column."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table whose shape is sound: its rows, and what all of them share."""

    rows: tuple[RawRow, ...]
    shared: dict[str, str]


def read_table(body: bytes) -> RawTable:
    """Read CSV with ``,`` ``;`` or tab between cells; a BOM is taken off.

    The first line must hold the heads.  Cells are stripped of spaces at their ends
    and otherwise kept; blank lines are passed over.

    Raises:
        TableError: with every fault of ``TABLE_FAULTS`` that was found.
    """
    if len(body) > MAX_BYTES:
        raise TableError([TableFault(0, "", "too_large")])
    lines = _lines(body)
    if not lines:
        raise TableError([TableFault(0, "", "empty_table")])
    heads = _heads(lines[0])
    rows = [RawRow(line, _cells(heads, cells)) for line, cells in lines[1:]]
    _check_shape(heads, lines[1:])
    shared = _shared(rows)
    return RawTable(
        rows=tuple(
            RawRow(row.line, {c: row.cells.get(c, "") for c in ROW_COLUMNS})
            for row in rows
        ),
        shared=shared,
    )


def template_csv() -> str:
    """Return a table to fill in, with three invented results as an example."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(ROW_COLUMNS)
    writer.writerows(_TEMPLATE_ROWS)
    return sheet.getvalue()


def _lines(body: bytes) -> list[tuple[int, list[str]]]:
    """Return the lines that hold something, each with its number."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TableError([TableFault(0, "", "not_utf8")]) from None
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=lambda one: _known_heads(first, one))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found, start = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((start, [cell.strip() for cell in cells]))
            start = reader.line_num + 1
    except csv.Error:
        raise TableError([TableFault(start, "", "not_a_table")]) from None
    return found


def _known_heads(line: str, delimiter: str) -> int:
    heads = [_head(cell.strip().strip('"')) for cell in line.split(delimiter)]
    return sum(head in ROW_COLUMNS or head in SHARED_COLUMNS for head in heads)


def _head(text: str) -> str:
    name = text.strip().lower()
    return _ALIASES.get(name, name.replace(" ", "_"))


def _heads(first: tuple[int, list[str]]) -> list[str]:
    line, cells = first
    heads = [_head(cell) for cell in cells]
    while heads and not heads[-1]:  # a delimiter at the end of each line
        heads.pop()
    allowed = (*ROW_COLUMNS, *SHARED_COLUMNS)
    faults = [
        TableFault(line, cells[at], "unknown_column", allowed)
        for at, head in enumerate(heads)
        if head not in allowed
    ]
    faults += [
        TableFault(line, head, "duplicate_column")
        for head in dict.fromkeys(heads)
        if heads.count(head) > 1
    ]
    faults += [
        TableFault(line, head, "missing_column")
        for head in _REQUIRED
        if head not in heads
    ]
    if faults:
        raise TableError(faults)
    return heads


def _check_shape(heads: list[str], lines: list[tuple[int, list[str]]]) -> None:
    if not lines:
        raise TableError([TableFault(0, "", "empty_table")])
    if len(lines) > MAX_ROWS:
        limit = (f"at most {MAX_ROWS} rows",)
        raise TableError([TableFault(0, "", "too_many_rows", limit)])
    ragged = [
        TableFault(line, "", "ragged_row", (f"{len(heads)} cells",))
        for line, cells in lines
        if len(cells) < len(heads) or any(cells[len(heads) :])
    ]
    if ragged:
        raise TableError(ragged)


def _cells(heads: list[str], cells: list[str]) -> dict[str, str]:
    return dict(zip(heads, cells, strict=False))


def _shared(rows: list[RawRow]) -> dict[str, str]:
    """Return what all rows agree on; an empty cell says nothing."""
    shared: dict[str, str] = {}
    faults = []
    for row in rows:
        for column in SHARED_COLUMNS:
            text = row.cells.get(column, "")
            if text and shared.setdefault(column, text) != text:
                faults.append(TableFault(row.line, column, "several_patients"))
    if faults:
        raise TableError(faults)
    return shared
