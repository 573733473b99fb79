"""Factors, cautions and withheld food."""

from dataclasses import replace
from datetime import date

import pytest

from reference_ranges.interpretation import interpret
from reference_ranges.results import Direction
from tests.core_panels import WOMAN, aged, observation, panel_of
from tests.symptoms.shared import CATALOGUE, RULES, codes, facts_of, found

LOW_HIGH = {
    ("potassium", Direction.LOW): "potassium 3.2 mmol/L",
    ("potassium", Direction.HIGH): "potassium 5.6 mmol/L",
    ("sodium", Direction.LOW): "sodium 128 mmol/L",
    ("sodium", Direction.HIGH): "sodium 150 mmol/L",
    ("calcium_adjusted", Direction.LOW): "calcium_adjusted 2.05 mmol/L",
    ("calcium_adjusted", Direction.HIGH): "calcium_adjusted 2.75 mmol/L",
    ("calcium_ionised", Direction.LOW): "calcium_ionised 1.05 mmol/L",
    ("calcium_ionised", Direction.HIGH): "calcium_ionised 1.40 mmol/L",
    ("calcium_total", Direction.LOW): "calcium_total 2.05 mmol/L",
    ("calcium_total", Direction.HIGH): "calcium_total 2.75 mmol/L",
    ("magnesium", Direction.LOW): "magnesium 0.60 mmol/L",
    ("magnesium", Direction.HIGH): "magnesium 1.15 mmol/L",
    ("vitamin_d_25oh", Direction.LOW): "vitamin_d_25oh 15 nmol/L",
    ("vitamin_d_25oh", Direction.HIGH): "vitamin_d_25oh 300 nmol/L",
    ("vitamin_b12", Direction.LOW): "vitamin_b12 120 ng/L",
    ("ferritin", Direction.LOW): "ferritin 8 ug/L",
    ("ferritin", Direction.HIGH): "ferritin 600 ug/L",
    ("tsat", Direction.LOW): "tsat 8 %",
    ("iron", Direction.LOW): "iron 5 umol/L",
    ("thiamine", Direction.LOW): "thiamine 50 nmol/L",
    ("plp", Direction.HIGH): "plp 300 nmol/L",
    ("active_b12", Direction.HIGH): "active_b12 200 pmol/L",
    ("folate", Direction.HIGH): "folate 50 nmol/L 10-40",
    ("pth", Direction.LOW): "pth 1.0 pmol/L",
    ("homocysteine", Direction.HIGH): "homocysteine 30 umol/L",
    ("mma", Direction.HIGH): "mma 800 nmol/L",
}
PUSHES = [
    pytest.param(factor.id, effect, push, id=f"{factor.id} {effect} {push}")
    for factor in RULES.factors.values()
    if factor.active
    for effect in ("explain", "soften", "ask")
    if effect in factor.effects
    for push in factor.pushes
    if push in LOW_HIGH
]


@pytest.mark.parametrize(("factor", "effect", "push"), PUSHES)
def test_each_factor_speaks_of_a_result_on_the_side_it_pushes_to(factor, effect, push):
    interpretation = found([LOW_HIGH[push]], (), [factor])

    assert (factor, effect) in {
        (one.code, one.effect)
        for one in interpretation.cautions
        if push[0] in one.analytes
    }


@pytest.mark.parametrize(
    ("result", "factor"),
    [
        ("calcium_adjusted 2.05 mmol/L", "drug_thiazide"),
        ("potassium 4.2 mmol/L", "drug_loop_diuretic"),
        ("potassium 5.6 mmol/L", "drug_loop_diuretic"),
        ("calcium_adjusted 2.05 mmol/L", "drug_denosumab_bisphosphonate"),
    ],
)
def test_a_factor_explains_nothing_that_it_does_not_push_to(result, factor):
    interpretation = found([result], (), [factor])

    assert factor not in codes(interpretation.cautions)


ALTERNATIVES = [
    (factor.id, symptom)
    for factor in RULES.factors.values()
    for symptom in sorted(factor.alternative_for)
]


