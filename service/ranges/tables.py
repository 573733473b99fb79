"""The tables of all limits and of all rules: as CSV for programs, as XLSX for people.

A cell never becomes a formula, whatever a data file says; a limit is a text, so that
no spreadsheet takes a digit from it.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from reference_ranges.catalogue import Catalogue
from service.ranges import rule_lines
from service.ranges.rows import COLUMNS, all_lines

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_WIDTHS = {
    "name": 22,
    "row": 38,
    "rule": 90,
    "precedence": 22,
    "site": 22,
    "limits": 18,
    "unit": 12,
    "meaning": 44,
    "source": 34,
    "title": 46,
    "where": 40,
    "note": 48,
    "inside_because": 40,
    "drafted_by": 26,
    "org": 40,
    "url or place": 60,
    "via": 60,
    "what": 24,
    "": 90,
}
_WIDTH = 13
_HEAD_HEIGHT = 30
_HEAD = PatternFill("solid", start_color="FF16222B")
_OFF = PatternFill("solid", start_color="FFF1F1F1")
_TOP = Alignment(vertical="top", wrap_text=True)
_HEAD_FONT = Font(bold=True, color="FFFFFFFF")
_OFF_FONT = Font(italic=True, color="FF6A6A6A")
_SOURCE_COLUMNS = ("source", "org", "year", "title", "url or place", "evidence", "via")


def write_csv(catalogue: Catalogue, file: TextIO) -> None:
    """Write every limit of *catalogue* as CSV: UTF-8, commas, one head line.

    A text that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    writer = _writer(file, COLUMNS)
    for line in all_lines(catalogue):
        texts = {name: neutral(text) for name, text in line.items()}
        writer.writerow({**texts, "limits": line["limits"]})  # numbers of our own


def write_rules_csv(catalogue: Catalogue, folder: Path, file: TextIO) -> None:
    """Write every rule of the data files in *folder* as such a CSV."""
    writer = _writer(file, rule_lines.COLUMNS)
    for line in rule_lines.all_rule_lines(catalogue, folder):
        writer.writerow({name: neutral(text) for name, text in line.items()})


def _writer(file: TextIO, columns: Sequence[str]) -> "csv.DictWriter[str]":
    writer = csv.DictWriter(file, columns, lineterminator="\n")
    writer.writeheader()
    return writer


def write_xlsx(catalogue: Catalogue, file: Path) -> None:
    """Write every limit, the sources and how to read them as a workbook."""
    _book("Limits", COLUMNS, list(all_lines(catalogue)), catalogue).save(file)


def write_rules_xlsx(catalogue: Catalogue, folder: Path, file: Path) -> None:
    """Write every rule of the data files in *folder* as such a workbook."""
    lines = list(rule_lines.all_rule_lines(catalogue, folder))
    _book("Rules", rule_lines.COLUMNS, lines, catalogue).save(file)


def _book(
    title: str,
    columns: Sequence[str],
    lines: Sequence[Mapping[str, str]],
    catalogue: Catalogue,
) -> Workbook:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    _fill(sheet, columns, ([line[name] for name in columns] for line in lines))
    for number, line in enumerate(lines, start=2):
        if line["status"] != "active":
            _shade(sheet, number)
    sheet.freeze_panes = "C2"  # the head and what names the row stay in sight
    _fill(book.create_sheet("Sources"), _SOURCE_COLUMNS, _sources(catalogue))
    _fill(book.create_sheet("About"), ("what", ""), _about(catalogue))
    return book


def neutral(text: str) -> str:
    """Return *text* so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _sources(catalogue: Catalogue) -> Iterable[Sequence[str]]:
    for name, source in sorted(catalogue.sources.items()):
        facts = (source.org, str(source.year), source.title, source.where)
        yield (name, *facts, source.evidence, source.via)


def _about(catalogue: Catalogue) -> Iterable[Sequence[str]]:
    return [
        ("catalogue", catalogue.version),
        ("sha256", catalogue.sha256),
        ("status", "proposed rows (grey) are listed and never used"),
        ("limits", "texts, with the digits that the source prints"),
        ("age", "calendar age at collection: the first age is in, the second out"),
        ("severity", "0 none, 1 minor, 2 see a clinician soon, 3 urgent, 4 emergency"),
        ("main, beside, target", "may lead; is shown beside; asked for by a condition"),
        ("evidence", "seen: the figure was read there; recalled; engineering: ours"),
        ("via", "how the figure was read, where not in the publication alone"),
    ]


def _fill(
    sheet: Worksheet, columns: Sequence[str], rows: Iterable[Sequence[str]]
) -> None:
    for place, name in enumerate(columns, start=1):
        head = sheet.cell(1, place)
        _set(head, name.replace("_", " "))
        head.font, head.fill = _HEAD_FONT, _HEAD
        width = _WIDTHS.get(name, _WIDTH)
        sheet.column_dimensions[get_column_letter(place)].width = width
    for number, texts in enumerate(rows, start=2):
        for place, text in enumerate(texts, start=1):
            _set(sheet.cell(number, place), text)
    sheet.row_dimensions[1].height = _HEAD_HEIGHT
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _set(cell: Cell | MergedCell, text: str) -> None:
    """Put *text* into *cell* as a text, and as nothing else."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", text)
    cell.data_type = "s"
    cell.number_format = "@"
    cell.alignment = _TOP
    if text.startswith(_FORMULA_STARTS):
        cell.quotePrefix = True


def _shade(sheet: Worksheet, number: int) -> None:
    for cell in sheet[number]:
        cell.font, cell.fill = _OFF_FONT, _OFF
