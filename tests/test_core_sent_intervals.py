"""The laboratory's own interval at the edges of doubt: how far off ours it may be.

Twice as large or as small is the limit, or two widths of ours away; a unit fits from
one and a half times on.  Both figures are in ``data/settings.toml``.
"""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from reference_ranges.classification import classify
from reference_ranges.loading import load_catalogue
from reference_ranges.panel import Shift
from reference_ranges.results import Urgency
from tests.core_panels import WOMAN, aged, observation, panel_of

CATALOGUE = load_catalogue()


def classified(analyte, value, unit, interval=None, **more):
    seen = observation(analyte, value, unit, interval)
    return classify(seen, panel_of(seen, **more), CATALOGUE)


DOUBTED = "indeterminate interval_doubtful"
EDGES = [
    # ours is 3.5 to 5.3: 1.75 is half of its lower limit, and still a laboratory's own
    ("potassium", "4.2", "1.75-5.3", "in_range"),
    ("potassium", "4.2", "1.74-5.3", DOUBTED),
    # an interval that ends where ours begins has that one value in common with it
    ("potassium", "4.2", "2.0-3.5", "out_of_range high"),
    ("potassium", "4.2", "2.0-3.4", DOUBTED),
    # ours is 2.2 to 2.6, so 0.4 wide: 3.4 is two such widths above it
    ("calcium_total", "2.4", "2.2-3.4", "in_range"),
    ("calcium_total", "2.4", "2.2-3.41", DOUBTED),
]


@pytest.mark.parametrize(("analyte", "value", "interval", "expected"), EDGES)
def test_an_interval_is_doubted_from_just_beyond_the_edge_on(
    analyte, value, interval, expected
):
    found = classified(analyte, value, "mmol/L", interval)

    assert found.result.outcome.words == expected


INFLAMED = {"factors": frozenset({"inflammation"})}


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        # for inflammation 100 and more is enough; too much is from 200 on, as for all
        ("100-400", "in_range"),
        ("100-401", "indeterminate interval_doubtful"),
        ("50-200", "in_range"),
        ("49-400", "indeterminate interval_doubtful"),
        ("14-400", "in_range"),  # ours for everyone begins at 15
        ("14-401", "indeterminate interval_doubtful"),
        ("15-20000", "indeterminate interval_doubtful"),
        ("100-", "in_range"),
    ],
)
def test_beside_a_condition_an_interval_is_doubted_on_both_sides(interval, expected):
    found = classified("ferritin", "150", "ug/L", interval, **INFLAMED)

    assert found.result.outcome.words == expected


def test_what_an_interval_was_held_against_names_both_limits_beside_a_condition():
    found = classified("ferritin", "60", "ng/mL", "10000-20000", **INFLAMED)

    (step,) = [one for one in found.result.trace if one.rule.startswith("interval_in")]
    assert [text for name, text in step.inputs if name == "ours"] == [
        ">=15 <=200 ug/L",
        ">=100 ug/L, <=200 ug/L",
    ]


HELD = "not_interpreted suspected_unit_mix_up"
OTHER_UNIT = [
    # 20 to 50 ng/mL is ours: from twice that on it may well be in nmol/L
    ("vitamin_d_25oh", "45", "ng/mL", "40-100", HELD),
    ("vitamin_d_25oh", "45", "ng/mL", "39-99", "in_range"),
    # 35 to 50 g/L is ours: 7.5 g/dL is one and a half times the upper limit
    ("albumin", "45", "g/L", "3.5-7.5", HELD),
    ("albumin", "45", "g/L", "3.5-7.6", DOUBTED),
    # a unit that is in question stays so beside an interval half as large as ours
    ("magnesium", "2.0", "mmol/L", "0.35-1.0", "indeterminate unit_question"),
    ("magnesium", "2.0", "mmol/L", "0.36-1.0", "out_of_range high"),
]


@pytest.mark.parametrize(
    ("analyte", "value", "unit", "interval", "expected"), OTHER_UNIT
)
def test_an_interval_speaks_of_another_unit_up_to_the_edge(
    analyte, value, unit, interval, expected
):
    found = classified(analyte, value, unit, interval)

    assert found.result.outcome.words == expected


def test_a_held_value_that_calls_for_action_today_in_the_other_unit_keeps_its_alarm():
    found = classified("calcium_total", "12.5", "mmol/L")  # in mg/dL it is 3.12 mmol/L

    (alarm,) = [one for one in found.findings if one.code == "critical_if_true"]
    assert alarm.params == (("units", "mmol/L, mg/dL"),)


def test_danger_bands_are_for_adults_and_lift_no_held_value_of_a_child():
    child = replace(WOMAN, age=aged(date(2018, 1, 1)))
    held = ("calcium_ionised", "1.2", "mg/dL")

    assert classified(*held).result.urgency is Urgency.EMERGENCY
    assert classified(*held, person=child).result.urgency is Urgency.TODAY


def test_a_held_value_is_no_danger_sign_beside_symptoms_that_nobody_reported():
    moved = (Shift("magnesium", Fraction(5, 2)),)

    found = classified("magnesium", "0.60", "mmol/L", shifts=moved)

    assert found.result.outcome.words == "indeterminate unit_question"
    assert found.result.urgency is Urgency.SOON


def test_a_held_value_is_as_urgent_as_its_gravest_band():
    # 4.1 mg/dL of potassium would be 1.05 mmol/L: below 2.5 the sign is lifted
    found = classified("potassium", "4.1", "mg/dL")

    assert found.result.outcome.words == "not_interpreted suspected_unit_mix_up"
    assert found.result.urgency is Urgency.EMERGENCY
