"""The formulas of data/formulas.toml: their constants, and where they are valid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from math import prod
from operator import mul
from typing import NamedTuple

from reference_ranges.limits import Span
from reference_ranges.partitions import Sex

_ONE, _NOUGHT = Decimal(1), Decimal(0)


@dataclass(frozen=True, slots=True)
class Term:
    """One input of a formula: ``times * (input - usual) / per``, in ``unit``.

    ``times`` is below zero where the term is taken away.
    """

    analyte: str
    unit: str
    times: Decimal = _ONE
    usual: Decimal = _NOUGHT
    per: Decimal = _ONE

    @property
    def text(self) -> str:
        """The term as one would write it, without its sign.

        >>> usual = Decimal("5.5")
        >>> Term("glucose", "mmol/L", Decimal("2.4"), usual, usual).text
        '2.4 x (glucose - 5.5) / 5.5'
        """
        what = f"({self.analyte} - {self.usual:f})" if self.usual else self.analyte
        times = f"{abs(self.times):f} x " if abs(self.times) != 1 else ""
        return f"{times}{what}" + (f" / {self.per:f}" if self.per != 1 else "")


@dataclass(frozen=True, slots=True, eq=False)  # told apart by identity: fit for a cache
class Variant:
    """A formula in one set of units: the sum of ``terms``, over that of ``over``.

    The result is in ``unit``, rounded to ``decimals`` as a laboratory would.
    ``inputs`` are all terms, each for one input, and ``tests`` what they are of;
    ``text`` is the formula as one would write it.
    """

    unit: str
    decimals: int
    terms: tuple[Term, ...]
    over: tuple[Term, ...] = ()
    inputs: tuple[Term, ...] = field(init=False)
    tests: tuple[str, ...] = field(init=False)
    text: str = field(init=False)
    _sum: "_Sum" = field(init=False)
    _sum_over: "_Sum" = field(init=False)

    def __post_init__(self) -> None:
        """Write the formula once: it stands in the working of every value."""
        inputs = (*self.terms, *self.over)
        object.__setattr__(self, "_sum", _summed(self.terms))
        object.__setattr__(self, "_sum_over", _summed(self.over))
        object.__setattr__(self, "inputs", inputs)
        object.__setattr__(self, "tests", tuple(term.analyte for term in inputs))
        object.__setattr__(self, "text", _written(self.terms, self.over))

    def value(self, numbers: Sequence[Decimal]) -> Decimal:
        """Return the result for *numbers*, one for each of ``inputs``; not rounded.

        >>> ten, forty = Decimal(10), Decimal(40)
        >>> Variant("%", 0, (Term("iron", "umol/L", Decimal(100)),),
        ...     (Term("tibc", "umol/L"),)).value((ten, forty))
        Decimal('25')
        """
        whole = self._sum.of(numbers)
        if self.over:
            whole *= self._sum_over.per
            per = self._sum.per * self._sum_over.of(numbers[len(self.terms) :])
            return _EXACT.divide(whole, per)
        return whole if self._sum.per == 1 else _EXACT.divide(whole, self._sum.per)


class _Sum(NamedTuple):
    """A sum of terms: so many times each number and a constant, all over ``per``."""

    weights: tuple[Decimal, ...]
    constant: Decimal
    per: Decimal

    def of(self, numbers: Sequence[Decimal]) -> Decimal:
        """Return the sum for the first of *numbers*, exactly; not yet over ``per``."""
        return sum(map(mul, self.weights, numbers), self.constant)


def _summed(terms: Sequence[Term]) -> _Sum:
    per = prod([term.per for term in terms], start=_ONE)
    weights = tuple([term.times * (per / term.per) for term in terms])
    usual = map(mul, weights, [term.usual for term in terms])
    return _Sum(weights, -sum(usual, _NOUGHT), per)


def _written(terms: Sequence[Term], over: Sequence[Term]) -> str:
    return " / ".join(map(_bracketed, (terms, over))) if over else _sum_of(terms)


def _bracketed(terms: Sequence[Term]) -> str:
    text = _sum_of(terms)
    return f"({text})" if " " in text else text


def _sum_of(terms: Sequence[Term]) -> str:
    first, *rest = terms
    signs = (" - " if term.times < 0 else " + " for term in rest)
    return first.text + "".join(
        f"{sign}{term.text}" for sign, term in zip(signs, rest, strict=True)
    )


@dataclass(frozen=True, slots=True)
class Validity:
    """What an input must be for a formula to hold: within ``span``, in ``unit``.

    ``if_known``: only where that test was sent.  ``quiet``: elsewhere nothing is
    computed and nothing is said of it.
    """

    analyte: str
    unit: str
    span: Span
    if_known: bool
    quiet: bool
    source: str


@dataclass(frozen=True, slots=True, eq=False)  # as above
class Rule:
    """When a formula speaks: where all of ``starts`` were sent, none of ``unless``.

    It then ``gives`` a value, or the reason why there is none; ``ask`` says that a
    missing input is one to ask for.  It does not hold with a factor of ``not_with``.
    """

    id: str
    gives: str
    starts: frozenset[str]
    unless: frozenset[str]
    not_with: frozenset[str]
    ask: bool
    years_from: int
    in_pregnancy: bool
    source: str


@dataclass(frozen=True, slots=True, eq=False)  # as above
class Formula:
    """A formula that adds, takes away and divides, in one or several sets of units.

    ``tests`` are those that some variant takes.
    """

    rule: Rule
    limits: tuple[Validity, ...]
    variants: tuple[Variant, ...]
    tests: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        """List the tests once: in which units they come decides on the variant."""
        tests = dict.fromkeys([name for one in self.variants for name in one.tests])
        object.__setattr__(self, "tests", tuple(tests))


@dataclass(frozen=True, slots=True, eq=False)  # as above
class EgfrFormula:
    """The CKD-EPI equation; ``by_sex`` holds kappa, exponent and factor of each sex."""

    rule: Rule
    creatinine_unit: str
    scale: Decimal
    above: Decimal
    yearly: Decimal
    by_sex: Mapping[Sex, tuple[Decimal, Decimal, Decimal]]
    decimals: int

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
    """All formulas that are switched on, each after those whose values it uses.

    ``all`` are the eGFR, where it is switched on, and the ``others``.
    """

    pregnancy_from_years: int
    pregnancy_to_years: int
    egfr: EgfrFormula | None
    others: tuple[Formula, ...]
    all: tuple[EgfrFormula | Formula, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Put them in order once: every panel asks for them."""
        first = () if self.egfr is None else (self.egfr,)
        object.__setattr__(self, "all", (*first, *self.others))
