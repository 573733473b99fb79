"""Sessions: who is signed in, kept on the server, under the hash of a random token."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Select, delete, insert, select, update

from service.access.audit import Action, Stamp, record
from service.access.ids import new_token, sha256
from service.access.users import User, from_row
from service.store import tables
from service.store.engine import reading, writing
from service.store.tables import session

_SEEN_EVERY = timedelta(minutes=1)  # so that not every page view is a write


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long a session lasts: unused, and at most."""

    idle: timedelta
    absolute: timedelta


def start(connection: Connection, user_id: str, now: datetime) -> str:
    """Open a session within the caller's transaction; return its new token."""
    token = new_token()
    row = {
        "token_sha256": sha256(token),
        "user": user_id,
        "opened_at": now,
        "seen_at": now,
    }
    connection.execute(insert(session).values(row))
    return token


def find(
    engine: Engine, token: str, lifetimes: Lifetimes, now: datetime
) -> User | None:
    """Return whose session this is, or None: unknown, ended, expired, or closed.

    Use counts as a sign of life, which is written down at most once a minute.
    """
    digest = sha256(token)
    with reading(engine) as connection:
        row = connection.execute(_live(digest, lifetimes, now)).mappings().first()
    if row is None:
        return None
    if now - row["seen_at"] >= _SEEN_EVERY:
        _touch(engine, digest, now)
    return from_row(row)


def end(engine: Engine, token: str, now: datetime) -> None:
    """End this session, if there is one; its token opens nothing any more."""
    digest = sha256(token)
    with writing(engine) as connection:
        owner = connection.scalar(
            select(session.c.user).where(session.c.token_sha256 == digest)
        )
        if owner is None:
            return
        connection.execute(delete(session).where(session.c.token_sha256 == digest))
        record(connection, Stamp(f"user:{owner}", now), Action.SIGN_OUT)


def _live(digest: str, lifetimes: Lifetimes, now: datetime) -> Select[Any]:
    return (
        select(tables.user, session.c.seen_at)
        .join(session, session.c.user == tables.user.c.id)
        .where(
            session.c.token_sha256 == digest,
            session.c.seen_at > now - lifetimes.idle,
            session.c.opened_at > now - lifetimes.absolute,
            tables.user.c.disabled_at.is_(None),
        )
    )


def _touch(engine: Engine, digest: str, now: datetime) -> None:
    with writing(engine) as connection:
        connection.execute(
            update(session).where(session.c.token_sha256 == digest).values(seen_at=now)
        )
