"""Tables of many patients: which rows belong together, and what the heads mean."""

import json
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_ranges.panel import Reason
from service.intake import files
from service.intake.files.faults import TABLE_FAULTS, TableError
from service.intake.files.grid import read_grid
from service.intake.files.heads import Meaning, columns, folded, suggest
from service.intake.files.reading import KINDS, Manner, UnknownKind, read_file
from service.problems import FAULTS
from tests.files.books import HEADS, ROWS, TEMPLATE, book, table, with_shared_texts
from tests.files.conftest import CATALOGUE, DOOR

HEADS_FILE = Path(files.__file__).with_name("heads.toml")


def read(body, manner, name="results.csv"):
    return read_file(name, body, manner)


def faults(body, manner, name="results.csv"):
    """The faults of a file, as line, column and code, whenever they are found."""
    try:
        found = read(body, manner, name).faults
    except TableError as error:
        found = error.faults
    return [(one.line, one.column, one.code) for one in found]


def documents(body, manner, name="results.csv"):
    found = read(body, manner, name)
    assert found.faults == ()
    return [one.sent.document for one in found.panels]


def test_rows_of_one_patient_and_specimen_are_one_panel_wherever_they_stand(manner):
    found = read(table(*ROWS), manner).panels

    assert [one.sent.document["patient"]["id"] for one in found] == ["M1", "M2"]
    assert [one.sent.lines for one in found] == [(2, 4), (3,)]
    assert found[0].submission.collected_at.isoformat() == "2026-11-20T08:40:00+00:00"


def test_a_patient_at_two_times_is_two_panels(manner):
    later = (*ROWS[0][:3], "2026-11-21 08:40", *ROWS[0][4:])

    assert len(documents(table(ROWS[0], later), manner)) == 2
    assert faults(table(ROWS[0], later, ROWS[2]), manner) == [
        (4, "collected_at", "rows_disagree")
    ]


def test_the_template_of_the_field_reads_whole(manner):
    row = (
        "M1,1971-03-04,F,no,,2026-11-20T08:40:00+00:00,2823-3,LN,Kalium,6.80,mmol/L,"
        "3.5,5.3,,N,F,serum,ISE,seen twice,restless_legs fatigue"
    )

    (document,) = documents(f"{TEMPLATE}\n{row}\n".encode(), manner)

    assert document == {
        "patient": {
            "id": "M1", "name": "", "birth_date": "1971-03-04", "sex": "female",
            "pregnancy": {"status": "no", "weeks": ""},
        },
        "specimen": {
            "collected_at": "2026-11-20T08:40:00+00:00", "type": "serum",
            "conditions": [],
        },
        "results": [{
            "code": {"system": "http://loinc.org", "code": "2823-3"},
            "name": "Kalium", "value": "6.80", "unit": "mmol/L",
            "interval": {"low": "3.5", "high": "5.3"}, "flag": "N",
            "status": "final", "method": "ISE", "comment": "seen twice",
        }],
        "symptoms": [{"id": "restless_legs"}, {"id": "fatigue"}],
        "factors": [], "profile": "", "locale": "", "laboratory": "", "requester": "",
        "on_problem": "refuse",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "result"),
    [
        (("ferritin", "", ""), {"analyte": "ferritin"}),
        (("Ferritin", "", ""), {"name": "Ferritin"}),
        (
            ("2276-4", "", ""),
            {"code": {"system": "http://loinc.org", "code": "2276-4"}},
        ),
        (
            ("FER", "2276-4", "LN"),
            {"code": {"system": "http://loinc.org", "code": "2276-4"}, "name": "FER"},
        ),
        (
            ("Eisen x", "F-17", "L"),
            {"code": {"system": "L", "code": "F-17"}, "name": "Eisen x"},
        ),
        (("Ferritin", "F-17", "L"), {"name": "Ferritin"}),
        (("", "F-17", ""), {"code": {"system": "local", "code": "F-17"}}),
    ],
)
def test_what_was_measured_is_told_by_loinc_or_name_or_the_senders_code(
    manner, cells, result
):
    body = table(
        (*cells, "9", "ug/L"),
        heads=("test", "test_code", "code_system", "value", "unit"),
    )

    (document,) = documents(body, manner)

    assert document["results"] == [result | {"value": "9", "unit": "ug/L"}]


