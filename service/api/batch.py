"""Many submissions in one request, one to a line, answered line by line."""

import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from itertools import count
from typing import IO, Any

from flask import Response, request, stream_with_context
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from service.access.audit import Stamp
from service.api.answers import problem_document, problem_of, where
from service.api.parameters import idempotency_key, require_key
from service.api.security import current_sender, stamp
from service.intake.files.lines import TextLine, lines_of
from service.intake.reading import read_submission
from service.intake.sender import Sender
from service.intake.strict_json import read_json
from service.interpreting import Order, accept, answered_before
from service.problems import Fault, ProblemError
from service.services import Services, services
from service.store.idempotency import IdempotencyKey

MEDIA_TYPES = ("application/x-ndjson", "application/ndjson")
MAX_LINE = 1_000_000
"""The longest line, in bytes: that of a single submission."""

MAX_LINES = 10_000
"""The most lines of one request."""

MAX_BATCH = 1_000_000_000
"""The largest request, in bytes; only a line of it is ever held."""

_MOST_ERRORS = 20
_log = logging.getLogger("plainlab")


@dataclass(frozen=True, slots=True)
class _Sending:
    """Who sends the lines, by which key their repeats are known, and how they write."""

    app: Services
    stamp: Stamp
    sender: Sender
    key: str | None


def interpret_batch() -> Response:
    """Interpret each line and keep it; answer each as soon as it is kept.

    The lines do not know of each other: one that is refused stops no other.
    """
    if request.mimetype not in MEDIA_TYPES or request.content_encoding:
        raise ProblemError("unsupported_media_type")
    request.max_content_length = MAX_BATCH
    sending = _Sending(services(), stamp(), current_sender(), idempotency_key())
    answers = stream_with_context(_answers(sending))
    return Response(answers, mimetype=MEDIA_TYPES[0])


def _answers(sending: _Sending) -> Iterator[bytes]:
    """Yield one line of answer for each line that was sent.

    Where the store cannot be reached this ends: what has no answer was not kept.
    """
    for answer in _each(sending):
        yield json.dumps(answer, ensure_ascii=False).encode() + b"\n"
        if answer["status"] == HTTPStatus.SERVICE_UNAVAILABLE:
            return


def _each(sending: _Sending) -> Iterator[dict[str, Any]]:
    asked, last = 0, 0
    try:
        for line in lines_of(_reader(), MAX_LINE):
            asked, last = asked + 1, line.number
            if asked > MAX_LINES:
                yield _refused(line.number, _too_many())
                return
            yield _answer(line, sending)
    except HTTPException as error:  # the body is too large, or broke off
        yield _refused(last + 1, problem_of(error))


def _reader() -> Callable[[int], bytes]:
    """Return what reads the body, so that no line waits for those after it.

    The server gives a piece only once the whole of it is there.  Where the sender does
    not say how much will come, it may wait for an answer before it sends more: then
    each line is read to its end and no further.
    """
    if request.content_length is not None:
        return request.stream.read
    return partial(_to_line_end, request.environ["wsgi.input"], count())


def _to_line_end(body: IO[bytes], pieces: Iterator[int], most: int) -> bytes:
    if next(pieces) > MAX_BATCH // most:
        raise RequestEntityTooLarge
    piece = bytearray()
    while len(piece) < most and not piece.endswith(b"\n"):
        byte = body.read(1)
        if not byte:
            break
        piece += byte
    return bytes(piece)


def _answer(line: TextLine, sending: _Sending) -> dict[str, Any]:
    try:
        return _kept(line, sending)
    except Exception as error:  # noqa: BLE001 - one line must not stop the others
        problem = problem_of(error)
        if problem.code == "internal":
            _log.error("internal error", extra={"error": where(error)})
        return _refused(line.number, problem)


def _kept(line: TextLine, sending: _Sending) -> dict[str, Any]:
    if line.too_long:
        raise ProblemError("payload_too_large", f"At most {MAX_LINE} bytes a line.")
    document = read_json(line.body)
    key = _key(document, line, sending)
    app = sending.app
    before = answered_before(app.engine, key) if key else None
    if before is not None:
        return _stored(line, before, replayed=True)
    door = app.door(sending.sender)
    submission, corrects = read_submission(document, line.body, "json", door)
    saved = accept(app, Order(submission, corrects or "", key), sending.stamp)
    return _stored(line, saved.id, replayed=saved.replayed)


def _key(document: object, line: TextLine, sending: _Sending) -> IdempotencyKey | None:
    """Return the line's own key, else the request's with the number of the line.

    The line's own is taken out of *document*, which does not know it.
    """
    own = document.pop("idempotency_key", None) if isinstance(document, dict) else None
    if own is not None:
        key = require_key(own, "/idempotency_key")
    elif sending.key is None:
        return None
    else:
        key = f"{sending.key}:{line.number}"
    digest = hashlib.sha256(line.body).hexdigest()
    return IdempotencyKey(sending.stamp.actor, key, digest)


def _stored(line: TextLine, made: str, *, replayed: bool) -> dict[str, Any]:
    answer = {"line": line.number, "status": int(HTTPStatus.CREATED), "id": made}
    return answer | ({"replayed": True} if replayed else {})


def _refused(number: int, problem: ProblemError) -> dict[str, Any]:
    told = problem_document(problem)
    told["errors"] = told["errors"][:_MOST_ERRORS]
    return {"line": number, "status": problem.type.status, "problem": told}


def _too_many() -> ProblemError:
    fault = Fault("", "too_long", allowed=(f"at most {MAX_LINES} lines",))
    return ProblemError("payload_too_large", "Send the rest again.", faults=(fault,))
