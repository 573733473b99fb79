"""How one result stands to one symptom: the links, their bands, the in-range rules."""

from datetime import date
from decimal import Decimal

import pytest

from reference_ranges.facts import circumstances_of, evidence_of, gather
from reference_ranges.knowledge import Band, Grade
from reference_ranges.ladders import make_ladders
from reference_ranges.limits import Span
from reference_ranges.panel import Person
from reference_ranges.partitions import Pregnancy, Sex
from reference_ranges.relations import Token
from reference_ranges.results import Direction, Kind, Outcome, Urgency
from reference_ranges.symptoms import relate, view_of
from tests.core_panels import WOMAN, aged, observation, panel_of
from tests.symptoms.shared import CATALOGUE, RULES, found, token

COLUMNS = (
    "potassium.low",
    "potassium.high",
    "sodium.low",
    "calcium_adjusted.low",
    "calcium_adjusted.high",
    "magnesium.low",
    "magnesium.high",
    "vitamin_d_25oh.low",
    "vitamin_b12.low",
    "ferritin.low",
)
# s strong, m moderate, w weak, v only by way of calcium, . none (or null); for a grade
# that depends on the band, the one inside it.
GRID = {
    "muscle_cramp": "m . m s w m . v w w",
    "leg_cramp_night": "m . w m . w . v w w",
    "muscle_twitch": "w . w m . s . v w .",
    "tingling_mouth_fingers": ". w . s . m . v w .",
    "tingling_limbs": "w w . s . m . . s .",
    "weakness": "s m m . m m s m m .",
    "weakness_hips_shoulders": "m . . . . . . s . .",
    "restless_legs": ". . . . . . . w w s",
    "fatigue": "m w w . m m m w s s",
    "bone_pain": ". . . . m . . s . .",
    "unsteady": ". . m . . m . m s .",
    "constipation": "m . . . s . . . . .",
    "thirst_urine": "m . . . s . . . . .",
    "memory_focus": ". . m . m . . . s w",
}
CELLS = [
    (symptom, column, grade)
    for symptom, grades in GRID.items()
    for column, grade in zip(COLUMNS, grades.split(), strict=True)
]
LETTERS = {Grade.STRONG: "s", Grade.MODERATE: "m", Grade.WEAK: "w"}


@pytest.mark.parametrize(("symptom", "column", "grade"), CELLS)
def test_the_links_are_those_of_the_summary_grid(symptom, column, grade):
    links = {f"{x.analyte}.{x.direction} {x.symptom}": x for x in RULES.all_links}

    link = links.get(f"{column} {symptom}")

    assert letter(link) == grade


def letter(link):
    if link is None:
        return "."
    return "v" if link.through == "calcium" else LETTERS.get(link.grade, ".")


# Results that lie on each side, within every band that a link speaks of.
FAR = {
    ("potassium", Direction.LOW): "potassium 2.2 mmol/L",
    ("potassium", Direction.HIGH): "potassium 6.7 mmol/L",
    ("sodium", Direction.LOW): "sodium 118 mmol/L",
    ("sodium", Direction.HIGH): "sodium 158 mmol/L",
    ("calcium_adjusted", Direction.LOW): "calcium_adjusted 1.7 mmol/L",
    ("calcium_adjusted", Direction.HIGH): "calcium_adjusted 3.6 mmol/L",
    ("magnesium", Direction.LOW): "magnesium 0.35 mmol/L",
    ("magnesium", Direction.HIGH): "magnesium 5.2 mmol/L",
    ("vitamin_d_25oh", Direction.LOW): "vitamin_d_25oh 15 nmol/L",
    ("vitamin_d_25oh", Direction.HIGH): "vitamin_d_25oh 300 nmol/L",
    ("vitamin_b12", Direction.LOW): "vitamin_b12 120 ng/L",
    ("ferritin", Direction.LOW): "ferritin 8 ug/L",
    ("tsat", Direction.LOW): "tsat 12 %",
    ("haemoglobin", Direction.LOW): "haemoglobin 88 g/L",
}
ACTIVE = [link for link in RULES.all_links if link.active]
AT_BAND = {
    Grade.STRONG: "consistent_with",
    Grade.MODERATE: "consistent_with",
    Grade.WEAK: "may_contribute",
    Grade.MECHANISM: "unlikely_to_explain",
    Grade.NULL: "unlikely_to_explain",
}


@pytest.mark.parametrize("link", ACTIVE, ids=lambda link: link.id)
def test_every_active_link_is_reached_by_a_result_within_its_band(link):
    result = FAR[link.analyte, link.direction]

    interpretation = found([result], [link.symptom])

    expected = "may_contribute" if link.through else AT_BAND[link.grade]
    assert token(interpretation, link.analyte, link.symptom) == expected


@pytest.mark.parametrize(
    "link", [x for x in RULES.all_links if not x.active], ids=lambda link: link.id
)
def test_a_row_from_memory_is_listed_and_never_used(link):
    assert link.evidence == "recalled"
    assert link.id in RULES.proposed
    assert (link.analyte, link.direction, link.symptom) not in RULES.links


