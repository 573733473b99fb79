"""Which limits hold for a patient, made ready once for every test and unit.

Everything that does not depend on a value is done here and kept: choosing rows,
choosing the printed unit, converting limits, writing judgements.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol, TypeVar

from reference_ranges.catalogue import (
    Analyte,
    Catalogue,
    CriticalLimit,
    DecisionSet,
    ReferenceInterval,
)
from reference_ranges.compiling import Compiler
from reference_ranges.panel import Panel, Person
from reference_ranges.persons import (
    KnownPerson,
    Partitioned,
    holds,
    possible_persons,
    preference,
    select,
)
from reference_ranges.results import JudgementKind, Verdict
from reference_ranges.scales import Extent, Ruler, Scale


@dataclass(frozen=True, slots=True)
class Who:
    """For whom limits are chosen; *facts* are factor ids and ``symptom:`` ids."""

    profile: str
    person: Person
    facts: frozenset[str]


def who_of(panel: Panel) -> Who:
    """Return what the choice of limits needs to know of *panel*."""
    symptoms = panel.symptoms or ()
    reported = frozenset(f"symptom:{symptom.id}" for symptom in symptoms)
    return Who(panel.profile, panel.person, panel.factors | reported)


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """All scales that hold for *persons*, ready for readings in one unit.

    ``main`` may lead; ``beside`` is shown and never leads; ``targets`` are what a
    reported condition asks for.  ``spare`` is the set that the main one displaced
    because a condition is met; it still speaks where ``graded`` has no such verdict:
    a limit for the inflamed says nothing of a ferritin that is far too high.
    """

    persons: tuple[KnownPerson, ...]
    interval: Scale | None
    main: Scale | None
    spare: Scale | None
    graded: frozenset[Verdict]
    beside: tuple[Scale, ...]
    critical: Scale | None
    targets: tuple[Scale, ...]
    rulers: tuple[Ruler, ...]

    def zones_of(self, extent: Extent) -> tuple[tuple[int, int], ...]:
        """Return which zones of each scale *extent* touches."""
        return tuple([ruler.zones_of(extent) for ruler in self.rulers])


@dataclass(slots=True, eq=False)
class Bench:
    """The limits for one patient; each is made when it is first asked for.

    ``answers`` keeps what follows from the zones that a reading lies in.
    """

    catalogue: Catalogue
    who: Who
    answers: dict[Hashable, object] = field(default_factory=dict)
    _limits: dict[tuple[str, str], tuple[Limits, ...]] = field(default_factory=dict)

    def limits(self, analyte: Analyte, unit: str) -> tuple[Limits, ...]:
        """Return the limits for readings of *analyte* in *unit*.

        There are several where the patient is not fully known, and people who the
        patient may be have different limits.
        """
        key = (analyte.id, unit)
        found = self._limits.get(key)
        if found is None:
            found = self._limits[key] = self._make(analyte, unit)
        return found

    def _make(self, analyte: Analyte, unit: str) -> tuple[Limits, ...]:
        rows = self._rows(analyte)
        everything: list[Partitioned] = [*rows.intervals, *rows.sets, *rows.critical]
        persons = possible_persons(
            self.who.person, everything, self.catalogue.trimesters
        )
        groups: dict[_Chosen, list[KnownPerson]] = {}
        for person in persons:
            chosen = rows.chosen(person, self.who.facts)
            groups.setdefault(chosen, []).append(person)
        compiler = Compiler(self.catalogue, analyte, unit)
        return tuple(
            chosen.limits(compiler, tuple(same)) for chosen, same in groups.items()
        )

    def _rows(self, analyte: Analyte) -> "_Rows":
        words = self.catalogue.profiles[self.who.profile].rows
        return _Rows(
            tuple(_in_use(analyte.intervals, words)),
            tuple(_in_use(analyte.decision_sets, words)),
            tuple(_in_use(analyte.critical, words)),
        )


@lru_cache(maxsize=512)
def bench_for(catalogue: Catalogue, who: Who) -> Bench:
    """Return the bench for *who*, the same one for the same patient facts."""
    return Bench(catalogue, who)


class _Row(Protocol):
    @property
    def profile(self) -> str: ...

    @property
    def status(self) -> str: ...


_RowT = TypeVar("_RowT", bound=_Row)


def _in_use(rows: Iterable[_RowT], words: Sequence[str]) -> Iterable[_RowT]:
    """Yield the rows of a profile that were switched on."""
    return (row for row in rows if row.status == "active" and row.profile in words)


@dataclass(frozen=True, slots=True, eq=False)
class _Chosen:
    """The rows that hold for one known person."""

    interval: ReferenceInterval | None
    main: DecisionSet | None
    spare: DecisionSet | None
    beside: tuple[DecisionSet, ...]
    critical: CriticalLimit | None
    targets: tuple[DecisionSet, ...]

    def limits(self, make: Compiler, persons: tuple[KnownPerson, ...]) -> Limits:
        """Make the scales of all rows."""
        kind = JudgementKind.CONDITION_TARGET
        interval = make.interval(self.interval) if self.interval else None
        main = make.bands(self.main) if self.main else None
        spare = make.bands(self.spare) if self.spare else None
        critical = make.critical(self.critical) if self.critical else None
        beside = tuple(make.bands(row) for row in self.beside)
        targets = tuple(make.bands(row, kind) for row in self.targets)
        everything = (interval, main, spare, critical, *beside, *targets)
        return Limits(
            persons=persons,
            interval=interval,
            main=main,
            spare=spare,
            graded=make.statuses(self.main) if self.main else frozenset(),
            beside=beside,
            critical=critical,
            targets=targets,
            rulers=tuple(one.ruler for one in everything if one is not None),
        )

    @property
    def _ids(self) -> tuple[str, ...]:
        single = (self.interval, self.main, self.spare, self.critical)
        several = (*self.beside, *self.targets)
        return tuple(row.id if row else "" for row in (*single, *several))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Chosen) and self._ids == other._ids

    def __hash__(self) -> int:
        return hash(self._ids)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one analyte that exist for a profile."""

    intervals: tuple[ReferenceInterval, ...]
    sets: tuple[DecisionSet, ...]
    critical: tuple[CriticalLimit, ...]

    def chosen(self, person: KnownPerson, facts: frozenset[str]) -> _Chosen:
        """Choose the rows for *person*."""
        sets = [row for row in self.sets if holds(row.partition, person, facts)]
        mains = [row for row in sets if row.role == "main"]
        main = max(mains, key=lambda row: preference(row.partition), default=None)
        plain = [row for row in mains if row is not main]
        return _Chosen(
            interval=select(self.intervals, person, facts),
            main=main,
            spare=next((row for row in plain if not row.partition.condition), None),
            beside=tuple(row for row in sets if row.role == "beside"),
            critical=select(self.critical, person, facts),
            targets=tuple(row for row in sets if row.role == "target"),
        )
