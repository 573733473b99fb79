"""What the results of a panel show of the patient: an inflammation, an anaemia.

Limits that are for patients with a condition hold where somebody states it, and where
a result of the same panel shows it: ferritin beside a raised C-reactive protein is not
read by the limits for the healthy because nobody ticked a box.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from reference_ranges.catalogue import Catalogue
from reference_ranges.classification import Court, court_of
from reference_ranges.judging.answers import Classified
from reference_ranges.knowledge import Knowledge
from reference_ranges.panel import Panel
from reference_ranges.results import Finding, Urgency
from reference_ranges.triggers import holds

Shown = Mapping[str, str]
"""Each factor that nobody stated and a result shows, with the tests that show it."""


def shown_by(panel: Panel, court: Court, catalogue: Catalogue) -> Shown:
    """Return what the results of *panel* show, each taken at its word by *court*.

    None of them takes back what is stated.
    """
    telling = _telling(catalogue.rules)
    facts = [
        court.judge(one).answer.evidence.facts
        for one in panel.observations
        if one.analyte in telling
    ]
    if not facts:
        return {}
    shown = _shown(frozenset[str]().union(*facts), catalogue.rules)
    return {name: tests for name, tests in shown if name not in panel.factors}


def court_for(panel: Panel, shown: Shown, catalogue: Catalogue) -> Court:
    """Return what judges the results of *panel*, by what is *shown* by them too."""
    return court_of(panel, catalogue, frozenset(shown))


def measured_findings(
    results: Iterable[Classified], shown: Shown, catalogue: Catalogue
) -> Iterator[Finding]:
    """Yield for whom a limit was used that only another result called for."""
    for one in results if shown else ():
        for used in one.answer.guidelines:
            for name in shown.keys() & set(used.partition.split(", ")):
                yield Finding(
                    code="condition_measured",
                    subjects=(one.answer.evidence.analyte or "",),
                    urgency=Urgency.ROUTINE,
                    rule=f"factor/{name}",
                    params=(
                        ("condition", name),
                        ("shown_by", shown[name]),
                        ("rows", used.rule),
                    ),
                    sources=catalogue.rules.factors[name].sources,
                )


@lru_cache(maxsize=16)
def _telling(rules: Knowledge) -> frozenset[str]:
    """Return the tests of which a result may show a factor."""
    lines = [line for factor in rules.factors.values() for line in factor.measured]
    return frozenset(_test(fact) for line in lines for fact in line)


@lru_cache(maxsize=1024)
def _shown(facts: frozenset[str], rules: Knowledge) -> tuple[tuple[str, str], ...]:
    return tuple(
        (factor.id, " ".join(sorted({_test(fact) for fact in asked & facts})))
        for factor in rules.factors.values()
        if factor.measured and holds(factor.measured, facts)
        for asked in [frozenset[str]().union(*factor.measured)]
    )


def _test(fact: str) -> str:
    """Return the test that a fact is about: ``band:crp:crp_raised`` is about CRP."""
    return fact.split(":")[1]
