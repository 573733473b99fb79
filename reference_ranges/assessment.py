"""What classified results, symptoms and facts mean together: the second half.

Everything is read from the catalogue's rules; nothing here changes an outcome, and
an urgency is only ever raised.  No number is looked at: only what was said of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from reference_ranges.factors import cautions, missing_tests, withheld_food
from reference_ranges.facts import Circumstances, Evidence, Facts, gather
from reference_ranges.knowledge import Knowledge
from reference_ranges.patterns import (
    find_patterns,
    patterns_if_true,
    tests_that_settle,
    urgency_of_patterns,
)
from reference_ranges.red_flags import flags_if_true, red_flags
from reference_ranges.relations import Standing, SymptomFinding
from reference_ranges.results import (
    Caution,
    Finding,
    Missing,
    RedFlag,
    Urgency,
    WithheldFood,
)
from reference_ranges.symptom_findings import symptom_finding
from reference_ranges.symptoms import standing_of, view_of


@dataclass(frozen=True, slots=True)
class Assessment:
    """How results stand to symptoms, and all that was found beyond single results.

    ``standings`` are in the order of the results.  ``symptoms`` is None where nobody
    asked.  ``factors`` are those reported and those that follow from the person, such
    as ``age_65_plus``.  ``if_true`` is how urgent what held and contested values would
    mean as stated, beside everything else, makes each test, symptom and factor that has
    a part in it.
    """

    standings: tuple[Standing, ...]
    symptoms: tuple[SymptomFinding, ...] | None
    red_flags: tuple[RedFlag, ...]
    findings: tuple[Finding, ...]
    cautions: tuple[Caution, ...]
    missing: tuple[Missing, ...]
    factors: tuple[str, ...]
    withheld_food: tuple[WithheldFood, ...]
    urgency: Urgency
    if_true: Mapping[str, Urgency]

    def lifted(self, finding: Finding) -> Finding:
        """Return a *finding* of a result that would make facts if it were true.

        One that contests it is as urgent as the danger that its test is part of; other
        danger of the panel does not make a question about this result urgent.
        """
        if finding.code not in _CONTESTED:
            return finding
        urgency = max(
            self.if_true.get(one, finding.urgency) for one in finding.subjects
        )
        return replace(finding, urgency=max(finding.urgency, urgency))


_CONTESTED = {"critical_if_true", "flag_conflict"}


def assess(
    evidence: Sequence[Evidence], around: Circumstances, rules: Knowledge
) -> Assessment:
    """Relate the results that *evidence* is of to symptoms and facts *around* them.

    Independent of the order of anything that comes in; the standings come back in the
    order in which the evidence was given.
    """
    facts = gather(evidence, around, rules)
    flags = red_flags(evidence, facts)
    findings = find_patterns(facts)
    remarks = cautions(facts)
    notes = _notes(remarks)
    asked = (
        None if around.symptoms is None else tuple([one.id for one in around.symptoms])
    )
    standings = tuple(
        [
            standing_of(view_of(one, facts), asked, notes.get(one.analyte, ()))
            for one in evidence
        ]
    )
    relations = [one for standing in standings for one in standing.relations]
    tiers = (*(one.urgency for one in evidence), *(flag.urgency for flag in flags))
    return Assessment(
        standings=standings,
        symptoms=_symptoms(standings, flags, facts),
        red_flags=flags,
        findings=findings,
        cautions=remarks,
        missing=(*missing_tests(relations, facts), *tests_that_settle(facts)),
        factors=facts.factors,
        withheld_food=withheld_food(facts),
        urgency=max((urgency_of_patterns(facts), *tiers)),
        if_true=_if_true(evidence, facts),
    )


def _if_true(evidence: Sequence[Evidence], facts: Facts) -> dict[str, Urgency]:
    if facts.if_true == facts.held:
        return {}
    signs = [(one.subjects, one.urgency) for one in flags_if_true(evidence, facts)]
    tiers: dict[str, Urgency] = {}
    for subjects, urgency in (*signs, *patterns_if_true(facts)):
        for subject in subjects:
            tiers[subject] = max(urgency, tiers.get(subject, urgency))
    return tiers


def _notes(remarks: Iterable[Caution]) -> dict[str | None, tuple[str, ...]]:
    """Return the codes of the *remarks* on each analyte, each once."""
    notes: dict[str, dict[str, None]] = {}
    for remark in remarks:
        for analyte in remark.analytes:
            notes.setdefault(analyte, {})[remark.code] = None
    return {analyte: tuple(codes) for analyte, codes in notes.items()}


def _symptoms(
    standings: Sequence[Standing], flags: Sequence[RedFlag], facts: Facts
) -> tuple[SymptomFinding, ...] | None:
    if facts.symptoms is None:
        return None
    return tuple(
        symptom_finding(symptom, [one.relations[at] for one in standings], flags, facts)
        for at, symptom in enumerate(facts.symptoms)
    )
