"""Which analytes of which senders are held, who let them go again, and why."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, insert, select

from reference_ranges.panel import Shift
from service.access.audit import Action, Stamp, record
from service.store import measurements
from service.store.engine import reading, writing
from service.store.errors import UnknownHold
from service.store.tables import api_key, feed_event, sender

HOLD, RELEASE = "hold", "release"


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """That an analyte of a sender was held or released: by whom, when and why.

    ``interpretation`` is the panel at which a hold began; ``after`` the newest
    measurement at that time.
    """

    id: int
    deed: str
    sender: str
    analyte: str
    factor: Fraction
    at: datetime
    actor: str
    reason: str
    interpretation: str
    after: int

    @property
    def holds(self) -> bool:
        """Whether it is a hold."""
        return self.deed == HOLD


def last_events(connection: Connection, sender: str) -> dict[str, FeedEvent]:
    """Return the last word on each analyte of *sender* that was ever held."""
    wanted = select(feed_event).where(feed_event.c.sender == sender)
    rows = connection.execute(wanted.order_by(feed_event.c.id)).mappings()
    return {row["analyte"]: _event(row) for row in rows}


def holds(engine: Engine) -> tuple[FeedEvent, ...]:
    """Return all holds that stand, the newest first."""
    last: dict[tuple[str, str], FeedEvent] = {}
    with reading(engine) as connection:
        rows = connection.execute(select(feed_event).order_by(feed_event.c.id))
        for row in rows.mappings():
            last[row["sender"], row["analyte"]] = _event(row)
    standing = [one for one in last.values() if one.holds]
    return tuple(sorted(standing, key=lambda one: one.id, reverse=True))


def sender_names(engine: Engine) -> dict[str, str]:
    """Return what feeds are called: ``key:<prefix>`` and ``sender:<id>``."""
    with reading(engine) as connection:
        keys = connection.execute(select(api_key.c.prefix, api_key.c.label))
        names = {f"key:{prefix}": label for prefix, label in keys}
        known = connection.execute(select(sender.c.id, sender.c.name))
        return names | {f"sender:{one}": name for one, name in known}


def hold(
    connection: Connection,
    sender: str,
    shifts: tuple[Shift, ...],
    interpretation_id: str,
    stamp: Stamp,
) -> None:
    """Hold the analytes of *sender* that have shifted and are not held yet.

    Within the caller's writing transaction; each new hold is recorded.
    """
    last = last_events(connection, sender) if shifts else {}
    for shift in shifts:
        before = last.get(shift.analyte)
        if before is not None and before.holds:
            continue
        row = {
            "deed": HOLD,
            "sender": sender,
            "analyte": shift.analyte,
            "factor": str(shift.factor),
            "reason": "",
            "interpretation": interpretation_id,
        }
        _add(connection, row, stamp, Action.HOLD_FEED)


def checked_reason(text: str) -> str:
    """Return the reason that a person gives for letting a hold go, as it is kept.

    Raises:
        ValueError: there is none, or it has more than ``LONGEST_REASON`` characters.
    """
    reason = text.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise ValueError(f"a reason of 1 to {LONGEST_REASON} characters is needed")
    return reason


def release(engine: Engine, hold_id: int, reason: str, stamp: Stamp) -> None:
    """Let the held analyte of a sender go, for a *reason*; its past starts anew.

    What was held until now stays as it is: send it again to have it judged.

    Raises:
        UnknownHold: there is no such hold, or it was released already.
        ValueError: no reason, or one of more than ``LONGEST_REASON`` characters.
        StoreUnavailable: nothing was stored.
    """
    reason = checked_reason(reason)
    with writing(engine) as connection:
        wanted = select(feed_event).where(feed_event.c.id == hold_id)
        row = connection.execute(wanted).mappings().first()
        held = None if row is None else _event(row)
        last = last_events(connection, held.sender) if held else {}
        if held is None or not held.holds or last[held.analyte].id != held.id:
            raise UnknownHold("there is no hold with this number that still stands")
        released = {
            "deed": RELEASE,
            "sender": held.sender,
            "analyte": held.analyte,
            "factor": str(held.factor),
            "reason": reason,
            "interpretation": None,
        }
        _add(connection, released, stamp, Action.RELEASE_FEED)


LONGEST_REASON = 300


def _add(
    connection: Connection, row: dict[str, Any], stamp: Stamp, action: Action
) -> None:
    row |= {"at": stamp.at, "actor": stamp.actor}
    row["after"] = measurements.newest(connection)
    made = connection.execute(insert(feed_event).values(row))
    (number,) = made.inserted_primary_key or (0,)
    record(connection, stamp, action, f"feed-{number}")


def _event(row: RowMapping) -> FeedEvent:
    told = dict(row) | {
        "factor": Fraction(row["factor"]),
        "interpretation": row["interpretation"] or "",
    }
    return FeedEvent(**told)
