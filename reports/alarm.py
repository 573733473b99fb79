"""Which results an alert speaks of: they read the same wherever they stand."""

from collections.abc import Iterable
from dataclasses import dataclass

from reference_ranges.results import (
    Finding,
    Interpretation,
    Kind,
    RedFlag,
    Result,
    Urgency,
)
from reports.phrasing import plain_of, subject_words
from reports.wording import Wording

URGENCY = "/urgency"
"""Where an interpretation holds how soon someone must act."""


_WITH_WHAT_WAS_TOLD = "combination"


@dataclass(frozen=True, slots=True)
class Alarm:
    """The alert of a page: ``act`` is ``now``, ``today`` or empty where there is none.

    ``subjects`` are the plain words of what it is about: all calciums are one.
    """

    act: str
    subjects: frozenset[str]

    def act_on(self, result: Result, wording: Wording) -> str:
        """Return ``now`` or ``today`` where the alert is about *result*."""
        return self.act if plain_of(result, wording) in self.subjects else ""


def alarm_of(interpretation: Interpretation, wording: Wording) -> Alarm:
    """Return what the alert of this page is about."""
    if interpretation.urgency < Urgency.TODAY and not interpretation.critical:
        return Alarm("", frozenset())
    emergency = interpretation.urgency is Urgency.EMERGENCY
    results = (*interpretation.results, *interpretation.derived)
    urgent = [result for result in results if is_urgent(result)]
    words = {plain_of(result, wording) for result in urgent}
    starts = filter(None, map(start_of, urgent))
    words |= words_of(starts, interpretation, wording)
    raised: list[RedFlag | Finding]
    raised = [*interpretation.red_flags, *interpretation.findings]
    for found in raised:
        if found.urgency >= Urgency.TODAY:
            words |= words_of(found.subjects, interpretation, wording)
    return Alarm("now" if emergency else "today", frozenset(words))


def start_of(result: Result) -> str:
    """Return the test that *result* was first of all worked out from, if it was.

    A kidney function is its creatinine again, and an adjusted calcium its calcium.
    """
    if not result.derived_by:
        return ""
    return next(name for name, _ in result.trace[0].inputs if name != "formula")


def act_alone(result: Result, interpretation: Interpretation, wording: Wording) -> str:
    """Return ``now`` or ``today`` where *result* asks for it, else nothing.

    It asks for it by itself, or by a danger sign.  With what was told each of its
    results is one; beside another result only the most urgent of them is: a creatinine
    is not called urgent for the potassium beside it.
    """
    tiers = [
        flag.urgency
        for flag in interpretation.red_flags
        if _leads(result, flag, interpretation, wording)
    ]
    urgency = max((result.urgency, *tiers))
    if urgency is Urgency.EMERGENCY:
        return "now"
    critical = result.outcome.kind is Kind.CRITICAL
    return "today" if critical or urgency is Urgency.TODAY else ""


def _leads(
    result: Result, flag: RedFlag, interpretation: Interpretation, wording: Wording
) -> bool:
    words = words_of(flag.subjects, interpretation, wording)
    if plain_of(result, wording) not in words:
        return False
    if flag.origin == _WITH_WHAT_WAS_TOLD:
        return True
    results = (*interpretation.results, *interpretation.derived)
    named = [one.urgency for one in results if plain_of(one, wording) in words]
    return result.urgency == max(named)


def is_urgent(result: Result) -> bool:
    """Say whether *result* by itself asks for care today or sooner."""
    return result.outcome.kind is Kind.CRITICAL or result.urgency >= Urgency.TODAY


def words_of(
    subjects: Iterable[str], interpretation: Interpretation, wording: Wording
) -> set[str]:
    """Return the plain words of those *subjects* that are results of this panel."""
    results = (*interpretation.results, *interpretation.derived)
    shown = {plain_of(result, wording) for result in results}
    return {subject_words(subject, wording) for subject in subjects} & shown


def urgent_flags(interpretation: Interpretation) -> list[RedFlag]:
    """Return the danger signs that ask for care today or sooner, the soonest first."""
    urgent = [f for f in interpretation.red_flags if f.urgency >= Urgency.TODAY]
    return sorted(urgent, key=lambda flag: -flag.urgency)
