"""Formulas over several results: what each gives, where it speaks, and its doubts."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference_ranges.formulas import Term, Variant
from reference_ranges.interpretation import interpret
from reference_ranges.results import Kind, Urgency
from tests.core_panels import observation, panel_of
from tests.test_core_derivation import (
    CATALOGUE,
    FORMULAS,
    derived,
    inputs,
    needs_vectors,
    reasons,
    rows,
    values,
)

BY_ID = {one.rule.id: one for one in FORMULAS.others}

NA, K = ("sodium", "140", "mmol/L"), ("potassium", "4.0", "mmol/L")
CL, HCO3 = ("chloride", "104", "mmol/L"), ("bicarbonate", "24", "mmol/L")
ALBUMIN = ("albumin", "20", "g/L")
GLUCOSE, UREA = ("glucose", "5.0", "mmol/L"), ("urea", "5.0", "mmol/L")
GLUCOSE_US, BUN = ("glucose", "90", "mg/dL"), ("urea", "14", "mg/dL{urea_nitrogen}")


# Columns: what was sent, what is computed of it.
COMPUTED = [
    ([NA, CL, HCO3], {"anion_gap": "12"}),
    ([NA, K, CL, HCO3], {"anion_gap": "12", "anion_gap_k": "16"}),
    ([NA, CL, HCO3, ALBUMIN], {"anion_gap": "12", "anion_gap_corrected": "17"}),
    (
        [("anion_gap", "10", "mmol/L"), CL, HCO3, ALBUMIN],
        {"anion_gap_corrected": "15"},
    ),
    (
        [("sodium", "140", "meq/L"), ("chloride", "104", "meq/L"), HCO3],
        {"anion_gap": "12"},
    ),
    (
        [("sodium", "110", "mmol/L"), ("chloride", "100", "mmol/L"), HCO3],
        {"anion_gap": "-14"},
    ),
    ([NA, GLUCOSE, UREA], {"osmolality_calculated": "290"}),
    ([NA, GLUCOSE_US, BUN], {"osmolality_calculated": "290"}),
    (
        [NA, GLUCOSE, UREA, ("osmolality", "285", "mosm/kg")],
        {"osmolality_calculated": "290", "osmolal_gap": "-5"},
    ),
    (
        [("sodium", "128", "mmol/L"), ("glucose", "30", "mmol/L")],
        {"sodium_corrected": "139"},
    ),
    (
        [("sodium", "130", "mmol/L"), ("glucose", "600", "mg/dL")],
        {"sodium_corrected": "142"},
    ),
    ([("iron", "10", "umol/L"), ("tibc", "70", "umol/L")], {"tsat": "14.3"}),
    ([("iron", "34", "ug/dL"), ("tibc", "419", "ug/dL")], {"tsat": "8.1"}),
    ([("iron", "10", "umol/L"), ("transferrin", "2.8", "g/L")], {"tsat": "14.2"}),
    ([("iron", "100", "ug/dL"), ("transferrin", "280", "mg/dL")], {"tsat": "25.4"}),
    (
        [
            ("iron", "10", "umol/L"),
            ("tibc", "70", "umol/L"),
            ("transferrin", "2.0", "g/L"),
        ],
        {"tsat": "14.3"},
    ),
]


@pytest.mark.parametrize(("results", "expected"), COMPUTED)
def test_each_formula_gives_what_its_source_prints(results, expected):
    assert values(derived(*results)) == expected


# Columns: what was sent, and of what it is then silent: nothing computed, nothing said.
SILENT = [
    [NA, K],
    [NA, CL],
    [NA, GLUCOSE],
    [NA, ("glucose", "10.9", "mmol/L")],
    [NA, ("glucose", "198", "mg/dL")],
    [NA, CL, HCO3, K, ALBUMIN, ("anion_gap_any", "14", "mmol/L")],
    [NA, GLUCOSE, UREA, ("osmolality_calculated", "291", "mosm/kg")],
]


@pytest.mark.parametrize("results", SILENT)
def test_nothing_is_said_where_a_formula_has_no_say_or_the_laboratory_sent_its_own(
    results,
):
    found = derived(*results)

    assert (values(found), reasons(found), found.missing) == ({}, {}, ())


# Columns: what was sent, and why something is not computed of it.
NOT_COMPUTED = [
    ([CL, HCO3], {"anion_gap": "not_sent sodium"}),
    ([("iron", "10", "umol/L")], {"tsat": "not_sent tibc"}),
    ([NA, CL, ("bicarbonate", "<5", "mmol/L")], {"anion_gap": "not_exact bicarbonate"}),
    ([NA, NA, CL, HCO3], {"anion_gap": "more_than_one sodium"}),
    (
        [("osmolality", "300", "mosm/kg")],
        {"osmolal_gap": "not_sent osmolality_calculated"},
    ),
    (
        [NA, ("glucose", "90", "mmol/L"), UREA],
        {
            "osmolality_calculated": "not_usable glucose",
            "sodium_corrected": "not_usable glucose",
        },
    ),
]


@pytest.mark.parametrize(("results", "expected"), NOT_COMPUTED)
def test_a_formula_that_cannot_be_used_says_why_and_asks_nobody(results, expected):
    found = derived(*results)

    assert reasons(found) == expected
    assert found.missing == ()


def test_the_reason_names_the_limit_and_where_it_comes_from():
    (finding,) = derived(
        ("calcium_total", "2.10", "mmol/L"), ("albumin", "19", "g/L")
    ).findings

    assert dict(finding.params)["valid"] == "at least 20 and at most 50 g/L"
    assert finding.sources == ("acb_adjca_2015",)
    assert finding.urgency is Urgency.ROUTINE


def judged(*results, **more):
    panel = panel_of(*(observation(*one) for one in results), **more)
    found = interpret(panel, CATALOGUE)
    return {one.observation.analyte: one for one in found.derived}


def test_each_anion_gap_is_judged_by_its_own_limits_only():
    found = judged(("sodium", "140", "mmol/L"), K, CL, ("bicarbonate", "22", "mmol/L"))

    with_potassium, without = found["anion_gap_k"], found["anion_gap"]
    assert with_potassium.observation.value_text == "18"
    assert with_potassium.outcome.kind is Kind.OUT_OF_RANGE
    assert [one.source for one in with_potassium.guidelines] == ["oxford_ref"]
    assert without.observation.value_text == "14"
    assert [one.source for one in without.guidelines] == ["ag_modern"]


def test_an_anion_gap_of_which_nobody_says_how_it_was_reckoned_has_no_limit_of_ours():
    panel = panel_of(observation("anion_gap_any", "14", "mmol/L"))

    (result,) = interpret(panel, CATALOGUE).results

    assert result.outcome.reason == "no_limit"


@pytest.mark.parametrize("value", ["anion_gap_corrected", "sodium_corrected"])
def test_a_value_without_a_printed_interval_is_shown_without_a_judgement(value):
    found = judged(
        ("sodium", "128", "mmol/L"), CL, HCO3, ALBUMIN, ("glucose", "30", "mmol/L")
    )

    assert found[value].outcome.reason == "no_limit"
    assert found[value].urgency is Urgency.ROUTINE


def test_a_value_made_of_what_a_fault_of_the_sample_moved_is_not_called_in_range():
    good, bad = (
        judged(NA, K, CL, HCO3, conditions=frozenset(conditions))["anion_gap_k"]
        for conditions in ((), ("haemolysed",))
    )

    assert good.outcome.kind is Kind.IN_RANGE
    assert bad.outcome.reason == "specimen_unfit"


def test_a_computed_value_keeps_its_alarm_in_a_bad_sample():
    calcium = ("calcium_total", "3.60", "mmol/L"), ("albumin", "40", "g/L")

    found = judged(*calcium, conditions=frozenset({"drip_arm"}))

    assert found["calcium_adjusted"].outcome.kind is Kind.CRITICAL


NUMBERS = {
    "adjusted_calcium_0.02": ("adjusted_calcium_payne", 0),
    "adjusted_calcium_0.8": ("adjusted_calcium_payne", 1),
    "anion_gap": ("anion_gap", 0),
    "anion_gap_k": ("anion_gap_k", 0),
    "osmolality_calc_si": ("osmolality_calculated", 0),
    "osmolality_calc_conv": ("osmolality_calculated", 1),
    "na_corrected_2.4": ("sodium_glucose_corrected", 1),
}


@needs_vectors
@pytest.mark.parametrize("row", rows(*NUMBERS), ids=lambda row: str(row["inputs"]))
def test_formulas_agree_with_vectors_from_elsewhere(row):
    formula, place = NUMBERS[row["formula"]]
    variant = BY_ID[formula].variants[place]
    sent = [Decimal(text) for text in inputs(row).values()]

    assert variant.value(sent) == Decimal(row["expected"])


@needs_vectors
@pytest.mark.parametrize(
    "row", rows("anion_gap_albumin_corrected"), ids=lambda row: str(row["inputs"])
)
def test_the_corrected_gap_agrees_with_vectors_from_elsewhere(row):
    sodium, chloride, bicarbonate, albumin = map(Decimal, inputs(row).values())
    (variant,) = BY_ID["anion_gap_albumin"].variants

    gap = sodium - chloride - bicarbonate

    assert variant.value([gap, albumin * 10]) == Decimal(row["expected"])


AMOUNTS = st.decimals("0.1", "300", places=1).map(str)
ASKED = ["sodium", "potassium", "chloride", "bicarbonate", "albumin", "glucose", "urea"]
UNITS = {"albumin": "g/L"}


@given(amounts=st.dictionaries(st.sampled_from(ASKED), AMOUNTS))
@settings(max_examples=150)
def test_nothing_is_computed_of_a_value_that_is_held_or_was_not_sent(amounts):
    panel = panel_of(
        *(
            observation(name, value, UNITS.get(name, "mmol/L"))
            for name, value in amounts.items()
        )
    )
    found = interpret(panel, CATALOGUE)
    held = {
        one.observation.analyte
        for one in found.results
        if one.outcome.kind is Kind.NOT_INTERPRETED
        or one.outcome.reason == "unit_question"
    }
    for one in found.derived:
        used = {name for name, _ in one.trace[0].inputs} & set(ASKED)
        assert used <= amounts.keys() - held


@given(
    calcium=st.decimals("1.8", "3.2", places=2),
    albumin=st.decimals("5", "70", places=0),
    egfr=st.decimals("10", "120", places=0),
)
@settings(max_examples=150)
def test_calcium_is_never_adjusted_out_of_its_validity(calcium, albumin, egfr):
    found = judged(
        ("calcium_total", str(calcium), "mmol/L"),
        ("albumin", str(albumin), "g/L"),
        ("egfr", str(egfr), "mL/min/{1.73_m2}"),
    )

    valid = Decimal(20) <= albumin <= Decimal(50) and egfr >= Decimal(60)
    assert ("calcium_adjusted" in found) == valid


def test_a_formula_over_nothing_but_a_sum_needs_no_divisor():
    (variant,) = BY_ID["anion_gap"].variants
    ratio = replace(variant, over=variant.terms[:1])

    assert ratio.value([Decimal(8), Decimal(2), Decimal(2), Decimal(4)]) == 1
    assert ratio.text == "(sodium - chloride - bicarbonate) / sodium"


def test_a_part_of_an_input_is_added_and_what_is_taken_away_has_its_sign():
    half, less = Term("b", "x", Decimal("0.5")), Term("c", "x", Decimal("-0.5"))

    assert Variant("x", 0, (Term("a", "x"), half, less)).text == "a + 0.5 x b - 0.5 x c"
