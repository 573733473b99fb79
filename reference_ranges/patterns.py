"""Findings over several results, from the patterns of the data files."""

from collections.abc import Iterator

from reference_ranges.asking import tests_in_vain, tests_to_ask
from reference_ranges.facts import Facts, subjects_of
from reference_ranges.knowledge import Pattern
from reference_ranges.results import Finding, Missing, Urgency
from reference_ranges.triggers import holds


def find_patterns(facts: Facts) -> tuple[Finding, ...]:
    """Return what several results show together, in the order of the data file.

    The subjects stand in the order of the pattern's lines, so that magnesium is named
    before the potassium that it holds down; what supports a finding comes last.
    """
    return tuple(_finding(pattern, facts) for pattern in _shown(facts))


def tests_that_settle(facts: Facts) -> tuple[Missing, ...]:
    """Return the tests of ours that would settle what is shown and gave no result."""
    return tuple(one for pattern in _shown(facts) for one in _asked(pattern, facts))


def _asked(pattern: Pattern, facts: Facts) -> Iterator[Missing]:
    subjects = _finding(pattern, facts).subjects
    tests = sorted(one for one in subjects if one in facts.by_analyte)
    for test in tests_to_ask(pattern.ask, facts):
        yield Missing(test, tuple(tests), pattern.id)
    for test in tests_in_vain(pattern.ask, facts):
        others = tuple([one for one in tests if one != test])
        yield Missing(test, others, pattern.id, sent=True)


def urgency_of_patterns(facts: Facts) -> Urgency:
    """Return the highest urgency of all patterns, shown or held back.

    A suspected bad sample, or a result in range beside the others, changes what is
    said and never how soon.
    """
    tiers = (pattern.urgency for pattern in facts.patterns)
    return max(tiers, default=Urgency.ROUTINE)


def patterns_if_true(facts: Facts) -> Iterator[tuple[tuple[str, ...], Urgency]]:
    """Yield what each pattern is about and how urgent, had no value been contested."""
    for pattern in facts.rules.patterns.near(facts.if_true):
        if holds(pattern.urgent, facts.if_true):
            asked = frozenset[str]().union(*pattern.urgent) & facts.if_true
            yield subjects_of(asked), pattern.urgency


def _shown(facts: Facts) -> Iterator[Pattern]:
    for pattern in facts.patterns:
        kept_back = bool(pattern.unless) and holds(pattern.unless, facts.held)
        if f"pattern:{pattern.id}:" in facts.held and not kept_back:
            yield pattern


def _finding(pattern: Pattern, facts: Facts) -> Finding:
    supports = [line for line in pattern.supports if not line.isdisjoint(facts.held)]
    seen = facts.if_true if pattern.sample else facts.held
    named = [
        subject
        for line in (*pattern.when, *supports)
        for subject in subjects_of(line & seen)
    ]
    return Finding(
        code=pattern.id,
        subjects=tuple(dict.fromkeys(named)),
        urgency=pattern.urgency,
        rule=f"pattern/{pattern.id}",
        sources=pattern.sources,
        settled_by=pattern.settled_by,
    )
