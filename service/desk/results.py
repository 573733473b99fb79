"""One interpretation: what was found, why, the patient's report, and the review."""

import re
from http import HTTPStatus

from flask import (
    Blueprint,
    Response,
    abort,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from service.access.audit import Action, Deed, deeds, note
from service.access.downloads import names_of_actors, of_replaced
from service.access.users import Role
from service.desk.guard import current_user, for_role, stamp
from service.reporting import (
    PAPERS,
    READERS,
    SIZES,
    ReportOptions,
    corrects_unknown,
    working_sheet,
)
from service.reporting import report_html as draw_html
from service.reporting import report_pdf as draw_pdf
from service.reporting import working_pdf as draw_working
from service.services import services
from service.store import reviews
from service.store.interpretations import Stored, get

bp = Blueprint("results", __name__, url_prefix="/desk/results/<interpretation_id>")

_ID = re.compile(r"[a-z2-7]{26}")


@bp.get("")
def show(interpretation_id: str) -> ResponseReturnValue:
    """Show everything that was found, danger first."""
    stored = _stored(interpretation_id)
    note(services().engine, stamp(), Action.READ, stored.id)
    return render_template(
        "result.html",
        stored=stored,
        catalogue=services().catalogue,
        working=working_sheet(services(), stored, ReportOptions()),
        zone=services().settings.time_zone,
        downloads=of_replaced(services().engine, stored.id),
        unread=_unread(stored),
        corrects_unknown=corrects_unknown(services(), stored),
        readers=_readers(stored),
        names=names_of_actors(services().engine),
    )


@bp.post("/read")
def read_critical(interpretation_id: str) -> ResponseReturnValue:
    """Write down that this person has read what is critical: the report opens now."""
    stored = _stored(interpretation_id)
    if stored.interpretation.critical:
        note(services().engine, stamp(), Action.READ_CRITICAL, stored.id)
    return _to_page(stored, "report")


@bp.get("/report.html")
def report_html(interpretation_id: str) -> ResponseReturnValue:
    """Show the patient's page: the same as the PDF."""
    stored = _stored(interpretation_id)
    if _unread(stored):
        return _to_page(stored, "report")
    note(services().engine, stamp(), Action.DOWNLOAD, stored.id)
    return draw_html(services(), stored, _options())


@bp.get("/report.pdf")
def report_pdf(interpretation_id: str) -> ResponseReturnValue:
    """Hand out the patient's page; the file's name says nothing of the patient."""
    stored = _stored(interpretation_id)
    if _unread(stored):
        return _to_page(stored, "report")
    note(services().engine, stamp(), Action.DOWNLOAD, stored.id)
    body = draw_pdf(services(), stored, _options())
    named = f'attachment; filename="report-{stored.id}.pdf"'
    headers = {"Content-Disposition": named}
    return Response(body, mimetype="application/pdf", headers=headers)


@bp.get("/working.pdf")
def working_pdf(interpretation_id: str) -> ResponseReturnValue:
    """Hand out the working sheet: every class, to be checked by hand."""
    stored = _stored(interpretation_id)
    if _unread(stored):
        return _to_page(stored, "report")
    note(services().engine, stamp(), Action.DOWNLOAD, stored.id)
    body = draw_working(services(), stored, _options())
    headers = {"Content-Disposition": f'attachment; filename="working-{stored.id}.pdf"'}
    return Response(body, mimetype="application/pdf", headers=headers)


@bp.post("/review")
@for_role(Role.CLINICIAN)
def review(interpretation_id: str) -> ResponseReturnValue:
    """Write down that this clinician has looked at it; the first review stands."""
    stored = _stored(interpretation_id)
    reviews.review(services().engine, stored.id, current_user(), services().clock())
    return _to_page(stored)


def _to_page(stored: Stored, place: str | None = None) -> ResponseReturnValue:
    address = url_for("desk.results.show", interpretation_id=stored.id, _anchor=place)
    return redirect(address, HTTPStatus.SEE_OTHER)


def _unread(stored: Stored) -> bool:
    """Say whether it is critical and whoever asks has not said that they read it."""
    if not stored.interpretation.critical:
        return False
    return stamp().actor not in {one.actor for one in _readers(stored)}


def _readers(stored: Stored) -> tuple[Deed, ...]:
    return deeds(services().engine, Action.READ_CRITICAL, (stored.id,))


def _stored(interpretation_id: str) -> Stored:
    """Return what is stored; malformed and unknown ids are answered alike."""
    known = _ID.fullmatch(interpretation_id)
    stored = get(services().engine, interpretation_id) if known else None
    if stored is None:
        abort(HTTPStatus.NOT_FOUND)
    return stored


def _options() -> ReportOptions:
    paper = request.args.get("paper", PAPERS[0])
    size = request.args.get("size", SIZES[0])
    reader = request.args.get("for", READERS[0])
    if paper not in PAPERS or size not in SIZES or reader not in READERS:
        abort(HTTPStatus.BAD_REQUEST)
    return ReportOptions(paper=paper, size=size, reader=reader)
