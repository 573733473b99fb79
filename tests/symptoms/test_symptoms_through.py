"""Links by way of another finding, total calcium, bad samples, and grey zones."""

from dataclasses import replace

import pytest

from reference_ranges.interpretation import interpret
from reference_ranges.panel import ObservationStatus
from tests.core_panels import observation, panel_of
from tests.symptoms.shared import CATALOGUE, as_symptom, found, summary, token

NOT_RELATED = "not_related"
HB = {
    "low": "haemoglobin 95 g/L",
    "in": "haemoglobin 130 g/L",
}


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ((), "may_contribute"),
        ((HB["low"],), "consistent_with"),
        ((HB["in"],), "unlikely_to_explain"),
    ],
)
def test_low_ferritin_goes_with_breathlessness_by_way_of_anaemia(others, expected):
    interpretation = found(["ferritin 8 ug/L", *others], ["breathless_effort"])

    relation = next(
        relation
        for result in interpretation.results
        for relation in result.relations
        if relation.analyte == "ferritin"
    )
    assert relation.token == expected
    assert relation.through == "anaemia"


def test_haemoglobin_is_asked_for_where_it_would_settle_a_link():
    interpretation = found(["vitamin_b12 120 ng/L"], ["pale"])

    assert "haemoglobin" in {missing.fact for missing in interpretation.missing}
    assert interpretation.symptoms[0].useful_tests == ("haemoglobin",)


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ((), "may_contribute"),
        (("calcium_adjusted 2.00 mmol/L",), "consistent_with"),
        (("calcium_adjusted 2.40 mmol/L",), "may_contribute"),
    ],
)
def test_low_vitamin_d_goes_with_cramps_by_way_of_low_calcium(others, expected):
    interpretation = found(["vitamin_d_25oh 15 nmol/L", *others], ["muscle_cramp"])

    assert token(interpretation, "vitamin_d_25oh", "muscle_cramp") == expected


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ((), "may_contribute"),
        (("calcium_adjusted 2.90 mmol/L",), "may_contribute"),
        (("calcium_adjusted 2.40 mmol/L",), "unlikely_to_explain"),
    ],
)
def test_high_vitamin_d_acts_by_way_of_high_calcium_only(others, expected):
    interpretation = found(["vitamin_d_25oh 300 nmol/L", *others], ["thirst_urine"])

    assert token(interpretation, "vitamin_d_25oh", "thirst_urine") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2.40", "does_not_rule_out"),
        ("1.70", "cannot_assess"),
        ("2.90", "cannot_assess"),
    ],
)
def test_total_calcium_alone_proves_nothing(value, expected):
    interpretation = found([f"calcium_total {value} mmol/L"], ["tingling_limbs"])

    assert token(interpretation, "calcium_total", "tingling_limbs") == expected
    assert "albumin" in {missing.fact for missing in interpretation.missing}


def test_total_calcium_leaves_the_word_to_the_adjusted_one():
    results = ["calcium_total 2.30 mmol/L", "albumin 38 g/L"]

    interpretation = found(results, ["tingling_limbs"])

    assert token(interpretation, "calcium_total", "tingling_limbs") == "not_related"
    expected = "does_not_explain"
    assert token(interpretation, "calcium_adjusted", "tingling_limbs") == expected


@pytest.mark.parametrize(
    ("results", "tests"),
    [
        ([], ("calcium_adjusted", "vitamin_b12", "magnesium")),
        (["calcium_total 2.40 mmol/L"], ("albumin", "vitamin_b12", "magnesium")),
        (["calcium_ionised 1.20 mmol/L"], ("vitamin_b12", "magnesium")),
        (["magnesium 0.80 mmol/L"], ("calcium_adjusted", "vitamin_b12")),
    ],
)
def test_useful_tests_are_those_not_sent_with_the_strongest_link_first(results, tests):
    assert found(results, ["tingling_limbs"]).symptoms[0].useful_tests == tests


