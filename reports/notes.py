"""The small lines under a result: whose range it is, and what guidelines say."""

from collections.abc import Iterator, Sequence

from reference_ranges.relations import Token
from reference_ranges.results import (
    Finding,
    Interpretation,
    Judgement,
    Kind,
    Result,
    Verdict,
)
from reports.lines import band_of
from reports.phrasing import (
    level_words,
    range_words,
    source_words,
    unit_shown,
    unit_words,
)
from reports.ranges import (
    LABORATORY,
    ShownRange,
    in_reported_unit,
    lead_of,
    may_be_others,
    range_of,
    verdict_of,
)
from reports.remarks import GUIDELINES_DIFFER, INTERVALS_DIFFER, LIMITS_DIFFER
from reports.said import resting
from reports.wording import Wording


def notes_of(
    result: Result, interpretation: Interpretation, wording: Wording
) -> Iterator[str]:
    """Yield other limits than those of the range, and how the value came to be."""
    short = any(one.token is Token.BELOW_CONDITION_TARGET for one in result.relations)
    beside = {Verdict.CANNOT_TELL, Verdict.IN} if short else {Verdict.CANNOT_TELL}
    for target in (one for one in result.targets if one.verdict not in beside):
        yield _target(target, result, interpretation, wording)
    yield from guideline_notes(result, interpretation, wording)
    if result.derived_by:
        yield wording.say("cards.derived")


def range_notes(
    result: Result, interpretation: Interpretation, wording: Wording
) -> Iterator[str]:
    """Yield the range that was used, and the laboratory's own where that is another."""
    shown, sent = range_of(result), range_sent(result, wording)
    if shown is not None:
        yield _range(shown, result, interpretation, wording)
    elif not sent:
        yield from _no_range(result, wording)
    if sent and not (shown and shown.is_the_labs):
        yield sent
    yield from _ours(result, interpretation, wording)


def _no_range(result: Result, wording: Wording) -> Iterator[str]:
    """Yield that no range is shown, or that any of several may be the right one."""
    if not may_be_others(result):
        yield wording.say("cards.no_range")
        return
    yield wording.say("cards.range_unknown")
    if result.outcome.kind is not Kind.CONFLICT:
        yield wording.say("cards.range_agreed")


def _ours(
    result: Result, interpretation: Interpretation, wording: Wording
) -> Iterator[str]:
    """Yield our own range and what it says, where the laboratory's says otherwise."""
    ours, finding = result.set_aside, intervals_differ(result, interpretation)
    if ours is None or finding is None:
        return
    yield resting(wording.say(f"findings.{INTERVALS_DIFFER}"), finding)
    yield wording.say(
        "cards.range_ours",
        range=limits_of(ours, result, wording),
        source=source_words(ours.source, interpretation),
        level=level_words(ours, wording),
    )


def intervals_differ(result: Result, interpretation: Interpretation) -> Finding | None:
    """Return the finding that our own range says otherwise than the laboratory's."""
    found = (f for f in interpretation.findings if _about_intervals(f, result))
    return next(found, None)


def _about_intervals(finding: Finding, result: Result) -> bool:
    rows = dict(finding.params)
    interval, ours = result.interval, result.set_aside
    return (
        finding.code == INTERVALS_DIFFER
        and finding.subjects == (result.observation.analyte,)
        and interval is not None
        and ours is not None
        and rows["leading_says"] == interval.verdict
        and rows["other_says"] == ours.verdict
    )


def limits_of(judgement: Judgement, result: Result, wording: Wording) -> str:
    """Return the limits of *judgement*, in the reported unit where that is true."""
    reading, factor = result.observation.reading, judgement.factor
    span = reading and in_reported_unit(judgement.span, factor, reading)
    unit = unit_shown(result, wording) if span else unit_words(judgement.unit, wording)
    words = range_words(span or judgement.span, wording, unit)
    return resting(words, judgement)


def range_sent(result: Result, wording: Wording) -> str:
    """Return that the laboratory sent a range, and which, or nothing."""
    sent = lab_range(result, wording)
    return wording.say("cards.range_sent", range=sent) if sent else ""


