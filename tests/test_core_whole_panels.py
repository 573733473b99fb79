"""What is said of a panel as a whole: its order, its numbers, and what holds back none.

The same panel comes out the same however it was sent, the most pressing first.
"""

from dataclasses import replace
from datetime import date

import pytest

from reference_ranges.interpretation import interpret
from reference_ranges.loading import load_catalogue
from reference_ranges.panel import ObservationStatus, Reason, ReportedSymptom
from reference_ranges.partitions import Sex
from reference_ranges.results import Overview, Urgency
from tests.core_panels import WOMAN, aged, observation, panel_of

CATALOGUE = load_catalogue()


def found(*observations, symptoms=(), **more):
    told = tuple(ReportedSymptom(one) for one in symptoms)
    return interpret(panel_of(*observations, symptoms=told, **more), CATALOGUE)


def result(text, **more):
    return observation(*text.split(), **more)


def unknown(name="ALT"):
    return replace(
        result("potassium 22 U/L"),
        analyte=None,
        name=name,
        unit=None,
        refusal=Reason.ANALYTE_NOT_SUPPORTED,
    )


# ---- An alarm that may be true ---------------------------------------------------

SODIUM = result("sodium 129 mmol/L", sender_flag="H")
POTASSIUM = result("potassium 6.0 mmol/L", sender_flag="L")


@pytest.mark.parametrize(
    ("contested", "symptoms", "urgency"),
    [
        (SODIUM, [], Urgency.SOON),
        (SODIUM, ["headache", "nausea"], Urgency.TODAY),
        (POTASSIUM, [], Urgency.TODAY),
        (POTASSIUM, ["weakness"], Urgency.EMERGENCY),
        # in range by our limits: that it may be true makes it no calmer
        (result("glucose 5 mmol/L", sender_flag="HH"), [], Urgency.TODAY),
    ],
)
def test_a_contested_value_is_as_urgent_as_it_is_beside_the_symptoms_if_it_is_true(
    contested, symptoms, urgency
):
    said = found(contested, symptoms=symptoms)

    (conflict,) = [one for one in said.findings if one.code == "flag_conflict"]
    assert (conflict.urgency, said.urgency) == (urgency, urgency)


def test_a_question_about_another_result_is_no_more_urgent_for_it():
    other = result("potassium 5.4 mmol/L 3.5-5.6")

    said = found(SODIUM, other, symptoms=["headache", "nausea"])

    urgencies = {one.code: one.urgency for one in said.findings}
    assert urgencies["flag_conflict"] is Urgency.TODAY
    assert urgencies["intervals_differ"] is Urgency.ROUTINE


@pytest.mark.parametrize(
    ("beside", "symptoms"),
    [
        ([], ["rf_chest_pain"]),
        (["magnesium 0.3 mmol/L"], ["rf_seizure"]),
        (["calcium_adjusted 1.7 mmol/L"], ["tingling_mouth_fingers"]),
    ],
)
def test_a_contested_value_takes_no_urgency_of_danger_that_it_has_no_part_in(
    beside, symptoms
):
    said = found(SODIUM, *map(result, beside), symptoms=symptoms)

    (conflict,) = [one for one in said.findings if one.code == "flag_conflict"]
    assert conflict.urgency is Urgency.SOON
    assert said.urgency is Urgency.EMERGENCY


def test_each_of_two_contested_values_is_as_urgent_as_its_own_danger():
    said = found(SODIUM, POTASSIUM, symptoms=["headache", "nausea", "weakness"])

    tiers = {
        one.subjects: one.urgency
        for one in said.findings
        if one.code == "flag_conflict"
    }
    assert tiers["potassium",] is Urgency.EMERGENCY
    assert said.urgency is Urgency.EMERGENCY


def test_a_danger_that_either_of_two_would_make_counts_for_both():
    again = result("sodium 128 mmol/L", sender_flag="H")

    said = found(SODIUM, again, symptoms=["headache", "nausea"])

    tiers = [one.urgency for one in said.findings if one.code == "flag_conflict"]
    assert set(tiers) == {Urgency.TODAY}


def test_a_contested_value_is_as_urgent_as_a_pattern_that_it_is_part_of():
    # low sodium with high potassium should not wait
    said = found(
        result("sodium 128 mmol/L", sender_flag="H"), result("potassium 5.8 mmol/L")
    )

    alone = found(result("sodium 128 mmol/L", sender_flag="H"))
    (conflict,) = [one for one in said.findings if one.code == "flag_conflict"]
    (of_its_own,) = [one for one in alone.findings if one.code == "flag_conflict"]
    assert conflict.urgency > of_its_own.urgency


# ---- Order -----------------------------------------------------------------------


def test_the_most_urgent_finding_comes_first_and_of_those_alike_a_pattern():
    said = found(
        result("potassium 0.9 mmol/L"),  # hardly credible, and grave if it is true
        result("vitamin_b12 120 ng/L"),
        result("folate 3 nmol/L"),
        result("haemoglobin 140 g/L", sender_flag="H"),
        result("calcium_total 2.3 mmol/L"),
    )

    assert [one.urgency for one in said.findings] == sorted(
        [one.urgency for one in said.findings], reverse=True
    )
    tiers = [one.urgency for one in said.findings]
    assert {Urgency.EMERGENCY, Urgency.SOON, Urgency.ROUTINE} <= set(tiers)
    soon = [one.rule for one in said.findings if one.urgency is Urgency.SOON]
    assert soon[0].startswith("pattern/")


