"""Signing in with a password or a link that works once, and signing out."""

from http import HTTPStatus

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.access import signin
from service.access.errors import SignInRefused, TooManyAttempts
from service.access.signin import Credentials
from service.desk.guard import close_session, open_session, public
from service.services import services

bp = Blueprint("sign_in", __name__)


@bp.get("/sign-in")
@public
def show() -> ResponseReturnValue:
    """Ask for name and password."""
    return render_template("sign_in.html")


@bp.post("/sign-in")
@public
def enter() -> ResponseReturnValue:
    """Open a session, or say no in one way whatever was wrong."""
    username = request.form.get("username", "")
    credentials = Credentials(
        username, request.form.get("password", ""), request.remote_addr or ""
    )
    try:
        token = signin.sign_in(services().engine, credentials, services().clock())
    except SignInRefused:
        page = render_template("sign_in.html", refused=True, username=username)
        return page, HTTPStatus.UNAUTHORIZED
    except TooManyAttempts as error:
        wait = max(1, int(error.wait.total_seconds()))
        page = render_template("sign_in.html", wait=wait, username=username)
        return page, HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(wait)}
    return _inside(token)


@bp.get("/sign-in/link/<token>")
@public
def show_link(token: str) -> ResponseReturnValue:
    """Ask once more: opening a link changes nothing, pressing the button does."""
    return render_template("sign_in_link.html", token=token)


@bp.post("/sign-in/link/<token>")
@public
def enter_by_link(token: str) -> ResponseReturnValue:
    """Open a session with a link; the link then opens nothing any more."""
    try:
        session = signin.redeem_link(services().engine, token, services().clock())
    except SignInRefused:
        page = render_template("sign_in.html", link_refused=True)
        return page, HTTPStatus.UNAUTHORIZED
    return _inside(session)


@bp.post("/sign-out")
def leave() -> ResponseReturnValue:
    """End the session."""
    answer = redirect(url_for("desk.sign_in.show"), HTTPStatus.SEE_OTHER)
    return close_session(make_response(answer))


def _inside(token: str) -> ResponseReturnValue:
    answer = redirect(url_for("desk.worklist.show"), HTTPStatus.SEE_OTHER)
    return open_session(make_response(answer), token)
