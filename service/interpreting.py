"""Every door's way from a submission to something kept: look back, interpret, save."""

from dataclasses import dataclass

from sqlalchemy import Engine

from reference_ranges.interpretation import interpret
from service.access.audit import Stamp
from service.history import feed_of, history_in
from service.intake.submission import Submission
from service.services import Services
from service.store import idempotency
from service.store.engine import reading
from service.store.idempotency import IdempotencyKey
from service.store.interpretations import Entry, Saved, save


@dataclass(frozen=True, slots=True)
class Order:
    """A submission to interpret and keep.

    ``corrects`` is the id of the newest version so far where this is a correction,
    else empty.  ``key`` makes a repeat harmless; None where the door has another way.
    ``looked_back`` says that the panel has its history already, as it was shown.
    ``identifiers`` are what the sender calls the report.
    ``sender`` is whose feed it is part of; empty: told by who stores it.
    """

    submission: Submission
    corrects: str = ""
    key: IdempotencyKey | None = None
    looked_back: bool = False
    identifiers: tuple[str, ...] = ()
    sender: str = ""


def accept(app: Services, order: Order, stamp: Stamp) -> Saved:
    """Interpret the submission and keep both; when this returns, they are durable.

    Raises:
        StoreError: nothing was stored; see ``interpretations.save`` for the kinds.
    """
    return save(app.engine, entry_of(app, order, stamp), stamp, order.key)


def entry_of(app: Services, order: Order, stamp: Stamp) -> Entry:
    """Return the submission with its past and what it was found to mean, to be kept.

    Raises:
        StoreUnavailable: the past could not be looked up.
    """
    submission = order.submission
    sender = order.sender or feed_of(app.engine, stamp, submission)
    if not order.looked_back:
        with reading(app.engine) as connection:
            submission = history_in(connection, app, submission, sender, order.corrects)
    return Entry(
        submission=submission,
        interpretation=interpret(submission.panel, app.catalogue),
        corrects=order.corrects,
        demo=app.demo,
        sender=sender,
        identifiers=order.identifiers,
    )


def answered_before(engine: Engine, key: IdempotencyKey) -> str | None:
    """Return the id that *key* was answered with, before its body is read again.

    Raises:
        KeyReused: it was used with another body.
        StoreUnavailable: it could not be looked up.
    """
    with reading(engine) as connection:
        return idempotency.find(connection, key)
