"""What must hold between the rows of one analyte, whoever the patient is."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, product
from typing import TypeVar

from reference_ranges.catalogue import (
    Analyte,
    Band,
    CriticalLimit,
    DecisionSet,
    Profile,
    ReferenceInterval,
    Trimester,
)
from reference_ranges.errors import CatalogueError
from reference_ranges.partitions import (
    DENIED,
    Partition,
    Sex,
    without_contradictions,
)
from reference_ranges.persons import KnownPerson, holds, preference

Row = ReferenceInterval | DecisionSet | CriticalLimit
RowT = TypeVar("RowT", ReferenceInterval, DecisionSet, CriticalLimit)


def check_analyte(
    analyte: Analyte, profiles: Iterable[Profile], trimesters: Sequence[Trimester]
) -> None:
    """Check that the rows of *analyte* never contradict each other.

    Raises:
        CatalogueError: naming the rows that do.
    """
    _check_ids(analyte)
    for decision_set in analyte.decision_sets:
        _check_scales(analyte, decision_set)
    _check_axis(analyte)
    for profile in profiles:
        for chosen in (profile.owns, profile.borrows):
            intervals = _in_use(analyte.intervals, chosen)
            critical = _in_use(analyte.critical, chosen)
            groups: list[Sequence[Row]] = [intervals, critical]
            for rows in (*groups, *_alternatives(analyte, chosen)):
                _check_one_holds(analyte, rows, trimesters)
        _check_critical(analyte, profile, trimesters)


def check_fallbacks(
    analytes: Mapping[str, Analyte], profiles: Iterable[Profile]
) -> None:
    """Check that each fallback of *profiles* is a row that is there and switched on.

    Raises:
        CatalogueError: naming the profile and the fallback.
    """
    for profile in profiles:
        for name, starts in profile.fallback.items():
            where = f"profiles.toml: {profile.id}: fallback: {name}"
            if name not in analytes:
                raise CatalogueError(f"{where}: unknown analyte")
            rows = rows_of(analytes[name])
            for start in starts:
                one = replace(profile, fallback={name: (start,)})
                found = [row for row in rows if one.borrows(row)]
                if not found or any(profile.owns(row) for row in found):
                    why = "is its own" if found else "is no active row"
                    raise CatalogueError(f"{where}: {start!r} {why}")


def _refuse(analyte: Analyte, row: str, why: str) -> CatalogueError:
    return CatalogueError(f"analytes/{analyte.id}.toml: {row}: {why}")


def _check_ids(analyte: Analyte) -> None:
    seen: set[str] = set()
    for row in rows_of(analyte):
        if not row.id.startswith(f"{analyte.id}/{row.profile}/"):
            raise _refuse(analyte, row.id, "an id starts with analyte/profile/")
        if row.id in seen:
            raise _refuse(analyte, row.id, "duplicate id")
        seen.add(row.id)


def rows_of(analyte: Analyte) -> list[Row]:
    """Return all rows of *analyte*, switched on or not."""
    return [*analyte.intervals, *analyte.decision_sets, *analyte.critical]


def _in_use(rows: Iterable[RowT], chosen: Callable[[Row], bool]) -> list[RowT]:
    return [row for row in rows if chosen(row)]


def _alternatives(
    analyte: Analyte, chosen: Callable[[Row], bool]
) -> list[list[DecisionSet]]:
    """Return the groups of decision sets of which one at most may hold.

    The targets of different conditions may both hold, and what stands beside the
    main set is shown with it.
    """
    sets = _in_use(analyte.decision_sets, chosen)
    conditions = {row.partition.condition for row in sets if row.role == "target"}
    targets = [
        [
            row
            for row in sets
            if row.role == "target" and row.partition.condition == condition
        ]
        for condition in sorted(conditions)
    ]
    return [[row for row in sets if row.role == "main"], *targets]


def _check_one_holds(
    analyte: Analyte, rows: Sequence[Row], trimesters: Sequence[Trimester]
) -> None:
    """Check that no two rows of one preference are for the same person on one day."""
    partitions = [row.partition for row in rows]
    for person, facts in product(_people(partitions, trimesters), _facts(partitions)):
        taken: dict[tuple[bool, bool], Row] = {}
        for row in rows:
            if not holds(row.partition, person, facts):
                continue
            other = taken.setdefault(preference(row.partition), row)
            if other is not row:
                raise _refuse(analyte, row.id, f"overlaps {other.id}")


def _facts(partitions: Iterable[Partition]) -> Iterator[frozenset[str]]:
    """Yield the conditions that may be met together: one is never met and denied."""
    conditions = frozenset(partition.condition for partition in partitions)
    yield without_contradictions(conditions)
    denied = [one.removeprefix(DENIED) for one in conditions if one.startswith(DENIED)]
    yield conditions.difference(denied)


def _people(
    partitions: Iterable[Partition], trimesters: Sequence[Trimester]
) -> Iterator[KnownPerson]:
    """Yield one person of every kind: each starting age, sex and trimester."""
    stages = ["", *(part.id for part in trimesters)]
    for age in {partition.age_from.age for partition in partitions}:
        yield KnownPerson(age, Sex.MALE)
        for stage in stages:
            yield KnownPerson(age, Sex.FEMALE, stage)


def _check_scales(analyte: Analyte, decision_set: DecisionSet) -> None:
    for (unit, bands), (other_unit, others) in combinations(
        decision_set.scales.items(), 2
    ):
        where = f"scales {unit} and {other_unit}"
        if [_meaning(band) for band in bands] != [_meaning(band) for band in others]:
            raise _refuse(analyte, decision_set.id, f"{where} differ in their bands")
        factors = analyte.units[unit].to_si, analyte.units[other_unit].to_si
        for band, other in zip(bands[1:], others[1:], strict=True):
            limits = _low_end(band), _low_end(other)
            if not _agree(limits, factors):
                pair = f"{limits[0]} and {limits[1]}"
                raise _refuse(analyte, decision_set.id, f"{where} disagree: {pair}")


def _meaning(band: Band) -> tuple[str, str, int, bool]:
    return band.label, band.status, band.severity, band.span.low_in


def _low_end(band: Band) -> Decimal:
    return band.span.low if band.span.low is not None else Decimal()


def _agree(limits: tuple[Decimal, Decimal], factors: tuple[Fraction, Fraction]) -> bool:
    """Say whether both could be roundings of one limit, each to its last digit."""
    low, high = (
        Fraction(limit) * factor for limit, factor in zip(limits, factors, strict=True)
    )
    slack = sum(
        _half_a_digit(limit) * factor
        for limit, factor in zip(limits, factors, strict=True)
    )
    return abs(low - high) <= slack


def _half_a_digit(limit: Decimal) -> Fraction:
    return Fraction(1, 2 * 10 ** -int(limit.as_tuple().exponent))


def _check_critical(
    analyte: Analyte, profile: Profile, trimesters: Sequence[Trimester]
) -> None:
    """Check that nothing critical lies within an interval for the same person.

    A limit that does so on purpose says why.
    """

    def used(row: Row) -> bool:
        return profile.owns(row) or profile.borrows(row)

    intervals = _in_use(analyte.intervals, used)
    critical = _in_use(analyte.critical, used)
    unexplained = [row for row in critical if not row.inside_because]
    for limit, interval in product(unexplained, intervals):
        pair = [limit.partition, interval.partition]
        if _inside(analyte, limit, interval) and any(
            _both_hold(pair, person) for person in _people(pair, trimesters)
        ):
            why = f"critical limit inside the interval {interval.id}"
            raise _refuse(analyte, limit.id, why)


def _both_hold(partitions: Sequence[Partition], person: KnownPerson) -> bool:
    facts = frozenset(partition.condition for partition in partitions)
    return all(holds(partition, person, facts) for partition in partitions)


def _inside(
    analyte: Analyte, limit: CriticalLimit, interval: ReferenceInterval
) -> bool:
    factor = analyte.units[limit.unit].to_si / analyte.units[interval.unit].to_si
    low = limit.low.high if limit.low is not None else None
    high = limit.high.low if limit.high is not None else None
    return _reaches(low, factor, interval.span.low) or _reaches(
        interval.span.high, 1 / factor, high
    )


def _reaches(lower: Decimal | None, factor: Fraction, upper: Decimal | None) -> bool:
    if lower is None or upper is None:
        return False
    return Fraction(lower) * factor >= Fraction(upper)


def _check_axis(analyte: Analyte) -> None:
    """Check that the number line holds every interval, with the far zones outside."""
    axis = analyte.axis
    floor = axis.start if axis.far_low is None else axis.far_low
    ceiling = axis.end if axis.far_high is None else axis.far_high
    for interval in analyte.intervals:
        factor = analyte.units[interval.unit].to_si / analyte.units[axis.unit].to_si
        low, high = interval.span.low, interval.span.high
        if low is not None and Fraction(low) * factor < floor:
            raise _refuse(analyte, interval.id, "below the number line's middle")
        if high is not None and Fraction(high) * factor > ceiling:
            raise _refuse(analyte, interval.id, "above the number line's middle")
