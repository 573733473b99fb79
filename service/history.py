"""What a panel is held against from the store: the patient's past, and the sender's.

It is put into the panel before anything is interpreted, and kept with it: what was
used can be seen, and the interpretation be made again.
"""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from sqlalchemy import Connection, Engine, select

from reference_ranges.catalogue import Catalogue
from reference_ranges.feeds import find_shift
from reference_ranges.panel import Earlier, Shift
from service.access.audit import Stamp
from service.intake.submission import Submission
from service.services import Services
from service.store import feeds, measurements
from service.store.engine import reading
from service.store.measurements import Known
from service.store.tables import api_key


def feed_of(engine: Engine, stamp: Stamp, submission: Submission) -> str:
    """Return whose feed a panel is part of: a sender's, a key's, or the desk's.

    All keys of a sender are one feed, so that a new key does not begin a new one.

    Raises:
        StoreUnavailable: it could not be looked up.
    """
    kind, _, prefix = stamp.actor.partition(":")
    if kind != "key":
        return f"desk:{submission.source}"
    with reading(engine) as connection:
        owner = connection.scalar(
            select(api_key.c.sender).where(api_key.c.prefix == prefix)
        )
    return stamp.actor if owner is None else f"sender:{owner}"


def with_history(
    app: Services, submission: Submission, stamp: Stamp, corrects: str = ""
) -> Submission:
    """Return *submission* with earlier results and held analytes in its panel.

    *corrects* is the interpretation that it replaces, else empty.

    Raises:
        StoreUnavailable: they could not be looked up.
    """
    sender = feed_of(app.engine, stamp, submission)
    with reading(app.engine) as connection:
        return history_in(connection, app, submission, sender, corrects)


def history_in(
    connection: Connection,
    app: Services,
    submission: Submission,
    sender: str,
    corrects: str = "",
) -> Submission:
    """Return the same from what *connection* sees, its own writes included."""
    analytes = measurements.analytes_of(submission)
    known = Known(submission, analytes, app.settings.time_zone, corrects)
    stored = measurements.earlier_of(connection, known)
    shifts = _shifts(connection, sender, submission, app.catalogue)
    panel = submission.panel
    earlier = _once((*panel.earlier, *stored))
    return replace(submission, panel=replace(panel, earlier=earlier, shifts=shifts))


def _once(earlier: tuple[Earlier, ...]) -> tuple[Earlier, ...]:
    """Return each earlier result once; what is sent along may be stored, too."""
    found: dict[object, Earlier] = {}
    for one in earlier:
        reading = one.reading
        told = (one.seconds_before, reading.comparator, reading.number, one.unit)
        found.setdefault((one.analyte, *told), one)
    return tuple(found.values())


def _shifts(
    connection: Connection, sender: str, submission: Submission, catalogue: Catalogue
) -> tuple[Shift, ...]:
    """Return the analytes of *sender* that are held, and those to be held from now."""
    last = feeds.last_events(connection, sender)
    sent = measurements.exact_values(submission.panel.observations, catalogue)
    held = [
        Shift(analyte, event.factor) for analyte, event in last.items() if event.holds
    ]
    free = [one for one in sent if one not in {shift.analyte for shift in held}]
    after = {one: last[one].after if one in last else 0 for one in free}
    found = _found(measurements.values_of(connection, sender, after, catalogue), sent)
    new = [
        find_shift(values, catalogue.analytes[one], submission.panel.profile, catalogue)
        for one, values in found.items()
    ]
    known = set(measurements.analytes_of(submission))
    return tuple(
        one for one in (*held, *new) if one is not None and one.analyte in known
    )


def _found(
    before: Mapping[str, list[Fraction]], sent: Mapping[str, list[Fraction]]
) -> dict[str, list[Fraction]]:
    """Return the newest first: what is sent now, and what came before it."""
    return {one: [*sent[one], *values] for one, values in before.items()}
