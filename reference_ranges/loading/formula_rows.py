"""Read the formulas of computed values, with their constants and limits of validity."""

from collections.abc import Collection
from decimal import Decimal

from reference_ranges.formulas import (
    AdjustedCalcium,
    CalciumVariant,
    EgfrFormula,
    Formulas,
)
from reference_ranges.loading.tables import Table
from reference_ranges.partitions import Sex


def read_formulas(
    table: Table, units: Collection[str], sources: Collection[str]
) -> Formulas:
    """Return the formulas of the file.

    Raises:
        CatalogueError: a row is wrong; the message names it.
    """
    possible = table.table("pregnancy_possible")
    years = possible.whole("years_from"), possible.whole("years_to")
    if years[0] >= years[1]:
        possible.refuse("'years_from' must be below 'years_to'")
    _active(possible, sources)
    formulas = Formulas(
        *years,
        adjusted_calcium=_adjusted_calcium(
            table.table("adjusted_calcium"), units, sources
        ),
        egfr=_egfr(table.table("egfr"), units, sources),
    )
    table.done()
    return formulas


def _adjusted_calcium(
    row: Table, units: Collection[str], sources: Collection[str]
) -> AdjustedCalcium | None:
    variants = tuple(_variant(one, units) for one in row.rows("variant"))
    if not variants:
        row.refuse("no variant")
    id_, years_from = row.text("id"), row.whole("years_from")
    unit = row.choice("albumin_unit", units)
    albumin = row.number("albumin_min"), row.number("albumin_max")
    if albumin[0] >= albumin[1]:
        row.refuse("'albumin_min' must be below 'albumin_max'")
    egfr_min = row.number("egfr_min")
    source = _active(row, sources)
    if not source:
        return None
    return AdjustedCalcium(id_, years_from, unit, *albumin, egfr_min, variants, source)


def _variant(row: Table, units: Collection[str]) -> CalciumVariant:
    variant = CalciumVariant(
        calcium_unit=row.choice("calcium_unit", units),
        albumin_unit=row.choice("albumin_unit", units),
        slope=row.number("slope"),
        usual_albumin=row.number("usual_albumin"),
        decimals=row.whole("decimals"),
    )
    row.done()
    return variant


def _egfr(
    row: Table, units: Collection[str], sources: Collection[str]
) -> EgfrFormula | None:
    female = (
        row.number("kappa_female"),
        row.number("below_female"),
        row.number("female"),
    )
    male = row.number("kappa_male"), row.number("below_male"), Decimal(1)
    formula = EgfrFormula(
        id=row.text("id"),
        years_from=row.whole("years_from"),
        creatinine_unit=row.choice("creatinine_unit", units),
        scale=row.number("scale"),
        above=row.number("above"),
        yearly=row.number("yearly"),
        by_sex={Sex.FEMALE: female, Sex.MALE: male},
        decimals=row.whole("decimals"),
        source=row.choice("source", sources),
    )
    active = row.choice("status", ("active", "proposed")) == "active"
    row.done()
    return formula if active else None


def _active(row: Table, sources: Collection[str]) -> str:
    """Take the source and status that end every row; give the source if it is on."""
    source = row.choice("source", sources)
    status = row.choice("status", ("active", "proposed"))
    row.done()
    return source if status == "active" else ""
