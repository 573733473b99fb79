"""The short answer at the top: how many results are where."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from reference_ranges.interpretation import WORST_FIRST
from reference_ranges.panel import Reason
from reference_ranges.relations import Token
from reference_ranges.results import Interpretation, Kind, Result
from reports.alarm import alarm_of
from reports.chips import chip_of
from reports.model import Box, BoxKind, Chip, Tone
from reports.once import said_once
from reports.phrasing import finding_of, is_close, names_of, sentence_start, told
from reports.said import resting
from reports.wording import Wording

OVERVIEW = "/summary"
"""Where an interpretation holds the whole panel in numbers."""


_GROUPS = (
    "critical",
    "low",
    "high",
    "unclear",
    "unjudged",
    "in_range",
    "close",
    "worked_out_low",
    "worked_out_high",
    "worked_out_in_range",
)
_BY_KIND = {
    Kind.CONFLICT: "unclear",
    Kind.INDETERMINATE: "unclear",
    Kind.NOT_INTERPRETED: "unjudged",
}
_WHOLE = {
    "in_range": Tone.USUAL,
    "unjudged": Tone.UNKNOWN,
    "worked_out_in_range": Tone.USUAL,
}
_STRONGEST = (Tone.URGENT, Tone.LOW, Tone.HIGH, Tone.EDGE, Tone.UNKNOWN)


@dataclass(frozen=True, slots=True)
class _Group:
    """Results of which the summary says the same, those to act on first."""

    key: str
    tone: Tone
    results: tuple[Result, ...]


def all_results(interpretation: Interpretation) -> tuple[Result, ...]:
    """Return the reported results and then those that were worked out from them."""
    return (*interpretation.results, *interpretation.derived)


def worst_first(interpretation: Interpretation, wording: Wording) -> tuple[Result, ...]:
    """Return all results for a table: what the alert is about before all others.

    The worked-out ones stand among them: nobody looks for a kidney function to act on
    below what is in range.
    """
    alarm = alarm_of(interpretation, wording)

    def pressing(result: Result) -> tuple[bool, int, int]:
        kind = WORST_FIRST.index(result.outcome.kind)
        return not alarm.act_on(result, wording), -result.urgency, kind

    return tuple(sorted(all_results(interpretation), key=pressing))


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
    groups = _groups(interpretation, wording)
    return Box(
        BoxKind.PANEL,
        heading=wording.say("summary.heading"),
        lead=tuple(_lead(interpretation, groups, wording)),
        chips=tuple(_chips(groups, wording)),
    )


def of_kind(results: Iterable[Result], *kinds: Kind) -> list[Result]:
    """Return the *results* whose outcome is one of *kinds*, in their order."""
    return [result for result in results if result.outcome.kind in kinds]


def _lead(
    interpretation: Interpretation, groups: Sequence[_Group], wording: Wording
) -> Iterator[str]:
    results = all_results(interpretation)
    unjudged = of_kind(results, Kind.NOT_INTERPRETED)
    if not results:
        yield resting(wording.say("summary.no_results"), OVERVIEW)
    elif len(unjudged) == len(results):
        yield resting(wording.count("summary.none_judged", len(results)), OVERVIEW)
    elif _all_in(interpretation):
        yield from _all_counted(len(interpretation.results), groups, wording)
        yield wording.say("summary.caveat")
    else:
        yield from _counted(groups, wording)
    if commented := [r for r in interpretation.results if r.observation.comment]:
        said = wording.count("summary.commented", len(commented))
        yield resting(said, *commented)
    yield from said_once(_of_the_whole_sample(interpretation, wording))
    yield from _linked(interpretation, wording)
    yield wording.say("summary.limits")


def _of_the_whole_sample(
    interpretation: Interpretation, wording: Wording
) -> Iterator[str]:
    """Yield what was stated of the sample and stands beside no result."""
    for caution in interpretation.cautions:
        if caution.effect == "sample" and not caution.analytes:
            yield resting(wording.say(f"cautions.{caution.code}"), caution)


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


def _groups(interpretation: Interpretation, wording: Wording) -> tuple[_Group, ...]:
    """Return the groups that have results, each with the strongest tone of its cards.

    What was worked out counts with what was sent where it needs action, is not clear
    or not judged: there it stands among it.  All together they are what the page shows.
    """
    alarm = alarm_of(interpretation, wording)
    results = sorted(
        all_results(interpretation),
        key=lambda one: (not alarm.act_on(one, wording), -one.urgency),
    )
    found: dict[str, list[tuple[Result, Tone]]] = {}
    for result in results:
        tone = chip_of(result, interpretation, wording).tone
        found.setdefault(_key(result, tone), []).append((result, tone))
    return tuple(
        _Group(
            key,
            _WHOLE.get(key) or min((t for _, t in found[key]), key=_STRONGEST.index),
            tuple([result for result, _ in found[key]]),
        )
        for key in _GROUPS
        if key in found
    )


def _key(result: Result, tone: Tone) -> str:
    """Return the group of *result*, whose card has this *tone*."""
    if result.outcome.kind is Kind.IN_RANGE:
        return _in_key(result)
    key = _BY_KIND.get(result.outcome.kind)
    if tone is Tone.URGENT and key not in _WHOLE:
        return "critical"
    if result.outcome.kind is Kind.OUT_OF_RANGE and result.derived_by:
        return f"worked_out_{tone}"
    return key or tone.value


def _in_key(result: Result) -> str:
    """Return the group of *result*, which is in range; of those we work out, one."""
    if result.derived_by:
        return "worked_out_in_range"
    return "close" if is_close(result) else "in_range"


def _all_counted(
    number: int, groups: Sequence[_Group], wording: Wording
) -> Iterator[str]:
    """Yield that all *number* results are in range, and what there is to add to it."""
    yield resting(wording.count("summary.all_in", number), OVERVIEW)
    for group in groups:
        if group.key == "close" and number == 1:
            yield resting(wording.say("summary.it_is_close"), *group.results)
        elif group.key == "close":
            yield _said("all_in_close", group, wording)
        elif group.key != "in_range":
            yield _said(group.key, group, wording)


def _counted(groups: Sequence[_Group], wording: Wording) -> Iterator[str]:
    for group in groups:
        yield _said(group.key, group, wording)


def _said(key: str, group: _Group, wording: Wording) -> str:
    """Return what the text of *key* says of *group*, its results named or counted."""
    named = group.key not in _WHOLE
    names = {"names": names_of(group.results, wording)} if named else {}
    said = wording.count(f"summary.{key}", len(group.results), **names)
    return resting(said, *group.results)


def _chips(groups: Sequence[_Group], wording: Wording) -> Iterator[Chip]:
    for group in groups:
        said = wording.count(f"chips.{group.key}", len(group.results))
        yield Chip(group.tone, resting(said, *group.results))