# Columns: result, symptom, token.
OUTSIDE_THE_BAND = [
    ("potassium 3.2 mmol/L", "weakness", "may_contribute"),
    ("potassium 2.9 mmol/L", "weakness", "consistent_with"),
    ("potassium 3.0 mmol/L", "weakness", "may_contribute"),
    ("potassium 3.2 mmol/L", "muscle_cramp", "may_contribute"),
    ("potassium 3.4 mmol/L", "palpitations", "consistent_with"),
    ("potassium 5.6 mmol/L", "muscle_cramp", "unlikely_to_explain"),
    ("potassium 5.6 mmol/L", "weakness", "may_contribute"),
    ("potassium 6.0 mmol/L", "weakness", "consistent_with"),
    ("potassium 5.6 mmol/L", "constipation", "unlikely_to_explain"),
    ("potassium 3.2 mmol/L", "sore_tongue", "unlikely_to_explain"),
    ("potassium 3.2 mmol/L", "tremor", "not_related"),
    ("sodium 131 mmol/L", "leg_cramp_night", "unlikely_to_explain"),
    ("sodium 128 mmol/L", "leg_cramp_night", "may_contribute"),
    ("sodium 131 mmol/L", "unsteady", "consistent_with"),
    ("calcium_adjusted 2.00 mmol/L", "muscle_cramp", "consistent_with"),
    ("calcium_adjusted 2.00 mmol/L", "muscle_twitch", "may_contribute"),
    ("calcium_adjusted 1.90 mmol/L", "muscle_twitch", "consistent_with"),
    ("calcium_adjusted 2.80 mmol/L", "nausea", "may_contribute"),
    ("calcium_adjusted 3.00 mmol/L", "nausea", "consistent_with"),
    ("calcium_adjusted 2.80 mmol/L", "tingling_limbs", "unlikely_to_explain"),
    ("calcium_adjusted 2.80 mmol/L", "palpitations", "unlikely_to_explain"),
    ("calcium_ionised 1.05 mmol/L", "tingling_mouth_fingers", "consistent_with"),
    ("calcium_ionised 1.05 mmol/L", "muscle_twitch", "may_contribute"),
    ("calcium_ionised 0.85 mmol/L", "muscle_twitch", "consistent_with"),
    ("magnesium 0.60 mmol/L", "muscle_twitch", "consistent_with"),
    ("magnesium 0.60 mmol/L", "muscle_cramp", "may_contribute"),
    ("magnesium 0.45 mmol/L", "muscle_cramp", "consistent_with"),
    ("magnesium 0.45 mmol/L", "leg_cramp_night", "may_contribute"),
    ("magnesium 0.45 mmol/L", "unsteady", "may_contribute"),
    ("magnesium 1.10 mmol/L", "weakness", "may_contribute"),
    ("magnesium 5.10 mmol/L", "weakness", "consistent_with"),
    ("ferritin 20 ug/L", "muscle_twitch", "unlikely_to_explain"),
    ("ferritin 2000 ug/L", "fatigue", "not_related"),  # a weak link is only proposed
    ("vitamin_d_25oh 20 nmol/L", "fatigue", "not_related"),  # likewise
    ("ferritin 20 ug/L", "restless_legs", "consistent_with"),
    ("chloride 90 mmol/L", "muscle_cramp", "not_related"),
    ("phosphate 0.3 mmol/L", "weakness", "not_related"),
]


@pytest.mark.parametrize(("result", "symptom", "expected"), OUTSIDE_THE_BAND)
def test_below_its_band_a_link_says_less(result, symptom, expected):
    interpretation = found([result], [symptom])

    assert token(interpretation, result.split()[0], symptom) == expected


# Columns: result, symptom, factors, other results, token.
IN_RANGE = [
    ("potassium 4.2 mmol/L", "muscle_cramp", (), (), "does_not_explain"),
    ("sodium 140 mmol/L", "headache", (), (), "does_not_explain"),
    ("calcium_adjusted 2.40 mmol/L", "numbness", (), (), "does_not_explain"),
    ("calcium_ionised 1.20 mmol/L", "numbness", (), (), "does_not_explain"),
    ("magnesium 0.80 mmol/L", "muscle_twitch", (), (), "does_not_rule_out"),
    ("magnesium 0.80 mmol/L", "tremor", (), (), "does_not_rule_out"),
    ("magnesium 0.80 mmol/L", "weakness", (), (), "does_not_rule_out"),
    ("magnesium 0.80 mmol/L", "leg_cramp_night", (), (), "does_not_explain"),
    ("magnesium 0.80 mmol/L", "bone_pain", (), (), "not_related"),
    ("vitamin_d_25oh 80 nmol/L", "bone_pain", (), (), "does_not_explain"),
    ("vitamin_b12 500 ng/L", "numbness", (), (), "does_not_explain"),
    ("vitamin_b12 500 ng/L", "numbness", ("nitrous_oxide",), (), "does_not_rule_out"),
    ("vitamin_b12 500 ng/L", "numbness", ("diet_vegan",), (), "does_not_rule_out"),
    ("vitamin_b12 500 ng/L", "sore_tongue", ("diet_vegan",), (), "does_not_explain"),
    ("ferritin 120 ug/L", "fatigue", (), (), "does_not_rule_out"),
    ("ferritin 120 ug/L", "fatigue", (), ("crp 1 mg/L",), "does_not_explain"),
    ("ferritin 120 ug/L", "fatigue", (), ("crp 40 mg/L",), "does_not_rule_out"),
    ("ferritin 120 ug/L", "hair_nails", (), (), "does_not_explain"),
    ("ferritin 120 ug/L", "hair_nails", ("ckd",), (), "does_not_rule_out"),
    ("ferritin 48 ug/L", "fatigue", (), ("crp 1 mg/L",), "does_not_rule_out"),
    ("ferritin 60 ug/L", "restless_legs", (), (), "below_condition_target"),
    ("ferritin 75 ug/L", "restless_legs", (), (), "below_condition_target"),
    ("ferritin 76 ug/L", "restless_legs", (), ("crp 1 mg/L",), "does_not_explain"),
    ("ferritin 60 ug/L", "leg_cramp_night", (), (), "does_not_explain"),
    (
        "ferritin 150 ug/L",
        "restless_legs",
        ("dialysis",),
        ("tsat 15 %",),
        "below_condition_target",
    ),
]


