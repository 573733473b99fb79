"""The laws of the symptom rules, for whatever panel comes.

Nine and ten (every token has words, no banned phrase) are the wording's and are kept
by the tests of reports.
"""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_ranges.interpretation import interpret
from reference_ranges.knowledge import Grade
from reference_ranges.panel import ReportedSymptom
from reference_ranges.relations import ResultSummary, Token
from reference_ranges.results import Kind
from tests.core_panels import observation, panel_of
from tests.symptoms.shared import CATALOGUE, RULES, found, tokens

# For each test, values from the far low end to the far high end, all plausible.
SCALES = {
    "potassium": ("mmol/L", "2.1 2.4 2.6 2.9 3.2 3.5 4.2 5.3 5.6 6.0 6.4 6.5 7.2"),
    "sodium": ("mmol/L", "118 124 127 129 131 134 140 147 152 156 162"),
    "calcium_adjusted": ("mmol/L", "1.7 1.9 2.0 2.15 2.4 2.65 2.9 3.0 3.3 3.6"),
    "calcium_total": ("mmol/L", "1.7 1.9 2.0 2.15 2.4 2.65 2.9 3.0 3.3 3.6"),
    "magnesium": ("mmol/L", "0.32 0.39 0.45 0.55 0.65 0.8 1.1"),
    "phosphate": ("mmol/L", "0.3 0.6 1.0 1.8"),
    "chloride": ("mmol/L", "88 100 112"),
    "bicarbonate": ("mmol/L", "12 24 34"),
    "vitamin_d_25oh": ("nmol/L", "12 24 30 45 60 90 180 260"),
    "vitamin_b12": ("ng/L", "100 170 200 340 400 700"),
    "ferritin": ("ug/L", "6 14 25 40 60 75 90 150 500"),
    "crp": ("mg/L", "1 4 30"),
    "haemoglobin": ("g/L", "85 110 130 150"),
    "tsat": ("%", "10 18 30 42 60"),
    "albumin": ("g/L", "25 38 45"),
    "creatinine": ("umol/L", "60 80 250"),
    "glucose": ("mmol/L", "5 12"),
}
READINGS = {
    name: [observation(name, value, unit) for value in values.split()]
    for name, (unit, values) in SCALES.items()
}
SYMPTOMS = list(RULES.symptoms)
FACTORS = list(RULES.factors)
CONDITIONS = list(RULES.conditions)
LOW, HIGH = "low", "high"


@st.composite
def observations(draw):
    names = draw(st.lists(st.sampled_from(list(SCALES)), max_size=8, unique=True))
    return [draw(st.sampled_from(READINGS[name])) for name in names]


reported = st.builds(
    ReportedSymptom,
    id=st.sampled_from(SYMPTOMS),
    onset=st.sampled_from(["unknown", "sudden", "gradual"]),
    worsening=st.sampled_from(["unknown", "yes", "no"]),
    severity=st.sampled_from(["unknown", "mild", "severe"]),
)
symptom_lists = st.lists(reported, max_size=4, unique_by=lambda one: one.id)
factor_sets = st.frozensets(st.sampled_from(FACTORS), max_size=4)
condition_sets = st.one_of(
    st.just(frozenset()), st.frozensets(st.sampled_from(CONDITIONS), max_size=1)
)
panels = st.builds(
    lambda sent, symptoms, factors, conditions: panel_of(
        *sent, symptoms=tuple(symptoms), factors=factors, conditions=conditions
    ),
    observations(),
    symptom_lists,
    factor_sets,
    condition_sets,
)


def judged(panel):
    return interpret(panel, CATALOGUE)


@given(panels, reported)
def test_adding_a_symptom_never_lowers_the_urgency(panel, symptom):
    known = {one.id for one in panel.symptoms}
    more = panel.symptoms if symptom.id in known else (*panel.symptoms, symptom)

    after = judged(replace(panel, symptoms=more))

    assert after.urgency >= judged(panel).urgency


# Factors that choose other limits change what a result is; a pregnancy is a fact of
# the person.  All others may only raise.
SAFE_FACTORS = [name for name in FACTORS if name not in {"inflammation", "pregnant"}]


