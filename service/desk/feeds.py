"""Senders whose results of a test are held, and the way to let them go again."""

from http import HTTPStatus

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.access.users import Role
from service.desk.guard import for_role, stamp
from service.services import services
from service.store import feeds
from service.store.errors import UnknownHold

bp = Blueprint("feeds", __name__, url_prefix="/desk/feeds")


@bp.get("")
def show() -> ResponseReturnValue:
    """Show what is held, since when and after which panel."""
    engine = services().engine
    return render_template(
        "feeds.html",
        holds=feeds.holds(engine),
        names=feeds.sender_names(engine),
        longest=feeds.LONGEST_REASON,
        catalogue=services().catalogue,
        zone=services().settings.time_zone,
    )


@bp.post("/<int:hold_id>")
@for_role(Role.CLINICIAN)
def release(hold_id: int) -> ResponseReturnValue:
    """Let go what a hold holds; the reason is kept, with who gave it."""
    reason = request.form.get("reason", "")
    try:
        feeds.release(services().engine, hold_id, reason, stamp())
    except UnknownHold:
        abort(HTTPStatus.NOT_FOUND)
    except ValueError:
        abort(HTTPStatus.BAD_REQUEST)
    return redirect(url_for("desk.feeds.show"), HTTPStatus.SEE_OTHER)
