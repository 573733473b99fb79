"""Which tests to ask for: never one that was sent, nor one that another stands for.

A test that was sent in vain is told apart from one that was not sent.
"""

from collections.abc import Iterable, Iterator

from reference_ranges.facts import Facts


def tests_to_ask(names: Iterable[str], facts: Facts) -> tuple[str, ...]:
    """Return what to ask for to get the tests of *names*, each once, in their order.

    Where only a test that yields to one of them was sent, it is the tests that would
    make it: an albumin beside a total calcium.
    """
    asked = [test for name in names for test in _as_asked(name, facts)]
    return tuple(one for one in dict.fromkeys(asked) if one not in facts.by_analyte)


def tests_in_vain(names: Iterable[str], facts: Facts) -> tuple[str, ...]:
    """Return those of *names* that were sent, of which no result could be used.

    A usable test that stands for one is as good as it.
    """
    return tuple([one for one in dict.fromkeys(names) if _in_vain(one, facts)])


def _in_vain(test: str, facts: Facts) -> bool:
    stands = (test, *facts.rules.covered_by.get(test, ()))
    return test in facts.by_analyte and facts.usable.isdisjoint(stands)


def _as_asked(test: str, facts: Facts) -> Iterator[str]:
    rules, sent = facts.rules, facts.by_analyte
    if not sent.keys().isdisjoint(rules.covered_by.get(test, ())):
        return
    for name in rules.yielding.get(test, ()):
        if name in sent:
            yield from rules.yields_to[name].ask
            return
    yield test
