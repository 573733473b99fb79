"""The catalogue: every checked limit, unit, code and source, held in memory.

``loading.load_catalogue`` makes it from the data files; nothing changes it after.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from reference_ranges.formulas import Formulas
from reference_ranges.knowledge import Knowledge
from reference_ranges.limits import Span
from reference_ranges.partitions import Partition
from reference_ranges.quantities import UnitEntry
from reference_ranges.results import Axis, SourceRef

CITED_IN = "en"
"""The language of every citation: who published it, and what it is or says."""


@dataclass(frozen=True, slots=True)
class ReferenceInterval:
    """A reference interval with both limits inside it, in the unit it is printed in."""

    id: str
    profile: str
    partition: Partition
    span: Span
    unit: str
    source: str
    status: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """One band of a decision set on one printed scale.

    ``status`` is low, in, high or grey; ``severity`` 0 none, 1 minor, 2 see a
    clinician soon, 3 urgent, 4 emergency; ``label`` is the source's own word.
    """

    label: str
    status: str
    severity: int
    span: Span


@dataclass(frozen=True, slots=True)
class DecisionSet:
    """The decision limits of one publication, on every scale that it prints.

    ``scales`` maps a unit to its bands in order; the bands of all scales have the
    same labels, statuses and severities.  ``role`` is ``main`` (at most one of them
    holds for one person, and it may lead), ``beside`` (leads only where it is graver
    than the main one that it stands beside) or ``target`` (what a condition asks for,
    never leads).  ``also`` names further sources.
    """

    id: str
    profile: str
    partition: Partition
    title: str
    role: str
    scales: Mapping[str, tuple[Band, ...]]
    source: str
    status: str
    note: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CriticalLimit:
    """When somebody must be told now.

    A reading within ``low`` or within ``high`` is critical; the spans are open on
    the far side and None where there is no such limit.  ``inside_because`` says why
    it may reach into an interval for the same person; empty where it does not.
    """

    id: str
    profile: str
    partition: Partition
    low: Span | None
    high: Span | None
    unit: str
    source: str
    status: str
    note: str = ""
    inside_because: str = ""


@dataclass(frozen=True, slots=True)
class LoincEntry:
    """A LOINC code that we accept for an analyte; ``note`` is carried to the report."""

    code: str
    name: str
    property: str
    system: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class SnomedTerm:
    """What SNOMED CT calls a test or a finding of it: shown, never judged by."""

    code: str
    term: str
    analyte: str
    seen: str
    status: str


@dataclass(frozen=True, slots=True)
class Plausibility:
    """Where a value stops being credible, in ``unit``.

    Outside the hard limits a result is held; outside the soft ones it is judged,
    and someone is asked to confirm it.
    """

    unit: str
    hard_min: Decimal
    soft_min: Decimal
    soft_max: Decimal
    hard_max: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class BiologicalVariation:
    """How much the results of one analyte move by themselves, in percent.

    ``cvi`` within one healthy person, ``cvg`` between them, ``cva`` by the method
    alone; ``rcv95`` is the reference change value as printed, for show.  Where
    ``season_days`` is given, the figures hold only between two times of the year that
    lie no further apart.
    """

    cvi: Decimal
    cvg: Decimal
    cva: Decimal
    rcv95: Decimal
    population: str
    season_days: int | None
    source: str
    also: tuple[str, ...]
    status: str
    note: str


@dataclass(frozen=True, slots=True)
class MixUp:
    """A unit mix-up that the size of a value gives away.

    Between ``value_from`` and ``value_to`` in ``stated_unit`` the value is more
    likely one in ``suspect_unit``; ``certainty`` is certain, likely, possible,
    harmless or undetectable, and only the first three are looked for.
    """

    id: str
    analyte: str
    stated_unit: str
    suspect_unit: str
    value_from: Decimal
    value_to: Decimal
    certainty: str
    why: str


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A LOINC code that looks like one of ours and measures something else."""

    code: str
    name: str
    looks_like: str
    decision: str
    why: str


@dataclass(frozen=True, slots=True)
class Review:
    """Who drafted a data file, who signed it and when; empty where nobody has yet."""

    drafted_by: str
    reviewed_by: str
    reviewed_on: str
    next_review: str


