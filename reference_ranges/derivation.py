"""Values that follow from others: adjusted calcium and eGFR, only where valid.

A value is computed only where the laboratory sent none itself, every input could be
used as it came, and everything that the formula depends on is known.  Otherwise the
report says what was missing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from reference_ranges.catalogue import Catalogue
from reference_ranges.classification import classify
from reference_ranges.formulas import AdjustedCalcium, CalciumVariant, EgfrFormula
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

_CALCIUM, _ALBUMIN, _ADJUSTED = "calcium_total", "albumin", "calcium_adjusted"
_CREATININE, _EGFR = "creatinine", "egfr"
_CONVERTED_DECIMALS = 9  # of an input that did not come in the formula's unit


@dataclass(frozen=True, slots=True)
class Derivation:
    """The computed values, and why others were not computed."""

    classified: tuple[Classified, ...] = ()
    findings: tuple[Finding, ...] = ()
    missing: tuple[Missing, ...] = ()


def derive(
    reported: Sequence[Classified], panel: Panel, catalogue: Catalogue
) -> Derivation:
    """Return what can be computed from *reported* results, and why the rest cannot.

    Each computed value is rounded as a laboratory would report it and classified
    like a reported one; it carries the formula in ``derived_by`` and in its trace.
    Where the value to start from (creatinine, total calcium) was reported and
    nothing could be computed, there is a ``not_computed`` finding.
    """
    inputs = _Inputs(_by_analyte(reported), panel, catalogue)
    formulas = catalogue.formulas
    egfr = _attempt(inputs, formulas.egfr, _CREATININE, _EGFR, _estimated_gfr)
    inputs = _Inputs(_by_analyte((*reported, *egfr.classified)), panel, catalogue)
    calcium = _attempt(
        inputs, formulas.adjusted_calcium, _CALCIUM, _ADJUSTED, _adjusted_calcium
    )
    return Derivation(
        (*egfr.classified, *calcium.classified),
        (*egfr.findings, *calcium.findings),
        (*egfr.missing, *calcium.missing),
    )


class _Unable(Exception):  # noqa: N818 - a reason to stop, caught in this module
    """A value cannot be computed; ``fact`` would allow it."""

    def __init__(self, why: str, fact: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.fact = fact


@dataclass(frozen=True, slots=True)
class _Computed:
    """A computed number, in ``unit``, and the (name, text) pairs that it came from."""

    number: Decimal
    unit: str
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

    def number(self, analyte: str, unit: str) -> Decimal:
        """Return the one usable result of *analyte* as a number of *unit*."""
        observation = self._usable(analyte)
        reading = observation.reading
        exact = reading is not None and reading.comparator is Comparator.EQUAL
        if reading is None or not exact or not reading.number:
            raise _Unable(f"{analyte}_not_exact")
        if observation.unit is None or observation.unit == unit:
            return reading.number
        entry = self.catalogue.analytes[analyte]
        factor = factor_between(entry, observation.unit, unit)
        return convert(reading.number, factor, _CONVERTED_DECIMALS).normalize()

    def conversion(self, analyte: str, unit: str) -> tuple[tuple[str, str], ...]:
        """Return how a result of *analyte* became a number of *unit*, if it had to."""
        observation = self._usable(analyte)
        reading, sent = observation.reading, observation.unit
        if reading is None or sent is None or sent == unit:
            return ()
        factor = factor_between(self.catalogue.analytes[analyte], sent, unit)
        return ((f"{analyte}_from", f"{reading.number:f} {sent} x {factor}"),)

    def unit(self, analyte: str) -> str | None:
        """Return the unit that the result of *analyte* came in."""
        return self._usable(analyte).unit

    def _usable(self, analyte: str) -> Observation:
        found = self.sent.get(analyte)
        if not found:
            raise _Unable(f"{analyte}_missing", analyte)
        if len(found) > 1:
            raise _Unable(f"{analyte}_more_than_one")
        outcome = found[0].answer.settled.outcome
        held = outcome.kind is Kind.NOT_INTERPRETED
        contested = outcome.kind is Kind.CONFLICT
        if (
            contested
            or outcome.reason is Reason.UNIT_QUESTION
            or (held and outcome.reason is not Reason.NO_LIMIT)
        ):
            raise _Unable(f"{analyte}_not_usable")
        return found[0].observation

    def years(self, at_least: int) -> int:
        """Return the age in completed years, refusing one below *at_least*."""
        age = self.panel.person.age
        if age is None:
            raise _Unable("age_not_known", "age")
        if age.oldest.years < at_least:
            raise _Unable("not_an_adult")
        if age.youngest.years < at_least:
            raise _Unable("age_not_known", "age")
        return age.youngest.years

    def refuse_pregnancy(self) -> None:
        """Refuse where the patient is pregnant, or may be and was not asked."""
        person = self.panel.person
        if person.pregnancy is Pregnancy.YES:
            raise _Unable("pregnant")
        if person.pregnancy is Pregnancy.UNKNOWN and self._may_be_pregnant(person):
            raise _Unable("pregnancy_not_known", "pregnancy")

    def _may_be_pregnant(self, person: Person) -> bool:
        formulas = self.catalogue.formulas
        if person.sex is Sex.MALE or person.age is None:
            return person.sex is not Sex.MALE
        return (
            person.age.oldest.years >= formulas.pregnancy_from_years
            and person.age.youngest.years < formulas.pregnancy_to_years
        )


def _by_analyte(results: Iterable[Classified]) -> dict[str | None, list[Classified]]:
    found: dict[str | None, list[Classified]] = {}
    for one in results:
        found.setdefault(one.observation.analyte, []).append(one)
    return found


_FormulaT = TypeVar("_FormulaT", bound=AdjustedCalcium | EgfrFormula)


def _attempt(
    inputs: _Inputs,
    formula: _FormulaT | None,
    start: str,
    target: str,
    compute: Callable[[_Inputs, _FormulaT], _Computed],
) -> Derivation:
    """Compute *target* where its *start* was sent and the laboratory sent none."""
    if formula is None or not inputs.has(start) or inputs.has(target):
        return Derivation()
    try:
        computed = compute(inputs, formula)
    except _Unable as reason:
        why = (("why", reason.why),)
        finding = Finding("not_computed", (target,), Urgency.ROUTINE, formula.id, why)
        asked = (
            (Missing(reason.fact, (target,), "not_computed"),) if reason.fact else ()
        )
        return Derivation(findings=(finding,), missing=asked)
    found = classify(
        _observation(target, computed, inputs), inputs.panel, inputs.catalogue
    )
    gave = f"{computed.number:f} {computed.unit}"
    step = Step(f"formula:{formula.id}", gave, computed.inputs, formula.source)
    derived = found._replace(derived_by=formula.id, trace=(step, *found.trace))
    return Derivation((derived,))


def _observation(target: str, computed: _Computed, inputs: _Inputs) -> Observation:
    text = f"{computed.number:f}"
    return Observation(
        analyte=target,
        name=inputs.catalogue.analytes[target].name,
        value_text=text,
        unit_text=computed.unit,
        reading=Reading(text, Comparator.EQUAL, computed.number),
        unit=computed.unit,
    )


def _estimated_gfr(inputs: _Inputs, formula: EgfrFormula) -> _Computed:
    years = inputs.years(formula.years_from)
    age = inputs.panel.person.age
    sex = inputs.panel.person.sex
    if sex not in formula.by_sex:
        raise _Unable("sex_not_known", "sex")
    if age is not None and age.oldest.years != years:
        raise _Unable("age_not_known", "age")
    inputs.refuse_pregnancy()
    creatinine = inputs.number(_CREATININE, formula.creatinine_unit)
    number = round(formula.egfr(creatinine, sex, years), formula.decimals)
    used = (
        ("creatinine", f"{creatinine:f} {formula.creatinine_unit}"),
        ("age", f"{years} years"),
        ("sex", sex.value),
        *inputs.conversion(_CREATININE, formula.creatinine_unit),
        *formula.constants(creatinine, sex),
    )
    unit = inputs.catalogue.analytes[_EGFR].si_unit
    return _Computed(number, unit, used)


def _adjusted_calcium(inputs: _Inputs, formula: AdjustedCalcium) -> _Computed:
    inputs.years(formula.years_from)
    inputs.refuse_pregnancy()
    variant = _variant(inputs, formula)
    calcium = inputs.number(_CALCIUM, variant.calcium_unit)
    albumin = inputs.number(_ALBUMIN, variant.albumin_unit)
    in_g_per_l = inputs.number(_ALBUMIN, formula.albumin_unit)
    if not formula.albumin_min <= in_g_per_l <= formula.albumin_max:
        raise _Unable("albumin_outside_validity")
    if inputs.has(_EGFR):
        unit = inputs.catalogue.analytes[_EGFR].si_unit
        _refuse_low_egfr(inputs.number(_EGFR, unit), formula)
    number = round(variant.adjusted(calcium, albumin), variant.decimals)
    used = (
        ("calcium_total", f"{calcium:f} {variant.calcium_unit}"),
        ("albumin", f"{albumin:f} {variant.albumin_unit}"),
        ("slope", f"{variant.slope:f}"),
        ("usual_albumin", f"{variant.usual_albumin:f} {variant.albumin_unit}"),
        *inputs.conversion(_CALCIUM, variant.calcium_unit),
        *inputs.conversion(_ALBUMIN, variant.albumin_unit),
    )
    return _Computed(number, variant.calcium_unit, used)


def _variant(inputs: _Inputs, formula: AdjustedCalcium) -> CalciumVariant:
    """Choose the variant for the unit that calcium came in, else the first."""
    unit = inputs.unit(_CALCIUM)
    alike = [one for one in formula.variants if one.calcium_unit == unit]
    return (alike or list(formula.variants))[0]


def _refuse_low_egfr(egfr: Decimal, formula: AdjustedCalcium) -> None:
    if egfr < formula.egfr_min:
        raise _Unable("egfr_below_validity")
