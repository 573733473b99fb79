"""Numbers to show: a result in SI and conventional units, and its number line.

Rounded for show only.  Nothing here is ever compared with a limit by the service;
but a reader will compare, so a number is never shown that says something else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from reference_ranges.catalogue import Analyte
from reference_ranges.judging.benches import Bench
from reference_ranges.judging.compiling import factor_between
from reference_ranges.panel import DECIMAL_PLACES, Extent, Reading
from reference_ranges.quantities import convert, round_half_even
from reference_ranges.results import Amount, Axis, Judgement
from reference_ranges.scales import Grid, Ruling

_TENS: tuple[int, ...] = tuple(10**places for places in range(DECIMAL_PLACES + 1))
_MORE_DECIMALS = 4  # as many more as may be needed to stay on the right side


@dataclass(frozen=True, slots=True, eq=False)
class _Target:
    """A unit to show, of which ``over`` make ``under`` reported ones.

    ``placed`` are the zones of the limits that the reading lies in, and ``there`` the
    same limits for readings in this unit.
    """

    unit: str
    over: int
    under: int
    decimals: int
    placed: tuple[tuple[int, ...], ...]
    there: Grid

    def amount(self, reading: Reading) -> Amount:
        """Return *reading* in this unit."""
        if self.over == self.under:
            return Amount(reading.number, self.unit, reading.comparator)
        return Amount(_shown(self, reading.extent), self.unit, reading.comparator)

    def number(self, extent: Extent) -> Decimal:
        """Return the limit of *extent* that was reported, as a number to show."""
        billionths = extent.low if extent.high is None else extent.high
        for decimals in range(self.decimals, self.decimals + _MORE_DECIMALS + 1):
            rounded = self._rounded(billionths, decimals)
            if self.there.zones_of(_moved(extent, rounded, decimals)) == self.placed:
                break
        else:
            decimals, rounded = self.decimals, self._rounded(billionths, self.decimals)
        return Decimal(rounded).scaleb(-decimals)

    def _rounded(self, billionths: int, decimals: int) -> int:
        """Return the converted number in its last decimal, rounded half to even."""
        scaled = billionths * self.over * _TENS[decimals]
        return round_half_even(scaled, self.under * _TENS[DECIMAL_PLACES])


@lru_cache(maxsize=8192)  # results come in few different numbers
def _shown(target: _Target, extent: Extent) -> Decimal:
    return target.number(extent)


@dataclass(frozen=True, slots=True, eq=False)
class Display:
    """How readings of one analyte in one unit are shown in two other units."""

    si: _Target
    conventional: _Target

    def shown(self, reading: Reading) -> tuple[Amount, Amount]:
        """Return *reading* in the SI and in the conventional unit.

        A number that needs no conversion stays as it was reported.  Others are
        rounded half to even to the decimals of the data; to more, where the rounded
        number would lie on the other side of a limit: 19.9 ng/mL of vitamin D is
        49.7 nmol/L where the limit is at 20 ng/mL and at 50 nmol/L.
        """
        si = self.si.amount(reading)
        if self.conventional.unit == self.si.unit:
            return si, si
        return si, self.conventional.amount(reading)


def display_for(analyte: Analyte, unit: str, extent: Extent, bench: Bench) -> Display:
    """Return how readings of *analyte* in *unit* in the zones of *extent* are shown."""
    placed = bench.standing(analyte, unit).grid.zones_of(extent)

    def target(shown: str, decimals: int) -> _Target:
        over, under = factor_between(analyte, unit, shown).as_integer_ratio()
        there = bench.standing(analyte, shown).grid
        return _Target(shown, over, under, decimals, placed, there)

    return Display(
        target(analyte.si_unit, analyte.decimals_si),
        target(analyte.us_unit, analyte.decimals_us),
    )


def axis_in(axis: Axis, unit: str, analyte: Analyte) -> Axis:
    """Return the number line of *analyte* with its stops in *unit*."""
    if axis.unit == unit:
        return axis
    return _converted(axis, unit, factor_between(analyte, axis.unit, unit))


def edges_of(ruling: Ruling | None, closes: Sequence[Judgement]) -> frozenset[int]:
    """Return the limits of the usual range, in billionths of the reported unit.

    A limit that no reported value can lie on exactly is left out.
    """
    if ruling is None or ruling.usual is None:
        return frozenset()
    usual = ruling.usual
    own = _edges(usual.low, usual.high, ruling.judgement.factor)
    others = (_edges(one.span.low, one.span.high, one.factor) for one in closes)
    return own.union(*others)


@lru_cache(maxsize=1024)  # few limits, and fractions are slow
def _edges(low: Decimal | None, high: Decimal | None, factor: str) -> frozenset[int]:
    billionth = Fraction(factor) / _TENS[DECIMAL_PLACES]
    places = [Fraction(end) / billionth for end in (low, high) if end is not None]
    return frozenset(int(place) for place in places if place.denominator == 1)


def _moved(extent: Extent, rounded: int, decimals: int) -> Extent:
    """Return the extent of the same reading with the number that would be shown."""
    number = rounded * _TENS[DECIMAL_PLACES - decimals]
    if extent.high is None:
        return extent._replace(low=number)
    if extent.low == extent.high:
        return Extent(number, 0, number, 0)
    return extent._replace(high=number)


@lru_cache(maxsize=1024)
def _converted(axis: Axis, unit: str, factor: Fraction) -> Axis:
    def stop(number: Decimal | None) -> Decimal | None:
        return None if number is None else convert(number, factor, _AXIS_DECIMALS)

    return Axis(
        unit=unit,
        start=convert(axis.start, factor, _AXIS_DECIMALS),
        end=convert(axis.end, factor, _AXIS_DECIMALS),
        far_low=stop(axis.far_low),
        far_high=stop(axis.far_high),
    )


_AXIS_DECIMALS = 4  # the ends of a drawn line, not limits
