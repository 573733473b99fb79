"""The interface for laboratory systems, version 1."""

import hashlib
import re
from dataclasses import replace
from http import HTTPStatus

from flask import Response, request, url_for

from service.access.audit import Action
from service.api import hl7v2
from service.api.body import whole_body
from service.api.json_answer import json_response
from service.api.parameters import idempotency_key, report_options
from service.api.presenting import explanation_document, interpretation_document
from service.api.security import audited, current_sender, stamp
from service.intake.reading import read_submission
from service.intake.strict_json import read_json
from service.interpreting import Order, accept, answered_before
from service.oru import oru_of
from service.problems import ProblemError
from service.reporting import ReportOptions, explanation
from service.reporting import report_html as draw_html
from service.reporting import report_pdf as draw_pdf
from service.reporting import working_pdf as draw_working
from service.services import services
from service.store.idempotency import IdempotencyKey
from service.store.interpretations import Stored, get

_ID = re.compile(r"[a-z2-7]{26}")
_JSON = "application/json"
_PDF = "application/pdf"


def create_interpretation() -> Response:
    """Interpret a panel and keep it.

    With ``Accept: application/pdf`` the answer is the patient's page.
    """
    options = report_options()
    body = _body()
    key = _key(body)
    before = answered_before(services().engine, key) if key else None
    interpretation_id, replayed = before, before is not None
    if interpretation_id is None:
        submission, corrects = read_submission(
            read_json(body), body, "json", services().door(current_sender())
        )
        saved = accept(services(), Order(submission, corrects or "", key), stamp())
        interpretation_id, replayed = saved.id, saved.replayed
    response = _created(_stored(interpretation_id), options)
    if replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def show_interpretation(interpretation_id: str) -> Response:
    """Return one version of an interpretation."""
    stored = _stored(interpretation_id)
    audited(Action.READ, stored.id)
    return json_response(interpretation_document(stored))


def explain_interpretation(interpretation_id: str) -> Response:
    """Return every statement and printed sentence with what is behind it."""
    options = report_options()
    stored = _stored(interpretation_id)
    audited(Action.READ, stored.id)
    found = explanation(services(), stored, options)
    return json_response(explanation_document(stored, found))


def working_pdf(interpretation_id: str) -> Response:
    """Return the working sheet as PDF: every class, to be checked by hand."""
    options = report_options()
    stored = _stored(interpretation_id)
    audited(Action.DOWNLOAD, stored.id)
    body = draw_working(services(), stored, options)
    return _pdf_response(stored, body, "working")


def oru(interpretation_id: str) -> Response:
    """Return the interpretation as an ORU^R01 message, flags, notes and page."""
    options = report_options()
    stored = _stored(interpretation_id)
    audited(Action.DOWNLOAD, stored.id)
    message = oru_of(services(), stored, options)
    return Response(message.encode(), content_type=f"{hl7v2.TYPES[0]}; charset=utf-8")


def report_pdf(interpretation_id: str) -> Response:
    """Return the patient's page as PDF, drawn again from what is stored."""
    options = report_options()
    stored = _stored(interpretation_id)
    audited(Action.DOWNLOAD, stored.id)
    return _pdf_response(stored, draw_pdf(services(), stored, options))


def report_html(interpretation_id: str) -> Response:
    """Return the patient's page as HTML: the same page as the PDF."""
    options = report_options()
    stored = _stored(interpretation_id)
    audited(Action.DOWNLOAD, stored.id)
    return Response(draw_html(services(), stored, options), mimetype="text/html")


def _body() -> bytes:
    """Return the body, which must be JSON and nothing packed.

    Raises:
        ProblemError: it is declared as something else.
    """
    if request.mimetype != _JSON or request.content_encoding:
        raise ProblemError("unsupported_media_type")
    return whole_body()


def _key(body: bytes) -> IdempotencyKey | None:
    sent = idempotency_key()
    if sent is None:
        return None
    return IdempotencyKey(stamp().actor, sent, hashlib.sha256(body).hexdigest())


def _stored(interpretation_id: str) -> Stored:
    """Return what is stored under an id; malformed and unknown ids are one.

    Raises:
        ProblemError: ``not_found``.
    """
    known = _ID.fullmatch(interpretation_id)
    stored = get(services().engine, interpretation_id) if known else None
    if stored is None:
        raise ProblemError("not_found")
    return stored


def _created(stored: Stored, options: ReportOptions) -> Response:
    """Return the first answer: a repeat gets the same, whatever happened since."""
    first = replace(stored, review=None, superseded_by="", escalated=False)
    if request.accept_mimetypes.best_match([_JSON, _PDF]) == _PDF:
        audited(Action.DOWNLOAD, stored.id)
        response = _pdf_response(first, draw_pdf(services(), first, options))
    else:
        response = json_response(interpretation_document(first))
    response.status_code = HTTPStatus.CREATED
    response.location = url_for("api.show_interpretation", interpretation_id=stored.id)
    return response


def _pdf_response(stored: Stored, body: bytes, name: str = "report") -> Response:
    disposition = f'attachment; filename="{name}-{stored.id}.pdf"'
    return Response(body, mimetype=_PDF, headers={"Content-Disposition": disposition})
