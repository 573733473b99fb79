"""Sees that a sender's results of one analyte have moved as if by a change of unit.

The newest results are looked at together: where their median has left the middle half
of what the sender usually sends, and lies about a unit factor away, a person must look.
Medians and quartiles are single results, compared as fractions.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from reference_ranges.catalogue import Analyte, Catalogue, ReferenceInterval
from reference_ranges.panel import Shift

_ENOUGH = 3
"""Windows of its own past without which a sender's spread is not known."""


def values_needed(catalogue: Catalogue) -> int:
    """Return how many of a sender's newest results ``find_shift`` looks at."""
    settings = catalogue.settings
    return int(settings["shift_window"] + settings["shift_history"])


def find_shift(
    values: Sequence[Fraction], analyte: Analyte, profile: str, catalogue: Catalogue
) -> Shift | None:
    """Return the change of unit that a sender's *values* look like, or None.

    *values* are in the analyte's SI unit by the units they were sent in, newest
    first, censored ones left out.  With too few of them nothing is said.  What is
    usual is the sender's own past, or the catalogue's interval for adults.  A factor
    smaller than the spread of what is usual cannot be told.
    """
    settings = catalogue.settings
    window, history = int(settings["shift_window"]), int(settings["shift_history"])
    tolerance = Fraction(settings["shift_tolerance"])
    recent, before = values[:window], values[window : window + history]
    if len(recent) < window:
        return None
    own = len(before) >= _ENOUGH * window
    usual = _own(before) if own else _printed(analyte, profile, catalogue)
    middle = sorted(recent)[window // 2]
    if usual is None or not middle:
        return None
    ratio = middle / usual.middle
    if _off(ratio) <= usual.spread:
        return None
    factor = min(
        (Fraction(1), *unit_factors(analyte)), key=lambda one: _off(ratio / one)
    )
    close = _off(ratio / factor) ** 2 <= max(tolerance**2, usual.spread)
    told = close and _off(factor) > usual.spread
    return Shift(analyte.id, factor) if told else None


def median_is_far_off(
    values: Sequence[Fraction], analyte: Analyte, profile: str, catalogue: Catalogue
) -> bool:
    """Say whether the median of *values* lies far off what healthy adults have.

    Further from the middle of the catalogue's interval, as a factor, than its limits
    lie apart.  With fewer than ``ENOUGH_TO_ASK`` values, or without an interval that
    has both limits, nothing is said.
    """
    usual = _printed(analyte, profile, catalogue)
    if usual is None or len(values) < ENOUGH_TO_ASK:
        return False
    middle = sorted(values)[len(values) // 2]
    return not middle or _off(middle / usual.middle) > usual.spread


ENOUGH_TO_ASK = 5
"""Values below which a median says nothing."""


def unit_factors(analyte: Analyte) -> tuple[Fraction, ...]:
    """Return by how much a mix-up of two units of *analyte* can move its results."""
    sizes = {entry.to_si for entry in analyte.units.values()}
    return tuple(sorted({one / other for one in sizes for other in sizes} - {1}))


class _Usual(NamedTuple):
    """What is usual, and how many times the top of its middle half is the bottom."""

    middle: Fraction
    spread: Fraction


def _own(before: Sequence[Fraction]) -> _Usual | None:
    ordered = sorted(before)
    low, middle, high = (ordered[len(ordered) * part // 4] for part in (1, 2, 3))
    return _Usual(middle, high / low) if low else None


def _printed(analyte: Analyte, profile: str, catalogue: Catalogue) -> _Usual | None:
    rows = catalogue.profiles[profile].rows
    found = [one for one in analyte.intervals if _is_for_adults(one, rows)]
    lows = [_in_si(one.span.low, one, analyte) for one in found]
    highs = [_in_si(one.span.high, one, analyte) for one in found]
    if not found or not all(lows) or not all(highs):
        return None
    low, high = min(filter(None, lows)), max(filter(None, highs))
    return _Usual((low + high) / 2, high / low)


def _is_for_adults(row: ReferenceInterval, rows: Iterable[str]) -> bool:
    who = row.partition
    plain = who.age_to is None and not who.condition
    used = row.status == "active" and row.profile in rows
    return used and plain and who.pregnancy in {"any", "no"}


def _in_si(
    limit: Decimal | None, row: ReferenceInterval, analyte: Analyte
) -> Fraction | None:
    return None if limit is None else Fraction(limit) * analyte.units[row.unit].to_si


def _off(ratio: Fraction) -> Fraction:
    """Return how many times *ratio* is off 1, either way."""
    return max(ratio, 1 / ratio)
