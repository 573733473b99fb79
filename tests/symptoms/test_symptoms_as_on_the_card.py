"""What a result's card says of a symptom, the symptom's own paragraph does not deny."""

import pytest

from tests.symptoms.shared import found, summary, token

OF_A_LOW_BLOOD_COUNT = (
    *("pale", "breathless_effort", "palpitations"),
    *("dizzy", "headache", "poor_appetite"),
)


@pytest.mark.parametrize("symptom", OF_A_LOW_BLOOD_COUNT)
def test_a_low_haemoglobin_goes_with_what_low_iron_and_b12_cause_through_it(symptom):
    interpretation = found(["haemoglobin 88 g/L"], [symptom])

    assert token(interpretation, "haemoglobin", symptom) == "consistent_with"
    assert summary(interpretation, symptom) == "has_candidate"


def test_a_low_haemoglobin_may_be_a_part_of_being_tired():
    interpretation = found(["haemoglobin 88 g/L"], ["fatigue"])

    assert token(interpretation, "haemoglobin", "fatigue") == "may_contribute"


@pytest.mark.parametrize("symptom", [*OF_A_LOW_BLOOD_COUNT, "fatigue"])
def test_nothing_is_said_of_a_high_haemoglobin_that_we_have_no_source_for(symptom):
    interpretation = found(["haemoglobin 190 g/L"], [symptom])

    assert token(interpretation, "haemoglobin", symptom) == "not_related"


def test_a_haemoglobin_in_range_does_not_explain_paleness():
    interpretation = found(["haemoglobin 130 g/L"], ["pale"])

    assert token(interpretation, "haemoglobin", "pale") == "does_not_explain"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("18", "consistent_with"), ("50", "indeterminate"), ("95", "does_not_explain")],
)
def test_active_b12_stands_to_symptoms_as_total_b12_does(value, expected):
    interpretation = found([f"active_b12 {value} pmol/L"], ["numbness"])

    assert token(interpretation, "active_b12", "numbness") == expected


def test_active_b12_in_range_settles_no_more_than_total_b12_does():
    result, gas = "active_b12 95 pmol/L", "nitrous_oxide"

    interpretation = found([result], ["numbness"], [gas])

    assert token(interpretation, "active_b12", "numbness") == "does_not_rule_out"


def test_total_b12_is_not_asked_for_beside_active_b12():
    interpretation = found(["active_b12 18 pmol/L"], ["numbness"])

    assert "vitamin_b12" not in interpretation.symptoms[0].useful_tests


@pytest.mark.parametrize(
    ("value", "expected"),
    [("14", "consistent_with"), ("35", "does_not_rule_out")],
)
def test_a_low_transferrin_saturation_goes_with_restless_legs(value, expected):
    interpretation = found([f"tsat {value} %"], ["restless_legs"])

    assert token(interpretation, "tsat", "restless_legs") == expected
