"""Gathers what is known of a panel into the facts that rules ask for."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from reference_ranges.knowledge import (
    GREY,
    IN,
    MISSING,
    CautionRule,
    Factor,
    Knowledge,
    Pattern,
)
from reference_ranges.panel import Observation, Panel, Person, Reason, ReportedSymptom
from reference_ranges.partitions import Pregnancy, Sex
from reference_ranges.results import Direction, Kind, Outcome, Urgency
from reference_ranges.triggers import holds

_SHOWN_KINDS = ("result", "band", "symptom", "factor")
_NONE = frozenset[str]()


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What rules may ask of one result; results that say the same may share it.

    ``facts`` are those that hold by it alone.  ``if_true`` are those that would hold if
    a held or contested value were true as stated: they raise an alarm, and explain
    nothing.  ``usable`` says whether the result was interpreted.
    """

    analyte: str | None
    outcome: Outcome
    urgency: Urgency
    facts: frozenset[str]
    if_true: frozenset[str] = _NONE
    usable: bool = field(init=False)

    def __post_init__(self) -> None:
        """Say once whether it can be used: every panel with it asks."""
        usable = self.outcome.kind is not Kind.NOT_INTERPRETED
        object.__setattr__(self, "usable", usable)


def evidence_of(
    observation: Observation,
    outcome: Outcome,
    urgency: Urgency,
    rules: Knowledge,
    stated: Outcome | None = None,
) -> Evidence:
    """Return what rules may ask of *observation*, of which *outcome* became.

    *stated* is what would have become of it, had it been taken at its word.
    """
    analyte = observation.analyte
    if _contested(outcome):
        if_true = facts_of(observation, stated, rules) if stated else _NONE
        return Evidence(analyte, outcome, urgency, _NONE, if_true)
    return Evidence(analyte, outcome, urgency, facts_of(observation, outcome, rules))


def facts_of(
    observation: Observation, outcome: Outcome, rules: Knowledge
) -> frozenset[str]:
    """Return the facts of a result of which *outcome* became."""
    said = [f"result:{observation.analyte}:{word}" for word in _words(outcome)]
    return _bands(observation, outcome, rules).union(said)


def _contested(outcome: Outcome) -> bool:
    """Say whether a value is not taken at its word: held, or marked otherwise."""
    if outcome.kind in {Kind.NOT_INTERPRETED, Kind.CONFLICT}:
        return True
    return outcome.reason is Reason.UNIT_QUESTION


class Circumstances(NamedTuple):
    """What rules may ask of a panel beside its results: the same for many panels.

    ``symptoms`` are in order, None where nobody asked; ``factors`` were reported or
    follow from the person; ``person`` are facts of who that may be; ``conditions`` are
    stated of the specimen.  ``young``: the rules on results are not for this person.
    """

    symptoms: tuple[ReportedSymptom, ...] | None
    factors: tuple[str, ...]
    person: tuple[str, ...]
    conditions: frozenset[str]
    young: bool