@given(panels, st.sampled_from(SAFE_FACTORS))
def test_adding_a_factor_never_lowers_the_urgency(panel, factor):
    after = judged(replace(panel, factors=panel.factors | {factor}))

    assert after.urgency >= judged(panel).urgency


@given(panels, st.sampled_from(CONDITIONS))
def test_a_stated_fault_of_the_sample_never_lowers_the_urgency(panel, condition):
    after = judged(replace(panel, conditions=panel.conditions | {condition}))

    assert after.urgency >= judged(panel).urgency


WORSENING = ("potassium", "sodium", "calcium_adjusted", "magnesium", "vitamin_b12")


@st.composite
def worse_pairs(draw):
    """Two readings of one test, the second further out on the same side."""
    name = draw(st.sampled_from(WORSENING))
    scale = READINGS[name]
    outcomes = [judged(panel_of(one)).results[0].outcome for one in scale]
    side = draw(st.sampled_from([LOW, HIGH]))
    order = scale if side == HIGH else scale[::-1]
    way = outcomes if side == HIGH else outcomes[::-1]
    first = draw(st.integers(0, len(order) - 2))
    second = draw(st.integers(first + 1, len(order) - 1))
    start = next((i for i, one in enumerate(way) if one.direction == side), len(way))
    inside = way.index(next(one for one in way if one.kind is Kind.IN_RANGE))
    first, second = max(first, inside), max(second, inside)
    return order[first], order[second], first >= start


@given(worse_pairs(), panels)
def test_a_worse_value_never_lowers_the_urgency(pair, panel):
    milder, worse, _ = pair
    others = [one for one in panel.observations if one.analyte != milder.analyte]

    before = judged(replace(panel, observations=(*others, milder)))
    after = judged(replace(panel, observations=(*others, worse)))

    assert after.urgency >= before.urgency


@given(panels, st.sampled_from([one for one in SYMPTOMS if one.startswith("rf_")]))
def test_a_danger_sign_is_flagged_with_every_combination_of_results(panel, symptom):
    more = (*panel.symptoms, ReportedSymptom(symptom))

    interpretation = judged(replace(panel, symptoms=more))

    assert symptom in {flag.id for flag in interpretation.red_flags}


@given(panels)
def test_consistent_with_stands_for_strong_and_moderate_links_only(panel):
    interpretation = judged(panel)

    grades = {
        relation.grade
        for result in (*interpretation.results, *interpretation.derived)
        for relation in result.relations
        if relation.token is Token.CONSISTENT_WITH
    }
    assert grades <= {Grade.STRONG, Grade.MODERATE}


NEVER_AGAINST = (
    "muscle_twitch",
    "tremor",
    "tingling_limbs",
    "weakness",
    "muscle_spasm",
)


@given(panels)
def test_what_proves_nothing_is_never_held_against_a_symptom(panel):
    interpretation = judged(panel)

    against = {
        cell
        for cell, said in tokens(interpretation).items()
        if said == "does_not_explain"
    }
    usable = {
        result.observation.analyte
        for result in (*interpretation.results, *interpretation.derived)
        if result.summary is not ResultSummary.NOT_USABLE
    }
    assert not {("magnesium", symptom) for symptom in NEVER_AGAINST} & against
    assert not [cell for cell in against if cell[0] == "calcium_total"]
    assert {analyte for analyte, _ in against} <= usable


@given(panels, st.sampled_from(["day", "night", "any"]))
def test_the_time_of_day_changes_no_token(panel, when):
    moved = tuple(replace(symptom, when=when) for symptom in panel.symptoms)

    after = judged(replace(panel, symptoms=moved))

    assert tokens(after) == tokens(judged(panel))
    assert after.urgency is judged(panel).urgency


