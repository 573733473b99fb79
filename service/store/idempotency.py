"""Idempotency keys: a request sent again is answered the same, and stored once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, insert, select

from service.store.engine import reading
from service.store.errors import KeyInFlight, KeyReused
from service.store.tables import idempotency


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """A key as the *sender* gave it, and the hash of the body it came with."""

    sender: str
    key: str
    body_sha256: str


_lock = threading.Lock()
_in_flight: set[tuple[str, str, str]] = set()


@contextmanager
def claimed(engine: Engine, key: IdempotencyKey | None) -> Iterator[None]:
    """Hold *key* in this process, so that its repeats do not queue up behind it.

    A repeat in another process waits for its turn to write and then finds the row.

    Raises:
        KeyInFlight: it is held already.
    """
    if key is None:
        yield
        return
    claim = (str(engine.url), key.sender, key.key)
    with _lock:
        if claim in _in_flight:
            raise KeyInFlight("a request with this key is being stored")
        _in_flight.add(claim)
    try:
        yield
    finally:
        with _lock:
            _in_flight.discard(claim)


def find(connection: Connection, key: IdempotencyKey) -> str | None:
    """Return the id of the interpretation that was stored with *key*, if any.

    Raises:
        KeyReused: it was stored with another body.
    """
    row = connection.execute(
        select(idempotency.c.body_sha256, idempotency.c.interpretation).where(
            idempotency.c.sender == key.sender, idempotency.c.key == key.key
        )
    ).first()
    if row is None:
        return None
    if row.body_sha256 != key.body_sha256:
        raise KeyReused("this key was used before, with another body")
    return str(row.interpretation)


def answered(engine: Engine, sender: str, start: str) -> dict[str, str]:
    """Return the ids that the *sender*'s keys with this *start* were answered with.

    They are found by what follows it, and whatever body they came with.

    Raises:
        StoreUnavailable: they could not be looked up.
    """
    key = idempotency.c.key
    wanted = select(key, idempotency.c.interpretation).where(
        idempotency.c.sender == sender, key.startswith(start, autoescape=True)
    )
    with reading(engine) as connection:
        return {
            row[0].removeprefix(start): row[1] for row in connection.execute(wanted)
        }


def keep(
    connection: Connection, key: IdempotencyKey, interpretation_id: str, now: datetime
) -> None:
    """Keep *key* with the interpretation, in the same transaction."""
    row = {
        "sender": key.sender,
        "key": key.key,
        "body_sha256": key.body_sha256,
        "interpretation": interpretation_id,
        "stored_at": now,
    }
    connection.execute(insert(idempotency).values(row))
