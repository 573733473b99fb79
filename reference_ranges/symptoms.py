"""How each result stands to each reported symptom, and what all results say of it.

The order is fixed: a sample that cannot be used, a condition target, a grey zone, a
link by its grade and band, the in-range rule.  When a symptom comes, by day or by
night, changes nothing.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from reference_ranges.facts import Facts, spoiled
from reference_ranges.knowledge import GREY, Grade, InRangeRule, Link, holds
from reference_ranges.panel import Reason, ReportedSymptom
from reference_ranges.relations import (
    Relation,
    ResultSummary,
    SymptomFinding,
    SymptomSummary,
    Token,
)
from reference_ranges.results import Direction, Kind, RedFlag, Result

_OUTSIDE = (Kind.OUT_OF_RANGE, Kind.CRITICAL)
_OPEN = (Reason.GREY_ZONE, Reason.STRADDLES_LIMIT)
_OPPOSITE = {Direction.LOW: Direction.HIGH, Direction.HIGH: Direction.LOW}
_GOES_WITH = (Grade.STRONG, Grade.MODERATE)
_UNLIKELY = (Grade.MECHANISM, Grade.NULL)
_POSSIBLE = (Token.MAY_CONTRIBUTE, Token.BELOW_CONDITION_TARGET)
_NOT_EXCLUDED = (Token.DOES_NOT_RULE_OUT, Token.INDETERMINATE)
_AGAINST = (Token.DOES_NOT_EXPLAIN, Token.UNLIKELY_TO_EXPLAIN)
_GRADES = tuple(Grade)


def relate(result: Result, symptom: str, facts: Facts) -> Relation:
    """Say how *result* stands to *symptom*: exactly one of nine tokens.

    A test that no row links to the symptom is ``not_related``, whatever its result.
    """
    analyte = result.observation.analyte or ""
    if facts.silent(analyte):
        return _not_related(analyte, symptom)
    if _unusable(result, facts):
        return _by_listing(result, symptom, facts, Token.CANNOT_ASSESS, "sample")
    if result.outcome.kind in _OUTSIDE and result.outcome.direction is not None:
        return _outside(result, symptom, result.outcome.direction, facts)
    if result.outcome.kind is Kind.INDETERMINATE:
        return _in_grey_zone(result, symptom, facts)
    return _in_range(result, symptom, facts)


def result_summary(
    result: Result, relations: Sequence[Relation], facts: Facts
) -> ResultSummary:
    """Return the one summary of a result beside the reported symptoms."""
    if _unusable(result, facts):
        return ResultSummary.NOT_USABLE
    if facts.symptoms is None:
        return ResultSummary.SYMPTOMS_NOT_ASKED
    tokens = {relation.token for relation in relations}
    if result.outcome.kind is Kind.IN_RANGE:
        caveat = not tokens.isdisjoint((*_POSSIBLE, *_NOT_EXCLUDED))
        return ResultSummary.IN_RANGE_CAVEAT if caveat else ResultSummary.IN_RANGE
    linked = (Token.CONSISTENT_WITH, Token.MAY_CONTRIBUTE, Token.INDETERMINATE)
    if tokens.isdisjoint(linked):
        return ResultSummary.OUT_NO_SYMPTOM
    return ResultSummary.OUT_WITH_SYMPTOM


def symptom_finding(
    symptom: ReportedSymptom,
    relations: Iterable[Relation],
    flags: Iterable[RedFlag],
    facts: Facts,
) -> SymptomFinding:
    """Sum up what all results say of one reported *symptom*.

    ``candidates`` are those of the strongest kind of relation only, by grade.
    """
    own = [relation for relation in relations if relation.symptom == symptom.id]
    summary = _summary({relation.token for relation in own})
    best = _best(own)
    if any(symptom.id in flag.subjects for flag in flags):
        summary = SymptomSummary.RED_FLAG
    return SymptomFinding(
        symptom=symptom,
        summary=summary,
        candidates=tuple(dict.fromkeys(relation.analyte for relation in best)),
        other_causes=_other_causes(symptom.id, facts),
        useful_tests=_useful_tests(symptom.id, own, facts),
    )


def _unusable(result: Result, facts: Facts) -> bool:
    """Say whether a result must not be held against symptoms at all."""
    outcome, analyte = result.outcome, result.observation.analyte or ""
    if outcome.kind in (Kind.NOT_INTERPRETED, Kind.CONFLICT):
        return True
    if outcome.kind is Kind.INDETERMINATE and outcome.reason not in _OPEN:
        return True
    if analyte in facts.rules.yields_to and outcome.kind in _OUTSIDE:
        return not facts.silent(analyte)
    return spoiled(result, facts) is not None


@lru_cache(maxsize=4096)
def _not_related(analyte: str, symptom: str) -> Relation:
    return Relation(analyte, symptom, Token.NOT_RELATED, "", "not_related", ())


def _by_listing(
    result: Result, symptom: str, facts: Facts, token: Token, rule: str
) -> Relation:
    """Give *token* to a symptom that is linked to the test on either side."""
    analyte = result.observation.analyte or ""
    if symptom not in facts.rules.listed.get(analyte, ()):
        return _not_related(analyte, symptom)
    caution = spoiled(result, facts)
    if caution is not None:
        rule = f"caution/{caution.id}"
    return Relation(
        analyte, symptom, token, "", rule, caution.sources if caution else ()
    )


def _outside(result: Result, symptom: str, side: Direction, facts: Facts) -> Relation:
    analyte = result.observation.analyte or ""
    link = facts.rules.links.get((analyte, side, symptom))
    if link is not None:
        return _by_link(result, link, facts)
    other = facts.rules.links.get((analyte, _OPPOSITE[side], symptom))
    if other is None or other.grade in _UNLIKELY:
        return _not_related(analyte, symptom)
    return Relation(
        analyte, symptom, Token.UNLIKELY_TO_EXPLAIN, "", other.id, other.sources
    )


def _by_link(result: Result, link: Link, facts: Facts) -> Relation:
    inside = not link.band or link.band in facts.beside(result)
    grade = link.grade if inside else link.outside
    token = _token_of(grade)
    if link.through and token is Token.CONSISTENT_WITH:
        token = _through(link.through, facts)
    elif link.through and token is Token.MAY_CONTRIBUTE:
        token = max(token, _through(link.through, facts), key=_TIMID.index)
    return _linked(link, token, grade)


_TIMID = (Token.CONSISTENT_WITH, Token.MAY_CONTRIBUTE, Token.UNLIKELY_TO_EXPLAIN)


def _token_of(grade: Grade) -> Token:
    if grade in _GOES_WITH:
        return Token.CONSISTENT_WITH
    return Token.UNLIKELY_TO_EXPLAIN if grade in _UNLIKELY else Token.MAY_CONTRIBUTE


def _through(name: str, facts: Facts) -> Token:
    """Return the most that a link through another finding can say."""
    passage = facts.rules.passages[name]
    if holds(passage.when, facts.held):
        return Token.CONSISTENT_WITH
    return passage.closed if holds(passage.against, facts.held) else passage.open


def _linked(link: Link, token: Token, grade: Grade) -> Relation:
    return Relation(
        analyte=link.analyte,
        symptom=link.symptom,
        token=token,
        grade=grade,
        rule=link.id,
        sources=link.sources,
        through=link.through,
        notes=link.notes,
    )


def _in_grey_zone(result: Result, symptom: str, facts: Facts) -> Relation:
    """Ask for another test; a weak link is named where its row says so."""
    analyte = result.observation.analyte or ""
    link = facts.rules.links.get((analyte, Direction.LOW, symptom))
    if link is None or link.grey is None:
        return _by_listing(result, symptom, facts, Token.INDETERMINATE, GREY)
    weak = link.grey is Grade.WEAK and result.outcome.reason is Reason.GREY_ZONE
    token = Token.MAY_CONTRIBUTE if weak else Token.INDETERMINATE
    return _linked(link, token, link.grey)


def _in_range(result: Result, symptom: str, facts: Facts) -> Relation:
    analyte, rules = result.observation.analyte or "", facts.rules
    seen = facts.beside(result)
    for target in rules.targets.get((analyte, symptom), ()):
        if holds(target.when, seen):
            token, rule = Token.BELOW_CONDITION_TARGET, f"target/{target.id}"
            return Relation(analyte, symptom, token, "", rule, target.sources)
    if symptom not in rules.listed.get(analyte, ()):
        return _not_related(analyte, symptom)
    rule_ = _in_range_rule(rules.in_range.get(analyte, ()), symptom, seen)
    return Relation(
        analyte, symptom, rule_.token, "", rule_.id, rule_.sources, "", rule_.notes
    )


def _in_range_rule(
    rules: Iterable[InRangeRule], symptom: str, seen: frozenset[str]
) -> InRangeRule:
    return next(
        rule
        for rule in rules
        if (not rule.symptoms or symptom in rule.symptoms) and holds(rule.when, seen)
    )


def _summary(tokens: set[Token]) -> SymptomSummary:
    """Return what the relations of one symptom come to, strongest first.

    A test that could not be used keeps the others from leaving a symptom unexplained.
    """
    if Token.CONSISTENT_WITH in tokens:
        return SymptomSummary.HAS_CANDIDATE
    if not tokens.isdisjoint(_POSSIBLE):
        return SymptomSummary.POSSIBLE_CONTRIBUTOR
    if not tokens.isdisjoint(_NOT_EXCLUDED):
        return SymptomSummary.NOT_EXCLUDED
    against = not tokens.isdisjoint(_AGAINST)
    if Token.CANNOT_ASSESS in tokens:
        return SymptomSummary.NOT_EXCLUDED if against else SymptomSummary.NOT_ASSESSABLE
    return SymptomSummary.UNEXPLAINED if against else SymptomSummary.NOT_TESTED


def _best(relations: list[Relation]) -> list[Relation]:
    consistent = [one for one in relations if one.token is Token.CONSISTENT_WITH]
    best = consistent or [one for one in relations if one.token in _POSSIBLE]
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


def _useful_tests(
    symptom: str, relations: Iterable[Relation], facts: Facts
) -> tuple[str, ...]:
    """Return tests that were not sent and would help, the strongest link first."""
    rules = facts.rules
    tests = [
        test
        for name in rules.helpful.get(symptom, ())
        for test in _as_asked(name, facts)
    ]
    for relation in relations:
        if relation.through and relation.token in _POSSIBLE:
            for name in rules.passages[relation.through].ask:
                tests.extend(_as_asked(name, facts))
    return tuple(test for test in dict.fromkeys(tests) if test not in facts.by_analyte)


def _as_asked(test: str, facts: Facts) -> tuple[str, ...]:
    """Return what to ask for to get *test*: not what another that was sent stands for.

    Where only a test that yields to it was sent, the tests that would make it.
    """
    if any(
        other in facts.by_analyte and other not in facts.rules.yields_to
        for other, first in facts.rules.stands_for.items()
        if first == test
    ):
        return ()
    for name, yielding in facts.rules.yields_to.items():
        if test in yielding.to and name in facts.by_analyte:
            return yielding.ask
    return (test,)
