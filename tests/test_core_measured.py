"""Limits for a condition hold where another result shows it, stated or not."""

from dataclasses import replace
from datetime import date
from itertools import permutations, product

import pytest

from reference_ranges.interpretation import interpret
from reference_ranges.loading import load_catalogue
from reference_ranges.partitions import Sex
from reference_ranges.results import Kind
from tests.core_panels import WOMAN, aged, observation, panel_of

CATALOGUE = load_catalogue()
MAN = replace(WOMAN, sex=Sex.MALE)
TODDLER = replace(WOMAN, age=aged(date(2023, 1, 1)))
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


def test_of_two_limits_that_say_the_same_the_one_that_was_called_for_is_told():
    low = found("ferritin 20 ug/L", RAISED)

    assert ferritin(low) == "out_of_range low"
    assert [dict(one.params)["shown_by"] for one in told(low)] == ["crp"]


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
        "crp <=10 mg/L",
        "crp >=5 mg/L",
        "crp >4.9 mg/L",
        "crp >0.4 mg/dL",
        observation("crp", "40", "mg/L", status="entered_in_error"),
    ],
    ids=[
        "not above",
        "perhaps not",
        "perhaps not at most",
        "perhaps on the limit",
        "perhaps not over it",
        "perhaps not in another unit",
        "withdrawn",
    ],
)
def test_a_result_that_is_not_surely_raised_shows_nothing(crp):
    assert ferritin(found(FERRITIN, crp)) == "in_range"


@pytest.mark.parametrize(
    "crp",
    ["crp >5 mg/L", "crp >10 mg/L", "crp >=10 mg/L", "crp >200 mg/L", "crp >0.5 mg/dL"],
)
def test_all_that_a_reading_may_stand_for_being_raised_shows_it(crp):
    interpretation = found(FERRITIN, crp)

    assert ferritin(interpretation) == "indeterminate grey_zone"
    assert [dict(one.params)["shown_by"] for one in told(interpretation)] == ["crp"]


def test_a_haemoglobin_that_is_surely_low_shows_an_anaemia_and_one_that_may_be_not():
    sure = found("ferritin 40 ug/L", "haemoglobin <100 g/L", profile="us")
    perhaps = found("ferritin 40 ug/L", "haemoglobin >100 g/L", profile="us")

    assert (ferritin(sure), ferritin(perhaps)) == ("out_of_range low", "in_range")


@pytest.mark.parametrize(
    "crp",
    [
        observation("crp", "40", "mg/L", sender_flag="L"),
        observation("crp", "1500", "mg/L"),
    ],
    ids=["marked low", "held"],
)
def test_a_result_in_question_shows_what_it_would_show_if_it_were_true(crp):
    assert ferritin(found(FERRITIN, crp)) == "indeterminate grey_zone"


WHO_FOR = [("uk", WOMAN), ("us", WOMAN), ("who", WOMAN), ("who", TODDLER), ("eu", MAN)]
INTERVALS = [None, "24-3070", "15-300", "10-150"]
LEVELS = ["5", "14", "20", "29", "40", "44", "60", "99", "120", "201", "900", "5000"]


@pytest.mark.parametrize(("profile", "person"), WHO_FOR)
@pytest.mark.parametrize("shows", ["crp 40 mg/L", "haemoglobin 85 g/L"])
def test_what_another_result_shows_never_calms_a_result(profile, person, shows):
    quiet = shows.replace("40", "2").replace("85", "135")
    for interval, level in product(INTERVALS, LEVELS):
        sent = observation("ferritin", level, "ug/L", interval)
        more = {"profile": profile, "person": person}
        then, now = found(sent, quiet, **more), found(sent, shows, **more)

        (old,) = (r for r in then.results if r.observation.analyte == "ferritin")
        (new,) = (r for r in now.results if r.observation.analyte == "ferritin")
        assert new.urgency >= old.urgency, (interval, level)
        if old.outcome.kind is not Kind.IN_RANGE:
            assert new.outcome.kind is not Kind.IN_RANGE, (interval, level)


def test_what_a_result_does_not_show_is_not_shown_to_be_absent():
    calm = found("ferritin 40 ug/L", "crp 2 mg/L", profile="who")

    assert ferritin(calm) == "indeterminate grey_zone"


def test_by_aga_a_measured_anaemia_counts():
    (finding,) = told(found("ferritin 40 ng/mL", "haemoglobin 9.0 g/dL", profile="us"))

    assert dict(finding.params)["shown_by"] == "haemoglobin"


def test_only_the_result_that_shows_it_is_named_and_not_what_shows_something_else():
    (finding,) = told(found(FERRITIN, RAISED, "haemoglobin 90 g/L"))

    assert dict(finding.params)["shown_by"] == "crp"
