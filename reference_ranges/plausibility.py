"""Values that cannot be taken at their word: impossible, unusual, or in another unit.

Nothing is ever corrected.  A value is held, with the question that would settle it,
or judged with the request to confirm it; an alarm is never held back.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

from reference_ranges.catalogue import Analyte, MixUp
from reference_ranges.facts import facts_of
from reference_ranges.judging.benches import Bench
from reference_ranges.judging.checks import Checks, checks_for
from reference_ranges.judging.compiling import factor_between
from reference_ranges.judging.decision import decide
from reference_ranges.judging.verdicts import judge
from reference_ranges.panel import Extent, Observation, Reason, Shift
from reference_ranges.red_flags import urgency_alone
from reference_ranges.results import Finding, Outcome, Step, Urgency
from reference_ranges.sent_intervals import (
    Fitting,
    fits_better,
    interval_fits,
    interval_inputs,
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a value is not taken at its word.

    ``reason`` is None where it is judged all the same, and someone is asked to
    confirm it.  ``suspects`` are accepted units that it may be in instead; ``settled``
    says that it can hardly be in the stated one.  ``urgency`` is that of the question.
    """

    code: str
    rule: str
    reason: Reason | None
    suspects: tuple[str, ...] = ()
    params: tuple[tuple[str, str], ...] = ()
    urgency: Urgency = Urgency.ROUTINE
    settled: bool = False

    def finding(self, analyte: str) -> Finding:
        """Return the finding that asks the question."""
        return Finding(self.code, (analyte,), self.urgency, self.rule, self.params)


def find_doubt(
    observation: Observation, analyte: Analyte, unit: str, extent: Extent, bench: Bench
) -> Doubt | None:
    """Return the gravest doubt about a value, or None where there is none."""
    checks = checks_for(bench.catalogue, analyte.id, unit)
    mix_up = _mix_up(checks, extent)
    span = observation.lab_interval.span if observation.lab_interval else None
    fitting = fits_better(span, analyte.id, unit, bench) if span is not None else None
    other = fitting.unit if fitting else None
    first, last = checks.plausible.zones_of(extent)
    held = last == _HELD_LOW or first == _HELD_HIGH
    unusual = last < _USUAL or first > _USUAL
    urgency = _haste(analyte, unit, bench) if unusual else Urgency.ROUTINE
    if mix_up is not None and mix_up.certainty != "possible":
        doubt = _suspected(mix_up, analyte, Reason.SUSPECTED_UNIT_MIX_UP, urgency)
        sure = mix_up.certainty == "certain" or other in doubt.suspects
        return replace(doubt, settled=held and sure)
    rule = f"{analyte.id}/plausible"
    if held:
        return Doubt("implausible_value", rule, Reason.IMPLAUSIBLE, urgency=urgency)
    if fitting is not None:
        return _interval_doubt(unit, fitting, urgency)
    if mix_up is not None and not interval_fits(span, analyte.id, unit, bench):
        return _suspected(mix_up, analyte, Reason.UNIT_QUESTION, urgency)
    if unusual:
        return Doubt("unusual_value", rule, None, urgency=urgency)
    return None


def _haste(analyte: Analyte, unit: str, bench: Bench) -> Urgency:
    """Say how soon to ask about an unusual value: today, unless it has grades.

    Those for patients with a condition do not count: none makes it less urgent to ask.
    How urgent the value itself is if it is true may be less: an interval alone knows
    no danger.
    """
    graded = any(one.grade_everyone for one in bench.limits(analyte, unit))
    return Urgency.SOON if graded else Urgency.TODAY


class Stated(NamedTuple):
    """What would become of a value taken at its word, and how soon to act on it."""

    outcome: Outcome
    urgency: Urgency


def as_stated(
    observation: Observation, analyte: Analyte, unit: str, extent: Extent, bench: Bench
) -> Stated:
    """Return what a reading would mean in *unit*: by all limits and danger signs."""
    rules, settings = bench.catalogue.rules, bench.catalogue.settings
    judged = judge(bench.standing(analyte, unit), extent, None)
    decision = decide(judged, analyte.lead, analyte.id, settings)
    if bench.who.person.is_under(settings["symptom_rules_from_age"]):
        return Stated(decision.outcome, decision.urgency)
    facts = facts_of(replace(observation, unit=unit), decision.outcome, rules)
    urgency = max(decision.urgency, urgency_alone(facts, rules))
    return Stated(decision.outcome, urgency)


