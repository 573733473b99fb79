"""Whose results they are, of what specimen, and when it was taken."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from reference_ranges.comments import conditions_in
from reference_ranges.knowledge import Knowledge
from reference_ranges.partitions import Age, AgeRange, Sex, earliest_and_latest
from service.intake.fhir.codes import (
    CONDITION,
    codes_of,
    meaning_of,
    meanings_of,
)
from service.intake.fhir.element import Element, texts_of, words_of
from service.intake.fhir.resources import Pool, type_of
from service.intake.reading import OTHER, SPECIMENS, one_kind

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_COARSE = re.compile(r"\d{4}(-\d\d)?", re.ASCII)
_FINE = re.compile(r"(\.\d{6})\d+", re.ASCII)
_TEST_DATA = ("http://terminology.hl7.org/CodeSystem/v3-ActReason", "HTEST")
_RECORD_NUMBER = "MR"
_FORMER = ("old", "maiden")  # uses of what stands for nobody any more
_DOUBTED = ("unsatisfactory", "entered-in-error")


@dataclass(frozen=True, slots=True)
class Who:
    """What choosing a reference range needs to know of the patient."""

    sex: str = Sex.UNKNOWN
    pregnancy: str = "unknown"
    age: AgeRange | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the document, and where in the body each of its fields stands."""

    fields: dict[str, Any]
    places: dict[str, str]


def patient_of(resource: Element, pool: Pool) -> Element:
    """Return the patient that *resource* is about, as far as the body has them.

    A resource without a subject is about the only patient of the body, if there is
    but one.
    """
    reference = subject_of(resource)
    if reference:
        found = pool.resolve(reference, resource)
        if type_of(found) == "Patient":
            return found
        return _told(reference, pool.address_of(reference, resource))
    known = pool.of_type("Patient")
    return known[0] if len(known) == 1 else Element({}, resource.place, pool.faults)


def subject_of(resource: Element) -> Element:
    """Return the reference to the patient; empty where there is none."""
    for name in ("subject", "patient", "source"):
        if resource.has(name):
            return resource.one(name)
    return Element({}, resource.place, resource.faults)


def _told(reference: Element, address: str) -> Element:
    """Return a patient who is not in the body, as the reference itself tells them.

    Their *address* tells them from any other who is told by as little.
    """
    target = reference.text("reference")
    kind, _, name = target.rpartition("/")
    own = name if kind.rpartition("/")[2] == "Patient" else ""
    sent = reference.one("identifier").text("value") or own
    made: dict[str, Any] = {"resourceType": "Patient", "_address": address}
    if sent:
        made["identifier"] = [{"value": sent}]
    if reference.text("display"):
        made["name"] = [{"text": reference.text("display")}]
    return Element(made, reference.place, reference.faults)


def patient_part(patient: Element) -> Part:
    """Return who *patient* is, as the document has it."""
    number, name = _identifier(patient), person_name(patient)
    return Part(
        {
            "id": number.text("value"),
            "name": name[0],
            "birth_date": patient.text("birthDate"),
            "sex": patient.text("gender") or Sex.UNKNOWN.value,
        },
        {
            "/patient": patient.place,
            "/patient/id": number.at("value"),
            "/patient/name": name[1],
            "/patient/birth_date": patient.at("birthDate"),
            "/patient/sex": patient.at("gender"),
        },
    )


def _identifier(patient: Element) -> Element:
    """Return the record number among the identifiers, else the first that has one."""
    sent = _current(one for one in patient.many("identifier") if one.text("value"))
    kinds = {
        coding.text("code"): one
        for one in reversed(sent)
        for coding in one.one("type").many("coding")
    }
    absent = Element({}, patient.at("identifier"), patient.faults)
    return kinds.get(_RECORD_NUMBER) or (sent[0] if sent else absent)


def person_name(person: Element) -> tuple[str, str]:
    """Return what *person* is called, and where that stands."""
    for one in _names(person):
        parts = [*texts_of(one, "prefix"), *texts_of(one, "given"), one.text("family")]
        whole = one.text("text") or " ".join(filter(None, parts))
        if whole:
            return whole, one.place
    return "", person.at("name")


def name_parts(person: Element) -> tuple[str, ...]:
    """Return the family name of *person*, then the given ones; nothing where none is.

    They are those of the name that the person is called by.
    """
    for one in _names(person):
        family, given = one.text("family"), texts_of(one, "given")
        if family or given:
            return (family, *given)
        if one.text("text"):
            return ()
    return ()


