"""The acknowledgement of a message, ACK^R01: what was taken, and each problem of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.intake.hl7.er7 import escaped
from service.intake.hl7.errors import condition, meaning
from service.intake.hl7.reading import Answer, Reading, Severity, Told
from service.intake.hl7.tables import VERSIONS
from service.intake.hl7.times import hl7_time

APPLICATION = "PLAINLAB"
CHARSET = "UNICODE UTF-8"
_VERSION = "2.5.1"
_MOST_ALLOWED = 12


@dataclass(frozen=True, slots=True)
class Issue:
    """Under which control id of our own, and when, something is sent."""

    control_id: str
    at: datetime


def acknowledgement(reading: Reading, issue: Issue, stored: Sequence[str] = ()) -> str:
    """Return the ACK of *reading*; every segment ends in a carriage return.

    *stored* are the ids that its panels were stored under.  Text is for UTF-8.
    """
    header = reading.header
    answer = (reading.answer, escaped(header.control_id), _text(reading, stored))
    segments = [
        head("ACK^R01^ACK", reading, issue),
        "|".join(("MSA", *answer)).rstrip("|"),
        *(_error(told, reading, bool(stored)) for told in reading.told),
    ]
    return "".join(f"{segment}\r" for segment in segments)


def head(kind: str, reading: Reading, issue: Issue) -> str:
    """Return an MSH back to where a message came from."""
    header = reading.header
    fields = [
        r"MSH|^~\&",
        header.receiver[0] or APPLICATION,
        header.receiver[1],
        *header.sender,
        hl7_time(issue.at),
        "",
        kind,
        issue.control_id,
        escaped(header.processing) or "P",
        header.version if header.version in VERSIONS else _VERSION,
        *[""] * 5,
        CHARSET,
    ]
    return "|".join(fields)


def _text(reading: Reading, stored: Sequence[str]) -> str:
    if stored:
        return f"Stored as {' '.join(stored)}"
    return "" if reading.answer is Answer.ACCEPTED else "Nothing was stored"


def _error(told: Told, reading: Reading, stored: bool) -> str:  # noqa: FBT001 - private
    fault = told.fault
    code, title = condition(fault.code)
    fields = (
        "ERR",
        "",
        fault.pointer,  # made of our own words and hats
        f"{code}^{title}^HL70357",
        told.severity,
        f"{fault.code}^{escaped(meaning(fault.code))}^L",
        "",
        "",
        escaped(" ".join(_sentences(told, reading, stored=stored))),
    )
    return "|".join(fields)


def _sentences(told: Told, reading: Reading, *, stored: bool) -> Iterator[str]:
    fault = told.fault
    yield meaning(fault.code)
    if fault.allowed:
        more = " ..." if len(fault.allowed) > _MOST_ALLOWED else ""
        yield f"Allowed: {', '.join(fault.allowed[:_MOST_ALLOWED])}{more}."
    if told.severity is not Severity.ERROR:
        return
    if not stored:
        yield "Nothing of this message was stored."
    elif reading.interpreted:
        yield f"Interpreted all the same: OBX {_spans(reading.interpreted)}."
    else:
        yield "No OBX of this message could be interpreted."


def _spans(numbers: Sequence[int]) -> str:
    """Write numbers in their order, those in a row as one.

    >>> _spans((1, 2, 3, 5))
    '1-3, 5'
    """
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in spans)
