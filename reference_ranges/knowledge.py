"""The symptom knowledge: links, danger signs, factors, cautions and patterns.

``knowledge_loading.load_knowledge`` makes it from the data files; nothing changes it
after.  A rule asks for *facts*: short words such as ``result:potassium:low``,
``band:ferritin:ferritin_low``, ``symptom:weakness:worsening=yes``, ``factor:ckd:``,
``specimen:haemolysed:``, ``pattern:addison:`` and ``person:female:50``.  Between the
colons stand the kind, the subject, and what is said of it.  ``facts`` gathers them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from reference_ranges.causes import Cause
from reference_ranges.limits import Span
from reference_ranges.panel import Extent
from reference_ranges.relations import Token
from reference_ranges.results import Direction, Urgency
from reference_ranges.scales import Ruler
from reference_ranges.triggers import Lines, Triggers

IN = "in"
GREY = "grey"
MISSING = "missing"


class Grade(StrEnum):
    """How well a link between a result and a symptom is supported, strongest first."""

    STRONG = "strong"
    MODERATE = "moderate"
    WEAK = "weak"
    MECHANISM = "mechanism"
    NULL = "null"


LISTED = (Grade.STRONG, Grade.MODERATE, Grade.WEAK)
"""The grades of links that a patient may be told of."""


@dataclass(frozen=True, slots=True)
class Symptom:
    """A symptom of the closed list; ``label`` is for staff, ``red_flag`` a danger sign.

    ``other_causes`` are ids of causes to talk about, unless something speaks of them.
    """

    id: str
    term: str
    label: str
    red_flag: bool
    other_causes: tuple[str, ...]
    snomed: tuple[str, ...]
    icd10: tuple[str, ...]
    icd10cm: tuple[str, ...]
    also_said_as: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of the scale of some analytes, as ``(analyte, unit, span)`` rows."""

    id: str
    rows: tuple[tuple[str, str, Span], ...]
    source: str
    evidence: str


@dataclass(frozen=True, slots=True, eq=False)
class Ladder:
    """All bands of one analyte, ready for readings in one unit.

    ``zones`` are the facts that hold between two neighbouring limits.
    """

    ruler: Ruler
    zones: tuple[frozenset[str], ...]

    def facts_of(self, extent: Extent) -> frozenset[str]:
        """Return the bands that the whole of *extent* lies within, as facts."""
        first, last = self.ruler.zones_of(extent)
        if first == last:
            return self.zones[first]
        return frozenset.intersection(*self.zones[first : last + 1])


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
    evidence: str


@dataclass(frozen=True, slots=True)
class Link:
    """How far a low or a high result goes with a symptom.

    The grade holds where ``band`` does (always if it is empty), else ``outside``
    does; ``grey`` is the grade in a grey zone.  ``through`` names what the link goes
    by way of.  A row that is not active is listed and never used.
    """

    id: str
    analyte: str
    direction: Direction
    symptom: str
    grade: Grade
    band: str
    outside: Grade
    grey: Grade | None
    through: str
    notes: tuple[str, ...]
    sources: tuple[str, ...]
    evidence: str
    active: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """Another finding that links go through, such as anaemia.

    Where ``when`` holds the link stands; where ``against`` does the token is
    ``closed``; else it is ``open`` and ``ask`` names the tests that would tell.
    """

    id: str
    when: Lines
    against: Lines
    open: Token
    closed: Token
    ask: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Yielding:
    """A test that is silent beside any of ``to``, and proves nothing without them.

    ``ask`` are the tests that would make one of them.
    """

    to: frozenset[str]
    ask: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InRangeRule:
    """What an in-range result says; the first rule that applies to a cell does.

    Empty ``symptoms`` stand for all that are linked.
    """

    id: str
    symptoms: frozenset[str]
    when: Lines
    token: Token
    notes: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConditionTarget:
    """A limit inside the general range that matters with one reported symptom."""

    id: str
    analyte: str
    symptom: str
    when: Lines
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Factor:
    """A medicine, habit or condition that moves results or causes symptoms itself.

    ``pushes`` are (analyte, direction); ``withholds`` are analytes whose food text
    must not be printed.  ``from_person`` is ``pregnant``, ``aged`` (from ``years``
    on) or empty; ``specimen`` the condition that it stands for, or empty; ``measured``
    what of a result shows it, for the choice of limits, or empty.
    """

    id: str
    kind: str
    label: str
    pushes: tuple[tuple[str, Direction], ...]
    effects: tuple[str, ...]
    alternative_for: frozenset[str]
    withholds: tuple[str, ...]
    specimen: str
    from_person: str
    years: int
    measured: Lines
    sources: tuple[str, ...]
    evidence: str
    active: bool


