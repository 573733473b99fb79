"""One patient's group of orders as the document that every door fills in."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reference_ranges.comments import conditions_in
from reference_ranges.panel import WITHDRAWN, ObservationStatus
from service.intake.door import Door
from service.intake.fields import shown
from service.intake.hl7.er7 import Segment
from service.intake.hl7.groups import Group
from service.intake.hl7.results import FIELDS, Row, read_result, text_of
from service.intake.hl7.tables import (
    AMENDING,
    CANCELLED,
    CONDITIONS,
    CORRECTED,
    REJECTED,
    SEX,
    SPECIMENS,
)
from service.intake.hl7.times import iso_date, iso_day, iso_time
from service.intake.people import read_time
from service.intake.reading import OTHER, one_kind
from service.problems import Fault

_RECORD_NUMBER = "MR"
_LEGAL = "L"
_MOST_SYMPTOMS = 100  # as many as a submission may have


@dataclass(frozen=True, slots=True)
class Written:
    """The document of a group, its rows, and where each part of it came from.

    ``doubts`` are warnings; ``numbers`` are the order numbers by which a later
    message finds it, ``placed`` those by the placer's, and ``filled`` says that there
    is one of the filler's.  ``amends`` says that it may take back something sent
    before, ``amended`` that an order of it as a whole does, corrected or cancelled.
    """

    document: dict[str, Any]
    rows: tuple[Row, ...]
    doubts: tuple[Fault, ...]
    numbers: tuple[str, ...]
    placed: tuple[str, ...]
    filled: bool
    amends: bool
    amended: bool
    patient: Segment
    order: Segment
    specimen: Segment | None

    def row(self, pointer: str) -> Row | None:
        """Return the row that *pointer* leads to, if it leads to one."""
        parts = pointer.split("/")
        if parts[1:2] != ["results"] or len(parts) < 3:  # noqa: PLR2004 - /results/0
            return None
        return self.rows[int(parts[2])]

    def place(self, pointer: str) -> str:
        """Return where in the message the document has *pointer* from."""
        match pointer.split("/")[1:]:
            case ["results", _, *rest] if row := self.row(pointer):
                return row.segment.at(FIELDS.get(rest[0] if rest else "", 3))
            case ["patient", name, *_]:
                return self.patient.at(_PATIENT.get(name, 3))
            case ["specimen", "type" | "conditions", *_] if self.specimen:
                return self.specimen.at(4)
            case ["specimen", "type" | "conditions", *_]:
                return self.order.at(15)
            case [name, *_]:
                return self.order.at(_ORDER.get(name, 4))
        return self.order.at(4)


_PATIENT = {"id": 3, "name": 5, "birth_date": 7, "sex": 8}
_ORDER = {"specimen": 7, "symptoms": 13, "requester": 16, "supersedes": 3}


def document_of(group: Group, door: Door, *, trial: bool) -> Written:
    """Return the document of *group*; what cannot be read in it is for its readers.

    A problem of one result never stops the others: ``on_problem`` is ``report``.
    """
    doubts: list[Fault] = []
    rows = tuple(_rows(group, door))
    orders = [order.head.segment for order in group.orders]
    specimens = [one for order in group.orders for one in order.specimens]
    told = _symptoms(orders[0], door, doubts)
    document: dict[str, Any] = {
        "patient": _patient(group.patient.segment, doubts),
        "specimen": {
            **_collected(orders[0], specimens, rows, door, doubts),
            "received_at": _received(orders[0], specimens, door, doubts),
            "type": _specimen(orders[0], specimens, doubts),
            "conditions": _conditions(specimens, rows, door),
        },
        "results": [row.document for row in rows],
        "symptoms": told,
        "laboratory": _laboratory(rows),
        "requester": _person(orders[0], 16, family=2),
        "test": trial,
        "on_problem": "report",
    }
    statuses = {row.segment.part(11) for row in rows}
    amended = any(one.part(25) in {CORRECTED, CANCELLED} for one in orders)
    return Written(
        document=document,
        rows=rows,
        doubts=tuple(doubts),
        numbers=group.numbers(),
        placed=group.placed(),
        filled=group.is_filled(),
        amends=amended or not statuses.isdisjoint(AMENDING),
        amended=amended,
        patient=group.patient.segment,
        order=orders[0],
        specimen=next(iter(specimens), None),
    )


def _rows(group: Group, door: Door) -> Iterator[Row]:
    """Yield the rows; notes of the patient and of an order stand once, with the first.

    What they say of the sample counts for all.  An order that was cancelled takes its
    results with it.
    """
    notes = tuple(map(text_of, group.patient.notes))
    for order in group.orders:
        notes = (*map(text_of, order.head.notes), *notes)
        cancelled = order.head.segment.part(25) == CANCELLED
        for noted in order.results:
            row = read_result(noted, notes, door)
            if cancelled and row.document["status"] not in WITHDRAWN:
                row.document["status"] = ObservationStatus.CANCELLED.value
            yield row
            notes = ()


def _patient(pid: Segment, doubts: list[Fault]) -> dict[str, str]:
    sex = pid.part(8).upper()
    if sex not in SEX:
        doubts.append(Fault(pid.at(8), "not_allowed", shown(sex), tuple(SEX)[:-1]))
    return {
        "id": _record_number(pid),
        "name": _person(pid, 5, family=1),
        "birth_date": iso_date(pid.part(7)),
        "sex": SEX.get(sex, SEX[""]),
    }


def _record_number(pid: Segment) -> str:
    """Return the medical record number, or the first number where none says it is."""
    numbers = pid.repetitions(3)
    typed = [one for one in numbers if pid.of(one, 5) == _RECORD_NUMBER]
    return next((text for one in (*typed, *numbers) if (text := pid.of(one))), "")


def name_parts(pid: Segment) -> tuple[str, ...]:
    """Return the patient's family name, then the given ones; nothing where none is.

    Empty parts at the end are left out.
    """
    parts = list(_parts(pid, 5, family=1))
    while parts and not parts[-1]:
        parts.pop()
    return tuple(parts)


def _person(segment: Segment, field: int, *, family: int) -> str:
    """Return a name as it is spoken: given, further and family name."""
    last, *given = _parts(segment, field, family=family)
    return " ".join(part for part in (*given, last) if part)


def _parts(segment: Segment, field: int, *, family: int) -> tuple[str, str, str]:
    """Return the family name, the given and the further names of one person."""
    names = segment.repetitions(field)
    legal = [one for one in names if segment.of(one, family + 6) == _LEGAL]
    chosen = next(iter((*legal, *names)), "")
    return (
        segment.of(chosen, family, sub=1),
        segment.of(chosen, family + 1),
        segment.of(chosen, family + 2),
    )


def _collected(
    order: Segment,
    specimens: list[Segment],
    rows: tuple[Row, ...],
    door: Door,
    doubts: list[Fault],
) -> dict[str, str]:
    """Return when the specimen was collected: a time, or else the first day told.

    OBR-7, else SPM-17, else OBX-14 where all results agree.
    """
    observed = {row.segment.part(14) for row in rows}
    last = rows[0].segment if rows and len(observed) == 1 else None
    days: dict[str, None] = {}
    for segment, field in ((order, 7), *((one, 17) for one in specimens), (last, 14)):
        text = segment.part(field) if segment else ""
        if segment is None or not text:
            continue
        told = iso_time(text, door.zone)
        if told is not None:
            return {"collected_at": told}
        days[iso_day(text)] = None
        doubts.append(Fault(segment.at(field), "time_not_exact", shown(text)))
    return {"collected_on": next(filter(None, days), "")}


def _received(
    order: Segment, specimens: list[Segment], door: Door, doubts: list[Fault]
) -> str:
    """Return when the laboratory had the specimen: OBR-14, else SPM-18.

    It judges nothing, so a time that cannot be read is a warning and is left out.
    """
    for segment, field in ((order, 14), *((one, 18) for one in specimens)):
        if text := segment.part(field):
            told, faults = iso_time(text, door.zone), list[Fault]()
            if told and read_time(told, segment.at(field), door, faults):
                return told
            doubts += faults or [
                Fault(segment.at(field), "time_not_exact", shown(text))
            ]
    return ""


def _specimen(order: Segment, specimens: list[Segment], doubts: list[Fault]) -> str:
    """Return the kind of specimen, ``other`` for one that is not in the list.

    SPM-4, else OBR-15.  Of several specimens none is the one of a result: where they
    are of different kinds nothing is judged.
    """
    source = next(iter(order.repetitions(15)), "")
    of_order = _kind_of([order.of(source, 1, sub=n) for n in (1, 2)])
    found = [
        (one, kind)
        for one in specimens
        if (kind := _kind_of([one.part(4, n) for n in (1, 2, 4, 5)])) is not None
    ]
    kinds = {kind for _, kind in found}
    if len(kinds) > 1:
        doubts.append(Fault(found[-1][0].at(4), "contradiction"))
        return "other"
    return next(iter(kinds), of_order) or ""


def _kind_of(texts: list[str]) -> str | None:
    """Return what *texts* call a specimen, None where they say nothing."""
    said = [text.upper() for text in texts if text]
    known = [SPECIMENS[one] for one in said if one in SPECIMENS] or [OTHER]
    return one_kind(known) if said else None


def _conditions(
    specimens: list[Segment], rows: tuple[Row, ...], door: Door
) -> list[str]:
    """Return what is said against the sample, by code, in words or in a note."""
    found = set().union(*(row.heard for row in rows))
    for specimen in specimens:
        reasons = specimen.repetitions(21)
        for one in reasons:
            found.add(CONDITIONS.get(specimen.of(one), REJECTED))
        for one in (*reasons, *specimen.repetitions(24)):
            found.add(CONDITIONS.get(specimen.of(one), ""))
            words = door.catalogue.rules.comments
            found |= conditions_in(specimen.of(one, 2), words)
    return sorted(found - {""})


def _symptoms(
    order: Segment, door: Door, doubts: list[Fault]
) -> list[dict[str, str]] | None:
    """Return the symptoms that OBR-13 names; None, not asked, where it names none.

    Its words must be those of the list: what else it says is not guessed at.
    """
    sent = order.repetitions(13)
    if len(sent) > _MOST_SYMPTOMS:
        doubts.append(Fault(order.at(13), "too_long"))
        return None
    if not sent:
        return None
    known = {
        said.casefold(): symptom.id
        for symptom in door.catalogue.rules.symptoms.values()
        for said in (symptom.id, symptom.label, symptom.term, *symptom.also_said_as)
    }
    told: dict[str, None] = {}
    for one in sent:
        text = order.of(one, 2) or order.of(one)
        found = known.get(text.casefold())
        if found is None:
            doubts.append(Fault(order.at(13), "not_allowed", shown(text)))
        else:
            told[found] = None
    return [{"id": one} for one in told] or None


def _laboratory(rows: tuple[Row, ...]) -> str:
    """Return who measured: name and address of OBX-23 and 24, else OBX-15."""
    found = dict.fromkeys(filter(None, map(_performer, rows)))
    return "; ".join(found)


def _performer(row: Row) -> str:
    segment = row.segment
    name = segment.part(23)
    if not name:
        return segment.part(15, 2) or segment.part(15)
    address = (segment.part(24, n) for n in (1, 3, 4, 5))
    return ", ".join(part for part in (name, *address) if part)
