"""Who may pass: a page is closed unless it says otherwise, a change must be asked for.

A session is looked up on the server each time.  The token against forged requests is
made from the session's own, so that there is nothing more to store or to expire.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

from flask import Response, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Unauthorized

from service.access import sessions
from service.access.audit import Stamp
from service.access.sessions import Lifetimes
from service.access.users import Role, User
from service.services import services

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

FORM_FIELD = "form_token"

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""What a browser may do with our pages: our own styles and pictures, no script."""

_MOST_FIELDS = 10_000  # a form with 200 rows, each field once
_LONGEST_FORM = 1_500_000
_AROUND = 100_000  # what a form needs beside its longest part


def public(view: View) -> View:
    """Mark *view* as open to people who have not signed in."""
    view.is_public = True  # type: ignore[attr-defined]  # a mark on the function
    return view


def for_role(role: Role) -> Callable[[View], View]:
    """Mark a view as open to *role* only."""

    def mark(view: View) -> View:
        view.only_for = role  # type: ignore[attr-defined]  # a mark on the function
        return view

    return mark


def takes(most: int) -> Callable[[View], View]:
    """Mark a view as one that takes a part of *most* bytes: a file, or one sealed."""

    def mark(view: View) -> View:
        view.longest_part = most  # type: ignore[attr-defined]  # a mark on the function
        return view

    return mark


def check() -> ResponseReturnValue | None:
    """Let a request through, or answer it: runs before every view of the desk."""
    request.max_form_parts = _MOST_FIELDS
    request.max_form_memory_size = _LONGEST_FORM
    g.binding = _binding()
    g.user = _user()
    view = current_app.view_functions[request.endpoint or ""]
    if longest := getattr(view, "longest_part", 0):
        request.max_content_length = longest + _AROUND
        request.max_form_memory_size = longest + _AROUND
    if g.user is None and not _is_open(view):
        return _ask_to_sign_in()
    if request.method not in {"GET", "HEAD", "OPTIONS"} and not _asked_for():
        abort(HTTPStatus.BAD_REQUEST, "form_token")
    only_for = getattr(view, "only_for", None)
    if only_for is not None and g.user.role is not only_for:
        abort(HTTPStatus.FORBIDDEN)
    return None


def form_token() -> str:
    """Return what each form of this page must carry to be believed."""
    return _token(g.binding)


def current_user() -> User:
    """Return who is signed in; only for views that are not public."""
    user: User = g.user
    return user


def stamp() -> Stamp:
    """Return who is acting now, for the audit."""
    return Stamp(f"user:{current_user().id}", services().clock())


def protect(response: Response) -> Response:
    """Add what a browser must know: keep nothing, run nothing, tell nobody."""
    headers = response.headers
    headers["Content-Security-Policy"] = POLICY
    headers["Referrer-Policy"] = "no-referrer"
    headers["X-Content-Type-Options"] = "nosniff"
    if request.endpoint != "desk.static":
        headers["Cache-Control"] = "no-store"
    _keep_binding(response)
    return response


def open_session(response: Response, token: str) -> Response:
    """Give the browser its session and take the one it had before."""
    close_session(response)
    _set_cookie(response, services().settings.cookie_name, token)
    return response


def close_session(response: Response) -> Response:
    """End the browser's session, on the server first."""
    token = request.cookies.get(services().settings.cookie_name, "")
    if token:
        sessions.end(services().engine, token, services().clock())
    g.new_binding = None
    response.delete_cookie(
        services().settings.cookie_name,
        secure=services().settings.behind_tls,
        httponly=True,
        samesite="Lax",
    )
    return response


def _is_open(view: object) -> bool:
    return bool(getattr(view, "is_public", False)) or request.endpoint == "desk.static"


def _user() -> User | None:
    token = request.cookies.get(services().settings.cookie_name, "")
    if not token:
        return None
    settings = services().settings
    lifetimes = Lifetimes(settings.session_idle, settings.session_absolute)
    return sessions.find(services().engine, token, lifetimes, services().clock())


def _ask_to_sign_in() -> ResponseReturnValue:
    if request.method == "GET":
        return redirect(url_for("desk.sign_in.show"), HTTPStatus.SEE_OTHER)
    raise Unauthorized


def _binding() -> str:
    """Return the secret that this browser's forms are bound to.

    It is the session's token, and before there is one a cookie of its own.
    """
    settings = services().settings
    g.new_binding = None
    session = request.cookies.get(settings.cookie_name, "")
    if session:
        return session
    before = request.cookies.get(_before_name(), "")
    if before:
        return before
    g.new_binding = secrets.token_urlsafe(32)
    return str(g.new_binding)


def _keep_binding(response: Response) -> None:
    if g.get("new_binding") and request.endpoint != "desk.static":
        _set_cookie(response, _before_name(), g.new_binding)


def _before_name() -> str:
    return f"{services().settings.cookie_name}-form"


def _set_cookie(response: Response, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        secure=services().settings.behind_tls,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def _token(binding: str) -> str:
    key = services().settings.secret_key.encode()
    text = f"form:{binding}".encode()
    return hmac.new(key, text, hashlib.sha256).hexdigest()


def _asked_for() -> bool:
    sent = request.form.get(FORM_FIELD, "")
    return hmac.compare_digest(sent.encode(), form_token().encode())
