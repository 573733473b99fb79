"""The desk: everything that people see in a browser, behind one guard."""

import logging
from decimal import Decimal
from fractions import Fraction
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from reference_ranges.catalogue import Catalogue
from reference_ranges.quantities import exact_text
from reference_ranges.results import Result
from reports.phrasing import unit_shown, unit_words
from reports.whom import whom_words
from reports.wording import Wording, load_wording
from reports.working.readings import plain_units
from service.access.errors import NotAllowed
from service.api.answers import where
from service.desk import (
    entry,
    feeds,
    files,
    guard,
    identities,
    parts,
    results,
    sender_keys,
    senders,
    shown,
    sign_in,
    worklist,
)
from service.desk.sparkline import sparkline
from service.services import services
from service.store.errors import IdentityHeld, KeyInFlight, StoreUnavailable, Superseded

_log = logging.getLogger("plainlab")

bp = Blueprint(
    "desk",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/desk/static",
)
_PARTS = (
    sign_in,
    worklist,
    entry,
    files,
    parts,
    results,
    feeds,
    identities,
    senders,
    sender_keys,
)
for _part in _PARTS:
    bp.register_blueprint(_part.bp)

bp.before_request(guard.check)
bp.after_request(guard.protect)


@bp.get("/")
def home() -> ResponseReturnValue:
    """Lead to the worklist."""
    return redirect(url_for("desk.worklist.show"), HTTPStatus.SEE_OTHER)


@bp.app_template_filter("span")
def _span(span: object, unit: str) -> str:
    return shown.span_text(span, _unit(unit))  # type: ignore[arg-type]  # Jinja has no types


@bp.app_template_filter("unit")
def _unit(unit: str) -> str:
    """Return a unit of the catalogue as people write it."""
    return unit_words(unit, _wording())


@bp.app_template_filter("as_sent")
def _as_sent(result: Result) -> str:
    """Return the unit as it was sent; one that nobody writes as people write it."""
    return unit_shown(result, _wording())


@bp.app_template_filter("also")
def _also(result: Result) -> str:
    return shown.also_text(result, _wording())


@bp.app_template_filter("whom")
def _whom(partition: str) -> str:
    return whom_words(partition, _wording())


def _wording() -> Wording:
    return load_wording(services().settings.locale)


bp.add_app_template_filter(exact_text, "exact")
bp.add_app_template_filter(plain_units, "plain_units")
bp.add_app_template_filter(sparkline, "sparkline")


@bp.app_template_filter("times")
def _times(factor: Fraction) -> str:
    """Return a unit factor in three digits, for people who look for a mix-up."""
    return f"{Decimal(factor.numerator) / factor.denominator:.3g}"


@bp.app_template_filter("pattern_title")
def _pattern_title(catalogue: Catalogue, code: str) -> str:
    titles = {one.id: one.title for one in catalogue.rules.patterns}
    return titles.get(code, "")


@bp.app_template_filter("asked_by")
def _asked_by(catalogue: Catalogue, code: str) -> tuple[str, ...]:
    """Return our tests that would settle the pattern *code*, if it is one."""
    asked = {one.id: one.ask for one in catalogue.rules.patterns}
    return asked.get(code, ())


@bp.app_template_filter("dict")
def _as_dict(params: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return dict(params)


@bp.app_template_filter("without_rules")
def _without_rules(params: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """Leave out the ids of catalogue rows: the working names them."""
    return [(name, text) for name, text in params if name not in _ROWS]


_ROWS = {"leading", "other", "rows"}


@bp.app_template_filter("caution_text")
def _caution_text(code: str) -> str:
    """Return what the patient is told of a caution, if anything."""
    wording = _wording()
    return wording.say(f"cautions.{code}") if wording.has(f"cautions.{code}") else ""


@bp.errorhandler(Exception)
def _refuse(error: Exception) -> ResponseReturnValue:
    """Say what happened; what nobody foresaw is logged, without its message."""
    status = _status_of(error)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("internal error", extra={"error": where(error)})
    return render_template("problem.html", status=status), status


def _status_of(error: Exception) -> HTTPStatus:
    match error:
        case HTTPException():
            return HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
        case StoreUnavailable():
            return HTTPStatus.SERVICE_UNAVAILABLE
        case KeyInFlight() | Superseded() | IdentityHeld():
            return HTTPStatus.CONFLICT
        case NotAllowed():
            return HTTPStatus.FORBIDDEN
    return HTTPStatus.INTERNAL_SERVER_ERROR


@bp.context_processor
def _on_every_page() -> dict[str, object]:
    return {
        "form_token": guard.form_token,
        "clinic": services().settings.letterhead.clinic,
        "demo": services().settings.demo,
    }
