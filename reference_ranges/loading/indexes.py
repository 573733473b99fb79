"""Indexes of the rules, made once at load so that none is searched for later."""

from collections.abc import Iterable, Mapping, Sequence

from reference_ranges.knowledge import (
    LISTED,
    ConditionTarget,
    Grade,
    InRangeRule,
    Link,
    Passage,
)
from reference_ranges.results import Direction
from reference_ranges.triggers import Lines


def listed_by(
    links: Mapping[tuple[str, Direction, str], Link],
) -> dict[str, frozenset[str]]:
    """Return the symptoms that a row of grade weak or better links to each analyte."""
    listed: dict[str, set[str]] = {}
    for (analyte, _, symptom), link in links.items():
        if link.grade in LISTED:
            listed.setdefault(analyte, set()).add(symptom)
    return {analyte: frozenset(symptoms) for analyte, symptoms in listed.items()}


def helpful_for(links: tuple[Link, ...]) -> dict[str, tuple[str, ...]]:
    """Return the tests with a strong or moderate link to a symptom, strong first."""
    helpful: dict[str, list[str]] = {}
    for grade in (Grade.STRONG, Grade.MODERATE):
        for link in links:
            if link.active and link.grade is grade and not link.through:
                helpful.setdefault(link.symptom, []).append(link.analyte)
    return {symptom: tuple(dict.fromkeys(tests)) for symptom, tests in helpful.items()}


def turned(pairs: Iterable[tuple[str, Iterable[str]]]) -> dict[str, tuple[str, ...]]:
    """Return for each name on the right of *pairs* those that it stands with."""
    turned: dict[str, list[str]] = {}
    for name, others in pairs:
        for other in others:
            turned.setdefault(other, []).append(name)
    return {other: tuple(names) for other, names in turned.items()}


def named_by(
    links: Mapping[tuple[str, Direction, str], Link],
    targets: Mapping[tuple[str, str], object],
) -> dict[str, tuple[str, ...]]:
    """Return the symptoms that any row names beside each analyte."""
    pairs = {(analyte, symptom) for analyte, _, symptom in links}.union(targets)
    return turned((symptom, (analyte,)) for analyte, symptom in sorted(pairs))


def asked_by(
    links: Mapping[tuple[str, Direction, str], Link],
    passages: Mapping[str, Passage],
    targets: Mapping[tuple[str, str], Sequence[ConditionTarget]],
    in_range: Mapping[str, Sequence[InRangeRule]],
) -> dict[str, frozenset[str]]:
    """Return the facts that the rows on each analyte and its symptoms may ask for."""
    asked: dict[str, set[str]] = {}
    for (analyte, _, _), link in links.items():
        passage = passages.get(link.through)
        lines = (*passage.when, *passage.against) if passage else ()
        asked.setdefault(analyte, set()).update({link.band}, *lines)
    for (analyte, _), rows in targets.items():
        asked.setdefault(analyte, set()).update(*_lines_of(rows))
    for analyte, rules in in_range.items():
        asked.setdefault(analyte, set()).update(*_lines_of(rules))
    return {analyte: frozenset(facts) for analyte, facts in asked.items()}


def _lines_of(rules: Iterable[ConditionTarget | InRangeRule]) -> Lines:
    return tuple(line for rule in rules for line in rule.when)
