"""One message read to its end: the panels in it, and everything there is to say of it.

The panels are read by the one reader of documents; what it finds fault with is told
by where it stands in the message.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from reference_ranges.panel import Observation, Reason
from reports.identity import Identity
from service.correcting import amends_earlier, within_one
from service.intake.door import Door
from service.intake.hl7.documents import Written, document_of, name_parts
from service.intake.hl7.er7 import Er7Error, Message, parse
from service.intake.hl7.groups import Group, grouped
from service.intake.hl7.header import Header, not_ours, read_header
from service.intake.hl7.results import Row
from service.intake.hl7.tables import CANCELLED, PENDING
from service.intake.people import disagreement
from service.intake.reading import MOST_FAULTS, read_draft
from service.intake.schema import MAX_RESULTS
from service.intake.submission import Submission
from service.problems import Fault

SOURCE = "hl7"
MOST_PANELS = 50
"""Panels in one message; they are stored together or not at all."""

MOST_TEXT = 50_000
"""Characters in all notes of one message."""


class Answer(StrEnum):
    """What an acknowledgement says, table 0008."""

    ACCEPTED = "AA"
    ERROR = "AE"
    REJECTED = "AR"


class Severity(StrEnum):
    """How much a problem matters, table 0516."""

    ERROR = "E"
    WARNING = "W"
    INFORMATION = "I"


@dataclass(frozen=True, slots=True)
class Told:
    """A fault, whose pointer is a place in the message, and how much it matters."""

    fault: Fault
    severity: Severity


@dataclass(frozen=True, slots=True)
class ReadPanel:
    """A panel as it will be kept, and the order numbers by which it is found again.

    ``amends`` says that it takes back something that was sent before.  ``order`` is
    where in the message its order stands; ``placed`` are its numbers by the placer,
    and ``filled`` says that there is one of the filler's.
    """

    submission: Submission
    numbers: tuple[str, ...]
    amends: bool
    order: str
    placed: tuple[str, ...]
    filled: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A message as far as it could be read.

    Without panels nothing of it can be kept, and ``answer`` is never AA then.
    ``interpreted`` are the numbers of the OBX that can be judged.
    """

    header: Header
    answer: Answer
    panels: tuple[ReadPanel, ...] = ()
    told: tuple[Told, ...] = ()
    interpreted: tuple[int, ...] = ()


def read_message(raw: bytes, door: Door, charset: str = "") -> Reading:
    """Read one message, whatever it is; *charset* is that of ``Content-Type``.

    Nothing is raised: what is no message of results is ``REJECTED``, and one that
    has faults is an ``ERROR``, with all of its panels or, where it is not clear whose
    or when, with none.
    """
    try:
        message = parse(raw, charset)
    except Er7Error as error:
        return _rejected(Header(), [error.fault])
    header = read_header(message.header)
    doubts = [Told(one, Severity.WARNING) for one in message.doubts]
    try:
        faults = list(not_ours(message.header)) or list(_too_much(message))
        groups = () if faults else grouped(message)
    except Er7Error as error:
        faults, groups = [error.fault], ()
    faults = faults or list(_too_many(groups))
    if faults:
        return _rejected(header, faults)
    return _read(header, groups, door, doubts)


def _too_much(message: Message) -> Iterator[Fault]:
    """Yield why a message is more than is read of one."""
    notes = (len(one.raw(3)) for one in message.segments if one.name == "NTE")
    if sum(notes) > MOST_TEXT:
        allowed = (f"at most {MOST_TEXT} characters in notes",)
        yield Fault("NTE^1^3", "too_long", allowed=allowed)


def _too_many(groups: tuple[Group, ...]) -> Iterator[Fault]:
    """Yield why its panels are more or larger than is kept of one message."""
    if len(groups) > MOST_PANELS:
        yield Fault("OBR^1", "too_long", allowed=(f"at most {MOST_PANELS} orders",))
    for group in groups:
        if sum(len(order.results) for order in group.orders) > MAX_RESULTS:
            where = group.orders[0].head.segment.at(4)
            allowed = (f"at most {MAX_RESULTS} results",)
            yield Fault(where, "too_long", allowed=allowed)


def _rejected(header: Header, faults: list[Fault]) -> Reading:
    told = tuple(Told(one, Severity.ERROR) for one in faults)
    return Reading(header, Answer.REJECTED, told=told)


def _read(
    header: Header, groups: tuple[Group, ...], door: Door, told: list[Told]
) -> Reading:
    panels: list[ReadPanel] = []
    interpreted: list[int] = []
    people: dict[str, Identity] = {}
    told += [_without(one) for one in groups if not one.has_results()]
    groups = tuple(one for one in groups if one.has_results())
    for group in groups:
        written = document_of(group, door, trial=header.trial)
        told += [Told(one, Severity.WARNING) for one in written.doubts]
        panel = _panel(written, door, told)
        if panel is not None and _is_known(panel, people, written, told):
            panels.append(panel)
            interpreted += _interpreted(panel, written)
    whole = len(panels) == len(groups)
    worst = any(one.severity is Severity.ERROR for one in told)
    order = {severity: place for place, severity in enumerate(Severity)}
    told.sort(key=lambda one: order[one.severity])
    return Reading(
        header=header,
        answer=Answer.ERROR if worst else Answer.ACCEPTED,
        panels=tuple(panels) if whole else (),
        told=tuple(told[:MOST_FAULTS]),
        interpreted=tuple(interpreted) if whole else (),
    )


