"""The file that was sent, given back: what became of each row stands beside it."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from reference_ranges.results import Interpretation, Result
from service.intake.files.faults import TableFault
from service.intake.files.grid import Grid
from service.intake.files.reading import FileRead, Read
from service.intake.submission import Submission

HEADS = (
    "plainlab_outcome",
    "plainlab_code",
    "plainlab_reason",
    "plainlab_interpretation",
)
NOT_STORED = "not_stored"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[-+]?[0-9]+([.,][0-9]+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Became:
    """What became of a panel: the interpretation's id, what was read, and it itself."""

    id: str
    submission: Submission
    interpretation: Interpretation


class RowsDiffer(Exception):  # noqa: N818 - it names what happened
    """A panel was stored of other cells than are read for it now."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What is said of one result, or of one row that was not stored."""

    outcome: str
    code: str = ""
    reason: str = ""
    interpretation: str = ""


def report_of(read: FileRead, became: Iterable[Became | None]) -> bytes:
    """Return the file with what became of each row; None is a panel not stored.

    A CSV comes back as CSV with the same delimiter, an XLSX as XLSX with texts only.

    Raises:
        RowsDiffer: what became of a row cannot be told.
    """
    told: dict[int, list[_Told]] = {}
    for panel, kept in zip(read.panels, became, strict=True):
        for line, one in _of_panel(panel, kept):
            told.setdefault(line, []).append(one)
    if read.sheet is None:
        raise ValueError("only a table is given back as a table")
    return _written(read.sheet.grid, told)


def report_of_faults(grid: Grid, faults: Sequence[TableFault]) -> bytes:
    """Return the file with its *faults* beside the rows: nothing of it was stored."""
    told = {line.number: [_Told(NOT_STORED)] for line in grid.lines[1:]}
    for number, reasons in _reasons(faults).items():
        told[number] = [_Told(NOT_STORED, reason=reasons)]
    return _written(grid, told)


def neutral(text: str) -> str:
    """Return *text* so that no spreadsheet takes it for a formula; a number stays."""
    runs = text.startswith(_FORMULA) and not _NUMBER.fullmatch(text)
    return f"'{text}" if runs else text


def _of_panel(panel: Read, kept: Became | None) -> Iterator[tuple[int, _Told]]:
    reasons = _reasons(panel.faults)
    if kept is None:
        for line in dict.fromkeys((*panel.sent.lines, *reasons)):
            yield line, _Told(NOT_STORED, reason=reasons.get(line, ""))
        return
    if _cells(panel.sent.raw) != _cells(kept.submission.raw):
        raise RowsDiffer
    found = {one.observation: one for one in kept.interpretation.results}
    sent = kept.submission.panel.observations
    if panel.submission is None or panel.submission.panel.observations != sent:
        reasons = {}  # they are of what would be read now
    for line, observation in zip(panel.sent.lines, sent, strict=True):
        yield line, _of_result(found[observation], kept.id, reasons.get(line, ""))


def _cells(raw: bytes) -> tuple[object, list[object]]:
    """Return of a panel as it is kept its lines, and the values in their order."""
    kept = json.loads(raw)
    return kept["lines"], [one["value"] for one in kept["document"]["results"]]


def _of_result(result: Result, made: str, fault: str) -> _Told:
    outcome = result.outcome
    said = " ".join(part for part in (outcome.kind, outcome.direction) if part)
    return _Told(said, result.code or "", fault or outcome.reason or "", made)


def _reasons(faults: Sequence[TableFault]) -> dict[int, str]:
    found: dict[int, list[str]] = {}
    for fault in faults:
        said = f"{fault.column}: {fault.code}" if fault.column else fault.code
        found.setdefault(fault.line, []).append(said)
    return {line: "; ".join(dict.fromkeys(said)) for line, said in found.items()}


def _written(grid: Grid, told: Mapping[int, Sequence[_Told]]) -> bytes:
    rows = _rows(grid, told)
    return _workbook(rows) if grid.kind == "xlsx" else _csv(rows, grid.delimiter)


def _rows(grid: Grid, told: Mapping[int, Sequence[_Told]]) -> Iterator[tuple[str, ...]]:
    """Yield the rows; columns that an earlier report added are written anew."""
    kept = [at for at, head in enumerate(grid.heads) if head not in HEADS]
    for at, line in enumerate(grid.lines):
        cells = [line.cells[one] if one < len(line.cells) else "" for one in kept]
        added = _added(told.get(line.number, ())) if at else HEADS
        yield tuple(neutral(cell) for cell in (*cells, *added))


def _added(told: Sequence[_Told]) -> tuple[str, ...]:
    """Return the four cells of a row; those of several results are parted by ``;``."""
    ids = dict.fromkeys(one.interpretation for one in told)
    columns = ([one.outcome for one in told], [one.code for one in told],
               [one.reason for one in told], list(ids))  # fmt: skip
    return tuple("; ".join(texts) if any(texts) else "" for texts in columns)


def _csv(rows: Iterator[tuple[str, ...]], delimiter: str) -> bytes:
    sheet = io.StringIO(newline="")
    csv.writer(sheet, delimiter=delimiter).writerows(rows)
    return sheet.getvalue().encode("utf-8-sig")  # spreadsheets need the mark


def _workbook(rows: Iterator[tuple[str, ...]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Results")
    for row in rows:
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\ufffd", text))
            cell.data_type = "s"  # digits stay as they are, and nothing is a formula
            cells.append(cell)
        sheet.append(cells)
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()
