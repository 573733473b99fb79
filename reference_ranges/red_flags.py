"""Danger signs: they come before everything else, and nothing can hold one back."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from reference_ranges.facts import Evidence, Facts, subjects_of
from reference_ranges.knowledge import FlagRule, Knowledge
from reference_ranges.results import RedFlag, Urgency
from reference_ranges.triggers import holds


def red_flags(results: Sequence[Evidence], facts: Facts) -> tuple[RedFlag, ...]:
    """Return every danger sign of the panel, the most urgent first."""
    raised = [
        rule
        for rule in facts.rules.flags.near(facts.held)
        if holds(rule.when, facts.held)
    ]
    flags = [
        _flag(rule, rule.urgency, facts) for rule in raised if rule.urgency is not None
    ]
    lifted = [
        _flag(rule, _one_above(rule, results, flags), facts)
        for rule in raised
        if rule.urgency is None
    ]
    return tuple(sorted((*flags, *lifted), key=lambda flag: (-flag.urgency, flag.id)))


def flags_if_true(results: Sequence[Evidence], facts: Facts) -> tuple[RedFlag, ...]:
    """Return every danger sign, had no value been contested."""
    return red_flags(results, replace(facts, held=facts.if_true))


def urgency_alone(stated: frozenset[str], rules: Knowledge) -> Urgency:
    """Return the highest urgency of the danger signs that *stated* facts make alone."""
    tiers = [
        max([rule.urgency, *_lifts(rule, stated)])
        for rule in rules.flags.near(stated)
        if rule.urgency is not None and holds(rule.when, stated)
    ]
    return max(tiers, default=Urgency.ROUTINE)


def _lifts(rule: FlagRule, facts: frozenset[str]) -> list[Urgency]:
    lifts = [lift for lift in rule.raises if holds(lift.when, facts)]
    return [lift.to for lift in lifts if lift.to is not None]


def _flag(rule: FlagRule, base: Urgency, facts: Facts) -> RedFlag:
    lifts = [lift for lift in rule.raises if holds(lift.when, facts.held)]
    urgency = max([base, *(lift.to for lift in lifts if lift.to is not None)])
    if any(lift.to is None for lift in lifts):
        urgency = next_tier(urgency)
    lines = (*rule.when, *(line for lift in lifts for line in lift.when))
    asked = frozenset[str]().union(*lines) & facts.held
    return RedFlag(
        id=rule.id,
        urgency=urgency,
        origin=rule.origin,
        subjects=subjects_of(asked),
        rule=f"flag/{rule.id}",
        sources=rule.sources,
    )


def _one_above(
    rule: FlagRule, results: Iterable[Evidence], flags: Iterable[RedFlag]
) -> Urgency:
    over = set(rule.over)
    tiers = [
        *(one.urgency for one in results if one.analyte in over),
        *(flag.urgency for flag in flags if not over.isdisjoint(flag.subjects)),
    ]
    return next_tier(max(tiers))


def next_tier(urgency: Urgency) -> Urgency:
    """Return the tier above *urgency*; nothing is above an emergency."""
    return Urgency(min(urgency + 1, Urgency.EMERGENCY))
