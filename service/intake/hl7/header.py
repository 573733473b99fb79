"""MSH: whose message it is, whether it is one for us, and who wants to be answered."""

from collections.abc import Iterator
from dataclasses import dataclass

from service.intake.hl7.er7 import Segment, escaped
from service.intake.hl7.tables import PROCESSING, VERSIONS
from service.problems import Fault

_STRUCTURES = ("", "ORU_R01")


@dataclass(frozen=True, slots=True)
class Header:
    """What an answer is made from.

    ``sender`` and ``receiver`` are application and facility, written as we write.
    ``accept`` and ``application`` say when an acknowledgement is wanted: AL, NE, ER,
    SU or nothing.
    """

    control_id: str = ""
    sender: tuple[str, str] = ("", "")
    receiver: tuple[str, str] = ("", "")
    processing: str = ""
    version: str = ""
    accept: str = ""
    application: str = ""
    trial: bool = False


def read_header(segment: Segment) -> Header:
    """Return what the segment says, as far as it goes."""
    return Header(
        control_id=segment.part(10),
        sender=(_names(segment, 3), _names(segment, 4)),
        receiver=(_names(segment, 5), _names(segment, 6)),
        processing=segment.part(11),
        version=segment.part(12),
        accept=segment.part(15),
        application=segment.part(16),
        trial=PROCESSING.get(segment.part(11), True),
    )


def not_ours(segment: Segment) -> Iterator[Fault]:
    """Yield each reason why this is not a message that we take."""
    kind, event, structure = (segment.part(9, n) for n in (1, 2, 3))
    if not segment.part(10):
        yield Fault(segment.at(10), "required")
    if kind != "ORU" or structure not in _STRUCTURES:
        yield Fault(segment.at(9), "unsupported_message_type", allowed=("ORU^R01",))
    elif event != "R01":
        yield Fault(segment.at(9, 2), "unsupported_event", allowed=("R01",))
    if segment.part(11) not in PROCESSING:
        allowed = tuple(PROCESSING)
        yield Fault(segment.at(11), "unsupported_processing_id", allowed=allowed)
    if segment.part(12) not in VERSIONS:
        yield Fault(segment.at(12), "unsupported_version", allowed=VERSIONS)


def _names(segment: Segment, field: int) -> str:
    """Return an application's or a facility's name, its parts between hats."""
    parts = [escaped(segment.part(field, n)) for n in (1, 2, 3)]
    return "^".join(parts).rstrip("^")


def is_wanted(header: Header, *, good: bool) -> bool:
    """Say whether the sender wants to be told: always, where it does not say.

    An answer goes out where either of MSH-15 and MSH-16 asks for it.
    """
    asked = {header.accept, header.application} - {""} or {"AL"}
    unless = {"NE", "ER"} if good else {"NE", "SU"}
    return bool(asked - unless)
