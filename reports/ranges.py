"""The range that a result is held against, in the unit that the result came in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from reference_ranges.errors import CatalogueError
from reference_ranges.limits import Side, Span
from reference_ranges.panel import Reading, Reason
from reference_ranges.quantities import convert
from reference_ranges.readings import reading_reach
from reference_ranges.results import (
    Axis,
    Direction,
    Judgement,
    JudgementKind,
    Kind,
    Result,
    Verdict,
)

LABORATORY = "laboratory"
"""The origin of a range that came with the result."""

_MORE_DECIMALS = 4  # as many more as may be needed to stay true
_CLOSE = Fraction(1, 50)  # how far rounding may move a limit, of the limit itself
_UNSETTLED = {
    Reason.AGE_NEEDED,
    Reason.SEX_NEEDED,
    Reason.PREGNANCY_NEEDED,
    Reason.WEEKS_NEEDED,
    Reason.FACTS_NEEDED,
}
_SIDES = {Direction.LOW: Side.BELOW, Direction.HIGH: Side.ABOVE}
_OUTSIDE = {Kind.OUT_OF_RANGE, Kind.CRITICAL}


@dataclass(frozen=True, slots=True)
class ShownRange:
    """A range to show: ``reported`` says that it is in the unit of the result.

    ``unit`` is the catalogue's; ``lead`` is the judgement that the range belongs to,
    and ``closes`` are those of other rows that one of its limits is of.
    """

    span: Span
    unit: str
    reported: bool
    lead: Judgement
    closes: tuple[Judgement, ...] = ()

    @property
    def judgements(self) -> tuple[Judgement, ...]:
        """Those that the limits are of."""
        return (self.lead, *self.closes)

    @property
    def is_the_labs(self) -> bool:
        """Whether it is the range that the laboratory sent, and nobody else's."""
        return all(one.origin == LABORATORY for one in self.judgements)


def lead_of(result: Result) -> Judgement | None:
    """Return the judgement that gave the outcome and the usual range, if there is one.

    A critical result keeps the range of the judgement that says the same way.
    Where it is not known whose range is the right one, none is shown as if it were.
    """
    if result.outcome.reason in _UNSETTLED or result.usual is None:
        return None
    interval = () if result.interval is None else (result.interval,)
    ours = [one for one in interval if one.span == result.usual]
    candidates = {
        JudgementKind.INTERVAL: interval,
        JudgementKind.GUIDELINE: result.guidelines,
        JudgementKind.CRITICAL: (*ours, *result.guidelines),
    }.get(result.leads or JudgementKind.CONDITION_TARGET, ())
    wanted = verdict_of(result)
    saying = (one for one in candidates if one.verdict == wanted)
    lead = next(saying, next(iter(candidates), None))
    return None if lead is None or lead.reason in _UNSETTLED else lead


def may_be_others(result: Result) -> bool:
    """Say whether *result* was judged by ranges of which any may be the person's own.

    Only where it came to something: what is not clear says itself why.
    """
    if result.outcome.kind not in {*_OUTSIDE, Kind.IN_RANGE, Kind.CONFLICT}:
        return False
    judged = [one for one in (result.interval, *result.guidelines) if one is not None]
    unsettled = any(one.reason in _UNSETTLED for one in judged)
    return unsettled or (bool(judged) and result.usual is None)


def range_of(result: Result) -> ShownRange | None:
    """Return the range that the outcome rests on, or None where none can be shown.

    It is in the reported unit wherever rounding leaves the result on its side of
    every limit; else in the unit that the source prints.
    """
    lead, usual, reading = lead_of(result), result.usual, result.observation.reading
    if lead is None or usual is None or reading is None:
        return None
    side = usual.side(reading_reach(reading).times(Fraction(lead.factor)))
    if not _says_so(side, result):
        return None
    unit, closes = result.observation.unit or lead.unit, result.closes
    span = _whole_in_reported_unit(usual, lead, closes, reading)
    if span is not None:
        return ShownRange(span, unit, reported=True, lead=lead, closes=closes)
    alike = tuple(one for one in closes if one.unit == lead.unit)
    printed = _closed(usual, [one.span for one in alike])
    if printed is None:
        return None
    return ShownRange(printed, lead.unit, reported=False, lead=lead, closes=alike)