def _without(group: Group) -> Told:
    """Return that an order has no results: nothing of it is kept.

    One that was cancelled may have had some before, which still stand: an error.
    """
    heads = [order.head.segment for order in group.orders]
    cancelled = any(one.part(25) == CANCELLED for one in heads)
    severity = Severity.ERROR if cancelled else Severity.WARNING
    return Told(Fault(f"OBR^{heads[0].number}", "no_results"), severity)


def _panel(written: Written, door: Door, told: list[Told]) -> ReadPanel | None:
    """Return the panel, or None with the errors that leave none."""
    patient = written.patient
    if not written.document["patient"]["id"]:
        told.append(Told(Fault(patient.at(3), "required"), Severity.ERROR))
        return None
    draft = read_draft(written.document, b"", SOURCE, door)
    told += [_placed(one, written) for one in draft.faults]
    if draft.submission is None:
        return None
    panel = draft.submission.panel
    pairs = zip(written.rows, panel.observations, strict=True)
    sent = [_kept(row, seen) for row, seen in pairs]
    kept, doubtful = within_one(sent)
    both = zip(written.rows, kept, strict=True)
    told += [one for row, seen in both for one in _about(row, seen)]
    if doubtful:
        fault = Fault(written.order.at(3), "not_paired")
        told.append(Told(fault, Severity.WARNING))
    submission = replace(
        draft.submission,
        panel=replace(panel, observations=kept),
        amended=written.amended or amends_earlier(sent),
        name_parts=name_parts(patient),
    )
    return ReadPanel(
        submission=submission,
        numbers=written.numbers,
        amends=written.amends,
        order=written.order.at(3),
        placed=written.placed,
        filled=written.filled,
    )


def _is_known(
    panel: ReadPanel, people: dict[str, Identity], written: Written, told: list[Told]
) -> bool:
    """Say whether the patient is the one of that number so far, if there was one."""
    own = panel.submission.identity
    differs = disagreement(own, people.setdefault(own.record_number, own))
    if differs:
        place = written.place(f"/patient/{differs}")
        told.append(Told(Fault(place, "contradiction"), Severity.ERROR))
    return not differs


def _placed(fault: Fault, written: Written) -> Told:
    """Return *fault* by its place; what is still to come may be missing."""
    place, row = written.place(fault.pointer), written.row(fault.pointer)
    waits = row is not None and row.segment.part(11) in PENDING
    empty = waits and row is not None and not row.segment.raw(5)
    severity = Severity.INFORMATION if empty else Severity.ERROR
    return Told(replace(fault, pointer=place), severity)


def _about(row: Row, seen: Observation) -> Iterator[Told]:
    """Yield what else there is to say of a row.

    How a value was sent matters only for a test that we know; its status always does,
    and that something of it was not kept is told of any.
    """
    status = row.segment.at(11)
    for fault in row.lost:
        known = seen.analyte is not None
        yield Told(fault, Severity.ERROR if known else Severity.WARNING)
    for fault in row.faults:
        if seen.analyte is not None or fault.pointer == status:
            yield Told(fault, Severity.ERROR)
    contested = seen.refusal is Reason.WRONG_MEASURAND and not seen.detail
    if seen.refusal in _FOUND and not contested:  # there is a fault that says so
        fault = Fault(row.segment.at(3), seen.refusal.value)
        yield Told(fault, _FOUND[seen.refusal])


_FOUND = {
    Reason.ANALYTE_NOT_SUPPORTED: Severity.INFORMATION,
    Reason.STATUS_NOT_USABLE: Severity.INFORMATION,
    Reason.WRONG_MEASURAND: Severity.WARNING,
    Reason.WRONG_SPECIMEN: Severity.WARNING,
    Reason.UNIT_PROPERTY_MISMATCH: Severity.WARNING,
}
"""Why a row is kept unjudged although there was no fault in it."""


def _kept(row: Row, seen: Observation) -> Observation:
    """Return *seen* by its sub-id, unread where its row must not be read."""
    seen = replace(seen, sub_id=row.segment.plain(row.segment.raw(4)))
    if not row.withheld or seen.refusal is not None:
        return seen
    return replace(seen, reading=None, refusal=Reason.VALUE_NOT_READ)


def _interpreted(panel: ReadPanel, written: Written) -> list[int]:
    observations = panel.submission.panel.observations
    return [
        row.segment.number
        for row, seen in zip(written.rows, observations, strict=True)
        if seen.refusal is None
    ]
