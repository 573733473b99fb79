"""The FHIR and CDS Hooks operations as the OpenAPI document lists them."""

from collections.abc import Callable, Iterator
from typing import Any

from service.api.fhir.hooks import SERVICE
from service.api.fhir.wire import MEDIA_TYPE
from service.intake.fhir.resources import BUNDLES
from service.problems import PROBLEMS

Described = dict[str, Any]
Operation = tuple[str, str, Described]
Refusals = Callable[..., Described]

_READ = (400, 401, 403, 404, 406, 503)
_WRITE = (400, 401, 403, 406, 409, 413, 415, 422, 503)
_AT_ONCE = (400, 401, 403, 406, 413, 415, 422, 503)
_LOCATION = {
    "Location": {
        "description": "Where the result can be read.",
        "schema": {"type": "string"},
    }
}


def fhir_operations(refusals: Refusals) -> Iterator[Operation]:
    """Yield every operation; *refusals* describes those that answer no outcome."""
    yield from _creating()
    yield from _at_once()
    yield from _reading()
    yield from _hooks(refusals)


def _creating() -> Iterator[Operation]:
    for path, name, kind, summary in (
        ("/fhir", "fhir_bundle", "Bundle", "Interpret the reports of a Bundle."),
        ("/fhir/Observation", "fhir_observation", "Observation", "Interpret a result."),
        (
            "/fhir/DiagnosticReport",
            "fhir_report",
            "DiagnosticReport",
            "Interpret a report that contains its results.",
        ),
    ):
        made = _sending(name, summary, [kind], _WRITE)
        made["parameters"] += _write_parameters(once=kind != "Bundle")
        stored = _answer("Stored.") | {"headers": _LOCATION}
        made["responses"] |= {"200": _answer("Stored before."), "201": stored}
        yield path, "post", made


def _at_once() -> Iterator[Operation]:
    for path, name, kinds, summary in (
        (
            "/fhir/Observation/$interpret",
            "fhir_interpret_observation",
            ["Observation", "Bundle"],
            "Interpret results and keep nothing.",
        ),
        (
            "/fhir/DiagnosticReport/$interpret",
            "fhir_interpret_report",
            ["DiagnosticReport", "Bundle"],
            "Interpret a report and keep nothing.",
        ),
        (
            "/fhir/Bundle/$validate",
            "fhir_validate",
            ["Bundle", "Observation", "DiagnosticReport"],
            "Say what would not be read, and keep nothing.",
        ),
    ):
        made = _sending(name, summary, kinds, _AT_ONCE)
        made["responses"]["200"] = _answer("Done.")
        yield path, "post", made


def _reading() -> Iterator[Operation]:
    for path, name, summary in (
        (
            "/fhir/DiagnosticReport/{report_id}",
            "fhir_show_report",
            "Read a report with the patient's page in it.",
        ),
        (
            "/fhir/Composition/{report_id}/$document",
            "fhir_document",
            "Read a report as a document, as the EU's laboratory report asks.",
        ),
        (
            "/fhir/Observation/{observation_id}",
            "fhir_show_observation",
            "Read one result with what was found of it.",
        ),
        (
            "/fhir/ObservationDefinition",
            "fhir_definitions",
            "List every analyte with its limits.",
        ),
        (
            "/fhir/ObservationDefinition/{definition_id}",
            "fhir_definition",
            "Read one analyte with its limits.",
        ),
    ):
        statuses = _READ if "{" in path else tuple(s for s in _READ if s != 404)  # noqa: PLR2004 - no id, none unknown
        made = _described(name, summary, statuses)
        made["parameters"] = _path_parameters(path)
        made["responses"]["200"] = _answer("Found.")
        yield path, "get", made
    metadata = _described("fhir_metadata", "Say what this server does.", (406,))
    metadata["security"] = []
    metadata["responses"]["200"] = _answer("The CapabilityStatement.")
    yield "/fhir/metadata", "get", metadata


