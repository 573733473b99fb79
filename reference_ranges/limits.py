"""A stretch of the scale, and on which side of it a reported value lies."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from reference_ranges.errors import CatalogueError


class Side(StrEnum):
    """Where a reading lies against a span."""

    BELOW = "below"
    INSIDE = "inside"
    ABOVE = "above"
    STRADDLES = "straddles"


@dataclass(frozen=True, slots=True)
class Reach:
    """All the values that a reading may stand for, in one unit.

    ``6.8`` reaches 6.8 only; ``<5`` reaches from 0 up to, but not including, 5.
    A concentration is never below 0; ``high`` is None where there is no upper end.
    """

    low: Fraction
    low_in: bool
    high: Fraction | None
    high_in: bool

    def times(self, factor: Fraction) -> "Reach":
        """Return the same reach in another unit, *factor* of which make one of ours."""
        high = None if self.high is None else self.high * factor
        return Reach(self.low * factor, self.low_in, high, self.high_in)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the scale, in the unit it is printed in.

    Each end is named for what it does to a value that lies exactly on it:
    ``at_least`` and ``at_most`` take it in, ``above`` and ``below`` leave it out.
    An end with neither is open: the span goes on for ever on that side.

    Raises:
        CatalogueError: the ends contradict each other, or leave nothing between.
    """

    at_least: Decimal | None = None
    above: Decimal | None = None
    at_most: Decimal | None = None
    below: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse a span whose ends contradict each other or leave it empty."""
        if None not in (self.at_least, self.above):
            raise CatalogueError("both 'at_least' and 'above'")
        if None not in (self.at_most, self.below):
            raise CatalogueError("both 'at_most' and 'below'")
        if self.low is None or self.high is None:
            return
        point = self.low == self.high and self.low_in and self.high_in
        if self.low > self.high or (self.low == self.high and not point):
            raise CatalogueError("ends before it starts")

    @property
    def low(self) -> Decimal | None:
        """The lower limit, whether or not it belongs to the span."""
        return self.at_least if self.at_least is not None else self.above

    @property
    def high(self) -> Decimal | None:
        """The upper limit, whether or not it belongs to the span."""
        return self.at_most if self.at_most is not None else self.below

    @property
    def low_in(self) -> bool:
        """Whether a value on the lower limit lies inside."""
        return self.at_least is not None

    @property
    def high_in(self) -> bool:
        """Whether a value on the upper limit lies inside."""
        return self.at_most is not None

    def holds(self, number: Decimal) -> bool:
        """Say whether *number*, in the unit of this span, lies inside.

        >>> Span(at_least=Decimal(20), below=Decimal(50)).holds(Decimal(50))
        False
        """
        low, high = self.low, self.high
        if low is not None and (number < low or (number == low and not self.low_in)):
            return False
        over = high is not None and number > high
        return not over and (number != high or self.high_in)

    def side(self, reach: Reach) -> Side:
        """Say on which side of this span the whole of *reach*, in its unit, lies."""
        if self._wholly_below(reach):
            return Side.BELOW
        if self._wholly_above(reach):
            return Side.ABOVE
        if self._starts_inside(reach) and self._ends_inside(reach):
            return Side.INSIDE
        return Side.STRADDLES

    def _wholly_below(self, reach: Reach) -> bool:
        if self.low is None or reach.high is None:
            return False
        low = Fraction(self.low)
        if reach.high != low:
            return reach.high < low
        return not (reach.high_in and self.low_in)

    def _wholly_above(self, reach: Reach) -> bool:
        if self.high is None:
            return False
        high = Fraction(self.high)
        if reach.low != high:
            return reach.low > high
        return not (reach.low_in and self.high_in)

    def _starts_inside(self, reach: Reach) -> bool:
        if self.low is None:
            return True
        low = Fraction(self.low)
        if reach.low != low:
            return reach.low > low
        return self.low_in or not reach.low_in

    def _ends_inside(self, reach: Reach) -> bool:
        if self.high is None:
            return True
        if reach.high is None:
            return False
        high = Fraction(self.high)
        if reach.high != high:
            return reach.high < high
        return self.high_in or not reach.high_in


def check_tiling(spans: Sequence[Span]) -> None:
    """Check that *spans*, in order, cover the whole scale once: no gap, no overlap.

    Raises:
        CatalogueError: naming the limit at which two spans do not meet.
    """
    if not spans or spans[0].low is not None or spans[-1].high is not None:
        raise CatalogueError("the first band must have no low end, the last no high")
    for lower, upper in pairwise(spans):
        meets = lower.high is not None and lower.high == upper.low
        if not meets or lower.high_in == upper.low_in:
            raise CatalogueError(f"bands do not meet once at {lower.high}")
