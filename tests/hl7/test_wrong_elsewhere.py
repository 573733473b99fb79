"""What other systems get wrong, by HL7: each comes out right here."""

import pytest

from reference_ranges.results import Kind, Urgency
from tests.hl7.conftest import POTASSIUM, Engine, example, obx, panel, sender_key


@pytest.fixture(scope="module")
def results(hl7_app):
    """The results of a panel of these OBX, by their order, each sender anew."""

    def of(*segments):
        engine = Engine(hl7_app, sender_key(hl7_app))
        (stored,) = engine.stored(engine.ack(panel(*segments)))
        made = stored.interpretation
        by_text = {one.observation.value_text: one for one in made.results}
        order = [one.value_text for one in stored.submission.panel.observations]
        return [by_text[text] for text in order], made

    return of


def outcome(result):
    kind, reason = result.outcome.kind, result.outcome.reason
    return (kind.value, reason.value if reason else None, result.code)


def test_the_message_of_eight_is_read_whole_or_refused_with_a_reason(engine):
    ack = engine.ack(example("eight.hl7"))
    (stored,) = engine.stored(ack)
    found = {
        (one.observation.analyte, one.observation.value_text): outcome(one)
        for one in stored.interpretation.results
    }

    assert found == {
        ("sodium", "128"): ("out_of_range", None, "L"),
        ("potassium", "6.8"): ("critical", None, "HH"),
        ("calcium_total", "<1.50"): ("critical", None, "LL"),
        ("magnesium", "0.48"): ("out_of_range", None, "L"),
        ("vitamin_d_25oh", "22"): ("not_interpreted", "unit_property_mismatch", None),
        ("vitamin_b12", "110"): ("out_of_range", None, "L"),
        ("ferritin", "9"): ("out_of_range", None, "L"),
        ("potassium", "5,4"): ("not_interpreted", "value_not_read", None),
    }
    assert stored.interpretation.urgency is Urgency.EMERGENCY
    assert ack.told() == [("OBX^8^5", "102", "decimal_comma")]
    assert "OBX 1-4, 6-7." in ack.errors[0][8]


def test_haemolysis_in_a_note_is_carried_to_potassium(engine):
    (stored,) = engine.stored(engine.ack(example("eight.hl7")))
    cautions = {one.code: one.analytes for one in stored.interpretation.cautions}

    assert "potassium" in cautions["haemolysis"]
    assert stored.submission.panel.specimen == "serum"
    assert stored.submission.panel.observations[1].status == "corrected"


def test_magnesium_is_the_same_by_name_and_by_code(results):
    by = [results(obx("0.8", code=c))[0][0] for c in ("^Magnesium", "2601-3^Mg^LN")]

    assert {outcome(one) for one in by} == {("in_range", None, "N")}
    assert len({one.conventional.number for one in by}) == 1


@pytest.mark.parametrize(
    ("code", "unit", "value", "interval"),
    [
        ("2276-4^Ferritin^LN", "ug/L", "99", ">30"),
        ("14685-2^B12^LN", "pmol/L", "600", ">145 pmol/L"),
    ],
)
def test_a_range_with_one_limit_is_open_on_the_other_side(
    results, code, unit, value, interval
):
    (found,), _ = results(obx(value, unit, code, f7=interval))

    span = found.observation.lab_interval.span
    assert found.observation.lab_interval.text == interval
    assert span.above is not None
    assert (span.below, span.at_most) == (None, None)


@pytest.mark.parametrize(
    ("code", "value", "si"),
    [("^Magnesium", "1.6", "0.80"), ("^Calcium", "5.0", "2.50")],
)
def test_milliequivalents_of_two_charges_are_halved(results, code, value, si):
    (found,), _ = results(obx(value, "mEq/L", code))

    assert f"{found.si.number} {found.si.unit}" == f"{si} mmol/L"


@pytest.mark.parametrize(
    ("code", "value", "unit"),
    [
        ("2823-3^Potassium^LN", "4.1", "mg/dL"),
        ("^Potassium", "4.1", "mg/dL"),
        ("2276-4^Ferritin^LN", "20", "pmol/L"),
    ],
)
def test_a_unit_of_something_else_is_refused(results, code, value, unit):
    (found,), _ = results(obx(value, unit, code))

    assert found.outcome.kind is Kind.NOT_INTERPRETED


