"""What formulas are fed with: results as numbers, or the reason why they are none."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from reference_ranges.catalogue import Catalogue
from reference_ranges.formulas import Rule, Validity
from reference_ranges.judging.answers import Classified
from reference_ranges.judging.compiling import factor_between
from reference_ranges.panel import Comparator, Panel, Reason
from reference_ranges.quantities import convert
from reference_ranges.results import Finding, Kind, Missing, Urgency

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
        """Return the unit that the first result of *analyte* came in, if it did."""
        found = self.sent.get(analyte)
        return found[0].observation.unit if found else None

    def number(self, analyte: str, unit: str) -> Decimal:
        """Return the one usable result of *analyte* as a number of *unit*."""
        found = self._usable(analyte)
        reading, own = found.observation.reading, found.observation.unit
        if reading is None or reading.comparator is not Comparator.EQUAL:
            raise Unable("not_exact", analyte)
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
            raise Unable(_NOT_SENT, analyte)
        if len(found) > 1:
            raise Unable("more_than_one", analyte)
        outcome = found[0].answer.settled.outcome
        held = outcome.kind is Kind.NOT_INTERPRETED
        contested = outcome.kind is Kind.CONFLICT
        if (
            contested
            or outcome.reason is Reason.UNIT_QUESTION
            or (held and outcome.reason is not Reason.NO_LIMIT)
        ):
            raise Unable("not_usable", analyte)
        return found[0]


def by_analyte(results: Iterable[Classified]) -> dict[str | None, list[Classified]]:
    """Return *results* by what they are of, in the order given."""
    found: dict[str | None, list[Classified]] = {}
    for one in results:
        found.setdefault(one.observation.analyte, []).append(one)
    return found
