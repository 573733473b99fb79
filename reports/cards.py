"""A card for each result to talk about, worst first."""

from collections.abc import Iterator

from reference_ranges.panel import Comparator, ObservationStatus, Reason
from reference_ranges.relations import ResultSummary, Token
from reference_ranges.results import Interpretation, Kind, Result, Verdict
from reports.alarm import alarm_of
from reports.chips import chip_of
from reports.earlier import earlier_texts
from reports.lines import far_outside, line_of
from reports.model import Card, NumberLine
from reports.notes import notes_of, range_notes
from reports.once import said_once
from reports.phrasing import (
    heading_of,
    purpose_of,
    say_all,
    says_very,
    subject_words,
    unit_words,
    value_and_unit,
)
from reports.remarks import caution_texts, finding_texts, relation_texts
from reports.said import resting
from reports.summary import all_results
from reports.wording import Wording

_LINKED = {
    Token.CONSISTENT_WITH,
    Token.MAY_CONTRIBUTE,
    Token.BELOW_CONDITION_TARGET,
}
_REMARKS = ("explain", "ask")
_PLANT_DIETS = {"diet_vegan", "diet_vegetarian"}


def cards_of(interpretation: Interpretation, wording: Wording) -> tuple[Card, ...]:
    """Return the cards: needing care now, linked to a symptom, outside, not clear.

    Of those that need care now, what is critical by itself comes first.

    A result in range has one only where it falls short of a target for something
    that the patient told us of.
    """
    alarm = alarm_of(interpretation, wording)
    shown = [r for r in all_results(interpretation) if needs_card(r)]
    shown.sort(key=lambda result: (not alarm.act_on(result, wording), _rank(result)))
    return tuple(
        _card(number, result, interpretation, wording)
        for number, result in enumerate(shown, start=1)
    )


def needs_card(result: Result) -> bool:
    """Say whether *result* is one to talk about, and not only to list."""
    if result.outcome.kind is Kind.NOT_INTERPRETED:
        return False
    return result.outcome.kind is not Kind.IN_RANGE or _below_target(result)


def comment_texts(result: Result, wording: Wording) -> Iterator[str]:
    """Yield what the laboratory wrote under *result*, word for word."""
    if result.observation.comment:
        yield wording.say("cards.comment", comment=result.observation.comment)


def also_words(result: Result, wording: Wording) -> str:
    """Return the value in the other unit, in small type, or nothing."""
    reading = result.observation.reading
    if reading is None or reading.comparator is not Comparator.EQUAL:
        return ""
    for amount in (result.si, result.conventional):
        if amount and amount.number != reading.number:
            unit = unit_words(amount.unit, wording)
            return wording.say("cards.also", number=f"{amount.number:f}", unit=unit)
    return ""


def _below_target(result: Result) -> bool:
    """Say whether *result* falls short of a target; a child's is linked to nothing."""
    short = any(one.verdict is Verdict.LOW for one in result.targets)
    related = (one.token for one in result.relations)
    return short or Token.BELOW_CONDITION_TARGET in related


def _rank(result: Result) -> int:
    if result.outcome.kind is Kind.CRITICAL:
        return 0
    if any(relation.token in _LINKED for relation in result.relations):
        return 1
    return 2 if result.outcome.kind is Kind.OUT_OF_RANGE else 3


def _card(
    number: int, result: Result, interpretation: Interpretation, wording: Wording
) -> Card:
    value, unit = value_and_unit(result, wording)
    line = line_of(result, interpretation, wording)
    notes = _notes(result, line, interpretation, wording)
    texts = [
        *comment_texts(result, wording),
        *said_once(_texts(result, interpretation, wording)),
    ]
    if not alarm_of(interpretation, wording).act_on(result, wording):
        texts += _food(result, interpretation, wording)
    return Card(
        id=f"result-{number}",
        heading=heading_of(result, wording),
        purpose=purpose_of(result, wording),
        value=value,
        unit=unit,
        also=also_words(result, wording),
        chip=chip_of(result, interpretation, wording),
        line=line,
        texts=tuple(texts),
        notes=tuple(said_once(notes, after=texts)),
        about=(result,),
    )


