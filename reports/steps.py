"""What to do next: numbered steps, soonest first, each with its time."""

from collections.abc import Iterator, Sequence

from reference_ranges.relations import SymptomFinding, SymptomSummary
from reference_ranges.results import (
    Finding,
    Interpretation,
    Kind,
    Missing,
    RedFlag,
    Result,
    Urgency,
)
from reports.alarm import URGENCY, alarm_of, words_of
from reports.identity import Letterhead
from reports.model import Box, BoxKind
from reports.phrasing import names_of, plain_of, say_all, subject_words
from reports.said import resting, together
from reports.summary import OVERVIEW, all_results, of_kind
from reports.wording import Wording

_TO_BRING = ("age", "sex", "pregnancy", "weeks", "new_sample")
"""Facts that a patient can bring; for others the clinic asks the laboratory."""


def next_steps(
    interpretation: Interpretation, letterhead: Letterhead, wording: Wording
) -> Box:
    """Return the numbered steps; there is always one, and each says when."""
    heading = wording.say("steps.heading")
    return Box(
        BoxKind.STEPS,
        heading=heading,
        items=tuple(_steps(interpretation, letterhead, wording)),
        elsewhere=wording.say("steps.elsewhere", heading=heading),
    )


def tests_to_ask_for(interpretation: Interpretation, wording: Wording) -> list[str]:
    """Return the tests that were not sent and would settle something, in words.

    What an alert is about is not asked for at a later time.
    """
    urgent = alarm_of(interpretation, wording).subjects
    asked: list[tuple[str, Missing | SymptomFinding]] = [
        (missing.fact, missing)
        for missing in interpretation.missing
        if not missing.sent
        and {subject_words(one, wording) for one in missing.analytes} - urgent
    ]
    asked += [(t, s) for s in interpretation.symptoms or () for t in s.useful_tests]
    grounds: dict[str, list[Missing | SymptomFinding]] = {}
    for test, ground in asked:
        known = not wording.has(f"missing.{test}")
        if known and subject_words(test, wording) not in urgent:
            grounds.setdefault(test, []).append(ground)
    return [
        resting(wording.say(f"analytes.{test}.short"), *because)
        for test, because in grounds.items()
    ]


def _facts(interpretation: Interpretation, wording: Wording) -> list[str]:
    asked: dict[str, list[Missing]] = {}
    for missing in interpretation.missing:
        if missing.fact in _TO_BRING:
            asked.setdefault(missing.fact, []).append(missing)
    return [
        resting(wording.say(f"missing.{fact}"), *because)
        for fact, because in asked.items()
    ]


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
        yield resting(wording.say("steps.medicines"), URGENCY, OVERVIEW)
    if not alarm.act:
        last = "take" if outside or later or checked else "keep"
        yield resting(wording.say(f"steps.{last}"), URGENCY, OVERVIEW)


def _soon_of(
    outside: Sequence[Result], interpretation: Interpretation, wording: Wording
) -> list[Result]:
    """Return the results to talk about within days: by themselves, or with others.

    What is one to a reader, such as all calciums, is talked about at one visit.
    """
    raised: list[RedFlag | Finding]
    raised = [*interpretation.red_flags, *interpretation.findings]
    soon = [found for found in raised if found.urgency is Urgency.SOON]
    subjects = [subject for found in soon for subject in found.subjects]
    words = words_of(subjects, interpretation, wording)
    words |= {plain_of(one, wording) for one in outside if one.urgency is Urgency.SOON}
    return [result for result in outside if plain_of(result, wording) in words]


def _soon(
    soon: Sequence[Result], interpretation: Interpretation, wording: Wording
) -> Iterator[str]:
    """Yield the one step for the next days: what to talk about, and why.

    Symptoms are a part of it, unless an alert comes first.
    """
    flags = _flags(interpretation)
    reasons = together(
        resting(wording.say(f"red_flags.{flag.id}"), flag) for flag in flags
    )
    found = interpretation.symptoms or ()
    open_ones = [one for one in found if one.summary is not SymptomSummary.RED_FLAG]
    tell = bool(open_ones) and interpretation.urgency < Urgency.TODAY
    if soon:
        step: list[str] = [
            wording.say("steps.soon", names=names_of(soon, wording)),
            reasons,
        ]
    elif reasons:
        step = [resting(wording.say("steps.flagged", reason=reasons), *flags)]
    elif tell:
        yield resting(wording.say("steps.symptoms"), *open_ones)
        return
    else:
        return
    if tell:
        step.append(resting(wording.say("steps.tell"), *open_ones))
    yield together(filter(None, step))


def _urgent(
    interpretation: Interpretation, letterhead: Letterhead, wording: Wording
) -> Iterator[str]:
    if interpretation.urgency is Urgency.EMERGENCY:
        yield resting(wording.say("steps.emergency"), URGENCY)
    elif interpretation.urgency is Urgency.TODAY or interpretation.critical:
        clinic = letterhead.to_call or wording.say("steps.your_clinic")
        yield resting(wording.say("steps.today", clinic=clinic), URGENCY)


def _flags(interpretation: Interpretation) -> tuple[RedFlag, ...]:
    """Return the danger signs of days; an alert holds them where today comes first."""
    if interpretation.urgency > Urgency.SOON:
        return ()
    return interpretation.red_flags


def _named(key: str, results: Sequence[Result], wording: Wording) -> Iterator[str]:
    if results:
        yield wording.say(key, names=names_of(results, wording))
