"""Every medicine, condition and habit of the factor list, and what it does.

One row for each line of the list: which results it pushes, and what it is for.
"""

import pytest

from reference_ranges.results import Urgency
from reports.wording import load_wording, locales
from tests.symptoms.shared import RULES, codes, found

CALCIUM = {"calcium_adjusted", "calcium_ionised", "calcium_total"}
IRON = {"ferritin", "tsat"}
GUT = "K- Mg- Ca- D- B12- Fe-"
SHORT = {
    "K": {"potassium"},
    "Na": {"sodium"},
    "Mg": {"magnesium"},
    "Ca": CALCIUM,
    "D": {"vitamin_d_25oh"},
    "B12": {"vitamin_b12"},
    "Fe": IRON,
    "ferritin": {"ferritin"},
}

# factor: what it pushes, and its effects beyond that.  Rows that were from memory only
# are left out of a factor (iron of acid blockers, vitamin D of fit tablets).  Pregnancy
# withholds no food text: none of ours names liver.
LIST = {
    "drug_loop_diuretic": ("K- Mg- Na- Ca-", "explain"),
    "drug_thiazide": ("K- Na- Mg- Ca+", "explain"),
    "drug_ksparing": ("K+ Na-", "explain raise suppress_food alternative"),
    "drug_acei_arb": ("K+ Na-", "explain raise suppress_food"),
    "drug_nsaid": ("K+", "explain"),
    "drug_trimethoprim": ("K+", "explain"),
    "drug_heparin": ("K+", "explain"),
    "drug_betablocker": ("K+", "explain"),
    "drug_ppi": ("Mg- Ca- K- B12- Na-", "explain"),
    "drug_h2_blocker": ("B12-", "explain"),
    "drug_metformin": ("B12-", "explain"),
    "drug_laxative": ("K- Mg+", "explain"),
    "drug_antacid_mg": ("Mg+", "explain"),
    "drug_anticonvulsant": ("B12- Na-", "explain"),
    "drug_steroid": ("K- D-", "explain"),
    "drug_ssri": ("Na-", "explain"),
    "drug_desmopressin": ("Na-", "explain"),
    "drug_antipsychotic": ("Na-", "explain"),
    "drug_opioid": ("Na-", "explain"),
    "drug_coc": ("B12-", "soften"),
    "drug_lithium": ("Ca+ Na+", "explain"),
    "drug_colchicine": ("B12-", "explain"),
    "drug_laba": ("K-", "explain alternative"),
    "drug_statin": ("", "alternative"),
    "drug_digoxin": ("", "raise"),
    "drug_denosumab_bisphosphonate": ("Ca-", "explain"),
    "drug_aminoglycoside_cisplatin_ciclosporin": ("Mg- K-", "explain"),
    "supp_b6": ("", "alternative explain"),  # explains its own level, a rarer test
    "supp_vitd_ca": ("Ca+ D+", "explain"),
    "supp_k_saltsub": ("K+", "explain"),
    "supp_biotin": ("D+ B12+ ferritin-", "ask"),
    "nitrous_oxide": ("B12-", "ask raise"),
    "diet_vegan": ("B12- Fe- D-", "explain"),
    "diet_vegetarian": ("B12- Fe- D-", "explain"),
    "coeliac": (GUT, "explain ask"),
    "crohns": (GUT, "explain ask"),
    "chronic_diarrhoea": (GUT, "explain ask"),
    "bariatric": (GUT, "explain ask"),
    "gastrectomy": (GUT, "explain ask"),
    "ckd": ("K+ Mg+ Ca- D-", "explain raise suppress_food alternative"),
    "dialysis": ("K+ Mg+ Ca- D-", "explain raise suppress_food alternative"),
    "hypoparathyroid": ("Ca-", "explain raise"),
    "neck_surgery": ("Ca-", "explain raise"),
    "hyperparathyroid": ("Ca+", "explain raise"),
    "cancer": ("Ca+", "explain raise"),
    "alcohol": ("Mg- K- Na-", "explain alternative"),
    "liver_disease": ("Na- D-", "explain alternative"),
    "diabetes": ("Mg-", "explain alternative"),
    "thyroid": ("", "alternative"),
    "heavy_periods": ("Fe-", "explain"),
    "blood_loss": ("Fe-", "explain ask"),
    "blood_donor": ("Fe-", "explain"),
    "pregnant": ("B12- Fe-", "soften alternative"),
    "age_65_plus": ("D- B12-", "risk"),
    "dark_skin": ("D-", "risk"),
    "low_sun": ("D-", "risk"),
    "covering_dress": ("D-", "risk"),
    "black_ethnicity": ("B12-", "ask"),
    "caffeine": ("", "alternative"),
    "nicotine": ("", "alternative"),
    "intense_exercise": ("", "alternative"),
    "dehydration": ("Na+ Na- K-", "explain"),
    "vomiting_diarrhoea": ("Na+ Na- K-", "explain"),
    "stress_poor_sleep": ("", "alternative"),
    "inflammation": ("ferritin+", "explain"),
    "sample_haemolysed": ("", "sample"),
    "sample_delayed": ("", "sample"),
    "edta_contamination": ("", "sample"),
    "vascular": ("", "alternative"),
    "lumbar_stenosis": ("", "alternative"),
    "parkinson": ("", "alternative"),
    "neuropathy": ("", "alternative"),
}
FROM_MEMORY = {"drug_denosumab_bisphosphonate", "supp_vitd_ca"}
RARER = {"iron", "folate", "homocysteine", "mma", "pth", "plp", "thiamine"}
"""Tests that the list does not speak of; what pushes them is in the cautions."""