@pytest.mark.parametrize(("factor", "symptom"), ALTERNATIVES)
def test_a_factor_that_causes_a_symptom_itself_is_named_first(factor, symptom):
    finding = found([], [symptom], [factor]).symptoms[0]

    assert finding.other_causes[0] == factor


def test_a_factor_that_causes_other_symptoms_is_not_named_for_this_one():
    finding = found([], ["numbness"], ["drug_statin"]).symptoms[0]

    assert "drug_statin" not in finding.other_causes


ORDINARY = [one.id for one in RULES.symptoms.values() if not one.red_flag]


@pytest.mark.parametrize("symptom", ORDINARY)
def test_every_ordinary_symptom_has_other_causes_to_talk_about(symptom):
    assert found([], [symptom]).symptoms[0].other_causes


@pytest.mark.parametrize(
    ("cause", "symptom", "results"),
    [
        ("anaemia", "fatigue", ["haemoglobin 135 g/L"]),
        ("iron_stores", "restless_legs", ["ferritin 120 ug/L"]),
        ("kidney_disease", "restless_legs", ["creatinine 70 umol/L"]),
    ],
)
def test_a_cause_that_a_result_in_range_speaks_against_is_not_named(
    cause, symptom, results
):
    assert cause in found([], [symptom]).symptoms[0].other_causes
    assert cause not in found(results, [symptom]).symptoms[0].other_causes


def test_a_cause_is_named_where_one_of_its_tests_is_outside_or_could_not_be_used():
    outside = ["creatinine 70 umol/L", "egfr 40 mL/min/{1.73_m2}"]
    held = ["ferritin 999999 ug/L"]

    for results, cause in ((outside, "kidney_disease"), (held, "iron_stores")):
        (finding,) = found(results, ["restless_legs"]).symptoms
        assert cause in finding.other_causes


def test_a_cause_whose_test_is_named_for_the_symptom_is_not_named_beside_it():
    (finding,) = found(["ferritin 8 ug/L"], ["restless_legs"]).symptoms

    assert finding.candidates == ("ferritin",)
    assert "iron_stores" not in finding.other_causes


@pytest.mark.parametrize(
    ("factor", "symptom", "cause"),
    [
        ("ckd", "restless_legs", "kidney_disease"),
        ("dialysis", "restless_legs", "kidney_disease"),
        ("supp_b6", "tingling_limbs", "vitamin_b6"),
    ],
)
def test_a_cause_that_was_told_by_another_name_is_named_once(factor, symptom, cause):
    (finding,) = found([], [symptom], [factor]).symptoms

    assert factor in finding.other_causes
    assert cause not in finding.other_causes


@pytest.mark.parametrize("factor", RULES.factors)
def test_every_factor_does_something(factor):
    row = RULES.factors[factor]
    named = f"factor:{factor}:"
    asked = {
        fact
        for rule in (*RULES.flags, *RULES.cautions, *RULES.patterns)
        for line in rule.when
        for fact in line
    }

    limits = {
        limit.partition.condition
        for analyte in CATALOGUE.analytes.values()
        for limit in analyte.decision_sets
    }

    assert (
        factor in limits
        or row.pushes
        or row.alternative_for
        or row.withholds
        or row.specimen
        or named in asked
    )


@pytest.mark.parametrize(
    ("results", "factors", "withheld"),
    [
        ([], [], ()),
        (["potassium 3.2 mmol/L"], [], ()),
        (["potassium 5.6 mmol/L"], [], ("potassium",)),
        ([], ["drug_acei_arb"], ("potassium",)),
        ([], ["drug_ksparing"], ("potassium",)),
        ([], ["ckd"], ("magnesium", "potassium")),
        ([], ["dialysis"], ("magnesium", "potassium")),
        (["egfr 40 mL/min/{1.73_m2}"], [], ("magnesium", "potassium")),
        (["magnesium 1.15 mmol/L"], [], ("magnesium",)),
        (
            ["vitamin_d_25oh 300 nmol/L"],
            [],
            ("calcium_adjusted", "calcium_ionised", "calcium_total", "vitamin_d_25oh"),
        ),
        (
            [],
            ["kidney_stones"],
            ("calcium_adjusted", "calcium_ionised", "calcium_total", "vitamin_d_25oh"),
        ),
    ],
)
def test_food_is_withheld_where_it_could_do_harm(results, factors, withheld):
    assert found(results, (), factors).withheld_food == withheld


