"""The short answer at the top: how many results are where."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from reference_ranges.panel import Reason
from reference_ranges.relations import Token
from reference_ranges.results import Direction, Interpretation, Kind, Result
from reports.model import Box, BoxKind, Chip, Tone
from reports.phrasing import finding_of, names_of, sentence_start, told
from reports.said import resting
from reports.wording import Wording

OVERVIEW = "/summary"
"""Where an interpretation holds the whole panel in numbers."""


def all_results(interpretation: Interpretation) -> tuple[Result, ...]:
    """Return the reported results and then those that were worked out from them."""
    return (*interpretation.results, *interpretation.derived)


def without_held_back(
    interpretation: Interpretation, wording: Wording
) -> Interpretation:
    """Return *interpretation* without what we worked out for those who read panels.

    A worked-out value that lies outside, or that is in doubt itself, stays.
    """
    shown = tuple(o for o in interpretation.derived if not held_back(o, wording))
    if len(shown) == len(interpretation.derived):
        return interpretation
    gone = _sources_of(interpretation.derived) - _sources_of(
        (*interpretation.results, *shown)
    )
    for found in interpretation.findings:
        gone = gone.difference(found.sources)
    sources = tuple(one for one in interpretation.sources if one.id not in gone)
    return replace(interpretation, derived=shown, sources=sources)


_SECOND_TO = {"anion_gap_k": "anion_gap"}
"""What is the same thing worked out in another way, and which of the two leads."""


def without_second(interpretation: Interpretation) -> Interpretation:
    """Return *interpretation* without what only says again what a leading value says.

    The anion gap with potassium has no card beside the one without: the table has it.
    One that says more stays.
    """
    said = {one.observation.analyte: one for one in all_results(interpretation)}
    shown = tuple(
        one
        for one in interpretation.derived
        if not _says_again(one, said.get(_SECOND_TO.get(one.observation.analyte or "")))
    )
    return replace(interpretation, derived=shown)


def _says_again(result: Result, leading: Result | None) -> bool:
    if leading is None:
        return False
    same = result.outcome == leading.outcome
    return same and result.urgency <= leading.urgency


def _sources_of(results: Iterable[Result]) -> frozenset[str]:
    """Return what the working of *results* and their links to symptoms rest on."""
    rows = list(results)
    named = {step.source for result in rows for step in result.trace}
    related = [relation.sources for result in rows for relation in result.relations]
    return frozenset(named).union(*related)


_SAYS_NOTHING = {Reason.NO_LIMIT, Reason.SPECIMEN_UNFIT}


def held_back(result: Result, wording: Wording) -> bool:
    """Say whether *result* was worked out for those who read panels, not for a page."""
    if not wording.has(f"analytes.{result.observation.analyte}.held_back"):
        return False
    outcome = result.outcome
    return outcome.kind is Kind.IN_RANGE or outcome.reason in _SAYS_NOTHING


def summary_of(interpretation: Interpretation, wording: Wording) -> Box:
    """Return the box *in short*: how many results are where, and one true caution.

    It says that all is in the usual range only where the overview does and nothing
    that was worked out says otherwise.
    """
    return Box(
        BoxKind.PANEL,
        heading=wording.say("summary.heading"),
        lead=tuple(_lead(interpretation, wording)),
        chips=tuple(_chips(interpretation, wording)),
    )


def of_kind(results: Iterable[Result], *kinds: Kind) -> list[Result]:
    """Return the *results* whose outcome is one of *kinds*, in their order."""
    return [result for result in results if result.outcome.kind in kinds]


def _way(results: Iterable[Result], way: Direction) -> list[Result]:
    outside = of_kind(results, Kind.OUT_OF_RANGE)
    return [result for result in outside if result.outcome.direction is way]


def _lead(interpretation: Interpretation, wording: Wording) -> Iterator[str]:
    results = all_results(interpretation)
    unjudged = of_kind(results, Kind.NOT_INTERPRETED)
    if not results:
        yield resting(wording.say("summary.no_results"), OVERVIEW)
    elif len(unjudged) == len(results):
        yield resting(wording.count("summary.none_judged", len(results)), OVERVIEW)
    elif _all_in(interpretation):
        number = len(interpretation.results)
        yield resting(wording.count("summary.all_in", number), OVERVIEW)
        yield wording.say("summary.caveat")
    else:
        yield from _counted(interpretation, wording)
    if commented := [r for r in interpretation.results if r.observation.comment]:
        said = wording.count("summary.commented", len(commented))
        yield resting(said, *commented)
    yield from _linked(interpretation, wording)
    yield wording.say("summary.limits")


def _all_in(interpretation: Interpretation) -> bool:
    derived_in = of_kind(interpretation.derived, Kind.IN_RANGE)
    same = len(derived_in) == len(interpretation.derived)
    return interpretation.overview.all_in_range and same


def _linked(interpretation: Interpretation, wording: Wording) -> Iterator[str]:
    """Yield one sentence that ties a result to a symptom, for the strongest link."""
    for result in all_results(interpretation):
        for relation in result.relations:
            if relation.token is Token.CONSISTENT_WITH:
                finding = sentence_start(finding_of(result, wording))
                (symptom,) = told([relation.symptom], wording)
                named = {"finding": finding, "symptom": symptom}
                yield resting(wording.say("summary.linked", **named), relation)
                return


def _groups(results: Sequence[Result]) -> tuple[tuple[str, Tone, list[Result]], ...]:
    return (
        ("critical", Tone.URGENT, of_kind(results, Kind.CRITICAL)),
        ("low", Tone.LOW, _way(results, Direction.LOW)),
        ("high", Tone.HIGH, _way(results, Direction.HIGH)),
        ("unclear", Tone.EDGE, of_kind(results, Kind.CONFLICT, Kind.INDETERMINATE)),
        ("unjudged", Tone.UNKNOWN, of_kind(results, Kind.NOT_INTERPRETED)),
        ("in_range", Tone.USUAL, of_kind(results, Kind.IN_RANGE)),
    )


def _worked_out(interpretation: Interpretation) -> list[Result]:
    """Return what was worked out and lies outside; only what was sent is counted."""
    return of_kind(interpretation.derived, Kind.CRITICAL, Kind.OUT_OF_RANGE)


def _counted(interpretation: Interpretation, wording: Wording) -> Iterator[str]:
    for key, _, found in _groups(interpretation.results):
        if not found:
            continue
        filled = {} if key in {"unjudged", "in_range"} else _named(found, wording)
        said = wording.count(f"summary.{key}", len(found), **filled)
        yield resting(said, *found)
    if more := _worked_out(interpretation):
        yield wording.count("summary.worked_out", len(more), **_named(more, wording))


def _named(found: Sequence[Result], wording: Wording) -> dict[str, str]:
    return {"names": names_of(found, wording)}


def _chips(interpretation: Interpretation, wording: Wording) -> Iterator[Chip]:
    for key, tone, found in _groups(interpretation.results):
        if found:
            said = wording.count(f"chips.{key}", len(found))
            yield Chip(tone, resting(said, *found))
    if more := _worked_out(interpretation):
        said = wording.count("chips.worked_out", len(more))
        yield Chip(Tone.EDGE, resting(said, *more))