BEYOND = {"supp_b12", "kidney_stones", "no_inflammation", "heart_failure", "anaemia"}


def pushes(text):
    sides = {"+": "high", "-": "low"}
    return {
        (analyte, sides[one[-1]]) for one in text.split() for analyte in SHORT[one[:-1]]
    }


def test_the_list_is_whole_and_nothing_stands_beside_it_unnamed():
    assert set(RULES.factors) == LIST.keys() | BEYOND


@pytest.mark.parametrize("factor", LIST)
def test_each_factor_pushes_and_does_what_the_list_says(factor):
    row = RULES.factors[factor]

    listed = [push for push in row.pushes if push[0] not in RARER]
    assert set(listed) == pushes(LIST[factor][0])
    assert set(row.effects) == set(LIST[factor][1].split())
    assert row.active == (factor not in FROM_MEMORY)
    assert row.sources


def test_no_food_text_names_liver_which_pregnancy_forbids():
    foods = [
        text
        for locale in locales()
        for key, text in load_wording(locale).texts.items()
        if key.endswith((".food", ".food_plant"))
    ]

    assert foods
    assert [text for text in foods if "liver" in text] == []


def urgency(results, symptoms=(), factors=()):
    return found(results, symptoms, factors).urgency


# Columns: factor, results, symptoms: it raises how soon someone must act.
RAISES = [
    ("drug_ksparing", ["potassium 5.6 mmol/L"], []),
    ("drug_acei_arb", ["potassium 5.6 mmol/L"], []),
    ("ckd", ["potassium 5.6 mmol/L"], []),
    ("dialysis", ["potassium 5.6 mmol/L"], []),
    ("drug_digoxin", ["potassium 3.2 mmol/L"], []),
    ("drug_digoxin", ["magnesium 0.65 mmol/L"], []),
    ("drug_digoxin", ["calcium_adjusted 2.75 mmol/L"], []),
    ("hypoparathyroid", ["calcium_adjusted 2.05 mmol/L"], []),
    ("neck_surgery", ["calcium_adjusted 2.05 mmol/L"], []),
    ("hyperparathyroid", ["calcium_adjusted 2.75 mmol/L"], []),
    ("cancer", ["calcium_adjusted 2.75 mmol/L"], []),
    ("nitrous_oxide", ["vitamin_b12 500 ng/L"], ["tingling_limbs"]),
    ("nitrous_oxide", ["vitamin_b12 500 ng/L"], ["unsteady"]),
]


@pytest.mark.parametrize(("factor", "results", "symptoms"), RAISES)
def test_each_factor_that_raises_does(factor, results, symptoms):
    assert urgency(results, symptoms, [factor]) > urgency(results, symptoms)


def test_every_factor_that_raises_is_in_the_table():
    raising = {name for name, (_, effects) in LIST.items() if "raise" in effects}

    assert raising == {factor for factor, _, _ in RAISES}


@pytest.mark.parametrize("factor", LIST)
def test_no_factor_changes_a_classification_or_lowers_an_urgency(factor):
    results = ["potassium 5.6 mmol/L", "calcium_adjusted 2.05 mmol/L"]

    plain, told = found(results), found(results, (), [factor])

    assert told.urgency >= plain.urgency
    assert [one.outcome for one in told.results] == [
        one.outcome for one in plain.results
    ]


@pytest.mark.parametrize(
    ("factor", "symptom"),
    [
        ("drug_metformin", "tingling_limbs"),
        ("nitrous_oxide", "tingling_limbs"),
        ("diet_vegan", "tingling_limbs"),
        ("bariatric", "tingling_limbs"),
        ("gastrectomy", "tingling_limbs"),
    ],
)
def test_a_factor_turns_does_not_explain_into_does_not_rule_out(factor, symptom):
    def relation(factors):
        return found(["vitamin_b12 500 ng/L"], [symptom], factors).results[0].relations

    assert [one.token for one in relation(())] == ["does_not_explain"]
    assert [one.token for one in relation((factor,))] == ["does_not_rule_out"]


def test_biotin_makes_its_tests_unfit_to_relate():
    told = found(["vitamin_b12 500 ng/L"], ["tingling_limbs"], ["supp_biotin"])

    assert [one.token for one in told.results[0].relations] == ["cannot_assess"]
    assert "biotin" in codes(told.cautions)


def test_statins_with_dark_urine_are_an_emergency_whatever_the_results():
    assert urgency([], ["rf_dark_urine"], ["drug_statin"]) is Urgency.EMERGENCY
