"""A file or a pasted table fills in the form, row by row, or is refused by row."""

from datetime import date

import pytest

from tests.desk.panels import PATIENT, commit, potassium, preview

TABLE = (
    "test;value;unit;low;high;flag\npotassium;4,2;mmol/L;3,5;5,3;N\ngold;9;umol/L;;;\n"
)


def test_a_file_fills_in_the_form(staff, stored):
    page = preview(staff, PATIENT | {"decimal_comma": ["yes"]}, file=TABLE.encode())
    fields = page.form("/desk/preview").fields
    found = stored(commit(staff, page))

    assert fields["value.potassium"] == ["4,2"]
    assert fields["test.x1"] == ["gold"]
    assert found.submission.source == "csv"
    first, second = sorted(
        found.submission.panel.observations, key=lambda one: one.name
    )
    assert str(first.reading.number) == "4.2"
    assert first.value_text == "4,2"
    assert str(first.lab_interval.span.at_least) == "3.5"
    assert second.refusal == "analyte_not_supported"


def test_a_decimal_comma_that_was_not_declared_is_refused_by_row(staff):
    page = preview(staff, PATIENT, file=TABLE.encode())

    assert page.status == 422
    assert "Potassium: value" in page.text


def test_a_point_is_refused_where_a_comma_was_declared(staff):
    page = preview(staff, potassium("1.234") | {"decimal_comma": ["yes"]})

    assert page.status == 422


def test_a_pasted_table_reads_like_a_file(staff, stored):
    pasted = "test\tvalue\tunit\r\nPotassium\t4.1\tmmol/L\r\n"

    found = stored(commit(staff, preview(staff, PATIENT | {"table": [pasted]})))

    assert found.submission.source == "table"
    assert found.submission.panel.observations[0].analyte == "potassium"


def test_a_table_may_say_whose_it_is(staff, stored):
    table = (
        "test,value,unit,mrn,name,birth_date,sex,pregnancy,collected_at,symptoms,factors\n"
        "ferritin,60,ug/L,M9,Sam Sheet,1971-03-04,female,no,2026-11-20 08:40,"
        "restless_legs fatigue,drug_ppi\n"
    )

    found = stored(commit(staff, preview(staff, {}, file=table.encode())))

    assert found.submission.identity.name == "Sam Sheet"
    assert found.submission.collected_at.isoformat() == "2026-11-20T08:40:00+00:00"
    assert {one.id for one in found.submission.panel.symptoms} == {
        "restless_legs", "fatigue",
    }  # fmt: skip
    assert found.submission.panel.factors == {"drug_ppi"}


def test_symptoms_of_a_table_may_be_none_at_all(staff, stored):
    table = "test,value,unit,symptoms\nferritin,60,ug/L,none\n"

    found = stored(commit(staff, preview(staff, PATIENT, file=table.encode())))

    assert found.submission.panel.symptoms == ()


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ("test,value,unit,name\npotassium,4.1,mmol/L,Someone Else\n", "one patient"),
        ("test,value,unit,collected_at\npotassium,4.1,mmol/L,20/11/26\n", "ISO 8601"),
        ("test,value\npotassium,4.1\n", "missing"),
        ("test,value,unit\npotassium,4.1\n", "line 2"),
    ],
)
def test_a_table_that_contradicts_or_has_no_shape_is_refused(staff, counts, table, why):
    before = counts()

    page = preview(staff, PATIENT, file=table.encode())

    assert page.status == 422
    assert why in page.text
    assert counts() == before
    assert page.form("/desk/preview").fields["name"] == ["Alex Example"]


def test_a_pasted_table_that_was_refused_is_still_there_to_mend(staff):
    page = preview(staff, {"table": ["test,value\npotassium,4.1"]})

    assert "potassium,4.1" in page.form("/desk/preview").fields["table"][0]


def test_a_test_that_is_there_twice_is_kept_twice(staff, stored):
    table = "test,value,unit\npotassium,4.1,mmol/L\npotassium,4.3,mmol/L\n"

    found = stored(commit(staff, preview(staff, PATIENT, file=table.encode())))

    values = [one.value_text for one in found.submission.panel.observations]
    assert sorted(values) == ["4.1", "4.3"]


def test_status_and_comment_of_a_table_survive_a_correction(staff, stored):
    table = (
        "test,value,unit,status,comment\n"
        "potassium,4.x,mmol/L,preliminary,slightly old\n"
    )
    wrong = preview(staff, PATIENT, file=table.encode())

    right = wrong.form("/desk/preview").send(staff, {"value.potassium": ["4.1"]})
    found = stored(commit(staff, right))

    observation = found.submission.panel.observations[0]
    assert (observation.status, observation.comment) == ("preliminary", "slightly old")
    assert found.submission.source == "csv"


def test_the_template_is_handed_out_and_can_be_sent_back(staff, stored):
    answer = staff.get("/desk/template.csv")

    found = stored(commit(staff, preview(staff, PATIENT, file=answer.data)))

    assert answer.mimetype == "text/csv"
    assert len(found.submission.panel.observations) == 3


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-20T08:40:00+01:00", "2026-11-20T07:40:00+00:00"),
        ("2026-07-01T08:40Z", "2026-07-01T09:40:00+01:00"),
        ("2026-11-20 08:40:30", "2026-11-20T08:40:30+00:00"),
    ],
)
def test_a_time_with_an_offset_is_turned_into_the_clinics(staff, stored, text, moment):
    table = f"test,value,unit,collected_at\npotassium,4.1,mmol/L,{text}\n"

    found = stored(commit(staff, preview(staff, {}, file=table.encode())))

    assert found.submission.collected_at.isoformat() == moment


@pytest.mark.parametrize("text", ["20261120", "20261120T0840", "yesterday"])
def test_a_time_that_is_none_is_refused(staff, text):
    table = f"test,value,unit,collected_at\npotassium,4.1,mmol/L,{text}\n"

    page = preview(staff, {}, file=table.encode())

    assert page.status == 422
    assert "collected_at" in page.text


def test_a_day_in_a_table_is_a_day_and_no_time(staff, stored):
    table = "test,value,unit,collected_at\npotassium,4.1,mmol/L,2026-11-20\n"

    found = stored(commit(staff, preview(staff, {}, file=table.encode())))

    sent = found.submission
    assert (sent.collected_at, sent.collected_on) == (None, date(2026, 11, 20))


def test_a_loinc_code_is_looked_up_as_a_code(staff, stored):
    table = "test,value,unit\n2823-3,4.1,mmol/L\n1649-3,50,ng/L\n"

    found = stored(commit(staff, preview(staff, PATIENT, file=table.encode())))
    seen = {one.loinc: one for one in found.submission.panel.observations}

    assert seen["2823-3"].analyte == "potassium"
    assert seen["1649-3"].analyte is None


def test_ids_of_a_file_that_nobody_knows_stay_to_be_seen(staff):
    table = (
        "test,value,unit,symptoms,factors,conditions\n"
        "potassium,4.1,mmol/L,dizzyness,drug_magic,shaken\n"
    )

    page = preview(staff, PATIENT, file=table.encode())
    fields = page.form("/desk/preview").fields

    assert page.status == 422
    assert "3 to mend" in page.text
    assert fields["symptom"] == ["dizzyness"]
    assert fields["factor"] == ["drug_magic"]
    assert fields["condition"] == ["shaken"]
