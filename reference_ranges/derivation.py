"""Values that follow from others, such as adjusted calcium: only where valid.

A value is computed only where the laboratory sent none itself, every input could be
used as it came, and everything that the formula depends on is known.  Otherwise there
is the reason why not.  The results of a panel are of one specimen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from reference_ranges.catalogue import Catalogue
from reference_ranges.classification import Court
from reference_ranges.formulas import (
    EgfrFormula,
    Formula,
    Formulas,
    Rule,
    Validity,
    Variant,
)
from reference_ranges.inputs import QUIET, Inputs, Unable, by_analyte
from reference_ranges.judging.answers import Classified, Exact
from reference_ranges.panel import (
    Comparator,
    Observation,
    Panel,
    Person,
    Reading,
)
from reference_ranges.partitions import Pregnancy, Sex
from reference_ranges.results import Finding, Missing, Step


@dataclass(frozen=True, slots=True)
class Derivation:
    """The computed values, and why others were not computed."""

    classified: tuple[Classified, ...] = ()
    findings: tuple[Finding, ...] = ()
    missing: tuple[Missing, ...] = ()


def derive(
    reported: Sequence[Classified], panel: Panel, catalogue: Catalogue, court: Court
) -> Derivation:
    """Return what can be computed from *reported* results, and why the rest cannot.

    Each computed value is rounded as a laboratory would report it and classified
    like a reported one; it carries the formula in ``derived_by`` and in its trace.
    Where a formula speaks and nothing could be computed, there is a ``not_computed``
    finding with its reason.
    """
    inputs = Inputs(by_analyte(reported), panel, catalogue)
    found: list[Classified] = []
    findings: list[Finding] = []
    missing: list[Missing] = []
    for formula in catalogue.formulas.all:
        if not _speaks(formula.rule, inputs):
            continue
        try:
            computed = _compute(formula, inputs)
        except Unable as reason:
            findings.extend(reason.findings(formula.rule))
            missing.extend(reason.missing(formula.rule))
            continue
        one = _classified(formula.rule, computed, court)
        inputs.sent[formula.rule.gives] = [one]
        found.append(one)
    return Derivation(tuple(found), tuple(findings), tuple(missing))


class _Computed(NamedTuple):
    """A computed value, the tests that were ``used`` for it, and its working."""

    used: tuple[str, ...]
    observation: Observation
    step: Step


def _speaks(rule: Rule, inputs: Inputs) -> bool:
    """Say whether *rule* is for these results: its own sent, and no answer to it."""
    return inputs.sent.keys() >= rule.starts and rule.unless.isdisjoint(inputs.sent)


def _compute(formula: EgfrFormula | Formula, inputs: Inputs) -> _Computed:
    rule = formula.rule
    if not rule.not_with.isdisjoint(inputs.panel.factors):
        raise Unable("not_for_this_patient")
    years = _years(rule.years_from, inputs.panel.person) if rule.years_from else 0
    if isinstance(formula, EgfrFormula):
        return _estimated_gfr(formula, years, inputs)
    _refuse_pregnancy(rule, inputs)
    variant = _variant(formula, inputs)
    for limit in formula.limits:
        _check(limit, inputs)
    taken = [inputs.take(term.analyte, term.unit) for term in variant.inputs]
    number = round(variant.value([one.number for one in taken]), variant.decimals)
    name = inputs.catalogue.analytes[rule.gives].name
    used = zip(variant.tests, [one.shown for one in taken], strict=True)
    working = [line for one in taken for line in one.working]
    observation = _observation(rule.gives, name, f"{number:f}", variant.unit)
    step = _step(rule, observation, (("formula", variant.text), *used, *working))
    return _Computed(variant.tests, observation, step)


@lru_cache(maxsize=4096)  # computed values come in few different numbers
def _observation(analyte: str, name: str, text: str, unit: str) -> Observation:
    """Return a computed value as if it had been reported."""
    return Observation(
        analyte=analyte,
        name=name,
        value_text=text,
        unit_text=unit,
        reading=Reading(text, Comparator.EQUAL, Decimal(text)),
        unit=unit,
    )


def _step(rule: Rule, seen: Observation, inputs: tuple[tuple[str, str], ...]) -> Step:
    gave = f"{seen.value_text} {seen.unit_text}"
    return Step(f"formula:{rule.id}", gave, inputs, rule.source)


def _years(at_least: int, person: Person) -> int:
    """Return the age in completed years, refusing one below *at_least*."""
    age = person.age
    if age is None:
        raise Unable("age_not_known")
    if age.oldest.years < at_least:
        raise Unable("not_an_adult")
    if age.youngest.years < at_least:
        raise Unable("age_not_known")
    return age.youngest.years


def _refuse_pregnancy(rule: Rule, inputs: Inputs) -> None:
    """Refuse where the patient is pregnant, or may be and was not asked."""
    person = inputs.panel.person
    if rule.in_pregnancy:
        return
    if person.pregnancy is Pregnancy.YES:
        raise Unable("pregnant")
    formulas = inputs.catalogue.formulas
    if person.pregnancy is Pregnancy.UNKNOWN and _may_be_pregnant(person, formulas):
        raise Unable("pregnancy_not_known")


def _may_be_pregnant(person: Person, formulas: Formulas) -> bool:
    if person.sex is Sex.MALE or person.age is None:
        return person.sex is not Sex.MALE
    return (
        person.age.oldest.years >= formulas.pregnancy_from_years
        and person.age.youngest.years < formulas.pregnancy_to_years
    )


def _variant(formula: Formula, inputs: Inputs) -> Variant:
    if len(formula.variants) == 1:
        return formula.variants[0]
    return _best_variant(formula, tuple([inputs.unit(name) for name in formula.tests]))


@lru_cache(maxsize=1024)
def _best_variant(formula: Formula, units: tuple[str | None, ...]) -> Variant:
    """Choose the variant whose inputs were sent, and come in its units.

    The first of its inputs decides, then how many of them do.  *units* are those that
    the tests of *formula* came in, empty where one was not sent.
    """
    came = dict(zip(formula.tests, units, strict=True))
    return max(formula.variants, key=lambda one: _fit(one, came))


def _fit(variant: Variant, came: Mapping[str, str | None]) -> tuple[bool, bool, int]:
    sent = "" not in [came[name] for name in variant.tests]
    alike = [came[term.analyte] == term.unit for term in variant.inputs]
    return sent, alike[0], sum(alike)


def _check(limit: Validity, inputs: Inputs) -> None:
    """Refuse an input outside *limit*; one that is not known may be let be."""
    if limit.if_known and not inputs.has(limit.analyte):
        return
    taken = inputs.take(limit.analyte, limit.unit)
    if not limit.span.holds(taken.number):
        why = QUIET if limit.quiet else "outside_validity"
        raise Unable(why, limit.analyte, limit)


def _estimated_gfr(formula: EgfrFormula, years: int, inputs: Inputs) -> _Computed:
    person = inputs.panel.person
    if person.sex not in formula.by_sex:
        raise Unable("sex_not_known")
    if person.age is not None and person.age.oldest.years != years:
        raise Unable("age_not_known")
    _refuse_pregnancy(formula.rule, inputs)
    (analyte,) = formula.rule.starts
    creatinine = inputs.take(analyte, formula.creatinine_unit)
    return _estimated(formula, creatinine, years, person.sex, inputs.catalogue)


@lru_cache(maxsize=4096)  # creatinine comes in few different numbers
def _estimated(
    formula: EgfrFormula,
    creatinine: Exact,
    years: int,
    sex: Sex,
    catalogue: Catalogue,
) -> _Computed:
    """Return what *formula* gives, and the working."""
    (analyte,) = formula.rule.starts
    number = round(formula.egfr(creatinine.number, sex, years), formula.decimals)
    used = (
        (analyte, creatinine.shown),
        ("age", f"{years} years"),
        ("sex", sex.value),
        *creatinine.working,
        *formula.constants(creatinine.number, sex),
    )
    entry = catalogue.analytes[formula.rule.gives]
    text, unit = f"{number:f}", entry.si_unit
    observation = _observation(entry.id, entry.name, text, unit)
    step = _step(formula.rule, observation, used)
    return _Computed((analyte,), observation, step)


def _classified(rule: Rule, computed: _Computed, court: Court) -> Classified:
    """Judge a computed value; made of what a fault of the sample moved, it is moved."""
    sample = court.sample
    if not sample.moved.isdisjoint(computed.used):
        moved = sample.moved | {rule.gives}
        court = court._replace(sample=sample._replace(moved=moved))
    return court.judge(computed.observation).computed(rule.id, computed.step)