def _whole_in_reported_unit(
    usual: Span, lead: Judgement, closes: Sequence[Judgement], reading: Reading
) -> Span | None:
    """Return *usual* with the limits that close it, in the unit of *reading*, if true.

    Limits of one unit are rounded together.
    """
    others = [one for one in closes if one.factor != lead.factor]
    alike = _closed(usual, [one.span for one in closes if one not in others])
    whole = alike and in_reported_unit(alike, lead.factor, reading)
    ends = [in_reported_unit(one.span, one.factor, reading) for one in others]
    known = [end for end in ends if end is not None]
    return _closed(whole, known) if whole and len(known) == len(ends) else None


def _closed(span: Span, ends: Sequence[Span]) -> Span | None:
    """Return *span* with each of *ends*, which are open on one side, in its place.

    None where they leave nothing between them.
    """
    try:
        for end in ends:
            if end.low is None:
                span = replace(span, at_most=end.at_most, below=end.below)
            else:
                span = replace(span, at_least=end.at_least, above=end.above)
    except CatalogueError:
        return None
    return span


def in_reported_unit(span: Span, factor: str, reading: Reading) -> Span | None:
    """Return *span* in the unit of *reading*, or None where that cannot be done truly.

    *factor* says how many units of *span* one unit of *reading* makes.  The limits
    are converted exactly, then rounded to the decimals of the reading, or to so many
    more that the reading stays on its side of them.
    """
    by = Fraction(factor)
    if by == 1:
        return span
    reach = reading_reach(reading)
    side = span.side(reach.times(by))
    fewest = max(0, -int(reading.number.as_tuple().exponent))
    for decimals in range(fewest, fewest + _MORE_DECIMALS + 1):
        shown = _rounded(span, 1 / by, decimals)
        if shown is not None and shown.side(reach) is side:
            return shown
    return None


def axis_in_reported_unit(axis: Axis, result: Result, shown: ShownRange) -> Axis | None:
    """Return *axis* in the reported unit, to the decimals of what stands beside it.

    Its stops are where a drawing ends, not limits.  None where the range is not in
    the reported unit, or the axis not in the unit of the range's source.
    """
    reading = result.observation.reading
    if not shown.reported or reading is None or axis.unit != shown.lead.unit:
        return None
    beside = (reading.number, shown.span.low, shown.span.high)
    decimals = max(-int(n.as_tuple().exponent) for n in beside if n is not None)
    by = 1 / Fraction(shown.lead.factor)
    return Axis(
        unit=shown.unit,
        start=convert(axis.start, by, max(decimals, 0)),
        end=convert(axis.end, by, max(decimals, 0)),
        far_low=axis.far_low and convert(axis.far_low, by, max(decimals, 0)),
        far_high=axis.far_high and convert(axis.far_high, by, max(decimals, 0)),
    )


def verdict_of(result: Result) -> str:
    """Return the verdict of a judgement that says what the outcome of *result* says."""
    if result.outcome.kind is Kind.IN_RANGE:
        return Verdict.IN
    if result.outcome.reason is Reason.GREY_ZONE:
        return Verdict.GREY
    return result.outcome.direction or Verdict.CANNOT_TELL


def _says_so(side: Side, result: Result) -> bool:
    """Say whether a *side* of the usual range is where the outcome puts the result."""
    if result.outcome.kind is Kind.IN_RANGE:
        return side is Side.INSIDE
    if result.outcome.kind in _OUTSIDE and result.outcome.direction:
        return side is _SIDES[result.outcome.direction]
    return True


def _rounded(span: Span, by: Fraction, decimals: int) -> Span | None:
    """Return *span* times *by*; None where rounding moves a limit too far."""
    ends = {
        "at_least": span.at_least,
        "above": span.above,
        "at_most": span.at_most,
        "below": span.below,
    }
    moved = {n: convert(e, by, decimals) for n, e in ends.items() if e is not None}
    exact = {n: Fraction(e) * by for n, e in ends.items() if e is not None}
    if any(abs(Fraction(moved[n]) - exact[n]) > _CLOSE * exact[n] for n in moved):
        return None
    try:
        return Span(**moved)
    except CatalogueError:
        return None
