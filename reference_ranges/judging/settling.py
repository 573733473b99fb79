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
    steps = (_outcome_step(decision), *_flag_steps(met.flag, agrees=met.agrees))
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
    word = outcome.reason or outcome.direction
    gave = f"{outcome.kind.value} {word.value}" if word else outcome.kind.value
    return Step(f"leads:{decision.leads.value}" if decision.leads else "leads", gave)


def _flag_steps(flag: str, *, agrees: bool | None) -> tuple[Step, ...]:
    if agrees is None:
        return ()
    gave = "agrees" if agrees else "flag_conflict"
    return (Step("sender_flag", gave, (("flag", flag),)),)


def _conflict(ours: Outcome, theirs: str, subject: str, urgency: Urgency) -> Finding:
    params = (("ours", code_of(ours) or ours.kind.value), ("theirs", theirs))
    return Finding("flag_conflict", (subject,), urgency, "sender_flag", params)