def _names(person: Element) -> list[Element]:
    """Return the names of *person*, those first that count before others."""
    names = _current(person.many("name"))
    official = [one for one in names if one.text("use") in {"official", "usual"}]
    return [*official, *names]


def _current(sent: Iterable[Element]) -> list[Element]:
    """Return *sent*, names or numbers, those that are out of use last."""
    return sorted(sent, key=lambda one: one.text("use") in _FORMER)


def who_of(patient: dict[str, Any], pregnancy: str, collected: str) -> Who:
    """Return what is known for choosing a range; a date that cannot be read is not."""
    try:
        earliest, latest = earliest_and_latest(patient["birth_date"])
        day = date.fromisoformat(collected[: len("2026-11-20")])
        age = AgeRange(Age.between(latest, day), Age.between(earliest, day))
    except ValueError:
        age = None
    return Who(patient["sex"], pregnancy, age)


def collected_of(
    observation: Element, specimen: Element, report: Element
) -> tuple[str, str]:
    """Return when the specimen was taken, and where that stands; empty if not told.

    The specimen's own time comes first, then the observation's, then the report's.  A
    year or a month alone is no time.
    """
    collection = specimen.one("collection")
    for holder, moment, period in (
        (collection, "collectedDateTime", "collectedPeriod"),
        (observation, "effectiveDateTime", "effectivePeriod"),
        (observation, "effectiveInstant", "effectivePeriod"),
        (report, "effectiveDateTime", "effectivePeriod"),
    ):
        text, place = holder.text(moment), holder.at(moment)
        if not text and holder.has(period):
            text, place = holder.one(period).text("start"), holder.at(period)
        if text and not _COARSE.fullmatch(text):
            return _FINE.sub(r"\1", text), place
    return "", observation.place


def collection(text: str) -> dict[str, str]:
    """Return a time of collection as the document has it, or a day without a time."""
    name = "collected_on" if _DAY.fullmatch(text) else "collected_at"
    return {name: text} if text else {}


def specimen_part(specimen: Element, reference: Element, rules: Knowledge) -> Part:
    """Return what was taken, in what state; a type that we do not know is *other*."""
    kind = specimen.one("type")
    stated = specimen if kind else reference
    words = words_of(kind) or reference.text("display")
    named = words.casefold().replace(" ", "_")
    known = [*meanings_of(kind, codes_of("specimens")), named]
    told = [one for one in known if one in SPECIMENS]
    if not told and words_of(kind):
        told = [OTHER]
    return Part(
        {
            "type": one_kind(told),
            "conditions": sorted(_conditions(specimen, rules)),
            "received_at": _received(specimen),
        },
        {
            "/specimen": stated.place,
            "/specimen/type": specimen.at("type"),
            "/specimen/received_at": specimen.at("receivedTime"),
        },
    )


def _received(specimen: Element) -> str:
    """Return when the laboratory had the specimen; a day alone is no time."""
    text = _FINE.sub(r"\1", specimen.text("receivedTime"))
    return "" if _COARSE.fullmatch(text) or _DAY.fullmatch(text) else text


def _conditions(specimen: Element, rules: Knowledge) -> set[str]:
    """Return the states of the specimen, by code and by the words of its notes."""
    found: set[str] = set()
    for concept in specimen.many("condition"):
        found |= conditions_of(concept, rules)
    for note in specimen.many("note"):
        found |= conditions_in(note.text("text"), rules.comments)
    if specimen.text("status") in _DOUBTED:
        found.add("sample_doubted")
    return found & set(rules.conditions)


def conditions_of(concept: Element, rules: Knowledge) -> frozenset[str]:
    """Return what *concept* says of a specimen: by a code, else by its words."""
    ours = {(CONDITION, one): one for one in rules.conditions}
    known = meaning_of(concept, {**codes_of("conditions"), **ours})
    if known:
        return frozenset((known,))
    return conditions_in(words_of(concept), rules.comments)


def is_test(resources: list[Element]) -> bool:
    """Say whether any of *resources* is marked as test data."""
    return any(
        (label.text("system"), label.text("code")) == _TEST_DATA
        for resource in resources
        for name in ("security", "tag")
        for label in resource.one("meta").many(name)
    )
