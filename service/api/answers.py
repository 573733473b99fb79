"""Refusals as RFC 9457 answers: every error of the service ends here, in one shape."""

import logging

from flask import Flask, Response, g, json, url_for
from werkzeug.exceptions import HTTPException

from service.api.schemas import ProblemSchema
from service.problems import Fault, ProblemError
from service.store.errors import (
    KeyInFlight,
    KeyReused,
    StoreUnavailable,
    Superseded,
    UnknownInterpretation,
)

MEDIA_TYPE = "application/problem+json"
_RETRY = (("Retry-After", "1"),)
_log = logging.getLogger("plainlab")

_BY_STATUS = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "payload_too_large",
    415: "unsupported_media_type",
}


def problem_response(problem: ProblemError) -> Response:
    """Return the answer that tells the caller of *problem*."""
    kind = problem.type
    document = {
        "type": url_for("api.problem_types", _anchor=problem.code),
        "title": kind.title,
        "status": kind.status,
        "detail": problem.detail or kind.meaning,
        "instance": f"urn:request:{g.request_id}",
        "code": problem.code,
        "errors": problem.faults,
    }
    return Response(
        json.dumps(ProblemSchema().dump(document)),
        status=kind.status,
        headers=list(problem.headers),
        content_type=MEDIA_TYPE,
    )


def problem_of(error: Exception) -> ProblemError:
    """Return *error* as a problem; one that nobody foresaw is ``internal``."""
    match error:
        case ProblemError():
            return error
        case KeyReused():
            return ProblemError("idempotency_mismatch")
        case KeyInFlight():
            return ProblemError("idempotency_in_flight", headers=_RETRY)
        case Superseded():
            return ProblemError("superseded")
        case UnknownInterpretation():
            fault = Fault("/supersedes", "not_a_reference")
            return ProblemError("invalid_submission", faults=(fault,))
        case StoreUnavailable():
            return ProblemError("unavailable", headers=(("Retry-After", "5"),))
        case HTTPException():
            return _of_http(error)
    return ProblemError("internal")


def _of_http(error: HTTPException) -> ProblemError:
    code = _BY_STATUS.get(error.code or 500)
    if code is None:
        return ProblemError("internal")
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
    return problem_response(problem)


def where(error: BaseException) -> str:
    """Return the type of *error* and the line it was raised on, without its message."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "" if trace is None else f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}"
    return f"{type(error).__name__} {place}".strip()


def register(app: Flask) -> None:
    """Send every error of *app* through ``handle``."""
    app.register_error_handler(Exception, handle)
