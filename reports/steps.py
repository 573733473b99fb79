"""What to do next: numbered steps, soonest first, each with its time."""

from collections.abc import Iterator, Sequence

from reference_ranges.relations import SymptomSummary
from reference_ranges.results import Interpretation, Kind, RedFlag, Result, Urgency
from reports.identity import Letterhead
from reports.model import Box, BoxKind
from reports.phrasing import names_of, say_all
from reports.summary import all_results, of_kind
from reports.wording import Wording


def next_steps(
    interpretation: Interpretation, letterhead: Letterhead, wording: Wording
) -> Box:
    """Return the numbered steps; there is always one, and each says when."""
    return Box(
        BoxKind.STEPS,
        heading=wording.say("steps.heading"),
        items=tuple(_steps(interpretation, letterhead, wording)),
    )


def tests_to_ask_for(interpretation: Interpretation, wording: Wording) -> list[str]:
    """Return the tests that were not sent and would settle something, in words."""
    asked = [missing.fact for missing in interpretation.missing]
    useful = [t for s in interpretation.symptoms or () for t in s.useful_tests]
    tests = [t for t in (*asked, *useful) if not wording.has(f"missing.{t}")]
    return [wording.say(f"analytes.{one}.short") for one in dict.fromkeys(tests)]


def _facts(interpretation: Interpretation, wording: Wording) -> list[str]:
    facts = [missing.fact for missing in interpretation.missing]
    keys = [f"missing.{fact}" for fact in dict.fromkeys(facts)]
    return [wording.say(key) for key in keys if wording.has(key)]


def _steps(
    interpretation: Interpretation, letterhead: Letterhead, wording: Wording
) -> Iterator[str]:
    yield from _urgent(interpretation, letterhead, wording)
    results = all_results(interpretation)
    outside = of_kind(results, Kind.OUT_OF_RANGE, Kind.CRITICAL)
    flags = _flags(interpretation)
    told = {subject for flag in flags for subject in flag.subjects}
    soon = [
        result
        for result in outside
        if result.urgency is Urgency.SOON and result.observation.analyte not in told
    ]
    rest = [result for result in outside if result.urgency is Urgency.ROUTINE]
    later = [*rest, *of_kind(results, Kind.INDETERMINATE)]
    checked = of_kind(results, Kind.CONFLICT)
    for flag in flags:
        reason = wording.say(f"red_flags.{flag.id}")
        yield wording.say("steps.flagged", reason=reason)
    yield from _named("steps.soon", soon, wording)
    yield from _named("steps.check", checked, wording)
    if of_kind(results, Kind.NOT_INTERPRETED):
        yield wording.say("steps.unjudged")
    yield from _symptoms(interpretation, wording)
    yield from _named("steps.later", later, wording)
    if facts := _facts(interpretation, wording):
        yield say_all("steps.facts", "facts", facts, wording)
    if asked := tests_to_ask_for(interpretation, wording):
        yield say_all("steps.tests", "tests", asked, wording)
    if outside:
        yield wording.say("steps.medicines")
    yield wording.say("steps.take" if outside or later or checked else "steps.keep")


def _urgent(
    interpretation: Interpretation, letterhead: Letterhead, wording: Wording
) -> Iterator[str]:
    if interpretation.urgency is Urgency.EMERGENCY:
        yield wording.say("steps.emergency")
    elif interpretation.urgency is Urgency.TODAY or interpretation.critical:
        clinic = letterhead.urgent_phone or wording.say("steps.your_clinic")
        yield wording.say("steps.today", clinic=clinic)


def _flags(interpretation: Interpretation) -> tuple[RedFlag, ...]:
    """Return the danger signs of days; an alert holds them where today comes first."""
    if interpretation.urgency > Urgency.SOON:
        return ()
    return interpretation.red_flags


def _named(key: str, results: Sequence[Result], wording: Wording) -> Iterator[str]:
    if results:
        yield wording.say(key, names=names_of(results, wording))


def _symptoms(interpretation: Interpretation, wording: Wording) -> Iterator[str]:
    """Yield the step for symptoms, unless they are told of sooner than that."""
    found = interpretation.symptoms or ()
    open_ones = [one for one in found if one.summary is not SymptomSummary.RED_FLAG]
    if open_ones and interpretation.urgency < Urgency.TODAY:
        yield wording.say("steps.symptoms")
