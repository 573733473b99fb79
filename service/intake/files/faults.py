"""Every way in which a file of results is refused, and where in it."""

from collections.abc import Sequence
from dataclasses import dataclass

TABLE_FAULTS = {
    # the file
    "not_utf8": "The file is not UTF-8 text. Save it as “CSV UTF-8”.",
    "empty_table": "The table has no rows below its head.",
    "too_large": "The file is larger than is read here: make several files of it.",
    "not_a_table": "A quoted cell never ends, or a cell is far too long.",
    "not_a_workbook": "This is not an XLSX file that is read: it is damaged, locked "
    "with a password, or holds what no spreadsheet needs.",
    "several_sheets": "More than one sheet holds cells: save the sheet with the "
    "results as a file of its own.",
    "too_many_rows": "The table has more rows or panels than are read at once: make "
    "several files of it, the rows of one patient in the same file.",
    "too_many_cells": "The table has more columns or cells than are read at once: "
    "leave out columns without results, or make several files of it.",
    "unknown_kind": "There is no reader for a file with this ending.",
    "fhir_file": "FHIR is not stored from a file, which cannot say what it corrects: "
    "send it to /fhir.",
    # its head
    "unknown_column": "The head of this column is not one that is read.",
    "duplicate_column": "Two columns have the same head or the same meaning.",
    "missing_column": "A column that must be there is missing.",
    "unit_for_column": "The column needs a unit of its test.",
    # its rows
    "ragged_row": "The row has another number of cells than the head, so a value "
    "may stand in the wrong column.",
    "several_patients": "Rows disagree on a fact that must be the same for the "
    "whole panel: here it is one patient and one specimen.",
    "rows_disagree": "Rows of the same patient and specimen disagree on this fact.",
    "correction": "A file cannot correct what was sent before, and both would stand: "
    "send the correction by HL7, by FHIR, or as JSON that supersedes it.",
    "patient_missing": "The row does not say whose it is, and others are of somebody.",
    "formula": "The cell holds a formula. It is never worked out here: put its value "
    "in its place.",
    "error_cell": "The cell holds an error of the spreadsheet, such as #N/A.",
    "number_format": "The cell shows something else than the number that it holds: a "
    "percentage, a sign, zeros before it, or words. Show it as a plain number or text.",
    "not_a_day": "The cell holds a date that there never was.",
}
"""Why a table is refused: code and sentence."""


@dataclass(frozen=True, slots=True)
class TableFault:
    """One place in a table that cannot be used: its line and column, if it has them.

    ``line`` counts from 1 as a text editor or a spreadsheet does; 0 is the table as
    a whole.  ``received`` is shown to the sender only and never logged.
    """

    line: int
    column: str
    code: str
    allowed: tuple[str, ...] = ()
    received: str = ""


class TableError(Exception):
    """A table that cannot be used; every fault that was found, in order."""

    def __init__(self, faults: Sequence[TableFault]) -> None:
        """Keep the *faults*; the message holds no cell."""
        super().__init__(", ".join(sorted({fault.code for fault in faults})))
        self.faults = tuple(faults)
