"""XLSX, as far as a table of results needs it: texts, digits as stored, dates.

Read from the XML itself, since a library makes floats of the numbers.  A number is
taken with the digits that are stored.  A spreadsheet keeps 15 of them: where more are
stored, they are what a binary fraction leaves (6.7999999999999998), and the 15 that
it shows are taken (6.8).  A format that only adds places (0.00) adds its zeros, since
6.80 is what the person who made the file sees; a format never takes digits away.  No
formula is worked out, nothing outside the file is looked at.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

from service.intake.files.faults import TableError, TableFault
from service.intake.files.limits import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_PARTS,
    MAX_ROWS,
    MAX_SHEETS,
    MAX_UNPACKED,
)
from service.intake.files.numbers import Format, format_of, shown_number
from service.intake.files.parts import Element, XmlRefused, elements
from service.intake.strict_json import Number

_ZIP = b"PK\x03\x04"
_COLUMN = re.compile(r"([A-Z]{1,3})[1-9][0-9]{0,6}", re.ASCII)
_REFERS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_REFERS = "http://purl.oclc.org/ooxml/officeDocument/relationships"


@dataclass(slots=True)
class Book:
    """The rows that hold something, each with its number, and cells never read."""

    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    faults: list[TableFault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Looks:
    """What the cells refer to: shared texts, formats by number, where days begin."""

    texts: list[str]
    formats: list[Format]
    from_1904: bool


def is_workbook(body: bytes) -> bool:
    """Say whether *body* begins as a packed file does, which no CSV can."""
    return body.startswith(_ZIP)


def read_workbook(body: bytes) -> Book:
    """Return the cells of the one sheet that holds any.

    Raises:
        TableError: ``not_a_workbook``, ``several_sheets``, ``too_many_rows`` or
            ``too_many_cells``.
    """
    try:
        with zipfile.ZipFile(BytesIO(body)) as packed:
            return _read(_Parts(packed))
    except (zipfile.BadZipFile, zlib.error, XmlRefused, NotImplementedError):
        raise _no_workbook() from None
    except (KeyError, ValueError, IndexError, EOFError, OSError, RuntimeError):
        raise _no_workbook() from None  # a part is missing, locked or not as it must be


def _no_workbook() -> TableError:
    return TableError([TableFault(0, "", "not_a_workbook")])


class _Parts:
    """The parts of a packed file, whose sizes are summed before any is unpacked."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        """Refuse what is locked, or larger than any table of results."""
        parts = packed.infolist()
        unpacked = sum(one.file_size for one in parts)
        if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED:
            allowed = (f"at most {MAX_UNPACKED // 1_000_000} MB unpacked",)
            raise TableError([TableFault(0, "", "too_large", allowed)])
        self._packed = packed
        self._names = {one.filename.lstrip("/"): one for one in parts}

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def read(self, name: str, wanted: frozenset[str]) -> Iterator[Element]:
        """Yield the *wanted* elements of a part.

        Its stated size is the most that is unpacked: a part that lies about it ends.
        """
        with self._packed.open(self._names[name]) as part:
            yield from elements(part, wanted)


def _read(parts: _Parts) -> Book:
    sheets, from_1904 = _sheets(parts)
    looks = _Looks(list(_texts(parts)), _formats(parts), from_1904)
    found = [book for book in (_sheet(parts, one, looks) for one in sheets) if book]
    if len(found) > 1:
        raise TableError([TableFault(0, "", "several_sheets")])
    return found[0] if found else Book()


def _sheets(parts: _Parts) -> tuple[list[str], bool]:
    """Return the parts that are sheets, in order, and whether days begin in 1904."""
    wanted = frozenset({"Relationship"})
    relations = parts.read("xl/_rels/workbook.xml.rels", wanted)
    targets = {
        one.attributes["Id"]: one.attributes["Target"].removeprefix("/xl/")
        for one in relations
        if one.attributes.get("TargetMode") != "External"
        and one.attributes["Type"].endswith("/worksheet")
    }
    names, from_1904 = [], False
    for one in parts.read("xl/workbook.xml", frozenset({"sheet", "workbookPr"})):
        if one.name == "workbookPr":
            from_1904 = one.attributes.get("date1904") in {"1", "true"}
            continue
        refers = one.attributes.get(f"{_REFERS} id") or one.attributes.get(
            f"{_STRICT_REFERS} id", ""
        )
        if refers in targets:  # a sheet that is a chart holds no cells
            names.append(f"xl/{targets[refers]}")
    if len(names) > MAX_SHEETS:
        raise TableError([TableFault(0, "", "several_sheets")])
    return names, from_1904


def _texts(parts: _Parts) -> Iterator[str]:
    name = "xl/sharedStrings.xml"
    if name in parts:
        for one in parts.read(name, frozenset({"si"})):
            yield one.plain_text()


def _formats(parts: _Parts) -> list[Format]:
    """Return the format of each style that a cell may name."""
    name = "xl/styles.xml"
    if name not in parts:
        return []
    codes: dict[str, str] = {}
    styles: list[str] = []
    for one in parts.read(name, frozenset({"numFmt", "cellXfs"})):
        if one.name == "numFmt":
            codes[one.attributes["numFmtId"]] = one.attributes["formatCode"]
            continue
        styles += [
            child.attributes.get("numFmtId", "0")
            for child in one.children
            if child.name == "xf"
        ]
    return [format_of(one, codes.get(one)) for one in styles]


def _sheet(parts: _Parts, name: str, looks: _Looks) -> Book | None:
    """Return the rows of one sheet, or None where no cell holds anything."""
    book, number, cells_read = Book(), 0, 0
    for row in parts.read(name, frozenset({"row"})):
        number = int(row.attributes.get("r", number + 1))
        cells_read += len(row.children)
        cells = _cells(row, number, looks, book.faults)
        if any(cells) or any(fault.line == number for fault in book.faults[-1:]):
            book.rows.append((number, cells))
        if len(book.rows) > MAX_ROWS + 1:
            allowed = (f"at most {MAX_ROWS} rows",)
            raise TableError([TableFault(0, "", "too_many_rows", allowed)])
        if len(cells) > MAX_COLUMNS or cells_read > MAX_CELLS:
            allowed = (f"at most {MAX_COLUMNS} columns, {MAX_CELLS} cells",)
            raise TableError([TableFault(0, "", "too_many_cells", allowed)])
    if not book.rows:
        return None
    return _squared(book)


def _squared(book: Book) -> Book:
    """Fill up the rows: a sheet leaves out the empty cells at their ends."""
    width = max(len(cells) for _, cells in book.rows)
    book.rows = [(n, cells + [""] * (width - len(cells))) for n, cells in book.rows]
    return book


def _cells(
    row: Element, number: int, looks: _Looks, faults: list[TableFault]
) -> list[str]:
    cells: list[str] = []
    for cell in row.children:
        if cell.name != "c":
            continue
        at = _column(cell.attributes.get("r", ""), len(cells))
        if not len(cells) <= at <= MAX_COLUMNS:
            raise ValueError("columns are not in order, or too many")
        cells += [""] * (at - len(cells))
        text, fault = _cell(cell, looks)
        cells.append(text if isinstance(text, Number) else text.strip())
        if fault:
            faults.append(TableFault(number, _letters(at), fault))
    return cells


def _column(place: str, following: int) -> int:
    """Return the column of a cell from 0; one without a place follows the last."""
    if not place:
        return following
    found = _COLUMN.fullmatch(place)
    if found is None:
        raise ValueError("not a cell's place")
    at = 0
    for letter in found[1]:
        at = at * 26 + ord(letter) - ord("A") + 1
    return at - 1


def _letters(at: int) -> str:
    """Return the letters of a column as a spreadsheet shows them."""
    text = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def _cell(cell: Element, looks: _Looks) -> tuple[str, str]:
    """Return the text of a cell, and the code of what is wrong with it, if anything."""
    kind = cell.attributes.get("t", "n")
    if kind == "e" or cell.child("f") is not None:
        return "", "formula" if cell.child("f") is not None else "error_cell"
    if kind == "inlineStr":
        inline = cell.child("is")
        return (inline.plain_text() if inline else ""), ""
    held = cell.child("v")
    text = held.text if held else ""
    if kind == "n" and text:
        style = cell.attributes.get("s")
        form = looks.formats[_index(style)] if style and looks.formats else Format()
        return shown_number(text, form, from_1904=looks.from_1904)
    if kind == "s" and text:
        return looks.texts[_index(text)], ""
    return ({"1": "TRUE", "0": "FALSE"}.get(text, "") if kind == "b" else text), ""


def _index(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError("not a number of a text or style")
    return int(text)
