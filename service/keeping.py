"""Many panels kept together: all of them, in one transaction, or none."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from reference_ranges.interpretation import interpret
from reference_ranges.results import Interpretation
from service.access.audit import Stamp
from service.history import feed_of, history_in
from service.intake.submission import Submission
from service.interpreting import Order
from service.services import Services
from service.store.engine import writing
from service.store.interpretations import Entry, Saved, save_in, saved_before

TOGETHER = 200
"""Panels to a transaction: others must not wait longer for their turn to write."""

_UNDATED = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Kept:
    """A panel that was kept: what it was found to mean, if it was found just now."""

    saved: Saved
    submission: Submission
    interpretation: Interpretation | None


def accept_together(
    app: Services,
    orders: Sequence[Order],
    stamp: Stamp,
    approve: Callable[[Sequence[Kept]], None] = lambda _: None,
) -> tuple[Kept, ...]:
    """Interpret all and keep all, or nothing; what comes back is in the order given.

    They are taken in the order of collection, so that each is held against those
    before it.  *approve* sees what would be kept and may raise, which keeps nothing.

    Raises:
        StoreError: nothing was stored; see ``interpretations.save`` for the kinds.
    """
    with writing(app.engine) as connection:
        made = {
            at: _accept(connection, app, orders[at], stamp)
            for at in _by_collection(orders)
        }
        kept = tuple(made[at] for at in range(len(orders)))
        approve(kept)
    return kept


def accept_in_parts(
    app: Services, orders: Sequence[Order], stamp: Stamp
) -> Iterator[Mapping[int, Kept]]:
    """Interpret and keep all, ``TOGETHER`` to a transaction; yield each part once kept.

    They are taken in the order of collection, and told by their places in *orders*.
    Where it ends early, what was kept stays: with keys, the same orders go on there.

    Raises:
        StoreError: as ``accept_together`` does; nothing of that part was stored.
    """
    places = _by_collection(orders)
    for start in range(0, len(places), TOGETHER):
        part = places[start : start + TOGETHER]
        kept = accept_together(app, [orders[at] for at in part], stamp)
        yield dict(zip(part, kept, strict=True))


def rehearse(app: Services, orders: Sequence[Order], stamp: Stamp) -> tuple[Kept, ...]:
    """Return what ``accept_together`` would keep now, and keep nothing.

    Raises:
        StoreUnavailable: the store could not be reached.
    """
    seen: list[Kept] = []

    def look(kept: Sequence[Kept]) -> None:
        seen.extend(kept)
        raise _Rehearsed

    try:
        accept_together(app, orders, stamp, look)
    except _Rehearsed:
        return tuple(seen)
    raise AssertionError("a rehearsal was kept")


class _Rehearsed(Exception):  # noqa: N818 - it names what happened
    """All was seen, and nothing is to be kept."""


def _by_collection(orders: Sequence[Order]) -> list[int]:
    """Return the places of *orders*, that of the first collected first."""
    times = [one.submission.collected_at or _UNDATED for one in orders]
    return sorted(range(len(orders)), key=times.__getitem__)


def _accept(connection: Connection, app: Services, order: Order, stamp: Stamp) -> Kept:
    before = saved_before(connection, order.key)
    if before is not None:
        return Kept(before, order.submission, None)
    sender = order.sender or feed_of(app.engine, stamp, order.submission)
    submission = history_in(connection, app, order.submission, sender, order.corrects)
    made = interpret(submission.panel, app.catalogue)
    entry = Entry(submission, made, order.corrects, app.demo, sender, order.identifiers)
    return Kept(save_in(connection, entry, stamp, order.key), submission, made)
