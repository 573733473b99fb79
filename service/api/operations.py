"""Every operation as the OpenAPI document lists it: one row each."""

import json
from collections.abc import Iterator
from typing import Any

from service.api import batch, catalogue_schemas, hl7v2, schemas
from service.api.fhir.operations import fhir_operations
from service.api.parameters import REPORT
from service.api.routes import POLICIES
from service.intake.schema import SubmissionSchema
from service.problems import PROBLEMS
from service.reporting import ATTACH, PAPERS, READERS, SIZES

_JSON = "application/json"
_NDJSON = batch.MEDIA_TYPES[0]
_PDF = {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}
_TEXT = {"schema": {"type": "string"}}
_HTML = {"text/html": {"schema": {"type": "string"}}}

_EXAMPLE = {
    "patient": {
        "id": "MRN-1",
        "name": "Alex Example",
        "birth_date": "1971-03-04",
        "sex": "female",
        "pregnancy": {"status": "no"},
    },
    "specimen": {"collected_at": "2026-10-05T08:40:00+00:00", "type": "serum"},
    "results": [{"analyte": "ferritin", "value": "9", "unit": "ug/L"}],
    "symptoms": [{"id": "restless_legs", "when": "night"}],
}

_TOKEN_ORDER = {
    "type": "object",
    "required": ["grant_type"],
    "properties": {
        "grant_type": {"type": "string", "enum": ["client_credentials"]},
        "scope": {"type": "string", "description": "By spaces; all if left out."},
        "client_id": {"type": "string", "description": "The key's prefix."},
        "client_secret": {"type": "string", "description": "The key's last part."},
    },
}

Operation = tuple[str, str, dict[str, Any]]


def operations(locales: tuple[str, ...]) -> Iterator[Operation]:
    """Yield path, verb and description of every documented operation."""
    printed = _report_parameters(locales)
    report = printed[: len(REPORT)]
    yield "/v1/interpretations:batch", "post", _batch()
    one = "/v1/interpretations/{interpretation_id}"
    yield "/v1/interpretations", "post", _create(printed)
    yield "/hl7v2", "post", _receive()
    yield _get(
        one,
        "show_interpretation",
        "Read one version of an interpretation.",
        _json(schemas.InterpretationSchema),
    )
    explained = _get(
        f"{one}/explain",
        "explain_interpretation",
        "Read every statement and printed sentence with what is behind it.",
        _json(schemas.ExplanationSchema),
    )
    summary = "Read the working sheet: every class, to be checked by hand."
    sheet = _get(f"{one}/working.pdf", "working_pdf", summary, _PDF)
    for made in (explained, sheet):
        made[2]["parameters"] += report
        yield made
    yield _oru(f"{one}/oru", report)
    for ending, kind, content in (("pdf", "PDF", _PDF), ("html", "HTML", _HTML)):
        summary = f"Read the patient's page as {kind}."
        made = _get(f"{one}/report.{ending}", f"report_{ending}", summary, content)
        made[2]["parameters"] += printed if ending == "pdf" else report
        yield made
    yield from _catalogue()
    yield from fhir_operations(_refusals)
    yield from _health()
    yield from _tokens()
    yield from _sandbox()


def _oru(path: str, report: list[dict[str, Any]]) -> Operation:
    """Describe the interpretation as a message."""
    summary = "Read the interpretation as an HL7 ORU^R01 message."
    made = _get(path, "oru", summary, {hl7v2.TYPES[0]: _TEXT})
    made[2]["description"] = (
        "The results with our flags in OBX-8, what the page says of each as NTE, and "
        "the page as PDF in an OBX of type ED.  OBR-25 is R until a clinician has "
        "reviewed it, then F, or C where it corrects another."
    )
    made[2]["parameters"] += report
    return made


