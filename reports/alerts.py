"""What stands before everything else, and the safety net that is always there."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from reference_ranges.relations import ResultSummary
from reference_ranges.results import (
    Interpretation,
    Kind,
    Result,
    Urgency,
)
from reports.alarm import URGENCY, alarm_of, start_of, urgent_flags, words_of
from reports.identity import Letterhead
from reports.model import Box, BoxKind
from reports.phrasing import degree_of, plain_of, say_all, told
from reports.remarks import applies
from reports.said import resting
from reports.summary import all_results
from reports.wording import Wording

_DANGERS = (
    "chest",
    "heart",
    "faint",
    "fit",
    "confusion",
    "breath",
    "spasm",
    "weak",
    "numb",
)

_MOST = 6  # reasons in an alert: nobody in need reads more
_TOLD_ALONE = 3  # danger signs with a reason of their own

_OF_ONE_RESULT = {
    "critical_if_true",
    "feed_shift",
    "flag_conflict",
    "flag_unread",
    "implausible_value",
    "interval_doubtful",
    "interval_unread",
    "possibly_critical",
    "repeated_analyte",
    "suspected_unit_mix_up",
    "unit_property_mismatch",
    "unusual_value",
}


def alerts_of(
    interpretation: Interpretation, letterhead: Letterhead, wording: Wording
) -> tuple[Box, ...]:
    """Return the box for now or for today with all its reasons; never both.

    Empty only where nothing is urgent.  One box is enough to act on: the reasons for
    today stand in the box for now, where there is one.
    """
    if interpretation.urgency < Urgency.TODAY and not interpretation.critical:
        return ()
    reasons = _reasons(interpretation, wording)
    if interpretation.urgency is Urgency.EMERGENCY:
        return (_now(reasons, letterhead, wording),)
    return (_today(reasons, letterhead, wording),)


def get_help(wording: Wording) -> Box:
    """Return the box that says when to get help at once, whatever the results are."""
    heading = wording.say("help.heading")
    return Box(
        BoxKind.HELP,
        heading=heading,
        lead=(wording.say("help.lead"),),
        items=tuple(wording.say(f"help.{danger}") for danger in _DANGERS),
        closing=wording.say("help.closing"),
        elsewhere=wording.say("help.elsewhere", heading=heading),
    )


def _now(reasons: tuple[str, ...], letterhead: Letterhead, wording: Wording) -> Box:
    phone = letterhead.to_call
    clinic = (
        wording.say("alerts.emergency_clinic", phone=phone)
        if phone
        else wording.say("alerts.emergency_no_phone")
    )
    return Box(
        BoxKind.EMERGENCY,
        heading=resting(wording.say("alerts.emergency"), URGENCY),
        lead=(
            resting(wording.say("alerts.emergency_call"), URGENCY),
            resting(clinic, URGENCY),
        ),
        items=reasons,
        closing=resting(wording.say("alerts.emergency_closing"), URGENCY),
    )


def _today(reasons: tuple[str, ...], letterhead: Letterhead, wording: Wording) -> Box:
    phone = letterhead.to_call
    call = (
        wording.say("alerts.today_call", phone=phone)
        if phone
        else wording.say("alerts.today_no_phone")
    )
    return Box(
        BoxKind.TODAY,
        heading=resting(wording.say("alerts.today"), URGENCY),
        lead=(
            resting(call, URGENCY),
            resting(wording.say("alerts.today_closed"), URGENCY),
        ),
        items=reasons,
        closing=resting(wording.say("alerts.today_closing"), URGENCY),
    )


def _reasons(interpretation: Interpretation, wording: Wording) -> tuple[str, ...]:
    """Return what to act on: told danger signs, faults of the sample, then results."""
    reasons = [one.text for one in _one_for_each_subject(interpretation, wording)]
    said = [
        *_told_signs(interpretation, wording),
        *_of_the_sample(interpretation, reasons, wording),
        *reasons,
    ]
    subjects = sorted(alarm_of(interpretation, wording).subjects)
    if len(said) > _MOST or _unnamed(subjects, said):
        said = said[: _MOST - 1]
    if rest := _unnamed(subjects, said):
        said.append(resting(say_all("alerts.more", "names", rest, wording), URGENCY))
    return tuple(said) or (resting(wording.say("alerts.general"), URGENCY),)


def _unnamed(subjects: Iterable[str], said: Iterable[str]) -> list[str]:
    """Return the results that no reason calls by its name."""
    words = " ".join(said).lower()
    return [subject for subject in subjects if subject.lower() not in words]


def _told_signs(interpretation: Interpretation, wording: Wording) -> Iterator[str]:
    """Yield a reason for each danger sign that the patient told, the rest as one."""
    flags = [flag for flag in urgent_flags(interpretation) if flag.origin == "symptom"]
    for flag in flags[:_TOLD_ALONE]:
        yield resting(wording.say(f"red_flags.{flag.id}"), flag)
    if rest := flags[_TOLD_ALONE:]:
        symptoms = told([flag.id for flag in rest], wording)
        yield resting(say_all("alerts.told", "symptoms", symptoms, wording), *rest)


def faults_of_the_sample(
    interpretation: Interpretation, wording: Wording
) -> tuple[str, ...]:
    """Return each fault of the sample that may have caused the alert, once.

    Some are told or written by the laboratory, and some show in the numbers.
    """
    subjects = alarm_of(interpretation, wording).subjects
    shown = [
        resting(wording.say(f"findings.{finding.code}"), finding)
        for finding in interpretation.findings
        if finding.code in _SAID_BY_FINDING.values()
        and words_of(finding.subjects, interpretation, wording) & subjects
    ]
    return (*shown, *_of_the_sample(interpretation, shown, wording))


def _of_the_sample(
    interpretation: Interpretation, given: Collection[str], wording: Wording
) -> Iterator[str]:
    """Yield the faults of the sample that may have moved what the alert is about.

    What one of the reasons that are *given* says already is not said again.
    """
    alarm = alarm_of(interpretation, wording)
    moved = [
        result
        for result in all_results(interpretation)
        if result.summary is ResultSummary.NOT_USABLE
        and plain_of(result, wording) in alarm.subjects
    ]
    for caution in interpretation.cautions:
        pushed = caution.effect == "sample" and any(
            applies(caution, result) for result in moved
        )
        finding = _SAID_BY_FINDING.get(caution.code)
        told = finding is not None and wording.say(f"findings.{finding}") in given
        if pushed and not told:
            yield resting(wording.say(f"cautions.{caution.code}"), caution)


_SAID_BY_FINDING = {
    "delayed_separation": "delayed_sample",
    "drip_arm": "drip_contamination",
    "edta": "edta_contamination",
}
"""Faults of a sample, and the finding that says the same from the numbers alone."""


@dataclass(frozen=True, slots=True)
class _Reason:
    """One reason to act, and the plain words of the results that it is about."""

    text: str
    about: tuple[str, ...]


def _one_for_each_subject(
    interpretation: Interpretation, wording: Wording
) -> Iterator[_Reason]:
    """Yield reasons, each about a result that none before is about, or about none."""
    covered: set[str] = set()
    reasons = list(_all_reasons(interpretation, wording))
    yield from (reason for reason in reasons if not reason.about)
    for reason in reasons:
        if set(reason.about) - covered:
            covered |= set(reason.about)
            yield reason


def _all_reasons(interpretation: Interpretation, wording: Wording) -> Iterator[_Reason]:
    """Yield every reason to act beside what was told, those that say most first."""
    flags = [flag for flag in urgent_flags(interpretation) if flag.origin != "symptom"]
    for flag in sorted(flags, key=lambda flag: flag.origin != "result"):
        about = words_of(flag.subjects, interpretation, wording)
        text = resting(wording.say(f"red_flags.{flag.id}"), flag)
        yield _Reason(text, tuple(sorted(about)))
    for finding in interpretation.findings:
        if finding.urgency >= Urgency.TODAY and finding.code not in _OF_ONE_RESULT:
            about = words_of(finding.subjects, interpretation, wording)
            text = resting(wording.say(f"findings.{finding.code}"), finding)
            yield _Reason(text, tuple(sorted(about)))
    alarm = alarm_of(interpretation, wording)
    for result in sorted(all_results(interpretation), key=_as_reported):
        word = plain_of(result, wording)
        if word in alarm.subjects:
            text = resting(_result_reason(result, wording), result)
            start = words_of((start_of(result),), interpretation, wording)
            yield _Reason(text, (word, *sorted(start & alarm.subjects)))


def _as_reported(result: Result) -> bool:
    """Put what we worked out first: it says of what it was worked out from, too."""
    return not result.derived_by


def _result_reason(result: Result, wording: Wording) -> str:
    name = plain_of(result, wording)
    unsure = result.outcome.kind is Kind.CONFLICT or result.outcome.direction is None
    key = "other" if unsure else degree_of(result)
    return wording.say(f"alerts.result_{key}", name=name)
