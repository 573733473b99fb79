"""One observation: its three judgements, the sender's flag, and what becomes of it."""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from reference_ranges.catalogue import Analyte, Catalogue
from reference_ranges.facts import (
    Evidence,
    evidence_of,
    facts_of,
    stated_conditions,
    unfit,
)
from reference_ranges.judging.answers import Answer, Classified, classified
from reference_ranges.judging.benches import Bench, bench_for, who_of
from reference_ranges.judging.decision import Decision, Judged, decide
from reference_ranges.judging.differences import fallback_limits
from reference_ranges.judging.open_questions import missing_for
from reference_ranges.judging.settling import settle
from reference_ranges.judging.showing import axis_in, display_for, edges_of
from reference_ranges.judging.verdicts import facts_in_question, judge
from reference_ranges.judging.whole import whole_of
from reference_ranges.manners import (
    FLAG_UNREAD,
    INTERVAL_DOUBTFUL,
    Manner,
    Sample,
    Setting,
    manner_of,
)
from reference_ranges.panel import Extent, Observation, Panel, Reading, Reason, Shift
from reference_ranges.plausibility import (
    Doubt,
    alarms,
    as_stated,
    find_doubt,
    shift_doubt,
    step_of,
)
from reference_ranges.readings import reading_reach
from reference_ranges.results import Finding, Kind, Outcome, Step, Urgency
from reference_ranges.scales import Scale


def classify(
    observation: Observation, panel: Panel, catalogue: Catalogue
) -> Classified:
    """Judge *observation* for the patient of *panel*.

    Never raises for an observation that intake admits: what cannot be judged is
    ``not_interpreted`` with its reason, and what cannot be told is
    ``indeterminate``, naming the fact that would settle it.
    """
    return court_of(panel, catalogue).judge(observation)


class Court(NamedTuple):
    """Whose results are judged, and of what sample."""

    bench: Bench
    sample: Sample

    def judge(self, observation: Observation) -> Classified:
        """Judge *observation*, as ``classify`` does; the same one only once."""
        if observation.comment:  # in anybody's words: seldom the same again
            return _judge(observation, self.sample, self.bench)
        return _judge_once(observation, self.sample, self.bench)


def _judge(observation: Observation, sample: Sample, bench: Bench) -> Classified:
    manner = manner_of(observation, sample, bench)
    answer = _answer_to(observation, manner)
    if manner.shift is not None:
        answer = _shifted(observation, answer, manner, manner.shift)
    return classified(observation, answer, manner.analyte)


_judge_once = lru_cache(maxsize=16_384)(_judge)  # sodium comes in some sixty numbers


def court_of(
    panel: Panel, catalogue: Catalogue, measured: frozenset[str] = frozenset()
) -> Court:
    """Return what judges the results of *panel*; *measured* are factors beyond it."""
    conditions = stated_conditions(panel, catalogue.rules)
    moved = unfit(conditions, panel.factors, catalogue.rules)
    bench = bench_for(catalogue, who_of(panel, catalogue, measured))
    return Court(bench, Sample(panel.specimen, moved, panel.shifts))


class _Case(NamedTuple):
    """One observation that was read, with what is needed to judge it."""

    observation: Observation
    reading: Reading
    manner: Manner
    setting: Setting

    @property
    def analyte(self) -> Analyte:
        """What was measured."""
        return self.setting.analyte

    @property
    def unit(self) -> str:
        """The unit that it came in."""
        return self.setting.unit

    @property
    def bench(self) -> Bench:
        """The limits for the patient."""
        return self.manner.bench

    @property
    def extent(self) -> Extent:
        """All that the reading may stand for."""
        return self.reading.extent

    @property
    def laboratory(self) -> Scale | None:
        """The laboratory's own interval, unless it is in doubt itself."""
        doubtful = INTERVAL_DOUBTFUL in self.manner.asked
        return None if doubtful else self.setting.laboratory


def _answer_to(observation: Observation, manner: Manner) -> Answer:
    """Judge an observation; the answer for the zones it lies in is made only once."""
    reading, setting, reason = observation.reading, manner.setting, manner.reason
    if reading is None or setting is None:
        return _unjudged(manner, reason or Reason.VALUE_NOT_READ)
    if reason is Reason.UNIT_PROPERTY_MISMATCH:
        doubt = Doubt(reason.value, reason.value, reason)
        return _held(_Case(observation, reading, manner, setting), doubt, reason)
    if reason is not None:
        return _unjudged(manner, reason)
    zones = setting.ruler.zones_of(reading.extent)
    answer = manner.answers.get(zones)
    if answer is not None:
        return answer
    case = _Case(observation, reading, manner, setting)
    question = find_doubt(
        observation, setting.analyte, setting.unit, case.extent, case.bench
    )
    if question is not None and question.reason is not None:
        return _held(case, question, question.reason)
    answer = manner.answers[zones] = _make_answer(case, question)
    return answer


def _questions(codes: Iterable[str], subject: str) -> tuple[Finding, ...]:
    """Return findings that ask; a mark that we cannot read may be an alarm."""
    return tuple(
        Finding(
            code,
            (subject,),
            Urgency.SOON if code == FLAG_UNREAD else Urgency.ROUTINE,
            code,
        )
        for code in codes
    )


def _undecided(reason: Reason, *findings: Finding) -> Decision:
    """Return that nothing was decided; an alarm among *findings* still counts."""
    question = reason is Reason.UNIT_QUESTION
    kind = Kind.INDETERMINATE if question else Kind.NOT_INTERPRETED
    urgency = max((one.urgency for one in findings), default=Urgency.ROUTINE)
    return Decision(Outcome(kind, reason=reason), 0, urgency, findings=findings)


