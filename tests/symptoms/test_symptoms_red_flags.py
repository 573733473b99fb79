"""Danger signs: each alone, each tier, and never held back."""

from datetime import date

import pytest

from reference_ranges.panel import Person, ReportedSymptom
from reference_ranges.partitions import Pregnancy, Sex
from tests.core_panels import WOMAN, aged
from tests.symptoms.shared import RULES, flags, found, summary

ALONE = {
    "rf_chest_pain": "emergency",
    "rf_heartbeat": "emergency",
    "rf_faint": "emergency",
    "rf_seizure": "emergency",
    "rf_confusion": "emergency",
    "rf_hand_spasm": "emergency",
    "rf_throat": "emergency",
    "rf_breathless_rest": "emergency",
    "rf_paralysis": "emergency",
    "rf_weak_fast": "emergency",
    "rf_weak_one_limb": "emergency",
    "rf_saddle": "emergency",
    "rf_speech_swallow": "emergency",
    "rf_wasting": "soon",
    "rf_one_leg": "today",
    "rf_dark_urine": "emergency",
    "rf_vision": "today",
    "rf_self_harm": "emergency",
}


def test_every_danger_sign_of_the_list_is_in_the_table_of_tiers():
    listed = {symptom.id for symptom in RULES.symptoms.values() if symptom.red_flag}

    assert listed == set(ALONE)


@pytest.mark.parametrize("results", [(), ("potassium 4.2 mmol/L",)])
@pytest.mark.parametrize(("symptom", "tier"), ALONE.items())
def test_each_danger_sign_alone_raises_its_flag_whatever_the_results(
    symptom, tier, results
):
    interpretation = found(results, [symptom])

    assert flags(interpretation) == {symptom: tier}
    assert interpretation.urgency.name.lower() == tier
    assert summary(interpretation, symptom) == "red_flag"


# Columns: symptoms, flag, tier.
TIERS = [
    ([ReportedSymptom("rf_faint", severity="mild")], "rf_faint", "today"),
    (
        [ReportedSymptom("rf_faint", severity="mild"), "palpitations"],
        "rf_faint",
        "emergency",
    ),
    (
        [ReportedSymptom("rf_speech_swallow", onset="gradual")],
        "rf_speech_swallow",
        "today",
    ),
    (
        [ReportedSymptom("rf_speech_swallow", onset="sudden")],
        "rf_speech_swallow",
        "emergency",
    ),
    (["rf_wasting", "rf_speech_swallow"], "rf_wasting", "today"),
    (["rf_wasting", "rf_breathless_rest"], "rf_wasting", "emergency"),
    (["rf_one_leg", "breathless_effort"], "rf_one_leg", "emergency"),
    (
        [ReportedSymptom("rf_vision", onset="sudden", severity="severe")],
        "rf_vision",
        "emergency",
    ),
    ([ReportedSymptom("rf_vision", onset="sudden")], "rf_vision", "today"),
]


@pytest.mark.parametrize(("symptoms", "flag", "tier"), TIERS)
def test_a_danger_sign_is_lifted_by_what_goes_with_it(symptoms, flag, tier):
    assert flags(found((), symptoms))[flag] == tier


