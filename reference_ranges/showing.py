"""Numbers to show: a result in SI and conventional units, and its number line.

Rounded for show only.  Nothing here is ever compared with a limit by the service;
but a reader will compare, so a number is never shown that says something else.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from reference_ranges.benches import Bench, Limits
from reference_ranges.catalogue import Analyte
from reference_ranges.compiling import factor_between
from reference_ranges.limits import Span
from reference_ranges.panel import Comparator, Reading
from reference_ranges.quantities import convert
from reference_ranges.results import Amount, Axis, Judgement
from reference_ranges.scales import Extent, extent_of

_MORE_DECIMALS = 4  # as many more as may be needed to stay on the right side


def shown_in(
    reading: Reading, unit: str, target: str, analyte: Analyte, bench: Bench
) -> Amount:
    """Return *reading*, of *unit*, as a number of *target* units.

    A number that needs no conversion stays as it was reported.  Others are rounded
    half to even to the decimals of the data; to more, where the rounded number would
    lie on the other side of a limit: 19.9 ng/mL of vitamin D is 49.7 nmol/L, not 50.
    """
    factor = factor_between(analyte, unit, target)
    if factor == 1:
        return Amount(reading.number, target)
    decimals = analyte.decimals_si if target == analyte.si_unit else analyte.decimals_us
    placed = _zones(bench.limits(analyte, unit), extent_of(reading))
    limits = bench.limits(analyte, target)
    for more in range(_MORE_DECIMALS + 1):
        number = convert(reading.number, factor, decimals + more)
        if _zones(limits, extent_of(replace(reading, number=number))) == placed:
            return Amount(number, target)
    return Amount(convert(reading.number, factor, decimals), target)


def axis_in(axis: Axis, unit: str, analyte: Analyte) -> Axis:
    """Return the number line of *analyte* with its stops in *unit*."""
    if axis.unit == unit:
        return axis
    return _converted(axis, unit, factor_between(analyte, axis.unit, unit))


def on_an_edge(reading: Reading, judgement: Judgement, usual: Span | None) -> bool:
    """Say whether the one value reported lies exactly on a limit of *usual*."""
    if usual is None or reading.comparator is not Comparator.EQUAL:
        return False
    if judgement.factor == "1":
        return reading.number in (usual.low, usual.high)
    number = Fraction(reading.number) * Fraction(judgement.factor)
    return number in {end and Fraction(end) for end in (usual.low, usual.high)}


def _zones(limits: Sequence[Limits], extent: Extent) -> list[tuple[int, int]]:
    return [scale.ruler.zones_of(extent) for one in limits for scale in one.scales]


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
