"""How each result stands to each reported symptom.

The order is fixed: a sample that cannot be used, a condition target, a grey zone, a
link by its grade and band, the in-range rule.  When a symptom comes, by day or by
night, changes nothing.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from reference_ranges.facts import Evidence, Facts, spoiled
from reference_ranges.knowledge import (
    GREY,
    CautionRule,
    Grade,
    InRangeRule,
    Knowledge,
    Link,
)
from reference_ranges.panel import Reason
from reference_ranges.relations import (
    NOT_EXCLUDED,
    POSSIBLE,
    Relation,
    ResultSummary,
    Standing,
    Token,
)
from reference_ranges.results import Direction, Kind, Outcome
from reference_ranges.triggers import holds

_OUTSIDE = (Kind.OUT_OF_RANGE, Kind.CRITICAL)
_OPEN = (Reason.GREY_ZONE, Reason.STRADDLES_LIMIT)
_OPPOSITE = {Direction.LOW: Direction.HIGH, Direction.HIGH: Direction.LOW}
_GOES_WITH = (Grade.STRONG, Grade.MODERATE)
_UNLIKELY = (Grade.MECHANISM, Grade.NULL)
_CAVEATS = (*POSSIBLE, *NOT_EXCLUDED)
_LINKED = (Token.CONSISTENT_WITH, Token.MAY_CONTRIBUTE, Token.INDETERMINATE)
_TIMID = (Token.CONSISTENT_WITH, Token.MAY_CONTRIBUTE, Token.UNLIKELY_TO_EXPLAIN)
_NONE: frozenset[str] = frozenset()
_FOR_ADULTS = "for_adults"


class View(NamedTuple):
    """One result, ready to be held against symptoms.

    ``silent`` says that another test has the word; ``caution`` is what spoils the
    sample for it.  Of the facts, only those that rules on the test may ask for:
    ``seen`` as seen from the result, ``held`` by the whole panel.  ``young`` says that
    the rules are not for this person.
    """

    rules: Knowledge
    analyte: str
    outcome: Outcome
    silent: bool
    caution: CautionRule | None
    seen: frozenset[str]
    held: frozenset[str]
    young: bool

    @property
    def usable(self) -> bool:
        """Whether the result can say anything of a symptom."""
        alone = self.analyte in self.rules.yields_to and not self.silent
        unproven = alone and self.outcome.kind in _OUTSIDE
        if self.young or self.caution is not None or unproven:
            return False
        return _decided(self.outcome)


class Stand(NamedTuple):
    """How a result stands to symptoms: to those that any row names beside its test.

    ``usable`` is whether it can say anything of one; ``in_range`` its outcome.
    """

    analyte: str
    usable: bool
    in_range: bool
    known: Mapping[str, Relation]

    def to(self, symptoms: Iterable[str]) -> tuple[Relation, ...]:
        """Return the relation to each of *symptoms*, in their order."""
        known, analyte = self.known, self.analyte
        return tuple([known.get(one) or _not_related(analyte, one) for one in symptoms])


def view_of(result: Evidence, facts: Facts) -> View:
    """Return what *facts* say of *result* whatever the symptom."""
    analyte, rules = result.analyte or "", facts.rules
    asked = rules.asked.get(analyte, _NONE)
    beside, held = facts.beside(result), asked & facts.held
    return View(
        rules=rules,
        analyte=analyte,
        outcome=result.outcome,
        silent=analyte in facts.silent,
        caution=spoiled(result, facts),
        seen=held if beside is facts.held else asked & beside,
        held=held,
        young=facts.young,
    )


@lru_cache(maxsize=2048)
def stand_of(view: View) -> Stand:
    """Return how a result stands to symptoms, made once for all that are alike."""
    return Stand(
        analyte=view.analyte,
        usable=view.usable,
        in_range=view.outcome.kind is Kind.IN_RANGE,
        known={
            one: relate(view, one) for one in view.rules.named.get(view.analyte, ())
        },
    )


@lru_cache(maxsize=4096)
def standing_of(
    view: View, asked: tuple[str, ...] | None, remarks: tuple[str, ...]
) -> Standing:
    """Return how a result stands to all symptoms *asked* for, None if nobody asked.

    *remarks* are those on its test.
    """
    stand = stand_of(view)
    relations = stand.to(asked or ())
    summary = result_summary(stand, relations, asked=asked is not None)
    return Standing(relations, summary, remarks)


def relate(view: View, symptom: str) -> Relation:
    """Say how a result stands to *symptom*: exactly one of nine tokens.

    A test that no row links to the symptom is ``not_related``, whatever its result.
    """
    outcome = view.outcome
    if view.silent:
        return _not_related(view.analyte, symptom)
    if not view.usable:
        return _cannot_assess(view, symptom)
    if outcome.kind in _OUTSIDE and outcome.direction is not None:
        return _outside(view, symptom, outcome.direction)
    if outcome.kind is Kind.INDETERMINATE:
        return _in_grey_zone(view, symptom)
    return _in_range(view, symptom)


def result_summary(
    stand: Stand, relations: Iterable[Relation], *, asked: bool
) -> ResultSummary:
    """Return the one summary of a result beside the symptoms, if anyone *asked*."""
    if not stand.usable:
        return ResultSummary.NOT_USABLE
    if not asked:
        return ResultSummary.SYMPTOMS_NOT_ASKED
    tokens = {relation.token for relation in relations}
    if stand.in_range:
        caveat = not tokens.isdisjoint(_CAVEATS)
        return ResultSummary.IN_RANGE_CAVEAT if caveat else ResultSummary.IN_RANGE
    if tokens.isdisjoint(_LINKED):
        return ResultSummary.OUT_NO_SYMPTOM
    return ResultSummary.OUT_WITH_SYMPTOM


def _decided(outcome: Outcome) -> bool:
    """Say whether it is known on which side a result lies, or between which."""
    if outcome.kind in (Kind.NOT_INTERPRETED, Kind.CONFLICT):
        return False
    return outcome.kind is not Kind.INDETERMINATE or outcome.reason in _OPEN


@lru_cache(maxsize=4096)
def _not_related(analyte: str, symptom: str) -> Relation:
    return Relation(analyte, symptom, Token.NOT_RELATED, "", "not_related", ())


def _cannot_assess(view: View, symptom: str) -> Relation:
    if not _listed(view, symptom):
        return _not_related(view.analyte, symptom)
    token, caution = Token.CANNOT_ASSESS, view.caution
    if view.young:
        notes = (_FOR_ADULTS,)
        return Relation(view.analyte, symptom, token, "", _FOR_ADULTS, (), "", notes)
    if caution is None:
        return Relation(view.analyte, symptom, token, "", "not_usable", ())
    rule = f"caution/{caution.id}"
    return Relation(view.analyte, symptom, token, "", rule, caution.sources)


def _listed(view: View, symptom: str) -> bool:
    """Say whether the test is linked to the symptom, on either side."""
    return symptom in view.rules.listed.get(view.analyte, ())


def _outside(view: View, symptom: str, side: Direction) -> Relation:
    links = view.rules.links
    link = links.get((view.analyte, side, symptom))
    if link is not None:
        return _by_link(view, link)
    if (view.analyte, side, symptom) in view.rules.unsettled:
        return _not_related(view.analyte, symptom)
    other = links.get((view.analyte, _OPPOSITE[side], symptom))
    if other is None or other.grade in _UNLIKELY:
        return _not_related(view.analyte, symptom)
    token = Token.UNLIKELY_TO_EXPLAIN
    return Relation(view.analyte, symptom, token, "", other.id, other.sources)


def _by_link(view: View, link: Link) -> Relation:
    inside = not link.band or link.band in view.seen
    grade = link.grade if inside else link.outside
    token = _token_of(grade)
    if link.through:
        most = _through(link.through, view)
        token = max(token, most, key=_TIMID.index)
    return _linked(link, token, grade)


def _token_of(grade: Grade) -> Token:
    if grade in _GOES_WITH:
        return Token.CONSISTENT_WITH
    return Token.UNLIKELY_TO_EXPLAIN if grade in _UNLIKELY else Token.MAY_CONTRIBUTE


def _through(name: str, view: View) -> Token:
    """Return the most that a link through another finding can say."""
    passage = view.rules.passages[name]
    if holds(passage.when, view.held):
        return Token.CONSISTENT_WITH
    return passage.closed if holds(passage.against, view.held) else passage.open


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


def _in_grey_zone(view: View, symptom: str) -> Relation:
    """Ask for another test; a weak link is named where its row says so."""
    link = view.rules.links.get((view.analyte, Direction.LOW, symptom))
    if not _listed(view, symptom):
        return _not_related(view.analyte, symptom)
    if link is None or link.grey is None:
        return Relation(view.analyte, symptom, Token.INDETERMINATE, "", GREY, ())
    weak = link.grey is Grade.WEAK and view.outcome.reason is Reason.GREY_ZONE
    token = Token.MAY_CONTRIBUTE if weak else Token.INDETERMINATE
    return _linked(link, token, link.grey)


def _in_range(view: View, symptom: str) -> Relation:
    analyte, rules = view.analyte, view.rules
    for target in rules.targets.get((analyte, symptom), ()):
        if holds(target.when, view.seen):
            token, name = Token.BELOW_CONDITION_TARGET, f"target/{target.id}"
            return Relation(analyte, symptom, token, "", name, target.sources)
    if not _listed(view, symptom):
        return _not_related(analyte, symptom)
    rule = _in_range_rule(rules.in_range[analyte], symptom, view.seen)
    return Relation(
        analyte, symptom, rule.token, "", rule.id, rule.sources, "", rule.notes
    )


def _in_range_rule(
    rules: Iterable[InRangeRule], symptom: str, seen: frozenset[str]
) -> InRangeRule:
    return next(
        rule
        for rule in rules
        if (not rule.symptoms or symptom in rule.symptoms) and holds(rule.when, seen)
    )
