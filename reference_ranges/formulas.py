"""The formulas of data/formulas.toml: their constants, and where they are valid."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache

from reference_ranges.partitions import Sex


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
        power = _power(ratio, -below if ratio < 1 else -self.above)
        ageing = _ageing(self.yearly, years)
        product = _EXACT.multiply(_EXACT.multiply(self.scale, power), ageing)
        return _EXACT.multiply(product, factor)

    def constants(self, creatinine: Decimal, sex: Sex) -> tuple[tuple[str, str], ...]:
        """Return the numbers that the formula takes for *creatinine* and *sex*."""
        kappa, below, factor = self.by_sex[sex]
        exponent = -below if creatinine < kappa else -self.above
        named = {
            "scale": self.scale,
            "kappa": kappa,
            "exponent": exponent,
            "yearly": self.yearly,
            "sex_factor": factor,
        }
        return tuple((name, f"{number:f}") for name, number in named.items())


_EXACT = Context(prec=28, rounding=ROUND_HALF_EVEN)


@lru_cache(maxsize=4096)  # creatinine comes in few different numbers
def _power(base: Decimal, exponent: Decimal) -> Decimal:
    return _EXACT.exp(_EXACT.multiply(exponent, _EXACT.ln(base)))


@lru_cache(maxsize=512)
def _ageing(yearly: Decimal, years: int) -> Decimal:
    return _EXACT.power(yearly, years)


@dataclass(frozen=True, slots=True)
class Formulas:
    """All formulas that are switched on; None where one is not."""

    pregnancy_from_years: int
    pregnancy_to_years: int
    adjusted_calcium: AdjustedCalcium | None
    egfr: EgfrFormula | None
