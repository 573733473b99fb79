"""A result as an Observation: what was reported, and what was found beside it."""

from collections.abc import Iterator
from dataclasses import dataclass

from reference_ranges.errors import ReadingError
from reference_ranges.limits import Span
from reference_ranges.panel import (
    Comparator,
    Observation,
    ObservationStatus,
)
from reference_ranges.readings import parse_reading
from reference_ranges.results import Judgement, Result
from reports.identity import ReportFacts
from reports.wording import Wording
from service.fhir import terms
from service.fhir.elements import (
    Json,
    coding,
    concept,
    extension,
    present,
    quantity,
    reference,
    references,
    unknown,
)

_STATUSES = {
    ObservationStatus.FINAL: "final",
    ObservationStatus.PRELIMINARY: "preliminary",
    ObservationStatus.CORRECTED: "corrected",
    ObservationStatus.CANCELLED: "cancelled",
    ObservationStatus.ENTERED_IN_ERROR: "entered-in-error",
}
_LABORATORY = "laboratory"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all observations of a report share: addresses, facts and words."""

    patient: str
    specimen: str
    laboratory: str
    facts: ReportFacts
    catalogue: str
    wording: Wording


def observation(
    result: Result, made_from: tuple[str, ...], around: Surroundings
) -> Json:
    """Return *result* as an Observation without its id.

    *made_from* are the addresses of what it was worked out from, if it was.
    """
    seen, facts = result.observation, around.facts
    return {
        "resourceType": "Observation",
        **present(extension=[*_of_the_sender(seen), *_beside(result)]),
        "status": _STATUSES[seen.status],
        "category": [concept(coding(terms.OBSERVATION_CATEGORY, _LABORATORY))],
        "code": _code(result),
        "subject": reference(around.patient),
        **effective(facts),
        "issued": facts.issued_at.isoformat(),
        "performer": performers(around.laboratory),
        **_value(seen),
        "interpretation": list(_interpretations(result, around.wording)),
        **present(
            note=list(_notes(result, around)),
            method=_method(result),
        ),
        "specimen": reference(around.specimen),
        **present(
            referenceRange=list(_ranges(result, around)),
            derivedFrom=references(made_from),
        ),
    }


def _of_the_sender(seen: Observation) -> Iterator[Json]:
    """Yield the flag and the range that came with the result, apart from ours."""
    if seen.sender_flag:
        yield extension(terms.SENDER_FLAG, valueString=seen.sender_flag)
    if seen.lab_interval is not None:
        yield extension(terms.SENDER_RANGE, valueString=seen.lab_interval.text)


def _beside(result: Result) -> Iterator[Json]:
    """Yield what stands beside our outcome: doubts of it, and what would settle it."""
    for code in result.cautions:
        yield extension("caution", valueCode=code)
    for fact in result.settled_by:
        yield extension("settled-by", valueCode=fact)
    if result.observation.detail:
        yield extension("detail", valueString=result.observation.detail)
    near = result.near_limit
    if near is not None:
        within = f"{near.limit:f} {near.unit} ({near.percent:f} %)"
        yield extension("near-limit", valueString=within)


def effective(facts: ReportFacts) -> Json:
    """Return when the specimen was collected, or that this is not known."""
    taken = facts.collected_at or facts.collected_on
    if taken is None:
        return {"_effectiveDateTime": unknown()}
    return {"effectiveDateTime": taken.isoformat()}


def performers(laboratory: str) -> list[Json]:
    """Return who measured: the resource at *laboratory*, or that it was not told."""
    return [reference(laboratory) if laboratory else unknown()]


def _code(result: Result) -> Json:
    seen = result.observation
    codings = [coding(terms.LOINC, seen.loinc)] if seen.loinc else []
    if seen.analyte:
        codings.append(coding(terms.ANALYTE, seen.analyte))
    return concept(*codings, text=seen.name or result.name)


def _value(seen: Observation) -> Json:
    """Return the value as it was reported: digits and unit are never changed."""
    text = seen.value_text.strip(" ")
    if not text:
        return {"dataAbsentReason": concept(coding(terms.ABSENT_REASON, "unknown"))}
    try:
        reading = seen.reading or parse_reading(text)
    except ReadingError:
        return {"valueString": f"{text} {seen.unit_text}".strip(" ")}
    equal = reading.comparator is Comparator.EQUAL
    sign = "" if equal else reading.comparator.value
    return {"valueQuantity": quantity(reading.number, seen.unit_text, seen.unit, sign)}


def _interpretations(result: Result, wording: Wording) -> Iterator[Json]:
    """Yield our outcome with its HL7 code, why it is open, and a change since before.

    A result that is open or was not judged has no code that could pass for normal.
    """
    outcome = result.outcome
    codes = [coding(terms.INTERPRETATION, result.code)] if result.code else []
    codes.append(coding(terms.OUTCOME, outcome.kind.value))
    yield concept(*codes, text=wording.say(f"kinds.{outcome.kind.value}"))
    if outcome.reason:
        why = wording.say(f"reasons.{outcome.reason.value}.why")
        yield concept(coding(terms.REASON, outcome.reason.value), text=why)
    if result.delta and result.delta.code:
        yield concept(coding(terms.INTERPRETATION, result.delta.code))


def _notes(result: Result, around: Surroundings) -> Iterator[Json]:
    """Yield the laboratory's comment, then what we worked out or were not told."""
    comment = result.observation.comment
    if comment.strip():
        author = around.facts.laboratory
        yield {**present(authorString=author), "text": comment}
    if result.derived_by:
        yield {"text": around.wording.say("cards.derived")}


