"""What a correction has changed since the version before: old, then new."""

from collections.abc import Iterable, Iterator

from reference_ranges.results import Interpretation, Kind, Result
from reports.identity import ReportFacts
from reports.model import Box, BoxKind, Section
from reports.phrasing import as_reported, heading_of, verdict_of
from reports.said import resting
from reports.summary import all_results, held_back
from reports.wording import Wording

_MOST = 6  # changes in the box: it must leave page one its advice


def corrected_of(
    interpretation: Interpretation, facts: ReportFacts, wording: Wording
) -> Box | None:
    """Return the box that says what a correction has changed, or None without one."""
    if not facts.supersedes:
        return None
    changes = list(_changes(interpretation, facts, wording))
    lead = [wording.say("corrected.lead")]
    if not changes:
        lead.append(wording.say("corrected.same"))
    more = len(changes) > _MOST
    return Box(
        BoxKind.CORRECTED,
        heading=resting(wording.say("corrected.heading", id=facts.supersedes), _WHERE),
        lead=tuple(lead),
        items=tuple(changes[:_MOST]),
        closing=wording.say("corrected.more") if more else "",
    )


def changed_of(
    interpretation: Interpretation, facts: ReportFacts, wording: Wording
) -> Section | None:
    """Return the changes that the box has no room for, or None."""
    rest = tuple(_changes(interpretation, facts, wording))[_MOST:]
    if not facts.supersedes or not rest:
        return None
    return Section(heading=wording.say("corrected.rest"), items=rest)


_WHERE = "/status"


def _changes(
    interpretation: Interpretation, facts: ReportFacts, wording: Wording
) -> Iterator[str]:
    """Yield a sentence for each result that is not what it was."""
    shown = [one for one in facts.corrected if not held_back(one, wording)]
    before, now = _by_test(shown), _by_test(all_results(interpretation))
    for test, new in now.items():
        if said := _change(before.get(test), new, wording):
            yield resting(said, new)
    for test, old in before.items():
        if test not in now:
            name, was = heading_of(old, wording), as_reported(old, wording)
            yield resting(wording.say("corrected.removed", name=name, old=was), _WHERE)


def _change(old: Result | None, new: Result, wording: Wording) -> str:
    name, value = heading_of(new, wording), as_reported(new, wording)
    if old is None:
        return wording.say("corrected.added", name=name, new=value)
    was = as_reported(old, wording)
    if was != value:
        return wording.say("corrected.changed", name=name, old=was, new=value)
    then, now = _verdict(old, wording), _verdict(new, wording)
    if then == now:
        return ""
    return wording.say("corrected.reread", name=name, old=then, new=now)


def _verdict(result: Result, wording: Wording) -> str:
    if result.outcome.kind is Kind.NOT_INTERPRETED:
        return wording.say(f"kinds.{result.outcome.kind}")
    return verdict_of(result, wording, "")


def _by_test(results: Iterable[Result]) -> dict[tuple[str, int], Result]:
    """Return *results* by test; where one was sent twice, by which of them it is."""
    found: dict[tuple[str, int], Result] = {}
    counted: dict[str, int] = {}
    for result in results:
        test = result.observation.analyte or result.name
        counted[test] = counted.get(test, 0) + 1
        found[test, counted[test]] = result
    return found
