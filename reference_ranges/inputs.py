"""What formulas are fed with: results as numbers, or the reason why they are none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from reference_ranges.catalogue import Catalogue
from reference_ranges.formulas import Rule, Validity
from reference_ranges.judging.answers import Classified, Exact
from reference_ranges.judging.compiling import factor_between
from reference_ranges.panel import Panel
from reference_ranges.quantities import convert
from reference_ranges.results import Finding, Missing, Urgency

_CONVERTED_DECIMALS = 9  # of an input that did not come in the formula's unit

_PERSONAL = {
    "age_not_known": "age",
    "sex_not_known": "sex",
    "pregnancy_not_known": "pregnancy",
}
QUIET = ""
"""The reason of which nothing is said."""

_NOT_SENT = "not_sent"


class Unable(Exception):  # noqa: N818 - a reason to stop, caught in derivation
    """A value cannot be computed: *why*, because of which input, by which limit."""

    def __init__(
        self, why: str, analyte: str = "", limit: Validity | None = None
    ) -> None:
        """Hold the reason; *limit* is the one that *analyte* lies outside of."""
        super().__init__(why)
        self.why = why
        self.analyte = analyte
        self.limit = limit

    def findings(self, rule: Rule) -> tuple[Finding, ...]:
        """Return the finding that says why, unless there is nothing to say."""
        if self.why == QUIET:
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
class Inputs:
    """The results of one specimen, by what they are of, and whose they are."""

    sent: dict[str | None, list[Classified]]
    panel: Panel
    catalogue: Catalogue

    def has(self, analyte: str) -> bool:
        """Say whether a result of *analyte* was sent, readable or not."""
        return analyte in self.sent

    def unit(self, analyte: str) -> str | None:
        """Return the unit of the first result of *analyte*; empty where none was sent.

        None where it came without one that we know.
        """
        found = self.sent.get(analyte)
        return found[0].observation.unit if found else ""

    def take(self, analyte: str, unit: str) -> Exact:
        """Return the one usable result of *analyte* as a number of *unit*.

        Raises:
            Unable: there is none, or more than one, or it cannot be taken as it came.
        """
        found = self.sent.get(analyte, ())
        exact = found[0].exact if len(found) == 1 else None
        if exact is None:
            raise Unable(_why_not(found), analyte)
        if exact.unit == unit:
            return exact
        return _in_unit(exact, analyte, unit, self.catalogue)


def _why_not(found: Sequence[Classified]) -> str:
    """Return why no number can be taken from what was *found* of an analyte."""
    if not found:
        return _NOT_SENT
    if len(found) > 1:
        return "more_than_one"
    return "not_exact" if found[0].answer.counts else "not_usable"


@lru_cache(maxsize=4096)  # results come in few different numbers
def _in_unit(exact: Exact, analyte: str, unit: str, catalogue: Catalogue) -> Exact:
    """Return *exact* as a number of *unit*, with the line that shows how it became so.

    The text in *exact* tells 6.8 from 6.80, which are equal as numbers.
    """
    number = exact.number
    factor = factor_between(catalogue.analytes[analyte], exact.unit, unit)
    working = ((f"{analyte}_from", f"{exact.shown} x {factor}"),)
    if factor != 1:
        number = convert(number, factor, _CONVERTED_DECIMALS).normalize()
    return Exact(number, unit, f"{number:f} {unit}", working)


def by_analyte(results: Iterable[Classified]) -> dict[str | None, list[Classified]]:
    """Return *results* by what they are of, in the order given."""
    found: dict[str | None, list[Classified]] = {}
    for one in results:
        found.setdefault(one.observation.analyte, []).append(one)
    return found
