"""From a decision of ours and the sender's flag to what stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from reference_ranges.judging.decision import Decision, urgency_of
from reference_ranges.judging.flags import Flag, Reconciled, reconcile
from reference_ranges.panel import Comparator
from reference_ranges.results import (
    Direction,
    Finding,
    Kind,
    Outcome,
    Step,
    Urgency,
)


@dataclass(frozen=True, slots=True)
class Settled:
    """What stands of a result, with the end of its working.

    ``critical`` says that someone must be told now: by a critical limit of ours, by
    a sender's flag, which is never lowered, or by a held value if it is true.
    """

    outcome: Outcome
    code: str | None
    severity: int
    urgency: Urgency
    agrees: bool | None
    findings: tuple[Finding, ...]
    critical: bool
    steps: tuple[Step, ...]


def settle(
    decision: Decision,
    flag: Flag | None,
    comparator: Comparator | None,
    subject: str,
    settings: Mapping[str, Decimal],
) -> Settled:
    """Hold *decision* against the sender's *flag* and raise what the flag raises.

    *subject* is the analyte, or the name of a test that we do not know.  A result
    that is open to doubt is never in range: the first of the reasons stands.
    """
    met = reconcile(decision.outcome, flag, comparator)
    if decision.open_to and met.outcome.kind is Kind.IN_RANGE:
        met = Reconciled(Outcome(Kind.INDETERMINATE, reason=decision.open_to[0]))
    conflict = met.outcome.kind is Kind.CONFLICT
    severity, urgency = decision.severity, decision.urgency
    if conflict:
        outside = int(settings["severity_outside_laboratory_interval"])
        severity = max(severity, outside)
    if met.critical:
        severity = max(severity, int(settings["severity_critical"]))
        urgency = max(urgency, Urgency.TODAY)
    urgency = max(urgency, urgency_of(severity, settings))
    findings = decision.findings
    if met.agrees is False:
        findings = (*findings, _conflict(decision.outcome, met.flag, subject, urgency))
    steps = (
        _outcome_step(decision),
        *_flag_steps(decision.outcome, met),
        _urgency_step(severity, urgency, decision.findings, settings),
    )
    alarm = any(finding.code == "critical_if_true" for finding in findings)
    return Settled(
        outcome=met.outcome,
        code=met.flag if conflict else code_of(met.outcome),
        severity=severity,
        urgency=urgency,
        agrees=met.agrees,
        findings=findings,
        critical=alarm or met.critical or met.outcome.kind is Kind.CRITICAL,
        steps=steps,
    )


_CODES = {
    (Kind.IN_RANGE, None): "N",
    (Kind.OUT_OF_RANGE, Direction.LOW): "L",
    (Kind.OUT_OF_RANGE, Direction.HIGH): "H",
    (Kind.CRITICAL, Direction.LOW): "LL",
    (Kind.CRITICAL, Direction.HIGH): "HH",
    (Kind.INDETERMINATE, None): "IND",
}


def code_of(outcome: Outcome) -> str | None:
    """Return the code of HL7 table 0078 for *outcome*, if there is one."""
    return _CODES.get((outcome.kind, outcome.direction))


def _outcome_step(decision: Decision) -> Step:
    outcome = decision.outcome
    rule = f"leads:{decision.leads.value}" if decision.leads else "leads"
    return Step(rule, outcome.words, (*decision.because, *_severity_of(decision)))


def _severity_of(decision: Decision) -> tuple[tuple[str, str], ...]:
    return (("severity", str(decision.severity)),) if decision.because else ()


def _flag_steps(ours: Outcome, met: Reconciled) -> tuple[Step, ...]:
    """Return how the sender's flag compares, and whatever else changed the outcome."""
    if met.agrees is not None:
        gave = "agrees" if met.agrees else f"flag_conflict: {met.outcome.words}"
        inputs = (("flag", met.flag), ("ours", code_of(ours) or ours.kind.value))
        return (Step("sender_flag", gave, inputs),)
    if met.outcome != ours:
        doubt = (("doubt", str(met.outcome.reason)),)
        return (Step("open_to_doubt", met.outcome.words, doubt),)
    return ()


def _urgency_step(
    severity: int,
    urgency: Urgency,
    findings: tuple[Finding, ...],
    settings: Mapping[str, Decimal],
) -> Step:
    """Return how a severity became an urgency, and what raised it beyond that."""
    by_severity = urgency_of(severity, settings)
    inputs = [("severity", str(severity))]
    inputs += [(name, f"{settings[name]:f}") for name in _THRESHOLDS]
    inputs.append(("by_severity", by_severity.name.lower()))
    if urgency > by_severity:
        raising = [one.code for one in findings if one.urgency > by_severity]
        inputs.append(("raised_by", ", ".join(raising)))
    return Step("urgency", urgency.name.lower(), tuple(inputs))


_THRESHOLDS = ("urgency_soon_from", "urgency_today_from", "urgency_emergency_from")


def _conflict(ours: Outcome, theirs: str, subject: str, urgency: Urgency) -> Finding:
    params = (("ours", code_of(ours) or ours.kind.value), ("theirs", theirs))
    return Finding("flag_conflict", (subject,), urgency, "sender_flag", params)