@dataclass(frozen=True, slots=True)
class Analyte:
    """Everything that the catalogue knows of one analyte.

    ``lead`` names the judgements that may lead, in order: the first that applies
    does.  ``spellings`` maps every accepted spelling of a unit to its entry's name.
    ``units_by_name`` says what an ambiguous spelling means under one LOINC code or
    one lower-case name, as in ``("mg/dL", "bun")``.
    """

    id: str
    name: str
    group: str
    specimen: str
    si_unit: str
    us_unit: str
    decimals_si: int
    decimals_us: int
    lead: tuple[str, ...]
    aliases: tuple[str, ...]
    units: Mapping[str, UnitEntry]
    spellings: Mapping[str, str]
    units_by_name: Mapping[tuple[str, str], str]
    loinc: Mapping[str, LoincEntry]
    intervals: tuple[ReferenceInterval, ...]
    decision_sets: tuple[DecisionSet, ...]
    critical: tuple[CriticalLimit, ...]
    plausible: Plausibility
    axis: Axis
    review: Review
    variation: BiologicalVariation | None = None

    @property
    def active_variation(self) -> BiologicalVariation | None:
        """Its biological variation, if the figures may be used."""
        found = self.variation
        return found if found is not None and found.status == "active" else None


@dataclass(frozen=True, slots=True)
class Trimester:
    """A stretch of pregnancy: from completed weeks (in) to completed weeks (out)."""

    id: str
    weeks_from: int
    weeks_to: int | None


class Row(Protocol):
    """A row of an analyte's file, as far as choosing it by profile goes."""

    @property
    def id(self) -> str:
        """Its id: analyte, profile, kind and name, as in ``urea/uk/interval/16y+``."""

    @property
    def profile(self) -> str:
        """The word that says which profiles it belongs to."""

    @property
    def status(self) -> str:
        """Whether it is switched on: active or proposed."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Which rows apply: those marked with one of ``rows``, and those it falls back to.

    ``fallback`` lists, for an analyte, rows of other profiles that are used where no
    row of its own is for a patient: by the start of their ids after the analyte, as
    in ``uk/critical``.  What is judged by such a row says so.  All other rows do not
    exist.
    """

    id: str
    title: str
    rows: tuple[str, ...]
    fallback: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def owns(self, row: Row) -> bool:
        """Say whether *row* is one of its own, and switched on."""
        return row.status == "active" and row.profile in self.rows

    def borrows(self, row: Row) -> bool:
        """Say whether *row* is one that it falls back to, and switched on."""
        analyte, _, rest = row.id.partition("/")
        listed = self.fallback.get(analyte, ())
        return row.status == "active" and any(
            f"{rest}/".startswith(f"{start}/") for start in listed
        )


@dataclass(frozen=True, slots=True, eq=False)  # told apart by identity: fit for a cache
class Catalogue:
    """All that is known, checked and hashed.

    ``codes`` maps a LOINC code to an analyte id; ``names`` maps a lower-case alias
    to one.  ``settings`` holds the few numbers that are rules and not limits.
    ``reviews`` maps each data file to its [review] block.  ``rules`` holds the
    symptom knowledge (see ``knowledge.Knowledge``).  ``site`` maps the id of each row
    that a site gave to whether it supersedes a shipped one.
    """

    version: str
    sha256: str
    analytes: Mapping[str, Analyte]
    profiles: Mapping[str, Profile]
    sources: Mapping[str, SourceRef]
    codes: Mapping[str, str]
    names: Mapping[str, str]
    trimesters: tuple[Trimester, ...]
    mix_ups: tuple[MixUp, ...]
    look_alikes: Mapping[str, LookAlike]
    snomed: tuple[SnomedTerm, ...]
    settings: Mapping[str, Decimal]
    formulas: Formulas
    reviews: Mapping[str, Review]
    rules: Knowledge
    site: Mapping[str, bool] = field(default_factory=dict)

    def analyte_for_code(self, code: str) -> Analyte | None:
        """Return the analyte that a LOINC *code* is accepted for, if there is one."""
        return self.analytes.get(self.codes.get(code, ""))

    def analyte_named(self, text: str) -> Analyte | None:
        """Return the analyte of that id, name or alias, in whatever case."""
        return self.analytes.get(self.names.get(text.strip().lower(), ""))
