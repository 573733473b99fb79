"""What to do next: numbered steps, soonest first, each with its time."""

from collections.abc import Iterator, Sequence

from reference_ranges.relations import SymptomSummary
from reference_ranges.results import (
    Finding,
    Interpretation,
    Kind,
    RedFlag,
    Result,
    Urgency,
)
from reports.alarm import alarm_of, words_of
from reports.identity import Letterhead
from reports.model import Box, BoxKind
from reports.phrasing import names_of, plain_of, say_all, subject_words
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
    """Return the tests that were not sent and would settle something, in words.

    What an alert is about is not asked for at a later time.
    """
    urgent = alarm_of(interpretation, wording).subjects
    asked = [
        missing.fact
        for missing in interpretation.missing
        if {subject_words(one, wording) for one in missing.analytes} - urgent
    ]
    useful = [t for s in interpretation.symptoms or () for t in s.useful_tests]
    tests = [t for t in (*asked, *useful) if not wording.has(f"missing.{t}")]
    later = [one for one in tests if subject_words(one, wording) not in urgent]
    return [wording.say(f"analytes.{one}.short") for one in dict.fromkeys(later)]


def _facts(interpretation: Interpretation, wording: Wording) -> list[str]:
    facts = [missing.fact for missing in interpretation.missing]
    keys = [f"missing.{fact}" for fact in dict.fromkeys(facts)]
    return [wording.say(key) for key in keys if wording.has(key)]


def _steps(
    interpretation: Interpretation, letterhead: Letterhead, wording: Wording
) -> Iterator[str]:
    yield from _urgent(interpretation, letterhead, wording)
    alarm = alarm_of(interpretation, wording)
    results = [
        result
        for result in all_results(interpretation)
        if not alarm.act_on(result, wording)
    ]
    outside = of_kind(results, Kind.OUT_OF_RANGE, Kind.CRITICAL)
    soon = _soon_of(outside, interpretation, wording)
    yield from _soon(soon, interpretation, wording)
    checked = of_kind(results, Kind.CONFLICT)
    yield from _named("steps.check", checked, wording)
    unjudged = of_kind(results, Kind.NOT_INTERPRETED)
    yield from _named("steps.unjudged", unjudged, wording)
    if facts := _facts(interpretation, wording):
        yield say_all("steps.facts", "facts", facts, wording)
    rest = [result for result in outside if result not in soon]
    later = [*rest, *of_kind(results, Kind.INDETERMINATE)]
    yield from _named("steps.later", later, wording)
    if asked := tests_to_ask_for(interpretation, wording):
        yield say_all("steps.tests", "tests", asked, wording)
    if outside or alarm.act:
        yield wording.say("steps.medicines")
    if not alarm.act:
        yield wording.say("steps.take" if outside or later or checked else "steps.keep")


def _soon_of(
    outside: Sequence[Result], interpretation: Interpretation, wording: Wording
) -> list[Result]:
    """Return the results to talk about within days: by themselves, or with others."""
    raised: list[RedFlag | Finding]
    raised = [*interpretation.red_flags, *interpretation.findings]
    soon = [found for found in raised if found.urgency is Urgency.SOON]
    subjects = [subject for found in soon for subject in found.subjects]
    words = words_of(subjects, interpretation, wording)
    return [
        result
        for result in outside
        if result.urgency is Urgency.SOON or plain_of(result, wording) in words
    ]


def _soon(
    soon: Sequence[Result], interpretation: Interpretation, wording: Wording
) -> Iterator[str]:
    """Yield the one step for the next days: what to talk about, and why.

    Symptoms are a part of it, unless an alert comes first.
    """
    flags = _flags(interpretation)
    reasons = " ".join(wording.say(f"red_flags.{flag.id}") for flag in flags)
    found = interpretation.symptoms or ()
    open_ones = [one for one in found if one.summary is not SymptomSummary.RED_FLAG]
    tell = bool(open_ones) and interpretation.urgency < Urgency.TODAY
    if soon:
        step = [wording.say("steps.soon", names=names_of(soon, wording)), reasons]
    elif reasons:
        step = [wording.say("steps.flagged", reason=reasons)]
    elif tell:
        yield wording.say("steps.symptoms")
        return
    else:
        return
    yield " ".join(filter(None, [*step, wording.say("steps.tell") if tell else ""]))


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
