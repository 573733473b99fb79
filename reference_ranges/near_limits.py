"""Says where a value lies within its method's own scatter of a limit of its class.

The scatter is the analytical variation (CVA) of the analyte's data file, around the
limit.  The class stands; nothing here changes an outcome, a code, or an urgency.
"""

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from reference_ranges.catalogue import Analyte, BiologicalVariation
from reference_ranges.deltas import NearLimit
from reference_ranges.panel import Comparator, Observation, Reason
from reference_ranges.results import (
    Direction,
    Judgement,
    JudgementKind,
    Kind,
    Outcome,
    Result,
    Step,
    Verdict,
)

_PERCENT = 100


def with_near_limit(result: Result, analyte: Analyte) -> Result:
    """Return *result*, and which limit of its class it is close to, if it is."""
    near = _near_limit(result, analyte)
    if near is None:
        return result
    step = _near_step(near, result.observation)
    return result._replace(near_limit=near, trace=(*result.trace, step))


def exact_number(seen: Observation) -> Fraction | None:
    """Return the number that was reported, None where only a side of one was."""
    reading = seen.reading
    if reading is None or reading.comparator is not Comparator.EQUAL:
        return None
    return _as_fraction(reading.number)


@lru_cache(maxsize=4096)  # results come in few different numbers
def _as_fraction(number: Decimal) -> Fraction:
    return Fraction(number)


_SAYS = {
    Outcome(Kind.IN_RANGE): Verdict.IN,
    Outcome(Kind.OUT_OF_RANGE, Direction.LOW): Verdict.LOW,
    Outcome(Kind.OUT_OF_RANGE, Direction.HIGH): Verdict.HIGH,
    Outcome(Kind.INDETERMINATE, reason=Reason.GREY_ZONE): Verdict.GREY,
    Outcome(Kind.CRITICAL, Direction.LOW): Verdict.CRITICAL_LOW,
    Outcome(Kind.CRITICAL, Direction.HIGH): Verdict.CRITICAL_HIGH,
}


def _near_limit(result: Result, analyte: Analyte) -> NearLimit | None:
    """Return the limit of the result's class within the method's scatter, if any."""
    found = analyte.active_variation
    judgement = _deciding(result) if found is not None else None
    if found is None or judgement is None:
        return None
    number = exact_number(result.observation)
    if number is None:
        return None
    for one in (judgement, *result.closes):
        value = number * _fraction(one.factor)
        for limit in _limits(one, analyte):
            if limit and _is_near(value, limit, found):
                return NearLimit(one.rule, limit, one.unit, found.cva, found.source)
    return None


@lru_cache(maxsize=256)  # few factors, and reading one is slow
def _fraction(text: str) -> Fraction:
    return Fraction(text)


def _deciding(result: Result) -> Judgement | None:
    """Return the gravest judgement of the leading kind that says what stands."""
    verdict = _SAYS.get(result.outcome)
    found: tuple[Judgement | None, ...] = (result.interval,)
    if result.leads is JudgementKind.CRITICAL:
        found = (result.critical,)
    elif result.leads is JudgementKind.GUIDELINE:
        found = result.guidelines
    saying = [one for one in found if one is not None and one.verdict is verdict]
    return max(saying, key=lambda one: one.severity, default=None)


def _limits(judgement: Judgement, analyte: Analyte) -> tuple[Decimal | None, ...]:
    """Return the limits of a judgement beyond which it would say something else.

    Between two bands of a guideline that are both low there is none.
    """
    ends = (judgement.span.low, judgement.span.high)
    if judgement.kind is not JudgementKind.GUIDELINE:
        return ends
    (row,) = (one for one in analyte.decision_sets if one.id == judgement.rule)
    bands = pairwise(row.scales[judgement.unit])
    turns = {new.span.low for old, new in bands if old.status != new.status}
    return tuple(end for end in ends if end in turns)


def _is_near(number: Fraction, limit: Decimal, found: BiologicalVariation) -> bool:
    low, high = _scatter(limit, found.cva)
    return low <= number <= high


@lru_cache(maxsize=256)  # few limits, and fractions are slow
def _scatter(limit: Decimal, cva: Decimal) -> tuple[Fraction, Fraction]:
    """Return between which values the method cannot tell one from *limit*."""
    off = Fraction(limit) * Fraction(cva) / _PERCENT
    return Fraction(limit) - off, Fraction(limit) + off


def _near_step(near: NearLimit, seen: Observation) -> Step:
    inputs = (
        ("value", f"{seen.value_text} {seen.unit_text}".strip()),
        ("limit", f"{near.limit:f} {near.unit}"),
        ("cva", f"{near.percent} % of the limit"),
    )
    gave = "within cva of the limit"
    return Step(f"near_limit:{near.rule}", gave, inputs, near.source)
