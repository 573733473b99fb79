"""An answer in JSON, its fields in the order in which they are documented."""

from typing import Any

from flask import Response, json


def json_response(document: dict[str, Any], status: int = 200) -> Response:
    """Return *document* as an answer; the same document gives the same bytes."""
    body = json.dumps(document, sort_keys=False, ensure_ascii=False)
    return Response(body, status, mimetype="application/json")
