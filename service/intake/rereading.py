"""A stored panel read once more, by another catalogue than it was first read with."""

from dataclasses import replace

from reference_ranges.catalogue import Catalogue
from reference_ranges.panel import Observation, Panel, Reason
from service.intake.door import Door
from service.intake.rows import LOINC, read_rows

_VALUE_UNREAD = (Reason.VALUE_NOT_READ, Reason.VALUE_MISSING)


def read_again(panel: Panel, door: Door, before: Catalogue) -> Panel:
    """Return *panel* as ``door.catalogue`` reads its codes, names and units.

    Each result becomes the row that it was and comes in by the common door, so that
    a code or unit which the other catalogue lacks, or has gained, shows.  A test that
    was told by its id is looked up by its id.  *before* is the catalogue in use: a
    test that was not known although *before* knows its name came under a code of some
    other system, and stays unknown.  Earlier results of a test or in a unit that the
    other catalogue lacks are left out.
    """
    analytes = door.catalogue.analytes
    return replace(
        panel,
        observations=tuple(
            _read_again(one, panel.specimen, door, before) for one in panel.observations
        ),
        earlier=tuple(
            one
            for one in panel.earlier
            if one.analyte in analytes and one.unit in analytes[one.analyte].units
        ),
        shifts=tuple(one for one in panel.shifts if one.analyte in analytes),
    )


def _read_again(
    seen: Observation, specimen: str, door: Door, before: Catalogue
) -> Observation:
    foreign = before.analyte_named(seen.name) is not None
    if seen.analyte is None and seen.loinc is None and foreign:
        return seen
    both = [
        replace(
            read_rows([_row(seen)], specimen, replace(door, decimal_comma=comma))[0][0],
            sub_id=seen.sub_id,
        )
        for comma in (False, True)
    ]
    alike = [one for one in both if _numbers(one, seen) == _numbers(seen, seen)]
    return (alike or both)[0]


def _numbers(one: Observation, seen: Observation) -> tuple[object, ...]:
    """Return what shows how numbers are written, as far as *seen* had them read."""
    measured = seen.reading is not None or seen.refusal in _VALUE_UNREAD
    return one.lab_interval, one.reading if measured else None


def _row(seen: Observation) -> dict[str, object]:
    """Return the row that *seen* was made from, as the schema would give it."""
    row: dict[str, object] = {
        "value": seen.value_text,
        "unit": seen.unit_text,
        "flag": seen.sender_flag or "",
        "status": seen.status,
        "comment": seen.comment,
        "method": seen.method,
    }
    if seen.name:
        row["name"] = seen.name
    if seen.loinc is not None:
        row["code"] = {"system": LOINC, "code": seen.loinc, "display": ""}
    elif seen.analyte is not None:
        row["analyte"] = seen.analyte
    if seen.lab_interval is not None:
        row["interval"] = {"text": seen.lab_interval.text}
    return row
