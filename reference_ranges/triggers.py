"""Rules in order, found by a fact that each of them needs."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

RuleT = TypeVar("RuleT")

Lines = tuple[frozenset[str], ...]
"""Facts to ask for: every line must hold, and in a line one fact is enough."""


def holds(lines: Lines, facts: frozenset[str]) -> bool:
    """Say whether every one of *lines* holds; no line at all always does."""
    for line in lines:  # noqa: SIM110 - all() takes twice as long, and this runs most
        if line.isdisjoint(facts):
            return False
    return True


@dataclass(frozen=True, slots=True, eq=False)
class Triggers(Generic[RuleT]):
    """Rules, so that of many only those are looked at that facts could make hold.

    ``needing`` maps a fact to the places of the rules with that fact in the line they
    are found by; ``always`` are the places of the rules that ask for nothing.
    """

    rules: tuple[RuleT, ...]
    needing: Mapping[str, tuple[int, ...]]
    always: frozenset[int]

    def __iter__(self) -> Iterator[RuleT]:
        """Yield all rules in order."""
        return iter(self.rules)

    def near(self, facts: frozenset[str]) -> list[RuleT]:
        """Return the rules that *facts* may make hold, in order; no other does."""
        places = set(self.always)
        for fact in self.needing.keys() & facts:
            places.update(self.needing[fact])
        return [self.rules[place] for place in sorted(places)]


def make_triggers(
    rules: Iterable[RuleT], lines_of: Callable[[RuleT], Lines]
) -> Triggers[RuleT]:
    """Make *rules* ready, each found by the shortest of the lines it needs."""
    ordered = tuple(rules)
    needing: dict[str, list[int]] = {}
    always = set()
    for place, rule in enumerate(ordered):
        lines = lines_of(rule)
        if not lines:
            always.add(place)
            continue
        for fact in min(lines, key=len):
            needing.setdefault(fact, []).append(place)
    return Triggers(
        rules=ordered,
        needing={fact: tuple(places) for fact, places in needing.items()},
        always=frozenset(always),
    )