@pytest.mark.parametrize(
    ("result", "symptom", "factors", "others", "expected"), IN_RANGE
)
def test_an_in_range_result_speaks_by_the_rule_of_its_test(
    result, symptom, factors, others, expected
):
    interpretation = found([result, *others], [symptom], factors)

    assert token(interpretation, result.split()[0], symptom) == expected


def test_in_range_magnesium_with_night_cramps_brings_the_trials_along():
    interpretation = found(["magnesium 0.80 mmol/L"], ["leg_cramp_night"])

    assert interpretation.results[0].relations[0].notes == ("magnesium_studies",)


def test_age_and_pregnancy_keep_b12_from_speaking_against_nerves():
    old = Person(aged(date(1950, 1, 1)), Sex.MALE, Pregnancy.NO)

    interpretation = found(["vitamin_b12 500 ng/L"], ["numbness"], person=old)

    assert "age_65_plus" in interpretation.factors
    assert token(interpretation, "vitamin_b12", "numbness") == "does_not_rule_out"


def test_a_pregnancy_counts_as_a_factor():
    person = Person(WOMAN.age, Sex.FEMALE, Pregnancy.YES, 30)

    assert found(person=person).factors == ("pregnant",)


def test_vitamin_d_in_range_but_below_50_rules_nothing_out():
    panel = panel_of(observation("vitamin_d_25oh", "40", "nmol/L"))
    in_range = Outcome(Kind.IN_RANGE)
    result = evidence_of(panel.observations[0], in_range, Urgency.ROUTINE, RULES)

    around = circumstances_of(panel, RULES, rules_from_age=Decimal(16))

    relation = relate(view_of(result, gather([result], around, RULES)), "bone_pain")

    assert relation.token is Token.DOES_NOT_RULE_OUT


@pytest.mark.parametrize(
    ("result", "enough"),
    [
        ("vitamin_d_25oh 20 ng/mL", True),
        ("vitamin_d_25oh 20 ug/L", True),  # a mass: read by the limit printed as one
        ("vitamin_d_25oh 19.9 ug/L", False),
        ("vitamin_d_25oh 49.92 nmol/L", False),
    ],
)
def test_a_band_is_read_as_it_is_printed_for_units_of_its_kind(result, enough):
    seen = observation(*result.split())
    outcome = Outcome(Kind.IN_RANGE)

    facts = evidence_of(seen, outcome, Urgency.ROUTINE, RULES).facts

    assert ("band:vitamin_d_25oh:vitamin_d_enough" in facts) is enough


def test_links_are_for_adults_and_of_a_child_it_is_said_so():
    child = Person(aged(date(2018, 1, 1)), Sex.FEMALE, Pregnancy.NO)

    (result,) = found(["potassium 2.9 mmol/L"], ["weakness"], person=child).results
    (relation,) = result.relations

    assert (relation.token, relation.rule) == (Token.CANNOT_ASSESS, "for_adults")
    assert relation.notes == ("for_adults",)


@pytest.mark.parametrize(
    ("value", "inside"),
    [("2.9", {"below", "up_to"}), ("3.0", {"up_to"}), ("3.1", set())],
)
def test_two_bands_that_end_at_one_number_each_keep_their_own_edge(value, inside):
    ends = {"below": Span(below=Decimal(3)), "up_to": Span(at_most=Decimal(3))}
    bands = [
        Band(name, (("potassium", "mmol/L", span),), "", "seen")
        for name, span in ends.items()
    ]
    seen = observation("potassium", value, "mmol/L")

    ladder = make_ladders(bands, CATALOGUE.analytes)["potassium", "mmol/L"]

    facts = ladder.facts_of(seen.reading.extent)
    assert facts == {f"band:potassium:{name}" for name in inside}
