"""Keys for machines: ``pl_<prefix>_<secret>``, public prefix, hashed secret."""

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Engine, RowMapping, insert, select, update

from service.access.audit import Action, Stamp, record
from service.access.errors import UnknownAccount
from service.access.ids import new_token, sha256
from service.store.engine import reading, writing
from service.store.tables import api_key

_SHAPE = re.compile(r"pl_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_USED_EVERY = timedelta(minutes=1)  # so that not every request is a write


class Scope(StrEnum):
    """What a key opens."""

    WRITE = "interpretations:write"
    READ = "interpretations:read"
    CATALOGUE = "catalogue:read"
    METRICS = "metrics:read"


LABORATORY = frozenset({Scope.WRITE, Scope.READ, Scope.CATALOGUE})
"""What a laboratory system needs; metrics are for those who run the service."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is kept; ``prefix`` is its public id and names it in the audit.

    ``sender`` is the id of whose key it is, None where nobody has set that up.
    """

    prefix: str
    label: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
    sender: str | None


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key to issue: what it is for, what it opens, until when, and whose it is."""

    label: str
    scopes: frozenset[Scope]
    expires_at: datetime
    sender: str | None = None


def issue(engine: Engine, new: NewKey, stamp: Stamp) -> str:
    """Make a key and return it in plain text: now, and never again.

    Raises:
        ValueError: it opens nothing, or has expired already.
    """
    if not new.scopes or new.expires_at <= stamp.at:
        raise ValueError("a key needs a scope and a time to come")
    prefix, secret = secrets.token_hex(6), new_token()
    row = {
        "prefix": prefix,
        "secret_sha256": sha256(secret),
        "label": new.label,
        "scopes": " ".join(sorted(new.scopes)),
        "created_at": stamp.at,
        "expires_at": new.expires_at,
        "sender": new.sender,
    }
    with writing(engine) as connection:
        connection.execute(insert(api_key).values(row))
        record(connection, stamp, Action.ISSUE_KEY, prefix)
    return f"pl_{prefix}_{secret}"


def check(engine: Engine, plain: str, now: datetime) -> ApiKey | None:
    """Return the key that *plain* is, or None, whatever is wrong with it.

    Malformed, unknown, wrong, expired and revoked keys take the same way through.
    """
    shape = _SHAPE.fullmatch(plain)
    prefix, secret = shape.groups() if shape else ("", "")
    with reading(engine) as connection:
        row = (
            connection.execute(select(api_key).where(api_key.c.prefix == prefix))
            .mappings()
            .first()
        )
    kept = row["secret_sha256"] if row else sha256("")
    fits = hmac.compare_digest(sha256(secret), kept)
    if row is None or not fits:
        return None
    if row["revoked_at"] is not None or row["expires_at"] <= now:
        return None
    if row["last_used_at"] is None or now - row["last_used_at"] >= _USED_EVERY:
        _touch(engine, prefix, now)
    return from_row(row)


def revoke(engine: Engine, prefix: str, stamp: Stamp) -> None:
    """Close a key for good; closing it again changes nothing.

    Raises:
        UnknownAccount: there is no key with this prefix.
    """
    with writing(engine) as connection:
        row = (
            connection.execute(select(api_key).where(api_key.c.prefix == prefix))
            .mappings()
            .first()
        )
        if row is None:
            raise UnknownAccount("there is no such key")
        if row["revoked_at"] is not None:
            return
        connection.execute(
            update(api_key)
            .where(api_key.c.prefix == prefix)
            .values(revoked_at=stamp.at)
        )
        record(connection, stamp, Action.REVOKE_KEY, prefix)


def every_key(engine: Engine) -> tuple[ApiKey, ...]:
    """Return all keys ever issued, oldest first."""
    with reading(engine) as connection:
        rows = connection.execute(
            select(api_key).order_by(api_key.c.created_at, api_key.c.prefix)
        ).mappings()
        return tuple(from_row(row) for row in rows)


def from_row(row: RowMapping) -> ApiKey:
    """Return the key in a row of the table."""
    return ApiKey(
        prefix=row["prefix"],
        label=row["label"],
        scopes=frozenset(Scope(scope) for scope in row["scopes"].split()),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
        last_used_at=row["last_used_at"],
        sender=row["sender"],
    )


def _touch(engine: Engine, prefix: str, now: datetime) -> None:
    with writing(engine) as connection:
        connection.execute(
            update(api_key).where(api_key.c.prefix == prefix).values(last_used_at=now)
        )
