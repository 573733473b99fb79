"""A scale of limits made ready for one reported unit, and a reading placed on it.

Everything is counted in whole numbers.  A reading has at most nine decimal places,
so it is a whole number of billionths; a limit, converted into the reported unit, is
a fraction.  Both are counted in *grains*, of which so many make one billionth that
every limit of the scale is a whole number of them too.  A place on the scale is
then twice that number; the odd number beside it stands for everything just below or
just above.  Comparing is comparing whole numbers: exact, and cheap.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from reference_ranges.limits import Side, Span
from reference_ranges.panel import DECIMAL_PLACES, Extent, Reason
from reference_ranges.results import Judgement, JudgementKind, Step, Verdict

_BILLION: int = 10**DECIMAL_PLACES
UNTOLD_SEVERITY = 1
"""A question is minor until it is answered."""

ALTERNATIVES = " / "
"""What stands between the labels of the categories that a reading may lie in."""


class Ruling(NamedTuple):
    """A judgement, its line of the working, and what its scale takes as usual."""

    judgement: Judgement
    step: Step
    usual: Span | None


class Start(NamedTuple):
    """Where the next zone begins; ``inside`` says whether the limit belongs to it."""

    limit: Decimal | Fraction
    inside: bool


@dataclass(frozen=True, slots=True, eq=False)
class Ruler:
    """Limits in order, ready for readings in one unit.

    ``grains`` make one billionth of the reported unit; ``cuts`` are the places at
    which the next zone begins.
    """

    grains: int
    cuts: tuple[int, ...]

    def zones_of(self, extent: Extent) -> tuple[int, int]:
        """Return the numbers of the first and the last zone that *extent* touches."""
        low, low_open, high, high_open = extent
        twice = 2 * self.grains
        first = bisect_right(self.cuts, low * twice + low_open)
        if low == high:
            return first, first
        if high is None:
            return first, len(self.cuts)
        return first, bisect_right(self.cuts, high * twice + high_open)


def make_ruler(starts: Sequence[Start], factor: Fraction) -> Ruler:
    """Make limits ready for readings of which one is *factor* of the limits' unit."""
    limits = [Fraction(start.limit) * _BILLION / factor for start in starts]
    grains = lcm(*(limit.denominator for limit in limits))
    cuts = tuple(
        2 * int(limit * grains) + (0 if start.inside else 1)
        for limit, start in zip(limits, starts, strict=True)
    )
    return Ruler(grains, cuts)


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Several rulers for readings in one unit, laid over each other.

    ``ruler`` has the cuts of all of them; ``zones`` say for each of its zones which
    zone that is on each of the rulers.
    """

    ruler: Ruler
    zones: tuple[tuple[int, ...], ...]

    def zones_of(self, extent: Extent) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the first and the last zone that *extent* touches, on each ruler."""
        first, last = self.ruler.zones_of(extent)
        return self.zones[first], self.zones[last]


def make_grid(rulers: Iterable[Ruler]) -> Grid:
    """Lay *rulers* over each other, in the order given."""
    ordered = list(rulers)
    grains = lcm(*(ruler.grains for ruler in ordered))
    rows = [_cuts_in(ruler, grains) for ruler in ordered]
    cuts = sorted({cut for row in rows for cut in row})
    starts = (_BELOW_ALL, *cuts)
    zones = tuple(tuple(bisect_right(row, start) for row in rows) for start in starts)
    return Grid(Ruler(grains, tuple(cuts)), zones)


_BELOW_ALL = -1  # no limit is below 0


def _cuts_in(ruler: Ruler, grains: int) -> list[int]:
    """Return the cuts of *ruler* in finer *grains*; just above a limit stays so."""
    finer = grains // ruler.grains
    return [(cut - cut % 2) * finer + cut % 2 for cut in ruler.cuts]


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of a scale, in the unit it is printed in, and what to say of it."""

    span: Span
    judgement: Judgement


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """Zones that cover the whole scale once; a ruling stands ready for each."""

    ruler: Ruler
    zones: tuple[Zone, ...]
    rulings: tuple[Ruling, ...]

    def judge(self, extent: Extent) -> Ruling:
        """Say what the scale says of a reading of that *extent*.

        Where the reading touches several zones that say the same, the gravest of
        them is given; where they differ, nothing can be told.
        """
        first, last = self.ruler.zones_of(extent)
        if first == last:
            return self.rulings[first]
        usual = self.rulings[first].usual
        touched = self.zones[first : last + 1]
        if len({zone.judgement.verdict for zone in touched}) > 1:
            return ruling(_cannot_tell(touched), usual)
        gravest = max(touched, key=lambda zone: zone.judgement.severity).judgement
        label = ALTERNATIVES.join(zone.judgement.label for zone in touched)
        return ruling(replace(gravest, label=label, span=_hull(touched)), usual)


def make_scale(zones: Sequence[Zone], factor: Fraction) -> Scale:
    """Make *zones* ready for readings of which one is *factor* of the printed unit.

    The zones are in order and cover the whole scale, as ``check_tiling`` asks.
    """
    starts = [
        Start(zone.span.low, zone.span.low_in)
        for zone in zones
        if zone.span.low is not None
    ]
    usual = _usual(zones)
    rulings = tuple(ruling(zone.judgement, usual) for zone in zones)
    return Scale(make_ruler(starts, factor), tuple(zones), rulings)


def ruling(judgement: Judgement, usual: Span | None) -> Ruling:
    """Return *judgement* with the line of the working that shows it."""
    inputs = (
        ("limit", f"{span_text(judgement.span)} {judgement.unit}"),
        ("factor", judgement.factor),
        ("side", judgement.side.value),
        ("for", judgement.partition),
    )
    gave = judgement.verdict.value
    if judgement.reason is not None:
        gave = f"{gave}: {judgement.reason.value}"
    rule = f"{judgement.kind.value}:{judgement.rule}"
    return Ruling(judgement, Step(rule, gave, inputs, judgement.source), usual)


def span_text(span: Span) -> str:
    """Write *span* with signs that say which side owns each end.

    >>> from decimal import Decimal
    >>> span_text(Span(at_least=Decimal("3.5"), below=Decimal("5.0")))
    '>=3.5 <5.0'
    """
    low = "" if span.low is None else f"{'>=' if span.low_in else '>'}{span.low:f}"
    high = "" if span.high is None else f"{'<=' if span.high_in else '<'}{span.high:f}"
    return f"{low} {high}".strip()


_USUAL = {Verdict.IN, Verdict.NOT_CRITICAL}


def _usual(zones: Sequence[Zone]) -> Span | None:
    inside = [zone for zone in zones if zone.judgement.verdict in _USUAL]
    return _hull(inside) if inside else None


def _hull(zones: Sequence[Zone]) -> Span:
    """Return the one span that reaches over neighbouring *zones*."""
    first, last = zones[0].span, zones[-1].span
    return Span(first.at_least, first.above, last.at_most, last.below)


def _cannot_tell(zones: Sequence[Zone]) -> Judgement:
    base = zones[0].judgement
    touched = [f"{span_text(one.span)}: {one.judgement.verdict}" for one in zones]
    banded = base.kind in {JudgementKind.GUIDELINE, JudgementKind.CONDITION_TARGET}
    return replace(
        base,
        verdict=Verdict.CANNOT_TELL,
        severity=UNTOLD_SEVERITY,
        label=ALTERNATIVES.join(touched),
        span=_hull(zones) if banded else base.span,
        side=Side.STRADDLES,
        reason=Reason.STRADDLES_LIMIT,
    )
