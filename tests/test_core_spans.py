"""Spans against readings, and bands against each other: every case there is.

A span is held against a few points instead of a stretch: quarters are enough, where
all ends are whole numbers.
"""

from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest

from reference_ranges.errors import CatalogueError
from reference_ranges.limits import Reach, Side, Span, check_tiling

FAR = 8
POINTS = [Fraction(quarter, 4) for quarter in range(4 * FAR)]


def span_of(ends):
    """A span whose ends are numbers of their own, as those of a data file are."""
    return Span(**{end: Decimal(at) for end, at in ends.items()})


LOWS = [{}, *({end: at} for end, at in product(["at_least", "above"], [1, 2]))]
HIGHS = [{}, *({end: at} for end, at in product(["at_most", "below"], [2, 3]))]
SPANS = [low | high for low, high in product(LOWS, HIGHS) if not (low and high)]
SPANS += [
    low | high
    for low, high in product(LOWS[1:], HIGHS[1:])
    if max(low.values()) < min(high.values())
]
SPANS += [{"at_least": 2, "at_most": 2}]
REACHES = [
    (low, low_in, high, high_in)
    for low, low_in, high, high_in in product(
        range(5), [True, False], [*range(5), None], [True, False]
    )
    if high is None or low < high or (low == high and low_in and high_in)
]


def in_reach(point, low, low_in, high, high_in):
    above = point > low or (low_in and point == low)
    return above and (high is None or point < high or (high_in and point == high))


def side_of_point(point, span):
    if point < span.get("at_least", 0) or point <= span.get("above", -1):
        return Side.BELOW
    if point > span.get("at_most", FAR) or point >= span.get("below", FAR):
        return Side.ABOVE
    return Side.INSIDE


@pytest.mark.parametrize("span", SPANS, ids=str)
def test_a_reading_is_on_a_side_only_where_all_that_it_may_stand_for_is(span):
    found = {reach: span_of(span).side(Reach(*reach)) for reach in REACHES}

    wanted = {}
    for reach in REACHES:
        sides = {side_of_point(p, span) for p in POINTS if in_reach(p, *reach)}
        wanted[reach] = sides.pop() if len(sides) == 1 else Side.STRADDLES
    assert found == wanted


@pytest.mark.parametrize("span", SPANS, ids=str)
def test_a_span_holds_the_numbers_that_lie_inside(span):
    numbers = [Decimal(quarter) / 4 for quarter in range(4 * FAR)]

    found = [span_of(span).holds(number) for number in numbers]

    assert found == [side_of_point(one, span) is Side.INSIDE for one in numbers]


@pytest.mark.parametrize(
    "ends",
    [
        {"at_least": 2, "below": 2},
        {"above": 2, "below": 2},
        {"at_least": 3, "at_most": 2},
        {"above": 3, "below": 2},
    ],
)
def test_a_span_with_nothing_in_it_is_refused(ends):
    with pytest.raises(CatalogueError, match="ends before it starts"):
        span_of(ends)


def test_a_span_knows_its_limits_and_whose_they_are():
    closed, left_out = Span(at_least=0, at_most=2), Span(above=0, below=2)

    assert (closed.low, closed.high, closed.low_in, closed.high_in) == (
        0,
        2,
        True,
        True,
    )
    assert (left_out.low, left_out.high) == (0, 2)
    assert (left_out.low_in, left_out.high_in) == (False, False)


def test_a_reach_in_another_unit_has_both_ends_times_the_factor():
    factor = Fraction(5, 2)
    closed, open_ended = (2, True, 4, False), (2, False, None, False)

    found = [Reach(*one).times(factor) for one in (closed, open_ended)]

    assert found == [Reach(*(5, True, 10, False)), Reach(*(5, False, None, False))]


@pytest.mark.parametrize(
    "bands",
    [
        [{}],
        [{"below": 1}, {"at_least": 1}],
        [{"at_most": 1}, {"above": 1}],
        [{"below": 1}, {"at_least": 1, "at_most": 2}, {"above": 2}],
    ],
)
def test_bands_that_cover_the_scale_once_are_taken(bands):
    check_tiling([span_of(band) for band in bands])


@pytest.mark.parametrize(
    ("bands", "where"),
    [
        ([], "no low end"),
        ([{"at_least": 1}], "no low end"),
        ([{"below": 1}], "no high"),
        ([{"at_least": 0, "below": 1}, {"at_least": 1}], "no low end"),
        ([{"below": 1}, {"at_least": 1, "below": 2}], "no high"),
        ([{"below": 1}, {"above": 1}], "once at 1"),  # 1 itself is in neither
        ([{"at_most": 1}, {"at_least": 1}], "once at 1"),  # and here in both
        ([{"below": 1}, {"at_least": 2}], "once at 1"),
        ([{"below": 2}, {"at_least": 1}], "once at 2"),
        ([{}, {}], "once at None"),
        ([{"below": 1}, {"at_least": 1, "below": 2}, {"above": 2}], "once at 2"),
    ],
)
def test_a_gap_or_an_overlap_between_bands_is_refused(bands, where):
    with pytest.raises(CatalogueError, match=where):
        check_tiling([span_of(band) for band in bands])
