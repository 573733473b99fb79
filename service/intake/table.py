"""A table of one panel, as CSV or XLSX or pasted from a spreadsheet, into raw rows.

Only the shape is read here: which column is which, and that no row has slipped
sideways.  What the cells mean is for the same reader as every other way in.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from service.intake.files.faults import TableError, TableFault
from service.intake.files.grid import Grid, ragged, read_grid
from service.intake.files.heads import exact

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

_REQUIRED = ("test", "value", "unit")
_TEMPLATE_ROWS = (
    ("potassium", "4.1", "mmol/L", "3.5", "5.3", "", "N", "", ""),
    ("ferritin", "9", "ug/L", "", "", "30-300", "L", "", ""),
    ("vitamin_d_25oh", "<12", "nmol/L", "", "", ">=50", "", "", ""),
)


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
    """Read an XLSX, or a CSV with ``,`` ``;`` or tab between cells.

    The first line must hold the heads.  Cells are stripped of spaces at their ends
    and otherwise kept; blank lines are passed over.

    Raises:
        TableError: with every fault of ``TABLE_FAULTS`` that was found.
    """
    grid = read_grid(body, most=MAX_BYTES)
    heads = _heads(grid)
    rows = [RawRow(one.number, _cells(heads, one.cells)) for one in grid.lines[1:]]
    _check_shape(grid)
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


def _heads(grid: Grid) -> list[str]:
    sent, line = grid.heads, grid.lines[0].number
    heads = [exact(head) or head.lower() for head in sent]
    allowed = (*ROW_COLUMNS, *SHARED_COLUMNS)
    faults = [
        TableFault(line, sent[at], "unknown_column", allowed)
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


def _check_shape(grid: Grid) -> None:
    lines = grid.lines[1:]
    if not lines:
        raise TableError([TableFault(0, "", "empty_table")])
    if len(lines) > MAX_ROWS:
        limit = (f"at most {MAX_ROWS} rows",)
        raise TableError([TableFault(0, "", "too_many_rows", limit)])
    if faults := (*grid.faults, *ragged(grid)):
        raise TableError(faults)


def _cells(heads: list[str], cells: Sequence[str]) -> dict[str, str]:
    return dict(zip(heads, map(str, cells), strict=False))


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
