"""The small lines under a result: whose range it is, and what guidelines say."""

from collections.abc import Iterator

from reference_ranges.results import Interpretation, Judgement, Result, Verdict
from reports.lines import lead_of
from reports.phrasing import level_words, range_words, source_words, unit_words
from reports.remarks import LIMITS_DIFFER
from reports.wording import Wording

LABORATORY = "laboratory"


def notes_of(
    result: Result, interpretation: Interpretation, wording: Wording
) -> Iterator[str]:
    """Yield where the range comes from, other limits, and how the value came to be."""
    yield range_note(result, interpretation, wording)
    for target in result.targets:
        yield wording.say(
            "cards.target",
            range=range_words(target.span, wording),
            unit=unit_words(target.unit, wording),
            source=source_words(target.source, interpretation),
        )
    yield from guideline_notes(result, interpretation, wording)
    if result.derived_by:
        yield wording.say("cards.derived")


def range_note(result: Result, interpretation: Interpretation, wording: Wording) -> str:
    """Return the usual range with its unit and origin, in words."""
    lead = lead_of(result)
    if lead is None or result.usual is None:
        return wording.say("cards.no_range")
    span = range_words(result.usual, wording)
    if lead.origin == LABORATORY:
        unit = result.observation.unit_text or lead.unit
        return wording.say("cards.range_lab", range=span, unit=unit)
    return wording.say(
        "cards.range_catalogue",
        range=span,
        unit=unit_words(lead.unit, wording),
        source=source_words(lead.source, interpretation),
    )


def guideline_notes(
    result: Result, interpretation: Interpretation, wording: Wording
) -> Iterator[str]:
    """Yield the guidelines that see more in a result than the leading range does."""
    lead = lead_of(result)
    beside = [one for one in result.guidelines if _adds(one, lead)]
    if beside:
        yield wording.say(f"findings.{LIMITS_DIFFER}")
    for judgement in beside:
        yield wording.say(
            "cards.guideline",
            source=source_words(judgement.source, interpretation),
            level=level_words(judgement, wording),
        )


def _adds(judgement: Judgement, lead: Judgement | None) -> bool:
    if judgement.verdict not in {Verdict.LOW, Verdict.HIGH, Verdict.GREY}:
        return False
    return lead is None or judgement.verdict is not lead.verdict
