"""The results in the usual range, one line each, and those that nobody could judge."""

from collections.abc import Iterator

from reference_ranges.panel import ObservationStatus
from reference_ranges.relations import Relation, ResultSummary, Token
from reference_ranges.results import Interpretation, Kind, Result, Urgency
from reports.cards import comment_texts, needs_card
from reports.chips import chip_of
from reports.earlier import earlier_texts
from reports.lines import line_of
from reports.model import NumberLine, Row, Unjudged
from reports.notes import guideline_notes, range_notes, range_sent
from reports.once import said_once
from reports.phrasing import as_reported, heading_of, purpose_of, unit_shown
from reports.remarks import caution_texts, finding_texts
from reports.said import resting, together
from reports.summary import all_results, of_kind
from reports.wording import Wording


def rows_of(interpretation: Interpretation, wording: Wording) -> tuple[Row, ...]:
    """Return a row for each result in the usual range that has no card."""
    inside = of_kind(all_results(interpretation), Kind.IN_RANGE)
    shown = [result for result in inside if not needs_card(result)]
    return tuple(
        _row(number, result, interpretation, wording)
        for number, result in enumerate(shown, start=1)
    )


def is_brief(interpretation: Interpretation) -> bool:
    """Say whether the rows are the whole story: nothing urgent, outside or marked."""
    return interpretation.urgency < Urgency.TODAY and all(
        result.outcome.kind is Kind.IN_RANGE
        and not needs_card(result)
        and not result.observation.sender_flag
        for result in all_results(interpretation)
    )


def unjudged_of(
    interpretation: Interpretation, wording: Wording
) -> tuple[Unjudged, ...]:
    """Return the results not judged, each with why and what would settle it."""
    return tuple(
        Unjudged(
            heading=heading_of(result, wording),
            value=as_reported(result, wording),
            why=together(_all_of_why(result, interpretation, wording)),
            ranges=range_sent(result, wording),
            about=(result,),
        )
        for result in of_kind(all_results(interpretation), Kind.NOT_INTERPRETED)
    )


def _row(
    number: int, result: Result, interpretation: Interpretation, wording: Wording
) -> Row:
    line = line_of(result, interpretation, wording)
    note = [
        *comment_texts(result, wording),
        *_signs(result, line, interpretation, wording),
        *said_once(_note(result, interpretation, wording)),
    ]
    return Row(
        id=f"row-{number}",
        heading=heading_of(result, wording),
        purpose=purpose_of(result, wording),
        value=result.observation.value_text,
        unit=unit_shown(result, wording),
        line=line,
        note=together(note),
        ranges=together(range_notes(result, interpretation, wording)),
        about=(result,),
    )


def _signs(
    result: Result,
    line: NumberLine | None,
    interpretation: Interpretation,
    wording: Wording,
) -> Iterator[str]:
    """Yield what the marker of a row shows by its shape: a slim line has no label."""
    if result.at_edge:
        chip = chip_of(result, interpretation, wording)
        yield wording.say("rows.verdict", verdict=chip.text)
    if line and line.marker.off:
        yield wording.say("line.off_told")


def _note(
    result: Result, interpretation: Interpretation, wording: Wording
) -> Iterator[str]:
    status = result.observation.status
    if status is not ObservationStatus.FINAL:
        yield wording.say(f"statuses.{status}")
    yield from caution_texts(result, interpretation, wording, "sample")
    yield from guideline_notes(result, interpretation, wording)
    yield from earlier_texts(result, wording)
    yield from finding_texts(result, interpretation, wording)
    if result.summary is ResultSummary.IN_RANGE_CAVEAT:
        yield wording.say(f"results.{result.summary}")
    yield from _standing_remarks(result, wording)
    yield from caution_texts(result, interpretation, wording, *_remarks_on(result))
    if result.derived_by:
        yield wording.say("cards.derived")


def _remarks_on(result: Result) -> tuple[str, ...]:
    """Return the kinds of remark for a row: questions only where it was in question.

    That is where it was held against a symptom that was told.
    """
    told = any(one.token is not Token.NOT_RELATED for one in result.relations)
    return ("ask", "soften") if told else ("soften",)


def _standing_remarks(result: Result, wording: Wording) -> Iterator[str]:
    notes: dict[str, list[Relation]] = {}
    for relation in result.relations:
        if relation.token is not Token.NOT_RELATED:
            for note in relation.notes:
                notes.setdefault(note, []).append(relation)
    for note, relations in notes.items():
        yield resting(wording.say(f"remarks.{note}"), *relations)


def _all_of_why(
    result: Result, interpretation: Interpretation, wording: Wording
) -> Iterator[str]:
    yield from comment_texts(result, wording)
    yield from said_once(_why(result, interpretation, wording))


def _why(
    result: Result, interpretation: Interpretation, wording: Wording
) -> Iterator[str]:
    yield wording.say(f"reasons.{result.outcome.reason}.why")
    yield from caution_texts(result, interpretation, wording, "sample")
    yield from finding_texts(result, interpretation, wording)
    yield wording.say(f"reasons.{result.outcome.reason}.settle")