WIDE = ("MRN", "dob", "Sodium (mmol/L)", "Potassium [mmol/L]", "BUN (mg/dL)", "BUN2")


def test_a_wide_sheet_is_a_row_to_a_patient_with_the_units_in_its_head(manner):
    body = table(
        ("M1", "1971-03-04", "140", "4.1", "12"),
        ("M2", "1980", "", "<3.0", ""),
        heads=WIDE[:5],
    )

    first, second = read(body, manner).panels

    seen = {
        one.analyte: (one.value_text, one.unit)
        for one in first.submission.panel.observations
    }
    assert seen == {
        "sodium": ("140", "mmol/L"),
        "potassium": ("4.1", "mmol/L"),
        "urea": ("12", "mg/dL{urea_nitrogen}"),
    }
    assert second.sent.document["results"] == [
        {"analyte": "potassium", "unit": "mmol/L", "value": "<3.0"}
    ]


def test_rows_of_a_wide_sheet_without_a_record_number_are_a_panel_each(manner):
    body = table(("140",), ("141",), heads=("Sodium (mmol/L)",))

    assert [one["patient"]["id"] for one in documents(body, manner)] == ["", ""]


NOTHING = [(1, one, "missing_column") for one in ("test", "value", "unit")]


@pytest.mark.parametrize(
    ("heads", "rows", "found"),
    [
        (
            HEADS,
            [ROWS[0], ("", *ROWS[1][1:]), ROWS[1]],
            [(3, "record_number", "patient_missing")],
        ),
        (
            HEADS,
            [ROWS[0], ("M1", "1972-03-04", *ROWS[0][2:])],
            [(3, "birth_date", "rows_disagree")],
        ),
        (HEADS, [ROWS[0][:5]], [(2, "", "ragged_row")]),
        (HEADS, [], [(0, "", "empty_table")]),
        (("test", "value"), [("potassium", "4.1")], [(1, "unit", "missing_column")]),
        (("value", "unit"), [("4.1", "mmol/L")], [(1, "test", "missing_column")]),
        (
            ("test", "value", "unit", "unit"),
            [("a", "1", "g", "g")],
            [(1, "unit", "duplicate_column")],
        ),
        (
            ("test", "value", "unit", "Ward"),
            [("a", "1", "g", "3")],
            [(1, "Ward", "unknown_column")],
        ),
        (
            ("Sodium (mmol/L)", "value"),
            [("140", "1")],
            [(1, "value", "unknown_column")],
        ),
        (
            ("Sodium (stone)", "mrn"),
            [("140", "1")],
            [(1, "Sodium (stone)", "unknown_column"), *NOTHING],
        ),
        (
            ("Sodium (mmol/L)", "Na (mmol/L)"),
            [("140", "1")],
            [(1, "Na (mmol/L)", "duplicate_column")],
        ),
        (
            HEADS,
            [("M1", "04/03/1971", *ROWS[0][2:])],
            [(2, "birth_date", "not_a_date")],
        ),
        (
            HEADS,
            [(*ROWS[0][:3], "yesterday", *ROWS[0][4:])],
            [(2, "collected_at", "not_a_time")],
        ),
        (
            HEADS,
            [(*ROWS[0][:5], "5,4", "mmol/L"), ROWS[1]],
            [(2, "value", "decimal_comma")],
        ),
    ],
)
def test_what_is_wrong_is_named_by_line_and_column(manner, heads, rows, found):
    assert faults(table(*rows, heads=heads), manner) == found


@pytest.mark.parametrize("number", ["1.23457E+15", "1,23457E+15", "5e+11"])
def test_a_record_number_that_a_spreadsheet_shortened_is_nobodys(manner, number):
    rows = [(number, *ROWS[0][1:]), ("M2", *ROWS[1][1:])]

    assert faults(table(*rows), manner) == [(2, "record_number", "exponent")]


