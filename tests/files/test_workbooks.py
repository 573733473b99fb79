"""XLSX: digits as they are stored, dates by their format, and nothing unsafe."""

import io
import zipfile
from datetime import date, datetime
from time import perf_counter

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.intake.files import limits
from service.intake.files.faults import TableError
from service.intake.files.grid import read_grid
from tests.files.books import book, table, with_part, with_shared_texts

AT = datetime(2026, 11, 20, 8, 40)  # noqa: DTZ001 - a spreadsheet knows no zones
SHEET = "xl/worksheets/sheet1.xml"


def cells(body):
    return [line.cells for line in read_grid(body).lines]


def faults(body):
    with pytest.raises(TableError) as caught:
        read_grid(body)
    return [fault.code for fault in caught.value.faults]


def one_cell(value, number_format="General", stored=None):
    """How a cell that holds *value* is read; *stored* is what stands in its XML."""
    body = book((value,), heads=("value",), formats={"A2": number_format})
    if stored is not None:
        body = with_part(
            body, SHEET, lambda xml: xml.replace(f"<v>{value}</v>", f"<v>{stored}</v>")
        )
    grid = read_grid(body)
    return grid.faults[0].code if grid.faults else grid.lines[1].cells[0]


@pytest.mark.parametrize(
    ("value", "number_format", "read"),
    [
        (6.8, "General", "6.8"),
        (6.8, "0.00", "6.80"),
        (1234.5, "#,##0.00", "1234.50"),
        (6.84, "0.0", "6.84"),
        (140, "0", "140"),
        (140, "General", "140"),
        ("6.80", "General", "6.80"),
        ("<0.5", "@", "<0.5"),
        ("  5.1 ", "General", "5.1"),
        (0.45, "0%", "number_format"),
        (True, "General", "TRUE"),
        (date(1971, 3, 4), "yyyy-mm-dd", "1971-03-04"),
        (AT, "dd/mm/yyyy hh:mm", "2026-11-20 08:40"),
        (AT.replace(second=5), "yyyy-mm-dd h:mm:ss", "2026-11-20 08:40:05"),
        (60, "yyyy-mm-dd", "not_a_day"),
        (-1, "yyyy-mm-dd", "not_a_day"),
        (0.5, "h:mm", "12:00"),
        (6.8, '0.00" mmol/L"', "6.8"),
        (6.8, '"<"0.0', "number_format"),
        (6.8, "\\>0.0", "number_format"),
        (6.8, "<0.0", "number_format"),
        (6.8, '0.0" x 10"', "number_format"),
        (6.8, '[>5]"high";0.0', "number_format"),
        (7, "00000", "number_format"),
        (7, "000.0", "number_format"),
        (6800, "0.0,", "number_format"),
        (6800, '#,##0,"k"', "number_format"),
        (6800, "#,##0.00", "6800.00"),
        (123456789012345, "General", "123456789012345"),
        (1234567890123456, "General", "number_format"),
        (1.5e30, "0", "number_format"),
        (6.8, "_(* #,##0.00_);_(* (#,##0.00)", "6.8"),
        (6.8, "[$-409]0.0", "6.8"),
        (1e-3, "0.00E+00", "0.001"),
        ("=1+1", "General", "formula"),
    ],
)
def test_a_cell_is_read_as_it_is_shown(value, number_format, read):
    assert one_cell(value, number_format) == read


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("6.7999999999999998", "6.8"),
        ("0.30000000000000004", "0.3"),
        ("4.0999999999999996", "4.1"),
        ("6.80", "6.80"),
        ("1.2E-2", "0.012"),
        ("123456789012345", "123456789012345"),
        ("1e400", "number_format"),
        ("12x", "12x"),
    ],
)
def test_the_digits_are_those_that_are_stored_and_no_float_comes_between(stored, read):
    assert one_cell(7, stored=stored) == read


@given(
    whole=st.integers(0, 99_999), places=st.integers(0, 4), digits=st.integers(0, 9999)
)
def test_what_a_spreadsheet_was_given_is_what_is_read(whole, places, digits):
    typed = f"{whole}.{digits:04}"[: len(str(whole)) + 1 + places].rstrip(".")
    as_stored = f"{float(typed):.17g}"  # all that a binary fraction leaves

    read = one_cell(7, stored=as_stored)

    assert read == (typed.rstrip("0").rstrip(".") if "." in typed else typed)


def test_another_library_reads_the_same_texts_and_days():
    rows = (
        ("potassium", "mmol/L", date(2026, 11, 20)),
        ("ü <&>", None, date(1901, 1, 1)),
    )
    body = book(*rows, heads=("test", "unit", "day"))
    theirs = [
        ["" if one is None else str(one).removesuffix(" 00:00:00") for one in row]
        for row in openpyxl.load_workbook(io.BytesIO(body)).active.iter_rows(
            values_only=True
        )
    ]

    assert [list(row) for row in cells(body)] == theirs


