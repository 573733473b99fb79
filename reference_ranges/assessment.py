"""What classified results, symptoms and facts mean together: the second half.

Everything is read from the catalogue's rules; nothing here changes an outcome, and
an urgency is only ever raised.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reference_ranges.catalogue import Catalogue
from reference_ranges.factors import cautions, missing_tests, withheld_food
from reference_ranges.facts import Facts, gather
from reference_ranges.panel import Panel
from reference_ranges.patterns import find_patterns, urgency_of_patterns
from reference_ranges.red_flags import red_flags
from reference_ranges.relations import Relation, SymptomFinding
from reference_ranges.results import (
    Caution,
    Finding,
    Missing,
    RedFlag,
    Result,
    Urgency,
)
from reference_ranges.symptoms import relate, result_summary, symptom_finding, view_of


@dataclass(frozen=True, slots=True)
class Assessment:
    """Results with their relations, and all that was found beyond single results.

    ``symptoms`` is None where nobody asked.  ``factors`` are those reported and those
    that follow from the person, such as ``age_65_plus``.
    """

    results: tuple[Result, ...]
    derived: tuple[Result, ...]
    symptoms: tuple[SymptomFinding, ...] | None
    red_flags: tuple[RedFlag, ...]
    findings: tuple[Finding, ...]
    cautions: tuple[Caution, ...]
    missing: tuple[Missing, ...]
    factors: tuple[str, ...]
    withheld_food: tuple[str, ...]
    urgency: Urgency


def assess(
    results: Sequence[Result],
    derived: Sequence[Result],
    panel: Panel,
    catalogue: Catalogue,
) -> Assessment:
    """Relate *results* and *derived* of one *panel* to its symptoms and facts.

    Independent of the order of anything that comes in; results come back in the
    order in which they were given.
    """
    everything = (*results, *derived)
    facts = gather(everything, panel, catalogue.rules)
    flags = red_flags(everything, facts)
    findings = find_patterns(facts)
    remarks = cautions(facts)
    related = tuple(_related(result, facts, remarks) for result in results)
    computed = tuple(_related(result, facts, remarks) for result in derived)
    relations = [one for result in (*related, *computed) for one in result.relations]
    tiers = (*(one.urgency for one in everything), *(flag.urgency for flag in flags))
    return Assessment(
        results=related,
        derived=computed,
        symptoms=_symptoms(relations, flags, facts),
        red_flags=flags,
        findings=findings,
        cautions=remarks,
        missing=missing_tests(relations, facts),
        factors=facts.factors,
        withheld_food=withheld_food(facts),
        urgency=max((urgency_of_patterns(facts), *tiers)),
    )


def _related(result: Result, facts: Facts, remarks: Sequence[Caution]) -> Result:
    analyte = result.observation.analyte
    view = view_of(result, facts)
    relations = tuple(relate(view, one.id) for one in facts.symptoms or ())
    return replace(
        result,
        relations=relations,
        summary=result_summary(view, relations),
        cautions=tuple(
            dict.fromkeys(one.code for one in remarks if analyte in one.analytes)
        ),
    )


def _symptoms(
    relations: Sequence[Relation], flags: Sequence[RedFlag], facts: Facts
) -> tuple[SymptomFinding, ...] | None:
    if facts.symptoms is None:
        return None
    return tuple(
        symptom_finding(symptom, relations, flags, facts) for symptom in facts.symptoms
    )
