"""The courier: takes what is due, sends it, and writes down how that went.

There may be several, one in each worker of the server: a message is claimed in the
store for a while before it is sent.  A courier that dies between sending and writing
it down leaves a claim that runs out, and the message goes out again: it arrives at
least once, under one id.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, func, select, update

from service.access.audit import Stamp
from service.settings import Network, Settings
from service.store.engine import reading, writing
from service.store.escalations import escalate
from service.store.tables import delivery, webhook
from service.webhooks.sending import send
from service.webhooks.signing import headers_of, secret_of

ACTOR = "system:courier"
MOST_ATTEMPTS = 10
CLAIM = timedelta(seconds=60)
"""How long a claim stands: longer than any attempt lasts."""

_FIRST_DELAY = timedelta(seconds=5)
_LONGEST_DELAY = timedelta(hours=12)
_PAUSE = 1.0  # seconds between two looks when nothing is due
_PAUSE_AFTER_FAILURE = 10.0
_LOOK_EVERY = 15  # rounds: minutes are waited for, so seconds need not be
_log = logging.getLogger("plainlab")


@dataclass(frozen=True, slots=True)
class Courier:
    """What a courier needs: the store, the secret, the networks that are allowed.

    ``patience`` is how long a critical result may wait for someone to look at it.
    """

    engine: Engine
    secret_key: str
    allowed: tuple[Network, ...]
    patience: timedelta
    clock: Callable[[], datetime]

    def look(self) -> None:
        """Escalate what has waited too long for a review."""
        for one in escalate(self.engine, self.patience, Stamp(ACTOR, self.clock())):
            _log.warning("critical_escalated", extra={"object": one})

    def round(self) -> int:
        """Send all that is due; return how many messages that were."""
        sent = 0
        while (claim := self._claim()) is not None:
            self._deliver(claim)
            sent += 1
        return sent

    def run(self, stop: threading.Event) -> None:
        """Go on until *stop*; whatever goes wrong is logged, and tried again."""
        pause = _PAUSE
        for turn in count():
            if stop.wait(pause):
                return
            try:
                self.round()
                if turn % _LOOK_EVERY == 0:
                    self.look()
                pause = _PAUSE
            except Exception as error:  # noqa: BLE001 - it must not end here
                pause = _PAUSE_AFTER_FAILURE
                _log.warning("courier_failed", extra={"error": type(error).__name__})

    def _claim(self) -> "_Claim | None":
        now = self.clock()
        with reading(self.engine) as connection:
            if connection.execute(_due(now)).first() is None:
                return None
        with writing(self.engine) as connection:
            row = connection.execute(_due(now)).first()
            if row is None:
                return None
            claimed = {"attempts": row.attempts + 1, "due_at": now + CLAIM}
            connection.execute(
                update(delivery).where(delivery.c.id == row.id).values(claimed)
            )
            return _Claim(
                row.id, row.message, row.webhook, row.url, row.body, row.attempts + 1
            )

    def _deliver(self, claim: "_Claim") -> None:
        secret = secret_of(claim.webhook, self.secret_key)
        body = claim.body.encode()
        headers = headers_of(secret, claim.message, body, self.clock())
        wrong = send(claim.url, body, headers, self.allowed)
        with writing(self.engine) as connection:
            _note(connection, claim, wrong, self.clock())
        told = {"object": claim.message} | ({"error": wrong} if wrong else {})
        event = "webhook_failed" if wrong else "webhook_delivered"
        _log.log(logging.WARNING if wrong else logging.INFO, event, extra=told)


@dataclass(frozen=True, slots=True)
class _Claim:
    id: int
    message: str
    webhook: str
    url: str
    body: str
    attempts: int


def courier_of(settings: Settings, engine: Engine) -> Courier:
    """Return a courier that goes by *settings* and by the real time."""
    return Courier(
        engine=engine,
        secret_key=settings.secret_key,
        allowed=settings.webhook_networks,
        patience=settings.escalate_after,
        clock=lambda: datetime.now(UTC),
    )


def delay_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: 5 s, four times as long each."""
    times: int = 4 ** (attempts - 1)
    return min(_FIRST_DELAY * times, _LONGEST_DELAY)


def _due(now: datetime) -> Select[Any]:
    """Return the next message that is due; one report's are told in their order."""
    before = delivery.alias("before")
    waits = (
        select(before.c.id)
        .where(
            before.c.webhook == delivery.c.webhook,
            before.c.root == delivery.c.root,
            before.c.id < delivery.c.id,
            before.c.state == "pending",
        )
        .exists()
    )
    return (
        select(delivery, webhook.c.url)
        .join(webhook, webhook.c.id == delivery.c.webhook)
        .where(delivery.c.state == "pending", delivery.c.due_at <= now, ~waits)
        .order_by(delivery.c.due_at, delivery.c.id)
        .limit(1)
    )


def _note(connection: Connection, claim: _Claim, wrong: str, now: datetime) -> None:
    this = (delivery.c.id == claim.id) & (delivery.c.state == "pending")
    if not wrong:
        _set(connection, this, {"state": "delivered", "answer": ""})
        return
    if claim.attempts >= MOST_ATTEMPTS:
        _set(connection, this, {"state": "dead", "answer": wrong})
        return
    later = now + delay_after(claim.attempts)
    _set(connection, this, {"due_at": later, "answer": wrong})
    # its other messages wait with it, so that one that hangs holds up nobody else
    others = (delivery.c.webhook == claim.webhook) & (delivery.c.state == "pending")
    _set(connection, others & (delivery.c.due_at < later), {"due_at": later})


def _set(
    connection: Connection, which: ColumnElement[bool], values: dict[str, Any]
) -> None:
    connection.execute(update(delivery).where(which).values(values))


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many messages wait, since when the oldest does, and how many are given up."""

    waiting: int
    oldest: datetime | None
    dead: int


def backlog(connection: Connection) -> Backlog:
    """Return how far behind the couriers are."""
    waiting = select(func.count(), func.min(delivery.c.made_at)).where(
        delivery.c.state == "pending"
    )
    given_up = select(func.count()).where(delivery.c.state == "dead")
    number, oldest = connection.execute(waiting).one()
    return Backlog(number, oldest, connection.scalars(given_up).one())