# Columns: results, symptoms, factors, flag, tier or None.
BY_RESULT = [
    (["potassium 5.9 mmol/L"], (), (), "result_potassium_high", None),
    (["potassium 6.0 mmol/L"], (), (), "result_potassium_high", "today"),
    (["potassium 6.5 mmol/L"], (), (), "result_potassium_high", "emergency"),
    (["potassium 6.0 mmol/L"], ("weakness",), (), "result_potassium_high", "emergency"),
    (["potassium 6.0 mmol/L"], (), ("ckd",), "result_potassium_high", "emergency"),
    (
        ["potassium 6.0 mmol/L", "creatinine 250 umol/L"],
        (),
        (),
        "result_potassium_high",
        "emergency",
    ),
    (["potassium 3.0 mmol/L"], (), (), "result_potassium_low", None),
    (["potassium 2.9 mmol/L"], (), (), "result_potassium_low", "today"),
    (["potassium 2.5 mmol/L"], (), (), "result_potassium_low", "today"),
    (["potassium 2.4 mmol/L"], (), (), "result_potassium_low", "emergency"),
    (["sodium 125 mmol/L"], (), (), "result_sodium_low", None),
    (["sodium 124 mmol/L"], (), (), "result_sodium_low", "today"),
    (["sodium 124 mmol/L"], ("rf_confusion",), (), "result_sodium_low", "emergency"),
    (["sodium 155 mmol/L"], (), (), "result_sodium_high", None),
    (["sodium 156 mmol/L"], (), (), "result_sodium_high", "emergency"),
    (["calcium_adjusted 1.91 mmol/L"], (), (), "result_calcium_low", None),
    (["calcium_adjusted 1.90 mmol/L"], (), (), "result_calcium_low", "emergency"),
    (["calcium_total 1.90 mmol/L"], (), (), "result_calcium_low", "emergency"),
    (["calcium_ionised 0.89 mmol/L"], (), (), "result_calcium_low", "emergency"),
    (
        ["calcium_adjusted 2.10 mmol/L"],
        ("rf_hand_spasm",),
        (),
        "result_calcium_low_signs",
        "emergency",
    ),
    (["calcium_adjusted 2.99 mmol/L"], (), (), "result_calcium_high", None),
    (["calcium_adjusted 3.00 mmol/L"], (), (), "result_calcium_high", "today"),
    (["calcium_adjusted 3.50 mmol/L"], (), (), "result_calcium_high", "today"),
    (["calcium_adjusted 3.51 mmol/L"], (), (), "result_calcium_high", "emergency"),
    (["magnesium 0.40 mmol/L"], (), (), "result_magnesium_low", None),
    (["magnesium 0.39 mmol/L"], (), (), "result_magnesium_low", "emergency"),
    (
        ["magnesium 0.60 mmol/L"],
        ("rf_heartbeat",),
        (),
        "result_magnesium_low_signs",
        "emergency",
    ),
    (["magnesium 3.00 mmol/L"], (), (), "result_magnesium_high", "emergency"),
    (["vitamin_b12 120 ng/L"], ("unsteady",), (), "result_b12_cord", "today"),
    (["vitamin_b12 120 ng/L"], ("numbness",), (), "result_b12_nerves", "soon"),
    (["vitamin_b12 250 ng/L"], ("numbness",), (), "result_b12_nerves", None),
]


@pytest.mark.parametrize(("results", "symptoms", "factors", "flag", "tier"), BY_RESULT)
def test_a_result_raises_its_flag_from_its_limit_on(
    results, symptoms, factors, flag, tier
):
    interpretation = found(results, symptoms, factors)

    assert flags(interpretation).get(flag) == tier


@pytest.mark.parametrize(
    ("person", "flagged"),
    [
        (Person(aged(date(1980, 1, 1)), Sex.MALE, Pregnancy.NO), True),
        (Person(aged(date(2015, 1, 1)), Sex.MALE, Pregnancy.NO), False),
        (WOMAN, False),
        (Person(aged(date(1960, 1, 1)), Sex.FEMALE, Pregnancy.NO), True),
        (Person(aged(date(1960, 1, 1))), True),
        (Person(aged(date(1980, 1, 1))), True),
    ],
)
def test_low_iron_in_those_who_should_not_lose_it_is_looked_into_soon(person, flagged):
    interpretation = found(["ferritin 8 ug/L"], (), person=person)

    assert ("result_ferritin_low" in flags(interpretation)) is flagged


