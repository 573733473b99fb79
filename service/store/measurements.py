"""Numbers that later panels are held against: a patient's own, and a sender's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from fractions import Fraction
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, union_all

from reference_ranges.catalogue import Catalogue
from reference_ranges.delta_check import MOST_PAST, sound
from reference_ranges.feeds import values_needed
from reference_ranges.panel import (
    WITHDRAWN,
    Comparator,
    Earlier,
    Observation,
    ObservationStatus,
    Reading,
)
from reference_ranges.results import Interpretation, Result
from service.intake.earlier import as_earlier
from service.intake.submission import Submission
from service.store.tables import interpretation as made
from service.store.tables import measurement

_WHOLE_DATE = 10  # YYYY-MM-DD: a year alone does not tell two people apart
_LASTING = (ObservationStatus.FINAL, ObservationStatus.CORRECTED)
_newer = made.alias("newer")


@dataclass(frozen=True, slots=True)
class Known:
    """Whose earlier results are wanted, of which tests, and seen from which panel.

    ``corrects`` is an interpretation that is being replaced: nothing of it counts.
    """

    submission: Submission
    analytes: tuple[str, ...]
    zone: tzinfo
    corrects: str = ""


def analytes_of(submission: Submission) -> tuple[str, ...]:
    """Return the tests of a panel that we know, each once, in order."""
    known = {one.analyte for one in submission.panel.observations}
    return tuple(sorted(one for one in known if one is not None))


def earlier_of(connection: Connection, known: Known) -> tuple[Earlier, ...]:
    """Return the newest usable results of the same patient from before the panel.

    The same patient has the same record number and the same whole birth date.  Only
    the newest version of a panel counts, and of each test the newest few.
    """
    submission = known.submission
    collected, whose = submission.collected_at, submission.identity
    told = whose.record_number and len(whose.birth_date) == _WHOLE_DATE
    if collected is None or not told or not known.analytes or submission.test_message:
        return ()
    wanted = union_all(*(_of_patient(known, one) for one in known.analytes))
    found = (_earlier(row, collected, known.zone) for row in connection.execute(wanted))
    return tuple(one for one in found if one is not None and one.seconds_before > 0)


def values_of(
    connection: Connection, sender: str, after: dict[str, int], catalogue: Catalogue
) -> dict[str, list[Fraction]]:
    """Return what *sender* sent of each test, in SI units, newest first.

    *after* names the tests, each with the measurement before which nothing counts.
    """
    found: dict[str, list[Fraction]] = {analyte: [] for analyte in after}
    if not after:
        return found
    limit = values_needed(catalogue)
    wanted = union_all(
        *(_of_sender(sender, one, least, limit) for one, least in after.items())
    )
    rows = sorted(connection.execute(wanted), key=itemgetter(0), reverse=True)
    for _, analyte, number, unit in rows:
        entry = catalogue.analytes[analyte].units.get(unit)
        if entry is not None:
            found[analyte].append(Fraction(number) * entry.to_si)
    return found


def keep(
    connection: Connection,
    interpretation_id: str,
    submission: Submission,
    interpretation: Interpretation,
    sender: str,
) -> None:
    """Keep the numbers of a panel; those of a trial message are nobody's.

    *sender* is empty where the panel is not one of a feed, as a correction is.
    """
    if submission.test_message:
        return
    whose = {
        "interpretation": interpretation_id,
        "sender": sender,
        "record_number": submission.identity.record_number,
        "birth_date": submission.identity.birth_date,
        "collected_at": submission.collected_at,
        "laboratory": submission.laboratory,
    }
    rows = [whose | one for one in _numbers(interpretation)]
    if rows:
        connection.execute(insert(measurement), rows)


def newest(connection: Connection) -> int:
    """Return the number of the newest measurement, 0 where there is none."""
    return connection.scalar(select(func.max(measurement.c.id))) or 0


def exact_values(
    observations: Sequence[Observation], catalogue: Catalogue
) -> dict[str, list[Fraction]]:
    """Return the numbers that *observations* report, in SI units, by test."""
    found: dict[str, list[Fraction]] = {}
    for one in observations:
        analyte, reading = catalogue.analytes.get(one.analyte or ""), one.reading
        if analyte is None or reading is None or not _counts(one):
            continue
        to_si = analyte.units[one.unit or ""].to_si
        found.setdefault(analyte.id, []).append(Fraction(reading.number) * to_si)
    return found


def _counts(one: Observation) -> bool:
    """Say whether a number says something of what its sender sends."""
    exact = one.reading is not None and one.reading.comparator is Comparator.EQUAL
    return exact and one.unit is not None and one.status not in WITHDRAWN


def _numbers(interpretation: Interpretation) -> Iterator[dict[str, Any]]:
    for result in interpretation.results:
        seen, usable = result.observation, _is_usable(result, interpretation)
        if seen.reading is None or not (usable or _counts(seen)):
            continue
        if seen.analyte is not None and seen.unit is not None:
            yield {
                "analyte": seen.analyte,
                "reading": seen.reading.text,
                "comparator": seen.reading.comparator.value,
                "number": str(seen.reading.number),
                "unit": seen.unit,
                "method": seen.method,
                "usable": int(usable),
            }


def _is_usable(result: Result, interpretation: Interpretation) -> bool:
    lasting = result.observation.status in _LASTING
    return lasting and sound(result, interpretation.cautions)


def _of_patient(known: Known, analyte: str) -> Select[Any]:
    whose = known.submission.identity
    wanted = (
        select(*(measurement.c[name] for name in _READ))
        .join(made, made.c.id == measurement.c.interpretation)
        .where(
            measurement.c.record_number == whose.record_number,
            measurement.c.birth_date == whose.birth_date,
            measurement.c.analyte == analyte,
            measurement.c.usable == 1,
            measurement.c.collected_at < known.submission.collected_at,
            ~select(_newer.c.id).where(_newer.c.supersedes == made.c.id).exists(),
        )
    )
    if known.corrects:
        wanted = wanted.where(made.c.id != known.corrects)
    ordered = wanted.order_by(
        measurement.c.collected_at.desc(), measurement.c.id.desc()
    ).limit(MOST_PAST)
    return select(ordered.subquery())


_READ = (
    "interpretation",
    "collected_at",
    "analyte",
    "reading",
    "comparator",
    "number",
    "unit",
    "method",
    "laboratory",
)


def _of_sender(sender: str, analyte: str, after: int, limit: int) -> Select[Any]:
    newest_first = (
        select(*(measurement.c[name] for name in ("id", "analyte", "number", "unit")))
        .where(
            measurement.c.sender == sender,
            measurement.c.analyte == analyte,
            measurement.c.id > after,
            measurement.c.comparator == Comparator.EQUAL.value,
        )
        .order_by(measurement.c.id.desc())
        .limit(limit)
    )
    return select(newest_first.subquery())


def _earlier(row: Any, collected: datetime, zone: tzinfo) -> Earlier | None:  # noqa: ANN401 - a row has no type
    reading = Reading(row.reading, Comparator(row.comparator), Decimal(row.number))
    seen = Observation(
        analyte=row.analyte,
        name="",
        value_text=row.reading,
        unit_text=row.unit,
        reading=reading,
        unit=row.unit,
        method=row.method,
    )
    where = (row.laboratory, zone)
    return as_earlier(seen, row.collected_at, collected, where, row.interpretation)
