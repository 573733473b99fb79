# ruff: noqa: F401, F811 - fixtures are imported, and then asked for by name
"""Files at the desk: say what the columns hold, look, store all or nothing."""

import csv
import io

import pytest
from openpyxl import load_workbook

from service.access import senders
from service.access.audit import Stamp
from service.access.setups import Setup
from service.access.users import Role
from service.intake.files.heads import exact
from service.services import NAME
from service.store.interpretations import get
from tests.desk.conftest import (
    app,
    clock,
    counts,
    engine,
    signed_in,
    staff,
)
from tests.desk.pages import Page
from tests.files.books import HEADS, ROWS, book, table

WIDE = (
    "Hospital number;Born;Gender;Drawn at;S-Sodium;Potassium (mmol/L);Ward\n"
    "M1;1971-03-04;female;2026-11-20 08:40;140;6,8;3B\n"
    "M2;1980-01-31;male;2026-11-20 09:00;128;;4A\n"
)


def upload(client, body, name="results.csv", **fields):
    """Choose a file and send the form."""
    token = Page(client.get("/desk/files")).token
    data = {"form_token": token, "file": (io.BytesIO(body), name), **fields}
    answer = client.post("/desk/files/preview", data=data)
    return Page(answer)


def rows_of(answer, delimiter=","):
    text = answer.data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


def send(client, page, action, changes=None):
    form = page.form(action)
    fields = {**form.fields, **(changes or {})}
    return client.post(form.action, data=fields)


@pytest.fixture
def lab(app):
    """A sender that writes a decimal comma."""
    services = app.extensions[NAME]
    name = f"Lab {len(senders.every_sender(services.engine))}"
    setup = Setup(name, decimal_comma=True)
    return senders.add(services.engine, setup, Stamp("system:test", services.clock()))


def test_a_file_of_two_patients_is_shown_stored_and_given_back(staff, engine, counts):
    before = counts()
    page = upload(staff, table(*ROWS))
    shown = counts()
    stored = Page(send(staff, page, "/desk/files/commit"))
    report = rows_of(send(staff, stored, "/desk/files/report"))

    assert "2 panels" in page.text
    assert shown == before
    assert counts()["interpretation"] == before["interpretation"] + 2
    assert [one["plainlab_outcome"] for one in report] == [
        "critical high", "out_of_range low", "out_of_range low",
    ]  # fmt: skip
    first, second, third = (one["plainlab_interpretation"] for one in report)
    assert first == third != second
    kept = get(engine, first).submission
    assert kept.source == "csv"
    assert {one.value_text for one in kept.panel.observations} == {"6.80", "<9"}
    assert b"M2" not in kept.raw


def test_storing_twice_stores_once(staff, counts):
    page = upload(staff, table(*ROWS))
    send(staff, page, "/desk/files/commit")
    after = counts()

    again = Page(send(staff, page, "/desk/files/commit"))

    assert "2 panels are stored" in again.text
    assert counts() == after


def test_one_faulty_row_keeps_the_whole_file_out_and_is_named(staff, counts):
    before = counts()
    rows = (
        *ROWS,
        ("M3", "1990-01-01", "F", "2026-11-20 10:00", "sodium", "=1+1", "mg"),
    )

    page = upload(staff, table(*rows))
    report = rows_of(send(staff, page, "/desk/files/report"))

    assert page.status == 422
    assert "Table, line 5, column “value”" in page.text
    assert "Table, line 5, column “unit”" in page.text
    assert not [form for form in page.forms if form.action.endswith("commit")]
    assert (
        report[3]["plainlab_reason"] == "value: trailing_text; unit: unit_not_allowed"
    )
    assert report[3]["value"] == "'=1+1"
    assert {one["plainlab_outcome"] for one in report} == {"not_stored"}
    assert counts() == before


def test_unknown_heads_are_suggested_confirmed_once_and_remembered(staff, lab):
    asked = upload(staff, WIDE.encode(), sender=lab.id)
    fields = asked.form("/desk/files/columns").fields
    changed = {"unit.4": ["mmol/L"], "column.6": ["column:ignore"]}
    without_unit = Page(send(staff, asked, "/desk/files/columns"))
    shown = Page(send(staff, asked, "/desk/files/columns", changed))
    again = upload(staff, WIDE.encode(), sender=lab.id)
    others = upload(staff, WIDE.encode())
    moved = upload(staff, WIDE.replace("Ward", "Bed").encode(), sender=lab.id)

    assert [fields[f"column.{at}"] for at in range(7)] == [
        ["column:record_number"], ["column:birth_date"], ["column:sex"],
        ["column:collected_at"], ["result:sodium"], ["result:potassium"], [""],
    ]  # fmt: skip
    assert fields["unit.5"] == ["mmol/L"]
    assert without_unit.status == 422
    assert "needs a unit" in without_unit.text
    assert "2 panels" in shown.text
    assert "2 panels" in again.text
    assert "What the columns hold" in others.text
    assert "What the columns hold" in moved.text
    assert moved.form("/desk/files/columns").fields["unit.4"] == ["mmol/L"]


