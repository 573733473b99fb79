"""A laboratory's own interval held against ours: is it one for this test and unit?

It is doubted on both sides, also where a guideline for patients with a condition has a
limit on one alone: on the other the limits hold that close its range.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from reference_ranges.catalogue import Analyte
from reference_ranges.judging.benches import Bench
from reference_ranges.judging.compiling import Limits
from reference_ranges.judging.whole import closing
from reference_ranges.limits import Span
from reference_ranges.scales import Ruling, Scale, span_text


class Fitting(NamedTuple):
    """The unit that an interval fits instead, and whether it is far off in its own."""

    unit: str
    far: bool


@lru_cache(maxsize=4096)
def interval_is_doubtful(span: Span, analyte_id: str, unit: str, bench: Bench) -> bool:
    """Say whether a laboratory's interval cannot be one for this test and person.

    It has nothing in common with ours, or a limit of it lies ``interval_misfit`` times
    off ours, or that many times as far from ours as ours is wide.  Where we have none,
    nothing is doubted.
    """
    analyte = bench.catalogue.analytes[analyte_id]
    to_si = analyte.units[unit].to_si
    times = bench.catalogue.settings["interval_misfit"]
    ours = _usual_ranges(analyte, unit, bench)
    return bool(ours) and all(
        _strays(span, to_si, usual, Fraction(times)) for usual in ours
    )


@lru_cache(maxsize=4096)
def fits_better(span: Span, analyte_id: str, unit: str, bench: Bench) -> Fitting | None:
    """Return the unit that a laboratory's interval fits, where it misses *unit*.

    An interval of 50-125 sent with ng/mL of vitamin D is one in nmol/L, and then the
    value most likely is too.  So it is with 7.5-10.5 sent with g/dL of haemoglobin: it
    is less far off, but has nothing in common with ours.
    """
    analyte = bench.catalogue.analytes[analyte_id]
    ours = _usual_ranges(analyte, unit, bench)
    misfit = _misfit(span, analyte, unit, ours)
    settings = bench.catalogue.settings
    if misfit is None:
        return None
    far = misfit >= settings["interval_misfit"]
    if not far and not _apart_from_all(span, analyte, unit, ours):
        return None
    for other in analyte.units:
        fit = _misfit(span, analyte, other, ours)
        near = fit is not None and fit <= settings["interval_fit"]
        if near and not _apart_from_all(span, analyte, other, ours):
            return Fitting(other, far)
    return None


def interval_fits(span: Span | None, analyte_id: str, unit: str, bench: Bench) -> bool:
    """Say whether a laboratory's own interval has the size of ours in *unit*."""
    if span is None or interval_is_doubtful(span, analyte_id, unit, bench):
        return False
    analyte = bench.catalogue.analytes[analyte_id]
    misfit = _misfit(span, analyte, unit, _usual_ranges(analyte, unit, bench))
    return misfit is not None and misfit < bench.catalogue.settings["interval_misfit"]


def interval_inputs(
    analyte_id: str, unit: str, bench: Bench
) -> Iterator[tuple[str, str]]:
    """Yield what a laboratory's interval was held against to see its unit."""
    analyte = bench.catalogue.analytes[analyte_id]
    for usual in _usual_ranges(analyte, unit, bench):
        yield "ours", usual.text
    for name in ("interval_misfit", "interval_fit"):
        yield name, f"{bench.catalogue.settings[name]:f}"


class _Usual(NamedTuple):
    """A usual range of ours: its limits in the SI unit, and as they are printed."""

    low: Fraction | None
    high: Fraction | None
    text: str


def _usual_ranges(analyte: Analyte, unit: str, bench: Bench) -> tuple[_Usual, ...]:
    return tuple(
        _usual_of(inside, span, limits, analyte, closed=closed)
        for limits in bench.limits(analyte, unit)
        for scale, closed in (
            (limits.interval, False),
            (limits.main, limits.conditional),
        )
        for inside, span in _inside(scale)
    )


def _inside(scale: Scale | None) -> list[tuple[Ruling, Span]]:
    """Return what is in range on a *scale* with its usual range: once, or nothing."""
    rulings = scale.rulings if scale else ()
    return [
        (one, one.usual)
        for one in rulings
        if one.judgement.verdict == "in" and one.usual is not None
    ][:1]


def _usual_of(
    inside: Ruling, span: Span, limits: Limits, analyte: Analyte, *, closed: bool
) -> _Usual:
    """Return the usual range of a scale, that for a condition with what closes it."""
    ends = closing(inside, limits, None) if closed else ()
    spans = [(span, inside.judgement.unit)]
    spans += [(end.span, end.inside.unit) for end in ends]
    low = high = None
    for one, unit in spans:
        to_si = analyte.units[unit].to_si
        low = low if one.low is None else Fraction(one.low) * to_si
        high = high if one.high is None else Fraction(one.high) * to_si
    return _Usual(
        low, high, ", ".join(f"{span_text(one)} {unit}" for one, unit in spans)
    )


def _strays(span: Span, to_si: Fraction, usual: _Usual, times: Fraction) -> bool:
    off = _times_off(span, to_si, usual)
    if _apart(span, to_si, usual) or (off is not None and off > times):
        return True
    if usual.low is None or usual.high is None:
        return False
    width = usual.high - usual.low
    pairs = ((span.low, usual.low), (span.high, usual.high))
    return any(
        abs(Fraction(theirs) * to_si - own) > times * width
        for theirs, own in pairs
        if theirs
    )


def _apart(span: Span, to_si: Fraction, usual: _Usual) -> bool:
    """Say whether a laboratory's interval and ours have no value in common."""
    pairs = ((span.high, usual.low, 1), (span.low, usual.high, -1))
    return any(
        sign * Fraction(theirs) * to_si < sign * own
        for theirs, own, sign in pairs
        if theirs is not None and own is not None
    )


def _apart_from_all(
    span: Span, analyte: Analyte, unit: str, ours: Sequence[_Usual]
) -> bool:
    to_si = analyte.units[unit].to_si
    return bool(ours) and all(_apart(span, to_si, usual) for usual in ours)


def _misfit(
    span: Span, analyte: Analyte, unit: str, ours: Sequence[_Usual]
) -> Fraction | None:
    """Return how many times the limits of *span* lie off ours, at best."""
    to_si = analyte.units[unit].to_si
    misfits = [_times_off(span, to_si, usual) for usual in ours]
    return min((misfit for misfit in misfits if misfit), default=None)


def _times_off(span: Span, to_si: Fraction, usual: _Usual) -> Fraction | None:
    pairs = ((span.low, usual.low), (span.high, usual.high))
    ratios = [
        Fraction(theirs) * to_si / own
        for theirs, own in pairs
        if theirs and own  # a limit of 0 is the same in every unit
    ]
    return max((max(ratio, 1 / ratio) for ratio in ratios), default=None)
