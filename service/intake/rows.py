"""A reported row becomes an Observation here, whatever the door it came in by.

A row that cannot be read is kept all the same, with the reason why, and a fault
beside it: the caller decides whether the fault stops the whole submission.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reference_ranges.catalogue import Analyte, LookAlike
from reference_ranges.comments import names_no_blood
from reference_ranges.errors import ReadingError, UnitError
from reference_ranges.knowledge import CommentWords
from reference_ranges.panel import (
    BLOOD,
    WITHDRAWN,
    LabInterval,
    Observation,
    ObservationStatus,
    Reading,
    Reason,
)
from reference_ranges.quantities import unit_of
from reference_ranges.readings import (
    lab_interval,
    lab_interval_from_fields,
    parse_reading,
)
from service.intake.door import Door
from service.intake.fields import shown
from service.intake.strict_json import Number
from service.problems import Fault

LOINC = "http://loinc.org"


@dataclass(frozen=True, slots=True)
class Named:
    """What a row is about: an analyte, a look-alike of one, or something unknown.

    ``contested`` says that something else in the row leads to another analyte.
    """

    name: str
    analyte: Analyte | None = None
    look_alike: LookAlike | None = None
    loinc: str | None = None
    contested: bool = False


def read_rows(
    rows: Sequence[Mapping[str, Any]],
    specimen: str,
    door: Door,
    at: str = "/results",
) -> tuple[tuple[Observation, ...], tuple[Fault, ...]]:
    """Return one observation per row of ``ResultSchema``, and the faults of them all.

    A test that we do not know, another molecule under a similar code, a specimen
    that is not blood and a unit that does not go with the code are findings and no
    faults: such a row is kept with its reason.
    """
    faults: list[Fault] = []
    observations = tuple(
        _read_row(row, f"{at}/{index}", specimen, door, faults)
        for index, row in enumerate(rows)
    )
    return observations, tuple(faults)


def _read_row(
    row: Mapping[str, Any],
    pointer: str,
    specimen: str,
    door: Door,
    faults: list[Fault],
) -> Observation:
    named = _named(row, pointer, door, faults)
    plain = _plain(row, named, door)
    refusal, detail = _finding(plain, named, specimen, door.catalogue.rules.comments)
    if named.analyte is None or refusal is not None:
        return replace(plain, refusal=refusal, detail=detail)
    reading, unread = _reading(row["value"], pointer, door, faults)
    plain = replace(plain, reading=reading, refusal=unread)
    return _measured(plain, named.analyte, pointer, door, faults)


def _plain(row: Mapping[str, Any], named: Named, door: Door) -> Observation:
    """Return the row as it was sent, nothing in it read yet."""
    return Observation(
        analyte=named.analyte.id if named.analyte else None,
        name=named.name,
        value_text=str(row["value"]),
        unit_text=_own_unit(row["unit"] or "", door),
        loinc=named.loinc,
        lab_interval=_interval(row.get("interval"), door),
        sender_flag=row["flag"] or None,
        status=ObservationStatus(row["status"]),
        comment=row["comment"],
        method=row["method"],
    )


def _own_unit(text: str, door: Door) -> str:
    """Return the unit that the sender's own spelling was set up to mean, if it is one.

    What it wrote stays in the body that is kept.
    """
    return door.units.get(text.strip(), text)


def _finding(
    plain: Observation, named: Named, specimen: str, words: CommentWords
) -> tuple[Reason | None, str]:
    """Return why the row is kept and not judged, whatever its value and unit."""
    if named.look_alike is not None:
        return Reason.WRONG_MEASURAND, named.look_alike.code
    if named.analyte is None:
        return Reason.ANALYTE_NOT_SUPPORTED, ""
    if named.contested:
        return Reason.WRONG_MEASURAND, ""
    if (specimen and specimen not in BLOOD) or names_no_blood(named.name, words):
        return Reason.WRONG_SPECIMEN, ""
    if plain.status in WITHDRAWN:
        return Reason.STATUS_NOT_USABLE, ""
    return None, ""


def _measured(
    plain: Observation, analyte: Analyte, pointer: str, door: Door, faults: list[Fault]
) -> Observation:
    """Read the unit of *plain*, whose value is read: of two reasons the value's."""
    unit, unit_refusal = _unit(plain, analyte, pointer, faults)
    plain = replace(plain, lab_interval=_with_unit(plain, analyte, unit, door))
    refusal = plain.refusal or unit_refusal
    if refusal is None and not _property_fits(analyte, plain.loinc, unit):
        refusal = Reason.UNIT_PROPERTY_MISMATCH
    return replace(plain, unit=unit, refusal=refusal)


def _with_unit(
    plain: Observation, analyte: Analyte, unit: str | None, door: Door
) -> LabInterval | None:
    """Read an interval again that could not be read alone: its unit may follow it."""
    interval = plain.lab_interval
    if interval is None or interval.span is not None or unit is None:
        return interval
    known = (*analyte.spellings.items(), *door.units.items())
    units = [text for text, name in known if name == unit]
    return lab_interval(interval.text, decimal_comma=door.decimal_comma, units=units)


