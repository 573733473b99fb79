"""What stands before everything else, and the safety net that is always there."""

from collections.abc import Iterator

from reference_ranges.results import (
    Direction,
    Interpretation,
    Kind,
    RedFlag,
    Result,
    Urgency,
)
from reports.identity import Letterhead
from reports.model import Box, BoxKind
from reports.phrasing import short_of
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

_OF_ONE_RESULT = {
    "critical_if_true",
    "flag_conflict",
    "possibly_critical",
    "unit_property_mismatch",
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
    return Box(
        BoxKind.HELP,
        heading=wording.say("help.heading"),
        lead=(wording.say("help.lead"),),
        items=tuple(wording.say(f"help.{danger}") for danger in _DANGERS),
        closing=wording.say("help.closing"),
    )


def _now(reasons: tuple[str, ...], letterhead: Letterhead, wording: Wording) -> Box:
    phone = letterhead.urgent_phone
    clinic = (
        wording.say("alerts.emergency_clinic", phone=phone)
        if phone
        else wording.say("alerts.emergency_no_phone")
    )
    return Box(
        BoxKind.EMERGENCY,
        heading=wording.say("alerts.emergency"),
        lead=(wording.say("alerts.emergency_call"), clinic),
        items=reasons,
        closing=wording.say("alerts.emergency_closing"),
    )


def _today(reasons: tuple[str, ...], letterhead: Letterhead, wording: Wording) -> Box:
    phone = letterhead.urgent_phone
    call = (
        wording.say("alerts.today_call", phone=phone)
        if phone
        else wording.say("alerts.today_no_phone")
    )
    return Box(
        BoxKind.TODAY,
        heading=wording.say("alerts.today"),
        lead=(call, wording.say("alerts.today_closed")),
        items=reasons,
        closing=wording.say("alerts.today_closing"),
    )


def _reasons(interpretation: Interpretation, wording: Wording) -> tuple[str, ...]:
    everything = (*interpretation.results, *interpretation.derived)
    flags = _by_urgency(interpretation.red_flags)
    said = [
        *(_result_reason(r, wording) for r in everything if _is_urgent(r)),
        *(wording.say(f"red_flags.{flag.id}") for flag in flags),
        *_finding_reasons(interpretation, wording),
    ]
    return tuple(dict.fromkeys(said)) or (wording.say("alerts.general"),)


def _by_urgency(flags: tuple[RedFlag, ...]) -> list[RedFlag]:
    urgent = [flag for flag in flags if flag.urgency >= Urgency.TODAY]
    return sorted(urgent, key=lambda flag: -flag.urgency)


def _is_urgent(result: Result) -> bool:
    return result.outcome.kind is Kind.CRITICAL or result.urgency >= Urgency.TODAY


def _result_reason(result: Result, wording: Wording) -> str:
    name = short_of(result, wording)
    way = result.outcome.direction
    if result.outcome.kind is Kind.CONFLICT or way is None:
        return wording.say("alerts.result_other", name=name)
    key = "result_low" if way is Direction.LOW else "result_high"
    return wording.say(f"alerts.{key}", name=name)


def _finding_reasons(interpretation: Interpretation, wording: Wording) -> Iterator[str]:
    """Yield what is urgent beyond single results, which are named by themselves."""
    for finding in interpretation.findings:
        if finding.urgency >= Urgency.TODAY and finding.code not in _OF_ONE_RESULT:
            yield wording.say(f"findings.{finding.code}")
