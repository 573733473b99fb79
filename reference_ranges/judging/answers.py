"""What is said of a result: what it shares with its like, and what is its own."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from reference_ranges.catalogue import Analyte
from reference_ranges.facts import Evidence
from reference_ranges.judging.settling import Settled
from reference_ranges.judging.showing import Display
from reference_ranges.limits import Span
from reference_ranges.near_limits import with_near_limit
from reference_ranges.panel import Comparator, Extent, Observation, Reading, Reason
from reference_ranges.relations import Standing
from reference_ranges.results import (
    Amount,
    Axis,
    Finding,
    Judgement,
    JudgementKind,
    Kind,
    Missing,
    Result,
    Step,
)


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """All that is said of a result but its numbers.

    It is the same for every value that lies in the same zones.  ``settled_by`` are the
    facts that would settle what is left open, ``sources`` what its working rests on.
    """

    name: str
    settled: Settled
    evidence: Evidence
    findings: tuple[Finding, ...]
    steps: tuple[Step, ...]
    missing: tuple[Missing, ...] = ()
    interval: Judgement | None = None
    guidelines: tuple[Judgement, ...] = ()
    critical: Judgement | None = None
    targets: tuple[Judgement, ...] = ()
    axis: Axis | None = None
    leads: JudgementKind | None = None
    usual: Span | None = None
    closes: tuple[Judgement, ...] = ()
    set_aside: Judgement | None = None
    edges: frozenset[int] = frozenset()
    display: Display | None = None
    settled_by: tuple[str, ...] = field(init=False)
    sources: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """List once what every panel with such a result asks for."""
        settled_by = tuple([one.fact for one in self.missing])
        sources = frozenset([one.source for one in self.steps])
        sources |= {one.source for one in self.closes}
        object.__setattr__(self, "settled_by", settled_by)
        object.__setattr__(self, "sources", sources)

    @property
    def counts(self) -> bool:
        """Whether a result is taken at its word, so that others may be made of it."""
        kind, reason = self.settled.outcome.kind, self.settled.outcome.reason
        if kind is Kind.NOT_INTERPRETED:
            return reason is Reason.NO_LIMIT
        return kind is not Kind.CONFLICT and reason is not Reason.UNIT_QUESTION

    def shown(self, reading: Reading | None) -> tuple[Amount | None, Amount | None]:
        """Return *reading* in the SI and in the conventional unit, if it is judged."""
        if reading is None or self.display is None:
            return None, None
        return self.display.shown(reading)

    def on_edge(self, extent: Extent) -> bool:
        """Say whether *extent* is one value, and that a limit of the usual range."""
        return extent.low in self.edges and extent.low == extent.high


class Exact(NamedTuple):
    """A result that formulas can take as it came, and its number with the unit as text.

    ``working`` says how it became a number of that unit, where it had to.
    """

    number: Decimal
    unit: str
    shown: str
    working: tuple[tuple[str, str], ...] = ()


class Classified(NamedTuple):
    """An observation with all that was found out about it, but for its relations.

    ``answer`` may be shared with other observations.  ``result`` is the result before
    it is held against symptoms, ``reported`` the same with the limit that it is close
    to, if it is: of a value that was computed nobody knows the scatter.  ``exact`` is
    what formulas take of it, None where they cannot use it.
    """

    answer: Answer
    result: Result
    reported: Result
    exact: Exact | None = None

    @property
    def observation(self) -> Observation:
        """What was judged."""
        return self.result.observation

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found on the way."""
        return self.answer.findings

    @property
    def missing(self) -> tuple[Missing, ...]:
        """The facts that would settle it."""
        return self.answer.missing

    @property
    def critical(self) -> bool:
        """Whether someone must be told now, or had to be if a held value were true."""
        return self.answer.settled.critical

    def computed(self, formula: str, step: Step) -> "Classified":
        """Return it as the value that *formula* gave, with the working in *step*."""
        trace = (step, *self.result.trace)
        parts = (*self.result[:-5], formula, trace, *self.result[-3:])
        result = Result._make(parts)
        return Classified(self.answer, result, result, self.exact)

    def related(self, standing: Standing) -> Result:
        """Return the result with how it stands to the reported symptoms."""
        return Result._make(self.reported[:-3] + standing)


def classified(
    observation: Observation, answer: Answer, analyte: Analyte | None
) -> Classified:
    """Return *observation* of *analyte* with its own numbers beside its *answer*."""
    result = _result(observation, answer)
    return Classified(
        answer=answer,
        result=result,
        reported=result if analyte is None else with_near_limit(result, analyte),
        exact=_exact(observation) if answer.counts else None,
    )


def _result(observation: Observation, answer: Answer) -> Result:
    settled, reading = answer.settled, observation.reading
    si, conventional = answer.shown(reading)
    return Result(
        observation=observation,
        name=answer.name,
        outcome=settled.outcome,
        code=settled.code,
        severity=settled.severity,
        urgency=settled.urgency,
        si=si,
        conventional=conventional,
        interval=answer.interval,
        guidelines=answer.guidelines,
        critical=answer.critical,
        targets=answer.targets,
        flag_agrees=settled.agrees,
        axis=answer.axis,
        leads=answer.leads,
        usual=answer.usual,
        closes=answer.closes,
        at_edge=reading is not None and answer.on_edge(reading.extent),
        set_aside=answer.set_aside,
        settled_by=answer.settled_by,
        trace=(_reading_step(observation), *answer.steps),
    )


def _reading_step(observation: Observation) -> Step:
    reading = observation.reading
    gave = f"{reading.comparator} {reading.number:f}" if reading else "not read"
    sent = (("value", observation.value_text), ("unit", observation.unit_text))
    return Step("reading", gave, sent)


def _exact(observation: Observation) -> Exact | None:
    reading, unit = observation.reading, observation.unit
    if reading is None or unit is None or reading.comparator is not Comparator.EQUAL:
        return None
    return Exact(reading.number, unit, f"{reading.number:f} {unit}")
