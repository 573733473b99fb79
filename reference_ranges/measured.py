"""What the results of a panel show of the patient: an inflammation, an anaemia.

Limits that are for patients with a condition hold where somebody states it, and where
a result of the same panel shows it: ferritin beside a raised C-reactive protein is not
read by the limits for the healthy because nobody ticked a box.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from reference_ranges.catalogue import Catalogue
from reference_ranges.classification import Court, court_of
from reference_ranges.judging.answers import Classified
from reference_ranges.knowledge import Knowledge
from reference_ranges.panel import Observation, Panel
from reference_ranges.results import Finding, Kind, Urgency
from reference_ranges.triggers import holds

Shown = Mapping[str, str]
"""Each factor that nobody stated and a result shows, with the tests that show it."""


def shown_by(panel: Panel, court: Court, catalogue: Catalogue) -> Shown:
    """Return what the results of *panel* show, or would if one in question were true.

    None of them takes back what is stated.
    """
    telling = _telling(catalogue.rules)
    seen = [
        court.judge(one).answer.evidence
        for one in panel.observations
        if one.analyte in telling
    ]
    if not seen:
        return {}
    facts = frozenset[str]().union(*(one.facts | one.if_true for one in seen))
    shown = _shown(facts, catalogue.rules)
    return {name: tests for name, tests in shown if name not in panel.factors}


def judged(
    observations: Sequence[Observation],
    panel: Panel,
    court: Court,
    shown: Shown,
    catalogue: Catalogue,
) -> list[Classified]:
    """Judge *observations* by *court*, and by the limits for what is *shown* too.

    The more cautious counts: what nobody stated never calms a result.
    """
    plain = [court.judge(one) for one in observations]
    if not shown:
        return plain
    other = court_of(panel, catalogue, frozenset(shown))
    return [_more_cautious(one, other.judge(one.observation)) for one in plain]


_ALARMED = {Kind.CRITICAL, Kind.CONFLICT, Kind.OUT_OF_RANGE}


def _more_cautious(plain: Classified, measured: Classified) -> Classified:
    was, now = plain.answer.settled, measured.answer.settled
    kind, other = was.outcome.kind, now.outcome.kind
    calmer = (
        now.urgency < was.urgency
        or (kind in _ALARMED and other not in _ALARMED)
        or (kind is not Kind.IN_RANGE and other is Kind.IN_RANGE)
    )
    return plain if calmer else measured


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
    used = [factor for factor in rules.factors.values() if factor.active]
    lines = [line for factor in used for line in factor.measured]
    return frozenset(_test(fact) for line in lines for fact in line)


@lru_cache(maxsize=1024)
def _shown(facts: frozenset[str], rules: Knowledge) -> tuple[tuple[str, str], ...]:
    return tuple(
        (factor.id, " ".join(sorted({_test(fact) for fact in asked & facts})))
        for factor in rules.factors.values()
        if factor.active and factor.measured and holds(factor.measured, facts)
        for asked in [frozenset[str]().union(*factor.measured)]
    )


def _test(fact: str) -> str:
    """Return the test that a fact is about: ``band:crp:crp_raised`` is about CRP."""
    return fact.split(":")[1]
