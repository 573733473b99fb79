"""What classified results, symptoms and facts mean together: the second half.

Everything is read from the catalogue's rules; nothing here changes an outcome, and
an urgency is only ever raised.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reference_ranges.catalogue import Catalogue
from reference_ranges.factors import cautions, missing_tests, withheld_food
from reference_ranges.facts import Evidence, Facts, gather
from reference_ranges.judging.answers import Classified
from reference_ranges.panel import Panel
from reference_ranges.patterns import find_patterns, urgency_of_patterns
from reference_ranges.patterns import urgency_if_true as patterns_if_true
from reference_ranges.red_flags import red_flags
from reference_ranges.red_flags import urgency_if_true as signs_if_true
from reference_ranges.relations import SymptomFinding
from reference_ranges.results import (
    Caution,
    Finding,
    Missing,
    RedFlag,
    Result,
    Urgency,
    WithheldFood,
)
from reference_ranges.symptom_findings import symptom_finding
from reference_ranges.symptoms import result_summary, stand_of, view_of


@dataclass(frozen=True, slots=True)
class Assessment:
    """Results with their relations, and all that was found beyond single results.

    ``symptoms`` is None where nobody asked.  ``factors`` are those reported and those
    that follow from the person, such as ``age_65_plus``.  ``if_true`` is the urgency of
    what held and contested values would mean as stated, beside everything else.
    """

    results: tuple[Result, ...]
    derived: tuple[Result, ...]
    symptoms: tuple[SymptomFinding, ...] | None
    red_flags: tuple[RedFlag, ...]
    findings: tuple[Finding, ...]
    cautions: tuple[Caution, ...]
    missing: tuple[Missing, ...]
    factors: tuple[str, ...]
    withheld_food: tuple[WithheldFood, ...]
    urgency: Urgency
    if_true: Urgency


def assess(
    reported: Sequence[Classified],
    derived: Sequence[Classified],
    panel: Panel,
    catalogue: Catalogue,
) -> Assessment:
    """Relate *reported* and *derived* results of one *panel* to its symptoms and facts.

    Independent of the order of anything that comes in; results come back in the
    order in which they were given.
    """
    evidence = [one.answer.evidence for one in (*reported, *derived)]
    young = panel.person.is_under(catalogue.settings["symptom_rules_from_age"])
    facts = gather(evidence, panel, catalogue.rules, young=young)
    flags = red_flags(evidence, facts)
    findings = find_patterns(facts)
    remarks = cautions(facts)
    notes = _notes(remarks)
    related = tuple([_related(one, facts, notes) for one in reported])
    computed = tuple([_related(one, facts, notes) for one in derived])
    relations = [one for result in (*related, *computed) for one in result.relations]
    tiers = (*(one.urgency for one in evidence), *(flag.urgency for flag in flags))
    return Assessment(
        results=related,
        derived=computed,
        symptoms=_symptoms((*related, *computed), flags, facts),
        red_flags=flags,
        findings=findings,
        cautions=remarks,
        missing=missing_tests(relations, facts),
        factors=facts.factors,
        withheld_food=withheld_food(facts),
        urgency=max((urgency_of_patterns(facts), *tiers)),
        if_true=_if_true(evidence, facts),
    )


def _if_true(evidence: Sequence[Evidence], facts: Facts) -> Urgency:
    if facts.if_true == facts.held:
        return Urgency.ROUTINE
    return max(signs_if_true(evidence, facts), patterns_if_true(facts))


def _notes(remarks: Iterable[Caution]) -> dict[str, tuple[str, ...]]:
    """Return the codes of the *remarks* on each analyte, each once."""
    notes: dict[str, dict[str, None]] = {}
    for remark in remarks:
        for analyte in remark.analytes:
            notes.setdefault(analyte, {})[remark.code] = None
    return {analyte: tuple(codes) for analyte, codes in notes.items()}


def _related(
    classified: Classified, facts: Facts, notes: Mapping[str, tuple[str, ...]]
) -> Result:
    stand = stand_of(view_of(classified.answer.evidence, facts))
    relations = stand.to([one.id for one in facts.symptoms or ()])
    summary = result_summary(stand, relations, asked=facts.symptoms is not None)
    return classified.related(relations, summary, notes.get(stand.analyte, ()))


def _symptoms(
    results: Sequence[Result], flags: Sequence[RedFlag], facts: Facts
) -> tuple[SymptomFinding, ...] | None:
    if facts.symptoms is None:
        return None
    return tuple(
        symptom_finding(symptom, [one.relations[at] for one in results], flags, facts)
        for at, symptom in enumerate(facts.symptoms)
    )
