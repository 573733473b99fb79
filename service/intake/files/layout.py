"""Whether the columns of a table, as they were said to mean something, make sense."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reference_ranges.catalogue import Catalogue
from service.intake.files.faults import TableError, TableFault
from service.intake.files.grid import Grid, ragged
from service.intake.files.heads import (
    IGNORE,
    RESULT,
    UNSAID,
    Meaning,
    columns,
    unit_fits,
)

RESULT_COLUMNS = (
    "test",
    "code",
    "code_system",
    "value",
    "unit",
    "low",
    "high",
    "interval",
    "flag",
    "status",
    "comment",
    "method",
)
"""What stands once for each result; every other column is of the whole panel."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A grid whose columns are known: one meaning for each head, in order."""

    grid: Grid
    meanings: tuple[Meaning, ...]

    @property
    def wide(self) -> bool:
        """Whether each test has a column of its own."""
        return any(one.column == RESULT for one in self.meanings)


def lay_out(grid: Grid, meanings: Sequence[Meaning], catalogue: Catalogue) -> Sheet:
    """Return *grid* with what its columns hold, once that makes sense.

    Raises:
        TableError: with every fault of the head, else with every cell and row that is
            never read.
    """
    sheet = Sheet(grid, tuple(meanings))
    faults = [*_head_faults(sheet, catalogue)]
    if not faults and len(grid.lines) == 1:
        faults = [TableFault(0, "", "empty_table")]
    faults = faults or [*_read_cells(sheet), *ragged(grid)]
    if faults:
        raise TableError(sorted(faults, key=lambda one: one.line))
    return sheet


def _head_faults(sheet: Sheet, catalogue: Catalogue) -> Iterator[TableFault]:
    line = sheet.grid.lines[0].number
    allowed = tuple(one for one in columns() if one not in RESULT_COLUMNS)
    seen: set[object] = set()
    for head, meaning in zip(sheet.grid.heads, sheet.meanings, strict=True):
        if meaning == UNSAID:
            yield TableFault(line, head, "unknown_column", columns())
        elif sheet.wide and meaning.column in RESULT_COLUMNS:
            yield TableFault(line, head, "unknown_column", allowed)
        elif meaning.column == RESULT:
            yield from _unit_fault(line, head, meaning, catalogue)
        what = (meaning.column, meaning.analyte)
        if what in seen and meaning.column not in {IGNORE, ""}:
            yield TableFault(line, head, "duplicate_column")
        seen.add(what)
    if not sheet.wide:
        yield from _missing(line, {one.column for one in sheet.meanings})


def _unit_fault(
    line: int, head: str, meaning: Meaning, catalogue: Catalogue
) -> Iterator[TableFault]:
    analyte = catalogue.analytes.get(meaning.analyte)
    if analyte is None:
        yield TableFault(line, head, "unknown_column")
    elif not unit_fits(analyte, meaning.unit, head):
        yield TableFault(line, head, "unit_for_column", tuple(analyte.units))


def _missing(line: int, told: set[str]) -> Iterator[TableFault]:
    for needed in (("test", "code"), ("value",), ("unit",)):
        if not told.intersection(needed):
            yield TableFault(line, needed[0], "missing_column")


def _read_cells(sheet: Sheet) -> Iterator[TableFault]:
    """Yield the faults of cells that are of any use, by the heads of their columns."""
    heads, first = sheet.grid.heads, sheet.grid.lines[0].number
    for fault in sheet.grid.faults:
        at = _place(fault.column)
        ignored = at < len(heads) and sheet.meanings[at].column == IGNORE
        if fault.line < first or ignored:
            continue
        where = heads[at] if at < len(heads) else fault.column
        yield TableFault(fault.line, where, fault.code)


def _place(letters: str) -> int:
    at = 0
    for letter in letters:
        at = at * 26 + ord(letter) - ord("A") + 1
    return at - 1
