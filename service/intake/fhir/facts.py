"""What is told beside the results: pregnancy, symptoms, medicines and conditions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from reference_ranges.knowledge import Knowledge
from service.fhir.terms import PREGNANCY, TOLD, WEEKS
from service.intake.fhir.codes import (
    LOINC,
    Codes,
    codes_of,
    factor_codes,
    meaning_of,
    symptom_codes,
)
from service.intake.fhir.element import Element
from service.intake.fhir.resources import type_of

SOURCES = ("Condition", "Observation", "QuestionnaireResponse")
_SYMPTOM = (LOINC, "75325-1")
_GONE = ("inactive", "remission", "resolved", "refuted", "entered-in-error")
_WITHDRAWN = ("entered-in-error", "cancelled")
_DAYS_OF = {"d": 1, "wk": 7}
_ASKED = "symptoms"


@dataclass(slots=True)
class Facts:
    """What is known of a patient, and where each of it stands in the body.

    ``asked`` says that somebody asked for symptoms, whatever came out.  ``weeks`` are
    completed weeks of pregnancy; empty where not told.
    """

    pregnancy: str = "unknown"
    weeks: str = ""
    asked: bool = False
    symptoms: dict[str, str] = field(default_factory=dict)
    factors: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)


def is_fact(observation: Element, rules: Knowledge) -> bool:
    """Say whether *observation* tells of the patient, and is no result."""
    return bool(meaning_of(observation.one("code"), _fact_codes(rules)))


@lru_cache(maxsize=8)
def _fact_codes(rules: Knowledge) -> Codes:
    own = {**symptom_codes(rules), **factor_codes(rules), _SYMPTOM: "symptom"}
    return {**own, **codes_of("pregnancy.codes"), **codes_of("gestation")}


def facts_of(resources: Iterable[Element], day: str, rules: Knowledge) -> Facts:
    """Return what *resources* of one patient tell, for a specimen taken on *day*.

    What is stated for another day than that is not taken for a pregnancy.
    """
    facts = Facts()
    for resource in resources:
        kind = type_of(resource)
        if kind == "Condition":
            _condition(resource, facts, rules)
        elif kind == "QuestionnaireResponse":
            _answers(resource.many("item"), facts, rules)
            if resource.text("questionnaire") == TOLD:
                _told_here(resource, facts)
        elif kind == "Observation" and is_fact(resource, rules):
            _observation(resource, day, facts, rules)
    if facts.pregnancy != "yes":
        facts.weeks = ""  # a gestational age alone may be that of a child at birth
    return facts


def _condition(condition: Element, facts: Facts, rules: Knowledge) -> None:
    states = [
        coding.text("code")
        for name in ("clinicalStatus", "verificationStatus")
        for coding in condition.one(name).many("coding")
    ]
    if any(state in _GONE for state in states):
        return
    _note(condition.one("code"), facts, rules, present=True)


def _observation(
    observation: Element, day: str, facts: Facts, rules: Knowledge
) -> None:
    if observation.text("status") in _WITHDRAWN:
        return
    code = observation.one("code")
    if meaning_of(code, codes_of("pregnancy.codes")):
        _pregnancy(observation, day, facts)
    elif meaning_of(code, codes_of("gestation")):
        _gestation(observation, observation, day, facts)
    elif meaning_of(code, {_SYMPTOM: "symptom"}):
        _note(observation.one("valueCodeableConcept"), facts, rules, present=True)
    else:
        _note(code, facts, rules, present=observation.value.get("valueBoolean"))


def _pregnancy(observation: Element, day: str, facts: Facts) -> None:
    if not _same_day(observation, day):
        return
    value = observation.one("valueCodeableConcept")
    stated = meaning_of(value, codes_of("pregnancy.values"))
    if stated:
        facts.pregnancy = stated
        facts.places["/patient/pregnancy/status"] = observation.place
    for component in observation.many("component"):
        if meaning_of(component.one("code"), codes_of("gestation")):
            _gestation(component, observation, day, facts)


def _gestation(holder: Element, observation: Element, day: str, facts: Facts) -> None:
    quantity = holder.one("valueQuantity")
    number, unit = quantity.number("value"), quantity.text("code")
    if not _same_day(observation, day) or unit not in _DAYS_OF:
        return
    facts.places["/patient/pregnancy/weeks"] = quantity.place
    whole = number.isascii() and number.isdigit() and len(number) < len("1000")
    completed = int(number) * _DAYS_OF[unit] // _DAYS_OF["wk"] if whole else number
    facts.weeks = str(completed)


def _same_day(observation: Element, day: str) -> bool:
    """Say whether *observation* is of that *day*, or does not say of which."""
    when = observation.text("effectiveDateTime")[: len("2026-11-20")]
    period = observation.one("effectivePeriod")
    start, end = (period.text(side)[: len("2026-11-20")] for side in ("start", "end"))
    if not day:
        return True
    if when:
        return when == day
    return (not start or start <= day) and (not end or day <= end)


def _answers(items: list[Element], facts: Facts, rules: Knowledge) -> None:
    """Take the answers to our own questions, and answers that are codes we know."""
    for item in _all_items(items):
        link, answers = item.text("linkId"), item.many("answer")
        if link == _ASKED or link in rules.symptoms:
            facts.asked = True
        for answer in answers:
            if answer.value.get("valueBoolean") is True:
                _note_id(link, item.place, facts, rules)
            coding = answer.one("valueCoding")
            if coding:
                answer_as_concept = Element(
                    {"coding": [coding.value]}, coding.place, answer.faults
                )
                _note(answer_as_concept, facts, rules, present=True)


def _told_here(response: Element, facts: Facts) -> None:
    """Take what is told of a pregnancy in answers that we wrote ourselves."""
    for item in response.many("item"):
        for answer in item.many("answer"):
            if item.text("linkId") == PREGNANCY:
                coding = {"coding": [answer.one("valueCoding").value]}
                stated = Element(coding, answer.place, answer.faults)
                values = codes_of("pregnancy.values")
                facts.pregnancy = meaning_of(stated, values) or "unknown"
                facts.places["/patient/pregnancy/status"] = answer.place
            elif item.text("linkId") == WEEKS:
                facts.weeks = answer.number("valueInteger")
                facts.places["/patient/pregnancy/weeks"] = answer.place


def _all_items(items: list[Element]) -> Iterator[Element]:
    for item in items:
        yield item
        yield from _all_items(item.many("item"))
        for answer in item.many("answer"):
            yield from _all_items(answer.many("item"))


def _note(concept: Element, facts: Facts, rules: Knowledge, *, present: object) -> None:
    """Write down what *concept* means to us; it counts only where it is *present*."""
    symptom = meaning_of(concept, symptom_codes(rules))
    factor = meaning_of(concept, factor_codes(rules))
    if symptom:
        facts.asked = True
    if present is not True:
        return
    for known in filter(None, (symptom, factor)):
        _note_id(known, concept.place, facts, rules)
    if meaning_of(concept, codes_of("pregnancy.values")) == "yes":
        facts.pregnancy = "yes"
        facts.places["/patient/pregnancy/status"] = concept.place


def _note_id(known: str, place: str, facts: Facts, rules: Knowledge) -> None:
    if known in rules.symptoms:
        facts.symptoms.setdefault(known, place)
    elif known in rules.factors:
        facts.factors.setdefault(known, place)
