"""Rules found by the facts that they need."""

import pytest

from reference_ranges.triggers import holds, make_triggers


def lines(*each):
    return tuple(frozenset(line.split()) for line in each)


RULES = {
    "always": lines(),
    "by a": lines("a"),
    "by a or b": lines("a b"),
    "by c with a or b": lines("a b", "c"),
    "always too": lines(),
    "by d": lines("d"),
}


@pytest.mark.parametrize(
    ("facts", "near"),
    [
        ("", ["always", "always too"]),
        ("a", ["always", "by a", "by a or b", "always too"]),
        ("b", ["always", "by a or b", "always too"]),
        ("c", ["always", "by c with a or b", "always too"]),
        ("d", ["always", "always too", "by d"]),
    ],
)
def test_rules_are_found_in_order_by_the_shortest_line_that_they_need(facts, near):
    triggers = make_triggers(RULES, RULES.__getitem__)

    assert triggers.near(frozenset(facts.split())) == near
    assert list(triggers) == list(RULES)


@pytest.mark.parametrize(
    ("asked", "facts", "holding"),
    [
        (lines(), "", True),
        (lines("a"), "", False),
        (lines("a b"), "b", True),
        (lines("a b", "c"), "a", False),
        (lines("a b", "c"), "b c", True),
    ],
)
def test_every_line_must_hold_and_in_a_line_one_fact_is_enough(asked, facts, holding):
    assert holds(asked, frozenset(facts.split())) is holding