def test_an_xlsx_comes_back_as_xlsx_with_texts_only(staff):
    rows = [
        (*row[:5], float(row[5]) if row[5][0] != "<" else row[5], row[6])
        for row in ROWS
    ]
    page = upload(staff, book(*rows, formats={"F2": "0.00"}), "results.xlsx")

    report = send(staff, page, "/desk/files/report")
    sheet = load_workbook(io.BytesIO(report.data)).active
    lines = list(sheet.iter_rows(values_only=True))
    assert lines[0][:7] == HEADS
    assert lines[1][5] == "6.80"
    assert lines[1][7:9] == ("critical high", "HH")
    assert {cell.data_type for row in sheet for cell in row if cell.value} <= {
        "s",
        "inlineStr",
    }


@pytest.mark.parametrize(
    ("body", "name", "why"),
    [
        (b"", "results.csv", "no rows"),
        (b"\xff", "results.csv", "not UTF-8"),
        (b"PK\x03\x04", "results.xlsx", "not an XLSX file"),
        (b"%PDF", "results.pdf", "no reader"),
    ],
)
def test_a_file_that_is_none_is_refused_by_name(staff, counts, body, name, why):
    before = counts()

    page = upload(staff, body, name)

    assert page.status == 422
    assert why in page.text
    assert counts() == before


def test_what_was_sealed_for_another_session_is_refused(staff, app, counts):
    page = upload(staff, table(*ROWS))
    other = signed_in(app, Role.CLINICIAN)
    sealed = page.form("/desk/files/commit").fields
    before = counts()
    token = Page(other.get("/desk/files")).token

    for action in ("commit", "columns", "report"):
        answer = other.post(
            f"/desk/files/{action}", data=sealed | {"form_token": token}
        )
        assert answer.status_code == 409
    assert counts() == before


def test_the_same_patient_twice_in_a_file_is_held_against_the_first(staff, engine):
    rows = [
        (
            "DELTA-1",
            "1971-03-04",
            "F",
            f"2026-11-{day} 08:40",
            "ferritin",
            value,
            "ug/L",
        )
        for day, value in ((20, "20"), (10, "200"))
    ]

    stored = Page(send(staff, upload(staff, table(*rows)), "/desk/files/commit"))
    newer, older = [
        link.rsplit("/", 1)[1] for link in stored.links if "/desk/results/" in link
    ]

    assert [
        one.value_text if hasattr(one, "value_text") else one.reading.text
        for one in get(engine, newer).submission.panel.earlier
    ] == ["200"]
    assert get(engine, older).submission.panel.earlier == ()


def test_a_template_is_handed_out_and_its_heads_are_all_known(staff):
    answer = staff.get("/desk/files/template.csv")
    heads = answer.data.decode().strip().split(",")

    assert answer.mimetype == "text/csv"
    assert all(exact(one) == one for one in heads)


def test_without_a_file_there_is_nothing_to_look_at(staff):
    token = Page(staff.get("/desk/files")).token

    answer = staff.post("/desk/files/preview", data={"form_token": token})

    assert answer.status_code == 422


def test_a_file_without_shape_is_given_back_with_its_faults_by_row(staff):
    page = upload(staff, table(ROWS[0], ROWS[1][:4]))
    report = rows_of(send(staff, page, "/desk/files/report"))

    assert page.status == 422
    assert [one["plainlab_reason"] for one in report] == ["", "ragged_row"]


def test_rows_that_cannot_be_read_may_be_kept_as_not_judged(staff, engine):
    rows = [ROWS[0], (*ROWS[2][:5], "lots", "ug/L")]

    page = upload(staff, table(*rows), keep_unread="yes")
    report = rows_of(send(staff, page, "/desk/files/report"))
    stored = Page(send(staff, page, "/desk/files/commit"))
    (link,) = [one for one in stored.links if "/desk/results/" in one]

    assert page.status == 200
    assert "1 kept as not judged" in page.text
    assert report[1]["plainlab_outcome"] == "not_interpreted"
    assert report[1]["plainlab_reason"] == "value: not_a_number"
    assert len(get(engine, link.rsplit("/", 1)[1]).interpretation.results) == 2


def test_columns_that_make_no_sense_together_are_asked_for_again(staff):
    asked = upload(staff, WIDE.encode())
    changes = {"unit.4": ["stone"], "column.6": ["column:record_number"]}

    again = Page(send(staff, asked, "/desk/files/columns", changes))

    assert again.status == 422
    assert "needs a unit of its test" in again.text
    assert "same head or the same meaning" in again.text


def test_what_was_shown_is_refused_once_the_patients_past_has_changed(staff, counts):
    rows = [("PAST-1", "1971-03-04", "F", "2026-11-20 08:40", "ferritin", "20", "ug/L")]
    earlier = [(*rows[0][:3], "2026-11-01 08:40", "ferritin", "200", "ug/L")]
    shown = upload(staff, table(*rows))
    send(staff, upload(staff, table(*earlier)), "/desk/files/commit")
    before = counts()

    answer = send(staff, shown, "/desk/files/commit")

    assert answer.status_code == 409
    assert counts() == before
