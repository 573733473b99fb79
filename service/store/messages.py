"""Messages of several panels, kept whole with their answer, and found again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, insert, select

from service.access.audit import Stamp
from service.store import idempotency, origins
from service.store.engine import reading, writing
from service.store.idempotency import IdempotencyKey
from service.store.interpretations import Entry, Saved, save_in
from service.store.tables import message


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message by its *sender*, and the *key* that is this message's alone."""

    sender: str
    key: str


@dataclass(frozen=True, slots=True)
class Ordered:
    """A panel to keep, and the numbers of its order by which it is found again."""

    entry: Entry
    numbers: tuple[str, ...] = ()


def answered(engine: Engine, delivery: Delivery) -> str | None:
    """Return how this message was answered when it was stored, None where it was not.

    Raises:
        StoreUnavailable: it could not be looked up.
    """
    with reading(engine) as connection:
        return _answer(connection, delivery)


def newest_of(engine: Engine, sender: str, numbers: Sequence[str]) -> tuple[str, ...]:
    """Return the newest version of each report that *sender* sent of an order.

    *numbers* are those of the order's specimen and of the order, or the latter alone.
    A report of another specimen is not one of a specimen that is told.

    Raises:
        StoreUnavailable: it could not be looked up.
    """
    if not numbers:
        return ()
    own, whole = numbers[0], numbers[-1]
    with reading(engine) as connection:
        found = origins.all_newest(connection, sender, own)
        if found or own == whole:
            return found
        others = origins.of_parts(connection, sender, whole)
        known = origins.all_newest(connection, sender, whole)
        return tuple(one for one in known if one not in others)


def save_message(
    engine: Engine,
    panels: Sequence[Ordered],
    stamp: Stamp,
    delivery: Delivery,
    answer: Callable[[tuple[Saved, ...]], str],
) -> str:
    """Keep all *panels* and the *answer*, or nothing; return the answer.

    What was stored before is answered as it was then.

    Raises:
        KeyInFlight: the same message is being stored right now.
        Superseded: another correction came first.
        OtherPatient: a panel corrects one of somebody else's.
        DemoRefused: demo and real data do not share a database.
        StoreUnavailable: nothing was stored.
    """
    claim = _key(delivery, stamp, 0)
    with idempotency.claimed(engine, claim), writing(engine) as connection:
        before = _answer(connection, delivery)
        if before is not None:
            return before
        saved = tuple(
            save_in(connection, panel.entry, stamp, _key(delivery, stamp, index))
            for index, panel in enumerate(panels)
        )
        for panel, one in zip(panels, saved, strict=True):
            origins.keep(connection, delivery.sender, panel.numbers, one.id)
        made = answer(saved)
        row = {"sender": delivery.sender, "key": delivery.key, "answer": made}
        connection.execute(insert(message).values(row | {"stored_at": stamp.at}))
        return made


def _key(delivery: Delivery, stamp: Stamp, index: int) -> IdempotencyKey:
    name = f"message:{delivery.key}:{index}"
    return IdempotencyKey(stamp.actor, name, delivery.key)


def _answer(connection: Connection, delivery: Delivery) -> str | None:
    asked = select(message.c.answer).where(
        message.c.sender == delivery.sender, message.c.key == delivery.key
    )
    found: str | None = connection.scalar(asked)
    return found
