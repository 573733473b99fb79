"""Where a result lies on its number line: geometry only, in exact fractions.

The usual range of every test lies at the same place, so that a column of lines reads
at a glance.  Between the stops the scale is even; from stop to stop it is not, which
is why every stop carries its number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from reference_ranges.limits import Reach, Span
from reference_ranges.results import Axis
from reports.model import Marker, NumberLine, Tick, Tone, Zone, ZoneKind

_START, _FAR_LOW, _LOW = Fraction(0), Fraction(17, 100), Fraction(32, 100)
_HIGH, _FAR_HIGH, _END = Fraction(78, 100), Fraction(90, 100), Fraction(1)


@dataclass(frozen=True, slots=True)
class LineWords:
    """The texts of a number line: the marker's label, the range's, the sentence.

    ``unit`` is that of all its numbers; ``past`` are earlier results in it, each with
    its words.
    """

    marker: str
    usual: str
    alt: str
    unit: str = ""
    past: tuple[tuple[Fraction, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Stop:
    value: Decimal
    at: Fraction
    strong: bool = False


def number_line(
    axis: Axis, usual: Span | None, reach: Reach, tone: Tone, words: LineWords
) -> NumberLine | None:
    """Return the line that shows *reach* against *usual* on *axis*, or None.

    All three are in one unit: turn a reading into it with ``Reach.times`` first.
    A reach of one value gets a solid marker; ``<5`` one at 5 that goes on to the low
    end, ``>5`` to the high end.  A limit of *usual* that lies off the axis keeps its
    place; beyond it there is then a stretch without a scale, and values there are
    ``off``; earlier results there are left out.  None where *usual* has no limit to
    hold a result against.
    """
    if usual is None or (usual.low is None and usual.high is None):
        return None
    stops = _stops(axis, usual)
    zones = (*_low_zones(axis, usual), _usual_zone(usual), *_high_zones(axis, usual))
    return NumberLine(
        zones=zones,
        ticks=_ticks(stops),
        marker=_marker(reach, stops, zones, (tone, words.marker)),
        usual_label=words.usual,
        unit=words.unit,
        alt=words.alt,
        past=tuple(
            Tick(float(_place(value, stops)), text)
            for value, text in words.past
            if stops[0].value <= value <= stops[-1].value
        ),
    )


def _stops(axis: Axis, usual: Span) -> tuple[_Stop, ...]:
    limits = [
        _Stop(value, at, strong=True)
        for value, at in ((usual.low, _LOW), (usual.high, _HIGH))
        if value is not None
    ]
    first, last = limits[0].value, limits[-1].value
    below = [_Stop(axis.start, _START)] if axis.start < first else []
    if not below and first > 0:  # no concentration lies below 0
        below = [_Stop(Decimal(0), _START)]
    if usual.low is not None and _between(below, axis.far_low, first):
        below.append(_Stop(axis.far_low or first, _FAR_LOW))
    above = [_Stop(axis.end, _END)] if axis.end > last else []
    if above and usual.high is not None and _between(limits, axis.far_high, axis.end):
        above.insert(0, _Stop(axis.far_high or last, _FAR_HIGH))
    return (*below, *limits, *above)


def _ticks(stops: Sequence[_Stop]) -> tuple[Tick, ...]:
    """Return the numbers below the bar, all with as many decimals: 0.7 beside 0.2.

    They are as many as the limits have, so that a line says no other number than the
    words beside it; more only where the end of a scale needs them.
    """
    decimals = max(map(_decimals, stops))
    return tuple(
        Tick(float(stop.at), f"{stop.value:.{decimals}f}", stop.strong)
        for stop in stops
    )


def _decimals(stop: _Stop) -> int:
    value = stop.value if stop.strong else stop.value.normalize()
    return max(0, -int(value.as_tuple().exponent))


def _between(before: Sequence[_Stop], value: Decimal | None, end: Decimal) -> bool:
    return value is not None and bool(before) and before[-1].value < value < end


def _usual_zone(usual: Span) -> Zone:
    return Zone(
        ZoneKind.USUAL,
        start=float(_START if usual.low is None else _LOW),
        end=float(_END if usual.high is None else _HIGH),
        open_low=usual.low is None,
        open_high=usual.high is None,
    )


def _low_zones(axis: Axis, usual: Span) -> tuple[Zone, ...]:
    if usual.low is None or usual.low <= 0:
        return ()
    edge = _START
    if axis.far_low is not None and axis.far_low > min(axis.start, usual.low):
        edge = _FAR_LOW if axis.far_low < usual.low else _LOW
    return _filled((ZoneKind.FAR, _START, edge), (ZoneKind.OUTSIDE, edge, _LOW))


def _high_zones(axis: Axis, usual: Span) -> tuple[Zone, ...]:
    if usual.high is None:
        return ()
    edge = _END
    if axis.far_high is not None and axis.far_high < max(axis.end, usual.high):
        edge = _FAR_HIGH if axis.far_high > usual.high else _HIGH
    return _filled((ZoneKind.OUTSIDE, _HIGH, edge), (ZoneKind.FAR, edge, _END))


def _filled(*stretches: tuple[ZoneKind, Fraction, Fraction]) -> tuple[Zone, ...]:
    return tuple(
        Zone(kind, float(start), float(end))
        for kind, start, end in stretches
        if start < end
    )


def _marker(
    reach: Reach,
    stops: Sequence[_Stop],
    zones: Sequence[Zone],
    label: tuple[Tone, str],
) -> Marker:
    tone, text = label
    value, goes_on = _shown(reach)
    if value < stops[0].value:
        return Marker(zones[0].start, tone, text, goes_on, off="low")
    if value > stops[-1].value:
        return Marker(zones[-1].end, tone, text, goes_on, off="high")
    return Marker(float(_place(value, stops)), tone, text, goes_on)


def _shown(reach: Reach) -> tuple[Fraction, str]:
    if reach.high is None:
        return reach.low, "high"
    return reach.high, "" if reach.low == reach.high else "low"


def _place(value: Fraction, stops: Sequence[_Stop]) -> Fraction:
    left, right = next(
        (left, right)
        for left, right in pairwise(stops)
        if left.value < right.value and value <= right.value
    )
    width = Fraction(right.value) - Fraction(left.value)
    share = (value - Fraction(left.value)) / width
    return left.at + share * (right.at - left.at)