@dataclass(frozen=True, slots=True, eq=False)  # told apart by identity: fit for a cache
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
    evidence: str


@dataclass(frozen=True, slots=True)
class FoodRule:
    """Facts that withhold the food text of some analytes."""

    id: str
    analytes: tuple[str, ...]
    when: Lines


@dataclass(frozen=True, slots=True)
class Example:
    """A panel to try a pattern on; results read ``"potassium 3.2 mmol/L"``."""

    results: tuple[str, ...]
    symptoms: tuple[str, ...]
    factors: tuple[str, ...]
    specimen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """Something that several results show together.

    ``unless`` keeps the finding back, never its urgency: that holds as soon as
    ``urgent`` does, which is ``when`` without what reassures.  ``sample`` says that it
    speaks of a bad sample: it also sees values with a question on their unit.
    ``settled_by`` says to staff what would settle it, ``ask`` names our tests that
    would.  It is there in ``example`` and not in ``counter``, which looks like it.
    """

    id: str
    title: str
    settled_by: str
    ask: tuple[str, ...]
    example: Example
    counter: Example
    when: Lines
    urgent: Lines
    supports: Lines
    unless: Lines
    sample: bool
    urgency: Urgency
    sources: tuple[str, ...]
    evidence: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What became of a claim of the seed articles: the rules it is in, or why not."""

    id: str
    cited_by: tuple[str, ...]
    rejected: str


@dataclass(frozen=True, slots=True, eq=False)
class CommentWords:
    """What a laboratory's comment may say of the sample.

    ``phrases`` are (stems, condition): words that begin so, one after the other.  One
    of ``negations`` before them takes it back, with only ``between`` in between.
    ``no_blood`` are words of a test's name that say it was not done in blood.
    """

    negations: frozenset[str]
    between: frozenset[str]
    phrases: tuple[tuple[tuple[str, ...], str], ...]
    no_blood: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Knowledge:
    """All rules on symptoms, in the order of their files, with indexes made at load.

    ``links`` holds the active rows by (analyte, direction, symptom), those that share
    another's links under their own name; ``listed`` are the symptoms that an active row
    of grade weak or better links to an analyte, ``named`` those that any row names
    beside it, and ``asked`` the facts that such rows ask for.  ``unsettled`` are those
    of links that are only proposed: nothing is said of them.  ``grey_zones`` are the
    tests that settle those of a row, by its id.  ``ladders`` are by (analyte, unit);
    ``persons`` are the (sex, years) that rules ask for; ``watched`` the analytes that a
    rule asks to be missing; ``from_person`` the factors that follow from age or
    pregnancy.  ``helpful`` are the tests that go with a symptom, strongest link first;
    ``covered_by`` names the tests beside which another need not be asked for,
    ``yielding`` those that yield to it.  ``proposed`` rows are listed and never used.
    """

    symptoms: Mapping[str, Symptom]
    causes: Mapping[str, Cause]
    conditions: Mapping[str, str]
    comments: CommentWords
    bands: Mapping[str, Band]
    ladders: Mapping[tuple[str, str], Ladder]
    all_links: tuple[Link, ...]
    links: Mapping[tuple[str, Direction, str], Link]
    listed: Mapping[str, frozenset[str]]
    named: Mapping[str, tuple[str, ...]]
    asked: Mapping[str, frozenset[str]]
    unsettled: frozenset[tuple[str, Direction, str]]
    stands_for: Mapping[str, str]
    yields_to: Mapping[str, Yielding]
    grey_zones: Mapping[str, tuple[str, ...]]
    passages: Mapping[str, Passage]
    in_range: Mapping[str, tuple[InRangeRule, ...]]
    targets: Mapping[tuple[str, str], tuple[ConditionTarget, ...]]
    flags: Triggers[FlagRule]
    factors: Mapping[str, Factor]
    from_person: tuple[Factor, ...]
    cautions: Triggers[CautionRule]
    food: Triggers[FoodRule]
    all_patterns: tuple[Pattern, ...]
    patterns: Triggers[Pattern]
    claims: tuple[Claim, ...]
    helpful: Mapping[str, tuple[str, ...]]
    covered_by: Mapping[str, tuple[str, ...]]
    yielding: Mapping[str, tuple[str, ...]]
    persons: tuple[tuple[str, int], ...]
    watched: tuple[str, ...]
    proposed: tuple[str, ...]
