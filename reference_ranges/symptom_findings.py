"""What all results together say of one reported symptom, and what else may help."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from reference_ranges.asking import tests_to_ask
from reference_ranges.causes import Cause
from reference_ranges.facts import Facts
from reference_ranges.knowledge import Grade
from reference_ranges.panel import ReportedSymptom
from reference_ranges.relations import (
    NOT_EXCLUDED,
    POSSIBLE,
    Relation,
    SymptomFinding,
    SymptomSummary,
    Token,
)
from reference_ranges.results import Kind, Outcome, RedFlag

_AGAINST = (Token.DOES_NOT_EXPLAIN, Token.UNLIKELY_TO_EXPLAIN)
_GRADES = tuple(Grade)


def symptom_finding(
    symptom: ReportedSymptom,
    own: Sequence[Relation],
    flags: Iterable[RedFlag],
    facts: Facts,
) -> SymptomFinding:
    """Sum up what all results say of one reported *symptom* by their *own* relations.

    ``candidates`` are those of the strongest kind of relation only, by grade.  What
    else causes a symptom, and which test helps, is known of grown-ups only.
    """
    summary = _summary({relation.token for relation in own})
    best = tuple(dict.fromkeys(relation.analyte for relation in _best(own)))
    if any(symptom.id in flag.subjects for flag in flags):
        summary = SymptomSummary.RED_FLAG
    if facts.young:
        return SymptomFinding(symptom, summary)
    return SymptomFinding(
        symptom=symptom,
        summary=summary,
        candidates=best,
        other_causes=tuple(_open_causes(symptom.id, best, facts)),
        useful_tests=_useful_tests(symptom.id, own, facts),
    )


def _summary(tokens: set[Token]) -> SymptomSummary:
    """Return what the relations of one symptom come to, strongest first.

    A test that could not be used keeps the others from leaving a symptom unexplained.
    """
    if Token.CONSISTENT_WITH in tokens:
        return SymptomSummary.HAS_CANDIDATE
    if not tokens.isdisjoint(POSSIBLE):
        return SymptomSummary.POSSIBLE_CONTRIBUTOR
    if not tokens.isdisjoint(NOT_EXCLUDED):
        return SymptomSummary.NOT_EXCLUDED
    against = not tokens.isdisjoint(_AGAINST)
    if Token.CANNOT_ASSESS in tokens:
        return SymptomSummary.NOT_EXCLUDED if against else SymptomSummary.NOT_ASSESSABLE
    return SymptomSummary.UNEXPLAINED if against else SymptomSummary.NOT_TESTED


def _best(relations: Sequence[Relation]) -> list[Relation]:
    consistent = [one for one in relations if one.token is Token.CONSISTENT_WITH]
    best = consistent or [one for one in relations if one.token in POSSIBLE]
    return sorted(best, key=_strength)


def _strength(relation: Relation) -> tuple[int, str]:
    rank = _GRADES.index(Grade(relation.grade)) if relation.grade else len(_GRADES)
    return rank, relation.analyte


def _other_causes(symptom: str, facts: Facts) -> tuple[str, ...]:
    """Return the reported factors that cause a symptom, then its usual causes."""
    known = facts.rules.symptoms.get(symptom)
    told = (
        name
        for name in facts.factors
        if name in facts.rules.factors
        and symptom in facts.rules.factors[name].alternative_for
    )
    return tuple(dict.fromkeys((*told, *(known.other_causes if known else ()))))


def _open_causes(
    symptom: str, candidates: Collection[str], facts: Facts
) -> Iterator[str]:
    """Yield the other causes but those that the request already speaks of.

    One that results speak against or are named for as *candidates* is left out, and
    one that was told by another name.
    """
    causes = _other_causes(symptom, facts)
    for name in causes:
        known = facts.rules.causes.get(name)
        told = known is not None and not known.told_as.isdisjoint(causes)
        if known is None or not (told or _is_settled(known, candidates, facts)):
            yield name


def _is_settled(cause: Cause, candidates: Collection[str], facts: Facts) -> bool:
    """Say whether the results that show a *cause* all speak against it, or for it."""
    sent = [one for test in cause.shown_by for one in facts.by_analyte.get(test, ())]
    return bool(sent) and all(
        one.analyte in candidates or _speaks_against(cause, one.outcome) for one in sent
    )


def _speaks_against(cause: Cause, outcome: Outcome) -> bool:
    """Say whether it is in range or on the other side, and nobody says otherwise."""
    other = bool(cause.against) and outcome.direction == cause.against
    return outcome.kind is Kind.IN_RANGE or (
        other and outcome.kind is not Kind.CONFLICT
    )


def _useful_tests(
    symptom: str, relations: Iterable[Relation], facts: Facts
) -> tuple[str, ...]:
    """Return tests that were not sent and would help, the strongest link first."""
    rules = facts.rules
    names = list(rules.helpful.get(symptom, ()))
    for relation in relations:
        if relation.through and relation.token in POSSIBLE:
            names.extend(rules.passages[relation.through].ask)
    return tests_to_ask(names, facts)
