"""Signing in: by password, slowed down after failures, or by a link that works once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, func, insert, select

from service.access import passwords, sessions
from service.access.audit import Action, AuditOutcome, Stamp, record
from service.access.errors import SignInRefused, TooManyAttempts, UnknownAccount
from service.access.ids import new_token, sha256
from service.access.users import canonical
from service.store.engine import reading, writing
from service.store.tables import sign_in_attempt as attempts
from service.store.tables import sign_in_link, user

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 5
PER_SOURCE = 30


@dataclass(frozen=True, slots=True)
class Credentials:
    """What someone signs in with; ``source`` is the network address it came from."""

    username: str
    password: str
    source: str


def sign_in(engine: Engine, credentials: Credentials, now: datetime) -> str:
    """Return the token of a new session.

    Each attempt counts before the password is looked at, so that attempts side by
    side cannot outrun the limit; a success clears the account's count.  An account
    that does not exist is limited, timed and refused like one that does.

    Raises:
        SignInRefused: wrong, unknown or closed; which of them is not said.
        TooManyAttempts: more than 5 for the account or 30 from the source within
            15 minutes; the password was not looked at.
    """
    account = f"account:{canonical(credentials.username)}"
    limits = {account: PER_ACCOUNT, f"source:{credentials.source}": PER_SOURCE}
    _count(engine, {sha256(name): limit for name, limit in limits.items()}, now)
    with reading(engine) as connection:
        known = connection.execute(
            select(user).where(user.c.username == canonical(credentials.username))
        ).first()
    kept = known.password_hash if known is not None and not known.disabled_at else ""
    fits = passwords.fits(credentials.password, kept)
    if known is None or not fits:
        _note_refusal(engine, known.id if known else "", now)
        raise SignInRefused("name or password is wrong")
    with writing(engine) as connection:
        connection.execute(
            delete(attempts).where(attempts.c.subject == sha256(account))
        )
        return _open(connection, known.id, now)


def issue_link(engine: Engine, user_id: str, lifetime: timedelta, stamp: Stamp) -> str:
    """Return the token of a link that signs this user in, once, within *lifetime*.

    Raises:
        UnknownAccount: there is no such account, or it is closed.
    """
    token = new_token()
    row = {
        "token_sha256": sha256(token),
        "user": user_id,
        "expires_at": stamp.at + lifetime,
    }
    with writing(engine) as connection:
        _require_open(connection, user_id)
        connection.execute(insert(sign_in_link).values(row))
        record(connection, stamp, Action.ISSUE_LINK, user_id)
    return token


def redeem_link(engine: Engine, token: str, now: datetime) -> str:
    """Return the token of a new session; the link's own opens nothing any more.

    Raises:
        SignInRefused: the link is unknown, used or expired; which is not said.
    """
    with writing(engine) as connection:
        taken = connection.execute(
            delete(sign_in_link)
            .where(
                sign_in_link.c.token_sha256 == sha256(token),
                sign_in_link.c.expires_at > now,
            )
            .returning(sign_in_link.c.user)
        ).first()
        if taken is None:
            raise SignInRefused("this link does not work any more")
        return _open(connection, taken.user, now)


def _open(connection: Connection, user_id: str, now: datetime) -> str:
    record(connection, Stamp(f"user:{user_id}", now), Action.SIGN_IN)
    return sessions.start(connection, user_id, now)


def _count(engine: Engine, limits: dict[str, int], now: datetime) -> None:
    with writing(engine) as connection:
        connection.execute(delete(attempts).where(attempts.c.at <= now - WINDOW))
        for subject, limit in limits.items():
            _refuse_too_many(connection, subject, limit, now)
        rows = [{"subject": subject, "at": now} for subject in limits]
        connection.execute(insert(attempts), rows)


def _refuse_too_many(
    connection: Connection, subject: str, limit: int, now: datetime
) -> None:
    made, first = connection.execute(
        select(func.count(), func.min(attempts.c.at)).where(
            attempts.c.subject == subject
        )
    ).one()
    if made >= limit:
        raise TooManyAttempts(first + WINDOW - now)


def _note_refusal(engine: Engine, user_id: str, now: datetime) -> None:
    stamp = Stamp("system:sign-in", now)
    with writing(engine) as connection:
        record(connection, stamp, Action.SIGN_IN, user_id, AuditOutcome.REFUSED)


def _require_open(connection: Connection, user_id: str) -> None:
    open_account = select(user.c.id).where(
        user.c.id == user_id, user.c.disabled_at.is_(None)
    )
    if connection.scalar(open_account) is None:
        raise UnknownAccount("there is no such account")
