"""The keys of one sender: issued and shown once, listed, and closed for good."""

from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.access import keys, senders
from service.access.errors import UnknownSender
from service.access.keys import LABORATORY, ApiKey, NewKey
from service.access.senders import KnownSender
from service.access.users import Role
from service.desk.guard import for_role, stamp
from service.services import services

bp = Blueprint("sender_keys", __name__, url_prefix="/desk/senders/<sender_id>/keys")

_LONGEST_LABEL = 64
_LASTS = timedelta(days=365)


@bp.get("")
@for_role(Role.ADMIN)
def show(sender_id: str) -> ResponseReturnValue:
    """List every key that the sender ever had."""
    return _page(_known(sender_id))


@bp.post("")
@for_role(Role.ADMIN)
def issue(sender_id: str) -> ResponseReturnValue:
    """Issue a key for a year and show it: now, and never again."""
    known = _known(sender_id)
    label = " ".join(request.form.get("label", "").split())
    if not label or len(label) > _LONGEST_LABEL or not label.isprintable():
        return _page(known, refused=True), HTTPStatus.UNPROCESSABLE_ENTITY
    now = stamp()
    new = NewKey(label, LABORATORY, now.at + _LASTS, known.id)
    issued = keys.issue(services().engine, new, now)
    return _page(known, issued), HTTPStatus.CREATED


@bp.post("/<prefix>/revoke")
@for_role(Role.ADMIN)
def revoke(sender_id: str, prefix: str) -> ResponseReturnValue:
    """Close a key of the sender for good, and with it its tokens."""
    known = _known(sender_id)
    if prefix not in {one.prefix for one in _keys_of(known)}:
        abort(HTTPStatus.NOT_FOUND)
    keys.revoke(services().engine, prefix, stamp())
    address = url_for("desk.sender_keys.show", sender_id=known.id)
    return redirect(address, HTTPStatus.SEE_OTHER)


def _known(sender_id: str) -> KnownSender:
    try:
        return senders.by_id(services().engine, sender_id)
    except UnknownSender:
        abort(HTTPStatus.NOT_FOUND)


def _keys_of(known: KnownSender) -> list[ApiKey]:
    found = keys.every_key(services().engine)
    return [one for one in reversed(found) if one.sender == known.id]


def _page(known: KnownSender, issued: str = "", *, refused: bool = False) -> str:
    return render_template(
        "sender_keys.html",
        known=known,
        keys=_keys_of(known),
        issued=issued,
        refused=refused,
        longest=_LONGEST_LABEL,
        now=services().clock(),
        zone=services().settings.time_zone,
    )
