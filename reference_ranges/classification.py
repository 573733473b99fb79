"""One observation: its three judgements, the sender's flag, and what becomes of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from reference_ranges.benches import Bench, bench_for, who_of
from reference_ranges.catalogue import Analyte, Catalogue
from reference_ranges.compiling import laboratory_scale
from reference_ranges.decision import Decision, Judged, decide, urgency_of
from reference_ranges.flags import Reconciled, reconcile
from reference_ranges.judging import facts_in_question, judge
from reference_ranges.panel import Observation, ObservationStatus, Panel, Reason
from reference_ranges.plausibility import Doubt, critical_if_true, find_doubt
from reference_ranges.results import (
    Direction,
    Finding,
    Kind,
    Missing,
    Outcome,
    Result,
    Step,
    Urgency,
)
from reference_ranges.scales import Extent, Scale, extent_of
from reference_ranges.showing import axis_in, on_an_edge, shown_in

BLOOD = frozenset({"", "serum", "plasma", "blood", "whole_blood"})
"""The specimens that our limits are for; empty where the sender named none."""

_WITHDRAWN = {ObservationStatus.CANCELLED, ObservationStatus.ENTERED_IN_ERROR}


@dataclass(frozen=True, slots=True)
class Classified:
    """A result without its relations, and what was found on the way.

    ``critical`` says that someone must be told now: by a critical limit of ours, or
    by a sender's flag, which is never lowered.
    """

    result: Result
    findings: tuple[Finding, ...] = ()
    missing: tuple[Missing, ...] = ()
    critical: bool = False


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
    bench = bench_for(catalogue, who_of(panel))
    return tuple([_classify(one, panel.specimen, bench) for one in observations])


@dataclass(frozen=True, slots=True)
class _Case:
    """One observation that could be read, with what is needed to judge it."""

    observation: Observation
    analyte: Analyte
    unit: str
    extent: Extent
    bench: Bench

    @property
    def settings(self) -> Mapping[str, Decimal]:
        return self.bench.catalogue.settings


def _classify(observation: Observation, specimen: str, bench: Bench) -> Classified:
    analyte = bench.catalogue.analytes.get(observation.analyte or "")
    reason = _refusal(observation, analyte, specimen)
    unit = observation.unit
    if analyte is None or observation.reading is None or unit is None:
        return _unread(observation, analyte, reason or Reason.VALUE_NOT_READ, bench)
    extent = extent_of(observation.reading)
    case = _Case(observation, analyte, unit, extent, bench)
    if reason is not None:
        return _refused(case, reason)
    doubt = find_doubt(observation, analyte, unit, extent, bench)
    if doubt is not None and doubt.reason is not None:
        return _held(case, doubt, doubt.reason)
    return _judged(case, doubt)


def _refusal(
    observation: Observation, analyte: Analyte | None, specimen: str
) -> Reason | None:
    if observation.status in _WITHDRAWN:
        return Reason.STATUS_NOT_USABLE
    if observation.refusal is not None:
        return observation.refusal
    if analyte is None:
        return Reason.ANALYTE_NOT_SUPPORTED
    if specimen not in BLOOD:
        return Reason.WRONG_SPECIMEN
    return None


def _unread(
    observation: Observation, analyte: Analyte | None, reason: Reason, bench: Bench
) -> Classified:
    """Keep a row that could not be read, or that we know nothing of."""
    name = analyte.name if analyte else observation.name
    decision = _undecided(reason)
    result = _bare(observation, name, decision)
    return _flagged(result, decision, bench.catalogue.settings)


def _refused(case: _Case, reason: Reason) -> Classified:
    """Keep a row that was read but cannot be judged; an alarm still goes out."""
    findings: tuple[Finding, ...] = ()
    urgency = Urgency.ROUTINE
    if reason is Reason.UNIT_PROPERTY_MISMATCH:
        alarm = critical_if_true(None, case.analyte, case.unit, case.extent, case.bench)
        urgency = alarm.urgency if alarm else urgency
        subjects = (case.analyte.id,)
        code = reason.value
        findings = (
            Finding(code, subjects, urgency, code),
            *((alarm,) if alarm else ()),
        )
    decision = replace(_undecided(reason), urgency=urgency, findings=findings)
    result = _bare(case.observation, case.analyte.name, decision)
    return _flagged(result, decision, case.settings)


def _held(case: _Case, doubt: Doubt, reason: Reason) -> Classified:
    """Hold a value that cannot be taken at its word; an alarm still goes out."""
    asked = doubt.finding(case.analyte.id)
    alarm = critical_if_true(doubt, case.analyte, case.unit, case.extent, case.bench)
    decision = replace(
        _undecided(reason),
        urgency=alarm.urgency if alarm else Urgency.ROUTINE,
        findings=(asked, alarm) if alarm else (asked,),
    )
    result = _bare(case.observation, case.analyte.name, decision)
    return _flagged(result, decision, case.settings)


def _judged(case: _Case, doubt: Doubt | None) -> Classified:
    analyte, settings = case.analyte, case.settings
    limits = case.bench.limits(analyte, case.unit)
    judged = judge(limits, case.extent, _laboratory(case))
    decision = decide(judged, analyte.lead, analyte.id, settings)
    if doubt is not None:
        asked = doubt.finding(analyte.id)
        decision = replace(decision, findings=(*decision.findings, asked))
    found = _flagged(_full(case, judged, decision), decision, settings)
    if len(limits) == 1 or found.result.outcome.reason not in _NEEDS:
        return found
    return replace(found, missing=_missing(case, found.result.outcome.reason))


_NEEDS = {
    Reason.AGE_NEEDED: "age",
    Reason.SEX_NEEDED: "sex",
    Reason.PREGNANCY_NEEDED: "pregnancy",
    Reason.FACTS_NEEDED: "",
}


def _missing(case: _Case, reason: Reason) -> tuple[Missing, ...]:
    """Name the fact that would settle the result, or all that may be needed."""
    fact = _NEEDS[reason]
    limits = case.bench.limits(case.analyte, case.unit)
    facts = (fact,) if fact else facts_in_question(limits)
    return tuple(Missing(one, (case.analyte.id,), reason.value) for one in facts)


def _laboratory(case: _Case) -> Scale | None:
    interval = case.observation.lab_interval
    if interval is None or interval.span is None:
        return None
    severity = int(case.settings["severity_outside_laboratory_interval"])
    return laboratory_scale(interval.span, case.unit, severity, _ONE)


_ONE = Fraction(1)


def _undecided(reason: Reason) -> Decision:
    kind = Kind.INDETERMINATE if reason in _OPEN else Kind.NOT_INTERPRETED
    return Decision(Outcome(kind, reason=reason), 0, Urgency.ROUTINE)


_OPEN = {Reason.UNIT_QUESTION}


def _bare(observation: Observation, name: str, decision: Decision) -> Result:
    """Return a result that nothing was held against."""
    return Result(
        observation=observation,
        name=name,
        outcome=decision.outcome,
        code=None,
        severity=decision.severity,
        urgency=decision.urgency,
        trace=(_reading_step(observation), _outcome_step(decision)),
    )


def _full(case: _Case, judged: Judged, decision: Decision) -> Result:
    """Return a result with everything that it was held against."""
    observation, analyte, unit = case.observation, case.analyte, case.unit
    reading = observation.reading
    assert reading is not None  # noqa: S101 - a case was read
    rulings = [*judged.main, *judged.beside, *judged.targets]
    if judged.interval is not None:
        rulings.insert(0, judged.interval)
    if judged.critical is not None:
        rulings.append(judged.critical)
    leading = decision.ruling
    usual = leading.usual if leading else None
    return Result(
        observation=observation,
        name=analyte.name,
        outcome=decision.outcome,
        code=None,
        severity=decision.severity,
        urgency=decision.urgency,
        si=shown_in(reading, unit, analyte.si_unit, analyte, case.bench),
        conventional=shown_in(reading, unit, analyte.us_unit, analyte, case.bench),
        interval=judged.interval.judgement if judged.interval else None,
        guidelines=tuple([one.judgement for one in (*judged.main, *judged.beside)]),
        critical=judged.critical.judgement if judged.critical else None,
        targets=tuple([one.judgement for one in judged.targets]),
        axis=axis_in(analyte.axis, leading.judgement.unit, analyte)
        if leading
        else None,
        trace=(
            _reading_step(observation),
            *[one.step for one in rulings],
            _outcome_step(decision),
        ),
        leads=decision.leads,
        usual=usual,
        at_edge=on_an_edge(reading, leading.judgement, usual) if leading else False,
    )


def _reading_step(observation: Observation) -> Step:
    reading = observation.reading
    gave = f"{reading.comparator.value} {reading.number:f}" if reading else "not read"
    sent = (("value", observation.value_text), ("unit", observation.unit_text))
    return Step("reading", gave, sent)


def _outcome_step(decision: Decision) -> Step:
    outcome = decision.outcome
    word = outcome.reason or outcome.direction
    gave = f"{outcome.kind.value} {word.value}" if word else outcome.kind.value
    return Step(f"leads:{decision.leads.value}" if decision.leads else "leads", gave)


_CODES = {
    (Kind.IN_RANGE, None): "N",
    (Kind.OUT_OF_RANGE, Direction.LOW): "L",
    (Kind.OUT_OF_RANGE, Direction.HIGH): "H",
    (Kind.CRITICAL, Direction.LOW): "LL",
    (Kind.CRITICAL, Direction.HIGH): "HH",
    (Kind.INDETERMINATE, None): "IND",
}


def _flagged(
    result: Result, decision: Decision, settings: Mapping[str, Decimal]
) -> Classified:
    """Hold the result against the sender's flag, and raise what the flag raises."""
    met = reconcile(result.outcome, result.observation)
    critical = met.critical or met.outcome.kind is Kind.CRITICAL
    code = _CODES.get((met.outcome.kind, met.outcome.direction))
    if met.agrees is None:
        return Classified(replace(result, code=code), decision.findings, (), critical)
    severity, urgency = _raised(result, met, settings)
    findings = decision.findings
    if not met.agrees:
        findings = (*findings, _conflict(result, met, urgency))
    if met.outcome.kind is Kind.CONFLICT:
        code = met.flag
    step = Step(
        "sender_flag",
        "agrees" if met.agrees else "flag_conflict",
        (("flag", result.observation.sender_flag or ""),),
    )
    result = replace(
        result,
        outcome=met.outcome,
        code=code,
        severity=severity,
        urgency=urgency,
        flag_agrees=met.agrees,
        trace=(*result.trace, step),
    )
    return Classified(result, findings, (), critical)


def _raised(
    result: Result, met: Reconciled, settings: Mapping[str, Decimal]
) -> tuple[int, Urgency]:
    """Return severity and urgency, raised to what the sender's flag asks for."""
    severity, urgency = result.severity, result.urgency
    if met.outcome.kind is Kind.CONFLICT:
        outside = settings["severity_outside_laboratory_interval"]
        severity = max(severity, int(outside))
    if met.critical:
        severity = max(severity, int(settings["severity_critical"]))
        urgency = max(urgency, Urgency.TODAY)
    return severity, max(urgency, urgency_of(severity, settings))


def _conflict(result: Result, met: Reconciled, urgency: Urgency) -> Finding:
    observation = result.observation
    return Finding(
        code="flag_conflict",
        subjects=(observation.analyte or observation.name,),
        urgency=urgency,
        rule="sender_flag",
        params=(
            ("ours", _CODES.get((result.outcome.kind, result.outcome.direction), "")),
            ("theirs", met.flag),
        ),
    )
