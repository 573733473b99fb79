"""Whether the process lives, and whether it can do its work."""

from flask import Response

from service.api.json_answer import json_response
from service.services import services
from service.store.engine import write_probe
from service.store.errors import StoreUnavailable
from service.store.migrate import at_head


def healthz() -> Response:
    """Answer: the process lives, whatever else is wrong."""
    return json_response({"status": "ok"})


def readyz() -> Response:
    """Say whether panels can be stored and by which catalogue they are read."""
    reasons = _reasons()
    document = {
        "status": "unready" if reasons else "ready",
        "reasons": reasons,
        "catalogue": services().catalogue.version,
    }
    return json_response(document, 503 if reasons else 200)


def _reasons() -> list[str]:
    engine = services().engine
    try:
        if not at_head(engine):
            return ["migrations_lag"]
        write_probe(engine)
    except StoreUnavailable:
        return ["store_unwritable"]
    return []
