"""The formulas of data/formulas.toml: their constants, and where they are valid."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal

from reference_ranges.partitions import Sex
from reference_ranges.tables import Table


@dataclass(frozen=True, slots=True)
class CalciumVariant:
    """The adjustment of calcium by albumin, in one pair of units."""

    calcium_unit: str
    albumin_unit: str
    slope: Decimal
    usual_albumin: Decimal
    decimals: int

    def adjusted(self, calcium: Decimal, albumin: Decimal) -> Decimal:
        """Return adjusted calcium, exactly, in ``calcium_unit``.

        >>> number = Decimal
        >>> CalciumVariant(
        ...     "mmol/L", "g/L", number("0.02"), number(40), decimals=2
        ... ).adjusted(number("2.1"), number(30))
        Decimal('2.30')
        """
        return calcium + self.slope * (self.usual_albumin - albumin)


@dataclass(frozen=True, slots=True)
class AdjustedCalcium:
    """When calcium may be adjusted, and how.

    The limits of albumin are in ``albumin_unit``, that of eGFR in mL/min/1.73 m2.
    """

    id: str
    years_from: int
    albumin_unit: str
    albumin_min: Decimal
    albumin_max: Decimal
    egfr_min: Decimal
    variants: tuple[CalciumVariant, ...]
    source: str


@dataclass(frozen=True, slots=True)
class EgfrFormula:
    """The CKD-EPI equation; ``by_sex`` holds kappa, exponent and factor of each sex."""

    id: str
    years_from: int
    creatinine_unit: str
    scale: Decimal
    above: Decimal
    yearly: Decimal
    by_sex: Mapping[Sex, tuple[Decimal, Decimal, Decimal]]
    decimals: int
    source: str

    def egfr(self, creatinine: Decimal, sex: Sex, years: int) -> Decimal:
        """Return the eGFR in mL/min/1.73 m2; *creatinine* in ``creatinine_unit``.

        Powers are taken by correctly rounded logarithms of 28 digits, so that every
        machine gives the same digits.
        """
        kappa, below, factor = self.by_sex[sex]
        ratio = _EXACT.divide(creatinine, kappa)
        exponent = -below if ratio < 1 else -self.above
        power = _EXACT.exp(_EXACT.multiply(exponent, _EXACT.ln(ratio)))
        ageing = _EXACT.power(self.yearly, years)
        product = _EXACT.multiply(_EXACT.multiply(self.scale, power), ageing)
        return _EXACT.multiply(product, factor)


_EXACT = Context(prec=28, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Formulas:
    """All formulas that are switched on; None where one is not."""

    pregnancy_from_years: int
    pregnancy_to_years: int
    adjusted_calcium: AdjustedCalcium | None
    egfr: EgfrFormula | None


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