def lab_range(result: Result, wording: Wording) -> str:
    """Return the laboratory's own interval word for word.

    It has the result's unit behind it only where it was read as a range in that unit,
    and ends in a number: after anything else, the laboratory wrote a unit itself.
    """
    sent = result.observation.lab_interval
    if sent is None or not sent.text.strip():
        return ""
    if sent.span is None or not sent.text.rstrip(" )]")[-1:].isdigit():
        return sent.text
    return f"{sent.text} {unit_shown(result, wording)}".strip()


def range_with_unit(shown: ShownRange, result: Result, wording: Wording) -> str:
    """Return the range that was used for *result*, with its unit."""
    reported = unit_shown(result, wording)
    unit = reported if shown.reported else unit_words(shown.unit, wording)
    return range_words(shown.span, wording, unit)


def _range(
    shown: ShownRange, result: Result, interpretation: Interpretation, wording: Wording
) -> str:
    words = resting(range_with_unit(shown, result, wording), *shown.judgements)
    if shown.is_the_labs:
        return wording.say("cards.range_lab", range=words)
    source = range_sources(shown, interpretation, wording)
    return wording.say(f"cards.range_{band_of(shown)}", range=words, source=source)


def range_sources(
    shown: ShownRange, interpretation: Interpretation, wording: Wording
) -> str:
    """Return whose the limits of a range are, each once: a publisher's or the lab's."""
    named = [
        wording.say("table.lab")
        if one.origin == LABORATORY
        else source_words(one.source, interpretation)
        for one in shown.judgements
    ]
    return wording.listed(list(dict.fromkeys(named)))


def _target(
    target: Judgement, result: Result, interpretation: Interpretation, wording: Wording
) -> str:
    """Return what counts for a symptom that was told, and as what it counts."""
    called = f"cards.target_{target.verdict}"
    return wording.say(
        called if wording.has(called) else "cards.target",
        range=limits_of(target, result, wording),
        source=source_words(target.source, interpretation),
    )


def guideline_notes(
    result: Result, interpretation: Interpretation, wording: Wording
) -> Iterator[str]:
    """Yield the sources that see more in a result than the leading range does."""
    lead = lead_of(result)
    disputed = _disputed(result, interpretation)
    beside = [
        one
        for one in result.guidelines
        if _adds(one, lead) or (one.rule in disputed and one is not lead)
    ]
    beside += filter(None, [interval_beside(result)])
    if _differ(beside, lead, result):
        yield resting(wording.say(f"findings.{LIMITS_DIFFER}"), *beside)
    for judgement in beside:
        yield wording.say(
            "cards.guideline",
            source=source_words(judgement.source, interpretation),
            level=level_words(judgement, wording),
        )


def interval_beside(result: Result) -> Judgement | None:
    """Return our interval where it sees more in a result than the leading range does.

    The laboratory's is named as its own.
    """
    interval = result.interval
    if interval is None or interval.origin == LABORATORY:
        return None
    return interval if _adds(interval, lead_of(result)) else None


def _differ(
    beside: Sequence[Judgement], lead: Judgement | None, result: Result
) -> bool:
    """Say whether *beside* draws the line elsewhere than what *result* came to.

    Where it is not known whose range is right, that is the outcome, if there is one.
    """
    if lead is not None:
        return bool(beside)
    settled = result.outcome.kind not in {Kind.INDETERMINATE, Kind.CONFLICT}
    return settled and any(one.verdict != verdict_of(result) for one in beside)


def _disputed(result: Result, interpretation: Interpretation) -> set[str]:
    """Return the guidelines that say otherwise than the gravest of them."""
    return {
        dict(finding.params)["other"]
        for finding in interpretation.findings
        if finding.code == GUIDELINES_DIFFER
        and result.observation.analyte in finding.subjects
    }


def _adds(judgement: Judgement, lead: Judgement | None) -> bool:
    if judgement.verdict not in {Verdict.LOW, Verdict.HIGH, Verdict.GREY}:
        return False
    return lead is None or judgement.verdict is not lead.verdict
