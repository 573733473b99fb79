"""One observation: its three judgements, the sender's flag, and what becomes of it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from reference_ranges.catalogue import Analyte, Catalogue
from reference_ranges.facts import Evidence, evidence_of, stated_conditions, unfit
from reference_ranges.judging.answers import Answer, Classified
from reference_ranges.judging.benches import Bench, Standing, bench_for, who_of
from reference_ranges.judging.compiling import laboratory_scale
from reference_ranges.judging.decision import Decision, decide
from reference_ranges.judging.flags import Flag, is_unread, read_flag
from reference_ranges.judging.open_questions import missing_for
from reference_ranges.judging.settling import Settled, settle
from reference_ranges.judging.showing import axis_in, display_for, edges_of
from reference_ranges.judging.verdicts import facts_in_question, judge
from reference_ranges.panel import (
    BLOOD,
    WITHDRAWN,
    Observation,
    Panel,
    Reading,
    Reason,
)
from reference_ranges.plausibility import (
    Doubt,
    alarms,
    as_stated,
    find_doubt,
    interval_is_doubtful,
    step_of,
)
from reference_ranges.results import Finding, Kind, Outcome, Step, Urgency
from reference_ranges.scales import Extent, Scale, extent_of


def classify(
    observation: Observation, panel: Panel, catalogue: Catalogue
) -> Classified:
    """Judge *observation* for the patient of *panel*.

    Never raises for an observation that intake admits: what cannot be judged is
    ``not_interpreted`` with its reason, and what cannot be told is
    ``indeterminate``, naming the fact that would settle it.
    """
    return classify_all((observation,), panel, catalogue)[0]


def classify_all(
    observations: Iterable[Observation], panel: Panel, catalogue: Catalogue
) -> tuple[Classified, ...]:
    """Judge *observations* for the patient of *panel*, in the order given."""
    bench = bench_for(catalogue, who_of(panel, catalogue))
    conditions = stated_conditions(panel, catalogue.rules)
    moved = unfit(conditions, catalogue.rules) if conditions else frozenset[str]()
    sample = _Sample(panel.specimen, moved)
    return tuple([_classify(one, sample, bench) for one in observations])


class _Sample(NamedTuple):
    """What the specimen is, and the tests that a stated fault of it may have moved."""

    specimen: str
    moved: frozenset[str]


class _Case(NamedTuple):
    """One observation that could be read, with what is needed to judge it."""

    observation: Observation
    reading: Reading
    analyte: Analyte
    unit: str
    extent: Extent
    bench: Bench
    asked: tuple[str, ...]
    open_to: tuple[Reason, ...]


def _classify(observation: Observation, sample: _Sample, bench: Bench) -> Classified:
    analyte = bench.catalogue.analytes.get(observation.analyte or "")
    reason = _refusal(observation, analyte, sample.specimen)
    reading, unit = observation.reading, observation.unit
    if analyte is None or reading is None or unit is None:
        name = analyte.name if analyte else observation.name
        undecided = _undecided(reason or Reason.VALUE_NOT_READ)
        return _kept(observation, name, undecided, bench)
    asked = _asked(observation, analyte, unit, bench)
    open_to = tuple(_OPEN_TO[code] for code in asked if code in _OPEN_TO)
    if analyte.id in sample.moved:
        open_to = (Reason.SPECIMEN_UNFIT, *open_to)
    extent = extent_of(reading)
    case = _Case(observation, reading, analyte, unit, extent, bench, asked, open_to)
    if reason is not None:
        return _refused(case, reason)
    return _judged(case)


_FLAG_UNREAD, _INTERVAL_UNREAD = "flag_unread", "interval_unread"
_INTERVAL_DOUBTFUL = "interval_doubtful"
_OPEN_TO = {
    _FLAG_UNREAD: Reason.FLAG_UNREAD,
    _INTERVAL_DOUBTFUL: Reason.INTERVAL_DOUBTFUL,
}


def _asked(
    observation: Observation, analyte: Analyte, unit: str, bench: Bench
) -> tuple[str, ...]:
    """Return what has to be asked about what came with a result."""
    interval = observation.lab_interval
    if interval is None or interval.span is None:
        return _unread(observation)
    if interval_is_doubtful(interval.span, analyte.id, unit, bench):
        return (*_unread(observation), _INTERVAL_DOUBTFUL)
    return _unread(observation)


def _unread(observation: Observation) -> tuple[str, ...]:
    """Return what of a flag and an interval that were sent we cannot read."""
    interval = observation.lab_interval
    flag = (_FLAG_UNREAD,) if is_unread(observation.sender_flag) else ()
    if interval is None or interval.span is not None or not interval.text.strip():
        return flag
    return (*flag, _INTERVAL_UNREAD)


def _questions(codes: Iterable[str], subject: str) -> tuple[Finding, ...]:
    """Return findings that ask; a mark that we cannot read may be an alarm."""
    return tuple(
        Finding(
            code,
            (subject,),
            Urgency.SOON if code == _FLAG_UNREAD else Urgency.ROUTINE,
            code,
        )
        for code in codes
    )


def _refusal(
    observation: Observation, analyte: Analyte | None, specimen: str
) -> Reason | None:
    if observation.status in WITHDRAWN:
        return Reason.STATUS_NOT_USABLE
    if observation.refusal is not None:
        return observation.refusal
    if analyte is None:
        return Reason.ANALYTE_NOT_SUPPORTED
    if specimen and specimen not in BLOOD:
        return Reason.WRONG_SPECIMEN
    return None


def _undecided(reason: Reason, *findings: Finding) -> Decision:
    """Return that nothing was decided; an alarm among *findings* still counts."""
    question = reason is Reason.UNIT_QUESTION
    kind = Kind.INDETERMINATE if question else Kind.NOT_INTERPRETED
    urgency = max((one.urgency for one in findings), default=Urgency.ROUTINE)
    return Decision(Outcome(kind, reason=reason), 0, urgency, findings=findings)


def _refused(case: _Case, reason: Reason) -> Classified:
    """Keep a row that was read but cannot be judged."""
    if reason is Reason.UNIT_PROPERTY_MISMATCH:
        return _held(case, Doubt(reason.value, reason.value, reason), reason)
    return _kept(case.observation, case.analyte.name, _undecided(reason), case.bench)


def _held(case: _Case, doubt: Doubt, reason: Reason) -> Classified:
    """Hold a value that cannot be taken at its word."""
    observation, analyte, unit = case.observation, case.analyte, case.unit
    findings = alarms(doubt, observation, analyte, case.extent, case.bench)
    undecided = _undecided(reason, *findings)
    ordinary = doubt.settled and len(findings) == 1
    stated = as_stated(observation, analyte, unit, case.extent, case.bench).outcome
    step = step_of(doubt, analyte, unit, case.bench)
    doubted = _Doubted(step, None if ordinary else stated)
    return _kept(observation, analyte.name, undecided, case.bench, doubted)


class _Doubted(NamedTuple):
    """Why a value was held, and what it would mean as stated, where that may be so."""

    step: Step
    stated: Outcome | None


def _kept(
    observation: Observation,
    name: str,
    decision: Decision,
    bench: Bench,
    doubted: _Doubted | None = None,
) -> Classified:
    """Return a result that nothing was held against."""
    reading, subject = observation.reading, observation.analyte or observation.name
    withdrawn = decision.outcome.reason is Reason.STATUS_NOT_USABLE
    asked = () if withdrawn else _questions(_unread(observation), subject)
    settled = settle(
        replace(decision, findings=(*decision.findings, *asked)),
        read_flag(observation.sender_flag),
        reading.comparator if reading else None,
        subject,
        bench.catalogue.settings,
    )
    answer = Answer(
        name=name,
        settled=settled,
        evidence=_evidence(observation, settled, bench, doubted and doubted.stated),
        findings=settled.findings,
        steps=(doubted.step, *settled.steps) if doubted else settled.steps,
        missing=missing_for(settled.outcome, subject),
    )
    trace = (_reading_step(observation, reading), *answer.steps)
    return Classified(observation, answer, trace)


def _evidence(
    observation: Observation, settled: Settled, bench: Bench, stated: Outcome | None
) -> Evidence:
    rules = bench.catalogue.rules
    return evidence_of(observation, settled.outcome, settled.urgency, rules, stated)


def _judged(case: _Case) -> Classified:
    """Judge a reading; the answer for the zones that it lies in is made only once."""
    standing = case.bench.standing(case.analyte, case.unit)
    laboratory = _laboratory(case)
    flag = read_flag(case.observation.sender_flag)
    key = (
        laboratory,
        laboratory and laboratory.ruler.zones_of(case.extent),
        standing.ruler.zones_of(case.extent),
        flag and flag.code,
        case.reading.comparator,
        case.asked,
        case.open_to,
    )
    answer = standing.answers.get(key)
    if isinstance(answer, Answer):
        return _answered(case, answer)
    doubt = find_doubt(
        case.observation, case.analyte, case.unit, case.extent, case.bench
    )
    if doubt is not None and doubt.reason is not None:
        return _held(case, doubt, doubt.reason)
    if len(standing.answers) >= _MOST_ANSWERS:
        standing.answers.clear()
    answer = _make_answer(case, standing, laboratory, flag, doubt)
    standing.answers[key] = answer
    return _answered(case, answer)


_MOST_ANSWERS = 1024  # laboratories may send ever new intervals


def _answered(case: _Case, answer: Answer) -> Classified:
    """Return the observation of *case* with its own numbers beside the answer."""
    observation, extent = case.observation, case.extent
    si, conventional = answer.shown(case.reading, extent)
    return Classified(
        observation=observation,
        answer=answer,
        trace=(_reading_step(observation, case.reading), *answer.steps),
        si=si,
        conventional=conventional,
        at_edge=extent.low in answer.edges and extent == (extent.low, 0, extent.low, 0),
    )


def _make_answer(
    case: _Case,
    standing: Standing,
    laboratory: Scale | None,
    flag: Flag | None,
    doubt: Doubt | None,
) -> Answer:
    analyte, settings = case.analyte, case.bench.catalogue.settings
    doubtful = _INTERVAL_DOUBTFUL in case.asked
    judged = judge(standing, case.extent, None if doubtful else laboratory)
    decision = decide(judged, analyte.lead, analyte.id, settings)
    asked = _questions(case.asked, analyte.id)
    if doubt is not None:
        asked = (*asked, doubt.finding(analyte.id))
    decision = replace(
        decision,
        findings=(*decision.findings, *asked),
        urgency=max((decision.urgency, *(one.urgency for one in asked))),
        open_to=case.open_to,
    )
    settled = settle(decision, flag, case.reading.comparator, analyte.id, settings)
    ruling, steps = decision.ruling, [one.step for one in judged.rulings]
    if doubt is not None:
        steps.append(step_of(doubt, analyte, case.unit, case.bench))
    return Answer(
        name=analyte.name,
        settled=settled,
        evidence=_evidence(case.observation, settled, case.bench, decision.outcome),
        findings=settled.findings,
        steps=(*steps, *settled.steps),
        missing=missing_for(
            settled.outcome, analyte.id, lambda: facts_in_question(standing)
        ),
        interval=judged.interval and judged.interval.judgement,
        guidelines=judged.guidelines,
        critical=judged.critical and judged.critical.judgement,
        targets=tuple(one.judgement for one in judged.targets),
        axis=axis_in(analyte.axis, ruling.judgement.unit, analyte) if ruling else None,
        leads=decision.leads,
        usual=ruling and ruling.usual,
        set_aside=judged.ours and judged.ours.judgement,
        edges=edges_of(ruling),
        display=display_for(analyte, case.unit, case.extent, case.bench),
    )


def _laboratory(case: _Case) -> Scale | None:
    interval = case.observation.lab_interval
    if interval is None or interval.span is None:
        return None
    setting = "severity_outside_laboratory_interval"
    severity = int(case.bench.catalogue.settings[setting])
    return laboratory_scale(interval.span, case.unit, severity)


def _reading_step(observation: Observation, reading: Reading | None) -> Step:
    gave = f"{reading.comparator} {reading.number:f}" if reading else "not read"
    sent = (("value", observation.value_text), ("unit", observation.unit_text))
    return Step("reading", gave, sent)