def _method(result: Result) -> Json:
    if result.derived_by:
        return concept(coding(terms.FORMULA, result.derived_by))
    return concept(text=result.observation.method)


def _ranges(result: Result, around: Surroundings) -> Iterator[Json]:
    """Yield the interval that was used, with limits; all others as text alone.

    Only an interval of type *normal* has limits, in the unit of the result and with
    its ends inside: nothing else can be said in R4 without being misread.
    """
    sent = result.observation.lab_interval
    used = result.interval
    if used is not None:
        yield _interval(used, result.observation, around)
    if sent is not None and (used is None or used.origin != _LABORATORY):
        yield _said("sent", around.wording.say("cards.range_sent", range=sent.text))
    others = [result.set_aside, *result.guidelines, result.critical, *result.targets]
    others += result.closes
    for judgement in filter(None, others):
        kind = judgement.kind.value
        code = "set-aside" if judgement is result.set_aside else kind
        yield _said(code.replace("_", "-"), _judged(judgement, around))


def _interval(used: Judgement, seen: Observation, around: Surroundings) -> Json:
    """Return the reference interval; with limits only where R4 can say them."""
    ends = _limits(used.span, used.unit, seen) if used.unit == seen.unit else {}
    return {
        **ends,
        "type": concept(coding(terms.MEANING, "normal")),
        "text": _judged(used, around),
    }


def _limits(span: Span, unit: str, seen: Observation) -> Json:
    if span.above is not None or span.below is not None:
        return {}  # R4 takes both ends in
    ends = {"low": span.at_least, "high": span.at_most}
    return {
        side: quantity(number, seen.unit_text, unit)
        for side, number in ends.items()
        if number is not None
    }


def _said(code: str, text: str) -> Json:
    return {"type": concept(coding(terms.RANGE_TYPE, code)), "text": text}


def _judged(judgement: Judgement, around: Surroundings) -> str:
    """Return a limit, what it says, and where it is from, exact and in no language."""
    limit = f"{_span(judgement.span)} {judgement.unit}".strip()
    if judgement.origin == _LABORATORY:
        return f"{limit} ({around.facts.laboratory or _LABORATORY})"
    says = [judgement.title, judgement.label, judgement.verdict.value]
    origin = [judgement.rule, judgement.source, around.catalogue]
    return f"{limit} ({'; '.join(filter(None, [*says, *origin]))})"


def _span(span: Span) -> str:
    ends = {">=": span.at_least, ">": span.above, "<=": span.at_most, "<": span.below}
    return " ".join(f"{sign}{end:f}" for sign, end in ends.items() if end is not None)
