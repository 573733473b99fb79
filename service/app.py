"""The application: settings, store, catalogue and doors, put together once."""

import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version

from flask import Flask, Response, g, request

from reference_ranges.loading import load_catalogue, overdue_reviews
from reports.wording import load_wording, locales
from service import logs
from service.api import answers
from service.api.openapi import document
from service.api.routes import blueprint as api
from service.desk.blueprint import bp as desk
from service.services import NAME, Services, services
from service.settings import Settings, SettingsError
from service.store.engine import open_engine
from service.store.instance import require_fit
from service.store.migrate import at_head

MAX_BODY = 1_000_000
"""The largest request body, in bytes."""

_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
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


def _now() -> datetime:
    return datetime.now(UTC)


def create_app(settings: Settings, *, clock: Callable[[], datetime] = _now) -> Flask:
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
    app.before_request(_name_request)
    logs.register(app)
    app.after_request(_protect)
    app.register_blueprint(api())
    app.register_blueprint(desk)
    answers.register(app)
    return app


def services_of(settings: Settings, clock: Callable[[], datetime] = _now) -> Services:
    """Return what every door needs, whoever opens it: a server, or a command.

    Raises:
        CatalogueError, WordingError, SettingsError, DemoRefused: see ``create_app``.
    """
    catalogue = load_catalogue(site=settings.ranges)
    if settings.profile not in catalogue.profiles:
        raise SettingsError("PLAINLAB_PROFILE is not a profile of the catalogue")
    offered = _offered(settings)
    logs.warn_of_reviews(overdue_reviews(catalogue, clock().date()))
    engine = open_engine(settings.database_url, settings.busy_timeout)
    if at_head(engine):
        require_fit(engine, demo=settings.demo)
    return Services(
        settings=settings,
        engine=engine,
        catalogue=catalogue,
        locales=offered,
        clock=clock,
        demo=settings.demo,
    )


def _offered(settings: Settings) -> tuple[str, ...]:
    """Return the locales that the site offers, each with words that are fit for use."""
    offered = settings.locales or locales()
    if unknown := sorted(set(offered) - set(locales())):
        named = ", ".join(unknown)
        raise SettingsError(f"PLAINLAB_LOCALES: there are no words for {named}")
    if settings.locale not in offered:
        raise SettingsError("PLAINLAB_LOCALE is not a locale that is offered")
    for locale in offered:
        load_wording(locale)
    return tuple(sorted(offered))


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
