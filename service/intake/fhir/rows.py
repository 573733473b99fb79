"""An Observation as rows of the document: one for itself, one for each component."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reference_ranges.catalogue import Analyte
from service.fhir.terms import SENDER_FLAG
from service.intake.door import Door
from service.intake.fhir.codes import ANALYTE, LOINC
from service.intake.fhir.element import Element, name_of, words_of
from service.intake.fhir.modifiers import MODIFIED, modifiers_of
from service.intake.fhir.ours import is_judgement, sender_said
from service.intake.fhir.people import Who
from service.intake.fhir.ranges import interval_of
from service.intake.fhir.values import has_value, value_of
from service.intake.flags import is_telling, one_of, told_in
from service.intake.units import known_units
from service.problems import Fault

_STATUSES = {
    "registered": "preliminary",
    "preliminary": "preliminary",
    "final": "final",
    "amended": "corrected",
    "corrected": "corrected",
    "cancelled": "cancelled",
    "entered-in-error": "entered_in_error",
    "unknown": "preliminary",
}
WITHDRAWN = ("cancelled", "entered_in_error")
CHANGED = ("corrected", *WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the document, and where its fields stand in the body.

    ``worded`` says that its value is no number by its kind; ``conditions`` are those
    of the specimen that stand with the result.  ``strange`` are the modifiers that
    keep it from being read.
    """

    row: dict[str, Any]
    places: dict[str, str]
    worded: bool
    conditions: frozenset[str] = frozenset()
    strange: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Whole:
    """What rows share: whose they are, and the ``status`` of their report.

    ``parts`` are the resources that each of them is made of.
    """

    who: Who
    door: Door
    status: str
    parts: tuple[Element, ...]


def lines_of(
    observation: Element, whole: Whole, *, holds_others: bool
) -> Iterator[Line]:
    """Yield the rows that *observation*, a part of the *whole*, is.

    One that only *holds_others* together, components or members, is no row itself,
    unless something is said of the whole: a flag, or a note about its members.
    """
    notes = observation.has("note") and observation.has("hasMember")
    says = notes or is_telling(_flag(observation))
    if has_value(observation) or says or not holds_others:
        yield _line(observation, observation, whole)
    for component in observation.many("component"):
        yield _line(component, observation, whole)


def _status(observation: Element, whole: str) -> str:
    """Return how final it is; a report that was withdrawn takes its results with it."""
    sent = observation.text("status")
    if not sent:
        observation.refuse("status", "required", "", tuple(_STATUSES))
    elif sent not in _STATUSES:
        observation.refuse("status", "not_allowed", sent, tuple(_STATUSES))
    known = _STATUSES.get(sent, "preliminary")
    of_report = _STATUSES.get(whole, "")
    return of_report if of_report in WITHDRAWN else known


def _line(holder: Element, observation: Element, whole: Whole) -> Line:
    who, door = whole.who, whole.door
    strange, conditions = modifiers_of(
        (holder, observation, *whole.parts), door.catalogue.rules
    )
    concept = holder.one("code")
    named, analyte = _named(concept, door)
    if strange:
        named, analyte = _unread(concept, holder), None
    found = value_of(holder, analyte, known_units(door.catalogue))
    interval = interval_of(holder, who, found.unit, analyte)
    row: dict[str, Any] = {
        **named,
        "value": found.value,
        "unit": found.unit,
        "status": _status(observation, whole.status),
        "flag": _flag(holder),
        "comment": "\n".join(filter(None, [found.remark, *_notes(observation)])),
        "method": words_of(observation.one("method")),
    }
    if interval.interval is not None:
        row["interval"] = interval.interval
    places = {
        "": holder.place,
        "/code": concept.place,
        "/name": concept.place,
        "/value": found.place,
        "/unit": found.place,
        "/status": observation.at("status"),
        "/flag": holder.at("interpretation"),
        "/comment": observation.at("note"),
        "/method": observation.at("method"),
        "/interval": interval.place,
    }
    return Line(row, places, found.worded, conditions, strange)


def _unread(concept: Element, holder: Element) -> dict[str, Any]:
    """Return a name that leads to nothing we know, whatever the code."""
    mark = f"#{MODIFIED}"
    called = {"name": name} if (name := name_of(concept)) else {}
    return {**called, "code": {"system": holder.place + mark, "code": MODIFIED}}


def _named(concept: Element, door: Door) -> tuple[dict[str, Any], Analyte | None]:
    """Return what was measured by id, code and name, and the analyte, if we know it.

    A LOINC code that we know comes first, wherever it stands; then one that the
    sender's own list of names knows; then any.  Two that mean different analytes are
    both told, and refused when they are read.
    """
    called: dict[str, Any] = {"name": name} if (name := name_of(concept)) else {}
    codings = [one for one in concept.many("coding") if one.text("code")]
    if not codings:
        return called, None
    known = {id(one): _analyte_of(one, door) for one in codings}
    ranked = sorted(codings, key=lambda one: _rank(one, known[id(one)], door))
    best, analyte = ranked[0], known[id(ranked[0])]
    others = [one for one in ranked if known[id(one)] not in (None, analyte)]
    ours = best.text("system") == ANALYTE and analyte is not None
    if not ours:
        named = {**called, "code": _code(best)}
        if others and (other := known[id(others[0])]):
            named["analyte"] = other.id
        return named, analyte
    code = {"code": _code(others[0])} if others else {}
    return {**called, **code, "analyte": best.text("code")}, analyte


def _code(coding: Element) -> dict[str, str]:
    system = coding.text("system") or "unknown"
    called = {"display": name} if (name := coding.text("display").strip()) else {}
    return {"system": system, "code": coding.text("code"), **called}


def _analyte_of(coding: Element, door: Door) -> Analyte | None:
    system, code = coding.text("system"), coding.text("code")
    if system == LOINC:
        return door.catalogue.analyte_for_code(code)
    own = code if system == ANALYTE else door.aliases.get(code.casefold(), "")
    return door.catalogue.analytes.get(own)


def _rank(coding: Element, analyte: Analyte | None, door: Door) -> int:
    """Put a LOINC code of something alike first, then one of ours, then any."""
    loinc = coding.text("system") == LOINC
    if loinc and coding.text("code") in door.catalogue.look_alikes:
        return 0
    if analyte is not None:
        return 1 if loinc else 2
    return 3 if loinc else 4


def _flag(holder: Element) -> str:
    """Return the sender's flag; of several, by the rule for every door."""
    said = holder.many("interpretation")
    sent = [flag for one in said if not is_judgement(one) for flag in _flags(one)]
    return one_of([*sent, sender_said(holder, SENDER_FLAG)])


def _flags(concept: Element) -> list[str]:
    """Return the flags of one interpretation: its codes, and words that are one."""
    codings = concept.many("coding")
    codes = [code for one in codings if (code := one.text("code"))]
    words = [concept.text("text"), *(one.text("display") for one in codings)]
    return told_in(codes, words)


def _notes(observation: Element) -> Iterator[str]:
    for note in observation.many("note"):
        if text := note.text("text").strip():
            yield text
