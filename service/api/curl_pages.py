"""``docs/curl.md``: one request for each route, made from the list of routes."""

import re
from collections.abc import Iterator
from pathlib import Path

from service.api.routes import ROUTES, Route

URL = "http://127.0.0.1:8000"
_INTRODUCTION = """\
# One request for each route

Every line is run by a test against a real server. `$KEY` is a key that may do
everything: `plainlab key issue NAME`, and `--scope metrics:read` for the metrics. What
each answer holds is documented at `/openapi.json`, with a viewer at `/docs`."""

_ID = 'import json, sys; print(json.load(sys.stdin)["id"])'
_AUTHORISED = '-H "Authorization: Bearer $KEY"'
_JSON = '-H "Content-Type: application/json"'
_FHIR = '-H "Content-Type: application/fhir+json"'
_LINES = '-H "Content-Type: application/x-ndjson"'

# What a request needs beside its address; what is posted is an example of the tree.
_SENT = {
    "create_interpretation": f"{_AUTHORISED} {_JSON} \\\n  -d @docs/example.json",
    "interpret_batch": f"{_AUTHORISED} {_LINES} \\\n"
    "  --data-binary @docs/example.ndjson",
    "receive_hl7v2": f'{_AUTHORISED} -H "Content-Type: application/hl7-v2" \\\n'
    "  --data-binary @docs/examples/message.hl7",
    **{
        view: f"{_AUTHORISED} {kind} \\\n  -d @docs/examples/{name}.json"
        for view, kind, name in (
            ("fhir_bundle", _FHIR, "bundle"),
            ("fhir_validate", _FHIR, "bundle"),
            ("fhir_observation", _FHIR, "observation"),
            ("fhir_interpret_observation", _FHIR, "observation"),
            ("fhir_report", _FHIR, "report"),
            ("fhir_interpret_report", _FHIR, "report"),
            ("cds_cards", _JSON, "hook"),
            ("cds_feedback", _JSON, "feedback"),
        )
    },
    "issue_token": '-d grant_type=client_credentials \\\n  -d "client_id=$(echo $KEY | '
    'cut -d_ -f2)" -d "client_secret=$(echo $KEY | cut -d_ -f3-)"',
}
_NAMED = {
    "interpretation_id": "$ID",
    "report_id": "$ID",
    "observation_id": "$ID-1",
    "definition_id": "ferritin",
    "analyte_id": "ferritin",
    "service_id": "plainlab-results",
    "name": "docs.css",
}
_BEFORE = {
    "create_interpretation": "ID=$(",
    "sandbox": "# answered with 404 but in a demo\n",
}
_AFTER = {"create_interpretation": f" | python3 -c '{_ID}')"}


def curl_markdown() -> str:
    """Return ``docs/curl.md``; a route that is told of elsewhere is left out."""
    return "\n".join(_markdown()) + "\n"


def is_told_here(route: Route) -> bool:
    """Say whether an example of *route* can be made from what is known here."""
    names = re.findall(r"<(?:\w+:)?(\w+)>", route.rule)
    known = route.method == "GET" or route.view.__name__ in _SENT
    return known and all(name in _NAMED for name in names)


def _markdown() -> Iterator[str]:
    yield _INTRODUCTION
    yield "\n```sh"
    yield "\n\n".join(_line(route) for route in ROUTES if is_told_here(route))
    yield "```"


def _line(route: Route) -> str:
    view = route.view.__name__
    rule = route.rule.replace("$", r"\$")  # of a shell: $interpret is no variable
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: _NAMED[found[1]], rule)
    sent = _SENT.get(view, _AUTHORISED if route.scope else "")
    file = f"-o {Path(path).name} " if path.endswith(".pdf") else ""
    line = f'curl {file}"{URL}{path}" {sent}'.rstrip()
    return f"{_BEFORE.get(view, '')}{line}{_AFTER.get(view, '')}"