def _receive() -> dict[str, Any]:
    content = dict.fromkeys(hl7v2.TYPES, _TEXT)
    return {
        "operationId": "receive_hl7v2",
        "summary": "Interpret HL7 v2 messages of results, ORU^R01, and keep them.",
        "description": "Each message is acknowledged, in the content type that it came "
        "in: AA is given only for what is stored. See docs/hl7.md.",
        "security": [{"key": []}],
        "requestBody": {"required": True, "content": content},
        "responses": {
            "200": _answer(
                "An acknowledgement for each message: AA, AE or AR.", content
            ),
            "204": {"description": "Stored; the sender asked for no acknowledgement."},
        }
        | _with_text(_refusals(400, 401, 403, 413, 415, 422, 429, 503), content),
    }


def _with_text(refusals: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    """Return *refusals* with an acknowledgement beside, for senders who want both."""
    for status in ("400", "422", "503"):
        refusals[status]["content"] |= content
    return refusals


def _create(report: list[dict[str, Any]]) -> dict[str, Any]:
    created = _answer(
        "Stored. A repeat with the same key is answered the same.",
        _json(schemas.InterpretationSchema) | _PDF,
    )
    created["headers"] = {
        "Location": _header("Where the interpretation can be read."),
        "Idempotent-Replayed": _header("`true` where it was stored before."),
    }
    return {
        "operationId": "create_interpretation",
        "summary": "Interpret a panel and keep it.",
        "description": "With `Accept: application/pdf` the answer is the patient's "
        "page, as the query parameters ask for it.",
        "security": [{"key": []}],
        "parameters": [
            _idempotency_key(),
            *report,
        ],
        "requestBody": {
            "required": True,
            "content": {_JSON: {"schema": SubmissionSchema, "example": _EXAMPLE}},
        },
        "responses": {"201": created}
        | _refusals(400, 401, 403, 409, 413, 415, 422, 429, 503),
    }


def _batch() -> dict[str, Any]:
    lines = {
        "type": "string",
        "description": "One JSON object to a line.",
        "contentMediaType": "application/json",
    }
    example = json.dumps(_EXAMPLE | {"idempotency_key": "order-1"}) + "\n"
    return {
        "operationId": "interpret_batch",
        "summary": "Interpret many panels, one to a line, and keep each.",
        "description": "Each line is a `Submission`, which may hold an "
        "`idempotency_key` beside it; else `Idempotency-Key`, a colon and the number "
        "of the line are its key. Each is answered by a `BatchAnswer` in a line of its "
        "own as soon as it is kept; a line that is refused stops no other. Lines "
        "without an answer were not kept: send them again. At most "
        f"{batch.MAX_LINES} lines of {batch.MAX_LINE} bytes. Read while you send.",
        "security": [{"key": []}],
        "parameters": [_idempotency_key()],
        "requestBody": {
            "required": True,
            "content": {_NDJSON: {"schema": lines, "example": example}},
        },
        "responses": {
            "200": _answer("A line for each line.", {_NDJSON: {"schema": lines}})
        }
        | _refusals(400, 401, 403, 413, 415, 503),
    }


def _idempotency_key() -> dict[str, Any]:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Makes a repeat harmless: one key, one panel.",
        "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
    }


def _catalogue() -> Iterator[Operation]:
    for path, name, summary, schema in (
        (
            "/v1/analytes",
            "list_analytes",
            "List every analyte that is interpreted.",
            catalogue_schemas.AnalytesSchema,
        ),
        (
            "/v1/analytes/{analyte_id}",
            "show_analyte",
            "Read every limit of one analyte, with its source and status.",
            catalogue_schemas.AnalyteSchema,
        ),
        (
            "/v1/symptoms",
            "list_symptoms",
            "List every symptom that can be reported.",
            catalogue_schemas.SymptomsSchema,
        ),
        (
            "/v1/factors",
            "list_factors",
            "List every factor, specimen condition and specimen type.",
            catalogue_schemas.FactorsSchema,
        ),
    ):
        yield _get(path, name, summary, _json(schema))


