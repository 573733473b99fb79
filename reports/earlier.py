"""What is said of earlier results, and of a limit close by; and which can be drawn."""

from collections.abc import Iterator

from reference_ranges.deltas import Delta, Movement, NearLimit, Past
from reference_ranges.results import Result
from reports.dates import date_words
from reports.phrasing import unit_shown, unit_words
from reports.said import resting, together
from reports.wording import Wording

_DRAWN = 3  # hollow circles on one line: more only hide each other


def earlier_texts(result: Result, wording: Wording) -> Iterator[str]:
    """Yield the last result before *result*, and what can be said of the change.

    A change is only called one where the rules found it to be more than chance.
    """
    if result.near_limit is not None:
        yield resting(_near(result.near_limit, result, wording), result.near_limit)
    if result.delta is not None:
        since = together(_since(result.delta, result, wording))
        yield resting(since, result.delta)


def drawn_past(result: Result) -> tuple[Past, ...]:
    """Return the earlier results that may stand on the line of *result*.

    They were measured in the same way, came in the same unit, and are whole numbers
    of it: nothing else is drawn beside it.
    """
    if result.delta is None:
        return ()
    shown = result.delta.past[:_DRAWN]
    return tuple(one for one in comparable_past(result) if one in shown)


def comparable_past(result: Result) -> tuple[Past, ...]:
    """Return the earlier results that say something beside *result*, newest first."""
    past = result.delta.past if result.delta else ()
    return tuple(one for one in past if one.same_method and _same_unit(one, result))


def past_words(past: Past, result: Result, wording: Wording) -> str:
    """Return an earlier result with its day."""
    day = date_words(past.earlier.day.isoformat(), wording)
    value = _value(past, result, wording)
    return wording.say("earlier.item", value=value, day=day)


def _near(near: NearLimit, result: Result, wording: Wording) -> str:
    unit = _unit(near.unit, result, wording)
    return wording.say("earlier.near", limit=f"{near.limit:f} {unit}")


def _since(delta: Delta, result: Result, wording: Wording) -> Iterator[str]:
    previous = delta.previous
    day = date_words(previous.earlier.day.isoformat(), wording)
    yield wording.say("earlier.last", day=day, value=_value(previous, result, wording))
    if previous.earlier.unit != result.observation.unit:
        yield wording.say("earlier.other_unit")
    if previous.same_method is None:
        yield wording.say("earlier.unknown_method")
    elif not previous.same_method:
        yield wording.say("earlier.other_method")
    if delta.movement in {Movement.UP, Movement.DOWN}:
        yield wording.say(f"earlier.{delta.movement}")
    if delta.trend is not None:
        yield wording.say(f"earlier.{delta.trend}")
    older = [one for one in drawn_past(result) if one is not previous]
    if older:
        items = wording.listed([past_words(one, result, wording) for one in older])
        yield wording.say("earlier.before", items=items)


def _same_unit(past: Past, result: Result) -> bool:
    return past.number is not None and past.earlier.unit == result.observation.unit


def _value(past: Past, result: Result, wording: Wording) -> str:
    unit = _unit(past.earlier.unit, result, wording)
    return f"{past.earlier.reading.text} {unit}".strip()


def _unit(unit: str, result: Result, wording: Wording) -> str:
    """Return *unit* in words, written as that of *result* if it is the same."""
    same = unit == result.observation.unit
    return unit_shown(result, wording) if same else unit_words(unit, wording)
