"""HL7 and FHIR in a file, as documents: for trying a feed out, and nothing else.

What is to be stored goes through the doors of their own, which know how one message
corrects another.
"""

from service.intake.door import Door
from service.intake.fhir.reading import RESULTS, read_pool
from service.intake.fhir.resources import pool_of
from service.intake.files.faults import TableError, TableFault
from service.intake.files.panels import Sent
from service.intake.hl7.documents import document_of
from service.intake.hl7.er7 import Er7Error, parse, split_messages
from service.intake.hl7.groups import grouped
from service.problems import ProblemError

HL7, FHIR = "hl7", "fhir"


def hl7_sent(body: bytes, door: Door) -> tuple[Sent, ...]:
    """Return the panels of every HL7 message in *body*.

    Raises:
        TableError: one of them is no message of results; ``line`` counts messages.
    """
    found: list[Sent] = []
    for number, raw in enumerate(split_messages(body), start=1):
        try:
            groups = grouped(parse(raw, ""))
        except Er7Error as error:
            told = error.fault
            fault = TableFault(number, told.pointer, told.code, told.allowed)
            raise TableError([fault]) from None
        found += [
            Sent(document_of(one, door, trial=False).document, raw, HL7)
            for one in groups
            if one.has_results()
        ]
    return tuple(found)


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