def alarms(
    doubt: Doubt,
    observation: Observation,
    analyte: Analyte,
    extent: Extent,
    bench: Bench,
) -> tuple[Finding, ...]:
    """Return the question about a held value, and the alarm if it may be true.

    A value is as urgent as it would be as stated or in a suspected unit; only where it
    can hardly be in the stated one, and is nothing to act on in the other, is it not.
    """
    units = (observation.unit or "", *doubt.suspects)
    levels = {
        one: as_stated(observation, analyte, one, extent, bench).urgency
        for one in units
    }
    others = [levels[one] for one in doubt.suspects]
    if doubt.settled and others and max(others) < Urgency.TODAY:
        return (replace(doubt, urgency=max(others)).finding(analyte.id),)
    alarming = [one for one in units if levels[one] >= Urgency.TODAY]
    if not alarming:
        urgency = max(doubt.urgency, *levels.values())
        return (replace(doubt, urgency=urgency).finding(analyte.id),)
    params, urgency = (("units", ", ".join(alarming)),), max(levels.values())
    alarm = Finding("critical_if_true", (analyte.id,), urgency, doubt.rule, params)
    return (doubt.finding(analyte.id), alarm)


def step_of(doubt: Doubt, analyte: Analyte, unit: str, bench: Bench) -> Step:
    """Return the line of the working that shows a *doubt* about a value in *unit*."""
    if doubt.rule == _OTHER_UNIT:
        inputs = interval_inputs(analyte.id, unit, bench)
        return Step(doubt.rule, doubt.code, (*doubt.params, *inputs))
    rows = checks_for(bench.catalogue, analyte.id, unit).mix_ups
    for row in (row for row, _ in rows if row.id == doubt.rule):
        size = f"{row.value_from:f} to {row.value_to:f} {row.stated_unit}"
        found = (("suspicious", size), ("certainty", row.certainty))
        return Step(doubt.rule, doubt.code, (*doubt.params, *found))
    limits = analyte.plausible
    sizes = (
        ("usual", f"{limits.soft_min:f} to {limits.soft_max:f} {limits.unit}"),
        ("credible", f"{limits.hard_min:f} to {limits.hard_max:f} {limits.unit}"),
        ("factor", str(factor_between(analyte, unit, limits.unit))),
    )
    return Step(doubt.rule, doubt.code, sizes, limits.source)


_OTHER_UNIT = "interval_in_another_unit"
_HELD_LOW, _USUAL, _HELD_HIGH = 0, 2, 4  # zones of the plausibility ruler


def _mix_up(checks: Checks, extent: Extent) -> MixUp | None:
    for row, ruler in checks.mix_ups:
        if ruler.zones_of(extent) == (1, 1):
            return row
    return None


def _suspected(row: MixUp, analyte: Analyte, reason: Reason, urgency: Urgency) -> Doubt:
    suspects = [
        unit for unit in row.suspect_unit.split(" or ") if unit in analyte.units
    ]
    return Doubt(
        code="suspected_unit_mix_up",
        rule=row.id,
        reason=reason,
        suspects=tuple(suspects),
        params=(("stated", row.stated_unit), ("suspected", row.suspect_unit)),
        urgency=urgency,
    )


def _interval_doubt(unit: str, fitting: Fitting, urgency: Urgency) -> Doubt:
    return Doubt(
        code="suspected_unit_mix_up",
        rule=_OTHER_UNIT,
        reason=Reason.SUSPECTED_UNIT_MIX_UP,
        suspects=(fitting.unit,),
        params=(("stated", unit), ("suspected", fitting.unit)),
        urgency=urgency,
        settled=fitting.far,
    )


def shift_doubt(shift: Shift, analyte: Analyte, unit: str, urgency: Urgency) -> Doubt:
    """Return the question about a value of a sender whose results have moved.

    *urgency* is that of the value without the question.
    """
    units = analyte.units
    suspects = [
        other
        for other, entry in units.items()
        if units[unit].to_si == shift.factor * entry.to_si
    ]
    return Doubt(
        code="feed_shift",
        rule="feed_shift",
        reason=Reason.UNIT_QUESTION,
        suspects=tuple(suspects),
        params=(("factor", str(shift.factor)),),
        urgency=urgency,
    )
