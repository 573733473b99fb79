"""CDS Hooks 2.0: cards on a patient's newest results, where the record is open."""

import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from flask import Response, request

from reference_ranges.interpretation import interpret
from reports.wording import load_wording
from service.access.audit import Action
from service.api.body import whole_body
from service.api.fhir.newest import newest
from service.api.fhir.receiving import Read, read_pooled, sender_door
from service.api.json_answer import json_response
from service.api.security import audited
from service.fhir.cards import cards_of
from service.fhir.elements import Json
from service.intake.fhir.element import Element
from service.intake.fhir.facts import SOURCES
from service.intake.fhir.people import subject_of
from service.intake.fhir.reading import Body
from service.intake.fhir.resources import Pool, base_of, pool_from
from service.intake.reading import MOST_FAULTS
from service.intake.strict_json import read_json
from service.intake.submission import Submission
from service.problems import Fault, ProblemError
from service.services import services

SERVICE = "plainlab-results"
_HOOK = "patient-view"
_PREFETCH = {
    "patient": "Patient/{{context.patientId}}",
    "labs": "Observation?patient={{context.patientId}}&category=laboratory"
    "&_sort=-date&_count=200",
}
_OUTCOMES = {"accepted": Action.ACCEPT_CARD, "overridden": Action.OVERRIDE_CARD}
_ENTRY = len(["", "entry", "0"])


def cds_services() -> Response:
    """List the services: what each needs is fetched by the caller, never by us."""
    service = {
        "hook": _HOOK,
        "title": "Blood results, interpreted",
        "description": "Says of the newest results which lie outside, and by which "
        "limits.",
        "id": SERVICE,
        "prefetch": _PREFETCH,
    }
    return json_response({"services": [service]})


def cds_cards(service_id: str) -> Response:
    """Return the cards on the newest results of a patient; nothing is kept."""
    _check_service(service_id)
    sent = _sent()
    if sent.text("hook") != _HOOK:
        sent.refuse("hook", "not_allowed", sent.text("hook"), (_HOOK,))
    sent.one("prefetch")
    for holder, name in ((sent, "hookInstance"), (sent.one("context"), "patientId")):
        if not holder.text(name):
            holder.refuse(name, "required", "")
    _refuse(sent.faults)
    pool = _pool(sent)
    _refuse(_strangers(pool))
    return json_response({"cards": _cards(pool) if _has_results(pool) else []})


def cds_feedback(service_id: str) -> Response:
    """Write down which cards were taken up or set aside; whose is never told."""
    _check_service(service_id)
    sent = _sent()
    told = sent.many("feedback")
    for one in told:
        if one.text("outcome") not in _OUTCOMES:
            one.refuse("outcome", "not_allowed", one.text("outcome"), tuple(_OUTCOMES))
        if not _is_uuid(one.text("card")):
            one.refuse("card", "not_allowed", one.text("card"))
    if not told:
        sent.refuse("feedback", "required", "")
    _refuse(sent.faults)
    for one in told:
        audited(_OUTCOMES[one.text("outcome")], one.text("card"))
    return json_response({})


def _check_service(service_id: str) -> None:
    if service_id != SERVICE:
        raise ProblemError("not_found")


def _sent() -> Element:
    if request.mimetype != "application/json" or request.content_encoding:
        raise ProblemError("unsupported_media_type")
    found = read_json(whole_body())
    if not isinstance(found, dict):
        fault = Fault("", "wrong_type", allowed=("an object",))
        raise ProblemError("invalid_submission", faults=(fault,))
    return Element(found, "", [])


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise ProblemError("invalid_submission", faults=tuple(faults[:MOST_FAULTS]))