def _texts(
    result: Result, interpretation: Interpretation, wording: Wording
) -> Iterator[str]:
    status = result.observation.status
    if status is not ObservationStatus.FINAL:
        yield wording.say(f"statuses.{status}")
    yield from caution_texts(result, interpretation, wording, "sample")
    if alarm_of(interpretation, wording).act_on(result, wording):
        yield resting(wording.say("cards.urgent"), result)
    yield from _meaning(result, interpretation, wording)
    yield from earlier_texts(result, wording)
    yield from finding_texts(result, interpretation, wording)
    yield from _settling(result, wording)
    yield from relation_texts(result, wording)
    yield from caution_texts(result, interpretation, wording, *_REMARKS)


def _notes(
    result: Result,
    line: NumberLine | None,
    interpretation: Interpretation,
    wording: Wording,
) -> Iterator[str]:
    """Yield the range, how far outside it the result is drawn, and what is beside it.

    Stripes alone tell nobody who has not read the legend; a chip may say it already.
    """
    used, *others = range_notes(result, interpretation, wording)
    yield used
    if line and far_outside(line) and not says_very(result):
        yield resting(wording.say("cards.far"), result)
    yield from others
    yield from notes_of(result, interpretation, wording)
    yield from caution_texts(result, interpretation, wording, "soften")


def _meaning(
    result: Result, interpretation: Interpretation, wording: Wording
) -> Iterator[str]:
    analyte, reason = result.observation.analyte, result.outcome.reason
    way = result.outcome.direction
    if result.outcome.kind in {Kind.CRITICAL, Kind.OUT_OF_RANGE}:
        yield wording.say(f"analytes.{analyte}.{way}")
    elif result.outcome.kind is Kind.CONFLICT:
        yield wording.say("cards.conflict")
    elif reason is Reason.GREY_ZONE:
        own = f"analytes.{analyte}.grey"
        yield wording.say(own if wording.has(own) else f"reasons.{reason}.why")
        yield _beyond_grey(result, interpretation, wording)
    elif reason is not None:
        yield wording.say(f"reasons.{reason}.why")
        yield wording.say(f"reasons.{reason}.settle")
    else:
        yield wording.say(f"results.{ResultSummary.IN_RANGE}")


def _beyond_grey(
    result: Result, interpretation: Interpretation, wording: Wording
) -> str:
    """Return which test would settle a grey zone; where none is named, whom to ask."""
    grey, analyte = Reason.GREY_ZONE, result.observation.analyte
    named = [
        resting(subject_words(missing.fact, wording), missing)
        for missing in interpretation.missing
        if missing.why == grey
        and analyte in missing.analytes
        and missing.fact in wording.ids("analytes")
    ]
    if not named:
        return wording.say(f"reasons.{grey}.settle")
    return say_all("cards.grey_tests", "tests", named, wording)


def _settling(result: Result, wording: Wording) -> Iterator[str]:
    """Yield what would settle a conflict; it comes after what the conflict is."""
    if result.outcome.kind is Kind.CONFLICT:
        for fact in result.settled_by:
            yield wording.say("cards.settle", fact=wording.say(f"missing.{fact}"))


def _food(
    result: Result, interpretation: Interpretation, wording: Wording
) -> Iterator[str]:
    """Yield the foods of a result that is low and safe to advise on.

    Of a sample in doubt nobody knows whether the body lacks anything.
    """
    analyte = result.observation.analyte
    low = result.outcome.kind is Kind.OUT_OF_RANGE and result.outcome.direction == "low"
    if not low or analyte in interpretation.withheld_food:
        return
    if any(True for _ in caution_texts(result, interpretation, wording, "sample")):
        return
    plant = _PLANT_DIETS & set(interpretation.factors)
    field = "food_plant" if plant else "food"
    if wording.has(f"analytes.{analyte}.{field}"):
        foods = wording.say(f"analytes.{analyte}.{field}")
        yield wording.say(f"cards.{field}", foods=foods)
