"""Senders as administrators set them up: who sends, in which words and which zone."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.access import senders
from service.access.errors import (
    SenderChanged,
    SenderNameTaken,
    SetupRefused,
    UnknownSender,
)
from service.access.senders import KnownSender
from service.access.setups import Setup, require_fit, small, zones
from service.access.users import Role
from service.desk.guard import for_role, stamp
from service.desk.shown import Complaint, visible
from service.problems import FAULTS, Fault
from service.services import services

bp = Blueprint("senders", __name__, url_prefix="/desk/senders")

_SPARE_ROWS = 3
_PLAIN = ("name", "laboratory", "zone", "profile", "locale")
_LABELS = {
    "name": "Name",
    "laboratory": "Laboratory",
    "zone": "Time zone",
    "profile": "Limits",
    "locale": "Language",
    "aliases": "Codes",
    "units": "Units",
}


@bp.get("")
@for_role(Role.ADMIN)
def show() -> ResponseReturnValue:
    """List all senders."""
    return render_template(
        "senders.html",
        senders=senders.every_sender(services().engine),
        zone=services().settings.time_zone,
    )


@bp.get("/new")
@for_role(Role.ADMIN)
def new() -> ResponseReturnValue:
    """Show the blank form."""
    return _page(Setup(""), None)


@bp.post("/new")
@for_role(Role.ADMIN)
def add() -> ResponseReturnValue:
    """Add a sender, or say what is wrong with it."""
    return _keep(None)


@bp.get("/<sender_id>")
@for_role(Role.ADMIN)
def edit(sender_id: str) -> ResponseReturnValue:
    """Show how a sender is set up, and every state that it was in."""
    known = _known(sender_id)
    return _page(known.setup, known)


@bp.post("/<sender_id>")
@for_role(Role.ADMIN)
def change(sender_id: str) -> ResponseReturnValue:
    """Set a sender up anew, or say what is wrong with it."""
    return _keep(_known(sender_id))


def _known(sender_id: str) -> KnownSender:
    try:
        return senders.by_id(services().engine, sender_id)
    except UnknownSender:
        abort(HTTPStatus.NOT_FOUND)


def _keep(known: KnownSender | None) -> ResponseReturnValue:
    """Keep what was typed; what cannot be kept is shown again as it was typed."""
    typed, twice = _typed()
    try:
        _store(known, typed, twice)
    except SetupRefused as refused:
        return _page(typed, known, tuple(map(_complaint, refused.faults)))
    except SenderNameTaken:
        taken = Complaint("name", "Name", "", "There is a sender of this name.", ())
        return _page(typed, known, (taken,))
    except SenderChanged:
        return _page(typed, known, (_MEANWHILE,))
    return redirect(url_for("desk.senders.show"), HTTPStatus.SEE_OTHER)


def _store(known: KnownSender | None, typed: Setup, twice: tuple[Fault, ...]) -> None:
    """Store what was typed, if all of it can be and nobody was faster."""
    if twice:
        raise SetupRefused(twice)
    app = services()
    require_fit(typed, app.catalogue, app.locales)
    if known is None:
        senders.add(app.engine, typed, stamp())
        return
    sent = request.form.get("version", "")
    if sent != str(known.version):
        raise SenderChanged("somebody has changed this sender meanwhile")
    if typed != known.setup:
        senders.change(app.engine, known, typed, stamp())


_MEANWHILE = Complaint(
    "name",
    "The form",
    "",
    "Somebody has changed this sender meanwhile. Compare with its history below, then "
    "save again.",
    (),
)


def _typed() -> tuple[Setup, tuple[Fault, ...]]:
    """Return what was typed, and a fault for each code or unit that is there twice."""
    form = request.form
    aliases = [(small(code), analyte) for code, analyte in _rows("code", "analyte")]
    units = [(text.strip(), unit) for text, unit in _rows("spelling", "unit")]
    texts: dict[str, Any] = {name: form.get(name, "").strip() for name in _PLAIN}
    setup = Setup(
        **texts,
        decimal_comma="decimal_comma" in form,
        hl7_errors="hl7_errors" in form,
        aliases=dict(aliases),
        units=dict(units),
    )
    return setup, (*_twice("aliases", aliases), *_twice("units", units))


def _rows(word: str, means: str) -> list[tuple[str, str]]:
    """Return the rows of a table of the form; one without its first cell is none."""
    rows = zip(request.form.getlist(word), request.form.getlist(means), strict=False)
    return [(text, what) for text, what in rows if text.strip()]


def _twice(part: str, rows: list[tuple[str, str]]) -> tuple[Fault, ...]:
    words = [word for word, _ in rows]
    twice = sorted({word for word in words if words.count(word) > 1})
    return tuple(Fault(f"{part}/{word}", "duplicate", word) for word in twice)


def _complaint(fault: Fault) -> Complaint:
    part, _, code = fault.pointer.partition("/")
    received = visible(code or fault.received)
    return Complaint(part, _LABELS[part], received, FAULTS[fault.code], ())


def _page(
    setup: Setup, known: KnownSender | None, complaints: tuple[Complaint, ...] = ()
) -> ResponseReturnValue:
    app = services()
    analytes = app.catalogue.analytes.values()
    page = render_template(
        "sender.html",
        setup=setup,
        known=known,
        complaints=complaints,
        wrong={one.field for one in complaints},
        history=senders.versions(app.engine, known.id) if known else (),
        rows=[*setup.aliases.items(), *[("", "")] * _SPARE_ROWS],
        spellings=[*setup.units.items(), *[("", "")] * _SPARE_ROWS],
        units=sorted({(name, name) for one in analytes for name in one.units}),
        analytes=sorted((one.name, one.id) for one in analytes),
        profiles=sorted(app.catalogue.profiles),
        locales=app.locales,
        zones=zones(),
        zone=app.settings.time_zone,
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if complaints else HTTPStatus.OK
