"""Units: what one of each is worth, exactly, and which of them an analyte may carry.

Pint does the arithmetic, once per analyte and unit when the catalogue loads, and
reads only the texts of ``data/units.toml``.  It never reads a text from outside: its
parser takes any expression, and to it ``Mmol/L`` is a megamole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import pint

from reference_ranges.errors import CatalogueError, UnitError


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the closed list.

    ``size`` is how Pint writes it; a unit with ``equivalents`` counts charges (mEq)
    and is divided by the valence; ``property`` is the LOINC property of a result in
    it; ``spellings`` are the other texts that mean it.
    """

    id: str
    size: str
    property: str
    equivalents: bool
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """A unit that an analyte may be reported in.

    ``to_si`` is exact: one such unit is ``to_si`` of the analyte's SI unit.
    ``property`` is the LOINC property that goes with it: SCnc, MCnc, MFr or ArVRat.
    """

    unit: str
    to_si: Fraction
    property: str

    def goes_with(self, loinc_property: str) -> bool:
        """Say whether a LOINC code of that property may carry this unit.

        A mass and a molar fraction are both written in percent.
        """
        return loinc_property in _SAME_PROPERTY.get(self.property, {self.property})


_SAME_PROPERTY = {"MFr": {"MFr", "SFr"}}


class Measured(Protocol):
    """An analyte, as far as its units go (``catalogue.Analyte``)."""

    @property
    def units(self) -> Mapping[str, UnitEntry]:
        """The units it may be reported in, by name."""

    @property
    def spellings(self) -> Mapping[str, str]:
        """Every accepted spelling, and the unit it means."""

    @property
    def units_by_name(self) -> Mapping[tuple[str, str], str]:
        """What a spelling means under one LOINC code or lower-case name."""


def unit_of(analyte: Measured, text: str, known_as: str = "") -> UnitEntry:
    """Return the unit that *text* means for *analyte*, never guessing one.

    Space around the text is ignored; case is not.  *known_as* is the LOINC code or
    the name that the test was sent under: it alone may settle a unit that is
    ambiguous by itself (mg/dL of urea or of its nitrogen).

    Raises:
        UnitError: ``unit_missing`` or ``unit_not_allowed``, with the allowed units.
    """
    spelling = text.strip()
    allowed = tuple(analyte.units)
    if not spelling:
        raise UnitError("unit_missing", allowed)
    name = analyte.spellings.get(spelling) or analyte.units_by_name.get(
        (spelling, known_as.strip().lower())
    )
    if name is None:
        raise UnitError("unit_not_allowed", allowed)
    return analyte.units[name]


def factor_to_si(
    unit: Unit, *, si_unit: Unit, molar_mass: str | None, valence: int | None
) -> Fraction:
    """Return how many *si_unit* one *unit* of the analyte makes, exactly.

    *molar_mass*, in g/mol, bridges mass and amount; *valence* turns charges (mEq)
    into amounts: 5.0 mEq/L of calcium are 2.50 mmol/L.

    Raises:
        CatalogueError: the unit cannot become *si_unit* with what is given.
    """
    try:
        quantity = _quantity(unit, valence)
        if molar_mass is not None:
            quantity = _bridged(quantity, _quantity(si_unit, None), molar_mass)
        return Fraction(quantity.to(si_unit.size).magnitude)
    except pint.PintError as error:
        raise CatalogueError(f"{unit.id} cannot become {si_unit.id}") from error


def convert(number: Decimal, factor: Fraction, decimals: int) -> Decimal:
    """Return *number* times *factor*, rounded half to even; to be shown only.

    >>> convert(Decimal("20"), Fraction(400647, 160513), 1)
    Decimal('49.9')
    """
    over, under = number.as_integer_ratio()
    scaled = over * factor.numerator * 10**decimals
    rounded = round_half_even(scaled, under * factor.denominator)
    return Decimal(rounded).scaleb(-decimals)


def exact_text(number: Fraction) -> str:
    """Return *number* as a decimal where it is one, else as a fraction: never rounded.

    >>> exact_text(Fraction(-45, 2)), exact_text(Fraction(1, 3))
    ('-22.5', '1/3')
    """
    under = number.denominator
    enough = (n for n in range(under.bit_length()) if 10**n % under == 0)
    decimals = next(enough, None)
    if decimals is None:
        return str(number)
    digits = number.numerator * (10**decimals // number.denominator)
    return f"{Decimal(digits).scaleb(-decimals):f}"


def round_half_even(over: int, under: int) -> int:
    """Return *over* divided by *under*, rounded half to even to a whole number."""
    whole, rest = divmod(over, under)
    twice = 2 * rest - under
    return whole + int(twice > 0 or (twice == 0 and whole % 2 == 1))


@cache
def _registry() -> pint.UnitRegistry[Any]:
    return pint.UnitRegistry(_DEFINITIONS, non_int_type=Fraction)


_DEFINITIONS = Path(__file__).parent / "units_of_pint.txt"


def _quantity(unit: Unit, valence: int | None) -> Any:  # noqa: ANN401 - Pint's own type is generic in a number it does not know
    if not unit.equivalents:
        return _registry().Quantity(Fraction(1), unit.size)
    if valence is None:
        raise CatalogueError(f"{unit.id} needs a valence")
    return _registry().Quantity(Fraction(1, valence), unit.size)


def _bridged(quantity: Any, target: Any, molar_mass: str) -> Any:  # noqa: ANN401 - as above
    if quantity.is_compatible_with(target):
        return quantity
    mass_per_mole = _registry().Quantity(Fraction(molar_mass), "gram / mole")
    by_mass = quantity.is_compatible_with("gram / liter")
    return quantity / mass_per_mole if by_mass else quantity * mass_per_mole