@pytest.mark.parametrize(
    ("code", "system", "name"),
    [
        ("2828-2", "LNC", "Potassium"),  # of urine, by a system that we do not know
        ("2951-2", "http://loinc.org/", "Potassium"),
        ("NA", "", "Potassium"),
        ("NA", "", "potassium"),
        ("NA", "own", "K"),
    ],
)
def test_a_code_and_a_name_that_contradict_are_never_one_of_the_two(code, system, name):
    manner = Manner(replace(DOOR, aliases={"na": "sodium"}), on_problem="report")
    heads = ("patient_id", "test_code", "code_system", "test_name", "value", "unit")

    (read,) = read_file(
        "x.csv", table(("M1", code, system, name, "4.1", "mmol/L"), heads=heads), manner
    ).panels

    (found,) = read.submission.panel.observations
    assert found.refusal is Reason.WRONG_MEASURAND


@pytest.mark.parametrize(
    ("code", "system"), [("K1", ""), ("2823-3", "LNC"), ("12-3", "own"), ("k", "")]
)
def test_a_code_that_contradicts_nothing_leaves_it_to_the_name(code, system):
    manner = Manner(replace(DOOR, aliases={"k": "potassium"}))
    heads = ("patient_id", "test_code", "code_system", "test_name", "value", "unit")

    (read,) = read_file(
        "x.csv",
        table(("M1", code, system, "Potassium", "4.1", "mmol/L"), heads=heads),
        manner,
    ).panels

    (found,) = read.submission.panel.observations
    assert (found.analyte, found.refusal) == ("potassium", None)


def test_the_numbers_of_a_workbook_have_a_point_where_its_texts_have_a_comma():
    manner = Manner(replace(DOOR, decimal_comma=True))
    heads = ("patient_id", "test", "value", "unit", "low", "high")
    rows = [
        ("12", "potassium", 5.4, "mmol/L", 3.5, 5.3),
        (12, "sodium", "139,5", "mmol/L", "133,5", "146,5"),
    ]

    (found,) = read(book(*rows, heads=heads), manner, "a.xlsx").panels

    seen = found.submission.panel.observations
    assert [str(one.reading.number) for one in seen] == ["5.4", "139.5"]
    assert [one.lab_interval.span is not None for one in seen] == [True, True]
    assert found.submission.identity.record_number == "12"


@pytest.mark.parametrize(
    ("change", "column"),
    [
        (("M1", "1971-03-05", "F"), "birth_date"),
        (("M1", "1971-03-04", "M"), "sex"),
    ],
)
def test_two_people_under_one_number_are_refused_though_taken_at_other_times(
    manner, change, column
):
    later = (*change, "2026-11-21 08:40", *ROWS[0][4:])

    assert faults(table(ROWS[0], later), manner) == [(3, column, "rows_disagree")]


@pytest.mark.parametrize("made", [table, book])
def test_a_day_without_a_time_is_enough_for_the_age(manner, made):
    row = (*ROWS[0][:3], "2026-11-20", *ROWS[0][4:])

    (found,) = read(made(row), manner, "a.xlsx" if made is book else "a.csv").panels

    assert found.submission.collected_at is None
    assert found.submission.panel.person.age is not None


def test_a_day_that_cannot_be_is_named_by_its_column(manner):
    row = (*ROWS[0][:3], "2027-01-20", *ROWS[0][4:])

    assert faults(table(row), manner) == [(2, "collected_at", "in_the_future")]


def test_a_column_that_is_of_no_use_may_hold_a_formula_and_no_other_may(manner):
    told = {"Note": Meaning("ignore")}
    manner = Manner(DOOR, lambda _: told)
    heads = ("test", "value", "unit", "Note")

    assert (
        faults(book(("sodium", 140, "mmol/L", "=1+1"), heads=heads), manner, "a.xlsx")
        == []
    )
    assert faults(
        book(("sodium", "=70*2", "mmol/L", ""), heads=heads), manner, "a.xlsx"
    ) == [(2, "value", "formula")]


def test_csv_and_xlsx_of_the_same_cells_are_the_same_panels(manner):
    rows = [[cell or None for cell in row] for row in ROWS]
    by_csv = documents(table(*ROWS), manner)

    assert documents(book(*rows), manner, "a.xlsx") == by_csv
    assert documents(with_shared_texts(book(*rows)), manner, "a.xlsx") == by_csv


