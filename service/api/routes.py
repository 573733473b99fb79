"""Every route of the machine interface, each with the scope that opens it."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, request

from service.access.keys import Scope
from service.api import (
    batch,
    catalogue_views,
    documentation,
    health,
    hl7v2,
    metrics,
    oauth,
    sandbox,
    v1,
)
from service.api.answers import handle
from service.api.fhir import hooks
from service.api.fhir import views as fhir
from service.api.parameters import PRINTED, REPORT, refuse_unknown
from service.api.security import authorise
from service.problems import ProblemError

NAME = "api"


@dataclass(frozen=True, slots=True)
class Route:
    """A method and an address, the view behind it, and the scope that opens it.

    A scope of None is open to everyone: such a view holds nothing about anybody, or
    asks for a key by itself.
    Query parameters other than ``parameters`` are refused where a key is needed.
    """

    method: str
    rule: str
    view: Callable[..., Response]
    scope: Scope | None
    parameters: tuple[str, ...] = ()


_ALL = "/v1/interpretations"
_ONE = f"{_ALL}/<interpretation_id>"
_FHIR = "/fhir"

ROUTES = (
    Route("POST", _ALL, v1.create_interpretation, Scope.WRITE, PRINTED),
    Route("POST", f"{_ALL}:batch", batch.interpret_batch, Scope.WRITE),
    Route("GET", _ONE, v1.show_interpretation, Scope.READ),
    Route("GET", f"{_ONE}/explain", v1.explain_interpretation, Scope.READ, REPORT),
    Route("GET", f"{_ONE}/working.pdf", v1.working_pdf, Scope.READ, REPORT),
    Route("GET", f"{_ONE}/oru", v1.oru, Scope.READ, REPORT),
    Route("GET", f"{_ONE}/report.pdf", v1.report_pdf, Scope.READ, PRINTED),
    Route("GET", f"{_ONE}/report.html", v1.report_html, Scope.READ, REPORT),
    Route("POST", "/hl7v2", hl7v2.receive_hl7v2, Scope.WRITE),
    Route("GET", "/v1/analytes", catalogue_views.list_analytes, Scope.CATALOGUE),
    Route(
        "GET",
        "/v1/analytes/<analyte_id>",
        catalogue_views.show_analyte,
        Scope.CATALOGUE,
    ),
    Route("GET", "/v1/symptoms", catalogue_views.list_symptoms, Scope.CATALOGUE),
    Route("GET", "/v1/factors", catalogue_views.list_factors, Scope.CATALOGUE),
    Route("POST", "/fhir", fhir.fhir_bundle, Scope.WRITE),
    Route("POST", f"{_FHIR}/Observation", fhir.fhir_observation, Scope.WRITE),
    Route("POST", f"{_FHIR}/DiagnosticReport", fhir.fhir_report, Scope.WRITE),
    Route(
        "POST",
        f"{_FHIR}/Observation/$interpret",
        fhir.fhir_interpret_observation,
        Scope.WRITE,
    ),
    Route(
        "POST",
        f"{_FHIR}/DiagnosticReport/$interpret",
        fhir.fhir_interpret_report,
        Scope.WRITE,
    ),
    Route("POST", f"{_FHIR}/Bundle/$validate", fhir.fhir_validate, Scope.WRITE),
    Route(
        "GET",
        f"{_FHIR}/DiagnosticReport/<report_id>",
        fhir.fhir_show_report,
        Scope.READ,
    ),
    Route(
        "GET",
        f"{_FHIR}/Composition/<report_id>/$document",
        fhir.fhir_document,
        Scope.READ,
    ),
    Route(
        "GET",
        f"{_FHIR}/Observation/<observation_id>",
        fhir.fhir_show_observation,
        Scope.READ,
    ),
    Route(
        "GET",
        f"{_FHIR}/ObservationDefinition",
        fhir.fhir_definitions,
        Scope.CATALOGUE,
    ),
    Route(
        "GET",
        f"{_FHIR}/ObservationDefinition/<definition_id>",
        fhir.fhir_definition,
        Scope.CATALOGUE,
    ),
    Route("GET", f"{_FHIR}/metadata", fhir.fhir_metadata, None),
    Route("GET", "/cds-services", hooks.cds_services, None),
    Route("POST", "/cds-services/<service_id>", hooks.cds_cards, Scope.WRITE),
    Route(
        "POST",
        "/cds-services/<service_id>/feedback",
        hooks.cds_feedback,
        Scope.WRITE,
    ),
    Route("POST", "/oauth/token", oauth.issue_token, None),
    Route(
        "GET",
        "/.well-known/oauth-authorization-server",
        oauth.authorization_server,
        None,
    ),
    Route("GET", "/metrics", metrics.metrics, Scope.METRICS),
    Route("GET", "/sandbox", sandbox.sandbox, None),
    Route("GET", "/openapi.json", documentation.openapi, None),
    Route("GET", "/docs", documentation.docs, None),
    Route("GET", "/docs/problems", documentation.problem_types, None),
    Route("GET", "/docs/static/<name>", documentation.asset, None),
    Route("GET", "/healthz", health.healthz, None),
    Route("GET", "/readyz", health.readyz, None),
)

POLICIES = {f"{NAME}.{route.view.__name__}": route for route in ROUTES}
"""The route of each endpoint; an endpoint that is not here is refused."""


def blueprint() -> Blueprint:
    """Return the machine interface, behind its guard."""
    made = Blueprint(NAME, __name__)
    for route in ROUTES:
        made.add_url_rule(route.rule, view_func=route.view, methods=[route.method])
    made.before_request(guard)
    made.register_error_handler(Exception, handle)
    return made


def guard() -> None:
    """Let the request through, or refuse it before anything of it is read.

    Raises:
        ProblemError: ``unauthenticated``, ``forbidden`` or ``invalid_parameter``.
    """
    route = POLICIES.get(request.endpoint or "")
    if route is None:
        raise ProblemError("forbidden", "This operation is open to nobody.")
    if route.scope is None or request.method == "OPTIONS":
        return
    authorise(route.scope)
    refuse_unknown(route.parameters)