def circumstances_of(
    panel: Panel, rules: Knowledge, *, rules_from_age: Decimal
) -> Circumstances:
    """Return what the rules can see of *panel* beside its results."""
    return Circumstances(
        symptoms=None if panel.symptoms is None else _in_order(panel.symptoms),
        factors=_factors_of(panel, rules),
        person=tuple(_of_person(panel.person, rules)),
        conditions=stated_conditions(panel, rules),
        young=panel.person.is_under(rules_from_age),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What is known of a panel.

    ``held`` are the facts, ``if_true`` those with contested values as stated; of the
    tests ``by_analyte``, ``usable`` have a result that was interpreted, and ``silent``
    leave the word to another that has.  ``cautions`` apply to a result that was sent,
    ``faults`` of them make one unfit; ``patterns`` are there but for what reassures.
    ``symptoms``, ``factors`` and ``young`` are those of the circumstances.
    """

    rules: Knowledge
    held: frozenset[str]
    by_analyte: dict[str, list[Evidence]]
    usable: frozenset[str]
    silent: frozenset[str]
    symptoms: tuple[ReportedSymptom, ...] | None
    factors: tuple[str, ...]
    cautions: tuple[CautionRule, ...]
    faults: tuple[CautionRule, ...]
    patterns: tuple[Pattern, ...]
    if_true: frozenset[str]
    young: bool

    def beside(self, result: Evidence) -> frozenset[str]:
        """Return the facts as seen from *result*: its own test's others left out."""
        analyte = result.analyte or ""
        if len(self.by_analyte.get(analyte, ())) < 2:  # noqa: PLR2004 - itself alone
            return self.held
        marks = (f"result:{analyte}:", f"band:{analyte}:")
        others = (fact for fact in self.held if not fact.startswith(marks))
        return result.facts.union(others)


def gather(
    results: Sequence[Evidence], around: Circumstances, rules: Knowledge
) -> Facts:
    """Return the facts of *results* and of what is *around* them, patterns included.

    The results of someone too young for the rules make no facts.  Symptoms, factors
    and specimen conditions that the rules do not know are left out.
    """
    by_analyte: dict[str, list[Evidence]] = {}
    for result in results:
        if result.analyte is not None:
            by_analyte.setdefault(result.analyte, []).append(result)
    usable = frozenset([one.analyte for one in results if one.analyte and one.usable])
    silent = frozenset(
        [name for name, one in rules.yields_to.items() if one.to & usable]
    )
    active = [rules.factors[name] for name in around.factors if name in rules.factors]
    speaking = [] if around.young else [*by_analyte.items()]
    held = _NONE.union(
        *[_of_test(one, sent) for one, sent in speaking if one not in silent],
        [f"result:{one}:{MISSING}" for one in rules.watched if one not in usable],
        _of_symptoms(around.symptoms or ()),
        around.person,
        [f"factor:{factor.id}:" for factor in active if factor.active],
        _of_specimen(around.conditions),
    )
    contested = [] if around.young else [one for one in results if one.if_true]
    asked = [one for one in contested if one.outcome.reason is Reason.UNIT_QUESTION]
    stated = held.union(*[one.if_true for one in asked])
    held, patterns = _with_patterns(held, stated, rules)
    cautions = [
        caution
        for caution in rules.cautions.near(held)
        if not by_analyte.keys().isdisjoint(caution.analytes)
        and holds(caution.when, held)
    ]
    return Facts(
        rules=rules,
        held=held,
        by_analyte=by_analyte,
        usable=usable,
        silent=silent,
        symptoms=around.symptoms,
        factors=around.factors,
        cautions=tuple(cautions),
        faults=tuple([caution for caution in cautions if caution.spoils]),
        patterns=patterns,
        if_true=held.union(*[one.if_true for one in contested]),
        young=around.young,
    )


def _with_patterns(
    held: frozenset[str], stated: frozenset[str], rules: Knowledge
) -> tuple[frozenset[str], tuple[Pattern, ...]]:
    """Return the facts with those of patterns, and the patterns whose urgency holds.

    A pattern of a bad sample also sees the values with a question on their unit, as
    *stated*; what speaks against it keeps it from being a fact for others.
    """
    near = [
        pattern
        for pattern in rules.patterns.near(stated)
        if holds(pattern.urgent, stated if pattern.sample else held)
    ]
    whole = (
        f"pattern:{one.id}:"
        for one in near
        if holds(one.when, stated if one.sample else held)
        and not (one.sample and one.unless and holds(one.unless, stated))
    )
    return held.union(whole), tuple(near)


@lru_cache(maxsize=4096)
def subjects_of(facts: frozenset[str]) -> tuple[str, ...]:
    """Return the tests, symptoms and factors that *facts* are about, in order."""
    parts = [one.split(":") for one in facts]
    return tuple(sorted({part[1] for part in parts if part[0] in _SHOWN_KINDS}))


_ALL_THAT_IS_TOLD = attrgetter(*[field.name for field in fields(ReportedSymptom)])


def _in_order(symptoms: Sequence[ReportedSymptom]) -> tuple[ReportedSymptom, ...]:
    told = {one.id: one for one in symptoms}
    if len(told) == len(symptoms):  # one of each: no need to look any further
        return tuple([told[name] for name in sorted(told)])
    return tuple(sorted(set(symptoms), key=_ALL_THAT_IS_TOLD))


def _of_test(analyte: str, results: list[Evidence]) -> frozenset[str]:
    """Return the facts of one test; it is in range only if all its results are."""
    if len(results) == 1:
        return results[0].facts
    found = _NONE.union(*[result.facts for result in results])
    if any(result.outcome.kind is not Kind.IN_RANGE for result in results):
        return found - {f"result:{analyte}:{IN}"}
    return found


def _words(outcome: Outcome) -> Iterator[str]:
    """Yield what a rule may call *outcome*."""
    if outcome.direction is not None:
        yield outcome.direction.value
    if outcome.kind is Kind.CRITICAL:
        yield f"critical_{outcome.direction}"
    elif outcome.kind is Kind.IN_RANGE:
        yield IN
    elif outcome.reason is Reason.GREY_ZONE:
        yield GREY


def _bands(
    observation: Observation, outcome: Outcome, rules: Knowledge
) -> frozenset[str]:
    """Return the bands that a result lies in; those of a bad sample count as well."""
    if outcome.kind is Kind.NOT_INTERPRETED:
        return _NONE
    ladder = rules.ladders.get((observation.analyte or "", observation.unit or ""))
    if ladder is None or observation.reading is None:
        return _NONE
    return ladder.facts_of(observation.reading.extent)


def _of_symptoms(symptoms: Sequence[ReportedSymptom]) -> Iterator[str]:
    for symptom in symptoms:
        yield f"symptom:{symptom.id}:"
        for word in ("onset", "worsening", "severity"):
            yield f"symptom:{symptom.id}:{word}={getattr(symptom, word)}"


def _of_person(person: Person, rules: Knowledge) -> Iterator[str]:
    """Yield what the person may be: what is not known never lowers an urgency."""
    for sex, years in rules.persons:
        other = Sex.MALE if sex == Sex.FEMALE else Sex.FEMALE
        old_enough = person.age is None or person.age.oldest.years >= years
        if old_enough and person.sex is not other:
            yield f"person:{sex}:{years}"


def _factors_of(panel: Panel, rules: Knowledge) -> tuple[str, ...]:
    known = set(panel.factors)
    known.update(one.id for one in rules.from_person if _follows(one, panel.person))
    return tuple(sorted(known))


def _follows(factor: Factor, person: Person) -> bool:
    if factor.from_person == "pregnant":
        return person.pregnancy is Pregnancy.YES
    return person.age is not None and person.age.youngest.years >= factor.years


def stated_conditions(panel: Panel, rules: Knowledge) -> frozenset[str]:
    """Return what is stated of the specimen of *panel*, by a factor or by itself."""
    named = [rules.factors[name] for name in panel.factors if name in rules.factors]
    return panel.conditions.union([one.specimen for one in named if one.specimen])


def _of_specimen(conditions: Iterable[str]) -> frozenset[str]:
    return frozenset(f"specimen:{condition}:" for condition in conditions)


@lru_cache(maxsize=256)
def unfit(
    conditions: frozenset[str], factors: frozenset[str], rules: Knowledge
) -> frozenset[str]:
    """Return the tests that stated *conditions* of a specimen may have moved.

    So may something that was taken: *factors*, such as biotin.
    """
    active = [
        name for name in factors & rules.factors.keys() if rules.factors[name].active
    ]
    held = _of_specimen(conditions).union(f"factor:{name}:" for name in active)
    return frozenset(
        analyte
        for caution in rules.cautions.near(held)
        if caution.when and holds(caution.when, held)
        for analyte in caution.spoils
    )


def spoiled(result: Evidence, facts: Facts) -> CautionRule | None:
    """Return the caution that makes *result* unfit to relate, if there is one.

    A result on the other side of where the fault pushes is believed.
    """
    analyte = result.analyte or ""
    for caution in facts.faults:
        side = caution.spoils.get(analyte)
        if side is not None and not _proven(result.outcome, side):
            return caution
    return None


def _proven(outcome: Outcome, side: str) -> bool:
    """Say whether a result lies where a fault that pushes to *side* cannot bring it."""
    opposite = {"low": Direction.HIGH, "high": Direction.LOW}.get(side)
    return opposite is not None and outcome.direction is opposite
