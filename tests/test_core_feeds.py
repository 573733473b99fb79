"""A sender whose results move by a unit factor: seen within 20, and seldom where not.

Run with ``-s`` to see the rates that were measured.
"""

from dataclasses import replace
from fractions import Fraction
from math import exp
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference_ranges.feeds import (
    ENOUGH_TO_ASK,
    find_shift,
    median_is_far_off,
    unit_factors,
    values_needed,
)
from reference_ranges.interpretation import interpret
from reference_ranges.loading import load_catalogue
from reference_ranges.panel import Reason, Shift
from reference_ranges.results import Kind, Urgency
from tests.core_panels import observation, panel_of
from tests.long import LONG

CATALOGUE = load_catalogue()
NEEDED = values_needed(CATALOGUE)
WITHIN = 20
# Invented senders: the middle of their results in SI units, and the spread of the
# logarithm, about as wide as hospital laboratories see.
SENDERS = {
    "vitamin_d_25oh": (58, 0.45),
    "vitamin_b12": (280, 0.45),
    "ferritin": (70, 1.0),
    "magnesium": (0.82, 0.11),
    "calcium_total": (2.32, 0.06),
    "calcium_ionised": (1.2, 0.06),
    "phosphate": (1.1, 0.2),
    "potassium": (4.2, 0.11),
    "sodium": (139, 0.03),
    "glucose": (5.8, 0.3),
    "creatinine": (80, 0.35),
    "urea": (5.5, 0.4),
    "haemoglobin": (132, 0.13),
    "albumin": (40, 0.12),
}
# Too small beside how much results differ from person to person: not to be told.
TOO_SMALL = {("vitamin_b12", "0.738"), ("vitamin_b12", "1.36")}
PAIRS = sorted(
    {
        (analyte, f"{float(factor):.3g}")
        for analyte in SENDERS
        for factor in unit_factors(CATALOGUE.analytes[analyte])
        if Fraction(1, 100) <= factor <= 100
    }
)
TOLD = [pair for pair in PAIRS if pair not in TOO_SMALL]


def sent(random, analyte, number, factor=1):
    middle, spread = SENDERS[analyte]
    return [
        Fraction(f"{middle * exp(random.gauss(0, spread)):.4f}") * factor
        for _ in range(number)
    ]


def factor_of(analyte, text):
    factors = unit_factors(CATALOGUE.analytes[analyte])
    return next(one for one in factors if f"{float(one):.3g}" == text)


def first_seen(values, past, analyte):
    """After how many of *values* the change is seen, or None."""
    known = list(past)
    entry = CATALOGUE.analytes[analyte]
    for number, value in enumerate(values, start=1):
        known.insert(0, value)
        if find_shift(known[:NEEDED], entry, "uk", CATALOGUE):
            return number
    return None


@pytest.mark.parametrize(("analyte", "text"), TOLD)
def test_a_change_of_unit_is_seen_within_twenty_results(analyte, text):
    random = Random(f"{analyte} {text}")  # noqa: S311  an invented sender is no secret
    factor = factor_of(analyte, text)
    seen = [
        first_seen(
            sent(random, analyte, WITHIN, factor),
            sent(random, analyte, NEEDED),
            analyte,
        )
        for _ in range(12)
    ]

    found = [one for one in seen if one is not None]
    print(f"{analyte} x{text}: {len(found)} of 12, after {sorted(found)}")
    assert len(found) >= 10


@pytest.mark.parametrize(("analyte", "text"), sorted(TOO_SMALL))
def test_a_factor_within_what_people_differ_by_is_never_guessed(analyte, text):
    random = Random(text)  # noqa: S311
    factor = factor_of(analyte, text)
    past = sent(random, analyte, NEEDED)

    assert first_seen(sent(random, analyte, 60, factor), past, analyte) is None


FEEDS = 200 if LONG else 40


