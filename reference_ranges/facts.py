"""Gathers what is known of a panel into the facts that rules ask for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter

from reference_ranges.knowledge import (
    GREY,
    IN,
    MISSING,
    CautionRule,
    Factor,
    Knowledge,
    Pattern,
)
from reference_ranges.panel import Panel, Person, Reason, ReportedSymptom
from reference_ranges.partitions import Pregnancy, Sex
from reference_ranges.results import Direction, Kind, Result
from reference_ranges.scales import extent_of
from reference_ranges.triggers import holds

_SHOWN_KINDS = ("result", "band", "symptom", "factor")
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What is known of a panel.

    ``held`` are the facts; ``by_analyte`` the results of each supported test;
    ``factors`` those reported and those that follow from the person; ``cautions``
    the remarks that apply to a result that was sent; ``patterns`` those that are there
    but for what reassures.
    """

    rules: Knowledge
    held: frozenset[str]
    by_analyte: dict[str, list[Result]]
    symptoms: tuple[ReportedSymptom, ...] | None
    factors: tuple[str, ...]
    cautions: tuple[CautionRule, ...]
    patterns: tuple[Pattern, ...]

    def silent(self, analyte: str) -> bool:
        """Say whether a test leaves the word to another that is there."""
        return _silent(analyte, self.by_analyte, self.rules)

    def beside(self, result: Result) -> frozenset[str]:
        """Return the facts as seen from *result*: not those of its own test's others.

        They differ from ``held`` only where a test was sent more than once.
        """
        analyte = result.observation.analyte or ""
        if len(self.by_analyte.get(analyte, ())) < 2:  # noqa: PLR2004 - itself alone
            return self.held
        own = frozenset(_of_result(result, self.rules))
        marks = (f"result:{analyte}:", f"band:{analyte}:")
        return own.union(fact for fact in self.held if not fact.startswith(marks))


def gather(results: Sequence[Result], panel: Panel, rules: Knowledge) -> Facts:
    """Return the facts of *results* and *panel*, patterns included.

    Symptoms, factors and specimen conditions that the rules do not know are left out.
    """
    by_analyte: dict[str, list[Result]] = {}
    for result in results:
        if result.observation.analyte is not None:
            by_analyte.setdefault(result.observation.analyte, []).append(result)
    factors = _factors_of(panel, rules)
    active = [rules.factors[name] for name in factors if name in rules.factors]
    symptoms = None if panel.symptoms is None else _in_order(panel.symptoms)
    held = frozenset(
        (
            *_of_results(by_analyte, rules),
            *_of_symptoms(symptoms or ()),
            *_of_person(panel.person, rules),
            *(f"factor:{factor.id}:" for factor in active if factor.active),
            *(f"specimen:{condition}:" for condition in _conditions(panel, active)),
        )
    )
    held, patterns = _with_patterns(held, rules)
    cautions = tuple(
        caution
        for caution in rules.cautions.near(held)
        if not by_analyte.keys().isdisjoint(caution.analytes)
        and holds(caution.when, held)
    )
    return Facts(rules, held, by_analyte, symptoms, factors, cautions, patterns)


def _with_patterns(
    held: frozenset[str], rules: Knowledge
) -> tuple[frozenset[str], tuple[Pattern, ...]]:
    """Return the facts with those of patterns, and the patterns whose urgency holds."""
    near = [
        pattern for pattern in rules.patterns.near(held) if holds(pattern.urgent, held)
    ]
    whole = (f"pattern:{one.id}:" for one in near if holds(one.when, held))
    return held.union(whole), tuple(near)


def subjects_of(facts: frozenset[str]) -> tuple[str, ...]:
    """Return the tests, symptoms and factors that *facts* are about, in order."""
    parts = [fact.split(":") for fact in facts]
    return tuple(sorted({part[1] for part in parts if part[0] in _SHOWN_KINDS}))


_ALL_THAT_IS_TOLD = attrgetter(*[field.name for field in fields(ReportedSymptom)])


def _in_order(symptoms: Sequence[ReportedSymptom]) -> tuple[ReportedSymptom, ...]:
    return tuple(sorted(set(symptoms), key=_ALL_THAT_IS_TOLD))


def _usable(result: Result) -> bool:
    return result.outcome.kind is not Kind.NOT_INTERPRETED


def _of_results(by_analyte: dict[str, list[Result]], rules: Knowledge) -> Iterator[str]:
    for analyte, results in by_analyte.items():
        if not _silent(analyte, by_analyte, rules):
            yield from _of_test(analyte, results, rules)
    for analyte in rules.watched:
        if not any(_usable(result) for result in by_analyte.get(analyte, ())):
            yield f"result:{analyte}:{MISSING}"


def _silent(
    analyte: str, by_analyte: dict[str, list[Result]], rules: Knowledge
) -> bool:
    yielding = rules.yields_to.get(analyte)
    return yielding is not None and any(
        _usable(result) for other in yielding.to for result in by_analyte.get(other, ())
    )


def _of_test(analyte: str, results: list[Result], rules: Knowledge) -> set[str]:
    """Return the facts of one test; it is in range only if all its results are."""
    found = {fact for result in results for fact in _of_result(result, rules)}
    if any(result.outcome.kind is not Kind.IN_RANGE for result in results):
        found.discard(f"result:{analyte}:{IN}")
    return found


def _of_result(result: Result, rules: Knowledge) -> Iterator[str]:
    analyte, outcome = result.observation.analyte, result.outcome
    if outcome.direction is not None:
        yield f"result:{analyte}:{outcome.direction}"
    if outcome.kind is Kind.CRITICAL:
        yield f"result:{analyte}:critical_{outcome.direction}"
    elif outcome.kind is Kind.IN_RANGE:
        yield f"result:{analyte}:{IN}"
    elif outcome.reason is Reason.GREY_ZONE:
        yield f"result:{analyte}:{GREY}"
    yield from _bands(result, rules)


def _bands(result: Result, rules: Knowledge) -> frozenset[str]:
    """Return the bands that a result lies in; those of a bad sample count as well."""
    observation = result.observation
    if not _usable(result) and result.outcome.reason is not Reason.SPECIMEN_UNFIT:
        return _NONE
    ladder = rules.ladders.get((observation.analyte or "", observation.unit or ""))
    if ladder is None or observation.reading is None:
        return _NONE
    return ladder.facts_of(extent_of(observation.reading))


def _of_symptoms(symptoms: Sequence[ReportedSymptom]) -> Iterator[str]:
    for symptom in symptoms:
        yield f"symptom:{symptom.id}:"
        yield f"symptom:{symptom.id}:onset={symptom.onset}"
        yield f"symptom:{symptom.id}:worsening={symptom.worsening}"
        yield f"symptom:{symptom.id}:severity={symptom.severity}"


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


def _conditions(panel: Panel, factors: Sequence[Factor]) -> set[str]:
    stated = {factor.specimen for factor in factors if factor.specimen}
    return stated.union(panel.conditions)


def spoiled(result: Result, facts: Facts) -> CautionRule | None:
    """Return the caution that makes *result* unfit to relate, if there is one.

    A result on the other side of where the fault pushes is believed.
    """
    analyte = result.observation.analyte or ""
    for caution in facts.cautions:
        side = caution.spoils.get(analyte)
        if side is not None and result.outcome.direction != _other(side):
            return caution
    return None


def _other(side: str) -> Direction | None:
    return {"low": Direction.HIGH, "high": Direction.LOW}.get(side)
