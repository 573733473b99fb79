"""Who may sign in: accounts and their roles."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, RowMapping, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from service.access import passwords
from service.access.audit import Action, Stamp, record
from service.access.errors import UnknownAccount, UsernameTaken
from service.access.ids import new_id
from service.store.engine import reading, writing
from service.store.tables import session, sign_in_link
from service.store.tables import user as table


class Role(StrEnum):
    """What a user may do: enter and read; also review; also manage accounts."""

    STAFF = "staff"
    CLINICIAN = "clinician"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class User:
    """Someone who may sign in; ``name`` is what a reviewed report prints."""

    id: str
    username: str
    name: str
    role: Role
    disabled: bool


@dataclass(frozen=True, slots=True)
class NewUser:
    """An account to add; without a password it opens by a sign-in link only."""

    username: str
    name: str
    role: Role
    password: str | None = None


def add(engine: Engine, new: NewUser, stamp: Stamp) -> User:
    """Add an account; usernames differ by more than case or width.

    Raises:
        PasswordRefused: the password breaks a rule.
        UsernameTaken: there is an account of this name.
        StoreUnavailable: nothing was stored.
    """
    username = canonical(new.username)
    made = User(new_id(), username, new.name, new.role, disabled=False)
    row = {
        "id": made.id,
        "username": username,
        "name": new.name,
        "role": new.role.value,
        "password_hash": _hash(new.password, username),
        "created_at": stamp.at,
    }
    try:
        with writing(engine) as connection:
            connection.execute(insert(table).values(row))
            record(connection, stamp, Action.ADD_USER, made.id)
    except IntegrityError:
        raise UsernameTaken("there is an account of this name") from None
    return made


def by_username(engine: Engine, username: str) -> User | None:
    """Return the account of this name, or None."""
    return _one(engine, table.c.username == canonical(username))


def by_id(engine: Engine, user_id: str) -> User | None:
    """Return the account with this id, or None."""
    return _one(engine, table.c.id == user_id)


def everyone(engine: Engine) -> tuple[User, ...]:
    """Return all accounts, by username."""
    with reading(engine) as connection:
        rows = connection.execute(select(table).order_by(table.c.username)).mappings()
        return tuple(from_row(row) for row in rows)


def set_password(engine: Engine, user_id: str, password: str, stamp: Stamp) -> None:
    """Give an account a new password and end all its sessions and links.

    Raises:
        PasswordRefused: the password breaks a rule.
        UnknownAccount: there is no such account.
    """
    known = by_id(engine, user_id)
    hashed = _hash(password, known.username if known else "")
    _change(engine, user_id, {"password_hash": hashed}, (stamp, Action.SET_PASSWORD))


def disable(engine: Engine, user_id: str, stamp: Stamp) -> None:
    """Close an account and end all its sessions and links; it is kept for the record.

    Raises:
        UnknownAccount: there is no such account.
    """
    _change(engine, user_id, {"disabled_at": stamp.at}, (stamp, Action.DISABLE_USER))


def canonical(username: str) -> str:
    """Return *username* as it is stored and looked up."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


def from_row(row: RowMapping) -> User:
    """Return the account in a row of the table."""
    return User(
        id=row["id"],
        username=row["username"],
        name=row["name"],
        role=Role(row["role"]),
        disabled=row["disabled_at"] is not None,
    )


def _one(engine: Engine, condition: Any) -> User | None:  # noqa: ANN401 - a condition
    with reading(engine) as connection:
        row = connection.execute(select(table).where(condition)).mappings().first()
        return None if row is None else from_row(row)


def _hash(password: str | None, username: str) -> str:
    if password is None:
        return ""
    passwords.check_rules(password, username)
    return passwords.hashed(password)


def _change(
    engine: Engine, user_id: str, values: dict[str, Any], deed: tuple[Stamp, Action]
) -> None:
    with writing(engine) as connection:
        changed = connection.execute(
            update(table).where(table.c.id == user_id).values(**values)
        )
        if changed.rowcount == 0:
            raise UnknownAccount("there is no such account")
        for way_in in (session, sign_in_link):
            connection.execute(delete(way_in).where(way_in.c.user == user_id))
        record(connection, *deed, user_id)
