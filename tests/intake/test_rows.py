"""A reported row becomes an observation, or is kept with the reason why not."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_ranges.loading import load_catalogue
from reference_ranges.panel import Comparator, ObservationStatus, Reason
from service.intake.reading import read_draft
from service.intake.strict_json import Number

LOINC = "http://loinc.org"
CATALOGUE = load_catalogue()
ANALYTES = sorted(CATALOGUE.analytes)
REFUSED_CODES = sorted(CATALOGUE.look_alikes)
ACCEPTED_CODES = sorted(CATALOGUE.codes)


def read(row, door, *, keep=False, **specimen):
    document = {
        "specimen": specimen,
        "results": [row],
        "on_problem": "report" if keep else "refuse",
    }
    return read_draft(document, b"", "json", door)


def observation(row, door, **specimen):
    draft = read(row, door, keep=True, **specimen)
    (found,) = draft.submission.panel.observations
    return found


def faults(row, door):
    return [(one.pointer, one.code) for one in read(row, door).faults]


def potassium(**changes):
    return {"analyte": "potassium", "value": "4.1", "unit": "mmol/L"} | changes


@pytest.mark.parametrize(
    ("value", "comparator", "number"),
    [
        ("4.10", Comparator.EQUAL, "4.10"),
        ("<3.6", Comparator.LESS, "3.6"),
        ("≤ 3.6", Comparator.AT_MOST, "3.6"),
        (">=9", Comparator.AT_LEAST, "9"),
        (4, Comparator.EQUAL, "4"),
    ],
)
def test_a_value_keeps_its_text_comparator_and_digits(door, value, comparator, number):
    found = observation(potassium(value=value), door)

    assert found.value_text == str(value)
    assert found.reading.comparator is comparator
    assert str(found.reading.number) == number


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("5,4", "decimal_comma"),
        ("6.2 H", "trailing_text"),
        ("6.2*", "trailing_text"),
        ("1e5", "exponent"),
        ("٣", "not_ascii_digits"),
        ("\uff11\uff12.\uff15", "not_ascii_digits"),
        ("1_000", "digit_separator"),
        ("1,234", "ambiguous_separator"),
        ("-4.1", "negative"),
        (".5", "bare_point"),
        ("5.", "bare_point"),
        ("NaN", "not_a_number"),
        ("haemolysed", "not_a_number"),
        ("", "value_missing"),
        ("  ", "value_missing"),
        (None, "value_missing"),
        ("1" * 41, "too_long"),
    ],
)
def test_a_value_that_could_mean_something_else_is_refused_by_name(door, value, code):
    assert faults(potassium(value=value), door) == [("/results/0/value", code)]


@pytest.mark.parametrize("value", [True, 4.1, ["4.1"], {"value": "4.1"}])
def test_a_value_of_another_type_is_refused(door, value):
    assert faults(potassium(value=value), door) == [("/results/0/value", "wrong_type")]


def test_the_reason_of_a_refused_value_is_not_shown_beyond_recognition(door):
    (fault,) = read(potassium(value="6.2 H"), door).faults

    assert fault.received == "6.2 H"
    assert "decimal point" in fault.allowed[0]


@pytest.mark.parametrize("analyte", CATALOGUE.analytes)
def test_every_listed_spelling_of_a_unit_is_read(door, analyte):
    known = CATALOGUE.analytes[analyte]
    rows = [{"analyte": analyte, "value": "1", "unit": one} for one in known.spellings]

    read = {row["unit"]: observation(row, door).unit for row in rows}

    assert read == known.spellings


@pytest.mark.parametrize(
    ("unit", "code"),
    [
        ("", "unit_missing"),
        ("  ", "unit_missing"),
        (None, "unit_missing"),
        ("Mmol/L", "unit_not_allowed"),
        ("mmol\\L", "unit_not_allowed"),
        ("9**9**9", "unit_not_allowed"),
        ("mmol", "unit_not_allowed"),
        ("ng/mL", "unit_not_allowed"),
    ],
)
def test_a_unit_is_never_guessed(door, unit, code):
    (fault,) = read(potassium(unit=unit), door).faults

    assert (fault.pointer, fault.code) == ("/results/0/unit", code)
    assert fault.allowed == tuple(CATALOGUE.analytes["potassium"].units)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (potassium(unit=""), Reason.UNIT_MISSING),
        (potassium(unit="stone"), Reason.UNIT_NOT_ALLOWED),
        (potassium(value=""), Reason.VALUE_MISSING),
        (potassium(value="6.2 H"), Reason.VALUE_NOT_READ),
        (potassium(value="6.2 H", unit="stone"), Reason.VALUE_NOT_READ),
    ],
)
def test_an_unread_row_can_be_kept_with_its_reason(door, row, reason):
    found = observation(row, door)

    assert found.analyte == "potassium"
    assert found.refusal is reason
    assert found.value_text == row["value"]


def test_both_faults_of_a_row_are_named_at_once(door):
    assert faults(potassium(value="6.2 H", unit="stone"), door) == [
        ("/results/0/value", "trailing_text"),
        ("/results/0/unit", "unit_not_allowed"),
    ]


@pytest.mark.parametrize("code", ACCEPTED_CODES)
def test_every_accepted_code_finds_its_analyte(door, code):
    row = {"code": {"system": LOINC, "code": code}, "value": "1", "unit": "?"}

    found = observation(row, door)

    assert found.analyte == CATALOGUE.codes[code]
    assert found.loinc == code


@pytest.mark.parametrize("code", REFUSED_CODES)
def test_every_look_alike_is_kept_and_refused_by_name(door, code):
    row = {"code": {"system": LOINC, "code": code}, "value": "1", "unit": "mmol/L"}

    draft = read(row, door)
    (found,) = draft.submission.panel.observations

    assert draft.faults == ()
    assert (found.analyte, found.refusal) == (None, Reason.WRONG_MEASURAND)
    assert found.detail == code
    assert found.name == CATALOGUE.look_alikes[code].name


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ({"analyte": "troponin"}, "troponin"),
        ({"analyte": "troponin", "name": "High-sensitivity troponin"}, None),
        ({"code": {"system": LOINC, "code": "67151-1"}}, "67151-1"),
        ({"code": {"system": LOINC, "code": "67151-1", "display": "Tn"}}, "Tn"),
        ({"code": {"system": "urn:local", "code": "TNT"}}, "TNT"),
        ({"code": {"system": "urn:local", "code": "2823-3"}}, "2823-3"),
        ({"name": "Troponin T"}, "Troponin T"),
    ],
)
def test_an_unknown_test_is_kept_under_its_own_name(door, row, name):
    draft = read(row | {"value": "H 12 !", "unit": "whatever"}, door)
    (found,) = draft.submission.panel.observations

    assert draft.faults == ()
    assert found.refusal is Reason.ANALYTE_NOT_SUPPORTED
    assert found.name == (name or row["name"])
    assert (found.value_text, found.unit_text) == ("H 12 !", "whatever")


@pytest.mark.parametrize("name", ["Potassium", "potassium", " POTASSIUM "])
def test_a_name_alone_is_looked_up_among_the_listed_ones(door, name):
    row = {"name": name, "value": "4.1", "unit": "mmol/L"}

    assert observation(row, door).analyte == "potassium"


def test_a_row_must_say_what_was_measured(door):
    assert faults({"value": "1", "unit": "mmol/L"}, door) == [
        ("/results/0", "analyte_missing")
    ]


def test_id_and_code_of_one_analyte_go_together(door):
    row = potassium(code={"system": LOINC, "code": "2823-3"})

    assert observation(row, door).loinc == "2823-3"


@pytest.mark.parametrize("code", ["2951-2", "99999-9"])
def test_id_and_code_of_two_analytes_are_refused(door, code):
    row = potassium(code={"system": LOINC, "code": code})

    assert faults(row, door) == [("/results/0/code", "analyte_code_conflict")]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("2823-3", "Glucose"),
        ("2951-2", "chloride"),
        ("2276-4", "Fe"),
        ("2500-7", "Iron"),
        ("2000-8", "Ionised calcium"),
        ("2823-3", "na+"),
    ],
)
@pytest.mark.parametrize("where", ["name", "display"])
def test_a_code_and_a_name_that_contradict_each_other_are_not_judged(
    door, code, name, where
):
    told = {"system": LOINC, "code": code}
    named = {"name": name} if where == "name" else {}
    told |= {"display": name} if where == "display" else {}
    row = {"code": told, "value": "4.1", "unit": "mmol/L"} | named

    assert faults(row, door) == [("/results/0/code", "analyte_code_conflict")]
    assert observation(row, door).refusal is Reason.WRONG_MEASURAND


def test_an_alias_of_the_sender_contradicts_as_a_name_of_ours_does(door):
    own = replace(door, aliases={"gluk": "glucose"})
    row = {"code": {"system": LOINC, "code": "2823-3"}, "name": "GLUK"}

    found = observation(row | {"value": "4.1", "unit": "mmol/L"}, own)

    assert found.refusal is Reason.WRONG_MEASURAND


def test_an_id_and_a_name_that_contradict_each_other_are_not_judged(door):
    row = potassium(name="Glucose")

    assert faults(row, door) == [("/results/0/name", "analyte_code_conflict")]
    assert observation(row, door).refusal is Reason.WRONG_MEASURAND


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("2823-3", "Kalium"),
        ("2823-3", "Routine panel"),
        ("1995-0", "Calcium"),
        ("29265-6", "calcium"),
        ("10466-1", "Anion gap"),
    ],
)
def test_another_or_a_shorter_name_of_the_same_test_contradicts_nothing(
    door, code, name
):
    told = {"system": LOINC, "code": code}
    row = {"code": told, "name": name, "value": "2.1", "unit": "mmol/L"}

    assert observation(row, door).refusal is not Reason.WRONG_MEASURAND


def test_a_conflict_that_is_kept_is_never_judged_by_its_code(door):
    row = potassium(code={"system": LOINC, "code": "2951-2"})

    assert observation(row, door).refusal is Reason.WRONG_MEASURAND


def test_a_look_alike_code_beats_the_id(door):
    row = potassium(code={"system": LOINC, "code": "2828-2"})

    assert observation(row, door).refusal is Reason.WRONG_MEASURAND


@pytest.mark.parametrize(
    ("code", "unit", "reason"),
    [
        ("62292-8", "nmol/L", Reason.UNIT_PROPERTY_MISMATCH),
        ("62292-8", "ng/mL", None),
        ("2000-8", "mg/dL", Reason.UNIT_PROPERTY_MISMATCH),
        ("2000-8", "mmol/L", None),
        ("17861-6", "mEq/L", Reason.UNIT_PROPERTY_MISMATCH),
        ("2502-3", "%", None),
        ("14801-5", "%", None),
    ],
)
def test_the_property_of_a_code_and_its_unit_must_agree(door, code, unit, reason):
    row = {"code": {"system": LOINC, "code": code}, "value": "20", "unit": unit}

    draft = read(row, door)
    (found,) = draft.submission.panel.observations

    assert draft.faults == ()
    assert found.refusal is reason


@pytest.mark.parametrize("specimen", ["urine", "saliva", "cerebrospinal_fluid"])
def test_a_specimen_that_is_not_blood_is_kept_and_not_judged(door, specimen):
    assert observation(potassium(), door, type=specimen).refusal is (
        Reason.WRONG_SPECIMEN
    )


@pytest.mark.parametrize("status", ["cancelled", "entered_in_error"])
def test_a_result_that_was_withdrawn_needs_no_value(door, status):
    row = potassium(value="", unit="", status=status)

    draft = read(row, door)
    (found,) = draft.submission.panel.observations

    assert draft.faults == ()
    assert found.refusal is Reason.STATUS_NOT_USABLE
    assert found.status is ObservationStatus(status)


@pytest.mark.parametrize(
    ("interval", "text", "low", "high"),
    [
        ("3.5-5.3", "3.5-5.3", "3.5", "5.3"),
        ("<5", "<5", None, "5"),
        ({"low": "3.5", "high": "5.3"}, "3.5-5.3", "3.5", "5.3"),
        ({"low": 3, "high": 5}, "3-5", "3", "5"),
        ({"low": "30"}, ">=30", "30", None),
        ({"low": None, "high": "5.3"}, "<=5.3", None, "5.3"),
    ],
)
def test_the_laboratorys_own_interval_is_read(door, interval, text, low, high):
    found = observation(potassium(interval=interval), door).lab_interval

    assert found.text == text
    assert found.span.low == (low and Decimal(low))
    assert found.span.high == (high and Decimal(high))


@pytest.mark.parametrize("interval", ["see comment", "5.3-3.5", "3,5-5,3", "0-0"])
def test_an_interval_that_cannot_be_read_is_kept_and_not_used(door, interval):
    found = observation(potassium(interval=interval), door).lab_interval

    assert (found.text, found.span) == (interval, None)


@pytest.mark.parametrize("interval", [{}, {"low": "", "high": None}, "", "  "])
def test_an_empty_interval_is_none(door, interval):
    assert observation(potassium(interval=interval), door).lab_interval is None


@pytest.mark.parametrize(
    ("interval", "pointer", "code"),
    [
        (None, "/results/0/interval", "null"),
        (5, "/results/0/interval", "wrong_type"),
        ([], "/results/0/interval", "wrong_type"),
        ({"low": True}, "/results/0/interval/low", "wrong_type"),
        ({"mean": "4"}, "/results/0/interval/mean", "unknown_field"),
        ("1" * 201, "/results/0/interval", "too_long"),
    ],
)
def test_an_interval_of_another_shape_is_refused(door, interval, pointer, code):
    assert faults(potassium(interval=interval), door) == [(pointer, code)]


def test_flag_status_and_comment_are_kept_as_sent(door):
    row = potassium(flag="HH", status="corrected", comment="Phoned.\nRepeat\tplease.")

    found = observation(row, door)

    assert found.sender_flag == "HH"
    assert found.status is ObservationStatus.CORRECTED
    assert found.comment == "Phoned.\nRepeat\tplease."


def test_a_declared_decimal_comma_is_read(door):
    comma = replace(door, decimal_comma=True)

    found = observation(potassium(value="5,4", interval="3,5-5,3"), comma)

    assert found.reading.number == Decimal("5.4")
    assert found.lab_interval.span.high == Decimal("5.3")


@pytest.mark.parametrize("value", [Number("5.4"), Number("55"), 54])
def test_a_typed_number_has_a_point_whatever_its_sender_writes_in_texts(door, value):
    comma = replace(door, decimal_comma=True)
    interval = {"low": Number("3.5"), "high": Number("5.3")}

    found = observation(potassium(value=value, interval=interval), comma)

    assert found.reading.number == Decimal(str(value))
    assert type(found.value_text) is type(found.reading.text) is str
    assert found.lab_interval.span.high == Decimal("5.3")
    assert found.lab_interval.text == "3.5-5.3"


def test_a_text_with_a_point_is_not_read_where_a_comma_was_declared(door):
    comma = replace(door, decimal_comma=True)

    assert observation(potassium(value="5.4"), comma).refusal is Reason.VALUE_NOT_READ


@given(
    analyte=st.sampled_from([*ANALYTES, "unknown"]),
    value=st.text(st.characters(exclude_categories=("Cs",)), max_size=12),
    unit=st.text(st.characters(exclude_categories=("Cs",)), max_size=12),
)
def test_whatever_is_sent_a_row_is_read_or_has_a_reason(door, analyte, value, unit):
    row = {"analyte": analyte, "value": value, "unit": unit}

    draft = read(row, door, keep=True)

    assert draft.faults or all(
        found.refusal or (found.reading and found.unit)
        for found in draft.submission.panel.observations
    )


def test_a_senders_own_code_and_name_lead_to_the_analyte_that_was_set_up(door):
    knows = replace(door, aliases={"k-17": "potassium", "k plus": "potassium"})
    code = {"system": "urn:example:tests", "code": "K-17", "display": "Kalium i.S."}
    coded = {"code": code, "value": "4.1", "unit": "mmol/L"}
    named = {"name": "K plus", "value": "4.1", "unit": "mmol/L"}
    assert observation(coded, knows).analyte == "potassium"
    assert observation(coded, knows).name == "Kalium i.S."
    assert observation(named, knows).analyte == "potassium"
    assert observation(coded, door).analyte is None
    assert observation(named, door).analyte is None
