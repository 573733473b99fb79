"""A table of results: its shape is read strictly, its cells are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.intake.files.faults import TABLE_FAULTS, TableError
from service.intake.table import (
    MAX_BYTES,
    MAX_ROWS,
    ROW_COLUMNS,
    SHARED_COLUMNS,
    RawRow,
    read_table,
    template_csv,
)

PLAIN = "test,value,unit\npotassium,4.1,mmol/L\n"


def cells(text):
    rows = read_table(text.encode()).rows
    return [(row.cells["test"], row.cells["value"], row.cells["unit"]) for row in rows]


def faults(body):
    with pytest.raises(TableError) as caught:
        read_table(body if isinstance(body, bytes) else body.encode())
    return [(fault.line, fault.column, fault.code) for fault in caught.value.faults]


def codes_or_rows(body):
    """The rows of a table, or the codes of its refusal."""
    try:
        return list(read_table(body).rows)
    except TableError as error:
        return [fault.code for fault in error.faults]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_each_delimiter_line_end_and_a_bom_read_the_same(delimiter, end, start):
    text = start + PLAIN.replace(",", delimiter).replace("\n", end)

    assert cells(text) == [("potassium", "4.1", "mmol/L")]


def test_a_decimal_comma_between_semicolons_stays_in_its_cell():
    assert cells("test;value;unit\npotassium;4,1;mmol/L") == [
        ("potassium", "4,1", "mmol/L")
    ]


def test_a_quoted_cell_may_hold_delimiters_quotes_and_line_breaks():
    text = 'test,value,unit,comment\nsodium,140,mmol/L,"a, ""b""\nc"\nurea,5,mmol/L,\n'

    rows = read_table(text.encode()).rows

    assert rows[0].cells["comment"] == 'a, "b"\nc'
    assert [row.line for row in rows] == [2, 4]


def test_heads_are_known_in_any_case_and_by_their_other_names():
    assert cells("Analyte,Result,UNITS\nsodium,140,mmol/L") == [
        ("sodium", "140", "mmol/L")
    ]


def test_blank_lines_and_a_delimiter_at_the_end_of_each_line_say_nothing():
    assert cells("\ntest,value,unit,\n\nsodium,140,mmol/L,\n,,,\n") == [
        ("sodium", "140", "mmol/L")
    ]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"", [(0, "", "empty_table")]),
        ("test,value,unit\n", [(0, "", "empty_table")]),
        ("test,value,unit\n,,\n", [(0, "", "empty_table")]),
        (b"test,value,unit\nCa,2.3,\xb5g/L", [(0, "", "not_utf8")]),
        (b"x" * (MAX_BYTES + 1), [(0, "", "too_large")]),
        ('test,value,unit\n"sodium,140,mmol/L', [(2, "", "not_a_table")]),
        ('test,value,unit\n"sodium"x,140,mmol/L', [(2, "", "not_a_table")]),
        (PLAIN.replace("unit", "colour"), [
            (1, "colour", "unknown_column"), (1, "unit", "missing_column"),
        ]),
        (PLAIN.replace("unit", "value"), [
            (1, "value", "duplicate_column"), (1, "unit", "missing_column"),
        ]),
        ("potassium,4.1,mmol/L", [
            (1, "potassium", "unknown_column"),
            (1, "4.1", "unknown_column"),
            (1, "mmol/L", "unknown_column"),
            (1, "test", "missing_column"),
            (1, "value", "missing_column"),
            (1, "unit", "missing_column"),
        ]),
        (PLAIN + "sodium,140\nurea,5,mmol/L,9\n", [
            (3, "", "ragged_row"), (4, "", "ragged_row"),
        ]),
        (PLAIN + "sodium,140,mmol/L\n" * MAX_ROWS, [(0, "", "too_many_rows")]),
        ("test,value,unit,mrn\na,1,g,M1\nb,1,g,M2\nc,1,g,", [
            (3, "record_number", "several_patients"),
        ]),
    ],
)  # fmt: skip
def test_a_table_that_is_not_sound_is_refused_by_line_and_column(body, found):
    assert faults(body) == found


def test_each_refusal_has_a_sentence():
    codes = {
        "not_utf8", "empty_table", "too_large", "not_a_table", "unknown_column",
        "duplicate_column", "missing_column", "ragged_row", "too_many_rows",
        "several_patients",
    }  # fmt: skip

    assert codes <= set(TABLE_FAULTS)


def test_what_all_rows_share_is_taken_once():
    text = "test,value,unit,mrn,sex\na,1,g,M1,\nb,1,g,,female\n"

    assert read_table(text.encode()).shared == {"record_number": "M1", "sex": "female"}


def test_a_fault_never_holds_what_a_cell_said():
    with pytest.raises(TableError) as caught:
        read_table(b"test,value,unit,name\na,1,g,Canary One\nb,1,g,Canary Two\n")

    assert "Canary" not in f"{caught.value} {caught.value.faults}"


def test_the_template_is_a_table_that_reads():
    heads = template_csv().splitlines()[0].split(",")

    assert tuple(heads) == ROW_COLUMNS
    assert len(read_table(template_csv().encode()).rows) == 3


texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


@given(body=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_and_nothing_else(body):
    found = codes_or_rows(body)

    assert found
    assert isinstance(found[0], RawRow) or set(found) <= set(TABLE_FAULTS)


@given(rows=st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=5))
def test_every_cell_comes_back_as_it_was_written_but_for_outer_spaces(rows):
    quoted = "\n".join(
        ",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows
    )
    kept = [tuple(cell.strip() for cell in row) for row in rows]
    kept = [row for row in kept if any(row)]

    found = codes_or_rows(("test,value,unit\n" + quoted).encode())

    read = [
        tuple(row.cells[name] for name in ("test", "value", "unit"))
        for row in found
        if isinstance(row, RawRow)
    ]
    assert read == kept
    assert kept or found == ["empty_table"]


def test_no_column_is_both_of_a_row_and_of_the_whole():
    assert not set(ROW_COLUMNS) & set(SHARED_COLUMNS)
