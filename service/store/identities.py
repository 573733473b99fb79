"""Panels whose record number came before with another birth date, sex or name.

They are kept and judged like any other, and whatever is critical in them alarms; but
nobody can mark one as reviewed until someone has looked at whose it is.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    bindparam,
    func,
    insert,
    select,
)

from reports.identity import Identity
from service.access.audit import Action, Stamp, record
from service.intake.people import FACTS, is_same, is_stated
from service.intake.submission import Submission
from service.store.engine import reading, writing
from service.store.errors import UnknownHold
from service.store.feeds import HOLD, RELEASE, checked_reason
from service.store.tables import identity_event, interpretation, submission

MOST = 100  # holds on one page; when some are let go, the others follow
_FAR_ENOUGH = (
    20  # panels back, trials not among them, for the last one that stated a fact
)
_released = identity_event.alias("released")
_newer = interpretation.alias("newer")


@dataclass(frozen=True, slots=True)
class IdentityHold:
    """One panel that is held: whose it says it is, and whose the number was before.

    ``differs`` names the facts; ``earlier`` is the newest panel that stated the first.
    """

    interpretation: str
    differs: tuple[str, ...]
    at: datetime
    said: Identity
    earlier: str
    before: Identity


def hold(
    connection: Connection,
    sent: Submission,
    interpretation_id: str,
    stamp: Stamp,
) -> None:
    """Hold a panel whose record number was another person's, by what they stated.

    Within the caller's writing transaction.  A fact that either side leaves out is no
    difference, nor is a birth date of less precision; panels that are held themselves
    say nothing about whose a number is.
    """
    said = sent.identity
    if sent.test_message or not said.record_number:
        return
    known = _known(connection, said, interpretation_id)
    differs = [fact for fact in known if not is_same(fact, said, known[fact][1])]
    if not differs:
        return
    row = {
        "interpretation": interpretation_id,
        "deed": HOLD,
        "earlier": known[differs[0]][0],
        "differs": " ".join(differs),
        "at": stamp.at,
        "actor": stamp.actor,
        "reason": "",
    }
    connection.execute(insert(identity_event).values(row))
    record(connection, stamp, Action.HOLD_IDENTITY, interpretation_id)


def release(engine: Engine, interpretation_id: str, reason: str, stamp: Stamp) -> None:
    """Let a held panel be reviewed, for a *reason*; from now on it counts as theirs.

    Raises:
        UnknownHold: it is not held.
        ValueError: no reason, or one of more than ``feeds.LONGEST_REASON`` characters.
        StoreUnavailable: nothing was stored.
    """
    reason = checked_reason(reason)
    with writing(engine) as connection:
        differs = differs_in(connection, interpretation_id)
        if not differs:
            raise UnknownHold("there is no hold on this panel that still stands")
        row = {
            "interpretation": interpretation_id,
            "deed": RELEASE,
            "earlier": None,
            "differs": " ".join(differs),
            "at": stamp.at,
            "actor": stamp.actor,
            "reason": reason,
        }
        connection.execute(insert(identity_event).values(row))
        record(connection, stamp, Action.RELEASE_IDENTITY, interpretation_id)


def holds(engine: Engine) -> tuple[IdentityHold, ...]:
    """Return the holds that stand on newest versions, the newest ``MOST`` first."""
    wanted = (
        select(identity_event)
        .join(interpretation, interpretation.c.id == identity_event.c.interpretation)
        .where(_open())
        .order_by(interpretation.c.sequence.desc())
        .limit(MOST)
    )
    with reading(engine) as connection:
        rows = connection.execute(wanted).mappings().all()
        return tuple(
            IdentityHold(
                interpretation=row["interpretation"],
                differs=tuple(row["differs"].split()),
                at=row["at"],
                said=_identity(connection, row["interpretation"]),
                earlier=row["earlier"],
                before=_identity(connection, row["earlier"]),
            )
            for row in rows
        )


def count_holds(engine: Engine) -> int:
    """Return how many there are in all."""
    wanted = (
        select(func.count())
        .select_from(identity_event)
        .join(interpretation, interpretation.c.id == identity_event.c.interpretation)
        .where(_open())
    )
    with reading(engine) as connection:
        return connection.scalars(wanted).one()


def differs_in(connection: Connection, interpretation_id: str) -> tuple[str, ...]:
    """Return the facts for which a panel is held; none where it is not."""
    found = connection.scalar(_HELD_FOR, {"panel": interpretation_id})
    return tuple((found or "").split())


def standing(interpretation_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Say, within a query, whether the panel of this id is held."""
    held = identity_event.alias("held")
    return (
        select(held.c.at)
        .where(
            held.c.interpretation == interpretation_id,
            held.c.deed == HOLD,
            ~select(_released.c.at)
            .where(
                _released.c.interpretation == held.c.interpretation,
                _released.c.deed == RELEASE,
            )
            .exists(),
        )
        .exists()
    )


def _open() -> ColumnElement[bool]:
    """Say of a hold that it stands, and on a version that nothing has replaced."""
    newer = select(_newer.c.id).where(_newer.c.supersedes == interpretation.c.id)
    return and_(
        identity_event.c.deed == HOLD, standing(interpretation.c.id), ~newer.exists()
    )


_HELD_FOR = select(identity_event.c.differs).where(
    identity_event.c.interpretation == bindparam("panel"),
    identity_event.c.deed == HOLD,
    standing(identity_event.c.interpretation),
)
PANELS = (
    select(interpretation.c.id, submission.c.document)
    .select_from(submission)
    .join(interpretation, interpretation.c.submission == submission.c.id)
    .where(
        submission.c.record_number == bindparam("number"),
        interpretation.c.id != bindparam("but"),
        ~standing(interpretation.c.id),
    )
    .order_by(submission.c.received_at.desc())
)
"""The newest panels of a record number, but for one and for those that are held."""


def _known(
    connection: Connection, said: Identity, interpretation_id: str
) -> dict[str, tuple[str, Identity]]:
    """Return, for each fact that *said* states, the newest panel that stated it."""
    known: dict[str, tuple[str, Identity]] = {}
    wanted = [fact for fact in FACTS if is_stated(fact, said)]
    panels = _before(connection, said.record_number, interpretation_id)
    for key, before in islice(panels, _FAR_ENOUGH):
        for fact in wanted:
            if fact not in known and is_stated(fact, before):
                known[fact] = (key, before)
        if len(known) == len(wanted):
            break
    return known


def _before(
    connection: Connection, record_number: str, interpretation_id: str
) -> Iterator[tuple[str, Identity]]:
    asked = {"number": record_number, "but": interpretation_id}
    with connection.execute(PANELS, asked) as rows:
        for key, document in rows:
            sent = json.loads(document)
            if not sent["test_message"]:
                yield key, Identity(**sent["identity"])


def _identity(connection: Connection, interpretation_id: str) -> Identity:
    wanted = (
        select(submission.c.document)
        .join(interpretation, interpretation.c.submission == submission.c.id)
        .where(interpretation.c.id == interpretation_id)
    )
    return Identity(**json.loads(connection.scalars(wanted).one())["identity"])
