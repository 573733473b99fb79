"""One request for each route, made from the list of routes; docs/ shows them all."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from service.api.routes import ROUTES, Route

ID = "{ID}"
"""Where a path has the id that the answer to the first request gave."""

_JSON, _FHIR = "application/json", "application/fhir+json"
_NAMED = {
    "interpretation_id": ID,
    "report_id": ID,
    "observation_id": f"{ID}-1",
    "definition_id": "ferritin",
    "analyte_id": "ferritin",
    "service_id": "plainlab-results",
    "name": "docs.css",
}


class Sent(NamedTuple):
    """What is posted: a file of docs/, and what it is."""

    type: str
    file: str


_SENT = {
    "create_interpretation": Sent(_JSON, "example.json"),
    "interpret_batch": Sent("application/x-ndjson", "example.ndjson"),
    "receive_hl7v2": Sent("application/hl7-v2", "examples/message.hl7"),
    "fhir_bundle": Sent(_FHIR, "examples/bundle.json"),
    "fhir_validate": Sent(_FHIR, "examples/bundle.json"),
    "fhir_observation": Sent(_FHIR, "examples/observation.json"),
    "fhir_interpret_observation": Sent(_FHIR, "examples/observation.json"),
    "fhir_report": Sent(_FHIR, "examples/report.json"),
    "fhir_interpret_report": Sent(_FHIR, "examples/report.json"),
    "cds_cards": Sent(_JSON, "examples/hook.json"),
    "cds_feedback": Sent(_JSON, "examples/feedback.json"),
}


class Example(NamedTuple):
    """A request of one route; the one for a token sends a form of its own."""

    route: Route
    path: str
    sent: Sent | None

    @property
    def view(self) -> str:
        """The name of the view that answers."""
        return self.route.view.__name__


def example_requests() -> Iterator[Example]:
    """Yield them in the order of the routes, the one that makes an id first.

    A route of which no example can be made from what is known here is left out.
    """
    return (_example(route) for route in ROUTES if _is_known(route))


def _is_known(route: Route) -> bool:
    view = route.view.__name__
    known = route.method == "GET" or view in _SENT or view == "issue_token"
    return known and all(name in _NAMED for name in _names(route))


def _names(route: Route) -> list[str]:
    return re.findall(_NAME, route.rule)


_NAME = r"<(?:\w+:)?(\w+)>"


def _example(route: Route) -> Example:
    path = re.sub(_NAME, lambda found: _NAMED[found[1]], route.rule)
    return Example(route, path, _SENT.get(route.view.__name__))
