"""The door for HL7 version 2 messages over HTTP."""

from collections.abc import Sequence

from flask import Response, request

from service.api.body import whole_body
from service.api.security import current_sender, stamp
from service.intake.hl7.reading import Answer
from service.problems import ProblemError
from service.receiving import Acknowledged, Arrival, receive
from service.services import services

TYPES = (
    "application/hl7-v2",
    "application/hl7-v2+er7",
    "x-application/hl7-v2+er7",
    "application/edi-hl7v2",
    "text/plain",
)
"""The content types that messages come in; the answer has the same."""

_OK, _NO_CONTENT, _BAD, _UNPROCESSABLE, _UNAVAILABLE = 200, 204, 400, 422, 503
_STATUS = {
    Answer.ACCEPTED: _OK,
    Answer.ERROR: _UNPROCESSABLE,
    Answer.REJECTED: _BAD,
}
_PASSING = ("unavailable", "idempotency_in_flight")


def receive_hl7v2() -> Response:
    """Take messages of results, ORU^R01, and acknowledge each of them.

    The status is 200 wherever the body holds an acknowledgement, unless the sender
    was set up to have errors as HTTP errors, too.  What could not be stored is 503 in
    any case: whoever looks at no more than the status must send it again.
    """
    if request.mimetype not in TYPES or request.content_encoding:
        raise ProblemError("unsupported_media_type")
    sender = current_sender()
    charset = request.mimetype_params.get("charset", "")
    body = whole_body()
    arrival = Arrival(stamp(), charset)
    answers = receive(services(), body, services().door(sender), arrival)
    text = "".join(one.text for one in answers)
    failed = any(one.failure in _PASSING for one in answers)
    plain = text and not sender.hl7_errors and not failed
    response = Response(
        text.encode(),
        _OK if plain else _status(answers),
        content_type=f"{request.mimetype}; charset=utf-8",
    )
    if failed:
        response.headers["Retry-After"] = "5"
    return response


def _status(answers: Sequence[Acknowledged]) -> int:
    """Return the status that says the worst of all answers."""
    worst = max(
        _UNAVAILABLE if one.failure in _PASSING else _STATUS[one.answer]
        for one in answers
    )
    wanted = any(one.text for one in answers)
    return _NO_CONTENT if worst == _OK and not wanted else worst