def _unjudged(manner: Manner, reason: Reason) -> Answer:
    """Return the one answer to all that cannot be judged for the same *reason*."""
    answer = manner.answers.get(None)
    if answer is None:
        answer = manner.answers[None] = _kept(manner, _undecided(reason))
    return answer


_STANDS = {Kind.CRITICAL, Kind.CONFLICT, Kind.NOT_INTERPRETED}


def _shifted(seen: Observation, answer: Answer, manner: Manner, shift: Shift) -> Answer:
    """Hold a value of a sender whose results have moved as by a change of unit.

    What is critical, contested or held for its own sake stays so, and the question is
    put beside it.  The urgency is never less than without the question.
    """
    setting, settled = manner.setting, answer.settled
    if seen.reading is None or setting is None or manner.reason is not None:
        return answer
    doubt = shift_doubt(shift, setting.analyte, setting.unit, settled.urgency)
    asked = settled.outcome.reason is Reason.UNIT_QUESTION
    if not asked and settled.outcome.kind not in _STANDS:
        case = _Case(seen, seen.reading, manner, setting)
        return _held(case, doubt, Reason.UNIT_QUESTION)
    findings = (*answer.findings, doubt.finding(setting.analyte.id))
    return replace(answer, findings=findings)


def _held(case: _Case, doubt: Doubt, reason: Reason) -> Answer:
    """Hold a value that cannot be taken at its word."""
    observation, analyte, unit = case.observation, case.analyte, case.unit
    findings = alarms(doubt, observation, analyte, case.extent, case.bench)
    undecided = _undecided(reason, *findings)
    ordinary = doubt.settled and len(findings) == 1
    stated = as_stated(observation, analyte, unit, case.extent, case.bench).outcome
    step = step_of(doubt, analyte, unit, case.bench)
    doubted = _Doubted(step, None if ordinary else (observation, stated))
    return _kept(case.manner, undecided, doubted)


class _Doubted(NamedTuple):
    """Why a value was held; and it with what it would mean as stated, if it may."""

    step: Step
    stated: tuple[Observation, Outcome] | None


def _kept(
    manner: Manner,
    decision: Decision,
    doubted: _Doubted | None = None,
) -> Answer:
    """Return what is said of a result that nothing was held against."""
    sent, rules = manner.sent, manner.bench.catalogue.rules
    withdrawn = decision.outcome.reason is Reason.STATUS_NOT_USABLE
    asked = () if withdrawn else _questions(manner.unread, sent.subject)
    settled = settle(
        replace(decision, findings=(*decision.findings, *asked)),
        manner.flag,
        sent.comparator,
        sent.subject,
        manner.bench.catalogue.settings,
    )
    taken = doubted and doubted.stated
    stated = facts_of(*taken, rules) if taken else frozenset[str]()
    return Answer(
        name=manner.analyte.name if manner.analyte else sent.name,
        settled=settled,
        evidence=Evidence(
            sent.analyte, settled.outcome, settled.urgency, frozenset(), stated
        ),
        findings=settled.findings,
        steps=(doubted.step, *settled.steps) if doubted else settled.steps,
        missing=missing_for(settled.outcome, sent.subject),
    )


def _decided(case: _Case, judged: Judged, doubt: Doubt | None) -> Decision:
    """Return the decision on *judged* with all that is asked about the result."""
    analyte, bench, manner = case.analyte, case.bench, case.manner
    decision = decide(judged, analyte.lead, analyte.id, bench.catalogue.settings)
    borrowed, profile = case.setting.standing.borrowed, bench.who.profile
    asked = (
        *_questions(manner.asked, analyte.id),
        *fallback_limits(judged.rulings, borrowed, profile, analyte.id),
        *((doubt.finding(analyte.id),) if doubt else ()),
    )
    return replace(
        decision,
        findings=(*decision.findings, *asked),
        urgency=max((decision.urgency, *(one.urgency for one in asked))),
        open_to=manner.open_to,
    )


def _make_answer(case: _Case, doubt: Doubt | None) -> Answer:
    analyte, catalogue, setting = case.analyte, case.bench.catalogue, case.setting
    settings, rules = catalogue.settings, catalogue.rules
    judged = judge(setting.standing, case.extent, case.laboratory)
    decision = _decided(case, judged, doubt)
    settled = settle(
        decision, case.manner.flag, setting.comparator, analyte.id, settings
    )
    ruling, steps = decision.ruling, [one.step for one in judged.rulings]
    reach = reading_reach(case.reading)
    whole = whole_of(ruling, analyte.lead, setting.standing, case.laboratory, reach)
    if doubt is not None:
        steps.append(step_of(doubt, analyte, case.unit, case.bench))
    return Answer(
        name=analyte.name,
        settled=settled,
        evidence=evidence_of(
            case.observation,
            settled.outcome,
            settled.urgency,
            rules,
            decision.outcome,
        ),
        findings=settled.findings,
        steps=(*steps, *settled.steps),
        missing=missing_for(
            settled.outcome,
            analyte.id,
            lambda: facts_in_question(setting.standing),
            rules.grey_zones.get(ruling.judgement.rule, ()) if ruling else (),
        ),
        interval=judged.interval and judged.interval.judgement,
        guidelines=judged.guidelines,
        critical=judged.critical and judged.critical.judgement,
        targets=tuple(one.judgement for one in judged.targets),
        axis=axis_in(analyte.axis, ruling.judgement.unit, analyte) if ruling else None,
        leads=decision.leads,
        usual=whole.usual,
        closes=whole.closes,
        set_aside=judged.ours and judged.ours.judgement,
        edges=edges_of(ruling, whole.closes),
        display=display_for(analyte, case.unit, case.extent, case.bench),
    )