def test_texts_that_stand_apart_from_the_cells_read_the_same():
    body = book(*[("ü <&> x", " 4.1 ")] * 3, heads=("test", "value"))

    assert cells(with_shared_texts(body)) == cells(body)


def test_days_that_begin_in_1904_are_told():
    body = book((date(2026, 11, 20),), heads=("day",), formats={"A2": "yyyy-mm-dd"})
    body = with_part(
        body,
        "xl/workbook.xml",
        lambda xml: xml.replace("<workbookPr ", '<workbookPr date1904="1" '),
    )

    assert cells(body)[1] == ("2030-11-21",)


def test_rows_and_columns_that_are_left_out_are_empty():
    made = openpyxl.Workbook()
    made.active["B2"], made.active["D4"] = "head", "below"
    body = io.BytesIO()
    made.save(body)

    lines = read_grid(body.getvalue()).lines

    assert [(line.number, line.cells) for line in lines] == [
        (2, ("", "head", "", "")),
        (4, ("", "", "", "below")),
    ]


def test_one_sheet_holds_the_results_and_no_other_holds_anything():
    two = book(("4.1",), heads=("value",), more_sheets=[[("other",)]])

    assert faults(two) == ["several_sheets"]
    assert cells(book(("4.1",), heads=("value",), more_sheets=[[], []]))[1] == ("4.1",)


def test_a_formula_is_named_where_it_stands_and_never_worked_out():
    body = book(("M1", "=1+1", "#N/A"), heads=("id", "value", "unit"))

    grid = read_grid(body)

    assert [(one.line, one.column, one.code) for one in grid.faults] == [
        (2, "B", "formula"),
        (2, "C", "error_cell"),
    ]


def packed(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in parts.items():
            made.writestr(name.replace("__", "/"), body)
    return out.getvalue()


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">'
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/sharedStrings.xml", SHEET, "xl/styles.xml"]
)
def test_a_document_type_is_refused_before_any_entity_is_made(part):
    body = with_shared_texts(book(("potassium",), heads=("test",)))
    start = perf_counter()

    bomb = with_part(body, part, lambda xml: LAUGHS + xml.split("?>", 1)[-1])

    assert faults(bomb) == ["not_a_workbook"]
    assert perf_counter() - start < 1


def test_a_zip_bomb_is_refused_by_its_stated_size():
    huge = packed(xl__worksheets__sheet1=b"0" * (limits.MAX_UNPACKED + 1))
    start = perf_counter()

    assert len(huge) < 100_000
    assert faults(huge) == ["too_large"]
    assert perf_counter() - start < 1


def test_a_part_that_lies_about_its_size_is_refused():
    body = bytearray(book(*[("potassium",)] * 2000, heads=("test",)))
    with zipfile.ZipFile(io.BytesIO(body)) as old:
        true = old.getinfo(SHEET).file_size.to_bytes(4, "little")
    lying = bytes(body).replace(true, (100).to_bytes(4, "little"))

    assert faults(lying) == ["not_a_workbook"]


@pytest.mark.parametrize(
    ("rows", "heads", "code"),
    [
        ([("1",)] * (limits.MAX_ROWS + 1), ("value",), "too_many_rows"),
        ([], ("value",) * (limits.MAX_COLUMNS + 1), "too_many_cells"),
    ],
)
def test_too_many_rows_or_columns_are_refused(rows, heads, code):
    assert faults(table(*rows, heads=heads)) == [code]
    if not rows:
        assert faults(book(heads=heads)) == [code]


@pytest.mark.parametrize(
    "body",
    [
        b"PK\x03\x04",
        packed(other=b"x"),
        book(("1",), heads=("value",))[:-50],
    ],
)
def test_what_is_no_workbook_is_refused_by_name(body):
    assert faults(body) == ["not_a_workbook"]


def test_a_cell_far_to_the_right_is_refused_and_not_filled_up_to():
    body = book(("1",), heads=("value",))
    far = with_part(body, SHEET, lambda xml: xml.replace('r="A2"', 'r="XFD2"'))

    assert faults(far) == ["not_a_workbook"]


def test_nothing_outside_the_file_is_looked_at():
    body = book(("1",), heads=("value",))
    outside = with_part(
        body,
        "xl/_rels/workbook.xml.rels",
        lambda xml: xml.replace("/xl/worksheets/sheet1.xml", "../../../etc/passwd"),
    )

    assert faults(outside) == ["not_a_workbook"]


@given(body=st.binary(max_size=300), whole=st.booleans())
def test_any_bytes_are_read_or_refused(body, whole):
    sent = (
        packed(**{"xl__workbook.xml": body, "xl___rels__workbook.xml.rels": body})
        if whole
        else b"PK\x03\x04" + body
    )

    assert set(faults(sent)) <= {"not_a_workbook", "empty_table", "too_large"}
