"""The laboratory's own interval wins; where ours says otherwise, both are shown."""

import pytest

from reference_ranges.interpretation import interpret
from reference_ranges.partitions import Sex
from reference_ranges.readings import lab_interval
from reference_ranges.results import Kind, Urgency, Verdict
from service.api.result_schemas import ResultSchema
from tests.reports.panels import (
    CATALOGUE,
    adult,
    observation,
    page_for,
    panel_of,
    random_interpretation,
)

# A result with the laboratory's interval; what that says of it, and what ours does.
DIFFERING = [
    (("sodium", "mmol/L", "134", "135-145"), Verdict.LOW, Verdict.IN),
    (("sodium", "mmol/L", "148", "135-150"), Verdict.IN, Verdict.HIGH),
    (("potassium", "mmol/L", "5.4", "(3.5-5.6)"), Verdict.IN, Verdict.HIGH),
    (("calcium_total", "mg/dL", "8.6", "8.4-10.2"), Verdict.IN, Verdict.LOW),
    (("magnesium", "meq/L", "1.5", "1.6-2.4"), Verdict.LOW, Verdict.IN),
]
names = pytest.mark.parametrize(("result", "theirs", "ours"), DIFFERING)


def sent(analyte, unit, value, interval):
    return observation(analyte, value, unit, lab_interval=lab_interval(interval))


def found_for(analyte, unit, value, interval, **more):
    one = sent(analyte, unit, value, interval)
    return interpret(panel_of(one, **more), CATALOGUE)


@names
def test_both_verdicts_are_kept_and_the_difference_is_found(result, theirs, ours):
    found = found_for(*result)

    (result,) = found.results
    (differ,) = [f for f in found.findings if f.code == "intervals_differ"]
    assert (result.interval.origin, result.interval.verdict) == ("laboratory", theirs)
    assert (result.set_aside.origin, result.set_aside.verdict) == ("catalogue", ours)
    assert dict(differ.params) == {
        "leading": "laboratory_interval",
        "leading_says": theirs,
        "other": result.set_aside.rule,
        "other_says": ours,
    }
    assert differ.urgency is Urgency.ROUTINE
    assert result.set_aside.source in {source.id for source in found.sources}


@pytest.mark.parametrize("texts", [("0.4-0.9", "0.40-0.90"), ("0.80-1.2", "0.8-1.20")])
def test_a_laboratorys_limits_keep_their_digits_whatever_came_before(texts):
    for text in texts:
        (result,) = found_for("magnesium", "mmol/L", "0.85", text).results

        span = result.interval.span
        assert f"{span.low}-{span.high}" == text


@names
def test_the_answer_holds_both_with_their_limits(result, theirs, ours):
    (judged,) = found_for(*result).results

    judged = ResultSchema().dump(judged)["judgements"]

    assert judged["interval"]["verdict"] == theirs
    assert judged["set_aside"]["verdict"] == ours
    assert judged["set_aside"]["limits"] != judged["interval"]["limits"]


@pytest.mark.parametrize("locale", ["en-GB", "en-US"])
@pytest.mark.parametrize("result", [one for one, *_ in DIFFERING])
def test_the_page_shows_both_ranges_and_says_which_was_used(result, locale):
    page = page_for(sent(*result), locale=locale)

    notes = [*(" ".join(c.notes) for c in page.cards), *(r.ranges for r in page.rows)]
    said = " ".join(notes)
    assert f"Usual range: {result[-1].strip('()').replace('-', ' to ')}" in said
    assert "from your lab" in said
    assert "Your lab and we do not draw the line in the same place." in said
    assert "Our own range is " in said


def test_a_result_that_we_call_in_range_is_not_called_so_by_a_guideline():
    page = page_for(sent("sodium", "mmol/L", "134", "135-145"))

    said = " ".join(page.cards[0].notes)

    assert (
        "Our own range is 133 to 146 mmol/L, from eJIFCC / Tate et al., 2016. "
        "It reads this result as: in the usual range." in said
    )


@pytest.mark.parametrize("seed", range(300))
def test_our_own_interval_decides_nothing_where_the_laboratorys_is_used(seed):
    for result in random_interpretation(seed).results:
        if result.set_aside is not None:
            assert result.interval.origin == "laboratory"
            assert result.set_aside.origin == "catalogue"


def test_where_both_say_the_same_nothing_is_said_of_ours():
    found = found_for("potassium", "mmol/L", "4.2", "3.4-5.0")
    page = page_for(sent("potassium", "mmol/L", "4.2", "3.4-5.0"))

    (result,) = found.results
    assert result.set_aside.verdict is Verdict.IN
    assert found.findings == ()
    assert "Our own range" not in page.rows[0].ranges


def test_where_ours_depends_on_a_fact_that_is_missing_it_does_not_differ():
    unknown = adult(Sex.UNKNOWN)

    found = found_for("haemoglobin", "g/L", "125", "110-160", person=unknown)

    (result,) = found.results
    assert result.outcome.kind is Kind.IN_RANGE
    assert result.set_aside.verdict is Verdict.CANNOT_TELL
    assert found.findings == ()


def test_two_results_of_one_test_each_keep_their_own_difference():
    low = sent("sodium", "mmol/L", "134", "135-145")
    plain = sent("sodium", "mmol/L", "140", "135-145")

    page = page_for(low, plain)

    assert "Our own range" in " ".join(page.cards[0].notes)
    assert "Our own range" not in page.rows[0].ranges
