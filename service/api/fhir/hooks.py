"""CDS Hooks 2.0: cards on a patient's newest results, where the record is open."""

import uuid
from typing import Any

from flask import Response, request

from reference_ranges.interpretation import interpret
from reports.wording import load_wording
from service.access.audit import Action
from service.api.body import whole_body
from service.api.fhir.receiving import Read, read_pooled
from service.api.json_answer import json_response
from service.api.security import audited
from service.fhir.cards import cards_of
from service.fhir.elements import Json
from service.intake.fhir.element import Element
from service.intake.fhir.resources import Pool, pool_from
from service.intake.reading import MOST_FAULTS
from service.intake.strict_json import read_json
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
_DAY = len("2026-11-20")


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
    for name in ("context", "prefetch"):
        sent.one(name)
    sent.text("hookInstance")
    _refuse(sent.faults)
    pool = _pool(sent.one("prefetch"))
    read = read_pooled(pool, b"", ("Bundle",))[1] if _has_results(pool) else ()
    return json_response(
        {"cards": [card for one in _newest(read) for card in _cards(one)]}
    )


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


def _pool(prefetch: Element) -> Pool:
    """Return patient and laboratory results as one Bundle.

    Raises:
        ProblemError: ``prefetch_missing``: either is not there, or is no such thing.
    """
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
    entries = prefetch.one("labs").many("entry")
    whole = [{"resource": patient}, *(one.value for one in entries)]
    return pool_from({"resourceType": "Bundle", "type": "searchset", "entry": whole})


def _has_results(pool: Pool) -> bool:
    return bool(pool.of_type("Observation", "DiagnosticReport"))


def _newest(read: tuple[Read, ...]) -> list[Read]:
    """Return the documents of the newest day; those without a day, if none has one."""
    days = {id(one): _day(one) for one in read}
    newest = max(days.values(), default="")
    return [one for one in read if one.submission and days[id(one)] == newest]


def _day(one: Read) -> str:
    told: dict[str, Any] = one.sent.document["specimen"]
    day: str = told.get("collected_on", "") or told.get("collected_at", "")
    return day[:_DAY]


def _cards(one: Read) -> list[Json]:
    submission = one.submission
    if submission is None:
        return []
    made = interpret(submission.panel, services().catalogue)
    return cards_of(made, "/".join(one.sent.parts), load_wording(submission.locale))


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
