"""A small picture of a result and those before it; its numbers stand beside it.

Only results that were measured in the same way are joined by a line; another one
stands alone, hollow.  Nothing here knows what a result means.
"""

from dataclasses import dataclass
from fractions import Fraction

from reference_ranges.deltas import Past
from reference_ranges.near_limits import exact_number
from reference_ranges.results import Result

WIDTH, HEIGHT = 96, 28
_INSET = 5


@dataclass(frozen=True, slots=True)
class Dot:
    """One result in the picture; ``joined`` says that a line leads to it."""

    x: float
    y: float
    joined: bool


@dataclass(frozen=True, slots=True)
class Sparkline:
    """All dots, the oldest first, and the line through those that may be joined."""

    dots: tuple[Dot, ...]
    path: str


def sparkline(result: Result) -> Sparkline | None:
    """Return the picture of *result* and its past, None where there is none to draw."""
    number = exact_number(result.observation)
    if result.delta is None or number is None:
        return None
    told = [one for one in result.delta.past if one.number is not None]
    if not told:
        return None
    places = [*_places(told), (Fraction(0), number, True)]
    dots = tuple(_dot(place, places) for place in places)
    joined = [f"{dot.x:g},{dot.y:g}" for dot in dots if dot.joined]
    return Sparkline(dots, " ".join(joined) if len(joined) > 1 else "")


_Place = tuple[Fraction, Fraction, bool]


def _places(told: list[Past]) -> list[_Place]:
    return [
        (Fraction(-one.earlier.seconds_before), one.number, bool(one.same_method))
        for one in reversed(told)
        if one.number is not None
    ]


def _dot(place: _Place, places: list[_Place]) -> Dot:
    at, number, joined = place
    x = _share(at, [one[0] for one in places]) * (WIDTH - 2 * _INSET)
    y = (1 - _share(number, [one[1] for one in places])) * (HEIGHT - 2 * _INSET)
    return Dot(round(_INSET + x, 1), round(_INSET + y, 1), joined)


def _share(value: Fraction, values: list[Fraction]) -> float:
    """Return where *value* lies among *values*, in 0..1; in the middle of equals."""
    low, high = min(values), max(values)
    return 0.5 if low == high else float((value - low) / (high - low))
