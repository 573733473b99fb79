"""The symptom knowledge: links, danger signs, factors, cautions and patterns.

``knowledge_loading.load_knowledge`` makes it from the data files; nothing changes it
after.  Rules only: how results are held against them stands in ``facts``,
``symptoms``, ``red_flags``, ``patterns`` and ``factors``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from reference_ranges.limits import Span
from reference_ranges.relations import Token
from reference_ranges.results import Direction, Urgency


class Grade(StrEnum):
    """How well a link between a result and a symptom is supported, strongest first."""

    STRONG = "strong"
    MODERATE = "moderate"
    WEAK = "weak"
    MECHANISM = "mechanism"
    NULL = "null"


@dataclass(frozen=True, slots=True)
class Symptom:
    """A symptom of the closed list; ``label`` is for staff, ``red_flag`` a danger sign.

    ``family`` names the row of other causes that goes with it.
    """

    id: str
    term: str
    label: str
    red_flag: bool
    family: str
    snomed: tuple[str, ...]
    icd10: tuple[str, ...]
    icd10cm: tuple[str, ...]
    also_said_as: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rung:
    """A printed span, and how many of its units one reported unit makes."""

    span: Span
    factor: Fraction


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of one analyte's scale that a rule speaks of.

    ``rungs`` maps every unit the analyte may be reported in to the printed span that
    it is held against: its own where the source prints one, else the nearest kin's.
    """

    id: str
    analyte: str
    printed: Mapping[str, Span]
    rungs: Mapping[str, Rung]
    source: str


class State(StrEnum):
    """What a rule may ask of an analyte as a whole."""

    LOW = "low"
    HIGH = "high"
    CRITICAL_LOW = "critical_low"
    CRITICAL_HIGH = "critical_high"
    IN = "in"
    GREY = "grey"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class AnalyteClause:
    """One of the analytes is in a state."""

    analytes: tuple[str, ...]
    state: State


@dataclass(frozen=True, slots=True)
class BandClause:
    """A result lies wholly within the band."""

    band: str


@dataclass(frozen=True, slots=True)
class SymptomClause:
    """One of the symptoms was reported; an empty list of attributes admits any."""

    symptoms: tuple[str, ...]
    onset: tuple[str, ...] = ()
    worsening: tuple[str, ...] = ()
    severity: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FactorClause:
    """One of the factors is known to apply."""

    factors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpecimenClause:
    """One of the specimen conditions was stated."""

    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PatternClause:
    """Another pattern, higher up in its file, is there."""

    pattern: str


@dataclass(frozen=True, slots=True)
class PersonClause:
    """The person may be of this sex and at least this many years old.

    An unknown age or sex meets it: what is not known never lowers an urgency.
    """

    sex: str
    years: int


Clause = (
    AnalyteClause
    | BandClause
    | SymptomClause
    | FactorClause
    | SpecimenClause
    | PatternClause
    | PersonClause
)
Lines = tuple[tuple[Clause, ...], ...]
"""Every line must hold; in a line, one clause is enough."""


@dataclass(frozen=True, slots=True)
class Raise:
    """Lifts a red flag to ``to``, or by one tier where ``to`` is None."""

    to: Urgency | None
    when: Lines


@dataclass(frozen=True, slots=True)
class FlagRule:
    """A danger sign and how soon it must be acted on.

    ``urgency`` is None where the flag is one tier above the results of ``over``.
    """

    id: str
    origin: str
    urgency: Urgency | None
    over: tuple[str, ...]
    when: Lines
    raises: tuple[Raise, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """How far a low or a high result goes with a symptom.

    The grade holds within ``band`` (any result on that side if None), else ``outside``
    does; ``grey`` is the grade in a grey zone.  ``through`` names what the link goes
    by way of.  Rows with ``active`` False are listed and never used.
    """

    id: str
    analyte: str
    direction: Direction
    symptom: str
    grade: Grade
    band: str | None
    outside: Grade
    grey: Grade | None
    through: str
    notes: tuple[str, ...]
    sources: tuple[str, ...]
    evidence: str
    active: bool
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """Another finding that links go through, such as anaemia.

    Met when one of ``lines`` holds, closed when one of ``against`` does, else open:
    then ``ask`` are the tests that would tell.
    """

    id: str
    when: Lines
    against: Lines
    met: Token
    open: Token
    closed: Token
    ask: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InRangeRule:
    """What an in-range result of an analyte says; the first that applies does.

    Empty ``symptoms`` stand for all that are linked; ``when`` may be empty.
    """

    id: str
    analyte: str
    symptoms: tuple[str, ...]
    when: Lines
    token: Token
    notes: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConditionTarget:
    """A limit inside the general range that matters with one reported symptom."""

    id: str
    symptom: str
    band: str
    when: Lines
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Factor:
    """A medicine, habit or condition that moves results or causes symptoms itself.

    ``pushes`` are (analyte, direction); ``alternative_for`` are symptoms;
    ``withholds`` are analytes whose food text must not be printed.
    """

    id: str
    kind: str
    label: str
    pushes: tuple[tuple[str, Direction], ...]
    effects: tuple[str, ...]
    alternative_for: tuple[str, ...]
    withholds: tuple[str, ...]
    specimen: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CautionRule:
    """A remark on some results, and which of them it makes unfit to relate.

    ``spoils`` maps an analyte to the side that the fault pushes it to, ``low``,
    ``high`` or ``either``: a result on the other side is believed.
    """

    id: str
    effect: str
    analytes: tuple[str, ...]
    when: Lines
    spoils: Mapping[str, str]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FoodRule:
    """Results or facts that withhold the food text of some analytes."""

    id: str
    analytes: tuple[str, ...]
    when: Lines


@dataclass(frozen=True, slots=True)
class Pattern:
    """Something that several results show together.

    ``unless`` keeps the finding back, never its urgency.
    """

    id: str
    title: str
    when: Lines
    supports: Lines
    unless: Lines
    urgency: Urgency
    subjects: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """What became of one claim of the seed articles: ``cited`` or ``rejected``."""

    id: str
    decision: str
    why: str


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All rules on symptoms, in the order of their files, with indexes made at load.

    ``links`` maps (analyte, direction, symptom); ``listed`` maps an analyte to the
    symptoms that an active row of grade weak or better links it to, on either side.
    ``stands_for`` maps an analyte to the one whose links it shares.
    """

    symptoms: Mapping[str, Symptom]
    conditions: tuple[str, ...]
    bands: Mapping[str, Band]
    links: Mapping[tuple[str, Direction, str], Link]
    all_links: tuple[Link, ...]
    listed: Mapping[str, frozenset[str]]
    stands_for: Mapping[str, str]
    passages: Mapping[str, Passage]
    in_range: Mapping[str, tuple[InRangeRule, ...]]
    targets: Mapping[str, tuple[ConditionTarget, ...]]
    flags: tuple[FlagRule, ...]
    factors: Mapping[str, Factor]
    derived_factors: tuple[tuple[str, Lines], ...]
    cautions: tuple[CautionRule, ...]
    food: tuple[FoodRule, ...]
    patterns: Mapping[str, Pattern]
    causes: Mapping[str, tuple[str, ...]]
    claims: tuple[Claim, ...]
    proposed: tuple[str, ...]
