"""From a FHIR body to submissions: what was read, what not, and what it replaces."""

from dataclasses import dataclass, replace

from reports.identity import Identity
from service.api.fhir.wire import name_root
from service.api.security import current_sender, stamp
from service.correcting import amends_earlier, within_one
from service.history import feed_of
from service.intake.door import Door
from service.intake.fhir.element import Element
from service.intake.fhir.reading import Body, Sent, place_of, read_pool
from service.intake.fhir.resources import Pool, pool_of, type_of
from service.intake.people import disagreement
from service.intake.reading import MOST_FAULTS, read_draft
from service.intake.submission import Submission
from service.problems import Fault, ProblemError
from service.services import services
from service.store import origins
from service.store.engine import reading
from service.store.interpretations import get

SOURCE = "fhir"
_SILENT = ("value", "unit")


@dataclass(frozen=True, slots=True)
class Read:
    """One document of a body, read: ``submission`` is None where it cannot be used.

    ``faults`` are those of single results beside a submission, and else of all;
    ``warnings`` say what of it was not certain.
    """

    sent: Sent
    submission: Submission | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What the sender has sent before under the identifiers of a document.

    ``interpretation`` is empty where there is none.
    """

    interpretation: str
    submission: Submission | None


def sender_door() -> Door:
    """Return what reading a body of this sender depends on, at this moment."""
    return services().door(current_sender())


def read_all(body: bytes, types: tuple[str, ...]) -> tuple[Body, tuple[Read, ...]]:
    """Read every document of *body*, a resource of one of *types*.

    Raises:
        ProblemError: it cannot be parsed, is of another type, or holds no result.
    """
    pool = pool_of(body)
    name_root(type_of(pool.root) or types[0])
    return read_pooled(pool, body, types)


def read_pooled(
    pool: Pool, body: bytes, types: tuple[str, ...]
) -> tuple[Body, tuple[Read, ...]]:
    """Read every document of a *body* that was parsed into *pool*.

    Raises:
        ProblemError: as ``read_all`` does.
    """
    door = sender_door()
    found = read_pool(pool, types, door)
    read = [_read(sent, body, found, door) for sent in found.documents]
    people: dict[str, Identity] = {}
    return found, tuple(_of_one_person(one, people) for one in read)


def _of_one_person(read: Read, people: dict[str, Identity]) -> Read:
    """Refuse a document whose patient is not the one of that number so far."""
    own = read.submission.identity if read.submission else None
    if own is None or not own.record_number:
        return read
    differs = disagreement(own, people.setdefault(own.record_number, own))
    if not differs:
        return read
    fault = Fault(place_of(f"/patient/{differs}", read.sent), "contradiction")
    return replace(read, submission=None, faults=(fault, *read.faults)[:MOST_FAULTS])


def _read(sent: Sent, raw: bytes, body: Body, door: Door) -> Read:
    draft = read_draft(sent.document, raw, SOURCE, door)
    read = [fault for fault in draft.faults if not _is_worded(fault, sent)]
    placed = [replace(one, pointer=place_of(one.pointer, sent)) for one in read]
    places = frozenset((*sent.parts, *sent.places.values()))
    own = [fault for fault in body.faults if _concerns(fault.pointer, places)]
    faults = tuple((*own, *placed)[:MOST_FAULTS])
    if own or draft.submission is None:
        return Read(sent, None, faults)
    submission, doubtful = _told_apart(draft.submission, sent, body)
    warnings = (Fault(place_of("", sent), "not_paired"),) if doubtful else ()
    return Read(sent, submission, faults, warnings)


def _told_apart(
    submission: Submission, sent: Sent, body: Body
) -> tuple[Submission, bool]:
    """Give each result the identifier that tells it from others of its test.

    The second part says that the body corrects itself, and it is not certain how.
    """
    holders = {one.place: one for one in body.pool.of_type("Observation")}
    named = [
        replace(seen, sub_id=_identifier(holders[place]))
        for seen, place in zip(submission.panel.observations, sent.parts, strict=True)
    ]
    kept, doubtful = within_one(named)
    panel = replace(submission.panel, observations=kept)
    amended = sent.amended or amends_earlier(named)
    made = replace(submission, panel=panel, amended=amended, name_parts=sent.name_parts)
    return made, doubtful


def _identifier(observation: Element) -> str:
    """Return the first identifier of an Observation; empty where it has none."""
    first = next(iter(observation.many("identifier")), None)
    return f"{first.text('system')}|{first.text('value')}" if first else ""


def _is_worded(fault: Fault, sent: Sent) -> bool:
    """Say whether a fault is but that a value is no number by its kind."""
    parts = fault.pointer.split("/")
    if parts[1:2] != ["results"] or parts[-1] not in _SILENT:
        return False
    return int(parts[2]) in sent.worded


def _concerns(pointer: str, places: frozenset[str]) -> bool:
    """Say whether *pointer* leads into one of *places*, the parts of a document."""
    while pointer and pointer not in places:
        pointer = pointer.rpartition("/")[0]
    return pointer in places


def refuse_faults(body: Body, read: tuple[Read, ...], *, lenient: bool) -> None:
    """Refuse a body that must be whole.

    A *lenient* sender has results that cannot be read kept with the reason why.

    Raises:
        ProblemError: ``invalid_submission``, with every fault.
    """
    unusable = [one for one in read if one.submission is None]
    wrong = unusable if lenient else [one for one in read if one.faults]
    faults = [*body.faults, *(fault for one in wrong for fault in one.faults)]
    if faults or not read:
        once = tuple(dict.fromkeys(faults))[:MOST_FAULTS]
        detail = "Nothing was stored; each issue names its place in the body."
        raise ProblemError("invalid_submission", detail, faults=once)


def origins_of(sent: Sent) -> tuple[str, ...]:
    """Return what the sender calls a document: its report, and which part of it."""
    return tuple(f"{one}|{sent.part}" for one in sent.identifiers)


def known_of(sent: Sent, submission: Submission) -> Known:
    """Return the newest that this sender has sent under the same identifiers."""
    if not sent.identifiers:
        return Known("", None)
    sender = feed_of(services().engine, stamp(), submission)
    with reading(services().engine) as connection:
        found = origins.newest(connection, sender, origins_of(sent))
    stored = get(services().engine, found) if found else None
    return Known(stored.id, stored.submission) if stored else Known("", None)