@pytest.mark.parametrize(
    ("result", "condition", "symptom", "expected"),
    [
        ("potassium 6.8 mmol/L", "haemolysed", "weakness", "cannot_assess"),
        ("potassium 4.2 mmol/L", "haemolysed", "weakness", "cannot_assess"),
        ("potassium 2.8 mmol/L", "haemolysed", "weakness", "consistent_with"),
        ("potassium 4.2 mmol/L", "haemolysed", "tremor", "not_related"),
        ("sodium 128 mmol/L", "haemolysed", "headache", "consistent_with"),
        ("sodium 128 mmol/L", "drip_arm", "headache", "cannot_assess"),
        (
            "calcium_adjusted 1.8 mmol/L",
            "edta_contamination",
            "numbness",
            "cannot_assess",
        ),
        (
            "calcium_adjusted 2.9 mmol/L",
            "edta_contamination",
            "fatigue",
            "consistent_with",
        ),
        ("potassium 5.9 mmol/L", "delayed_separation", "weakness", "cannot_assess"),
        ("potassium 5.9 mmol/L", "prolonged_tourniquet", "weakness", "cannot_assess"),
        ("potassium 2.8 mmol/L", "high_cell_count", "weakness", "cannot_assess"),
        (
            "calcium_adjusted 1.8 mmol/L",
            "gadolinium_contrast",
            "numbness",
            "cannot_assess",
        ),
        ("potassium 6.8 mmol/L", "lipaemic", "weakness", "consistent_with"),
    ],
)
def test_a_bad_sample_is_not_held_against_symptoms_unless_it_errs_the_other_way(
    result, condition, symptom, expected
):
    interpretation = found([result], [symptom], conditions=frozenset({condition}))

    assert token(interpretation, result.split()[0], symptom) == expected


def test_a_haemolysed_sample_changes_the_message_and_never_the_alarm():
    bad = frozenset({"haemolysed"})

    interpretation = found(["potassium 6.8 mmol/L"], ["weakness"], conditions=bad)

    assert interpretation.urgency.name == "EMERGENCY"
    assert interpretation.critical
    assert interpretation.cautions[0].code == "haemolysis"
    assert interpretation.results[0].cautions[0] == "haemolysis"
    assert interpretation.results[0].summary == "not_usable"


@pytest.mark.parametrize(
    ("factor", "caution"),
    [
        ("sample_haemolysed", "haemolysis"),
        ("sample_delayed", "delayed_separation"),
        ("edta_contamination", "edta"),
        ("supp_biotin", "biotin"),
    ],
)
def test_a_sample_factor_is_the_same_as_its_specimen_condition(factor, caution):
    results = ["potassium 4.9 mmol/L", "ferritin 100 ug/L"]

    interpretation = found(results, ["fatigue"], [factor])

    assert caution in {one.code for one in interpretation.cautions}
    assert "cannot_assess" in {
        relation.token
        for result in interpretation.results
        for relation in result.relations
    }


@pytest.mark.parametrize(
    ("result", "symptom", "expected"),
    [
        ("vitamin_b12 250 ng/L", "numbness", "indeterminate"),
        ("vitamin_b12 250 ng/L", "unsteady", "indeterminate"),
        ("vitamin_b12 250 ng/L", "bone_pain", "not_related"),
        ("vitamin_d_25oh 35 nmol/L", "muscle_pain", "may_contribute"),
        ("vitamin_d_25oh 35 nmol/L", "bone_pain", "indeterminate"),
        ("potassium <3.6 mmol/L", "weakness", "indeterminate"),
        ("vitamin_d_25oh <40 nmol/L", "muscle_pain", "indeterminate"),
    ],
)
def test_a_grey_zone_asks_for_more_rather_than_naming_a_cause(
    result, symptom, expected
):
    interpretation = found([result], [symptom])

    assert token(interpretation, result.split()[0], symptom) == expected


@pytest.mark.parametrize(
    ("results", "symptom", "expected"),
    [
        (["potassium 2.8 mmol/L"], "weakness", "red_flag"),
        (["vitamin_b12 120 ng/L"], "sore_tongue", "has_candidate"),
        (["magnesium 0.60 mmol/L"], "muscle_cramp", "possible_contributor"),
        (["ferritin 60 ug/L"], "restless_legs", "possible_contributor"),
        (["magnesium 0.80 mmol/L"], "muscle_twitch", "not_excluded"),
        (["vitamin_b12 250 ng/L"], "numbness", "not_excluded"),
        (["potassium 4.2 mmol/L"], "muscle_cramp", "unexplained"),
        (["potassium 3.2 mmol/L"], "memory_focus", "unexplained"),
        (["chloride 100 mmol/L"], "muscle_cramp", "not_tested"),
        ([], "muscle_cramp", "not_tested"),
        (["calcium_total 1.95 mmol/L"], "numbness", "not_assessable"),
        (
            ["calcium_total 1.95 mmol/L", "potassium 4.2 mmol/L"],
            "numbness",
            "not_excluded",
        ),
    ],
)
def test_all_results_together_say_one_thing_of_a_symptom(results, symptom, expected):
    assert summary(found(results, [symptom]), symptom) == expected


