"""The number line of a result: which numbers go on it, and the words beside it."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from reference_ranges.panel import Comparator, Reading, Reason
from reference_ranges.readings import reading_reach
from reference_ranges.results import (
    Axis,
    Judgement,
    JudgementKind,
    Kind,
    Result,
    Verdict,
)
from reports.model import NumberLine, Tone
from reports.number_line import LineWords, number_line
from reports.phrasing import heading_of, range_words, unit_words, verdict_of
from reports.wording import Wording

_ONE = Decimal(1)
_KEYS = {
    Comparator.EQUAL: "you",
    Comparator.LESS: "less",
    Comparator.AT_MOST: "at_most",
    Comparator.GREATER: "more",
    Comparator.AT_LEAST: "at_least",
}


_UNSETTLED = {
    Reason.AGE_NEEDED,
    Reason.SEX_NEEDED,
    Reason.PREGNANCY_NEEDED,
    Reason.FACTS_NEEDED,
}


def line_of(result: Result, tone: Tone, wording: Wording) -> NumberLine | None:
    """Return the number line of *result*, or None where one cannot be drawn truly.

    The scale is in the unit that was judged.  Where that is not the reported unit,
    the label shows the converted number, so that it agrees with the ticks.
    """
    reading, axis, lead = result.observation.reading, result.axis, lead_of(result)
    if reading is None or axis is None or lead is None or result.usual is None:
        return None
    shown = _shown(result, reading, lead)
    if lead.unit != axis.unit or shown is None:
        return None
    reach = reading_reach(reading).times(Fraction(lead.factor))
    key = _KEYS[reading.comparator]
    alt = wording.say(
        "line.alt",
        name=heading_of(result, wording),
        value=wording.say(f"values.{key}", value=shown),
        unit=unit_words(lead.unit, wording),
        range=range_words(result.usual, wording),
        verdict=verdict_of(result, wording),
    )
    marker = wording.say(f"line.{key}", value=shown)
    words = LineWords(marker=marker, usual=wording.say("line.usual"), alt=alt)
    plain = _plain(axis, [Decimal(shown), result.usual.low, result.usual.high])
    return number_line(plain, result.usual, reach, tone, words)


def lead_of(result: Result) -> Judgement | None:
    """Return the judgement that gave the outcome and the usual range, if there is one.

    A critical result keeps the usual range of the judgement that says the same way.
    Where it is not known whose range is the right one, none is shown as if it were.
    """
    if result.outcome.reason in _UNSETTLED:
        return None
    interval = () if result.interval is None else (result.interval,)
    candidates = {
        JudgementKind.INTERVAL: interval,
        JudgementKind.GUIDELINE: result.guidelines,
        JudgementKind.CRITICAL: (*interval, *result.guidelines),
    }.get(result.leads or JudgementKind.CONDITION_TARGET, ())
    wanted = _verdict(result)
    saying = (one for one in candidates if one.verdict == wanted)
    return next(saying, next(iter(candidates), None))


def _verdict(result: Result) -> str:
    if result.outcome.kind is Kind.IN_RANGE:
        return Verdict.IN
    if result.outcome.reason is Reason.GREY_ZONE:
        return Verdict.GREY
    return result.outcome.direction or Verdict.CANNOT_TELL


def _plain(axis: Axis, beside: list[Decimal | None]) -> Axis:
    """Return *axis* with no more decimals in its stops than the numbers beside it.

    The stops of a converted axis are where a drawing ends, not limits.
    """
    step = min((Decimal((0, (1,), _exponent(n))) for n in beside if n), default=_ONE)

    def stop(number: Decimal) -> Decimal:
        return number.quantize(step) if _exponent(number) < _exponent(step) else number

    return replace(
        axis,
        start=stop(axis.start),
        end=stop(axis.end),
        far_low=None if axis.far_low is None else stop(axis.far_low),
        far_high=None if axis.far_high is None else stop(axis.far_high),
    )


def _exponent(number: Decimal) -> int:
    return int(number.as_tuple().exponent)


def _shown(result: Result, reading: Reading, lead: Judgement) -> str | None:
    if Fraction(lead.factor) == 1:
        return f"{reading.number:f}"
    amounts = [amount for amount in (result.si, result.conventional) if amount]
    fitting = (f"{a.number:f}" for a in amounts if a.unit == lead.unit)
    return next(fitting, None)