def test_food_texts_are_for_adults_and_withheld_with_every_result_of_a_child():
    child = replace(WOMAN, age=aged(date(2018, 1, 1)))
    results = ["potassium 3.2 mmol/L", "magnesium 0.60 mmol/L"]

    assert found(results, (), person=child).withheld_food == ("magnesium", "potassium")


def test_food_is_withheld_where_the_sender_says_otherwise_of_the_result():
    contested = observation("potassium", "4.2", "mmol/L", sender_flag="HH")

    (withheld,) = interpret(panel_of(contested), CATALOGUE).withheld

    assert (withheld.analyte, withheld.rule) == ("potassium", "sender_flag")


TOTAL = "calcium_total 2.05 mmol/L"


@pytest.mark.parametrize(
    ("results", "asked"),
    [
        ([TOTAL], True),
        ([TOTAL, "albumin 40 g/L"], False),
        ([TOTAL, "albumin 18 g/L"], False),  # an albumin that is there is not asked for
        ([TOTAL, "calcium_ionised 1.2 mmol/L"], False),
        (["potassium 4.2 mmol/L"], False),
    ],
)
def test_a_total_calcium_that_proves_nothing_alone_asks_for_an_albumin(results, asked):
    whys = {one.why for one in found(results).missing if one.fact == "albumin"}

    assert ("proves_nothing_alone" in whys) is asked


def test_what_is_stated_of_the_sample_is_said_though_no_rule_speaks_of_it():
    conditions = frozenset({"icteric", "haemolysed"})
    factors = ["drug_loop_diuretic"]

    given = found(["potassium 3.2 mmol/L"], (), factors, conditions=conditions)
    calm = found(["potassium 3.2 mmol/L"], (), factors)

    # the sample first, and what a rule says of it not once more
    assert [one.rule for one in given.cautions] == [
        "caution/haemolysis",
        "condition/icteric",
        "caution/diuretics",
        "factor/drug_loop_diuretic",
    ]
    assert [one.effect == "sample" for one in calm.cautions] == [False, False]