def test_honest_senders_are_seldom_held():
    random = Random("honest")  # noqa: S311
    names = sorted(SENDERS)
    senders = [names[number % len(names)] for number in range(FEEDS)]
    held = [one for one in senders if first_seen(sent(random, one, 150), [], one)]

    print(f"held {len(held)} of {FEEDS} honest feeds of 150 results: {held}")
    assert len(held) <= 3


@pytest.mark.parametrize(
    ("analyte", "text"),
    [("magnesium", "2.43"), ("calcium_total", "4.01"), ("phosphate", "3.1")],
)
def test_a_new_sender_is_held_against_the_catalogue(analyte, text):
    random = Random(text)  # noqa: S311
    values = sent(random, analyte, WITHIN, factor_of(analyte, text))

    assert first_seen(values, [], analyte) is not None


def test_a_new_sender_of_a_test_without_an_interval_is_not_judged_by_one():
    random = Random(3)  # noqa: S311
    values = sent(random, "vitamin_d_25oh", WITHIN, Fraction(5, 2))

    assert first_seen(values, [], "vitamin_d_25oh") is None


def test_the_factor_that_is_found_is_one_of_two_units():
    random = Random(4)  # noqa: S311
    past = sent(random, "calcium_total", NEEDED)
    factor = factor_of("calcium_total", "4.01")
    values = [*sent(random, "calcium_total", WITHIN, factor), *past]

    entry = CATALOGUE.analytes["calcium_total"]
    assert find_shift(values, entry, "uk", CATALOGUE) == Shift(entry.id, factor)


def test_a_sender_that_only_ever_sent_zeros_is_no_change_of_unit():
    entry = CATALOGUE.analytes["potassium"]
    zeros = [Fraction(0)] * NEEDED

    assert find_shift(zeros, entry, "uk", CATALOGUE) is None
    assert find_shift([Fraction(4)] * 17 + zeros, entry, "uk", CATALOGUE) is None


def test_a_move_that_no_unit_explains_holds_nothing():
    # from wards to intensive care: potassium 1.6 times, no two units are that far apart
    entry = CATALOGUE.analytes["potassium"]
    values = [Fraction(67, 10)] * 20 + [Fraction(42, 10)] * 100

    assert find_shift(values, entry, "uk", CATALOGUE) is None


@settings(max_examples=30)
@given(st.sampled_from(TOLD), st.integers(1, 10**6))
def test_what_is_found_does_not_depend_on_the_unit_of_account(pair, times):
    analyte, text = pair
    random = Random(times)  # noqa: S311
    values = sent(random, analyte, 20, factor_of(analyte, text))
    values += sent(random, analyte, 100)
    entry = CATALOGUE.analytes[analyte]

    found = find_shift(values, entry, "uk", CATALOGUE)
    scaled = find_shift([one * times for one in values], entry, "uk", CATALOGUE)

    assert found == scaled


# ---- What a hold does ------------------------------------------------------------

VITAMIN_D = Shift("vitamin_d_25oh", Fraction(400647, 160513))
MAGNESIUM = Shift("magnesium", factor_of("magnesium", "2.43"))


def held(*observations, shifts=(VITAMIN_D, MAGNESIUM), **more):
    return interpret(panel_of(*observations, shifts=shifts, **more), CATALOGUE)


@pytest.mark.parametrize("value", ["12", "40", "80", "240"])
def test_a_held_result_is_neither_in_range_nor_out_of_it(value):
    found = held(observation("vitamin_d_25oh", value, "nmol/L"))

    one = found.results[0]
    assert (one.outcome.kind, one.outcome.reason) == ("indeterminate", "unit_question")
    assert one.code == "IND"
    assert "feed_shift" in {finding.code for finding in found.findings}
    assert not found.overview.all_in_range


def test_a_critical_result_of_a_held_feed_stays_critical():
    found = held(observation("magnesium", "0.30", "mmol/L"))

    assert found.results[0].outcome.kind is Kind.CRITICAL
    assert found.critical
    assert "feed_shift" in {finding.code for finding in found.findings}


