"""HL7 and FHIR in a file, as documents: for trying a feed out, and nothing else.

What is to be stored goes through the doors of their own, which know how one message
corrects another.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from service.intake.door import Door
from service.intake.fhir.reading import RESULTS, read_pool
from service.intake.fhir.resources import pool_of
from service.intake.files.faults import TableError, TableFault
from service.intake.files.panels import Sent
from service.intake.hl7.documents import Written, document_of
from service.intake.hl7.er7 import parse, split_messages
from service.intake.hl7.groups import grouped
from service.intake.hl7.reading import Answer, Severity, read_message
from service.problems import Fault, ProblemError

HL7, FHIR = "hl7", "fhir"


def hl7_sent(body: bytes, door: Door) -> tuple[Sent, ...]:
    """Return the panels of every HL7 message in *body*.

    Raises:
        TableError: one of them is no message of results; ``line`` counts messages.
    """
    found: list[Sent] = []
    for number, raw in enumerate(split_messages(body), start=1):
        reading = read_message(raw, door)
        errors = [one.fault for one in reading.told if one.severity is Severity.ERROR]
        if reading.answer is Answer.REJECTED:
            faults = [
                TableFault(number, one.pointer, one.code, one.allowed) for one in errors
            ]
            raise TableError(faults)
        for one in grouped(parse(raw)):
            if one.has_results():
                written = document_of(one, door, trial=False)
                told = tuple(_told(errors, written))
                found.append(Sent(written.document, raw, HL7, told=told))
                errors = [fault for fault in errors if _is_of_result(fault)]
    return tuple(found)


def _told(errors: Iterable[Fault], written: Written) -> Iterator[Fault]:
    """Yield *errors* of a message: those of a result by its place in the document."""
    rows = {
        f"OBX^{row.segment.number}": f"/results/{n}"
        for n, row in enumerate(written.rows)
    }
    for one in errors:
        segment = "^".join(one.pointer.split("^")[:2])
        if segment in rows:
            yield replace(one, pointer=rows[segment])
        elif not _is_of_result(one):
            yield one


def _is_of_result(fault: Fault) -> bool:
    return fault.pointer.startswith("OBX^")


def fhir_sent(body: bytes, door: Door) -> tuple[Sent, ...]:
    """Return the panels of the FHIR resource in *body*.

    Raises:
        TableError: it is none that holds results.
    """
    try:
        found = read_pool(pool_of(body), (*RESULTS, "Bundle"), door)
    except ProblemError as refused:
        faults = [
            TableFault(0, one.pointer, one.code, one.allowed) for one in refused.faults
        ]
        raise TableError(faults or [TableFault(0, "", "empty_table")]) from None
    return tuple(Sent(one.document, body, FHIR) for one in found.documents)
