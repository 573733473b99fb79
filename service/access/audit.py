"""The audit: who did what to which object, when; append-only and hash-chained.

It holds no value and no name: actors and objects are ids such as ``user:k3f…``.
Each entry's hash covers the hash before it, and the last one is kept apart, so
that an edit, a removal, a swap or a cut shows.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Connection, Engine, Text, insert, select, type_coerce, update

from service.store.engine import reading, writing
from service.store.tables import audit, instance


class Action(StrEnum):
    """The closed list of what is recorded."""

    STORE = "store"
    CORRECT = "correct"
    READ = "read"
    DOWNLOAD = "download"
    SEARCH = "search"
    READ_CRITICAL = "read_critical"
    REVIEW = "review"
    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    ADD_USER = "add_user"
    DISABLE_USER = "disable_user"
    SET_PASSWORD = "set_password"  # noqa: S105 - the name of a deed
    ISSUE_LINK = "issue_link"
    ISSUE_KEY = "issue_key"
    REVOKE_KEY = "revoke_key"
    SET_SENDER = "set_sender"
    CONFIRM_COLUMNS = "confirm_columns"
    BEGIN_FILE = "begin_file"
    FINISH_FILE = "finish_file"
    ADD_WEBHOOK = "add_webhook"
    REMOVE_WEBHOOK = "remove_webhook"
    REPLAY_DELIVERY = "replay_delivery"
    ESCALATE = "escalate"
    MARK_DEMO = "mark_demo"
    HOLD_FEED = "hold_feed"
    RELEASE_FEED = "release_feed"
    HOLD_IDENTITY = "hold_identity"
    RELEASE_IDENTITY = "release_identity"
    ACCEPT_CARD = "accept_card"
    OVERRIDE_CARD = "override_card"


class AuditOutcome(StrEnum):
    """Whether it was done."""

    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who does something, and when: ``user:<id>``, ``key:<prefix>`` or ``system:cli``.

    Raises:
        ValueError: the actor is not written so, or the time has no zone.
    """

    actor: str
    at: datetime

    def __post_init__(self) -> None:
        """Refuse an actor that could be a person's name, and a time without a zone."""
        if not _ACTOR.fullmatch(self.actor):
            raise ValueError("an actor is a kind and an id")
        if self.at.tzinfo is None:
            raise ValueError("a time without a zone")


@dataclass(frozen=True, slots=True)
class Deed:
    """One entry, as it is listed: who did it, when, to which object."""

    at: datetime
    actor: str
    object: str


_ACTOR = re.compile(r"(user|key|system):[A-Za-z0-9_-]{1,64}")
_OBJECT = re.compile(r"[A-Za-z0-9_-]{0,64}")


def record(
    connection: Connection,
    stamp: Stamp,
    action: Action,
    object_id: str = "",
    outcome: AuditOutcome = AuditOutcome.DONE,
) -> None:
    """Add one entry, within the caller's writing transaction.

    Raises:
        ValueError: *object_id* is not an id.
    """
    if not _OBJECT.fullmatch(object_id):
        raise ValueError("an object is named by its id")
    head = connection.execute(
        select(instance.c.audit_sequence, instance.c.audit_hash)
    ).one()
    sequence = head.audit_sequence + 1
    moment = stamp.at.astimezone(UTC).isoformat(timespec="microseconds")
    entry = (sequence, moment, stamp.actor, action.value, object_id, outcome.value)
    digest = _digest(head.audit_hash, entry)
    connection.execute(insert(audit).values((sequence, stamp.at, *entry[2:], digest)))
    connection.execute(
        update(instance).values(audit_sequence=sequence, audit_hash=digest)
    )


def note(engine: Engine, stamp: Stamp, action: Action, object_id: str = "") -> None:
    """Record something that changes nothing else, such as a read or a download.

    Raises:
        StoreUnavailable: it could not be recorded; then do not do it either.
        ValueError: *object_id* is not an id.
    """
    with writing(engine) as connection:
        record(connection, stamp, action, object_id)


def deeds(engine: Engine, action: Action, objects: Sequence[str]) -> tuple[Deed, ...]:
    """Return all that was done of this kind to these objects, in order.

    Raises:
        StoreUnavailable: it could not be read.
    """
    wanted = (
        select(audit.c.at, audit.c.actor, audit.c.object)
        .where(
            audit.c.object.in_(objects),
            audit.c.action == action.value,
            audit.c.outcome == AuditOutcome.DONE.value,
        )
        .order_by(audit.c.sequence)
    )
    with reading(engine) as connection:
        return tuple(Deed(*row) for row in connection.execute(wanted))


def verify(engine: Engine) -> int | None:
    """Return the sequence number of the first entry that is not as written, or None.

    A missing entry is named by the number that it had.
    """
    previous, expected = "", 1
    with reading(engine) as connection:
        head = connection.execute(select(instance)).one()
        for *entry, kept in connection.execute(_CHAIN):
            digest = _digest(previous, tuple(entry))
            if kept != digest:  # also where one is missing: the number is hashed
                return expected
            previous, expected = digest, expected + 1
    if (expected - 1, previous) != (head.audit_sequence, head.audit_hash):
        return expected
    return None


# Times as the text that was hashed: one that no longer is a time must not stop us.
_CHAIN = select(
    audit.c.sequence,
    type_coerce(audit.c.at, Text),
    audit.c.actor,
    audit.c.action,
    audit.c.object,
    audit.c.outcome,
    audit.c.hash,
).order_by(audit.c.sequence)


def _digest(previous: str, entry: tuple[object, ...]) -> str:
    return hashlib.sha256(json.dumps([previous, *entry]).encode()).hexdigest()