def test_json_and_ndjson_are_files_too(manner):
    document = {"results": [{"analyte": "sodium", "value": "140", "unit": "mmol/L"}]}
    line = json.dumps(document).encode()

    assert len(documents(line, manner, "one.json")) == 1
    assert len(documents(line + b"\n\n" + line, manner, "many.ndjson")) == 2
    assert faults(line + b"\n{", manner, "many.ndjson") == [(2, "", "syntax")]
    assert faults(b" \n", manner, "many.jsonl") == [(0, "", "empty_table")]
    with pytest.raises(UnknownKind):
        read(line, manner, "one.pdf")


def test_a_panel_keeps_its_own_lines_as_they_came_and_nobody_elses(manner):
    first, second = read(table(*ROWS), manner).panels

    assert json.loads(first.sent.raw)["lines"] == {
        "2": list(ROWS[0]), "4": list(ROWS[2]),
    }  # fmt: skip
    assert b"M2" not in first.sent.raw
    assert b"M1" not in second.sent.raw


@pytest.mark.parametrize(
    ("head", "meaning", "sure"),
    [
        ("MRN", Meaning("record_number"), True),
        ("Date of birth", Meaning("birth_date"), True),
        ("plainlab_reason", Meaning("ignore"), True),
        ("Sodium (mmol/L)", Meaning("result", "sodium", "mmol/L"), True),
        ("Ferritin [ng/mL]", Meaning("result", "ferritin", "ng/mL"), True),
        ("Sodium mmol/L", Meaning("result", "sodium", "mmol/L"), False),
        ("S-Sodium", Meaning("result", "sodium"), False),
        ("NA-S", Meaning("result", "sodium"), False),
        ("Potassium, serum", Meaning("result", "potassium"), False),
        ("Hospital No.", Meaning("record_number"), False),
        ("Geburtsdatum", Meaning("birth_date"), False),
        ("Sodium (stone)", Meaning("result", "sodium"), False),
        ("Ward", Meaning(""), False),
        ("", Meaning(""), False),
    ],
)
def test_a_head_is_known_or_suggested_from_a_closed_list(head, meaning, sure):
    (found,) = suggest([head], CATALOGUE, {})

    assert (found.meaning, found.sure) == (meaning, sure)


def test_what_a_sender_confirmed_before_is_suggested_again():
    before = {"Ward": Meaning("ignore"), "MRN": Meaning("name")}

    ward, mrn = suggest(["Ward", "MRN"], CATALOGUE, before)

    assert (ward.meaning, ward.sure) == (Meaning("ignore"), False)
    assert mrn.meaning == Meaning("record_number")


def test_no_head_has_two_meanings():
    lists = tomllib.loads(HEADS_FILE.read_text("utf-8"))
    told = [
        one
        for kind in ("exact", "likely")
        for many in lists[kind].values()
        for one in many
    ]

    assert len(told) == len(set(told))
    assert all(one == folded(one) for one in told)
    assert set(lists["likely"]) <= set(columns())


def test_every_fault_of_a_file_has_a_sentence_of_its_own():
    assert all(text.endswith(".") for text in TABLE_FAULTS.values())
    assert len(set(TABLE_FAULTS.values())) == len(TABLE_FAULTS)


cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=10)
heads = (
    st.sampled_from([*columns(), "Sodium (mmol/L)", "K [mmol/L]", "Ward", ""]) | cells
)


@given(
    heads=st.lists(heads, min_size=1, max_size=6),
    rows=st.lists(st.lists(cells, max_size=6), max_size=5),
    kind=st.sampled_from(sorted(KINDS)),
)
def test_any_table_is_read_or_refused_and_nothing_else(heads, rows, kind):
    body = table(*rows, heads=heads)
    codes = {code for _, _, code in faults(body, Manner(DOOR), f"a.{kind}")}

    assert codes <= set(TABLE_FAULTS) | set(FAULTS)


def test_the_first_line_tells_what_parts_the_cells():
    for delimiter in ",;\t":
        grid = read_grid(
            table(("a;b", "1,2"), heads=("My test", "value"), delimiter=delimiter)
        )
        assert grid.lines[1].cells == ("a;b", "1,2")


@pytest.mark.parametrize("status", ["corrected", "C", "entered_in_error"])
def test_a_file_corrects_nothing_that_was_sent_before(manner, status):
    heads = (*HEADS, "status")
    body = table((*ROWS[0], "final"), (*ROWS[1], status), heads=heads)

    assert faults(body, manner) == [(3, "status", "correction")]
