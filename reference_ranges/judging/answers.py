"""What is said of a result: what it shares with its like, and what is its own."""

from dataclasses import dataclass
from typing import NamedTuple

from reference_ranges.facts import Evidence
from reference_ranges.judging.settling import Settled
from reference_ranges.judging.showing import Display
from reference_ranges.limits import Span
from reference_ranges.panel import Observation, Reading
from reference_ranges.relations import Relation, ResultSummary
from reference_ranges.results import (
    Amount,
    Axis,
    Finding,
    Judgement,
    JudgementKind,
    Missing,
    Result,
    Step,
)


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """All that is said of a result but its numbers.

    It is the same for every value that lies in the same zones.
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
    set_aside: Judgement | None = None
    edges: frozenset[int] = frozenset()
    display: Display | None = None

    @property
    def settled_by(self) -> tuple[str, ...]:
        """The facts that would settle what is left open."""
        return tuple([one.fact for one in self.missing])

    def shown(self, reading: Reading) -> tuple[Amount | None, Amount | None]:
        """Return *reading* in the SI and in the conventional unit, if it is judged."""
        return self.display.shown(reading) if self.display else (None, None)


class Classified(NamedTuple):
    """An observation with all that was found out about it, but for its relations.

    ``answer`` may be shared with other observations.
    """

    observation: Observation
    answer: Answer
    trace: tuple[Step, ...]
    si: Amount | None = None
    conventional: Amount | None = None
    at_edge: bool = False
    derived_by: str = ""

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

    @property
    def result(self) -> Result:
        """The result before it is held against symptoms."""
        return self.related((), ResultSummary.NOT_USABLE, ())

    def related(
        self,
        relations: tuple[Relation, ...],
        summary: ResultSummary,
        cautions: tuple[str, ...],
    ) -> Result:
        """Return the result with how it stands to the reported symptoms."""
        answer, settled = self.answer, self.answer.settled
        return Result(
            observation=self.observation,
            name=answer.name,
            outcome=settled.outcome,
            code=settled.code,
            severity=settled.severity,
            urgency=settled.urgency,
            si=self.si,
            conventional=self.conventional,
            interval=answer.interval,
            guidelines=answer.guidelines,
            critical=answer.critical,
            targets=answer.targets,
            flag_agrees=settled.agrees,
            axis=answer.axis,
            summary=summary,
            relations=relations,
            cautions=cautions,
            derived_by=self.derived_by,
            trace=self.trace,
            leads=answer.leads,
            usual=answer.usual,
            at_edge=self.at_edge,
            set_aside=answer.set_aside,
            settled_by=answer.settled_by,
        )
