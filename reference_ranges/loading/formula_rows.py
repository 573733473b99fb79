"""Read the formulas of computed values, with their constants and limits of validity."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from reference_ranges.catalogue import Analyte
from reference_ranges.formulas import (
    EgfrFormula,
    Formula,
    Formulas,
    Rule,
    Term,
    Validity,
    Variant,
)
from reference_ranges.loading.limit_rows import STATUSES, read_span
from reference_ranges.loading.tables import Table
from reference_ranges.partitions import Sex


@dataclass(frozen=True, slots=True)
class _Known:
    """What a formula may refer to."""

    analytes: Mapping[str, Analyte]
    sources: Collection[str]
    factors: Collection[str]


def read_formulas(
    table: Table,
    analytes: Mapping[str, Analyte],
    sources: Collection[str],
    factors: Collection[str],
) -> Formulas:
    """Return the formulas of the file.

    Raises:
        CatalogueError: a row is wrong; the message names it.
    """
    known = _Known(analytes, sources, factors)
    possible = table.table("pregnancy_possible")
    years = possible.whole("years_from"), possible.whole("years_to")
    if years[0] >= years[1]:
        possible.refuse("'years_from' must be below 'years_to'")
    possible.choice("source", sources)
    possible.choice("status", ("active",))
    possible.done()
    egfr = _egfr(table.table("egfr"), known)
    rows = [_formula(row, known) for row in table.rows("formula")]
    table.done()
    return Formulas(*years, egfr, tuple(one for one in rows if one is not None))


def _formula(row: Table, known: _Known) -> Formula | None:
    gives = row.choice("gives", known.analytes)
    variants = tuple(_variant(one, gives, known) for one in row.rows("variant"))
    if not variants:
        row.refuse("no variant")
    limits = tuple(_validity(one, known) for one in row.rows("valid"))
    rule = _rule(row, gives, known)
    return None if rule is None else Formula(rule, limits, variants)


def _rule(row: Table, gives: str, known: _Known) -> Rule | None:
    """Take what every formula has, and the row's end; None where it is switched off."""
    starts = _analytes(row, "starts", known)
    if not starts:
        row.refuse("'starts' is empty")
    unless = _analytes(row, "unless", known) if row.has("unless") else ()
    rule = Rule(
        id=row.text("id"),
        gives=gives,
        starts=frozenset(starts),
        unless=frozenset({gives, *unless}),
        not_with=_factors(row, known),
        ask=row.flag("ask"),
        years_from=row.optional_whole("years_from") or 0,
        in_pregnancy=row.flag("in_pregnancy"),
        source=row.choice("source", known.sources),
    )
    active = row.choice("status", STATUSES) == "active"
    row.done()
    return rule if active else None


def _factors(row: Table, known: _Known) -> frozenset[str]:
    names = row.texts("not_with") if row.has("not_with") else ()
    for name in names:
        if name not in known.factors:
            row.refuse(f"unknown not_with {name!r}")
    return frozenset(names)


def _analytes(row: Table, key: str, known: _Known) -> tuple[str, ...]:
    names = row.texts(key)
    for name in names:
        if name not in known.analytes:
            row.refuse(f"unknown {key} {name!r}")
    return names


def _variant(row: Table, gives: str, known: _Known) -> Variant:
    plus, minus, over = (
        tuple(_term(one, sign, known) for one in row.rows(key))
        for key, sign in (("plus", 1), ("minus", -1), ("over", 1))
    )
    if not plus:
        row.refuse("nothing to start from in 'plus'")
    for term in over:
        if known.analytes[term.analyte].plausible.hard_min <= 0:
            row.refuse(f"{term.analyte} may be 0: nothing can be divided by it")
    variant = Variant(
        unit=row.choice("unit", known.analytes[gives].units),
        decimals=row.whole("decimals"),
        terms=(*plus, *minus),
        over=over,
    )
    row.done()
    return variant


def _term(row: Table, sign: int, known: _Known) -> Term:
    analyte = row.choice("analyte", known.analytes)
    unit = row.choice("unit", known.analytes[analyte].units)
    factors = {key: row.number(key) for key in ("usual", "per") if row.has(key)}
    if row.has("times") or sign < 0:
        times = row.number("times") if row.has("times") else Decimal(1)
        factors["times"] = sign * times
    term = Term(analyte, unit, **factors)
    if not term.times or not term.per:
        row.refuse("'times' and 'per' must be above 0")
    row.done()
    return term


def _validity(row: Table, known: _Known) -> Validity:
    analyte = row.choice("analyte", known.analytes)
    validity = Validity(
        analyte=analyte,
        unit=row.choice("unit", known.analytes[analyte].units),
        span=read_span(row),
        if_known=row.flag("if_known"),
        quiet=row.flag("quiet"),
        source=row.choice("source", known.sources),
    )
    row.done()
    return validity


def _egfr(row: Table, known: _Known) -> EgfrFormula | None:
    gives = row.choice("gives", known.analytes)
    female = (
        row.number("kappa_female"),
        row.number("below_female"),
        row.number("female"),
    )
    male = row.number("kappa_male"), row.number("below_male"), Decimal(1)
    unit = row.choice("creatinine_unit", known.analytes["creatinine"].units)
    scale, above, yearly = (row.number(key) for key in ("scale", "above", "yearly"))
    decimals = row.whole("decimals")
    rule = _rule(row, gives, known)
    if rule is None:
        return None
    by_sex = {Sex.FEMALE: female, Sex.MALE: male}
    return EgfrFormula(rule, unit, scale, above, yearly, by_sex, decimals)
