"""Both ends of a usual range, where they are limits of different rows.

A guideline for patients with a condition often says from where there is too little, and
nothing of too much: on that side the limits hold that hold for everyone.  Whoever sees
one end alone takes all that lies beyond the other for usual.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from reference_ranges.judging.benches import Standing
from reference_ranges.judging.compiling import Limits
from reference_ranges.limits import Reach, Side, Span
from reference_ranges.panel import Reason
from reference_ranges.results import Judgement, JudgementKind, Verdict
from reference_ranges.scales import UNTOLD_SEVERITY, Ruling, Scale


class Whole(NamedTuple):
    """What a ruling takes as usual, and the limits of other rows that close it.

    Each of ``closes`` is a judgement by one limit alone.
    """

    usual: Span | None = None
    closes: tuple[Judgement, ...] = ()


def whole_of(
    leading: Ruling | None,
    lead: Sequence[str],
    standing: Standing,
    laboratory: Scale | None,
    reach: Reach,
) -> Whole:
    """Return the whole usual range that *leading* is part of, for a reading.

    *lead* are the kinds of judgement in the order in which they go: only guidelines
    that go first are closed.  *reach* is that of the reading, in the unit that came.
    Where those who the patient may be differ in how it is closed, nothing closes it,
    and what lies in it is not shown as if it were theirs.
    """
    if leading is None or leading.usual is None:
        return Whole()
    if lead[0] != JudgementKind.GUIDELINE:
        return Whole(leading.usual)
    found = [closing(leading, one, laboratory) for one in standing.limits]
    ends = {tuple((end.span, end.factor) for end in one) for one in found}
    if len(ends) > 1:
        inside = leading.judgement.verdict is Verdict.IN
        return Whole() if inside else Whole(leading.usual)
    judged = [_judged(end, reach) for end in found[0]]
    return Whole(leading.usual, tuple(judged))


class End(NamedTuple):
    """One limit of a row, as a span that is open on the other side.

    ``inside`` judges what the row takes as usual; ``place`` is the limit in the
    reported unit.
    """

    inside: Judgement
    span: Span
    place: Fraction

    @property
    def factor(self) -> str:
        """How many units of the limit one reported unit makes."""
        return self.inside.factor


def closing(
    leading: Ruling, limits: Limits, laboratory: Scale | None
) -> tuple[End, ...]:
    """Return the ends of other rows of *limits* that close the range of *leading*.

    None where no guideline speaks, and none where they would leave nothing usual.
    """
    if limits.main is None:
        return ()
    sides = (Side.BELOW, Side.ABOVE)
    low, high = (_end(leading, limits, laboratory, side) for side in sides)
    lowest, highest = (
        end.place if end else _place(leading, side)
        for end, side in zip((low, high), sides, strict=True)
    )
    if lowest is not None and highest is not None and lowest >= highest:
        return ()
    return tuple(one for one in (low, high) if one is not None)


def _place(ruling: Ruling, side: Side) -> Fraction | None:
    """Return where a *ruling*'s own range ends on a *side*, in the reported unit."""
    usual = ruling.usual or Span()
    limit = usual.low if side is Side.BELOW else usual.high
    return (
        None if limit is None else Fraction(limit) / Fraction(ruling.judgement.factor)
    )


_OUTSIDE = {
    Verdict.LOW: Side.BELOW,
    Verdict.CRITICAL_LOW: Side.BELOW,
    Verdict.HIGH: Side.ABOVE,
    Verdict.CRITICAL_HIGH: Side.ABOVE,
}


def _end(
    leading: Ruling, limits: Limits, laboratory: Scale | None, side: Side
) -> End | None:
    """Return the end of another row on a *side*; None where *leading* has its own.

    Of guidelines that hold beside each other it is the tightest.  Where the main one
    has no limit, that of the set it displaced holds as well, and where no guideline
    has one, that of the interval.
    """
    if _OUTSIDE.get(leading.judgement.verdict) is side:
        return None
    main, beside = _of([limits.main], side), _of(limits.beside, side)
    displaced = [] if main else _of([limits.spare], side)
    interval = [] if main or beside else _interval(limits, laboratory, side)
    tightest = max if side is Side.BELOW else min
    ends = (*main, *beside, *displaced, *interval)
    found = tightest(ends, key=lambda one: one.place, default=None)
    own = leading.judgement.rule
    return None if found is None or found.inside.rule == own else found


def _interval(limits: Limits, laboratory: Scale | None, side: Side) -> list[End]:
    """Return the end of the laboratory's interval, or of ours where it has none."""
    return _of([laboratory], side) or _of([limits.interval], side)


def _of(scales: Sequence[Scale | None], side: Side) -> list[End]:
    """Return the ends of *scales* on a *side*, of those that have one there."""
    found = []
    for scale in filter(None, scales):
        inside = _inside(scale)
        usual = scale.rulings[0].usual  # all of them share it
        span = _one_end(usual, side) if usual else Span()
        limit = span.low if span.low is not None else span.high
        if inside is not None and limit is not None:
            found.append(End(inside, span, Fraction(limit) / Fraction(inside.factor)))
    return found


def _inside(scale: Scale) -> Judgement | None:
    judged = (one.judgement for one in scale.rulings)
    return next((one for one in judged if one.verdict is Verdict.IN), None)


def _one_end(span: Span, side: Side) -> Span:
    if side is Side.BELOW:
        return Span(at_least=span.at_least, above=span.above)
    return Span(at_most=span.at_most, below=span.below)


def _judged(end: End, reach: Reach) -> Judgement:
    """Return the judgement by one end alone: inside, or it cannot be told."""
    only = replace(end.inside, span=end.span, severity=0, label="")
    if end.span.side(reach.times(Fraction(end.factor))) is Side.INSIDE:
        return only
    return replace(
        only,
        verdict=Verdict.CANNOT_TELL,
        severity=UNTOLD_SEVERITY,
        side=Side.STRADDLES,
        reason=Reason.STRADDLES_LIMIT,
    )
