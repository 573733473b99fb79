"""What comes out of an interpretation: judgements, outcomes, relations, findings.

Tokens and exact numbers only: the sentences that people read are made from these
in reports/wording, so that text and logic cannot part ways.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import NamedTuple

from reference_ranges.deltas import Delta, NearLimit
from reference_ranges.errors import ReferenceRangeError
from reference_ranges.limits import Side, Span
from reference_ranges.panel import Comparator, Observation, Reason
from reference_ranges.relations import Relation, ResultSummary, SymptomFinding


class Urgency(IntEnum):
    """How soon someone must act; only ever raised by a later rule."""

    ROUTINE = 0
    SOON = 1
    TODAY = 2
    EMERGENCY = 3


class Direction(StrEnum):
    """Which way a result lies outside."""

    LOW = "low"
    HIGH = "high"


class Kind(StrEnum):
    """The closed list of what can become of a result."""

    IN_RANGE = "in_range"
    OUT_OF_RANGE = "out_of_range"
    CRITICAL = "critical"
    CONFLICT = "conflict"
    INDETERMINATE = "indeterminate"
    NOT_INTERPRETED = "not_interpreted"


_NEEDS_REASON = {Kind.INDETERMINATE, Kind.NOT_INTERPRETED}
_NEEDS_DIRECTION = {Kind.OUT_OF_RANGE, Kind.CRITICAL}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one result.

    A direction stands with ``out_of_range`` and ``critical`` and may stand with
    ``conflict`` (the sender's); a reason stands with ``indeterminate`` and
    ``not_interpreted`` and with nothing else.

    Raises:
        ReferenceRangeError: a direction or reason is missing or out of place.
    """

    kind: Kind
    direction: Direction | None = None
    reason: Reason | None = None

    def __post_init__(self) -> None:
        """Refuse an outcome that says too much or too little."""
        if (self.reason is not None) != (self.kind in _NEEDS_REASON):
            raise ReferenceRangeError(f"{self.kind}: reason {self.reason}")
        if self.kind in _NEEDS_DIRECTION and self.direction is None:
            raise ReferenceRangeError(f"{self.kind} without a direction")
        if self.kind is Kind.IN_RANGE and self.direction is not None:
            raise ReferenceRangeError("in range with a direction")

    @property
    def words(self) -> str:
        """The kind with its direction or reason, such as ``out_of_range low``."""
        word = self.reason or self.direction
        return f"{self.kind.value} {word.value}" if word else self.kind.value


class Verdict(StrEnum):
    """What one judgement says of a result."""

    LOW = "low"
    IN = "in"
    HIGH = "high"
    GREY = "grey"
    CRITICAL_LOW = "critical_low"
    CRITICAL_HIGH = "critical_high"
    NOT_CRITICAL = "not_critical"
    CANNOT_TELL = "cannot_tell"


