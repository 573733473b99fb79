"""Keeping panels with what they were found to mean, and giving them back unchanged."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, insert, select

from reference_ranges.results import Interpretation, Result, Urgency
from service.access.audit import Action, Stamp, record
from service.access.ids import new_id
from service.intake.submission import Submission
from service.names import folded
from service.store import (
    feeds,
    idempotency,
    identities,
    instance,
    measurements,
    origins,
    outbox,
    tables,
)
from service.store.codec import dumps, loads
from service.store.engine import reading, writing
from service.store.errors import (
    OtherPatient,
    StoreDamaged,
    Superseded,
    UnknownInterpretation,
)
from service.store.escalations import is_escalated
from service.store.idempotency import IdempotencyKey
from service.store.reviews import Review, review_in


@dataclass(frozen=True, slots=True)
class Entry:
    """What goes in: a submission and what it was found to mean.

    ``corrects`` is the id of the newest version so far where this is a correction,
    else empty.  ``demo`` marks invented patients: a real database refuses them.
    ``sender`` is whose feed it is part of, empty for nobody's; ``identifiers`` are what
    it calls the report.
    """

    submission: Submission
    interpretation: Interpretation
    corrects: str = ""
    demo: bool = False
    sender: str = ""
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Saved:
    """What was stored; ``replayed`` says that it was stored before, by the same key."""

    id: str
    version: int
    replayed: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """One version of an interpretation with all that belongs to it.

    ``root`` is the id of its first version; ``supersedes`` and ``superseded_by`` are
    the ids of its neighbours, empty where there is none.  ``escalated`` says that it
    is critical and that nobody reviewed it in time.  ``fingerprint`` is made of what
    came in and what it was found to mean, as they were written.  ``held`` are the facts
    for which its identity is held: what its record number came with before differs.
    """

    id: str
    root: str
    version: int
    supersedes: str
    superseded_by: str
    made_at: datetime
    submission: Submission
    interpretation: Interpretation
    review: Review | None
    escalated: bool
    fingerprint: str = ""
    held: tuple[str, ...] = ()


def save(
    engine: Engine, entry: Entry, stamp: Stamp, key: IdempotencyKey | None = None
) -> Saved:
    """Keep *entry* whole, once and durably, or not at all.

    The key, the submission as it came, its results, the interpretation, the word for
    the webhooks and the audit entry are one transaction.  A key that was used before
    with the same body gives the first answer again.

    Raises:
        KeyReused: the key was used before, with another body.
        KeyInFlight: a request with this key is being stored right now.
        UnknownInterpretation: ``corrects`` names none.
        Superseded: ``corrects`` names a version that has been corrected already.
        OtherPatient: ``corrects`` names a version of somebody else's.
        DemoRefused: a demo entry, and this is not a demo database.
        StoreUnavailable: nothing was stored.
    """
    with idempotency.claimed(engine, key), writing(engine) as connection:
        return saved_before(connection, key) or save_in(connection, entry, stamp, key)


def saved_before(connection: Connection, key: IdempotencyKey | None) -> Saved | None:
    """Return what was stored with *key*, or None.

    Raises:
        KeyReused: it was used with another body.
    """
    before = None if key is None else idempotency.find(connection, key)
    if before is None:
        return None
    return Saved(before, _row(connection, before)["version"], replayed=True)


def save_in(
    connection: Connection, entry: Entry, stamp: Stamp, key: IdempotencyKey | None
) -> Saved:
    """Keep *entry* within the caller's writing transaction, its *key* being new.

    Raises:
        StoreError: as ``save`` does; the transaction must be left then.
    """
    instance.admit(connection, demo=entry.demo)
    saved, root = _next_version(connection, entry)
    _insert(connection, entry, stamp, saved, root)
    _tell(connection, entry, stamp, saved, root)
    if key is not None:
        idempotency.keep(connection, key, saved.id, stamp.at)
    action = Action.CORRECT if entry.corrects else Action.STORE
    record(connection, stamp, action, saved.id)
    return saved


def get(engine: Engine, interpretation_id: str) -> Stored | None:
    """Return one version with all that belongs to it, or None.

    Raises:
        StoreDamaged: what was read is not what was written.
        StoreUnavailable: it could not be read.
    """
    with reading(engine) as connection:
        try:
            row = _row(connection, interpretation_id)
        except UnknownInterpretation:
            return None
        sent = (
            connection.execute(
                select(tables.submission).where(
                    tables.submission.c.id == row["submission"]
                )
            )
            .mappings()
            .one()
        )
        newer = _successor(connection, interpretation_id)
        review = review_in(connection, interpretation_id)
        escalated = is_escalated(connection, interpretation_id)
        held = identities.differs_in(connection, interpretation_id)
    return Stored(
        id=row["id"],
        root=row["root"],
        version=row["version"],
        supersedes=row["supersedes"] or "",
        superseded_by=newer,
        made_at=row["made_at"],
        submission=replace(loads(Submission, sent["document"]), raw=sent["raw"]),
        interpretation=loads(Interpretation, intact(row)),
        review=review,
        escalated=escalated,
        fingerprint=_sha256(sent["raw_sha256"] + row["document_sha256"]),
        held=held,
    )


def versions(engine: Engine, interpretation_id: str) -> tuple[str, ...]:
    """Return the ids of all versions of this interpretation, oldest first."""
    table = tables.interpretation
    root = select(table.c.root).where(table.c.id == interpretation_id).scalar_subquery()
    with reading(engine) as connection:
        ids = select(table.c.id).where(table.c.root == root).order_by(table.c.version)
        return tuple(connection.scalars(ids))


def intact(row: RowMapping) -> str:
    """Return the document of an interpretation, once it is what was written.

    Raises:
        StoreDamaged: it is not.
    """
    document = str(row["document"])
    if _sha256(document) != row["document_sha256"]:
        raise StoreDamaged("an interpretation is not as it was written")
    return document


def _row(connection: Connection, interpretation_id: str) -> RowMapping:
    table = tables.interpretation
    row = (
        connection.execute(select(table).where(table.c.id == interpretation_id))
        .mappings()
        .first()
    )
    if row is None:
        raise UnknownInterpretation("there is no interpretation with this id")
    return row


def _successor(connection: Connection, interpretation_id: str) -> str:
    table = tables.interpretation
    newer = select(table.c.id).where(table.c.supersedes == interpretation_id)
    return connection.scalar(newer) or ""


def _next_version(connection: Connection, entry: Entry) -> tuple[Saved, str]:
    fresh = new_id()
    if not entry.corrects:
        return Saved(fresh, 1, replayed=False), fresh
    row = _row(connection, entry.corrects)
    if _successor(connection, entry.corrects):
        raise Superseded("this version has been corrected already")
    if _whose(_sent(connection, row)) != _whose(entry.submission):
        raise OtherPatient("a correction keeps record number and birth date")
    return Saved(fresh, row["version"] + 1, replayed=False), row["root"]


def _sent(connection: Connection, row: RowMapping) -> Submission:
    table = tables.submission
    document = select(table.c.document).where(table.c.id == row["submission"])
    return loads(Submission, connection.scalars(document).one())


def _whose(submission: Submission) -> tuple[str, str]:
    """Return what a correction never changes; a name may have been misspelt."""
    return submission.identity.record_number, submission.identity.birth_date


def _insert(
    connection: Connection, entry: Entry, stamp: Stamp, saved: Saved, root: str
) -> None:
    submission_id = new_id()
    made = _interpretation_columns(entry.interpretation) | {
        "id": saved.id,
        "root": root,
        "version": saved.version,
        "supersedes": entry.corrects or None,
        "submission": submission_id,
        "made_at": stamp.at,
        "made_by": stamp.actor,
    }
    sent = _submission_columns(entry.submission) | {
        "id": submission_id,
        "received_at": stamp.at,
    }
    connection.execute(insert(tables.submission).values(sent))
    connection.execute(insert(tables.interpretation).values(made))
    both = (*entry.interpretation.results, *entry.interpretation.derived)
    rows = [
        _result_columns(result) | {"interpretation": saved.id, "position": position}
        for position, result in enumerate(both)
    ]
    if rows:
        connection.execute(insert(tables.result), rows)
    _remember(connection, entry, stamp, saved.id)


def _tell(
    connection: Connection, entry: Entry, stamp: Stamp, saved: Saved, root: str
) -> None:
    """Leave word for the webhooks; a trial message alarms nobody."""
    if entry.submission.test_message:
        return
    made = entry.interpretation
    news = outbox.News(
        id=saved.id,
        root=root,
        version=saved.version,
        urgency=made.urgency,
        critical=made.critical,
        supersedes=entry.corrects,
        at=stamp.at,
    )
    outbox.post(connection, news)


def _remember(
    connection: Connection, entry: Entry, stamp: Stamp, interpretation_id: str
) -> None:
    """Keep what later panels are held against, and what is held from now on."""
    sent, made = entry.submission, entry.interpretation
    sender = "" if entry.corrects else entry.sender
    measurements.keep(connection, interpretation_id, sent, made, sender)
    shifts = () if sent.test_message else sent.panel.shifts
    feeds.hold(connection, entry.sender, shifts, interpretation_id, stamp)
    origins.keep(connection, entry.sender, entry.identifiers, interpretation_id)
    identities.hold(connection, sent, interpretation_id, stamp)


def _submission_columns(submission: Submission) -> dict[str, Any]:
    identity = submission.identity
    return {
        "source": submission.source,
        "raw": submission.raw,
        "raw_sha256": hashlib.sha256(submission.raw).hexdigest(),
        "record_number": identity.record_number,
        "name": identity.name,
        "search": folded(f"{identity.record_number} {identity.name}"),
        "document": dumps(replace(submission, raw=b"")),
    }


def _interpretation_columns(made: Interpretation) -> dict[str, Any]:
    document = dumps(made)
    # A critical result is never less than today's work, whatever else was decided.
    rank = max(made.urgency, Urgency.TODAY) if made.critical else made.urgency
    return {
        "urgency": int(made.urgency),
        "critical": int(made.critical),
        "rank": int(rank),
        "document": document,
        "document_sha256": _sha256(document),
        "catalogue_version": made.catalogue.version,
        "catalogue_sha256": made.catalogue.sha256,
        "profile": made.catalogue.profile,
        "engine": made.engine,
    }


def _result_columns(result: Result) -> dict[str, Any]:
    seen, outcome = result.observation, result.outcome
    return {
        "analyte": seen.analyte,
        "name": seen.name,
        "value_text": seen.value_text,
        "unit_text": seen.unit_text,
        "outcome": outcome.kind.value,
        "direction": outcome.direction.value if outcome.direction else None,
        "reason": outcome.reason.value if outcome.reason else None,
        "code": result.code,
        "derived_by": result.derived_by,
    }


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