def _hooks(refusals: Refusals) -> Iterator[Operation]:
    services = {
        "operationId": "cds_services",
        "summary": "List the CDS Hooks services.",
        "security": [],
        "parameters": [],
        "responses": {"200": _json("Found.", {"type": "object"})},
    }
    yield "/cds-services", "get", services
    one = "/cds-services/{service_id}"
    statuses = (400, 401, 403, 404, 413, 415, 422, 503)
    more: tuple[int, ...]
    for path, name, summary, schema, more in (
        (one, "cds_cards", "Read cards on a patient's newest results.", _CALL, (412,)),
        (
            f"{one}/feedback",
            "cds_feedback",
            "Say which cards were taken up or set aside.",
            _FEEDBACK,
            (),
        ),
    ):
        made: Described = {
            "operationId": name,
            "summary": summary,
            "security": [{"key": []}],
            "parameters": _path_parameters(path),
            "requestBody": _body({"application/json": {"schema": schema}}),
            "responses": {"200": _json("Done.", {"type": "object"})}
            | refusals(*statuses, *more),
        }
        made["parameters"][0]["schema"]["enum"] = [SERVICE]
        yield path, "post", made


def _sending(
    name: str, summary: str, kinds: list[str], statuses: tuple[int, ...]
) -> Described:
    made = _described(name, summary, statuses)
    schema = _resource(kinds)
    made["requestBody"] = _body(
        {media: {"schema": schema} for media in (MEDIA_TYPE, "application/json")}
    )
    made["parameters"] = [
        _header(
            "Prefer",
            "`handling=lenient` keeps results that cannot be read, with the reason "
            "why; `return=minimal` wants no body back.",
        )
    ]
    return made


def _resource(kinds: list[str]) -> Described:
    """Return the schema of a resource, as far as one is needed to be taken."""
    schema: Described = {
        "type": "object",
        "properties": {"resourceType": {"type": "string", "enum": kinds}},
        "required": ["resourceType"],
    }
    if kinds == ["Bundle"]:
        entry = {"type": "array", "items": {"type": "object"}}
        kind = {"type": "string", "enum": list(BUNDLES)}
        schema["properties"] |= {"type": kind, "entry": entry}
        schema["required"] = ["resourceType", "type"]
    return schema


_CALL = {
    "type": "object",
    "properties": {
        "hook": {"type": "string", "enum": ["patient-view"]},
        "hookInstance": {"type": "string"},
        "context": {"type": "object"},
        "prefetch": {"type": "object"},
    },
    "required": ["hook"],
}
_FEEDBACK = {
    "type": "object",
    "properties": {
        "feedback": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "card": {"type": "string", "format": "uuid"},
                    "outcome": {"type": "string", "enum": ["accepted", "overridden"]},
                },
                "required": ["card", "outcome"],
            },
        }
    },
    "required": ["feedback"],
}


def _described(name: str, summary: str, statuses: tuple[int, ...]) -> Described:
    return {
        "operationId": name,
        "summary": summary,
        "security": [{"key": []}],
        "parameters": [],
        "responses": {str(status): _outcome(status) for status in statuses},
    }


def _outcome(status: int) -> Described:
    codes = [code for code, kind in PROBLEMS.items() if kind.status == status]
    return _answer(", ".join(f"`{code}`" for code in codes))


def _answer(description: str) -> Described:
    schema = {"type": "object", "required": ["resourceType"]}
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}


def _json(description: str, schema: Described) -> Described:
    return {
        "description": description,
        "content": {"application/json": {"schema": schema}},
    }


def _body(content: Described) -> Described:
    return {"required": True, "content": content}


def _write_parameters(*, once: bool) -> list[Described]:
    key = _header("Idempotency-Key", "Makes a repeat harmless: one key, one body.")
    key["schema"]["pattern"] = "^[!-~]{1,255}$"
    asked = _header("If-None-Exist", "`identifier=system|value`: keep it once only.")
    asked["schema"]["pattern"] = "^identifier=[!-%'-~]{1,400}$"
    return [key, asked] if once else [key]


def _header(name: str, description: str) -> Described:
    return {
        "name": name,
        "in": "header",
        "description": description,
        "schema": {"type": "string"},
    }


def _path_parameters(path: str) -> list[Described]:
    if "{" not in path:
        return []
    name = path.partition("{")[2].partition("}")[0]
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
    ]
