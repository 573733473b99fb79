"""The application: settings, store, catalogue and doors, put together once."""

import re
import secrets
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version

from flask import Flask, Response, g, request

from service import logs
from service.api import answers
from service.api.openapi import document
from service.api.routes import blueprint as api
from service.assembling import now, services_of
from service.desk.blueprint import bp as desk
from service.fhir.capability import capability_statement
from service.services import NAME, services
from service.settings import Settings

MAX_BODY = 1_000_000
"""The largest request body, in bytes."""

# A UUID, other digits of base 16, or a ULID: it is logged, and no name fits in it.
_REQUEST_ID = re.compile(r"[0-9a-fA-F-]{8,64}|[0-9A-HJKMNP-TV-Z]{26}")
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_HSTS = "max-age=31536000; includeSubDomains"


def create_app(settings: Settings, *, clock: Callable[[], datetime] = now) -> Flask:
    """Return the application that *settings* describe.

    Data files or wording that are not fit for use stop the program here, at the
    start, and not at the first patient.

    Raises:
        CatalogueError: a data file is not fit for use.
        WordingError: a wording file is not fit for use.
        SettingsError: the settings name a profile or a locale that is not there.
        DemoRefused: this is a demo and the database is not, or the other way round.
    """
    app = Flask(__name__, static_folder=None)
    _harden(app, settings)
    app.extensions[NAME] = services_of(settings, clock)
    made = document(version("plainlab"), app.extensions[NAME].locales)
    app.extensions["plainlab_openapi"] = made
    app.extensions["plainlab_fhir"] = capability_statement(version("plainlab"))
    app.before_request(_name_request)
    logs.register(app)
    app.after_request(_protect)
    app.register_blueprint(api())
    app.register_blueprint(desk)
    answers.register(app)
    return app


def _harden(app: Flask, settings: Settings) -> None:
    app.config.update(
        DEBUG=settings.debug,
        MAX_CONTENT_LENGTH=MAX_BODY,
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.behind_tls,
        TRUSTED_HOSTS=list(settings.trusted_hosts),
    )


def _name_request() -> None:
    """Give the request an id: the caller's own where it is well formed."""
    sent = request.headers.get("X-Request-ID", "")
    g.request_id = sent if _REQUEST_ID.fullmatch(sent) else secrets.token_hex(16)


def _protect(response: Response) -> Response:
    """Add what a browser must know; what a page says of itself stays."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-ID"] = g.request_id
    if request.is_secure or services().settings.behind_tls:
        response.headers["Strict-Transport-Security"] = _HSTS
    return response
