"""Files made to do harm: refused by name, within a second, in little memory."""

import io
import time
import tracemalloc
import zipfile

import pytest

from service.intake.files import limits
from service.intake.files.faults import TABLE_FAULTS
from service.intake.files.report import neutral
from tests.files.books import book, with_part, with_shared_texts
from tests.files.test_tables import faults
from tests.long import untraced

SHEET = "xl/worksheets/sheet1.xml"


def stuffed(name, size):
    """A workbook with a part that unpacks to *size* bytes."""
    out = io.BytesIO(book(("140",), heads=("Sodium (mmol/L)",)))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, b" " * size)
    return out.getvalue()


def of_many_parts(number):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for one in range(number):
            packed.writestr(f"part{one}", b"")
    return out.getvalue()


def deep(xml):
    return xml.replace("<sheetData>", "<sheetData><row>" + "<c>" * 5000)


def long_text(xml):
    return xml.replace("140", "1" * 5_000_000)


def many_cells(xml):
    return xml.replace("</row>", "<c><v>1</v></c>" * 300_000 + "</row>", 1)


PLAIN = book(("140",), heads=("Sodium (mmol/L)",))
HOSTILE = {
    "a zip bomb": stuffed("xl/media/x", limits.MAX_UNPACKED),
    "thousands of parts": of_many_parts(5000),
    "a deep sheet": with_part(PLAIN, SHEET, deep),
    "a text of megabytes": with_part(PLAIN, SHEET, long_text),
    "a row of thousands of cells": with_part(PLAIN, SHEET, many_cells),
    "a cell that names a text there is not": with_part(
        with_shared_texts(PLAIN), SHEET, lambda xml: xml.replace("<v>0<", "<v>9<")
    ),
    "a table of quotes": b'"' * 1_000_000,
    "a table of delimiters": b"," * 1_000_000,
    "a table of lines": b"a\n" * 1_000_000,
    "one endless cell": b"x" * 7_000_000,
    "too large": b"x" * (limits.MAX_FILE + 1),
    "null bytes": b"\x00" * 100_000,
}


@pytest.mark.usefixtures("usual_collector")
@pytest.mark.parametrize("case", HOSTILE)
def test_what_must_be_refused_is_refused_within_a_second_and_fifty_megabytes(
    case, manner
):
    body, name = HOSTILE[case], "a.csv"
    before = time.process_time()
    with untraced():
        found = faults(body, manner, name)
    took = time.process_time() - before
    tracemalloc.start()
    faults(body, manner, name)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert found
    assert {code for _, _, code in found} <= set(TABLE_FAULTS)
    assert took < 1
    assert most < 50_000_000


FORMULAS = ("=1+1", "+1+cmd|' /C calc'!A0", "-1+1", "@SUM(A1)", "\t=1", "\r=1")


def test_a_plain_number_stays_a_number_where_formulas_are_defused():
    assert [neutral(one) for one in ("-0.5", "+1", "4,1", "-", "<0.5")] == [
        "-0.5", "+1", "4,1", "'-", "<0.5",
    ]  # fmt: skip
    assert [neutral(one) for one in FORMULAS] == [f"'{one}" for one in FORMULAS]
