"""Refusals as RFC 9457 answers: every error of the service ends here, in one shape."""

import logging
from typing import Any

from flask import Flask, Response, g, json, request
from werkzeug.exceptions import HTTPException

from service.api.fhir.wire import problem_response as outcome_response
from service.api.schemas import ProblemSchema
from service.problems import Fault, ProblemError
from service.services import services
from service.store.errors import (
    KeyInFlight,
    KeyReused,
    OtherPatient,
    StoreUnavailable,
    Superseded,
    UnknownInterpretation,
)

MEDIA_TYPE = "application/problem+json"
_PROBLEM = ProblemSchema()
_log = logging.getLogger("plainlab")

_BY_TYPE: dict[type[Exception], tuple[str, tuple[tuple[str, str], ...]]] = {
    KeyReused: ("idempotency_mismatch", ()),
    KeyInFlight: ("idempotency_in_flight", (("Retry-After", "1"),)),
    Superseded: ("superseded", ()),
    StoreUnavailable: ("unavailable", (("Retry-After", "5"),)),
}
_SERVER_ERRORS = 500
_FHIR = "/fhir"
_BY_STATUS = {
    404: "not_found",
    405: "method_not_allowed",
    413: "payload_too_large",
    415: "unsupported_media_type",
}


def problem_response(problem: ProblemError) -> Response:
    """Return the answer that tells the caller of *problem*."""
    return Response(
        json.dumps(problem_document(problem), sort_keys=False),
        status=problem.type.status,
        headers=list(problem.headers),
        content_type=MEDIA_TYPE,
    )


def problem_document(problem: ProblemError) -> dict[str, Any]:
    """Return *problem* as RFC 9457 writes it."""
    kind = problem.type
    services().measured.note_refusal(problem.code)
    document = {
        "type": f"/docs/problems#{problem.code}",
        "title": kind.title,
        "status": kind.status,
        "detail": problem.detail or kind.meaning,
        "instance": f"urn:request:{g.request_id}",
        "code": problem.code,
        "errors": problem.faults,
    }
    made: dict[str, Any] = _PROBLEM.dump(document)
    return made


_NO_REFERENCE: dict[type[Exception], str] = {
    UnknownInterpretation: "not_a_reference",
    OtherPatient: "other_patient",
}


def problem_of(error: Exception) -> ProblemError:
    """Return *error* as a problem; one that nobody foresaw is ``internal``."""
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, HTTPException):
        return _of_http(error)
    if type(error) in _NO_REFERENCE:
        fault = Fault("/supersedes", _NO_REFERENCE[type(error)])
        return ProblemError("invalid_submission", faults=(fault,))
    code, headers = _BY_TYPE.get(type(error), ("internal", ()))
    return ProblemError(code, headers=headers)


def _of_http(error: HTTPException) -> ProblemError:
    status = error.code or 500
    other = "bad_request" if status < _SERVER_ERRORS else "internal"
    code = _BY_STATUS.get(status, other)
    allow = tuple(
        (name, value) for name, value in error.get_headers() if name == "Allow"
    )
    return ProblemError(code, headers=allow)


def handle(error: Exception) -> Response:
    """Answer *error*; what nobody foresaw is logged by its type and place alone.

    The message and the values are left out of the log: they may hold a patient's.
    """
    problem = problem_of(error)
    if problem.code == "internal":
        _log.error("internal error", extra={"error": where(error)})
    if request.path == _FHIR or request.path.startswith(f"{_FHIR}/"):
        return outcome_response(problem)
    return problem_response(problem)


def where(error: BaseException) -> str:
    """Return the type of *error* and the line it was raised on, without its message."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = (
        ""
        if trace is None
        else f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}"
    )
    return f"{type(error).__name__} {place}".strip()


def register(app: Flask) -> None:
    """Send every error of *app* through ``handle``."""
    app.register_error_handler(Exception, handle)
