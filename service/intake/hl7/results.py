"""An OBX becomes a row of the document that every door fills in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marshmallow import ValidationError

from reference_ranges.catalogue import Analyte
from reference_ranges.comments import conditions_in
from reference_ranges.readings import COMPARATORS
from service.intake.door import Door
from service.intake.fields import faults_of, shown
from service.intake.flags import one_of, told_in
from service.intake.hl7.er7 import Segment
from service.intake.hl7.groups import Noted
from service.intake.hl7.tables import CODED, READ_TYPES, STATUS, WORDS
from service.intake.rows import LOINC
from service.intake.schema import ResultSchema
from service.intake.units import known_units
from service.problems import Fault

_SCHEMA = ResultSchema()
_LOINC_NAMES = frozenset({"LN", "LOINC", "HTTP://LOINC.ORG", "2.16.840.1.113883.6.1"})
_CODINGS = (1, 4, 10)  # where the code, its alternate and a second one begin in OBX-3
_LOCAL = "L"
_UNKNOWN_STATUS = "preliminary"  # the least that a result can claim; never final
_TEXTS = (*WORDS, *CODED, "FT")  # FT is shown, and never read as a result
_BREAKS = frozenset("\n\r\t")
_TEXTS_OF_CODED = (2, 5, 9)  # words, those of the alternate, what it was coded from
_NUMBER_FIRST = re.compile(r"[<>=≤≥]{0,2} *[0-9]")
_MOST_SHOWN = 64  # characters of a value; what is longer is a text beside it

FIELDS = {
    "": 3,
    "code": 3,
    "name": 3,
    "value": 5,
    "unit": 6,
    "interval": 7,
    "flag": 8,
    "status": 11,
    "method": 17,
}
"""Which field of an OBX each field of a row came from; a comment is in its NTE."""


@dataclass(slots=True)
class Row:
    """A result as the document has it, and what is wrong with how it was sent.

    ``withheld`` says that its value must not be read, whatever it looks like.
    ``lost`` are the faults of what could not be kept of it.
    """

    segment: Segment
    document: dict[str, Any]
    withheld: bool = False
    faults: list[Fault] = field(default_factory=list)
    lost: list[Fault] = field(default_factory=list)
    heard: frozenset[str] = frozenset()


def read_result(noted: Noted, notes: tuple[str, ...], door: Door) -> Row:
    """Return the row of one OBX; *notes* are those of its order.

    What does not fit into a row is left out of it, the row is then withheld, and a
    fault says so.
    """
    segment = noted.segment
    row = Row(segment, _named(segment, door))
    value, comment = _value(segment, row)
    texts = (comment, *map(text_of, noted.notes), *notes)
    row.document |= {
        "value": value,
        "unit": _unit(segment, _analyte(row.document, door), door),
        "flag": one_of(_flags(segment)),
        "status": _status(segment, row),
        "method": segment.part(17, 2) or segment.part(17),
        "comment": "\n".join(dict.fromkeys(text for text in texts if text)),
    }
    if interval := segment.plain(segment.raw(7)):
        row.document["interval"] = interval
    said = value if segment.part(2) in WORDS else ""
    row.heard = _heard((*texts, said), door)
    _fit(row)
    return row


def text_of(note: Segment) -> str:
    """Return what an NTE says."""
    return "\n".join(note.plain(one) for one in note.repetitions(3))


def _heard(texts: tuple[str, ...], door: Door) -> frozenset[str]:
    """Return the faults of the sample that *texts* speak of, however long they are."""
    words = door.catalogue.rules.comments
    return frozenset().union(*(conditions_in(one, words) for one in texts if one))


def _named(segment: Segment, door: Door) -> dict[str, Any]:
    """Return code and name: LOINC wherever it sits, then what was set up, then any.

    Where another code of the field leads to another analyte, both are told, and
    refused when they are read.
    """
    codings = [one for one in _codings(segment) if one["code"] or one["name"]]
    if not codings:
        return {}
    chosen = min(codings, key=lambda one: _rank(one, door))
    name = chosen["name"] or next((one["name"] for one in codings if one["name"]), "")
    named = {"name": name} if name else {}
    system, code = chosen["system"], chosen["code"]
    if not (system or _is_alias(code, door)):  # it is no code of anything
        return named or {"name": code}
    if not code:
        return named
    told = {"system": LOINC if _is_loinc(chosen) else system or _LOCAL, "code": code}
    other = _another(chosen, codings, door)
    return named | {"code": told} | ({"analyte": other} if other else {})


def _rank(coding: dict[str, str], door: Door) -> int:
    """Put LOINC first: a code of something alike, then one of ours, then any."""
    if not _is_loinc(coding):
        return 3 if _is_alias(coding["code"], door) else 4
    if coding["code"] in door.catalogue.look_alikes:
        return 0
    return 1 if coding["code"] in door.catalogue.codes else 2


def _another(chosen: dict[str, str], codings: list[dict[str, str]], door: Door) -> str:
    """Return the analyte that a code leads to, where it is not that of *chosen*."""
    meant = _coded(chosen, door)
    found = (_coded(one, door) for one in codings)
    return next((one for one in found if one and meant and one != meant), "")


def _coded(coding: dict[str, str], door: Door) -> str:
    if _is_loinc(coding):
        return door.catalogue.codes.get(coding["code"], "")
    return door.aliases.get(coding["code"].casefold(), "")


def _is_loinc(coding: dict[str, str]) -> bool:
    return coding["system"].upper() in _LOINC_NAMES


def _codings(segment: Segment) -> Iterator[dict[str, str]]:
    for start in _CODINGS:
        parts = (segment.part(3, start + n) for n in range(3))
        yield dict(zip(("code", "name", "system"), parts, strict=True))


def _is_alias(code: str, door: Door) -> bool:
    return code.casefold() in door.aliases


def _analyte(named: Mapping[str, Any], door: Door) -> Analyte | None:
    """Return what the row will turn out to be about, to choose among its units."""
    code = named.get("code")
    if code is None:
        return door.catalogue.analyte_named(named.get("name", ""))
    if code["system"] == LOINC:
        return door.catalogue.analyte_for_code(code["code"])
    known = door.aliases.get(code["code"].casefold(), "")
    return door.catalogue.analytes.get(known)


def _value(segment: Segment, row: Row) -> tuple[str, str]:
    """Return the value as it was sent; a text too long or of lines is a comment."""
    kind, sent = segment.part(2), segment.repetitions(5)
    first = sent[0] if sent else ""
    if kind == "SN":
        value = _structured(segment, first, row)
    elif kind in {"CE", "CWE"}:
        value = _coded_value(segment, first, row)
    else:
        value = segment.plain(segment.raw(5))
    if (sent and kind not in READ_TYPES) or (len(sent) > 1 and kind not in WORDS):
        row.withheld = True
        allowed = () if kind in READ_TYPES else READ_TYPES
        where = segment.at(5) if kind in READ_TYPES else segment.at(2)
        code = "value_type" if kind else "required"
        row.faults.append(Fault(where, code, shown(kind), allowed))
    lines = not _BREAKS.isdisjoint(value)
    if (lines or len(value) > _MOST_SHOWN) and kind in _TEXTS:
        return "", value
    return value, ""


def _structured(segment: Segment, sent: str, row: Row) -> str:
    """Return a comparator and its number; a ratio or a span is no one number.

    What stands in the place of the comparator and is none may be a digit of something:
    it is never put before the number.
    """
    comparator, first, separator, second = (segment.of(sent, n) for n in range(1, 5))
    odd = 1 if comparator and comparator not in COMPARATORS else 0
    if place := odd or (3 if separator or second else 0):
        row.withheld = True
        received = shown(segment.of(sent, place))
        row.faults.append(Fault(segment.at(5, place), "value_type", received))
    return f"{comparator}{' ' if odd else ''}{first}{separator}{second}"


def _coded_value(segment: Segment, sent: str, row: Row) -> str:
    """Return the words of a coded value, else its code, else what it was coded from.

    Where two of them are numbers and differ, neither is known to be the result.
    """
    told = _told_at(segment, sent, (2, 1, 9))
    if len({text for text in told if _NUMBER_FIRST.match(text)}) > 1:
        row.withheld = True
        row.faults.append(Fault(segment.at(5), "contradiction", shown(told[0])))
    return next(iter(told), "")


def _unit(segment: Segment, analyte: Analyte | None, door: Door) -> str:
    """Return the unit that the analyte's list has, from wherever it was written.

    Where a unit of another test stands beside it, or one that differs, both are
    returned and neither read.
    """
    sent = [text for n in (1, 2, 4, 5) if (text := segment.part(6, n))]
    if analyte is None:
        return next(iter(sent), "")
    units = known_units(door.catalogue) | analyte.spellings.keys()
    known = [one for one in sent if one in units]
    if len({analyte.spellings.get(one) for one in known}) > 1:
        return "^".join(known)
    fit = [one for one in sent if one in analyte.spellings]
    return next(iter(fit or sent), "")


def _flags(segment: Segment) -> Iterator[str]:
    """Yield the flags of OBX-8, wherever in a repetition they stand.

    One without components, which is most, is its code.
    """
    for one in dict.fromkeys(segment.repetitions(8)):
        if len(segment.parts_of(one)) == 1:
            yield segment.of(one)
            continue
        codes = _told_at(segment, one, _CODINGS)
        yield from told_in(codes, _told_at(segment, one, _TEXTS_OF_CODED))


def _told_at(segment: Segment, sent: str, components: Sequence[int]) -> list[str]:
    parts = segment.parts_of(sent)
    found = (parts[n - 1] for n in components if n <= len(parts))
    return [text for one in found if (text := segment.plain(one))]


def _status(segment: Segment, row: Row) -> str:
    code = segment.part(11)
    if code in STATUS:
        return STATUS[code]
    missing = "not_allowed" if code else "required"
    row.faults.append(Fault(segment.at(11), missing, shown(code), tuple(STATUS)))
    return _UNKNOWN_STATUS


def _fit(row: Row) -> None:
    """Leave out of the row whatever is not of its shape, and withhold it then."""
    try:
        _SCHEMA.load(row.document)
    except ValidationError as error:
        messages = error.messages_dict
        for fault in faults_of(messages, row.document, _SCHEMA):
            row.lost.append(_placed(fault, row.segment))
        for name in messages:
            row.document.pop(name, None)
        row.withheld = True


def _placed(fault: Fault, segment: Segment) -> Fault:
    name = fault.pointer.split("/")[1]
    field = FIELDS.get(name)
    where = segment.at(field) if field else f"NTE^{segment.number}"
    return Fault(where, fault.code, fault.received, fault.allowed)
