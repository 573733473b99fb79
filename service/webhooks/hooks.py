"""Which systems are told of what, and what could not be told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, insert, select, update

from service.access.audit import Action, Stamp, record
from service.access.errors import UnknownWebhook
from service.access.ids import new_id
from service.store.engine import reading, writing
from service.store.outbox import Event
from service.store.tables import delivery, webhook
from service.webhooks.addresses import target_of


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where to tell, and of what."""

    id: str
    url: str
    events: frozenset[Event]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Dead:
    """A message that was given up; ``answer`` says what went wrong the last time."""

    message: str
    url: str
    event: Event
    made_at: datetime
    attempts: int
    answer: str


def add(engine: Engine, url: str, events: Iterable[Event], stamp: Stamp) -> Webhook:
    """Tell *url* of *events* from now on.

    Raises:
        AddressRefused: it is not an address that can be told.
        StoreUnavailable: nothing was stored.
    """
    target_of(url)
    made = Webhook(new_id(), url, frozenset(events), stamp.at)
    row = {
        "id": made.id,
        "url": url,
        "events": " ".join(sorted(made.events)),
        "created_at": stamp.at,
    }
    with writing(engine) as connection:
        connection.execute(insert(webhook).values(row))
        record(connection, stamp, Action.ADD_WEBHOOK, made.id)
    return made


def every_webhook(engine: Engine) -> tuple[Webhook, ...]:
    """Return all that are told, oldest first."""
    wanted = select(webhook).where(webhook.c.removed_at.is_(None))
    with reading(engine) as connection:
        rows = connection.execute(wanted.order_by(webhook.c.created_at, webhook.c.id))
        return tuple(
            Webhook(
                row.id,
                row.url,
                frozenset(Event(one) for one in row.events.split()),
                row.created_at,
            )
            for row in rows
        )


def remove(engine: Engine, webhook_id: str, stamp: Stamp) -> None:
    """Tell it nothing any more; what it was still to be told is given up.

    Raises:
        UnknownWebhook: there is none with this id.
    """
    known = (webhook.c.id == webhook_id) & webhook.c.removed_at.is_(None)
    waiting = (delivery.c.webhook == webhook_id) & (delivery.c.state == "pending")
    with writing(engine) as connection:
        done = connection.execute(
            update(webhook).where(known).values(removed_at=stamp.at)
        )
        if done.rowcount == 0:
            raise UnknownWebhook("there is no such webhook")
        connection.execute(
            update(delivery).where(waiting).values(state="dead", answer="removed")
        )
        record(connection, stamp, Action.REMOVE_WEBHOOK, webhook_id)


def dead(engine: Engine) -> tuple[Dead, ...]:
    """Return the messages that were given up, oldest first, of webhooks that stand."""
    wanted = (
        select(delivery, webhook.c.url)
        .join(webhook, webhook.c.id == delivery.c.webhook)
        .where(delivery.c.state == "dead", webhook.c.removed_at.is_(None))
        .order_by(delivery.c.id)
    )
    with reading(engine) as connection:
        return tuple(
            Dead(
                row.message,
                row.url,
                Event(row.event),
                row.made_at,
                row.attempts,
                row.answer,
            )
            for row in connection.execute(wanted)
        )


def replay(engine: Engine, message: str, stamp: Stamp) -> None:
    """Send *message* again, with the same id, as often as if it were new.

    Raises:
        UnknownWebhook: there is no such message that was sent or given up, or its
            webhook is told nothing any more.
    """
    hooks = select(webhook.c.id).where(webhook.c.removed_at.is_(None))
    known = (
        (delivery.c.message == message)
        & (delivery.c.state != "pending")
        & delivery.c.webhook.in_(hooks)
    )
    again = {"state": "pending", "attempts": 0, "due_at": stamp.at}
    with writing(engine) as connection:
        done = connection.execute(update(delivery).where(known).values(again))
        if done.rowcount == 0:
            raise UnknownWebhook("there is no such message to send again")
        record(connection, stamp, Action.REPLAY_DELIVERY, message)
