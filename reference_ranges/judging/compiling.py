"""Makes the rows of the catalogue into scales for readings in one unit."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache

from reference_ranges.catalogue import (
    Analyte,
    Band,
    Catalogue,
    CriticalLimit,
    DecisionSet,
    Profile,
    ReferenceInterval,
    Row,
)
from reference_ranges.limits import Side, Span
from reference_ranges.panel import LabInterval
from reference_ranges.partitions import AgeLimit, Partition
from reference_ranges.results import Judgement, JudgementKind, Verdict
from reference_ranges.scales import Ruler, Scale, Zone, make_scale

LABORATORY = "laboratory"
"""The origin of an interval that was sent with the result."""

_CATALOGUE = "catalogue"


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """The rows that hold for one known person.

    ``main`` may lead; ``beside`` leads only where graver; ``targets`` are what a
    reported condition asks for.  ``spare`` is the set that the main one displaced
    because a condition is met, or because it is the profile's own.  ``profile`` is
    whose they are: some may be rows that it falls back to.
    """

    profile: Profile
    interval: ReferenceInterval | None
    main: DecisionSet | None
    spare: DecisionSet | None
    beside: tuple[DecisionSet, ...]
    critical: CriticalLimit | None
    targets: tuple[DecisionSet, ...]

    @property
    def rows(self) -> tuple[Row | None, ...]:
        """All of them, in the order in which they are named."""
        single = (self.interval, self.main, self.spare, self.critical)
        return (*single, *self.beside, *self.targets)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the rows, and of those borrowed: by them two choices are one."""
        ids = [row.id if row else "" for row in self.rows]
        return (*ids, *sorted(self.borrowed))

    @property
    def borrowed(self) -> frozenset[str]:
        """The ids of those that the profile falls back to."""
        borrows = self.profile.borrows
        return frozenset(row.id for row in self.rows if row and borrows(row))

    def __eq__(self, other: object) -> bool:
        """Say whether *other* is a choice of the same rows."""
        return isinstance(other, Chosen) and self.ids == other.ids

    def __hash__(self) -> int:
        """Hash by the rows' ids."""
        return hash(self.ids)


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """The scales of rows that hold together, ready for readings in one unit.

    ``spare`` still speaks where ``graded``, the verdicts of ``main``, has no such
    verdict: a limit for the inflamed says nothing of a ferritin that is far too high.
    ``conditional`` says that ``main`` is for patients with a condition alone.
    ``borrowed`` are the ids of rows that the profile falls back to.
    """

    interval: Scale | None
    main: Scale | None
    spare: Scale | None
    graded: frozenset[Verdict]
    beside: tuple[Scale, ...]
    critical: Scale | None
    targets: tuple[Scale, ...]
    rulers: tuple[Ruler, ...]
    conditional: bool = False
    borrowed: frozenset[str] = frozenset()

    @property
    def grade_everyone(self) -> bool:
        """Whether a guideline grades everyone, whatever their condition."""
        return self.spare is not None or not (self.main is None or self.conditional)


@lru_cache(maxsize=2048)
def compiler_for(catalogue: Catalogue, analyte_id: str, unit: str) -> "Compiler":
    """Return the one compiler for readings of an analyte in *unit*."""
    return Compiler(catalogue, catalogue.analytes[analyte_id], unit)


