"""The rows of an analyte's file: intervals, decision sets and critical limits."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from reference_ranges.catalogue import (
    Band,
    CriticalLimit,
    DecisionSet,
    ReferenceInterval,
)
from reference_ranges.errors import CatalogueError
from reference_ranges.limits import Span, check_tiling
from reference_ranges.loading.tables import Table
from reference_ranges.partitions import AgeLimit, Partition


@dataclass(frozen=True, slots=True)
class Known:
    """What a row may refer to: sources, words of profiles, and the analyte's units."""

    sources: Collection[str]
    profiles: Collection[str]
    units: Collection[str] = ()


STATUSES = ("active", "proposed")
_SEXES = ("any", "female", "male")
_STAGES = ("any", "no", "yes", "t1", "t2", "t3", "t2_t3")
_ROLES = ("main", "beside", "target")
_BAND_STATUSES = ("low", "in", "high", "grey")
_GRAVEST = 4
_ENDS = ("at_least", "above", "at_most", "below")
_AGE = re.compile(r"([0-9]{1,3})(d|w|mo|y)", re.ASCII)


def read_interval(row: Table, known: Known) -> ReferenceInterval:
    """Return the reference interval in *row*.

    Raises:
        CatalogueError: the row is not fit for use; the message names it.
    """
    low, high = row.optional_number("low"), row.optional_number("high")
    if low is None and high is None:
        row.refuse("neither 'low' nor 'high'")
    if low is not None and high is not None and low >= high:
        row.refuse("'low' must be below 'high'")
    interval = ReferenceInterval(
        id=row.text("id"),
        profile=row.choice("profile", known.profiles),
        partition=_partition(row),
        span=Span(at_least=low, at_most=high),
        unit=row.choice("unit", known.units),
        source=row.choice("source", known.sources),
        status=row.choice("status", STATUSES),
        note=row.text("note", ""),
    )
    row.done()
    return interval


def read_decision_set(row: Table, known: Known) -> DecisionSet:
    """Return the decision set in *row*, each of its scales whole and without gaps.

    Raises:
        CatalogueError: the row is not fit for use; the message names it.
    """
    found = DecisionSet(
        id=row.text("id"),
        profile=row.choice("profile", known.profiles),
        partition=_partition(row),
        title=row.text("title"),
        role=row.choice("role", _ROLES),
        scales=_scales(row.table("scales"), known),
        source=row.choice("source", known.sources),
        status=row.choice("status", STATUSES),
        note=row.text("note", ""),
        also=row.texts("also", optional=True),
    )
    for source in found.also:
        if source not in known.sources:
            row.refuse(f"unknown source {source!r}")
    row.done()
    return found


def read_critical(row: Table, known: Known) -> CriticalLimit:
    """Return the critical limit in *row*; each side is open towards its far end.

    Raises:
        CatalogueError: the row is not fit for use; the message names it.
    """
    low, high = _side(row, "low"), _side(row, "high")
    if low is None and high is None:
        row.refuse("neither 'low' nor 'high'")
    if low is not None and low.low is not None:
        row.refuse("'low' must be open downwards")
    if high is not None and high.high is not None:
        row.refuse("'high' must be open upwards")
    limit = CriticalLimit(
        id=row.text("id"),
        profile=row.choice("profile", known.profiles),
        partition=_partition(row),
        low=low,
        high=high,
        unit=row.choice("unit", known.units),
        source=row.choice("source", known.sources),
        status=row.choice("status", STATUSES),
        note=row.text("note", ""),
        inside_because=row.text("inside_because", ""),
    )
    row.done()
    return limit


def read_span(row: Table) -> Span:
    """Take ``at_least``, ``above``, ``at_most`` and ``below`` from *row*, as printed.

    Raises:
        CatalogueError: they contradict each other or leave nothing between.
    """
    ends = {key: row.optional_number(key) for key in _ENDS}
    try:
        return Span(**ends)
    except CatalogueError as error:
        row.refuse(str(error))


def _side(row: Table, key: str) -> Span | None:
    if not row.has(key):
        return None
    side = row.table(key)
    span = read_span(side)
    side.done()
    return span


def _partition(row: Table) -> Partition:
    return Partition(
        age_from=_age(row, "age_from"),
        age_to=_age(row, "age_to") if row.has("age_to") else None,
        sex=row.choice("sex", _SEXES),
        pregnancy=row.choice("pregnancy", _STAGES),
        condition=row.text("condition", ""),
    )


def _age(row: Table, key: str) -> AgeLimit:
    printed = _AGE.fullmatch(row.text(key))
    if printed is None:
        row.refuse(f"{key!r} is not an age such as 4w, 6mo or 16y")
    return AgeLimit(int(printed[1]), printed[2])


def _scales(table: Table, known: Known) -> Mapping[str, tuple[Band, ...]]:
    units = table.names()
    if not units:
        table.refuse("no scale")
    for unit in units:
        if unit not in known.units:
            table.refuse(f"unknown unit {unit!r}")
    return {unit: _bands(table, unit) for unit in units}


def _bands(table: Table, unit: str) -> tuple[Band, ...]:
    bands = tuple(_band(row) for row in table.rows(unit))
    try:
        check_tiling([band.span for band in bands])
    except CatalogueError as error:
        table.refuse(f"{unit}: {error}")
    return bands


def _band(row: Table) -> Band:
    band = Band(
        label=row.text("label"),
        status=row.choice("status", _BAND_STATUSES),
        severity=row.whole("severity"),
        span=read_span(row),
    )
    if band.severity > _GRAVEST:
        row.refuse(f"severity must be 0 to {_GRAVEST}")
    row.done()
    return band
