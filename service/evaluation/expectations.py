"""What a vignette may expect, and how each expectation is held against what came out.

Each aspect gives the pairs that differ: what was expected and what came instead.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reference_ranges.results import Interpretation, Result, Urgency

HELD = "held with alarm"
"""What stands for a code where a value is held, and its alarm is raised."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out of a vignette: the interpretation, and its page by locale."""

    found: Interpretation
    pages: Mapping[str, str]

    @property
    def results(self) -> dict[str, Result]:
        """The results by analyte id, those that we do not know by their name."""
        results = (*self.found.derived, *self.found.results)
        return {one.observation.analyte or one.observation.name: one for one in results}


@dataclass(frozen=True, slots=True)
class Difference:
    """One expectation that was not met."""

    expected: str
    got: str


Check = Callable[[Outcome, Any], Iterator[Difference]]


def differences(outcome: Outcome, expect: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return every expectation of *expect* that *outcome* does not meet."""
    return tuple(
        Difference(f"{aspect}: {one.expected}", one.got)
        for aspect, wanted in expect.items()
        for one in ASPECTS[aspect](outcome, wanted)
    )


def _urgency(outcome: Outcome, wanted: str) -> Iterator[Difference]:
    got = outcome.found.urgency.name.lower()
    if got != wanted:
        yield Difference(wanted, got)


def _at_least(outcome: Outcome, wanted: str) -> Iterator[Difference]:
    got = outcome.found.urgency
    if got < Urgency[wanted.upper()]:
        yield Difference(wanted, got.name.lower())


def _critical(outcome: Outcome, wanted: object) -> Iterator[Difference]:
    if outcome.found.critical is not wanted:
        yield Difference(str(wanted), str(outcome.found.critical))


def _all_in_range(outcome: Outcome, wanted: object) -> Iterator[Difference]:
    got = outcome.found.overview.all_in_range
    if got is not wanted:
        yield Difference(str(wanted), str(got))


def _each(describe: Callable[[Outcome, str], str]) -> Check:
    """Return a check of a table: what *describe* says of a key, among what is wanted.

    Where a list is wanted, any of it is right.
    """

    def check(
        outcome: Outcome, wanted: Mapping[str, str | list[str]]
    ) -> Iterator[Difference]:
        for key, value in wanted.items():
            right = [value] if isinstance(value, str) else value
            got = describe(outcome, key)
            if got not in right:
                yield Difference(f"{key}: {' or '.join(right)}", got)

    return check


def _flag(outcome: Outcome, analyte: str) -> str:
    result = outcome.results.get(analyte)
    if result is None:
        return "no such result"
    alarmed = {
        subject
        for one in outcome.found.findings
        if one.code == "critical_if_true"
        for subject in one.subjects
    }
    held = result.code in (None, "IND") and analyte in alarmed
    return HELD if held and outcome.found.critical else result.code or "none"


def _outcome(outcome: Outcome, analyte: str) -> str:
    result = outcome.results.get(analyte)
    if result is None:
        return "no such result"
    said = result.outcome
    return " ".join(one for one in (said.kind, said.direction, said.reason) if one)


def _value(outcome: Outcome, analyte: str) -> str:
    result = outcome.results.get(analyte)
    if result is None:
        return "no such result"
    seen = result.observation
    return f"{seen.value_text} {seen.unit_text}".strip()


def _relation(outcome: Outcome, cell: str) -> str:
    analyte, _, symptom = cell.partition(" ")
    result = outcome.results.get(analyte)
    relations = result.relations if result else ()
    tokens = [str(one.token) for one in relations if one.symptom == symptom]
    return tokens[0] if tokens else "not asked about"


def _symptom(outcome: Outcome, symptom: str) -> str:
    found = {one.symptom.id: one.summary for one in outcome.found.symptoms or ()}
    return str(found.get(symptom, "not asked about"))


def _contains(codes: Callable[[Outcome], Iterable[str]]) -> Check:
    def check(outcome: Outcome, wanted: list[str]) -> Iterator[Difference]:
        got = sorted(set(codes(outcome)))
        for code in wanted:
            if code not in got:
                yield Difference(code, ", ".join(got) or "none")

    return check


def _lacks(codes: Callable[[Outcome], Iterable[str]]) -> Check:
    def check(outcome: Outcome, unwanted: list[str]) -> Iterator[Difference]:
        got = set(codes(outcome))
        for code in unwanted:
            if code in got:
                yield Difference(f"not {code}", code)

    return check


def _red_flags(outcome: Outcome) -> list[str]:
    return [one.id for one in outcome.found.red_flags]


def _findings(outcome: Outcome) -> list[str]:
    return [one.code for one in outcome.found.findings]


def _cautions(outcome: Outcome) -> list[str]:
    return [one.code for one in outcome.found.cautions]


def _causes(outcome: Outcome) -> list[str]:
    """Return the other causes named, each with its symptom: ``leg_pain vascular``."""
    return [
        f"{one.symptom.id} {cause}"
        for one in outcome.found.symptoms or ()
        for cause in one.other_causes
    ]


def _missing(outcome: Outcome) -> list[str]:
    useful = [test for one in outcome.found.symptoms or () for test in one.useful_tests]
    return [*(one.fact for one in outcome.found.missing), *useful]


def _said(outcome: Outcome, wanted: Mapping[str, list[str]]) -> Iterator[Difference]:
    for locale, texts in wanted.items():
        for text in texts:
            if plain(text) not in outcome.pages[locale]:
                yield Difference(f"{locale}: {text!r}", "it is not on the page")


def _unsaid(
    outcome: Outcome, unwanted: Mapping[str, list[str]]
) -> Iterator[Difference]:
    for locale, texts in unwanted.items():
        for text in texts:
            if plain(text) in outcome.pages[locale]:
                yield Difference(f"{locale}: nowhere {text!r}", "it is on the page")


def plain(text: str) -> str:
    """Return *text* as texts are compared: in small letters, each gap one space."""
    return " ".join(text.casefold().split())


ASPECTS: Mapping[str, Check] = {
    "urgency": _urgency,
    "urgency_at_least": _at_least,
    "critical": _critical,
    "all_in_range": _all_in_range,
    "flags": _each(_flag),
    "outcomes": _each(_outcome),
    "values": _each(_value),
    "relations": _each(_relation),
    "symptom_summaries": _each(_symptom),
    "red_flags": _contains(_red_flags),
    "no_red_flags": _lacks(_red_flags),
    "findings": _contains(_findings),
    "no_findings": _lacks(_findings),
    "cautions": _contains(_cautions),
    "no_cautions": _lacks(_cautions),
    "other_causes": _contains(_causes),
    "factors": _contains(lambda outcome: outcome.found.factors),
    "withheld_food": _contains(lambda outcome: outcome.found.withheld_food),
    "missing": _contains(_missing),
    "must_say": _said,
    "must_not_say": _unsaid,
}
"""Every aspect that a vignette may name."""
