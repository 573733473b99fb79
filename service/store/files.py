"""Files of many panels that are stored part by part: kept before the first of them.

Nothing of the panels is here: what is stored of a file is known by their own keys.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Select, func, insert, select

from service.access.audit import Action, Stamp, record
from service.store.engine import reading, writing
from service.store.errors import KeyReused
from service.store.tables import file, file_done, idempotency

KEYS = "desk"
"""Under whose name the keys of the panels stand: whoever goes on with a file."""

_MOST_DONE = 5


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was sent, and how it is read; ``sender`` is whose, or empty.

    ``panels`` is how many it holds, ``digest`` of what was read in them.
    """

    id: str
    ending: str
    body: bytes
    sender: str
    keep_unread: bool
    panels: int
    digest: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a file is: how many of its panels are stored, and when it was sent."""

    id: str
    at: datetime
    panels: int
    stored: int
    done: bool


def begin(engine: Engine, sent: File, stamp: Stamp) -> None:
    """Keep the file, durably and once: to send it again is to go on with it.

    Raises:
        KeyReused: it was begun when something else was read in it.
        StoreUnavailable: nothing was stored.
    """
    with writing(engine) as connection:
        begun = connection.scalar(select(file.c.digest).where(file.c.id == sent.id))
        if begun is not None:
            if begun != sent.digest:
                raise KeyReused("this file was begun, and read differently")
            return
        row = {
            "id": sent.id,
            "ending": sent.ending,
            "body": sent.body,
            "sender": sent.sender,
            "keep_unread": int(sent.keep_unread),
            "panels": sent.panels,
            "digest": sent.digest,
            "at": stamp.at,
            "actor": stamp.actor,
        }
        connection.execute(insert(file).values(row))
        record(connection, stamp, Action.BEGIN_FILE, sent.id)


def finish(engine: Engine, file_id: str, stamp: Stamp) -> None:
    """Note that all of the file is stored.

    Raises:
        StoreUnavailable: nothing was noted; it may be noted again.
    """
    with writing(engine) as connection:
        known = select(file_done.c.file).where(file_done.c.file == file_id)
        if connection.scalar(known):
            return
        row = {"file": file_id, "at": stamp.at, "actor": stamp.actor}
        connection.execute(insert(file_done).values(row))
        record(connection, stamp, Action.FINISH_FILE, file_id)


def find(engine: Engine, file_id: str) -> File | None:
    """Return the file with that id, or None."""
    with reading(engine) as connection:
        row = connection.execute(select(file).where(file.c.id == file_id)).first()
    if row is None:
        return None
    kept = (row.body, row.sender, bool(row.keep_unread), row.panels, row.digest)
    return File(row.id, row.ending, *kept)


def key_of(file_id: str, panel: object) -> str:
    """Return the key by which a *panel* of the file is known."""
    return f"file:{file_id}:{panel}"


def standings(engine: Engine) -> tuple[Standing, ...]:
    """Return the files that are not stored in full, then the last that are."""
    undone, done = _listed(done=False), _listed(done=True).limit(_MOST_DONE)
    with reading(engine) as connection:
        rows = [*connection.execute(undone), *connection.execute(done)]
        return tuple(
            Standing(
                row.id,
                row.at,
                row.panels,
                row.panels if row.done else connection.scalar(_stored(row.id)) or 0,
                row.done is not None,
            )
            for row in rows
        )


def _listed(*, done: bool) -> Select[Any]:
    wanted = select(file.c.id, file.c.at, file.c.panels, file_done.c.file.label("done"))
    joined = wanted.join(file_done, file_done.c.file == file.c.id, isouter=True)
    ends = file_done.c.file.is_not(None) if done else file_done.c.file.is_(None)
    return joined.where(ends).order_by(file.c.at.desc())


def _stored(file_id: str) -> Select[Any]:
    """Return the question how many panels are stored under the keys of a file."""
    keys = idempotency.c.key.startswith(key_of(file_id, ""), autoescape=True)
    counted = select(func.count()).select_from(idempotency)
    return counted.where(idempotency.c.sender == KEYS, keys)