CASES = {
    "calcium in mmol/L is not held against mg/dL": (
        obx("2.35", "mmol/L", "2000-8^Calcium^LN", f7="2.20-2.60"),
        ("in_range", None, "N"),
    ),
    "glucose in mmol/L is not held against mg/dL": (
        obx("5.2", "mmol/L", "14749-6^Glucose^LN", f7="3.9-5.5"),
        ("in_range", None, "N"),
    ),
    "potassium below a value astride the limit": (
        obx("<^3.6", kind="SN", f7="3.5-5.3"),
        ("indeterminate", "straddles_limit", "IND"),
    ),
    "potassium in meq/L": (obx("4.2", "meq/L"), ("in_range", None, "N")),
    "vitamin D of 9": (
        obx("9", "ng/mL", "1989-3^Vitamin D^LN"),
        ("out_of_range", None, "L"),
    ),
    "ferritin of 9": (
        obx("9", "ng/mL", "2276-4^Ferritin^LN"),
        ("out_of_range", None, "L"),
    ),
    "magnesium of 0.5": (
        obx("0.5", "mmol/L", "2601-3^Magnesium^LN"),
        ("out_of_range", None, "L"),
    ),
    "potassium of 6.8 that the sender calls normal": (
        obx("6.8", f7="3.5-5.1", f8="N"),
        ("critical", None, "HH"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_others_misjudge_is_judged_right(results, case):
    segment, expected = CASES[case]

    (found,), _ = results(segment)

    assert outcome(found) == expected


def test_a_normal_flag_on_a_critical_value_is_a_conflict(results):
    _, made = results(obx("6.8", f7="3.5-5.1", f8="N"))

    assert "flag_conflict" in {one.code for one in made.findings}


@pytest.mark.parametrize("flag", ["LL", "HH", "LU", "HU"])
def test_a_senders_critical_flag_is_never_lowered(results, flag):
    (found,), _ = results(obx("4.2", f8=flag))

    assert found.outcome.kind is Kind.CONFLICT


@pytest.mark.parametrize("flag", ["B", "W", "POS", "NEG", "E", "EX"])
def test_a_flag_that_cannot_be_read_keeps_a_result_from_being_normal(results, flag):
    (found,), _ = results(obx("4.2", f8=flag))

    assert outcome(found)[:2] == ("indeterminate", "flag_unread")


def test_a_calcium_beside_a_range_in_another_unit_is_not_called_low(results):
    (found,), _ = results(obx("2.35", "", "^Calcium", f7="8.6-10.3"))

    assert found.outcome.kind is Kind.NOT_INTERPRETED


def test_a_panel_of_unknown_tests_is_never_called_normal(engine):
    body = panel(obx("1", "x", "1-8^Other^LN"), control="none known")
    (made,) = engine.ack(body).ids

    text = engine.client.get(
        f"/v1/interpretations/{made}/report.html", headers=engine.headers
    ).text

    assert "normal" not in text.lower()


def test_a_withdrawn_result_is_not_interpreted(results):
    (found,), _ = results(obx("9.9", f11="W"))

    assert outcome(found) == ("not_interpreted", "status_not_usable", None)


@pytest.mark.parametrize(
    ("segment", "code"),
    [
        (obx("4.2", f11="X"), "status_not_usable"),
        (obx("22", "nmol/L", "1989-3^D3^LN"), "unit_property_mismatch"),
        (obx("4.2", "mmol/L", "2828-2^Potassium in urine^LN"), "wrong_measurand"),
    ],
)
def test_why_a_result_is_kept_unjudged_is_told_and_accepted(engine, segment, code):
    ack = engine.ack(panel(segment, control=code))

    assert ack.code == "AA"
    assert [one[2] for one in (*ack.told("W"), *ack.told("I"))] == [code]


def test_all_else_goes_on_beside_what_is_refused(results):
    found, _ = results(obx("4,1"), POTASSIUM.replace("4.2", "4.25"))

    assert [one.outcome.kind for one in found] == [Kind.NOT_INTERPRETED, Kind.IN_RANGE]
