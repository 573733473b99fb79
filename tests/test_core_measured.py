"""Limits for a condition hold where another result shows it, stated or not."""

from itertools import permutations

import pytest

from reference_ranges.interpretation import interpret
from reference_ranges.loading import load_catalogue
from tests.core_panels import observation, panel_of

CATALOGUE = load_catalogue()
FERRITIN, RAISED = "ferritin 60 ug/L", "crp 40 mg/L"


def found(*results, **more):
    """Interpret *results*, each an observation or such as ``crp 40 mg/L``."""
    tests = [
        observation(*one.split()) if isinstance(one, str) else one for one in results
    ]
    return interpret(panel_of(*tests, **more), CATALOGUE)


def ferritin(interpretation):
    """What became of ferritin, and why."""
    (outcome,) = (
        one.outcome
        for one in interpretation.results
        if one.observation.analyte == "ferritin"
    )
    return f"{outcome.kind} {outcome.reason or outcome.direction or ''}".strip()


def told(interpretation):
    return [one for one in interpretation.findings if one.code == "condition_measured"]


def test_what_shows_it_and_which_limit_was_used_is_told():
    (finding,) = told(found(FERRITIN, RAISED))

    assert finding.subjects == ("ferritin",)
    assert finding.rule == "factor/inflammation"
    assert dict(finding.params) == {
        "condition": "inflammation",
        "shown_by": "crp",
        "rows": "ferritin/uk/guideline/chronic_inflammation",
    }
    assert finding.sources == ("who_ferr_2020",)


def test_what_is_stated_already_is_not_told_again():
    stated = found(FERRITIN, RAISED, factors=frozenset({"inflammation"}))

    assert ferritin(stated) == "indeterminate grey_zone"
    assert told(stated) == []


def test_nothing_is_told_where_no_limit_asks_for_it():
    assert told(found(RAISED, "sodium 140 mmol/L")) == []


@pytest.mark.parametrize(
    "results", list(permutations([FERRITIN, RAISED, "crp 2 mg/L"]))
)
def test_of_two_results_the_one_that_shows_it_counts_in_any_order(results):
    assert ferritin(found(*results)) == "indeterminate grey_zone"


@pytest.mark.parametrize(
    "crp",
    [
        "crp 5 mg/L",
        "crp <10 mg/L",
        observation("crp", "40", "mg/L", status="entered_in_error"),
        observation("crp", "40", "mg/L", sender_flag="L"),
    ],
    ids=["not above", "perhaps not", "withdrawn", "contested"],
)
def test_a_result_that_is_not_surely_raised_shows_nothing(crp):
    assert ferritin(found(FERRITIN, crp)) == "in_range"


def test_what_a_result_does_not_show_is_not_shown_to_be_absent():
    calm = found("ferritin 40 ug/L", "crp 2 mg/L", profile="who")

    assert ferritin(calm) == "indeterminate grey_zone"


def test_by_aga_a_measured_anaemia_counts():
    (finding,) = told(found("ferritin 40 ng/mL", "haemoglobin 9.0 g/dL", profile="us"))

    assert dict(finding.params)["shown_by"] == "haemoglobin"
