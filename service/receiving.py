"""From a message to its acknowledgement: read, interpreted and kept whole, or refused.

The one way for HL7 messages, whatever carries them.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from service.access.audit import Stamp
from service.correcting import (
    has_same,
    of_one_specimen,
    settles,
    standing,
    takes_back,
    with_the_rest,
)
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
from service.intake.submission import Submission
from service.interpreting import Order, entry_of
from service.problems import Fault
from service.reporting import corrects_unknown
from service.services import Services
from service.store.errors import (
    KeyInFlight,
    OtherPatient,
    StoreError,
    StoreUnavailable,
    Superseded,
)
from service.store.interpretations import Saved, Stored, get
from service.store.messages import (
    Delivery,
    Ordered,
    answered,
    newest_of,
    save_message,
)

MOST_MESSAGES = 50
"""Messages in one body; each is stored or refused for itself."""

# the names of a placer's numbers, beside a filler's or alone; no number that is sent
# begins with a line's end
_BY_PLACER, _BY_PLACER_ALONE = "\nplacer", "\nplacer-only"
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


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a body came: who brought it, and when.

    ``charset`` is what its carrier says that it is written in.  ``feed`` is whose it
    is part of; empty: told by who brought it.
    """

    stamp: Stamp
    charset: str = ""
    feed: str = ""


def receive(
    app: Services, body: bytes, door: Door, arrival: Arrival
) -> tuple[Acknowledged, ...]:
    """Answer every message of *body*; what is answered AA is durably stored."""
    parts = split_messages(body)
    if len(parts) > MOST_MESSAGES:
        allowed = (f"at most {MOST_MESSAGES} messages",)
        told = Told(Fault("MSH^1", "too_long", allowed=allowed), Severity.ERROR)
        reading = Reading(Header(), Answer.REJECTED, told=(told,))
        delivery = _delivery(arrival.stamp.actor, reading, body)
        return (_refused(reading, delivery, arrival.stamp),)
    return tuple(_receive(app, one, door, arrival) for one in parts)


def _receive(app: Services, raw: bytes, door: Door, arrival: Arrival) -> Acknowledged:
    reading, stamp = read_message(raw, door, arrival.charset), arrival.stamp
    if len(raw) * len(reading.panels) > _MOST_BYTES:
        told = Told(Fault("OBR^1", "too_long"), Severity.ERROR)
        reading = Reading(reading.header, Answer.REJECTED, told=(told,))
    delivery = _delivery(stamp.actor, reading, raw)
    if not reading.panels:
        return _refused(reading, delivery, stamp)
    try:
        feed = arrival.feed or feed_of(app.engine, stamp, reading.panels[0].submission)
        delivery = _delivery(feed, reading, raw)
        text = answered(app.engine, delivery)
        if text is None:
            whole = replace(reading, panels=_with(raw, reading.panels))
            text = _store(app, whole, delivery, replace(arrival, feed=feed))
    except tuple(_FAILURES) as error:
        return _failed(_FAILURES[type(error)], reading, delivery, stamp)
    return _told(reading, text)


def _with(raw: bytes, panels: Sequence[ReadPanel]) -> tuple[ReadPanel, ...]:
    return tuple(
        replace(one, submission=replace(one.submission, raw=raw)) for one in panels
    )


def _store(
    app: Services, reading: Reading, delivery: Delivery, arrival: Arrival
) -> str:
    """Interpret and keep every panel of a message in one transaction."""
    panels, told = [], list(reading.told)
    for panel in reading.panels:
        before = _replaced(app, panel, delivery, told)
        panels.append(_ordered(app, panel, before, arrival))
    issue = Issue(delivery.key[:20], arrival.stamp.at)

    def answer(saved: tuple[Saved, ...]) -> str:
        stored = [one.id for one in saved]
        return acknowledgement(replace(reading, told=tuple(told)), issue, stored)

    return save_message(app.engine, panels, arrival.stamp, delivery, answer)


