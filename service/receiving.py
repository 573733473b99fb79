"""From a message to its acknowledgement: read, interpreted and kept whole, or refused.

The one way for HL7 messages, whatever carries them.
"""

import hashlib
from dataclasses import dataclass, replace

from service.access.audit import Stamp
from service.history import feed_of
from service.intake.door import Door
from service.intake.hl7.answering import Issue, acknowledgement
from service.intake.hl7.er7 import split_messages
from service.intake.hl7.header import Header, is_wanted
from service.intake.hl7.reading import (
    Answer,
    Reading,
    ReadPanel,
    Severity,
    Told,
    read_message,
)
from service.interpreting import Order, entry_of
from service.problems import Fault
from service.services import Services
from service.store.errors import (
    KeyInFlight,
    OtherPatient,
    StoreError,
    StoreUnavailable,
    Superseded,
)
from service.store.interpretations import Saved
from service.store.messages import (
    Delivery,
    Ordered,
    answered,
    newest_of,
    save_message,
)

MOST_MESSAGES = 50
"""Messages in one body; each is stored or refused for itself."""

_MOST_BYTES = 4_000_000  # kept of one message: each of its panels keeps it whole
_FAILURES: dict[type[StoreError], str] = {
    KeyInFlight: "idempotency_in_flight",
    OtherPatient: "other_patient",
    Superseded: "superseded",
    StoreUnavailable: "unavailable",
}


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """How a message was answered, and the text, empty where none is wanted.

    ``failure`` is the code of what went wrong on our side, if anything did.
    """

    answer: Answer
    text: str
    failure: str = ""


def receive(
    app: Services, body: bytes, door: Door, stamp: Stamp, charset: str = ""
) -> tuple[Acknowledged, ...]:
    """Answer every message of *body*; what is answered AA is durably stored."""
    parts = split_messages(body)
    if len(parts) > MOST_MESSAGES:
        allowed = (f"at most {MOST_MESSAGES} messages",)
        told = Told(Fault("MSH^1", "too_long", allowed=allowed), Severity.ERROR)
        reading = Reading(Header(), Answer.REJECTED, told=(told,))
        return (_refused(reading, _delivery(stamp.actor, reading, body), stamp),)
    return tuple(_receive(app, one, door, stamp, charset) for one in parts)


def _receive(
    app: Services, raw: bytes, door: Door, stamp: Stamp, charset: str
) -> Acknowledged:
    reading = read_message(raw, door, charset)
    if len(raw) * len(reading.panels) > _MOST_BYTES:
        told = Told(Fault("OBR^1", "too_long"), Severity.ERROR)
        reading = Reading(reading.header, Answer.REJECTED, told=(told,))
    delivery = _delivery(stamp.actor, reading, raw)
    if not reading.panels:
        return _refused(reading, delivery, stamp)
    try:
        feed = feed_of(app.engine, stamp, reading.panels[0].submission)
        delivery = _delivery(feed, reading, raw)
        text = answered(app.engine, delivery)
        if text is None:
            text = _store(app, reading, raw, stamp, delivery)
    except tuple(_FAILURES) as error:
        return _failed(_FAILURES[type(error)], reading, delivery, stamp)
    return _told(reading, text)


def _store(
    app: Services, reading: Reading, raw: bytes, stamp: Stamp, delivery: Delivery
) -> str:
    """Interpret and keep every panel of a message in one transaction."""
    panels = [_ordered(app, one, raw, stamp, delivery) for one in reading.panels]
    issue = Issue(delivery.key[:20], stamp.at)

    def answer(saved: tuple[Saved, ...]) -> str:
        return acknowledgement(reading, issue, [one.id for one in saved])

    return save_message(app.engine, panels, stamp, delivery, answer)


def _ordered(
    app: Services, panel: ReadPanel, raw: bytes, stamp: Stamp, delivery: Delivery
) -> Ordered:
    """Interpret a panel; one that takes something back replaces what it takes back.

    A trial neither replaces anything nor is ever replaced.
    """
    submission = replace(panel.submission, raw=raw)
    numbers = () if submission.test_message else panel.numbers
    corrects = newest_of(app.engine, delivery.sender, numbers) if panel.amends else ""
    return Ordered(entry_of(app, Order(submission, corrects), stamp), numbers)


def _delivery(feed: str, reading: Reading, raw: bytes) -> Delivery:
    """Return whose message it is, and what no other message of theirs has."""
    header = reading.header
    sender = "\n".join((feed, *header.sender))
    body = hashlib.sha256(raw).hexdigest()
    key = hashlib.sha256(f"{sender}\n{header.control_id}\n{body}".encode())
    return Delivery(sender, key.hexdigest())


def _refused(reading: Reading, delivery: Delivery, stamp: Stamp) -> Acknowledged:
    issue = Issue(delivery.key[:20], stamp.at)
    return _told(reading, acknowledgement(reading, issue))


def _failed(
    code: str, reading: Reading, delivery: Delivery, stamp: Stamp
) -> Acknowledged:
    """Answer that nothing was stored, and why; the same message may come again."""
    place = "PID^1^3" if code == "other_patient" else "MSH^1^10"
    told = Told(Fault(place, code), Severity.ERROR)
    failed = Reading(reading.header, Answer.ERROR, told=(told,))
    return replace(_refused(failed, delivery, stamp), failure=code)


def _told(reading: Reading, text: str) -> Acknowledged:
    good = reading.answer is Answer.ACCEPTED
    wanted = is_wanted(reading.header, good=good)
    return Acknowledged(reading.answer, text if wanted else "")
