"""A file as lines of cells, whether it is CSV or XLSX: only the shape is read here."""

import csv
import io
from dataclasses import dataclass

from service.intake.files.faults import TableError, TableFault
from service.intake.files.heads import exact
from service.intake.files.limits import MAX_CELLS, MAX_COLUMNS, MAX_FILE, MAX_ROWS
from service.intake.files.workbook import is_workbook, read_workbook

DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Line:
    """A line that holds something: its number, and its cells without outer spaces."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The lines of a file, the head first.

    ``kind`` is csv or xlsx; ``faults`` are cells that hold what is never read, such
    as a formula: their texts are empty.  ``delimiter`` is what parted the cells of a
    CSV.
    """

    kind: str
    lines: tuple[Line, ...]
    faults: tuple[TableFault, ...] = ()
    delimiter: str = ","

    @property
    def heads(self) -> tuple[str, ...]:
        """The cells of the first line, those at its end that are empty left out."""
        heads = list(self.lines[0].cells)
        while heads and not heads[-1]:  # a delimiter at the end of each line
            heads.pop()
        return tuple(heads)


def read_grid(body: bytes, *, most: int = MAX_FILE) -> Grid:
    """Return the lines of *body*, told to be CSV or XLSX by its first bytes.

    The text is UTF-8, a BOM is taken off; cells are parted by ``,`` ``;`` or tab:
    by what leaves the most heads that we know, else the most heads.

    Raises:
        TableError: ``too_large`` for more than *most* bytes, and any other fault of
            the file as a whole.
    """
    if len(body) > most:
        allowed = (f"at most {most // 1000} kB",)
        raise TableError([TableFault(0, "", "too_large", allowed)])
    if is_workbook(body):
        book = read_workbook(body)
        lines = [(number, list(cells)) for number, cells in book.rows]
        return _grid("xlsx", lines, tuple(book.faults))
    lines, delimiter = _lines(body)
    return _grid("csv", lines, (), delimiter)


def ragged(grid: Grid) -> tuple[TableFault, ...]:
    """Return a fault for each line whose cells do not stand below the heads."""
    width = len(grid.heads)
    return tuple(
        TableFault(line.number, "", "ragged_row", (f"{width} cells",))
        for line in grid.lines[1:]
        if len(line.cells) < width or any(line.cells[width:])
    )


def _grid(
    kind: str,
    lines: list[tuple[int, list[str]]],
    faults: tuple[TableFault, ...],
    delimiter: str = ",",
) -> Grid:
    if not lines:
        raise TableError([TableFault(0, "", "empty_table"), *faults])
    found = tuple(Line(number, tuple(cells)) for number, cells in lines)
    return Grid(kind, found, faults, delimiter)


def _lines(body: bytes) -> tuple[list[tuple[int, list[str]]], str]:
    """Return the lines that hold something, each with its number; and the delimiter."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TableError([TableFault(0, "", "not_utf8")]) from None
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=lambda one: _likely(first, one))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found: list[tuple[int, list[str]]] = []
    start, cells_read = 1, 0
    try:
        for cells in reader:
            cells_read += len(cells)
            _limit(len(found), cells, cells_read)
            if any(cell.strip() for cell in cells):
                found.append((start, [cell.strip() for cell in cells]))
            start = reader.line_num + 1
    except csv.Error:
        raise TableError([TableFault(start, "", "not_a_table")]) from None
    _limit(len(found), [], cells_read)
    return found, delimiter


def _limit(rows: int, cells: list[str], cells_read: int) -> None:
    if rows > MAX_ROWS + 1:
        allowed = (f"at most {MAX_ROWS} rows",)
        raise TableError([TableFault(0, "", "too_many_rows", allowed)])
    if len(cells) > MAX_COLUMNS or cells_read > MAX_CELLS:
        allowed = (f"at most {MAX_COLUMNS} columns, {MAX_CELLS} cells",)
        raise TableError([TableFault(0, "", "too_many_cells", allowed)])


def _likely(line: str, delimiter: str) -> tuple[int, int]:
    heads = [cell.strip().strip('"') for cell in line.split(delimiter, MAX_COLUMNS)]
    return sum(bool(exact(head)) for head in heads), len(heads)
