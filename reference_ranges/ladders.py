"""Makes the bands that rules speak of ready for readings in every reported unit."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

from reference_ranges.catalogue import Analyte
from reference_ranges.knowledge import Band, Ladder
from reference_ranges.limits import Span
from reference_ranges.scales import Start, make_ruler


class _Half(NamedTuple):
    """One band from its limit on, downwards or upwards, in the reported unit."""

    fact: str
    start: Start
    upwards: bool


def make_ladders(
    bands: Iterable[Band], analytes: Mapping[str, Analyte]
) -> dict[tuple[str, str], Ladder]:
    """Return one ladder for each analyte that a band speaks of and each of its units.

    A reading is held against the span printed in its own unit where there is one,
    else in a unit of its kind, else against the first that is printed.
    """
    spans: dict[tuple[str, str], dict[str, Span]] = {}
    for band in bands:
        for analyte, unit, span in band.rows:
            spans.setdefault((analyte, band.id), {})[unit] = span
    halves: dict[tuple[str, str], list[_Half]] = {}
    for (analyte, band_id), printed in spans.items():
        for unit in analytes[analyte].units:
            half = _half(f"band:{analyte}:{band_id}", unit, printed, analytes[analyte])
            halves.setdefault((analyte, unit), []).append(half)
    return {key: _ladder(rows) for key, rows in halves.items()}


def _half(fact: str, unit: str, printed: Mapping[str, Span], analyte: Analyte) -> _Half:
    other = _nearest(unit, printed, analyte)
    span = printed[other]
    factor = analyte.units[other].to_si / analyte.units[unit].to_si
    upwards = span.low is not None
    limit = span.low if span.low is not None else span.high
    inside = span.low_in if upwards else not span.high_in
    return _Half(fact, Start(Fraction(limit or 0) * factor, inside), upwards)


def _nearest(unit: str, printed: Mapping[str, Span], analyte: Analyte) -> str:
    kind = analyte.units[unit].property
    kin = [one for one in printed if analyte.units[one].property == kind]
    return unit if unit in printed else (kin or list(printed))[0]


def _ladder(halves: list[_Half]) -> Ladder:
    starts = sorted(
        {half.start for half in halves}, key=lambda one: (one.limit, not one.inside)
    )
    zones = [
        frozenset(
            half.fact
            for half in halves
            if half.upwards == (starts.index(half.start) < zone)
        )
        for zone in range(len(starts) + 1)
    ]
    return Ladder(make_ruler(starts, Fraction(1)), tuple(zones))