def test_results_come_worst_first():
    said = found(
        result("potassium 4.2 mmol/L"),
        result("albumin 8 g/L"),
        result("calcium_adjusted 3.10 mmol/L"),
        result("crp 120 mg/L"),
        result("alp 1 U/L"),
        result("magnesium 0.30 mmol/L"),
        result("sodium 129 mmol/L", sender_flag="H"),
        unknown(),
    )

    assert [one.name for one in said.results] == [
        "Magnesium",  # critical
        "C-reactive protein",  # for today, and grave
        "Calcium (albumin-adjusted)",
        "Albumin",  # for today
        "Alkaline phosphatase",
        "Sodium",  # a conflict, to look at soon
        "ALT",
        "Potassium",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            result("potassium 5.5 mmol/L"),
            result("potassium 5.5 mmol/L", loinc="2823-3"),
        ),
        (
            result("potassium 5.5 mmol/L"),
            result("potassium 5.5 mmol/L", sender_flag="H"),
        ),
        (
            result("potassium 5.5 mmol/L"),
            result("potassium 5.5 mmol/L", refusal=Reason.WRONG_MEASURAND),
        ),
        (unknown("potassium"), result("potassium 5.5 mmol/L")),
    ],
)
def test_two_results_of_one_test_come_out_the_same_whichever_was_sent_first(one, other):
    third = result("potassium 4.0 mmol/L")

    assert found(one, other, third) == found(third, other, one)


# ---- Numbers ---------------------------------------------------------------------


def test_the_whole_panel_is_counted_each_result_once():
    said = found(
        result("potassium 4.2 mmol/L"),
        result("chloride 100 mmol/L"),
        result("albumin 40 g/L"),
        result("calcium_adjusted 3.10 mmol/L"),
        result("crp 120 mg/L"),
        result("magnesium 0.30 mmol/L"),
        result("vitamin_b12 200 ng/L"),  # the grey zone
        unknown(),
        symptoms=["weakness"],
    )

    assert said.overview == Overview(
        results=8,
        in_range=3,
        out_of_range=2,
        critical=1,
        undecided=1,
        unsupported=1,
        all_in_range=False,
        symptoms_asked=True,
    )


def test_what_is_worked_out_names_the_publication_of_its_formula():
    said = found(result("creatinine 62 umol/L"))

    (egfr,) = said.derived
    assert egfr.trace[0].source in {one.id for one in said.sources}


# ---- Tests, symptoms and people told of twice, or not at all ---------------------


@pytest.mark.parametrize("values", [("2.4", "3.4"), ("2.4", "3.2", "3.4")])
def test_of_a_test_sent_more_than_once_each_result_speaks_for_itself(values):
    sent = [result(f"potassium {one} mmol/L") for one in values]
    symptoms = ["palpitations", "muscle_cramp", "weakness"]

    together = found(*sent, symptoms=symptoms)
    alone = [found(one, symptoms=symptoms).results[0] for one in sent]

    assert {one.observation.value_text: one.relations for one in together.results} == {
        one.observation.value_text: one.relations for one in alone
    }


def test_a_symptom_that_was_told_twice_is_heard_twice():
    told = (
        ReportedSymptom("rf_faint", severity="severe"),
        ReportedSymptom("rf_faint", severity="mild"),
    )

    said = interpret(panel_of(symptoms=told), CATALOGUE)

    assert {one.symptom.severity for one in said.symptoms} == {"mild", "severe"}


def test_a_result_that_was_withdrawn_is_still_missing():
    withdrawn = result("magnesium 0.8 mmol/L", status=ObservationStatus.CANCELLED)

    said = found(result("potassium 3.2 mmol/L"), withdrawn)

    assert "low_k_no_mg" in {one.code for one in said.findings}


@pytest.mark.parametrize(
    ("birth", "flagged"), [(date(1976, 11, 20), True), (date(1976, 11, 21), False)]
)
def test_a_danger_sign_of_an_age_begins_on_the_birthday(birth, flagged):
    person = replace(WOMAN, age=aged(birth))

    said = found(result("ferritin 8 ug/L"), person=person)

    assert ("result_ferritin_low" in {one.id for one in said.red_flags}) is flagged


@pytest.mark.parametrize(
    ("birth", "follows"), [(date(1961, 11, 20), True), (date(1961, 11, 21), False)]
)
def test_a_factor_of_an_age_follows_from_the_birthday_on(birth, follows):
    person = replace(WOMAN, sex=Sex.FEMALE, age=aged(birth))

    assert ("age_65_plus" in found(person=person).factors) is follows


def test_a_comment_on_a_result_is_heard_and_a_panel_without_one_is_not_doubted():
    plain = result("phosphate 1.0 mmol/L")
    marked = replace(plain, comment="Haemolysed")

    assert found(plain).cautions == ()
    assert [one.code for one in found(marked).cautions] == ["haemolysis"]


def test_of_several_tests_only_the_one_that_came_twice_is_said_to_have_done_so():
    panel = [
        result("potassium 4.2 mmol/L"),
        result("potassium 4.9 mmol/L"),
        result("sodium 140 mmol/L"),
        unknown("ALT"),
        unknown("AST"),
    ]

    repeated = [one for one in found(*panel).findings if one.code == "repeated_analyte"]

    assert [one.subjects for one in repeated] == [("potassium",)]