def _pool(sent: Element) -> Pool:
    """Return patient and laboratory results as one Bundle, of the caller's server.

    Raises:
        ProblemError: ``prefetch_missing``: either is not there, or is no such thing.
    """
    prefetch = sent.one("prefetch")
    patient, labs = prefetch.value.get("patient"), prefetch.value.get("labs")
    kinds = [
        one.get("resourceType") if isinstance(one, dict) else None
        for one in (patient, labs)
    ]
    if kinds != ["Patient", "Bundle"]:
        faults = [
            Fault(prefetch.at(name), "required", allowed=(kind,))
            for name, kind, found in zip(
                _PREFETCH, ("Patient", "Bundle"), kinds, strict=True
            )
            if found != kind
        ]
        raise ProblemError("prefetch_missing", faults=tuple(faults))
    who = sent.one("context").text("patientId")
    if prefetch.one("patient").text("id") != who:
        _refuse([Fault("/prefetch/patient/id", "contradiction", allowed=(who,))])
    entries = [one.value for one in prefetch.one("labs").many("entry")]
    whole = [{"resource": patient} | _address(sent, entries), *entries]
    return pool_from({"resourceType": "Bundle", "type": "searchset", "entry": whole})


def _address(sent: Element, entries: list[dict[str, Any]]) -> dict[str, str]:
    """Return the address of the patient, who is prefetched without one.

    It is on the server that the results are from.
    """
    urls = [str(one.get("fullUrl", "")) for one in entries]
    bases = [*map(base_of, urls), sent.text("fhirServer")]
    base = next(filter(None, bases), "").rstrip("/")
    who = sent.one("context").text("patientId")
    return {"fullUrl": f"{base}/Patient/{who}"} if base else {}


def _strangers(pool: Pool) -> list[Fault]:
    """Return a fault for all that is not of the patient whose record is open."""
    patients = pool.of_type("Patient")
    if len(patients) != 1:
        return [Fault("/prefetch/labs", "contradiction", allowed=("one patient",))]
    subjects = [
        (subject_of(one), one) for one in pool.of_type(*SOURCES, "DiagnosticReport")
    ]
    return [
        Fault(_place(subject.place), "contradiction")
        for subject, one in subjects
        if subject and pool.resolve(subject, one) != patients[0]
    ]


def _place(pointer: str) -> str:
    """Return where in the call a place of the Bundle stands."""
    number, _, rest = pointer.removeprefix("/entry/").partition("/")
    return f"/prefetch/labs/entry/{int(number) - 1}/{rest}"


def _has_results(pool: Pool) -> bool:
    return bool(pool.of_type("Observation", "DiagnosticReport"))


def _cards(pool: Pool) -> list[Json]:
    door = sender_door()
    body, read = read_pooled(pool, b"", ("Bundle",))
    shown = newest(read, door.zone)
    made = [interpret(one.panel, services().catalogue) for _, one in shown]
    name = "/".join([_whose(pool), *_observed(pool, shown)])
    left_out = len(set(_left_out(body, read)))
    wording = load_wording(door.locale)
    said = wording.say("hooks.source", version=door.catalogue.version)
    cards = cards_of(made, name, wording, left_out)
    return [{**card, "source": {"label": said}} for card in cards]


def _whose(pool: Pool) -> str:
    return pool.of_type("Patient")[0].text("id")


def _observed(pool: Pool, shown: Iterable[tuple[Read, Submission]]) -> Iterator[str]:
    """Yield what the sender calls each result that is shown, or its place."""
    ids = {one.place: one.text("id") for one in pool.of_type("Observation")}
    for one, _ in shown:
        yield from (ids.get(part) or part for part in one.sent.parts)


def _left_out(body: Body, read: tuple[Read, ...]) -> Iterator[str]:
    """Yield the places of the entries that are not in any card, or not whole."""
    for fault in (*body.faults, *body.warnings):
        yield "/".join(fault.pointer.split("/")[:_ENTRY])
    for one in read:
        if one.submission is None:
            yield from ("/".join(part.split("/")[:_ENTRY]) for part in one.sent.parts)


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