# Columns: caution, results, symptoms, factors, specimen conditions.
CAUTIONS = [
    ("haemolysis", ["phosphate 1.0 mmol/L"], [], [], ["haemolysed"]),
    ("edta", ["magnesium 0.8 mmol/L"], [], [], ["edta_contamination"]),
    ("edta", ["potassium 6.2 mmol/L", "calcium_adjusted 1.95 mmol/L"], [], [], []),
    ("delayed_separation", ["glucose 5 mmol/L"], [], [], ["delayed_separation"]),
    ("tourniquet", ["albumin 40 g/L"], [], [], ["prolonged_tourniquet"]),
    ("pseudohyperkalaemia", ["potassium 5.0 mmol/L"], [], [], ["high_cell_count"]),
    ("drip_arm", ["chloride 110 mmol/L"], [], [], ["drip_arm"]),
    ("gadolinium_ca", ["calcium_total 2.1 mmol/L"], [], [], ["gadolinium_contrast"]),
    ("biotin", ["ferritin 100 ug/L"], [], ["supp_biotin"], []),
    ("intrinsic_factor_ab", ["vitamin_b12 500 ng/L"], ["numbness"], [], []),
    ("b12_symptom_discord", ["vitamin_b12 250 ng/L"], ["numbness"], [], []),
    ("active_b12_symptom_discord", ["active_b12 95 pmol/L"], ["numbness"], [], []),
    ("metformin", ["vitamin_b12 500 ng/L"], [], ["drug_metformin"], []),
    ("ppi_h2", ["magnesium 0.8 mmol/L"], [], ["drug_ppi"], []),
    ("nitrous_oxide", ["vitamin_b12 500 ng/L"], [], ["nitrous_oxide"], []),
    ("oral_contraceptive", ["vitamin_b12 500 ng/L"], [], ["drug_coc"], []),
    ("pregnancy_b12", ["vitamin_b12 500 ng/L"], [], ["pregnant"], []),
    ("b12_supplement", ["vitamin_b12 500 ng/L"], [], ["supp_b12"], []),
    ("ethnicity_b12", ["vitamin_b12 500 ng/L"], [], ["black_ethnicity"], []),
    ("inflammation_ferritin", ["ferritin 100 ug/L", "crp 40 mg/L"], [], [], []),
    ("ferritin_method", ["ferritin 100 ug/L"], [], [], []),
    ("diuretics", ["potassium 4 mmol/L"], [], ["drug_thiazide"], []),
    ("raas_k", ["potassium 4 mmol/L"], [], ["drug_acei_arb"], []),
    ("season_d", ["vitamin_d_25oh 80 nmol/L"], [], [], []),
    ("vitd_assay", ["vitamin_d_25oh 80 nmol/L"], [], [], []),
    ("adjusted_ca_limits", ["calcium_adjusted 2.4 mmol/L"], [], ["pregnant"], []),
    ("pregnancy_dilution", ["albumin 30 g/L"], [], ["pregnant"], []),
    ("pregnancy_alp", ["alp 90 U/L"], [], ["pregnant"], []),
    ("pseudohyponatraemia", ["sodium 128 mmol/L"], [], [], ["lipaemic"]),
    ("iron_timing", ["iron 15 umol/L"], [], [], []),
    ("b6_excess", ["plp 400 nmol/L"], [], [], []),
    ("b6_excess", ["plp 60 nmol/L"], [], ["supp_b6"], []),
    (
        "delayed_separation",
        ["potassium 5.8 mmol/L", "phosphate 1.9 mmol/L", "glucose 2.2 mmol/L"],
        [],
        [],
        [],
    ),
    (
        "drip_arm",
        [
            "glucose 32 mmol/L",
            "sodium 126 mmol/L",
            "potassium 2.9 mmol/L",
            "calcium_total 1.90 mmol/L",
        ],
        [],
        [],
        [],
    ),
    ("mg_serum_stores", ["magnesium 0.8 mmol/L"], [], [], []),
]


ELSEWHERE = "egfr 90 mL/min/{1.73_m2}"


@pytest.mark.parametrize(
    ("caution", "results", "symptoms", "factors", "conditions"), CAUTIONS
)
def test_each_caution_is_given_where_it_applies_and_not_elsewhere(
    caution, results, symptoms, factors, conditions
):
    conditions = frozenset(conditions)

    given = found(results, symptoms, factors, conditions=conditions)
    elsewhere = found([ELSEWHERE], symptoms, factors, conditions=conditions)

    assert caution in codes(
        one for one in given.cautions if one.rule.startswith("caution/")
    )
    assert f"caution/{caution}" not in {one.rule for one in elsewhere.cautions}


def test_every_active_caution_is_in_the_table():
    everywhere = {"sample_doubted"}

    assert {row[0] for row in CAUTIONS} | everywhere == {
        caution.id for caution in RULES.cautions
    }


@pytest.mark.parametrize("analyte", list(CATALOGUE.analytes))
def test_a_sample_that_the_laboratory_doubts_spoils_every_test(analyte):
    rules = {caution.id: caution for caution in RULES.cautions}

    assert rules["sample_doubted"].spoils[analyte] == "either"


@pytest.mark.parametrize(("second", "in_range"), [("4.4", True), ("2.9", False)])
def test_a_test_sent_twice_is_in_range_only_if_both_results_are(second, in_range):
    panel = panel_of(
        observation("potassium", "4.2", "mmol/L"),
        observation("potassium", second, "mmol/L"),
    )

    facts = facts_of(panel)

    assert ("result:potassium:in" in facts.held) is in_range
