"""Senders as they are kept: set up by name, changed in versions, never forgotten."""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    RowMapping,
    Table,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from service.access.audit import Action, Stamp, record
from service.access.errors import SenderChanged, SenderNameTaken, UnknownSender
from service.access.ids import new_id
from service.access.setups import Setup, document_of, sender_of
from service.intake.sender import UNKNOWN, Sender
from service.store.engine import reading, writing
from service.store.tables import sender as table
from service.store.tables import sender_alias, sender_unit, sender_version

_PLAIN = ("name", "laboratory", "zone", "profile", "locale")
_FLAGS = ("decimal_comma", "hl7_errors")


@dataclass(frozen=True, slots=True)
class KnownSender:
    """A sender as it is set up now; ``version`` counts its changes from 1."""

    id: str
    version: int
    setup: Setup
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """One state that a sender was in: since when, by whom, and what it was."""

    version: int
    at: datetime
    actor: str
    document: dict[str, Any]


def add(engine: Engine, setup: Setup, stamp: Stamp) -> KnownSender:
    """Keep a new sender; *setup* has been checked, see ``setups.require_fit``.

    Raises:
        SenderNameTaken: there is a sender of this name, whatever its case or width.
        StoreUnavailable: nothing was stored.
    """
    made = KnownSender(new_id(), 1, setup, stamp.at, stamp.at)
    row = _columns(made) | {"id": made.id, "created_at": stamp.at}
    try:
        with writing(engine) as connection:
            connection.execute(insert(table).values(row))
            _keep_version(connection, made, stamp)
    except IntegrityError:
        raise SenderNameTaken("there is a sender of this name") from None
    return made


def change(
    engine: Engine, before: KnownSender, setup: Setup, stamp: Stamp
) -> KnownSender:
    """Set *before* up anew, as its next version; all keys follow at once.

    Raises:
        SenderChanged: somebody else has changed it since *before* was read.
        SenderNameTaken: another sender has this name.
        StoreUnavailable: nothing was stored.
    """
    made = replace(before, version=before.version + 1, setup=setup, changed_at=stamp.at)
    same = (table.c.id == before.id) & (table.c.version == before.version)
    try:
        with writing(engine) as connection:
            done = connection.execute(update(table).where(same).values(_columns(made)))
            if done.rowcount == 0:
                raise SenderChanged("somebody has changed this sender meanwhile")
            _keep_version(connection, made, stamp)
    except IntegrityError:
        raise SenderNameTaken("there is a sender of this name") from None
    return made


def by_name(engine: Engine, name: str) -> KnownSender:
    """Return the sender of this name.

    Raises:
        UnknownSender: there is none.
    """
    return _one(engine, table.c.folded == canonical(name))


def by_id(engine: Engine, sender_id: str) -> KnownSender:
    """Return the sender with this id.

    Raises:
        UnknownSender: there is none.
    """
    return _one(engine, table.c.id == sender_id)


def every_sender(engine: Engine) -> tuple[KnownSender, ...]:
    """Return all senders, by name."""
    with reading(engine) as connection:
        rows = connection.execute(select(table).order_by(table.c.folded)).mappings()
        return tuple(_known(connection, row) for row in rows.all())


def versions(engine: Engine, sender_id: str) -> tuple[Version, ...]:
    """Return every state that a sender was in, the newest first."""
    kept = sender_version.c
    wanted = select(sender_version).where(kept.sender == sender_id)
    with reading(engine) as connection:
        rows = connection.execute(wanted.order_by(kept.version.desc()))
        return tuple(
            Version(row.version, row.at, row.actor, json.loads(row.document))
            for row in rows
        )


def as_it_sends(engine: Engine, sender_id: str | None) -> Sender:
    """Return how the sender with this id writes; None is a sender nobody set up."""
    return UNKNOWN if sender_id is None else sender_of(by_id(engine, sender_id).setup)


def canonical(name: str) -> str:
    """Return *name* as it is told apart from others: by more than case and width."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _columns(made: KnownSender) -> dict[str, Any]:
    setup = made.setup
    return {
        **{name: getattr(setup, name) for name in _PLAIN},
        **{name: int(getattr(setup, name)) for name in _FLAGS},
        "folded": canonical(setup.name),
        "version": made.version,
        "changed_at": made.changed_at,
    }


def _keep_version(connection: Connection, made: KnownSender, stamp: Stamp) -> None:
    """Keep this state and its aliases, and write down that it began."""
    setup = made.setup
    _keep_words(connection, sender_alias, ("code", "analyte"), made.id, setup.aliases)
    _keep_words(connection, sender_unit, ("spelling", "unit"), made.id, setup.units)
    state = {
        "sender": made.id,
        "version": made.version,
        "at": stamp.at,
        "actor": stamp.actor,
        "document": json.dumps(document_of(made.setup), ensure_ascii=False),
    }
    connection.execute(insert(sender_version).values(state))
    record(connection, stamp, Action.SET_SENDER, f"{made.id}-{made.version}")


def _keep_words(
    connection: Connection,
    kept: Table,
    columns: tuple[str, str],
    sender: str,
    words: Mapping[str, str],
) -> None:
    """Keep the *words* of a sender and what each means, in place of those before."""
    connection.execute(delete(kept).where(kept.c.sender == sender))
    word, means = columns
    rows = [{"sender": sender, word: one, means: what} for one, what in words.items()]
    if rows:
        connection.execute(insert(kept), rows)


def _one(engine: Engine, condition: Any) -> KnownSender:  # noqa: ANN401 - a condition
    with reading(engine) as connection:
        row = connection.execute(select(table).where(condition)).mappings().first()
        if row is None:
            raise UnknownSender("there is no such sender")
        return _known(connection, row)


def _known(connection: Connection, row: RowMapping) -> KnownSender:
    values: dict[str, Any] = {name: row[name] for name in _PLAIN}
    values |= {name: bool(row[name]) for name in _FLAGS}
    values["aliases"] = _words(connection, sender_alias, row["id"])
    values["units"] = _words(connection, sender_unit, row["id"])
    return KnownSender(
        row["id"], row["version"], Setup(**values), row["created_at"], row["changed_at"]
    )


def _words(connection: Connection, kept: Table, sender: str) -> dict[str, str]:
    """Return the words of a sender in order, each with what it means."""
    _, word, means = kept.columns
    rows = connection.execute(
        select(word, means).where(kept.c.sender == sender).order_by(word)
    )
    return {row[0]: row[1] for row in rows}
