"""Logs as JSON lines that hold no patient: a closed list of facts, and nothing else.

A request is logged by its route, never by its path or query; an error by its type
and place, never by its message.
"""

import json
import logging
import time
from collections.abc import Iterable
from datetime import UTC, datetime

from flask import Flask, Response, g, request

from service.services import services

LOGGER = "plainlab"
FACTS = (
    "request_id",
    "actor",
    "method",
    "route",
    "status",
    "milliseconds",
    "error",
    "file",
    "object",
)
"""Everything that a line may say beside time, level and event."""


class JsonLines(logging.Formatter):
    """One JSON object per line, of the allowed facts only; tracebacks are left out."""

    def format(self, record: logging.LogRecord) -> str:
        """Return *record* as one line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        told = {fact: getattr(record, fact) for fact in FACTS if hasattr(record, fact)}
        return json.dumps(line | told)


def warn_of_reviews(files: Iterable[str]) -> None:
    """Log each data file whose next review lies in the past."""
    for file in files:
        logger().warning("review_overdue", extra={"file": file})


def register(app: Flask) -> None:
    """Log and count every request of *app*, after it was answered."""
    logger()
    app.before_request(_start)
    app.after_request(_log)


def logger() -> logging.Logger:
    """Return the logger of the service, which writes such lines to standard error."""
    logger = logging.getLogger(LOGGER)
    logger.setLevel(logging.INFO)
    if not logger.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(JsonLines())
        logger.addHandler(handler)
    return logger


def _start() -> None:
    g.started = time.monotonic()


def _log(response: Response) -> Response:
    key, user = g.get("api_key"), g.get("user")
    actor = f"key:{key.prefix}" if key else f"user:{user.id}" if user else ""
    route, seconds = str(request.url_rule or ""), time.monotonic() - g.started
    facts = {
        "request_id": g.request_id,
        "actor": actor,
        "method": request.method,
        "route": route,
        "status": response.status_code,
        "milliseconds": round(seconds * 1000),
    }
    logging.getLogger(LOGGER).info("request", extra=facts)
    services().measured.note(request.method, route, response.status_code, seconds)
    return response
