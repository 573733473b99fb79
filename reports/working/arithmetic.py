"""A comparison with a limit, written so that it can be done again with a pencil."""

from fractions import Fraction

from reference_ranges.limits import Reach, Side, Span
from reference_ranges.panel import Comparator, Reading
from reference_ranges.readings import reading_reach
from reference_ranges.results import Judgement
from reports.wording import Wording

_TIMES, _ABOUT = "\u00d7", "\u2248"
_BELOW, _ABOVE = ("<", "\u2264"), (">", "\u2265")  # leaving the limit out, taking it in
_MOST_DECIMALS = 12  # a number with more of them is written as a fraction
_PLACES = 4  # of a fraction, to read it by


def conversion(reading: Reading, unit: str, judgement: Judgement) -> str:
    """Return how a reading becomes a number in the unit of a limit, exactly.

    ``9 ug/L`` times ``1/1`` is ``9 ug/L``; where no decimal is equal, a fraction.
    """
    factor = Fraction(judgement.factor)
    by = f"{factor.numerator}/{factor.denominator}"
    sign = "" if reading.comparator is Comparator.EQUAL else f"{reading.comparator} "
    made = exact(Fraction(reading.number) * factor)
    given = f"{sign}{reading.number:f} {unit}".strip()
    return f"{given} {_TIMES} {by} = {sign}{made} {judgement.unit}"


def comparison(reading: Reading, judgement: Judgement, wording: Wording) -> str:
    """Return how the converted number compares with the limits that it was held to.

    ``9 < 15``, ``3.5 ≤ 4.2 ≤ 5.3``; a reading such as ``<5`` stands for every ``x``
    below it, and what cannot be told is said in words.
    """
    span, reach = judgement.span, reading_reach(reading)
    reach = reach.times(Fraction(judgement.factor))
    value = _placed(reading, reach)
    if judgement.reason is not None:
        fact = wording.say(f"reasons.{judgement.reason}.settle")
        return wording.say("working.untold", value=value, fact=fact)
    if judgement.side is Side.BELOW:
        return f"{value} {_BELOW[reach.high == span.low]} {span.low:f}"
    if judgement.side is Side.ABOVE:
        return f"{value} {_ABOVE[reach.low == span.high]} {span.high:f}"
    return _between(value, span, reach)


def exact(number: Fraction) -> str:
    """Return *number* in full: a decimal where one is equal to it, else a fraction.

    >>> exact(Fraction(9, 4)), exact(Fraction(1, 3))
    ('2.25', '1/3 (≈ 0.3333)')
    """
    for places in range(_MOST_DECIMALS + 1):
        scaled = number * 10**places
        if scaled.denominator == 1:
            return _decimal(scaled.numerator, places)
    near = _decimal(round(number * 10**_PLACES), _PLACES)
    return f"{number.numerator}/{number.denominator} ({_ABOUT} {near})"


def _decimal(digits: int, places: int) -> str:
    whole, rest = divmod(digits, 10**places)
    return f"{whole}.{rest:0{places}d}" if places else str(whole)


def _placed(reading: Reading, reach: Reach) -> str:
    """Return the number in the limit's unit, or all that the reading may stand for."""
    if reading.comparator is Comparator.EQUAL:
        return exact(reach.low)
    if reach.high is None:
        return f"x {_ABOVE[reach.low_in]} {exact(reach.low)}"
    return f"x {_BELOW[reach.high_in]} {exact(reach.high)}"


def _between(value: str, span: Span, reach: Reach) -> str:
    """Return *value* between the limits of *span*, each with its own sign."""
    low = high = ""
    if span.low is not None:
        low = f"{span.low:f} {_BELOW[span.low_in or reach.low == span.low]} "
    if span.high is not None:
        high = f" {_BELOW[span.high_in or reach.high == span.high]} {span.high:f}"
    return f"{low}{value}{high}"