class JudgementKind(StrEnum):
    """The judgements that are never merged; a condition target never leads."""

    INTERVAL = "interval"
    GUIDELINE = "guideline"
    CRITICAL = "critical"
    CONDITION_TARGET = "condition_target"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One result held against one limit.

    ``origin`` is ``laboratory`` for an interval sent with the result, else
    ``catalogue``.  ``rule`` is the id of the catalogue row; ``label`` the source's
    own name of the band, for staff.  ``span`` is in ``unit``, the unit that the
    source prints; ``factor`` says how many of them one reported unit makes, as a
    fraction such as ``"1/2"``.  ``reason`` says why a verdict is ``cannot_tell``.
    ``partition`` says in words of the data file whom the row is for.
    """

    kind: JudgementKind
    verdict: Verdict
    severity: int
    origin: str
    rule: str
    title: str
    label: str
    span: Span
    unit: str
    factor: str
    side: Side
    source: str
    partition: str = ""
    reason: Reason | None = None


class Amount(NamedTuple):
    """A number to show, in a unit; rounded for show only, never compared.

    The comparator is that of the reading: ``<3.6`` stays less than something.
    """

    number: Decimal
    unit: str
    comparator: Comparator = Comparator.EQUAL


@dataclass(frozen=True, slots=True)
class Axis:
    """The number line of a result: stops in the unit that was judged.

    ``stops`` run from the low end to the high end and each carries its number;
    ``far_low`` and ``far_high`` are where the far zones begin, if there are any.
    """

    unit: str
    start: Decimal
    end: Decimal
    far_low: Decimal | None
    far_high: Decimal | None


class Step(NamedTuple):
    """One line of the working: a rule, its inputs and what it gave.

    ``inputs`` are (name, text) pairs, numbers as decimals or fractions in text, each
    with its unit; ``source`` is a source id or empty.
    """

    rule: str
    gave: str
    inputs: tuple[tuple[str, str], ...] = ()
    source: str = ""


class Result(NamedTuple):
    """One observation with everything that was found out about it.

    ``code`` is of HL7 table 0078 (N L H LL HH A IND) or None; ``flag_agrees`` is
    None where the sender sent no flag, or none that we read.  ``severity`` is 0 to
    4 by the leading judgement.  ``derived_by`` is the formula's id where the value
    was computed.  ``leads`` names the kind of judgement that gave the outcome, None
    where nothing did; ``usual`` is what it takes as the usual range, in ``axis.unit``,
    ``closes`` are limits of other rows that hold in place of one of its own or where it
    has none, and ``at_edge`` says that the one value that was reported lies on one of
    them.  ``delta`` holds it against earlier results; ``near_limit`` says that it lies
    within the method's scatter of a limit of its class.  ``set_aside`` is the judgement
    by our own interval where the laboratory's was used, ``settled_by`` what would
    settle what is left open.  The last three are its ``Standing`` to the symptoms.
    """

    observation: Observation
    name: str
    outcome: Outcome
    code: str | None
    severity: int
    urgency: Urgency
    si: Amount | None = None
    conventional: Amount | None = None
    interval: Judgement | None = None
    guidelines: tuple[Judgement, ...] = ()
    critical: Judgement | None = None
    targets: tuple[Judgement, ...] = ()
    flag_agrees: bool | None = None
    axis: Axis | None = None
    leads: JudgementKind | None = None
    usual: Span | None = None
    closes: tuple[Judgement, ...] = ()
    at_edge: bool = False
    delta: Delta | None = None
    near_limit: NearLimit | None = None
    set_aside: Judgement | None = None
    settled_by: tuple[str, ...] = ()
    derived_by: str = ""
    trace: tuple[Step, ...] = ()
    relations: tuple[Relation, ...] = ()
    summary: ResultSummary = ResultSummary.NOT_USABLE
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RedFlag:
    """A danger sign: from a symptom, a result, or the two together.

    ``origin`` is ``symptom``, ``result`` or ``combination``; ``subjects`` are the
    symptom, analyte and factor ids that made it.
    """

    id: str
    urgency: Urgency
    origin: str
    subjects: tuple[str, ...]
    rule: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the panel shows beyond its single results.

    ``code`` is of the closed list in data/findings.toml (``flag_conflict``,
    ``limits_differ``, ``suspected_unit_mix_up``, a pattern's id …); ``params`` are
    (name, text) pairs to word it with; ``settled_by`` is the data file's, for staff.
    """

    code: str
    subjects: tuple[str, ...]
    urgency: Urgency
    rule: str
    params: tuple[tuple[str, str], ...] = ()
    sources: tuple[str, ...] = ()
    settled_by: str = ""


@dataclass(frozen=True, slots=True)
class Caution:
    """A remark on how far results can be trusted, or what else may move them.

    ``effect`` is ``explain``, ``soften``, ``ask``, ``suppress_food`` or ``sample``.
    """

    code: str
    analytes: tuple[str, ...]
    effect: str
    rule: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WithheldFood:
    """The food text of one analyte that must not be printed, and by which rule."""

    analyte: str
    rule: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """What would settle something; ``sent`` where it was a test, sent in vain."""

    fact: str
    analytes: tuple[str, ...]
    why: str
    sent: bool = False


@dataclass(frozen=True, slots=True)
class SourceRef:
    """A publication behind a statement, the place in it, and what it was read by."""

    id: str
    org: str
    year: int
    title: str
    where: str
    evidence: str
    via: str = ""


@dataclass(frozen=True, slots=True)
class CatalogueRef:
    """Which catalogue and profile an interpretation was made with."""

    version: str
    sha256: str
    profile: str
    reviewed_by: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole panel in numbers.

    ``all_in_range`` is true only if there is a result, every result is in range, and
    neither the sample nor a result came with a remark that may matter.
    ``unsupported`` counts the results that no rule of ours looks at; ``undecided``
    those that are indeterminate, in conflict, or not interpreted for another reason.
    """

    results: int
    in_range: int
    out_of_range: int
    critical: int
    undecided: int
    unsupported: int
    all_in_range: bool
    symptoms_asked: bool


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What a panel means: the one thing that pages, answers and lists are made from.

    ``results`` are worst first, ``derived`` likewise; everything is ordered by its
    content, so that the order in which things were sent changes nothing.  The food
    text of ``withheld_food`` must not be printed; ``withheld`` are the rules for that.
    """

    urgency: Urgency
    critical: bool
    overview: Overview
    results: tuple[Result, ...]
    derived: tuple[Result, ...]
    symptoms: tuple[SymptomFinding, ...] | None
    red_flags: tuple[RedFlag, ...]
    findings: tuple[Finding, ...]
    cautions: tuple[Caution, ...]
    missing: tuple[Missing, ...]
    factors: tuple[str, ...]
    withheld_food: tuple[str, ...]
    sources: tuple[SourceRef, ...]
    catalogue: CatalogueRef
    engine: str
    withheld: tuple[WithheldFood, ...] = ()