def _reading(
    text: str, pointer: str, door: Door, faults: list[Fault]
) -> tuple[Reading | None, Reason | None]:
    if not text.strip():
        faults.append(Fault(f"{pointer}/value", "value_missing"))
        return None, Reason.VALUE_MISSING
    try:
        return parse_reading(str(text), decimal_comma=_comma(door, text)), None
    except ReadingError as error:
        at = f"{pointer}/value"
        faults.append(Fault(at, error.code, shown(text), (error.allowed,)))
        return None, Reason.VALUE_NOT_READ


def _comma(door: Door, *sent: str) -> bool:
    """Say whether *sent* has commas: a typed number has a point, by whatever door."""
    return door.decimal_comma and not all(isinstance(one, Number) for one in sent)


def _unit(
    plain: Observation, analyte: Analyte, pointer: str, faults: list[Fault]
) -> tuple[str | None, Reason | None]:
    text = plain.unit_text
    try:
        return unit_of(analyte, text, plain.loinc or plain.name).unit, None
    except UnitError as error:
        at = f"{pointer}/unit"
        faults.append(Fault(at, error.code, shown(text), error.allowed))
        return None, Reason(error.code)


def _property_fits(analyte: Analyte, loinc: str | None, unit: str | None) -> bool:
    """Say whether the code's property (mass, substance …) goes with the unit's."""
    if loinc is None or unit is None:
        return True
    return analyte.units[unit].goes_with(analyte.loinc[loinc].property)


def _interval(sent: Mapping[str, str] | None, door: Door) -> LabInterval | None:
    if not sent:
        return None
    if "text" in sent:
        text, comma = sent["text"], door.decimal_comma
        return lab_interval(text, decimal_comma=comma) if text.strip() else None
    low, high = sent["low"], sent["high"]
    if not (low or high):
        return None
    comma = _comma(door, *filter(None, (low, high)))
    return lab_interval_from_fields(str(low), str(high), decimal_comma=comma)


def _named(
    row: Mapping[str, Any], pointer: str, door: Door, faults: list[Fault]
) -> Named:
    """Find out what the row is about; what it says twice must agree.

    Where an id, a code and a name lead to different analytes, the row is not judged
    as any of them.  The one rule for all doors.
    """
    by_code = _by_code(row.get("code"), row.get("name"), door)
    by_id = _by_id(row, door)
    found = by_code or by_id
    if found is None:
        faults.append(Fault(pointer, "analyte_missing"))
        return Named(row.get("name", ""))
    if found.look_alike is None and _is_contested(row, found, by_id, door):
        where = "code" if by_code else "name"
        faults.append(Fault(f"{pointer}/{where}", "analyte_code_conflict"))
        return replace(found, contested=True)
    return found


def _is_contested(
    row: Mapping[str, Any], found: Named, by_id: Named | None, door: Door
) -> bool:
    """Say whether the id, or a name that we know, leads to another analyte."""
    if by_id is not None and by_id.analyte != found.analyte:
        return True
    if found.analyte is None:
        return False
    code = row.get("code") or {"display": ""}
    names = [name for name in (row.get("name"), code["display"]) if name]
    return any(_is_of_another(name, found.analyte, door) for name in names)


def _is_of_another(name: str, analyte: Analyte, door: Door) -> bool:
    """Say whether *name* is that of another analyte, and not merely a shorter one.

    Calcium is said of ionised calcium, too: the code tells more, and nothing else.
    """
    other = _called(name, door)
    if other is None or other is analyte:
        return False
    words = name.strip().casefold()
    rest = analyte.name.casefold().removeprefix(words)
    return rest == analyte.name.casefold() or rest[:1].isalnum()


def _by_id(row: Mapping[str, Any], door: Door) -> Named | None:
    """Look up the id; a name is looked up only where it is all there is."""
    catalogue = door.catalogue
    text = row.get("analyte")
    if text is not None:
        analyte = catalogue.analytes.get(text)
        return Named(row.get("name") or (analyte.name if analyte else text), analyte)
    if row.get("code") is not None or "name" not in row:
        return None
    return Named(row["name"], _called(row["name"], door))


def _by_code(
    code: Mapping[str, str] | None, name: str | None, door: Door
) -> Named | None:
    if code is None:
        return None
    called = name or code["display"]
    if code["system"] != LOINC:
        return Named(called or code["code"], _alias(code["code"], door))
    return _by_loinc(code["code"], called, door)


def _called(name: str, door: Door) -> Analyte | None:
    return door.catalogue.analyte_named(name) or _alias(name, door)


def _alias(text: str, door: Door) -> Analyte | None:
    """Look up what the sender calls *text*: it was set up, never guessed."""
    known = door.aliases.get(text.casefold())
    return None if known is None else door.catalogue.analytes.get(known)


def _by_loinc(code: str, called: str, door: Door) -> Named:
    analyte = door.catalogue.analyte_for_code(code)
    if analyte is not None:
        return Named(called or analyte.name, analyte, loinc=code)
    other = door.catalogue.look_alikes.get(code)
    if other is not None:
        return Named(called or other.name, look_alike=other, loinc=code)
    return Named(called or code, loinc=code)
