"""Panels whose record number was another person's, and the way to let them go."""

from http import HTTPStatus

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.access.audit import Action, note
from service.access.users import Role
from service.desk.guard import for_role, stamp
from service.services import services
from service.store import identities
from service.store.errors import UnknownHold
from service.store.feeds import LONGEST_REASON

bp = Blueprint("identities", __name__, url_prefix="/desk/identities")


@bp.get("")
def show() -> ResponseReturnValue:
    """Show each held panel: whose it says it is, beside whose its number was."""
    held = identities.holds(services().engine)
    for one in held:
        note(services().engine, stamp(), Action.READ, one.interpretation)
        note(services().engine, stamp(), Action.READ, one.earlier)
    return render_template(
        "identities.html",
        holds=held,
        longest=LONGEST_REASON,
        zone=services().settings.time_zone,
    )


@bp.post("/<interpretation_id>")
@for_role(Role.CLINICIAN)
def release(interpretation_id: str) -> ResponseReturnValue:
    """Let a panel be reviewed; the reason is kept, with who gave it."""
    reason = request.form.get("reason", "")
    try:
        identities.release(services().engine, interpretation_id, reason, stamp())
    except UnknownHold:
        abort(HTTPStatus.NOT_FOUND)
    except ValueError:
        abort(HTTPStatus.BAD_REQUEST)
    address = url_for("desk.results.show", interpretation_id=interpretation_id)
    return redirect(address, HTTPStatus.SEE_OTHER)
