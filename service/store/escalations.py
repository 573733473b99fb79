"""Critical results that nobody acknowledged in time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, and_, func, insert, select

from service.access.audit import Action, Stamp, record
from service.store.engine import reading, writing
from service.store.tables import escalation, interpretation, review

_newer = interpretation.alias("newer")


@dataclass(frozen=True, slots=True)
class Unacknowledged:
    """How many critical results wait for a review, since when; how many escalated."""

    waiting: int
    oldest: datetime | None
    escalated: int


def escalate(engine: Engine, patience: timedelta, stamp: Stamp) -> tuple[str, ...]:
    """Mark what is critical, unreviewed and older than *patience*; return its ids.

    Each is marked once and for good; a version that was corrected meanwhile is not.

    Raises:
        StoreUnavailable: nothing was marked.
    """
    late = (
        select(interpretation.c.id)
        .where(
            _open(),
            interpretation.c.made_at <= stamp.at - patience,
            ~_marked(),
        )
        .order_by(interpretation.c.sequence)
    )
    with reading(engine) as connection:
        if connection.execute(late).first() is None:
            return ()
    with writing(engine) as connection:
        found = tuple(connection.scalars(late))
        for one in found:
            row = {"interpretation": one, "at": stamp.at}
            connection.execute(insert(escalation).values(row))
            record(connection, stamp, Action.ESCALATE, one)
        return found


def unacknowledged(connection: Connection) -> Unacknowledged:
    """Return what waits for someone to look at it."""
    open_ones = select(func.count(), func.min(interpretation.c.made_at)).where(_open())
    count, oldest = connection.execute(open_ones).one()
    marked = select(func.count()).select_from(interpretation).where(_open(), _marked())
    return Unacknowledged(count, oldest, connection.scalars(marked).one())


def is_escalated(connection: Connection, interpretation_id: str) -> bool:
    """Say whether this version was escalated."""
    marked = escalation.c.interpretation == interpretation_id
    return connection.execute(select(escalation.c.at).where(marked)).first() is not None


def _open() -> ColumnElement[bool]:
    """Critical, in its newest version, and nobody has reviewed it."""
    reviewed = select(review.c.user).where(
        review.c.interpretation == interpretation.c.id
    )
    corrected = select(_newer.c.id).where(_newer.c.supersedes == interpretation.c.id)
    return and_(
        interpretation.c.rank > 0,
        interpretation.c.critical == 1,
        ~reviewed.exists(),
        ~corrected.exists(),
    )


def _marked() -> ColumnElement[bool]:
    marks = select(escalation.c.at)
    return marks.where(escalation.c.interpretation == interpretation.c.id).exists()
