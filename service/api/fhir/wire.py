"""FHIR over HTTP: media types, what the caller prefers, and refusals as outcomes."""

import hashlib
import re
from http import HTTPStatus

from flask import Response, g, request

from service.api.body import whole_body
from service.api.parameters import idempotency_key
from service.api.security import stamp
from service.fhir.bundle import resource_bytes
from service.fhir.elements import Json
from service.fhir.outcome import outcome_of
from service.intake.fields import shown
from service.problems import Fault, ProblemError
from service.store.idempotency import IdempotencyKey

MEDIA_TYPE = "application/fhir+json"
_JSON = (MEDIA_TYPE, "application/json")
_ONCE = re.compile(r"identifier=([^&]{1,400})")


def body() -> bytes:
    """Return the body, which must be FHIR as JSON and nothing packed.

    Raises:
        ProblemError: ``unsupported_media_type``, or ``not_acceptable`` where nothing
            that we answer would be taken.
    """
    check_accepted()
    if request.mimetype not in _JSON or request.content_encoding:
        raise ProblemError("unsupported_media_type")
    return whole_body()


def check_accepted() -> None:
    """Refuse a caller that takes no FHIR as JSON.

    Raises:
        ProblemError: ``not_acceptable``.
    """
    wanted = request.accept_mimetypes
    if wanted and wanted.best_match(_JSON) is None:
        raise ProblemError("not_acceptable")


def key_of(sent: bytes) -> IdempotencyKey | None:
    """Return the idempotency key of this request, if it has one."""
    key = idempotency_key()
    if key is None:
        return None
    return IdempotencyKey(stamp().actor, key, hashlib.sha256(sent).hexdigest())


def is_lenient() -> bool:
    """Say whether results that cannot be read are to be kept with the reason why."""
    return _prefers("handling=lenient")


def wants_nothing_back() -> bool:
    """Say whether the caller wants no body where all went well."""
    return _prefers("return=minimal")


def once_of(text: str, place: str) -> str:
    """Return the identifier of an ``If-None-Exist``, as ``system|value``; or nothing.

    Raises:
        ProblemError: ``invalid_parameter``: it asks for anything else.
    """
    match = _ONCE.fullmatch(text)
    if text and match is None:
        allowed = ("identifier=system|value",)
        fault = Fault(place, "not_allowed", shown(text), allowed)
        raise ProblemError("invalid_parameter", faults=(fault,))
    return match[1] if match else ""


def name_root(kind: str) -> None:
    """Say of what type the body is: every place in it begins with that."""
    g.fhir_root = kind


def fhir_response(resource: Json, status: int = HTTPStatus.OK) -> Response:
    """Return *resource* as an answer; the same resource gives the same bytes."""
    return Response(resource_bytes(resource), status, content_type=MEDIA_TYPE)


def problem_response(problem: ProblemError) -> Response:
    """Return the OperationOutcome that tells the caller of *problem*."""
    made = fhir_response(
        outcome_of(problem, g.get("fhir_root", "")), problem.type.status
    )
    made.headers.extend(problem.headers)
    return made


def _prefers(what: str) -> bool:
    told = ",".join(request.headers.getlist("Prefer")).replace(";", ",")
    return what in {one.strip().lower() for one in told.split(",")}
