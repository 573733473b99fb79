"""Values that cannot be taken at their word: impossible, unusual, or in another unit.

Nothing is ever corrected.  A value is held, with the question that would settle it,
or judged with the request to confirm it; an alarm is never held back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from reference_ranges.catalogue import Analyte, MixUp
from reference_ranges.facts import facts_of
from reference_ranges.judging.benches import Bench
from reference_ranges.judging.checks import Checks, checks_for
from reference_ranges.judging.compiling import factor_between
from reference_ranges.judging.decision import decide
from reference_ranges.judging.verdicts import judge
from reference_ranges.limits import Span
from reference_ranges.panel import Extent, Observation, Reason, Shift
from reference_ranges.red_flags import urgency_alone
from reference_ranges.results import Finding, Outcome, Step, Urgency
from reference_ranges.scales import span_text


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
    fitting = _fits_better(span, analyte.id, unit, bench) if span is not None else None
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
    if mix_up is not None and not _interval_fits(span, analyte, unit, bench):
        return _suspected(mix_up, analyte, Reason.UNIT_QUESTION, urgency)
    if unusual:
        return Doubt("unusual_value", rule, None, urgency=urgency)
    return None


def _haste(analyte: Analyte, unit: str, bench: Bench) -> Urgency:
    """Say how soon to ask about an unusual value: today, unless it has grades."""
    graded = any(one.main is not None for one in bench.limits(analyte, unit))
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
        inputs = _interval_inputs(analyte, unit, bench)
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


def _interval_inputs(
    analyte: Analyte, unit: str, bench: Bench
) -> Iterator[tuple[str, str]]:
    """Yield what a laboratory's interval was held against to see its unit."""
    for usual in _usual_spans(analyte, unit, bench):
        yield "ours", f"{span_text(usual.span)} {usual.unit}"
    for name in ("interval_misfit", "interval_fit"):
        yield name, f"{bench.catalogue.settings[name]:f}"


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


class _Fitting(NamedTuple):
    """The unit that an interval fits instead, and whether it is far off in its own."""

    unit: str
    far: bool


def _interval_doubt(unit: str, fitting: _Fitting, urgency: Urgency) -> Doubt:
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


def _interval_fits(
    span: Span | None, analyte: Analyte, unit: str, bench: Bench
) -> bool:
    """Say whether a laboratory's own interval has the size of ours in *unit*."""
    if span is None or interval_is_doubtful(span, analyte.id, unit, bench):
        return False
    misfit = _misfit(span, analyte, unit, _usual_spans(analyte, unit, bench))
    return misfit is not None and misfit < bench.catalogue.settings["interval_misfit"]


@lru_cache(maxsize=4096)
def _fits_better(
    span: Span, analyte_id: str, unit: str, bench: Bench
) -> _Fitting | None:
    """Return the unit that a laboratory's interval fits, where it misses *unit*.

    An interval of 50-125 sent with ng/mL of vitamin D is one in nmol/L, and then the
    value most likely is too.  So it is with 7.5-10.5 sent with g/dL of haemoglobin: it
    is less far off, but has nothing in common with ours.
    """
    analyte = bench.catalogue.analytes[analyte_id]
    ours = _usual_spans(analyte, unit, bench)
    misfit = _misfit(span, analyte, unit, ours)
    settings = bench.catalogue.settings
    if misfit is None:
        return None
    far = misfit >= settings["interval_misfit"]
    if not far and not _apart_from_all(span, analyte, unit, ours):
        return None
    for other in analyte.units:
        fit = _misfit(span, analyte, other, ours)
        near = fit is not None and fit <= settings["interval_fit"]
        if near and not _apart_from_all(span, analyte, other, ours):
            return _Fitting(other, far)
    return None


@lru_cache(maxsize=4096)
def interval_is_doubtful(span: Span, analyte_id: str, unit: str, bench: Bench) -> bool:
    """Say whether a laboratory's interval cannot be one for this test and person.

    It has nothing in common with ours, or a limit of it lies ``interval_misfit`` times
    off ours, or that many times as far from ours as ours is wide.  Where we have none,
    nothing is doubted.
    """
    analyte = bench.catalogue.analytes[analyte_id]
    to_si = analyte.units[unit].to_si
    times = bench.catalogue.settings["interval_misfit"]
    ours = _usual_spans(analyte, unit, bench)
    return bool(ours) and all(
        _strays(span, to_si, usual, Fraction(times)) for usual in ours
    )


def _strays(span: Span, to_si: Fraction, usual: "_Usual", times: Fraction) -> bool:
    off = _times_off(span, to_si, usual)
    if _apart(span, to_si, usual) or (off is not None and off > times):
        return True
    low, high = usual.span.low, usual.span.high
    if low is None or high is None:
        return False
    width = (Fraction(high) - Fraction(low)) * usual.to_si
    pairs = ((span.low, low), (span.high, high))
    return any(
        abs(Fraction(theirs) * to_si - Fraction(own) * usual.to_si) > times * width
        for theirs, own in pairs
        if theirs
    )


def _apart(span: Span, to_si: Fraction, usual: "_Usual") -> bool:
    """Say whether a laboratory's interval and ours have no value in common."""
    pairs = ((span.high, usual.span.low, 1), (span.low, usual.span.high, -1))
    return any(
        sign * Fraction(theirs) * to_si < sign * Fraction(own) * usual.to_si
        for theirs, own, sign in pairs
        if theirs is not None and own is not None
    )


def _apart_from_all(
    span: Span, analyte: Analyte, unit: str, ours: Sequence["_Usual"]
) -> bool:
    to_si = analyte.units[unit].to_si
    return bool(ours) and all(_apart(span, to_si, usual) for usual in ours)


class _Usual(NamedTuple):
    """A usual range of ours, its unit, and how many SI units one of that is."""

    span: Span
    unit: str
    to_si: Fraction


def _usual_spans(analyte: Analyte, unit: str, bench: Bench) -> tuple[_Usual, ...]:
    found = []
    for limits in bench.limits(analyte, unit):
        for scale in (limits.interval, limits.main):
            first = scale.rulings[0] if scale else None  # all of them share both
            if first is not None and first.usual is not None:
                printed = first.judgement.unit
                found.append(_Usual(first.usual, printed, analyte.units[printed].to_si))
    return tuple(found)


def _misfit(
    span: Span, analyte: Analyte, unit: str, ours: Sequence[_Usual]
) -> Fraction | None:
    """Return how many times the limits of *span* lie off ours, at best."""
    to_si = analyte.units[unit].to_si
    misfits = [_times_off(span, to_si, usual) for usual in ours]
    return min((misfit for misfit in misfits if misfit), default=None)


def _times_off(span: Span, to_si: Fraction, usual: _Usual) -> Fraction | None:
    pairs = ((span.low, usual.span.low), (span.high, usual.span.high))
    ratios = [
        Fraction(theirs) * to_si / (Fraction(own) * usual.to_si)
        for theirs, own in pairs
        if theirs and own  # a limit of 0 is the same in every unit
    ]
    return max((max(ratio, 1 / ratio) for ratio in ratios), default=None)