def _health() -> Iterator[Operation]:
    yield _get(
        "/healthz",
        "healthz",
        "Say that the process lives.",
        _json(schemas.HealthSchema),
    )
    path, verb, ready = _get(
        "/readyz",
        "readyz",
        "Say whether panels can be stored.",
        _json(schemas.ReadinessSchema),
    )
    unready = _answer("Panels cannot be stored.", _json(schemas.ReadinessSchema))
    ready["responses"]["503"] = unready
    yield path, verb, ready
    text = {"text/plain": {"schema": {"type": "string"}}}
    summary = "Read what an operator watches, in the text format of Prometheus."
    yield _get("/metrics", "metrics", summary, text)


def _tokens() -> Iterator[Operation]:
    refused = _json(schemas.TokenRefusalSchema)
    form = {"application/x-www-form-urlencoded": {"schema": _TOKEN_ORDER}}
    yield (
        "/oauth/token",
        "post",
        {
            "operationId": "issue_token",
            "summary": "Exchange a key for a token of at most an hour.",
            "description": "OAuth 2.0 client credentials. The client id is the key's "
            "prefix, the secret its last part; by HTTP Basic or in the form.",
            "security": [],
            "parameters": [],
            "requestBody": {"required": True, "content": form},
            "responses": {
                "200": _answer("Granted.", _json(schemas.TokenSchema)),
                "400": _answer("Refused, by RFC 6749.", refused),
                "401": _answer("No valid client.", refused),
            }
            | _refusals(413, 429, 503),
        },
    )
    yield _get(
        "/.well-known/oauth-authorization-server",
        "authorization_server",
        "Describe the token endpoint.",
        _json(schemas.AuthorizationServerSchema),
    )


def _sandbox() -> Iterator[Operation]:
    summary = "List the magic patients; in a demo only."
    listed = _get("/sandbox", "sandbox", summary, _json(schemas.SandboxSchema))
    listed[2]["responses"] |= _refusals(404)
    yield listed


def _get(path: str, name: str, summary: str, content: dict[str, Any]) -> Operation:
    open_to_all = POLICIES[f"api.{name}"].scope is None
    by_id = "{" in path
    statuses = ([] if open_to_all else [400, 401, 403, 429, 503]) + (
        [404] if by_id else []
    )
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": summary,
        "security": [] if open_to_all else [{"key": []}],
        "parameters": _path_parameters(path),
        "responses": {"200": _answer("Found.", content)} | _refusals(*statuses),
    }
    return path, "get", operation


def _path_parameters(path: str) -> list[dict[str, Any]]:
    if "{" not in path:
        return []
    name = path.partition("{")[2].partition("}")[0]
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
    ]


def _report_parameters(locales: tuple[str, ...]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "query",
            "description": meaning,
            "schema": {"type": "string", "enum": list(choices)},
        }
        for name, choices, meaning in (
            ("locale", locales, "The language; by default the submission's own."),
            ("size", SIZES, "The size of the letters."),
            ("paper", PAPERS, "The size of the sheets."),
            ("attach", ATTACH, "What the PDF holds inside: the results as FHIR R4."),
            ("for", READERS, "Whom the page is written for."),
        )
    ]


def _refusals(*statuses: int) -> dict[str, Any]:
    """Return one problem answer per status, naming the codes it may carry."""
    return {str(status): _refusal(status) for status in statuses}


def _refusal(status: int) -> dict[str, Any]:
    codes = [code for code, kind in PROBLEMS.items() if kind.status == status]
    content = {"application/problem+json": {"schema": schemas.ProblemSchema}}
    return _answer(", ".join(f"`{code}`" for code in codes), content)


def _json(schema: type) -> dict[str, Any]:
    return {_JSON: {"schema": schema}}


def _answer(description: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": content}


def _header(description: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string"}}
