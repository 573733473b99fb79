"""That a clinician has looked at an interpretation: who, and when; once, for good."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, insert, select

from service.access.audit import Action, Stamp, record
from service.access.errors import NotAllowed
from service.access.users import Role, User
from service.store import tables
from service.store.engine import writing
from service.store.errors import IdentityHeld, Superseded, UnknownInterpretation
from service.store.identities import differs_in


@dataclass(frozen=True, slots=True)
class Review:
    """Who reviewed one version, by the name they had then, and when."""

    user_id: str
    reviewer: str
    reviewed_at: datetime


def review(engine: Engine, interpretation_id: str, user: User, now: datetime) -> Review:
    """Mark one version as reviewed by *user*; the first review stands.

    Raises:
        NotAllowed: *user* is not a clinician, or the account is closed.
        UnknownInterpretation: there is none with this id.
        Superseded: there is a newer version, which is the one to look at.
        IdentityHeld: its record number was another person's, and nobody released it.
        StoreUnavailable: nothing was stored.
    """
    if user.role is not Role.CLINICIAN or user.disabled:
        raise NotAllowed("only a clinician reviews")
    with writing(engine) as connection:
        if before := review_in(connection, interpretation_id):
            return before
        _require_newest(connection, interpretation_id)
        if differs_in(connection, interpretation_id):
            raise IdentityHeld("someone must look at whose this is")
        made = Review(user.id, user.name, now)
        row = {
            "interpretation": interpretation_id,
            "user": user.id,
            "reviewer": user.name,
            "reviewed_at": now,
        }
        connection.execute(insert(tables.review).values(row))
        stamp = Stamp(f"user:{user.id}", now)
        record(connection, stamp, Action.REVIEW, interpretation_id)
        return made


def review_in(connection: Connection, interpretation_id: str) -> Review | None:
    """Return the review of this version, or None."""
    table = tables.review
    row = connection.execute(
        select(table.c.user, table.c.reviewer, table.c.reviewed_at).where(
            table.c.interpretation == interpretation_id
        )
    ).first()
    return None if row is None else Review(*row)


def _require_newest(connection: Connection, interpretation_id: str) -> None:
    table = tables.interpretation
    found = connection.scalars(
        select(table.c.id).where(
            (table.c.id == interpretation_id)
            | (table.c.supersedes == interpretation_id)
        )
    ).all()
    if interpretation_id not in found:
        raise UnknownInterpretation("there is no interpretation with this id")
    if len(found) > 1:
        raise Superseded("there is a newer version")
