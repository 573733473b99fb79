"""A worse value never asks for less, through limits, checks and held values alike."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from reference_ranges.interpretation import interpret
from reference_ranges.panel import Reason
from reference_ranges.results import Urgency
from tests.core_panels import WOMAN, aged, observation, panel_of
from tests.symptoms.shared import CATALOGUE, found

STEPS = 60  # between the usual range and ten times the hard limit, evenly in ratio
DIGITS = Decimal("0.001")


def limits_of(analyte, unit):
    """All places at which something may change, in *unit*."""
    here = analyte.units[unit].to_si
    plausible = analyte.plausible
    checks = [
        plausible.hard_min,
        plausible.soft_min,
        plausible.soft_max,
        plausible.hard_max,
    ]
    factor = analyte.units[plausible.unit].to_si / here
    places = [Fraction(one) * factor for one in checks]
    for row in CATALOGUE.mix_ups:
        if (row.analyte, row.stated_unit) == (analyte.id, unit):
            places += [Fraction(row.value_from), Fraction(row.value_to)]
    for row in analyte.decision_sets:
        for printed, bands in row.scales.items():
            factor = analyte.units[printed].to_si / here
            ends = (end for band in bands for end in (band.span.low, band.span.high))
            places += [Fraction(end) * factor for end in ends if end is not None]
    for row in analyte.critical:
        for span in (row.low, row.high):
            ends = () if span is None else (span.low, span.high)
            factor = analyte.units[row.unit].to_si / here
            places += [Fraction(end) * factor for end in ends if end is not None]
    return places


def scale_of(analyte, unit):
    """Values over the whole scale: evenly in ratio, and on both sides of each limit."""
    places = limits_of(analyte, unit)
    top = float(max(places)) * 10
    bottom = float(min(place for place in places if place > 0)) / 10
    even = [bottom * (top / bottom) ** (step / STEPS) for step in range(STEPS + 1)]
    near = [float(place) + side for place in places for side in (-0.01, 0, 0.01)]
    rounded = {Decimal(value).quantize(DIGITS) for value in (*even, *near)}
    return sorted(value for value in rounded if value >= 0)


def seen(analyte, unit, value, profile):
    """The urgency, or None where another unit alone makes it what it is."""
    sent = observation(analyte.id, f"{value:f}", unit)
    told = interpret(panel_of(sent, profile=profile), CATALOGUE)
    codes = {one.code: one for one in told.findings}
    mix_up = codes.get("suspected_unit_mix_up")
    alarm = codes.get("critical_if_true")
    if alarm is not None:
        stated = unit in dict(alarm.params)["units"].split(", ")
        return told.urgency if stated else None
    if mix_up is not None and is_certain(mix_up.rule):
        return None  # it cannot be in the stated unit, and is calm in the other
    return told.urgency


def is_certain(rule):
    rows = {row.id: row for row in CATALOGUE.mix_ups}
    return rows[rule].certainty == "certain"


def usual_place(urgencies):
    """The middle of the values that nobody needs to act on."""
    calm = [
        place for place, urgency in enumerate(urgencies) if urgency is Urgency.ROUTINE
    ]
    return calm[len(calm) // 2]


@pytest.mark.parametrize("profile", ["uk", "us"])
@pytest.mark.parametrize(
    ("name", "unit"),
    [(one.id, unit) for one in CATALOGUE.analytes.values() for unit in one.units],
)
def test_urgency_never_falls_along_a_side_of_the_whole_scale(name, unit, profile):
    analyte = CATALOGUE.analytes[name]
    values = scale_of(analyte, unit)
    urgencies = [seen(analyte, unit, value, profile) for value in values]
    middle = usual_place(urgencies)
    below, above = urgencies[: middle + 1][::-1], urgencies[middle:]

    sides = [[one for one in side if one is not None] for side in (below, above)]

    assert sides == [sorted(side) for side in sides]


@pytest.mark.parametrize("value", ["91", "88"])
def test_symptoms_raise_the_alarm_of_a_held_value_as_they_do_of_another(value):
    found_alone = found([f"sodium {value} mmol/L"])
    beside = found([f"sodium {value} mmol/L"], ["headache"])

    assert found_alone.urgency is Urgency.TODAY
    assert beside.urgency is Urgency.EMERGENCY


def test_the_finding_on_a_held_value_says_how_urgent_it_would_be():
    beside = found(["sodium 88 mmol/L"], ["headache"])

    alarms = {one.code: one.urgency for one in beside.findings}
    assert alarms["critical_if_true"] is Urgency.EMERGENCY


def test_the_alarm_of_a_childs_held_value_is_by_limits_and_not_by_adults_bands():
    child = replace(WOMAN, age=aged(date(2016, 1, 1)))

    calcium = found(["calcium_total 1.35 mmol/L"], person=child)

    assert calcium.results[0].outcome.reason is Reason.UNIT_QUESTION
    assert calcium.urgency is Urgency.TODAY
