"""Values that follow from others, such as adjusted calcium: only where valid.

A value is computed only where the laboratory sent none itself, every input could be
used as it came, and everything that the formula depends on is known.  Otherwise there
is the reason why not.  The results of a panel are of one specimen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

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
from reference_ranges.judging.answers import Classified
from reference_ranges.judging.compiling import factor_between
from reference_ranges.panel import (
    Comparator,
    Observation,
    Panel,
    Person,
    Reading,
    Reason,
)
from reference_ranges.partitions import Pregnancy, Sex
from reference_ranges.quantities import convert
from reference_ranges.results import Finding, Kind, Missing, Step, Urgency

_CONVERTED_DECIMALS = 9  # of an input that did not come in the formula's unit


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
    inputs = _Inputs(_by_analyte(reported), panel, catalogue)
    found: list[Classified] = []
    findings: list[Finding] = []
    missing: list[Missing] = []
    for formula in catalogue.formulas.all:
        if not _speaks(formula.rule, inputs):
            continue
        try:
            computed = _compute(formula, inputs)
        except _Unable as reason:
            findings.extend(reason.findings(formula.rule))
            missing.extend(reason.missing(formula.rule))
            continue
        one = _classified(formula.rule, computed, catalogue, court)
        inputs.sent[formula.rule.gives] = [one]
        found.append(one)
    return Derivation(tuple(found), tuple(findings), tuple(missing))


_PERSONAL = {
    "age_not_known": "age",
    "sex_not_known": "sex",
    "pregnancy_not_known": "pregnancy",
}
_QUIET, _NOT_SENT = "", "not_sent"


class _Unable(Exception):  # noqa: N818 - a reason to stop, caught in this module
    """A value cannot be computed: *why*, because of which input, by which limit."""

    def __init__(
        self, why: str, analyte: str = "", limit: Validity | None = None
    ) -> None:
        super().__init__(why)
        self.why = why
        self.analyte = analyte
        self.limit = limit

    def findings(self, rule: Rule) -> tuple[Finding, ...]:
        """Return the finding that says why, unless there is nothing to say."""
        if self.why == _QUIET:
            return ()
        params = [("why", self.why)]
        if self.analyte:
            params.append(("input", self.analyte))
        if self.limit is not None:
            params.append(("valid", _written(self.limit)))
        sources = (self.limit.source if self.limit else rule.source,)
        subjects = (rule.gives,)
        return (
            Finding(
                "not_computed",
                subjects,
                Urgency.ROUTINE,
                rule.id,
                tuple(params),
                sources,
            ),
        )

    def missing(self, rule: Rule) -> tuple[Missing, ...]:
        """Return the fact that would allow it, where it is one to ask for."""
        lacking = self.analyte if self.why == _NOT_SENT and rule.ask else ""
        fact = _PERSONAL.get(self.why, lacking)
        return (Missing(fact, (rule.gives,), "not_computed"),) if fact else ()


def _written(limit: Validity) -> str:
    span = limit.span
    ends = (
        ("at least", span.at_least),
        ("above", span.above),
        ("at most", span.at_most),
        ("below", span.below),
    )
    words = [f"{word} {number:f}" for word, number in ends if number is not None]
    return f"{' and '.join(words)} {limit.unit}"


@dataclass(frozen=True, slots=True)
class _Computed:
    """A computed number, in ``unit``, and the (name, text) pairs that it came from.

    ``used`` are the tests that it was made of.
    """

    number: Decimal
    unit: str
    used: tuple[str, ...]
    inputs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Inputs:
    """The results of one specimen, by what they are of, and whose they are."""

    sent: dict[str | None, list[Classified]]
    panel: Panel
    catalogue: Catalogue

    def has(self, analyte: str) -> bool:
        """Say whether a result of *analyte* was sent, readable or not."""
        return analyte in self.sent

    def unit(self, analyte: str) -> str | None:
        """Return the unit that the first result of *analyte* came in, if it did."""
        found = self.sent.get(analyte)
        return found[0].observation.unit if found else None

    def number(self, analyte: str, unit: str) -> Decimal:
        """Return the one usable result of *analyte* as a number of *unit*."""
        found = self._usable(analyte)
        reading, own = found.observation.reading, found.observation.unit
        if reading is None or reading.comparator is not Comparator.EQUAL:
            raise _Unable("not_exact", analyte)
        if not reading.number and not found.derived_by:
            raise _Unable("not_usable", analyte)
        if own is None or own == unit:
            return reading.number
        entry = self.catalogue.analytes[analyte]
        factor = factor_between(entry, own, unit)
        if factor == 1:
            return reading.number
        return convert(reading.number, factor, _CONVERTED_DECIMALS).normalize()

    def conversion(self, analyte: str, unit: str) -> tuple[tuple[str, str], ...]:
        """Return how a result of *analyte* became a number of *unit*, if it had to."""
        observation = self._usable(analyte).observation
        reading, sent = observation.reading, observation.unit
        if reading is None or sent is None or sent == unit:
            return ()
        factor = factor_between(self.catalogue.analytes[analyte], sent, unit)
        return ((f"{analyte}_from", f"{reading.number:f} {sent} x {factor}"),)

    def _usable(self, analyte: str) -> Classified:
        found = self.sent.get(analyte)
        if not found:
            raise _Unable(_NOT_SENT, analyte)
        if len(found) > 1:
            raise _Unable("more_than_one", analyte)
        outcome = found[0].answer.settled.outcome
        held = outcome.kind is Kind.NOT_INTERPRETED
        contested = outcome.kind is Kind.CONFLICT
        if (
            contested
            or outcome.reason is Reason.UNIT_QUESTION
            or (held and outcome.reason is not Reason.NO_LIMIT)
        ):
            raise _Unable("not_usable", analyte)
        return found[0]


def _by_analyte(results: Iterable[Classified]) -> dict[str | None, list[Classified]]:
    found: dict[str | None, list[Classified]] = {}
    for one in results:
        found.setdefault(one.observation.analyte, []).append(one)
    return found


def _speaks(rule: Rule, inputs: _Inputs) -> bool:
    """Say whether *rule* is for these results: its own sent, and no answer to it."""
    return inputs.sent.keys() >= rule.starts and rule.unless.isdisjoint(inputs.sent)


def _compute(formula: EgfrFormula | Formula, inputs: _Inputs) -> _Computed:
    rule = formula.rule
    years = _years(rule.years_from, inputs.panel.person) if rule.years_from else 0
    if isinstance(formula, EgfrFormula):
        return _estimated_gfr(formula, years, inputs)
    _refuse_pregnancy(rule, inputs)
    variant = _variant(formula, inputs)
    for limit in formula.limits:
        _check(limit, inputs)
    numbers = [inputs.number(term.analyte, term.unit) for term in variant.inputs]
    used = [
        (term.analyte, f"{number:f} {term.unit}")
        for term, number in zip(variant.inputs, numbers, strict=True)
    ]
    for term in variant.inputs:
        used.extend(inputs.conversion(term.analyte, term.unit))
    return _Computed(
        round(variant.value(numbers), variant.decimals),
        variant.unit,
        tuple(term.analyte for term in variant.inputs),
        (("formula", variant.text), *used),
    )


def _years(at_least: int, person: Person) -> int:
    """Return the age in completed years, refusing one below *at_least*."""
    age = person.age
    if age is None:
        raise _Unable("age_not_known")
    if age.oldest.years < at_least:
        raise _Unable("not_an_adult")
    if age.youngest.years < at_least:
        raise _Unable("age_not_known")
    return age.youngest.years


def _refuse_pregnancy(rule: Rule, inputs: _Inputs) -> None:
    """Refuse where the patient is pregnant, or may be and was not asked."""
    person = inputs.panel.person
    if rule.in_pregnancy:
        return
    if person.pregnancy is Pregnancy.YES:
        raise _Unable("pregnant")
    formulas = inputs.catalogue.formulas
    if person.pregnancy is Pregnancy.UNKNOWN and _may_be_pregnant(person, formulas):
        raise _Unable("pregnancy_not_known")


def _may_be_pregnant(person: Person, formulas: Formulas) -> bool:
    if person.sex is Sex.MALE or person.age is None:
        return person.sex is not Sex.MALE
    return (
        person.age.oldest.years >= formulas.pregnancy_from_years
        and person.age.youngest.years < formulas.pregnancy_to_years
    )


def _variant(formula: Formula, inputs: _Inputs) -> Variant:
    """Choose the variant whose inputs were sent, and come in its units.

    The first of its inputs decides, then how many of them do.
    """
    return max(formula.variants, key=lambda variant: _fit(variant, inputs))


def _fit(variant: Variant, inputs: _Inputs) -> tuple[bool, bool, int]:
    terms = variant.inputs
    sent = all(inputs.has(term.analyte) for term in terms)
    alike = [inputs.unit(term.analyte) == term.unit for term in terms]
    return sent, alike[0], sum(alike)


def _check(limit: Validity, inputs: _Inputs) -> None:
    """Refuse an input outside *limit*; one that is not known may be let be."""
    if limit.if_known and not inputs.has(limit.analyte):
        return
    number, span = inputs.number(limit.analyte, limit.unit), limit.span
    if not span.holds(number):
        why = _QUIET if limit.quiet else "outside_validity"
        raise _Unable(why, limit.analyte, limit)


def _estimated_gfr(formula: EgfrFormula, years: int, inputs: _Inputs) -> _Computed:
    person = inputs.panel.person
    if person.sex not in formula.by_sex:
        raise _Unable("sex_not_known")
    if person.age is not None and person.age.oldest.years != years:
        raise _Unable("age_not_known")
    _refuse_pregnancy(formula.rule, inputs)
    (analyte,) = formula.rule.starts
    creatinine = inputs.number(analyte, formula.creatinine_unit)
    number = round(formula.egfr(creatinine, person.sex, years), formula.decimals)
    used = (
        (analyte, f"{creatinine:f} {formula.creatinine_unit}"),
        ("age", f"{years} years"),
        ("sex", person.sex.value),
        *inputs.conversion(analyte, formula.creatinine_unit),
        *formula.constants(creatinine, person.sex),
    )
    unit = inputs.catalogue.analytes[formula.rule.gives].si_unit
    return _Computed(number, unit, (analyte,), used)


def _classified(
    rule: Rule, computed: _Computed, catalogue: Catalogue, court: Court
) -> Classified:
    """Judge a computed value; made of what a fault of the sample moved, it is moved."""
    sample = court.sample
    if not sample.moved.isdisjoint(computed.used):
        moved = sample.moved | {rule.gives}
        court = court._replace(sample=sample._replace(moved=moved))
    found = court.judge(_observation(rule.gives, computed, catalogue))
    gave = f"{computed.number:f} {computed.unit}"
    step = Step(f"formula:{rule.id}", gave, computed.inputs, rule.source)
    return found._replace(derived_by=rule.id, trace=(step, *found.trace))


def _observation(gives: str, computed: _Computed, catalogue: Catalogue) -> Observation:
    text = f"{computed.number:f}"
    return Observation(
        analyte=gives,
        name=catalogue.analytes[gives].name,
        value_text=text,
        unit_text=computed.unit,
        reading=Reading(text, Comparator.EQUAL, computed.number),
        unit=computed.unit,
    )
