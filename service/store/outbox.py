"""What webhooks are still to be told: written with the interpretation, or not at all.

Only ids, a version, an urgency and a time go out; whoever may read more follows the
link with a key.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Connection, insert, select

from reference_ranges.results import Urgency
from service.access.ids import new_id
from service.store.tables import delivery, interpretation, webhook


class Event(StrEnum):
    """What a webhook can be told of."""

    COMPLETED = "interpretation.completed"
    CRITICAL = "interpretation.critical"
    SUPERSEDED = "interpretation.superseded"


@dataclass(frozen=True, slots=True)
class News:
    """A new version of an interpretation; ``supersedes`` is the one before, or empty.

    ``root`` is the id of the first version: what is told of one root stays in order.
    """

    id: str
    root: str
    version: int
    urgency: Urgency
    critical: bool
    supersedes: str
    at: datetime


def post(connection: Connection, news: News) -> None:
    """Write down what each webhook is to be told of *news*, in this transaction."""
    hooks = connection.execute(select(webhook).where(webhook.c.removed_at.is_(None)))
    rows = [
        {
            "message": f"msg_{new_id()}",
            "webhook": hook.id,
            "root": news.root,
            "interpretation": news.id,
            "event": event.value,
            "body": _body(connection, event, news),
            "made_at": news.at,
            "state": "pending",
            "attempts": 0,
            "due_at": news.at,
            "answer": "",
        }
        for hook in hooks.all()
        for event in _events(news)
        if event in hook.events.split()
    ]
    if rows:
        connection.execute(insert(delivery), rows)


def _events(news: News) -> Iterator[Event]:
    if news.supersedes:
        yield Event.SUPERSEDED
    yield Event.COMPLETED
    if news.critical:
        yield Event.CRITICAL


def _body(connection: Connection, event: Event, news: News) -> str:
    about: dict[str, str | int] = {
        "id": news.id,
        "version": news.version,
        "urgency": news.urgency.name.lower(),
        "link": f"/v1/interpretations/{news.id}",
    }
    if event is Event.SUPERSEDED:
        about = _before(connection, news)
    told = {
        "type": event.value,
        "timestamp": news.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "data": about,
    }
    return json.dumps(told, separators=(",", ":"))


def _before(connection: Connection, news: News) -> dict[str, str | int]:
    urgency = select(interpretation.c.urgency).where(
        interpretation.c.id == news.supersedes
    )
    return {
        "id": news.supersedes,
        "version": news.version - 1,
        "urgency": Urgency(connection.scalars(urgency).one()).name.lower(),
        "link": f"/v1/interpretations/{news.supersedes}",
        "superseded_by": news.id,
    }