# Columns: flag, results, symptoms, factors, tier.
TOGETHER = [
    ("combo_heart", ["potassium 2.9 mmol/L"], ["palpitations"], [], "emergency"),
    ("combo_heart", ["magnesium 0.45 mmol/L"], ["palpitations"], [], "emergency"),
    ("combo_heart", ["potassium 3.1 mmol/L"], ["palpitations"], [], None),
    ("combo_twitch_weakness", [], ["muscle_twitch", "rf_wasting"], [], "soon"),
    (
        "combo_twitch_weakness",
        [],
        ["muscle_twitch", ReportedSymptom("weakness", worsening="yes")],
        [],
        "soon",
    ),
    ("combo_twitch_weakness", [], ["muscle_twitch", "weakness"], [], None),
    (
        "combo_twitch_weakness",
        [],
        ["muscle_twitch", "rf_wasting", "rf_speech_swallow"],
        [],
        "today",
    ),
    (
        "combo_twitch_weakness",
        [],
        ["muscle_twitch", "rf_wasting", "rf_weak_fast"],
        [],
        "emergency",
    ),
    ("combo_weakness_potassium", ["potassium 2.9 mmol/L"], ["weakness"], [], "today"),
    (
        "combo_weakness_potassium",
        ["potassium 2.9 mmol/L"],
        [ReportedSymptom("weakness", worsening="yes")],
        [],
        "emergency",
    ),
    ("combo_sodium_brain", ["sodium 129 mmol/L"], ["headache", "nausea"], [], "today"),
    ("combo_sodium_brain", ["sodium 129 mmol/L"], ["headache"], [], None),
    ("combo_sodium_brain", ["sodium 129 mmol/L"], ["rf_confusion"], [], "emergency"),
    (
        "combo_tingling_calcium",
        ["calcium_adjusted 2.10 mmol/L"],
        ["tingling_mouth_fingers"],
        [],
        "today",
    ),
    (
        "combo_tingling_calcium",
        ["calcium_adjusted 2.10 mmol/L"],
        ["tingling_mouth_fingers", "muscle_spasm"],
        [],
        "emergency",
    ),
    (
        "combo_tingling_calcium",
        ["calcium_adjusted 2.10 mmol/L"],
        ["tingling_mouth_fingers"],
        ["neck_surgery"],
        "emergency",
    ),
    ("combo_nitrous_oxide", [], ["tingling_limbs"], ["nitrous_oxide"], "soon"),
    ("combo_nitrous_oxide", [], ["unsteady"], ["nitrous_oxide"], "today"),
    ("combo_nitrous_oxide", ["vitamin_b12 500 ng/L"], ["numbness"], [], None),
    (
        "combo_potassium_factor",
        ["potassium 6.0 mmol/L"],
        [],
        ["drug_ksparing"],
        "emergency",
    ),
    ("combo_potassium_factor", ["potassium 5.4 mmol/L"], [], ["drug_acei_arb"], "soon"),
    ("combo_potassium_factor", ["potassium 4.4 mmol/L"], [], ["drug_acei_arb"], None),
    ("combo_digoxin", ["potassium 3.4 mmol/L"], [], ["drug_digoxin"], "today"),
    ("combo_digoxin", ["magnesium 0.60 mmol/L"], [], ["drug_digoxin"], "today"),
    ("combo_digoxin", ["calcium_adjusted 2.70 mmol/L"], [], ["drug_digoxin"], "today"),
    (
        "combo_calcium_low_factor",
        ["calcium_adjusted 2.10 mmol/L"],
        [],
        ["neck_surgery"],
        "today",
    ),
    (
        "combo_calcium_high_factor",
        ["calcium_adjusted 3.10 mmol/L"],
        [],
        ["cancer"],
        "emergency",
    ),
]


@pytest.mark.parametrize(("flag", "results", "symptoms", "factors", "tier"), TOGETHER)
def test_a_combination_raises_its_flag(flag, results, symptoms, factors, tier):
    assert flags(found(results, symptoms, factors)).get(flag) == tier


def test_every_flag_of_the_data_file_is_in_one_of_these_tables():
    tested = {
        *ALONE,
        *(row[3] for row in BY_RESULT),
        *(row[0] for row in TOGETHER),
        "result_ferritin_low",
    }

    assert tested == {flag.id for flag in RULES.flags}


def test_a_flag_names_what_it_was_made_of():
    interpretation = found(["potassium 2.9 mmol/L"], ["palpitations"])

    flag = next(one for one in interpretation.red_flags if one.id == "combo_heart")

    assert flag.subjects == ("palpitations", "potassium")
    assert flag.rule == "flag/combo_heart"
    assert flag.sources


def test_the_most_urgent_flag_comes_first():
    interpretation = found([], ["rf_one_leg", "rf_wasting", "rf_saddle"])

    assert [flag.id for flag in interpretation.red_flags] == [
        "rf_saddle",  # an emergency
        "rf_one_leg",  # today
        "rf_wasting",  # soon
    ]
