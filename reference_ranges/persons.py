"""Who a partly known person may be, and which row holds for each of them.

A row is chosen for a fully known person only.  Where age, sex or pregnancy is not
known, everyone the person may be is tried in turn, and the caller sees whether
they agree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from reference_ranges.catalogue import Trimester
from reference_ranges.panel import Person
from reference_ranges.partitions import (
    Age,
    AgeLimit,
    AgeRange,
    Partition,
    Pregnancy,
    Sex,
    reached,
)


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """One fully known person; ``trimester`` is its id, or empty if not pregnant."""

    age: Age
    sex: Sex
    trimester: str = ""


class Partitioned(Protocol):
    """Any row that says whom it is for."""

    @property
    def partition(self) -> Partition:
        """Whom the row is for."""


RowT = TypeVar("RowT", bound=Partitioned)


def possible_persons(
    person: Person, rows: Iterable[Partitioned], trimesters: Sequence[Trimester]
) -> tuple[KnownPerson, ...]:
    """Return one representative of everyone that *person* may be, as *rows* see it.

    Two people whom no row tells apart have one representative.  Where pregnancy is
    not known, only the trimesters that some row is for are tried; an age or a sex
    that no row is for is tried all the same, so that the answers then differ.
    """
    partitions = [row.partition for row in rows]
    ages = _ages(person.age or _ANY_AGE, partitions)
    return tuple(
        KnownPerson(age, sex, trimester)
        for age in ages
        for sex in _sexes(person)
        for trimester in _trimesters(person, age, sex, partitions, trimesters)
    )


def holds(partition: Partition, person: KnownPerson, facts: frozenset[str]) -> bool:
    """Say whether a row of *partition* is for *person*, given the known *facts*.

    *facts* are factor ids, and ``symptom:`` with a symptom id.
    """
    return (
        _fits(partition, person.age, person.sex)
        and _in_stage(partition.pregnancy, person.trimester)
        and (not partition.condition or partition.condition in facts)
    )


def select(
    rows: Iterable[RowT], person: KnownPerson, facts: frozenset[str]
) -> RowT | None:
    """Return the row that is for *person*, or None where the rows have no limit.

    A row whose condition is met comes before one without a condition; after that a
    row for pregnant people comes before one for everybody.
    """
    candidates = [row for row in rows if holds(row.partition, person, facts)]
    return max(candidates, key=lambda row: preference(row.partition), default=None)


def preference(partition: Partition) -> tuple[bool, bool]:
    """Return how closely a row is meant for those it holds for; the greatest wins."""
    return bool(partition.condition), partition.for_pregnancy


_NOUGHT = AgeLimit(0, "d")
_OLDEST = AgeLimit(150, "y")  # beyond any age that a row is printed for
_ANY_AGE = AgeRange(_NOUGHT.age, _OLDEST.age)


def _ages(window: AgeRange, partitions: Sequence[Partition]) -> list[Age]:
    limits = {limit for row in partitions for limit in (row.age_from, row.age_to)}
    inside = {
        limit.age
        for limit in limits
        if limit is not None
        and not reached(window.youngest, limit)
        and reached(window.oldest, limit)
    }
    return [window.youngest, *sorted(inside)]


def _sexes(person: Person) -> tuple[Sex, ...]:
    pregnant = person.pregnancy is Pregnancy.YES
    if person.sex is Sex.FEMALE:
        return (Sex.FEMALE,)
    if person.sex is Sex.MALE:
        return (Sex.MALE, Sex.FEMALE) if pregnant else (Sex.MALE,)
    return (Sex.FEMALE,) if pregnant else (Sex.FEMALE, Sex.MALE)


def _trimesters(
    person: Person,
    age: Age,
    sex: Sex,
    partitions: Sequence[Partition],
    trimesters: Sequence[Trimester],
) -> list[str]:
    if sex is Sex.MALE or person.pregnancy is Pregnancy.NO:
        return [""]
    if person.pregnancy is Pregnancy.YES:
        return [part.id for part in trimesters if _weeks_fit(part, person.weeks)]
    stages = {row.pregnancy for row in partitions if _fits(row, age, sex)} - _NOT_ONLY
    printed = [
        part.id
        for part in trimesters
        if any(_in_stage(stage, part.id) for stage in stages)
    ]
    return ["", *printed]


_NOT_ONLY = {"any", "no"}


def _weeks_fit(part: Trimester, weeks: int | None) -> bool:
    if weeks is None:
        return True
    return part.weeks_from <= weeks and (part.weeks_to is None or weeks < part.weeks_to)


def _fits(partition: Partition, age: Age, sex: Sex) -> bool:
    return (
        reached(age, partition.age_from)
        and (partition.age_to is None or not reached(age, partition.age_to))
        and partition.sex in {"any", sex}
    )


def _in_stage(stage: str, trimester: str) -> bool:
    if stage == "any":
        return True
    if stage in {"no", "yes"}:
        return (stage == "yes") == bool(trimester)
    return trimester in stage.split("_")