@dataclass(frozen=True, slots=True, eq=False)
class Compiler:
    """Makes the scales of one analyte for readings in one unit, each only once."""

    catalogue: Catalogue
    analyte: Analyte
    unit: str
    _limits: dict[Chosen, Limits] = field(default_factory=dict)

    def limits(self, chosen: Chosen) -> Limits:
        """Return the scales of the rows that were *chosen*."""
        found = self._limits.get(chosen)
        if found is None:
            found = self._limits[chosen] = self._make(chosen)
        return found

    def _make(self, rows: Chosen) -> Limits:
        kind = JudgementKind.CONDITION_TARGET
        sets = [one for one in (rows.main, rows.spare, *rows.beside) if one is not None]
        graded = frozenset[Verdict]().union(*map(self.statuses, sets))
        interval = self.interval(rows.interval, graded) if rows.interval else None
        main = self.bands(rows.main) if rows.main else None
        spare = self.bands(rows.spare) if rows.spare else None
        critical = self.critical(rows.critical) if rows.critical else None
        beside = tuple(self.bands(row) for row in rows.beside)
        targets = tuple(self.bands(row, kind) for row in rows.targets)
        everything = (interval, main, spare, critical, *beside, *targets)
        return Limits(
            interval=interval,
            main=main,
            spare=spare,
            graded=self.statuses(rows.main) if rows.main else frozenset(),
            beside=beside,
            critical=critical,
            targets=targets,
            rulers=tuple(one.ruler for one in everything if one is not None),
            conditional=bool(rows.main and rows.main.partition.condition),
            borrowed=rows.borrowed,
        )

    def statuses(self, row: DecisionSet) -> frozenset[Verdict]:
        """Return the verdicts that the bands of a decision set can give."""
        bands = next(iter(row.scales.values()))
        return frozenset(Verdict(band.status) for band in bands)

    def interval(self, row: ReferenceInterval, graded: frozenset[Verdict]) -> Scale:
        """Make the scale of a reference interval.

        *graded* are the verdicts that guidelines beside it can give: on a side that
        none of them grades, nothing else tells a little outside from far outside.
        """
        factor = factor_between(self.analyte, self.unit, row.unit)
        base = Judgement(
            kind=JudgementKind.INTERVAL,
            verdict=Verdict.IN,
            severity=0,
            origin=_CATALOGUE,
            rule=row.id,
            title=self.catalogue.sources[row.source].org,
            label="",
            span=row.span,
            unit=row.unit,
            factor=str(factor),
            side=Side.INSIDE,
            source=row.source,
            partition=partition_text(row.partition),
        )
        low = self._severity_outside(graded=Verdict.LOW in graded)
        high = self._severity_outside(graded=Verdict.HIGH in graded)
        return make_scale(interval_zones(base, low, high), factor)

    def _severity_outside(self, *, graded: bool) -> int:
        whose = "catalogue_interval" if graded else "ungraded"
        return int(self.catalogue.settings[f"severity_outside_{whose}"])

    def bands(
        self, row: DecisionSet, kind: JudgementKind = JudgementKind.GUIDELINE
    ) -> Scale:
        """Make the scale of a decision set that goes best with the unit."""
        unit, bands = _printed(self.analyte, self.unit, row.scales)
        factor = factor_between(self.analyte, self.unit, unit)
        zones = [
            Zone(
                band.span,
                Judgement(
                    kind=kind,
                    verdict=Verdict(band.status),
                    severity=band.severity,
                    origin=_CATALOGUE,
                    rule=row.id,
                    title=row.title,
                    label=band.label,
                    span=band.span,
                    unit=unit,
                    factor=str(factor),
                    side=Side.INSIDE,
                    source=row.source,
                    partition=partition_text(row.partition),
                ),
            )
            for band in bands
        ]
        return make_scale(zones, factor)

    def critical(self, row: CriticalLimit) -> Scale:
        """Make the scale of a critical limit: critical, not critical, critical."""
        factor = factor_between(self.analyte, self.unit, row.unit)
        severity = int(self.catalogue.settings["severity_critical"])

        def zone(span: Span, verdict: Verdict, severity: int) -> Zone:
            judgement = Judgement(
                kind=JudgementKind.CRITICAL,
                verdict=verdict,
                severity=severity,
                origin=_CATALOGUE,
                rule=row.id,
                title=self.catalogue.sources[row.source].org,
                label="",
                span=span,
                unit=row.unit,
                factor=str(factor),
                side=Side.INSIDE,
                source=row.source,
                partition=partition_text(row.partition),
            )
            return Zone(span, judgement)

        zones = [zone(_between(row.low, row.high), Verdict.NOT_CRITICAL, 0)]
        if row.low is not None:
            zones.insert(0, zone(row.low, Verdict.CRITICAL_LOW, severity))
        if row.high is not None:
            zones.append(zone(row.high, Verdict.CRITICAL_HIGH, severity))
        return make_scale(zones, factor)


@lru_cache(maxsize=4096)  # by the text: 0.4 and 0.40 are shown as they were sent
def laboratory_scale(interval: LabInterval, unit: str, severity: int) -> Scale | None:
    """Make the scale of a laboratory's own interval, in the *unit* of the result.

    None where the interval could not be read.
    """
    if interval.span is None:
        return None
    base = Judgement(
        kind=JudgementKind.INTERVAL,
        verdict=Verdict.IN,
        severity=0,
        origin=LABORATORY,
        rule="laboratory_interval",
        title="",
        label="",
        span=interval.span,
        unit=unit,
        factor="1",
        side=Side.INSIDE,
        source="",
    )
    return make_scale(interval_zones(base, severity, severity), Fraction(1))


def interval_zones(inside: Judgement, low: int, high: int) -> list[Zone]:
    """Return the zones below, in and above an interval; *inside* judges the middle.

    *low* and *high* are the severities outside it.
    """
    span = inside.span
    zones = [Zone(span, inside)]
    if span.low is not None:
        below = replace(inside, verdict=Verdict.LOW, severity=low, side=Side.BELOW)
        zones.insert(0, Zone(Span(at_most=span.above, below=span.at_least), below))
    if span.high is not None:
        above = replace(inside, verdict=Verdict.HIGH, severity=high, side=Side.ABOVE)
        zones.append(Zone(Span(at_least=span.below, above=span.at_most), above))
    return zones


def factor_between(analyte: Analyte, unit: str, other: str) -> Fraction:
    """Return how many *other* make one *unit* of *analyte*, exactly."""
    return analyte.units[unit].to_si / analyte.units[other].to_si


def partition_text(partition: Partition) -> str:
    """Say whom a row is for in the words of its data file."""
    end = "" if partition.age_to is None else _age_text(partition.age_to)
    words = [f"{_age_text(partition.age_from)}-{end}" if end else ""]
    words[0] = words[0] or f"{_age_text(partition.age_from)}+"
    if partition.sex != "any":
        words.append(partition.sex)
    if partition.pregnancy != "any":
        words.append(f"pregnancy {partition.pregnancy}")
    if partition.condition:
        words.append(partition.condition)
    return ", ".join(words)


def _age_text(limit: AgeLimit) -> str:
    return f"{limit.number}{limit.unit}"


def _between(low: Span | None, high: Span | None) -> Span:
    """Return what lies between two spans that are open on their far sides."""
    return Span(
        above=low.at_most if low else None,
        at_least=low.below if low else None,
        below=high.at_least if high else None,
        at_most=high.above if high else None,
    )


def _printed(
    analyte: Analyte, unit: str, scales: Mapping[str, tuple[Band, ...]]
) -> tuple[str, tuple[Band, ...]]:
    """Choose the scale printed in *unit*, else one of its kind, else the first."""
    if unit in scales:
        return unit, scales[unit]
    kind = analyte.units[unit].property
    alike = (other for other in scales if analyte.units[other].property == kind)
    best = next(alike, next(iter(scales)))
    return best, scales[best]
