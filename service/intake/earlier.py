"""Earlier results that came with a panel: read like results, and told by their time."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

from reference_ranges.panel import Earlier, Observation, Reason
from service.intake.door import Door
from service.intake.fields import shown
from service.intake.people import read_time
from service.intake.rows import read_rows
from service.problems import Fault

_AS_SENT = {"flag": "", "status": "final", "comment": ""}


def read_earlier(
    rows: Sequence[Mapping[str, Any]],
    collected: datetime | None,
    door: Door,
    faults: list[Fault],
) -> tuple[Earlier, ...]:
    """Return the rows of ``EarlierSchema`` that can be compared with something.

    A test that we do not know, or another molecule under a similar code, is left
    out.  Whatever else cannot be read is a fault, and so is a time that is not before
    the specimen was *collected*.
    """
    if rows and collected is None:
        faults.append(Fault("/specimen/collected_at", "required"))
        return ()
    plain = [{**row, **_AS_SENT} for row in rows]
    observations, row_faults = read_rows(plain, "", door, "/earlier")
    faults.extend(row_faults)
    found = []
    for index, (row, seen) in enumerate(zip(rows, observations, strict=True)):
        pointer = f"/earlier/{index}"
        at = read_time(row["collected_at"], f"{pointer}/collected_at", door, faults)
        if at is None or collected is None:
            continue
        if seconds_between(at, collected) <= 0:
            text = shown(row["collected_at"])
            faults.append(Fault(f"{pointer}/collected_at", "not_earlier", text))
        elif seen.refusal is Reason.UNIT_PROPERTY_MISMATCH:
            faults.append(Fault(f"{pointer}/unit", "unit_not_allowed", seen.unit_text))
        elif one := as_earlier(seen, at, collected, (row["laboratory"], door.zone)):
            found.append(one)
    return tuple(found)


def as_earlier(
    seen: Observation,
    at: datetime,
    collected: datetime,
    where: tuple[str, tzinfo],
    origin: str = "",
) -> Earlier | None:
    """Return *seen*, collected *at*, as one from before; None where it was not read.

    *where* is the laboratory, and the zone by whose clocks days are told.
    """
    laboratory, zone = where
    if seen.analyte is None or seen.reading is None or seen.unit is None:
        return None
    return Earlier(
        analyte=seen.analyte,
        reading=seen.reading,
        unit=seen.unit,
        seconds_before=seconds_between(at, collected),
        day=at.astimezone(zone).date(),
        method=seen.method,
        laboratory=laboratory,
        origin=origin,
    )


def seconds_between(first: datetime, last: datetime) -> int:
    """Return the whole seconds from *first* to *last*."""
    whole = last.replace(microsecond=0) - first.replace(microsecond=0)
    return whole // timedelta(seconds=1)
