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
from service.intake.fhir.modifiers import unknown_in
from service.intake.fhir.resources import type_of
from service.intake.fhir.standing import (
    is_begun,
    is_present,
    is_recent,
    is_same_day,
    reason_against,
)
from service.problems import Fault

SOURCES = ("Condition", "Observation", "QuestionnaireResponse")
_SYMPTOM = (LOINC, "75325-1")
_DAYS_OF = {"d": 1, "wk": 7}
_ASKED = "symptoms"
_TRUTH = "valueBoolean"


@dataclass(slots=True)
class Facts:
    """What is known of a patient, and where each of it stands in the body.

    ``asked`` says that somebody asked for symptoms, whatever came out.  ``weeks`` are
    completed weeks of pregnancy; empty where not told.  ``contested`` says that a
    pregnancy was told both ways.  ``left_out`` says what was told and not counted, and
    why.
    """

    pregnancy: str = "unknown"
    weeks: str = ""
    asked: bool = False
    symptoms: dict[str, str] = field(default_factory=dict)
    factors: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    contested: bool = False
    left_out: list[Fault] = field(default_factory=list)

    def state_pregnancy(self, status: str, place: str) -> None:
        """Take in whether there is a pregnancy; told both ways, it is not known."""
        if {status, self.pregnancy} == {"yes", "no"}:
            self.contested = True
        if self.contested:
            self.pregnancy = "unknown"
            self.leave_out(place, "contradiction")
        elif status != "unknown":
            self.pregnancy = status
            self.places["/patient/pregnancy/status"] = place

    def leave_out(self, place: str, code: str = "fact_not_known") -> None:
        """Write down that what stands at *place* was not counted."""
        self.left_out.append(Fault(place, code))


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a concept means to us; empty where nothing."""

    symptom: str = ""
    factor: str = ""
    pregnant: bool = False

    def __bool__(self) -> bool:
        """Say whether it means anything."""
        return bool(self.symptom or self.factor or self.pregnant)


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
        against = reason_against(resource)
        if against is not None:
            facts.left_out.append(against)
        elif kind == "Condition":
            _condition(resource, day, facts, rules)
        elif kind == "QuestionnaireResponse":
            _answers(resource, day, facts, rules)
        else:
            _observation(resource, day, facts, rules)
    if facts.pregnancy != "yes" and facts.weeks:
        # a gestational age alone may be that of a child at birth
        facts.weeks = ""
        facts.leave_out(facts.places["/patient/pregnancy/weeks"])
    return facts


def _condition(condition: Element, day: str, facts: Facts, rules: Knowledge) -> None:
    """Count what lasts; one that does not say so is of the time that it was told."""
    code = condition.one("code")
    meaning = _meaning(code, rules)
    passes = meaning.symptom or meaning.pregnant
    if not meaning:
        facts.leave_out(code.place)
    elif (passes and not is_present(condition, day)) or (
        meaning.pregnant and not is_begun(condition, day)
    ):
        facts.leave_out(condition.place, "not_current")
    else:
        _note(meaning, code.place, facts)


def _observation(
    observation: Element, day: str, facts: Facts, rules: Knowledge
) -> None:
    code = observation.one("code")
    of_pregnancy = {**codes_of("pregnancy.codes"), **codes_of("gestation")}
    if meaning_of(code, of_pregnancy):
        if is_same_day(observation, day):
            _pregnancy(observation, facts)
        else:
            facts.leave_out(observation.place, "not_current")
    elif not is_recent(observation, day):
        facts.leave_out(observation.place, "not_current")
    elif meaning_of(code, {_SYMPTOM: "symptom"}):
        value = observation.one("valueCodeableConcept")
        _stated(value, facts, rules)
    else:
        _truth(_meaning(code, rules), code, observation, facts)


def _truth(meaning: _Meaning, concept: Element, holder: Element, facts: Facts) -> None:
    """Count *meaning* where *holder* says that it is so; that it is not is told too."""
    truth = holder.value.get(_TRUTH)
    if not isinstance(truth, bool):
        facts.leave_out(holder.place)
    elif truth:
        _note(meaning, concept.place, facts)
    elif meaning.symptom:
        facts.asked = True


def _pregnancy(observation: Element, facts: Facts) -> None:
    """Take the state of a pregnancy or its weeks, or both."""
    if meaning_of(observation.one("code"), codes_of("gestation")):
        _gestation(observation, facts)
        return
    value = observation.one("valueCodeableConcept")
    stated = meaning_of(value, codes_of("pregnancy.values"))
    if stated:
        facts.state_pregnancy(stated, observation.place)
    else:
        facts.leave_out(observation.place)
    for component in observation.many("component"):
        if meaning_of(component.one("code"), codes_of("gestation")):
            _gestation(component, facts)


def _gestation(holder: Element, facts: Facts) -> None:
    quantity = holder.one("valueQuantity")
    number, unit = quantity.number("value"), quantity.text("code")
    modified = unknown_in([holder])
    if modified or unit not in _DAYS_OF or quantity.has("comparator"):
        facts.left_out += modified or [Fault(holder.place, "fact_not_known")]
        return
    facts.places["/patient/pregnancy/weeks"] = quantity.place
    whole = number.isascii() and number.isdigit() and len(number) < len("1000")
    completed = int(number) * _DAYS_OF[unit] // _DAYS_OF["wk"] if whole else number
    facts.weeks = str(completed)


def _answers(response: Element, day: str, facts: Facts, rules: Knowledge) -> None:
    """Take the answers to our own questions, and answers that are codes we know."""
    if not is_recent(response, day):
        facts.leave_out(response.place, "not_current")
        return
    same_day = is_same_day(response, day)
    for item in _all_items(response.many("item")):
        modified = unknown_in([item, *item.many("answer")])
        if modified:
            facts.left_out += modified
            continue
        own = _own(item.text("linkId"), rules)
        facts.asked = facts.asked or item.text("linkId") == _ASKED
        for answer in item.many("answer"):
            _answer(answer, own, facts, rules, same_day=same_day)
        if same_day and response.text("questionnaire") == TOLD:
            _told_here(item, facts)


def _answer(
    answer: Element, own: _Meaning, facts: Facts, rules: Knowledge, *, same_day: bool
) -> None:
    coding = answer.one("valueCoding")
    if not coding:
        if own:
            _truth(own, answer, answer, facts)
        return
    concept = Element({"coding": [coding.value]}, coding.place, answer.faults)
    meaning = _meaning(concept, rules)
    if meaning.pregnant and not same_day:
        facts.leave_out(coding.place, "not_current")
    elif meaning:
        _note(meaning, coding.place, facts)


def _told_here(item: Element, facts: Facts) -> None:
    """Take what is told of a pregnancy in answers that we wrote ourselves."""
    for answer in item.many("answer"):
        if item.text("linkId") == PREGNANCY:
            coding = {"coding": [answer.one("valueCoding").value]}
            stated = Element(coding, answer.place, answer.faults)
            values = codes_of("pregnancy.values")
            said = meaning_of(stated, values) or "unknown"
            facts.state_pregnancy(said, answer.place)
        elif item.text("linkId") == WEEKS:
            facts.weeks = answer.number("valueInteger")
            facts.places["/patient/pregnancy/weeks"] = answer.place


def _all_items(items: list[Element]) -> Iterator[Element]:
    for item in items:
        yield item
        yield from _all_items(item.many("item"))
        for answer in item.many("answer"):
            yield from _all_items(answer.many("item"))


def _stated(concept: Element, facts: Facts, rules: Knowledge) -> None:
    meaning = _meaning(concept, rules)
    if meaning:
        _note(meaning, concept.place, facts)
    else:
        facts.leave_out(concept.place)


def _meaning(concept: Element, rules: Knowledge) -> _Meaning:
    return _Meaning(
        meaning_of(concept, symptom_codes(rules)),
        meaning_of(concept, factor_codes(rules)),
        meaning_of(concept, codes_of("pregnancy.values")) == "yes",
    )


def _own(link: str, rules: Knowledge) -> _Meaning:
    """Return what a question of our own is about."""
    return _Meaning(
        link if link in rules.symptoms else "", link if link in rules.factors else ""
    )


def _note(meaning: _Meaning, place: str, facts: Facts) -> None:
    """Write down that what is meant is so."""
    if meaning.symptom:
        facts.asked = True
        facts.symptoms.setdefault(meaning.symptom, place)
    if meaning.factor:
        facts.factors.setdefault(meaning.factor, place)
    if meaning.pregnant:
        facts.state_pregnancy("yes", place)
