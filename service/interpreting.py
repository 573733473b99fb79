"""Every door's way from a submission to something kept: interpret, then save."""

from dataclasses import dataclass

from sqlalchemy import Engine

from reference_ranges.interpretation import interpret
from service.access.audit import Stamp
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
    """

    submission: Submission
    corrects: str = ""
    key: IdempotencyKey | None = None


def accept(app: Services, order: Order, stamp: Stamp) -> Saved:
    """Interpret the submission and keep both; when this returns, they are durable.

    Raises:
        StoreError: nothing was stored; see ``interpretations.save`` for the kinds.
    """
    interpretation = interpret(order.submission.panel, app.catalogue)
    entry = Entry(
        submission=order.submission,
        interpretation=interpretation,
        corrects=order.corrects,
        demo=app.demo,
    )
    return save(app.engine, entry, stamp, order.key)


def answered_before(engine: Engine, key: IdempotencyKey) -> str | None:
    """Return the id that *key* was answered with, before its body is read again.

    Raises:
        KeyReused: it was used with another body.
        StoreUnavailable: it could not be looked up.
    """
    with reading(engine) as connection:
        return idempotency.find(connection, key)
