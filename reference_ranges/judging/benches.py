"""Which limits hold for a patient, made ready once for every test and unit.

Everything that does not depend on a value is done here and kept: choosing rows for
the patient, and taking the scales that were made of them.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, TypeVar

from reference_ranges.catalogue import (
    Analyte,
    Catalogue,
    CriticalLimit,
    DecisionSet,
    Profile,
    ReferenceInterval,
    Row,
)
from reference_ranges.judging.checks import checks_for
from reference_ranges.judging.compiling import Chosen, Compiler, Limits, compiler_for
from reference_ranges.panel import Panel, Person
from reference_ranges.partitions import (
    Age,
    AgeRange,
    Pregnancy,
    Sex,
    without_contradictions,
)
from reference_ranges.persons import (
    KnownPerson,
    Partitioned,
    holds,
    possible_persons,
    preference,
    select,
)
from reference_ranges.scales import Grid, Ruler, make_grid


class Who(NamedTuple):
    """For whom limits are chosen: the same for all whom no row tells apart.

    ``ages`` are those of the last limits reached, the youngest and the oldest that the
    patient may be, in days and in months; ``facts`` are factor ids and ``symptom:`` ids
    that some row asks for.
    """

    profile: str
    ages: tuple[int, int, int, int] | None
    sex: Sex
    pregnancy: Pregnancy
    weeks: int | None
    facts: frozenset[str]

    @property
    def person(self) -> Person:
        """Someone like the patient."""
        age = None
        if self.ages is not None:
            days, months, most_days, most_months = self.ages
            youngest = Age(days, months, months // 12)
            age = AgeRange(youngest, Age(most_days, most_months, most_months // 12))
        return Person(age, self.sex, self.pregnancy, self.weeks)


def who_of(
    panel: Panel, catalogue: Catalogue, measured: frozenset[str] = frozenset()
) -> Who:
    """Return what the choice of limits sees of *panel*, *measured* factors with it."""
    told_by, person = _told_by(catalogue), panel.person
    reported = [f"symptom:{symptom.id}" for symptom in panel.symptoms or ()]
    facts = told_by.conditions & panel.factors.union(reported, measured)
    return Who(
        profile=panel.profile,
        ages=told_by.ages(person.age),
        sex=person.sex,
        pregnancy=person.pregnancy,
        weeks=person.weeks,
        facts=without_contradictions(facts),
    )


class _ToldBy(NamedTuple):
    """By what rows tell patients apart: ages in days and in months, and conditions."""

    days: tuple[int, ...]
    months: tuple[int, ...]
    conditions: frozenset[str]

    def ages(self, age: AgeRange | None) -> tuple[int, int, int, int] | None:
        """Return the last limits that the youngest and the oldest have reached."""
        if age is None:
            return None
        youngest = self._last(age.youngest)
        return youngest + (
            youngest if age.oldest is age.youngest else self._last(age.oldest)
        )

    def _last(self, age: Age) -> tuple[int, int]:
        days, months = self.days, self.months
        return (
            days[bisect_right(days, age.days) - 1],
            months[bisect_right(months, age.months) - 1],
        )


@lru_cache(maxsize=16)
def _told_by(catalogue: Catalogue) -> _ToldBy:
    rows: list[Partitioned] = []
    for analyte in catalogue.analytes.values():
        rows.extend((*analyte.intervals, *analyte.decision_sets, *analyte.critical))
    partitions = [row.partition for row in rows]
    ages = [limit for one in partitions for limit in (one.age_from, one.age_to)]
    limits = [limit for limit in ages if limit is not None]
    days = {limit.age.days for limit in limits if limit.in_days}
    months = {limit.age.months for limit in limits if not limit.in_days}
    months.add(int(catalogue.settings["symptom_rules_from_age"]) * 12)
    return _ToldBy(
        days=tuple(sorted({0, *days})),
        months=tuple(sorted({0, *months})),
        conditions=frozenset(one.condition for one in partitions if one.condition),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """The limits of everyone that the patient may be, for readings in one unit.

    There are several ``limits`` where the patient is not fully known and the rows
    differ; ``persons`` says for whom each of them holds.  ``grid`` has all their
    scales; ``ruler`` has the plausibility checks and the bands that rules ask for as
    well, so that all that can be said follows from the zones a reading lies in.
    """

    limits: tuple[Limits, ...]
    persons: tuple[tuple[KnownPerson, ...], ...]
    grid: Grid
    ruler: Ruler

    @property
    def borrowed(self) -> frozenset[str]:
        """The ids of the rows that the profile falls back to."""
        none: frozenset[str] = frozenset()
        return none.union(*(one.borrowed for one in self.limits))


@dataclass(slots=True, eq=False)
class Bench:
    """The limits for one patient; each is looked up when it is first asked for."""

    catalogue: Catalogue
    who: Who
    _chosen: dict[str, dict[Chosen, list[KnownPerson]]] = field(default_factory=dict)
    _standing: dict[tuple[str, str], Standing] = field(default_factory=dict)

    def standing(self, analyte: Analyte, unit: str) -> Standing:
        """Return the limits for readings of *analyte* in *unit*, and whose they are."""
        key = (analyte.id, unit)
        found = self._standing.get(key)
        if found is None:
            found = self._standing[key] = self._make(analyte, unit)
        return found

    def limits(self, analyte: Analyte, unit: str) -> tuple[Limits, ...]:
        """Return the limits for readings of *analyte* in *unit*."""
        return self.standing(analyte, unit).limits

    def _make(self, analyte: Analyte, unit: str) -> Standing:
        chosen = self._chosen.get(analyte.id)
        if chosen is None:
            chosen = self._chosen[analyte.id] = self._choose(analyte)
        compiler: Compiler = compiler_for(self.catalogue, analyte.id, unit)
        limits = tuple(compiler.limits(rows) for rows in chosen)
        persons = tuple(tuple(same) for same in chosen.values())
        laid = _laid(self.catalogue, analyte.id, unit, limits)
        return Standing(limits, persons, laid.grid, laid.ruler)

    def _choose(self, analyte: Analyte) -> dict[Chosen, list[KnownPerson]]:
        rows = _rows_of(self.catalogue, analyte.id, self.who.profile)
        persons = possible_persons(
            self.who.person, rows.everything, self.catalogue.trimesters
        )
        chosen: dict[Chosen, list[KnownPerson]] = {}
        for person in persons:
            chosen.setdefault(rows.chosen(person, self.who.facts), []).append(person)
        return chosen


@lru_cache(maxsize=512)
def bench_for(catalogue: Catalogue, who: Who) -> Bench:
    """Return the bench for *who*, the same one for the same patient facts."""
    return Bench(catalogue, who)


class _Laid(NamedTuple):
    """What stands that is the same whoever the limits are for."""

    grid: Grid
    ruler: Ruler


@lru_cache(maxsize=4096)
def _laid(
    catalogue: Catalogue, analyte_id: str, unit: str, limits: tuple[Limits, ...]
) -> _Laid:
    grid = make_grid(ruler for one in limits for ruler in one.rulers)
    checks = checks_for(catalogue, analyte_id, unit)
    ladder = catalogue.rules.ladders.get((analyte_id, unit))
    asked = [ladder.ruler] if ladder else []
    mix_ups = [ruler for _, ruler in checks.mix_ups]
    whole = make_grid((grid.ruler, checks.plausible, *mix_ups, *asked))
    return _Laid(grid, whole.ruler)


_RowT = TypeVar("_RowT", ReferenceInterval, DecisionSet, CriticalLimit)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one analyte that exist for a profile."""

    profile: Profile
    intervals: tuple[ReferenceInterval, ...]
    sets: tuple[DecisionSet, ...]
    critical: tuple[CriticalLimit, ...]

    @property
    def everything(self) -> tuple[Partitioned, ...]:
        """All of them."""
        return (*self.intervals, *self.sets, *self.critical)

    def chosen(self, person: KnownPerson, facts: frozenset[str]) -> Chosen:
        """Choose the rows for *person*: the profile's own, where it has some."""
        sets = [row for row in self.sets if holds(row.partition, person, facts)]
        mains = [row for row in sets if row.role == "main"]
        best = self._own_first(mains)
        main = max(best, key=lambda row: preference(row.partition), default=None)
        rest = [row for row in mains if row is not main and not row.partition.condition]
        return Chosen(
            profile=self.profile,
            interval=self._one_of(self.intervals, person, facts),
            main=main,
            spare=next(iter(self._own_first(rest)), None),
            beside=tuple(row for row in sets if row.role == "beside"),
            critical=self._one_of(self.critical, person, facts),
            targets=tuple(row for row in sets if row.role == "target"),
        )

    def _one_of(
        self, rows: Iterable[_RowT], person: KnownPerson, facts: frozenset[str]
    ) -> _RowT | None:
        fit = [row for row in rows if holds(row.partition, person, facts)]
        return select(self._own_first(fit), person, facts)

    def _own_first(self, rows: Iterable[_RowT]) -> list[_RowT]:
        """Return the profile's own of *rows*, else those that it falls back to."""
        found = list(rows)
        return [row for row in found if self.profile.owns(row)] or found


@lru_cache(maxsize=512)
def _rows_of(catalogue: Catalogue, analyte_id: str, profile: str) -> _Rows:
    analyte, found = catalogue.analytes[analyte_id], catalogue.profiles[profile]

    def used(row: Row) -> bool:
        return found.owns(row) or found.borrows(row)

    return _Rows(
        found,
        tuple(filter(used, analyte.intervals)),
        tuple(filter(used, analyte.decision_sets)),
        tuple(filter(used, analyte.critical)),
    )
