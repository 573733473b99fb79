"""Values that make no sense are refused when they are built."""

from fractions import Fraction

import pytest

from reference_ranges.errors import CatalogueError, ReferenceRangeError
from reference_ranges.limits import Reach, Side, Span
from reference_ranges.panel import Reason
from reference_ranges.quantities import exact_text
from reference_ranges.results import Direction, Kind, Outcome

ONE, TWO = 1, 2


@pytest.mark.parametrize(
    "ends",
    [
        {"at_least": ONE, "above": ONE},
        {"at_most": TWO, "below": TWO},
        {"at_least": TWO, "at_most": ONE},
        {"above": ONE, "at_most": ONE},
    ],
)
def test_a_span_whose_ends_contradict_is_refused(ends):
    with pytest.raises(CatalogueError):
        Span(**ends)


def test_a_span_may_be_a_single_point():
    point = Span(at_least=ONE, at_most=ONE)

    assert point.side(Reach(ONE, True, ONE, True)) is Side.INSIDE  # noqa: FBT003


@pytest.mark.parametrize(
    ("kind", "direction", "reason"),
    [
        (Kind.INDETERMINATE, None, None),
        (Kind.NOT_INTERPRETED, None, None),
        (Kind.IN_RANGE, None, Reason.GREY_ZONE),
        (Kind.CRITICAL, None, None),
        (Kind.OUT_OF_RANGE, None, None),
        (Kind.IN_RANGE, Direction.LOW, None),
    ],
)
def test_an_outcome_that_says_too_much_or_too_little_is_refused(
    kind, direction, reason
):
    with pytest.raises(ReferenceRangeError):
        Outcome(kind, direction, reason)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(-45, 2), "-22.5"),
        (Fraction(1, 3), "1/3"),
        (Fraction(7), "7"),
        (Fraction(1, 400), "0.0025"),
    ],
)
def test_a_fraction_is_written_exactly(number, text):
    assert exact_text(number) == text