def test_a_held_result_that_is_grave_in_the_unit_it_may_be_in_raises_the_alarm():
    found = held(observation("magnesium", "0.90", "mmol/L"))  # 0.90 mg/dL are 0.37

    (alarm,) = [one for one in found.findings if one.code == "critical_if_true"]
    assert alarm.params == (("units", "mg/dL"),)
    assert found.urgency is Urgency.EMERGENCY


def test_other_tests_of_the_sender_are_judged_as_ever():
    found = held(observation("potassium", "4.1", "mmol/L"))

    assert found.results[0].outcome.kind is Kind.IN_RANGE
    assert not found.findings


def test_a_held_value_feeds_no_pattern_and_no_symptom():
    found = held(observation("vitamin_d_25oh", "12", "nmol/L"))

    assert not found.results[0].relations
    assert found.results[0].guidelines == ()


def test_what_could_not_be_read_has_no_unit_to_ask_about():
    unread = replace(
        observation("vitamin_d_25oh", "12", "nmol/L"),
        reading=None,
        unit=None,
        refusal=Reason.VALUE_NOT_READ,
    )

    assert not held(unread).findings


VALUES = {
    "vitamin_d_25oh": ("nmol/L", st.integers(1, 600)),
    "magnesium": ("mmol/L", st.decimals("0.2", "3.0", places=2)),
    "calcium_total": ("mmol/L", st.decimals("1.0", "4.0", places=2)),
    "potassium": ("mmol/L", st.decimals("1.5", "9.0", places=1)),
}


@given(st.data())
def test_a_hold_lowers_no_urgency_and_turns_nothing_in_range(data):
    names = data.draw(
        st.lists(st.sampled_from(sorted(VALUES)), min_size=1, unique=True)
    )
    observations = [
        observation(
            one,
            str(data.draw(VALUES[one][1])),
            VALUES[one][0],
            data.draw(st.sampled_from([None, "0.7-1.0", "50-125"])),
            sender_flag=data.draw(st.sampled_from([None, "L", "HH", "N"])),
        )
        for one in names
    ]
    shifts = tuple(
        Shift(one, unit_factors(CATALOGUE.analytes[one])[-1]) for one in names
    )

    free = held(*observations, shifts=())
    tied = held(*observations, shifts=shifts)

    assert tied.urgency >= free.urgency
    assert tied.critical >= free.critical
    assert tied.overview.in_range == 0
    for one in tied.results:
        before = next(
            each for each in free.results if each.observation == one.observation
        )
        assert one.urgency >= before.urgency


def magnesium(times):
    """The newest results *times* those of a past with a middle half of 0.76 to 0.88."""
    past = [Fraction(one, 100) for one in (70, 76, 79, 82, 85, 88, 95)] * 12
    values = [Fraction(82, 100) * times] * 17 + past
    return find_shift(values, CATALOGUE.analytes["magnesium"], "uk", CATALOGUE)


def test_within_the_middle_half_of_a_senders_results_nothing_has_moved():
    # mg/dL and mEq/L are 1.215 apart; the middle half is 1.158 wide
    assert magnesium(Fraction(113, 100)) is None
    assert magnesium(Fraction(120, 100)) is not None


@pytest.mark.parametrize(
    ("analyte", "middle", "far"),
    [
        ("sodium", "139", False),  # the interval of adults is 133 to 146
        ("sodium", "153", False),
        ("sodium", "154", True),
        ("sodium", "126", True),
        ("sodium", "0", True),
        ("vitamin_d_25oh", "5000", False),  # no interval with both limits
    ],
)
def test_a_median_is_far_off_where_it_lies_further_than_the_limits_are_apart(
    analyte, middle, far
):
    entry = CATALOGUE.analytes[analyte]
    values = [Fraction(middle)] * ENOUGH_TO_ASK

    assert median_is_far_off(values, entry, "uk", CATALOGUE) is far
    assert median_is_far_off(values[1:], entry, "uk", CATALOGUE) is False