def test_several_candidates_are_all_named_the_strongest_link_first():
    results = ["vitamin_b12 120 ng/L", "potassium 2.8 mmol/L", "ferritin 8 ug/L"]

    finding = found(results, ["fatigue"]).symptoms[0]

    assert finding.candidates == ("ferritin", "vitamin_b12", "potassium")


def test_a_mere_contributor_is_not_named_beside_a_candidate():
    results = ["potassium 2.8 mmol/L", "magnesium 0.60 mmol/L"]

    finding = found(results, ["muscle_cramp"]).symptoms[0]

    assert finding.candidates == ("potassium",)


@pytest.mark.parametrize(
    ("results", "symptoms", "expected"),
    [
        (["potassium 2.8 mmol/L"], ["constipation"], "out_with_symptom"),
        (["potassium 2.8 mmol/L"], ["tremor"], "out_no_symptom"),
        (["potassium 2.8 mmol/L"], [], "out_no_symptom"),
        (["potassium 4.2 mmol/L"], ["weakness"], "in_range"),
        (["magnesium 0.80 mmol/L"], ["weakness"], "in_range_caveat"),
        (["calcium_total 1.95 mmol/L"], ["weakness"], "not_usable"),
        (["vitamin_b12 250 ng/L"], ["fatigue"], "out_with_symptom"),
        (["vitamin_b12 250 ng/L"], ["tremor"], "out_no_symptom"),
    ],
)
def test_each_result_gets_one_summary(results, symptoms, expected):
    assert found(results, tuple(symptoms)).results[0].summary == expected


@pytest.mark.parametrize("value", ["2.8", "4.2"])
def test_where_nobody_asked_no_result_speaks_of_symptoms(value):
    interpretation = found([f"potassium {value} mmol/L"], None)

    assert interpretation.symptoms is None
    assert interpretation.results[0].summary == "symptoms_not_asked"
    assert interpretation.results[0].relations == ()


def test_a_conflict_with_the_sender_is_not_held_against_symptoms():
    sent = observation("potassium", "4.2", "mmol/L", sender_flag="HH")
    panel = panel_of(sent, symptoms=(as_symptom("weakness"),))

    interpretation = interpret(panel, CATALOGUE)

    assert token(interpretation, "potassium", "weakness") == "cannot_assess"


def test_two_results_of_one_test_are_each_judged_by_themselves():
    results = ["potassium 2.8 mmol/L", "potassium 3.2 mmol/L"]

    interpretation = found(results, ["weakness"])

    by_value = {
        result.observation.value_text: result.relations[0].token.value
        for result in interpretation.results
    }
    assert by_value == {"2.8": "consistent_with", "3.2": "may_contribute"}


def test_a_test_that_we_do_not_know_is_related_to_nothing_known():
    row = replace(observation("potassium", "2.8", "mmol/L"), analyte=None)
    panel = panel_of(row, symptoms=(as_symptom("weakness"),))

    interpretation = interpret(panel, CATALOGUE)

    assert interpretation.results[0].summary == "not_usable"
    assert interpretation.results[0].relations[0].token == NOT_RELATED
    assert interpretation.red_flags == ()


def test_a_value_that_is_held_raises_no_flag_of_ours_and_is_not_related():
    interpretation = found(["potassium 42 mmol/L"], ["weakness"])

    assert token(interpretation, "potassium", "weakness") == "cannot_assess"
    assert interpretation.red_flags == ()


def test_an_unknown_symptom_is_kept_and_related_to_nothing():
    interpretation = found(["potassium 2.8 mmol/L"], ["glowing"])

    assert summary(interpretation, "glowing") == "not_tested"


def test_a_test_that_would_settle_a_link_and_was_sent_in_vain_is_asked_for_anew():
    withdrawn = observation(
        "calcium_adjusted", "2.30", "mmol/L", status=ObservationStatus.CANCELLED
    )
    low = observation("vitamin_d_25oh", "15", "nmol/L")
    panel = panel_of(low, withdrawn, symptoms=(as_symptom("muscle_cramp"),))

    asked = [
        (one.fact, one.analytes, one.sent)
        for one in interpret(panel, CATALOGUE).missing
        if one.why == "through_calcium"
    ]

    assert asked == [("calcium_adjusted", ("vitamin_d_25oh",), True)]