def _left(panel: ReadPanel, before: Stored) -> Iterator[Told]:
    """Yield that something of what was *before* still stands, and why."""
    rest = standing(panel.submission, before.submission)
    for code, left in (("not_repeated", rest.silent), ("not_paired", rest.unpaired)):
        if left:
            yield _warning(panel, code)


def _warning(panel: ReadPanel, code: str) -> Told:
    return Told(Fault(panel.order, code), Severity.WARNING)


def _replaced(
    app: Services, panel: ReadPanel, delivery: Delivery, told: list[Told]
) -> Stored | None:
    """Return what *panel* takes the place of: it takes it back, or settles it.

    A trial neither replaces anything nor is ever replaced.
    """
    found = newest_of(app.engine, delivery.sender, _numbers(panel))
    known = [one for name in found if (one := get(app.engine, name))]
    before = _meant(panel, known)
    if before is None and panel.amends and not known:
        before = _placed(app, panel, delivery)
    if before is None:
        if known and panel.amends:
            told.append(_warning(panel, "not_paired"))
        elif takes_back(panel.submission):
            told.append(_warning(panel, "earlier_unknown"))
        return None
    if not (panel.amends or settles(panel.submission, before.submission)):
        return None
    told += _left(panel, before)
    if corrects_unknown(app, before):
        told.append(_warning(panel, "earlier_unknown"))
    return before


def _meant(panel: ReadPanel, known: list[Stored]) -> Stored | None:
    """Return which of the reports of one order *panel* is about, the last one first.

    Of several it must be one of the same specimen and collection, and is one with the
    same results where there is any.  None: there is none, or it is not certain.
    """
    own = panel.submission
    alike = [one for one in known if of_one_specimen(own, one.submission)]
    same = [one for one in alike if has_same(own, one.submission)]
    return next(iter(same or alike or (known if len(known) == 1 else ())), None)


def _placed(app: Services, panel: ReadPanel, delivery: Delivery) -> Stored | None:
    """Return the report that a correction is about by the placer's number alone.

    It counts only where one of the two came without a filler's number and the
    collection of both is told, and where one report alone has the same patient,
    specimen, collection and test: one number of a placer may stand with several orders.
    """
    sent = panel.submission
    other = _BY_PLACER_ALONE if panel.filled else _BY_PLACER
    names = newest_of(app.engine, delivery.sender, _named(other, panel))
    known = [one for name in names if (one := get(app.engine, name))]
    dated = [one for one in known if _is_dated(one.submission)]
    same = [one for one in dated if of_one_specimen(sent, one.submission)]
    same = [one for one in same if has_same(sent, one.submission)]
    return same[0] if len(same) == 1 else None


def _is_dated(submission: Submission) -> bool:
    return bool(submission.collected_at or submission.collected_on)


def _named(kind: str, panel: ReadPanel) -> tuple[str, ...]:
    return tuple(f"{kind} {number}" for number in panel.placed)


def _ordered(
    app: Services, panel: ReadPanel, before: Stored | None, arrival: Arrival
) -> Ordered:
    """Interpret a panel; what it does not repeat of the one *before* still stands."""
    submission, corrects = panel.submission, ""
    if before is not None:
        submission = with_the_rest(submission, before.submission)
        corrects = before.id
    order = Order(submission, corrects, sender=arrival.feed)
    entry = entry_of(app, order, arrival.stamp)
    return Ordered(entry, _names(panel))


def _names(panel: ReadPanel) -> tuple[str, ...]:
    """Return all numbers that a report is kept under: its own, and the placer's."""
    own = _numbers(panel)
    kind = _BY_PLACER if panel.filled else _BY_PLACER_ALONE
    return (*own, *_named(kind, panel)) if own else ()


def _numbers(panel: ReadPanel) -> tuple[str, ...]:
    return () if panel.submission.test_message else panel.numbers


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
