"""Published cases, as facts: the outside data is not in the tree and may be absent."""

import json
from datetime import UTC, datetime

import pytest

from reference_ranges.interpretation import interpret
from reference_ranges.loading import load_catalogue
from reference_ranges.panel import Reason
from reference_ranges.results import Kind, Urgency
from service.intake.door import Door
from service.intake.reading import read_submission
from tests.conftest import SAMPLES

CATALOGUE = load_catalogue()
DOOR = Door(
    catalogue=CATALOGUE,
    locales=("en-GB",),
    zone=UTC,
    now=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
)
FILE = SAMPLES / "vignettes" / "cases.json"
CASES = json.loads(FILE.read_text("utf-8"))["cases"] if FILE.is_file() else []
SEX = {"M": "male", "F": "female", "U": "unknown"}
SYMPTOMS = {
    "lethargy": "fatigue",
    "loss of appetite": "poor_appetite",
    "leg cramps": "muscle_cramp",
    "hip pain": "bone_pain",
    "weakness": "weakness",
    "malaise": "fatigue",
    "altered mental state": "rf_confusion",
    "confusion": "rf_confusion",
    "agitation": "anxious_irritable",
    "muscle cramps": "muscle_cramp",
    "episodic weakness": "weakness",
    "polyuria": "thirst_urine",
    "numbness of fingers and feet": "numbness",
    "loss of hand control": "weakness",
    "memory loss": "memory_focus",
    "fatigue": "fatigue",
    "reduced exercise tolerance": "breathless_effort",
}
NAMES = {"calcium": "calcium_total"}  # the name alone could be one of three
FACTORS = {
    "omeprazole for gastritis": "drug_ppi",
    "large doses of calcium carbonate": "supp_vitd_ca",
    "past thyroidectomy and parathyroidectomy": "neck_surgery",
    "bendroflumethiazide": "drug_thiazide",
    "sertraline": "drug_ssri",
    "diarrhoea 48 h": "vomiting_diarrhoea",
    "heavy menstrual bleeding": "heavy_periods",
    "inflammatory bowel disease": "crohns",
}
CODES = {
    "critical-low": {"LL", "HELD"},
    "critical-high": {"HH", "HELD"},
    "low": {"L", "LL"},
    "high": {"H", "HH"},
    "normal": {"N"},
    "severe-deficiency": {"L", "LL"},
    "sufficient-borderline": {"N"},
}
MUST = {
    "emergency wording": lambda found: found.urgency is Urgency.EMERGENCY,
    'keep "<10"': lambda found: found.results[0].observation.value_text == "<10",
    "prompt clinician contact (neurological signs)": lambda found: (
        found.urgency >= Urgency.SOON
    ),
    "clinician contact": lambda found: found.urgency >= Urgency.SOON,
    "urgent (< 1.0 mg/dL)": lambda found: found.urgency >= Urgency.TODAY,
}
# Asked of a later issue: the anion gap is not derived yet.
NOT_YET = {"anion gap 18 without K"}


@pytest.fixture(params=CASES or [None], ids=lambda case: case["id"] if case else "none")
def case(request):
    if request.param is None:
        pytest.skip("the outside vignettes are not on this machine")
    return request.param


@pytest.fixture
def found(case):
    submission, _ = read_submission(as_document(case), b"", "json", DOOR)
    return interpret(submission.panel, CATALOGUE)


def test_each_result_gets_the_flag_that_the_case_expects(case, found):
    codes = {
        one.observation.name: "HELD" if held_with_alarm(one, found) else one.code
        for one in found.results
        if one.code
    }
    expected = {
        result["analyte"]: CODES[result["expected_flag"]] for result in case["results"]
    }

    unlike = {name: code for name, code in codes.items() if code not in expected[name]}

    assert codes
    assert not unlike


def test_the_case_is_as_urgent_as_it_must_be(case, found):
    wanted = set(case["expected"]["must"]) - NOT_YET

    assert {one: MUST[one](found) for one in wanted} == dict.fromkeys(wanted, True)


def test_no_published_value_is_refused_as_impossible(case, found):
    held = [
        one.observation.name
        for one in found.results
        if one.outcome.kind is Kind.NOT_INTERPRETED
        and one.observation.analyte in CATALOGUE.analytes
    ]

    assert case
    assert held == []


def held_with_alarm(result, found):
    """A value that may be in another unit, with the alarm raised all the same."""
    return result.outcome.reason is Reason.UNIT_QUESTION and found.critical


def as_document(case):
    age = case["age_years"]
    birth = {} if age is None else {"birth_date": str(2026 - age - 1)}
    symptoms = [SYMPTOMS[one] for one in case["symptoms"] if one in SYMPTOMS]
    return {
        "patient": {"sex": SEX[case["sex"]], "pregnancy": {"status": "no"}, **birth},
        "specimen": {"collected_at": "2026-11-20T08:40:00+00:00"},
        "results": [as_result(one) for one in case["results"]],
        "symptoms": [{"id": one} for one in dict.fromkeys(symptoms)],
        "factors": [FACTORS[one] for one in case["context"] if one in FACTORS],
    }


def as_result(result):
    limits = {"low": "ref_low", "high": "ref_high"}
    interval = {end: str(result[key]) for end, key in limits.items() if key in result}
    return {
        "analyte": NAMES.get(result["analyte"], result["analyte"]),
        "name": result["analyte"],
        "value": result.get("comparator", "") + str(result["value"]),
        "unit": result["unit"],
        **({"interval": interval} if interval else {}),
    }