# One amount in two units, each as its own limits print it.
SAME = [
    ("potassium 2.9 mmol/L", "potassium 2.9 meq/L"),
    ("calcium_adjusted 1.90 mmol/L", "calcium_adjusted 3.80 meq/L"),
    ("magnesium 0.45 mmol/L", "magnesium 0.90 meq/L"),
    ("vitamin_d_25oh 24.9 nmol/L", "vitamin_d_25oh 9.9 ng/mL"),
    ("vitamin_d_25oh 25 nmol/L", "vitamin_d_25oh 10 ng/mL"),
    ("vitamin_b12 170 ng/L", "vitamin_b12 170 pg/mL"),
    ("vitamin_b12 132 pmol/L", "vitamin_b12 179 ng/L"),
    ("ferritin 75 ug/L", "ferritin 75 ng/mL"),
    ("ferritin 75 ug/L", "ferritin 7500 ng/dL"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_unit_changes_no_token(one, other):
    symptoms = tuple(SYMPTOMS)

    assert tokens(found([one], symptoms)) == tokens(found([other], symptoms))


SEVERITY = {
    Token.NOT_RELATED: 0,
    Token.UNLIKELY_TO_EXPLAIN: 1,
    Token.MAY_CONTRIBUTE: 2,
    Token.CONSISTENT_WITH: 3,
}


@given(worse_pairs(), st.sampled_from(SYMPTOMS))
def test_a_relation_only_grows_along_one_side(pair, symptom):
    milder, worse, outside = pair

    first = judged(panel_of(milder, symptoms=(ReportedSymptom(symptom),)))
    second = judged(panel_of(worse, symptoms=(ReportedSymptom(symptom),)))

    before = first.results[0].relations[0].token
    after = second.results[0].relations[0].token
    assert not outside or SEVERITY[after] >= SEVERITY[before]


def test_every_link_cites_a_source_and_every_source_is_known():
    cited = {source for link in RULES.all_links for source in link.sources}

    assert all(link.sources for link in RULES.all_links)
    assert cited <= set(CATALOGUE.sources)


def test_every_claim_of_the_seed_articles_is_cited_or_rejected(samples):
    seed = Path(samples).parent / "knowledge" / "seed_facts.md"
    claims = re.findall(r"^\| (A-\w+-\d+) \|", seed.read_text("utf-8"), re.MULTILINE)

    assert {claim.id for claim in RULES.claims} == set(claims)


@given(panels)
def test_every_cell_has_exactly_one_token(panel):
    interpretation = judged(panel)

    every = (*interpretation.results, *interpretation.derived)
    cells = [
        (place, relation.analyte, relation.symptom)
        for place, result in enumerate(every)
        for relation in result.relations
    ]
    assert len(cells) == len(set(cells)) == len(every) * len(panel.symptoms)


KEEPS_K_FOOD_BACK = {"ckd", "dialysis", "drug_acei_arb", "drug_ksparing"}


@given(panels)
def test_potassium_food_is_withheld_whenever_it_could_do_harm(panel):
    interpretation = judged(panel)

    high = [
        result
        for result in interpretation.results
        if result.observation.analyte == "potassium"
        and result.outcome.direction == HIGH
    ]
    if high or panel.factors & KEEPS_K_FOOD_BACK:
        assert "potassium" in interpretation.withheld_food


@given(panels)
def test_where_nobody_asked_nothing_is_said_of_symptoms(panel):
    interpretation = judged(replace(panel, symptoms=None))

    summaries = {result.summary for result in interpretation.results}
    silent = {ResultSummary.SYMPTOMS_NOT_ASKED, ResultSummary.NOT_USABLE}
    assert interpretation.symptoms is None
    assert summaries <= silent


def test_a_symptom_told_in_two_ways_counts_in_both_whichever_came_first():
    night, day = (ReportedSymptom("muscle_cramp", when) for when in ("night", "day"))

    first = judged(panel_of(symptoms=(night, day, night)))
    second = judged(panel_of(symptoms=(day, night)))

    assert first == second
    assert [one.symptom.when for one in first.symptoms] == ["day", "night"]


@given(panels, st.randoms())
def test_the_order_of_what_comes_in_changes_nothing(panel, chance):
    sent, symptoms = list(panel.observations), list(panel.symptoms)
    chance.shuffle(sent)
    chance.shuffle(symptoms)

    shuffled = replace(panel, observations=tuple(sent), symptoms=tuple(symptoms))

    assert judged(shuffled) == judged(panel)
