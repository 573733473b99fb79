"""``/metrics``: what an operator watches; nothing in it is about anybody.

What counts for the whole service is read from the store at each scrape, so it is the
same whichever worker answers; what one worker counts carries its process id.
"""

from datetime import datetime
from importlib.metadata import version

from flask import Response
from sqlalchemy import func, select

from service.measuring import Metric, exposition
from service.services import services
from service.store import feeds, identities
from service.store.engine import reading
from service.store.escalations import unacknowledged
from service.store.tables import interpretation
from service.webhooks.courier import backlog

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def metrics() -> Response:
    """Return all metrics in the text format of Prometheus."""
    found = (*_of_the_store(), *services().measured.metrics())
    return Response(exposition(found), content_type=MEDIA_TYPE)


def _of_the_store() -> tuple[Metric, ...]:
    app, now = services(), services().clock()
    with reading(app.engine) as connection:
        stored = connection.scalar(select(func.max(interpretation.c.sequence))) or 0
        waiting = unacknowledged(connection)
        behind = backlog(connection)
    held = len(feeds.holds(app.engine))
    strangers = identities.count_holds(app.engine)
    return (
        _build(),
        _one(
            "interpretations_total", stored, "Interpretations ever stored.", "counter"
        ),
        _one("critical_unacknowledged", waiting.waiting, "Criticals without a review."),
        _one(
            "critical_oldest_seconds",
            _age(waiting.oldest, now),
            "Age of the oldest critical without a review; 0 where there is none.",
        ),
        _one("critical_escalated", waiting.escalated, "Of these, those escalated."),
        _one("webhooks_waiting", behind.waiting, "Messages that are still to be told."),
        _one(
            "webhooks_oldest_seconds",
            _age(behind.oldest, now),
            "Age of the oldest of them; 0 where there is none.",
        ),
        _one("webhooks_dead", behind.dead, "Messages that were given up."),
        _one("feeds_held", held, "Tests of senders that are held."),
        _one("identities_held", strangers, "Panels held for whose they are."),
    )


def _build() -> Metric:
    labels = (
        ("version", version("plainlab")),
        ("catalogue", services().catalogue.version),
        ("demo", str(services().demo).lower()),
    )
    text = "What runs: its version and its catalogue."
    return Metric("plainlab_build_info", "gauge", text, (("", labels, 1),))


def _one(name: str, number: float, text: str, kind: str = "gauge") -> Metric:
    return Metric(f"plainlab_{name}", kind, text, (("", (), number),))


def _age(since: datetime | None, now: datetime) -> float:
    return 0 if since is None else max(0.0, (now - since).total_seconds())
