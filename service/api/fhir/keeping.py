"""What was read is interpreted and kept, or interpreted and given back at once."""

import base64
import hashlib
from dataclasses import dataclass, replace

from reference_ranges.interpretation import interpret
from reference_ranges.panel import Observation
from reports.wording import load_wording
from service.api.fhir.receiving import (
    Known,
    Read,
    known_of,
    origins_of,
)
from service.api.security import stamp
from service.correcting import settles, standing, with_the_rest
from service.fhir.bundle import results_bundle
from service.fhir.document import document_bundle
from service.fhir.elements import Json
from service.intake.fhir.reading import place_of
from service.intake.submission import Submission
from service.interpreting import Order
from service.keeping import accept_together
from service.problems import Fault, ProblemError
from service.reporting import (
    ReportOptions,
    corrects_unknown,
    report_facts,
    report_pdf,
)
from service.services import services
from service.store.idempotency import IdempotencyKey
from service.store.interpretations import Stored, get


@dataclass(frozen=True, slots=True)
class Kept:
    """A document with what is stored of it; ``new`` says that it was not before.

    ``warnings`` say what it was not certain to take the place of.
    """

    read: Read
    stored: Stored
    new: bool
    warnings: tuple[Fault, ...] = ()

    @property
    def told(self) -> tuple[Fault, ...]:
        """All that its sender is told of it: what was not read, and not certain."""
        return (*self.read.faults, *self.warnings)


def keep(
    read: tuple[Read, ...], key: IdempotencyKey | None, once: frozenset[str]
) -> tuple[Kept, ...]:
    """Interpret and keep all of *read*, or none of them.

    A document with one of the identifiers *once* is kept only where the sender has
    sent none under it before.

    Raises:
        StoreError: nothing was stored.
    """
    before = [known_of(one.sent, _submission(one)) for one in read]
    there = [
        _is_there(one, known, once) for one, known in zip(read, before, strict=True)
    ]
    orders = [
        _order(one, known, numbered(key, number))
        for number, (one, known) in enumerate(zip(read, before, strict=True))
        if not there[number]
    ]
    saved = iter([one.saved for one in accept_together(services(), orders, stamp())])
    kept = []
    for one, known, is_there in zip(read, before, there, strict=True):
        made = None if is_there else next(saved)
        name = made.id if made else known.interpretation
        new = made is not None and not made.replayed
        stored = _stored(name)
        warnings = () if is_there else _doubts(one, known, stored)
        kept.append(Kept(one, stored, new, warnings))
    return tuple(kept)


def at_once(one: Read) -> Stored:
    """Return *one* interpreted and not kept; the same body gives the same ids."""
    submission = _submission(one)
    made = interpret(submission.panel, services().catalogue)
    name = _name_of(submission.raw, one.sent.parts)
    return Stored(
        id=name,
        root=name,
        version=1,
        supersedes="",
        superseded_by="",
        made_at=services().clock(),
        submission=submission,
        interpretation=made,
        review=None,
        escalated=False,
    )


def bundle_of(stored: Stored, *, with_page: bool = False) -> Json:
    """Return the results of *stored*, with the patient's page where it is asked for."""
    app = services()
    page = report_pdf(app, stored, ReportOptions()) if with_page else None
    wording = load_wording(stored.submission.locale)
    return results_bundle(stored, report_facts(app, stored), wording, page)


def document_of(stored: Stored) -> Json:
    """Return *stored* as a document, with the patient's page."""
    app = services()
    page = report_pdf(app, stored, ReportOptions())
    wording = load_wording(stored.submission.locale)
    return document_bundle(stored, report_facts(app, stored), wording, page)


def places_of(kept: Kept, number: int) -> int | None:
    """Return the place, from 1, of the sent row *number* among the results."""
    rows = _submission(kept.read).panel.observations
    results = [one.observation for one in kept.stored.interpretation.results]
    row = _what(rows[number])
    alike = sum(_what(one) == row for one in rows[:number])
    found = [at for at, one in enumerate(results, 1) if _what(one) == row]
    return found[alike] if alike < len(found) else None


def _what(seen: Observation) -> tuple[object, ...]:
    return seen.name, seen.loinc, seen.value_text, seen.unit_text, seen.comment


def _order(one: Read, known: Known, key: IdempotencyKey | None) -> Order:
    submission, corrects = _submission(one), ""
    if known.submission is not None and _replaces(one, known.submission):
        submission = with_the_rest(submission, known.submission)
        corrects = known.interpretation
    return Order(submission, corrects, key, identifiers=origins_of(one.sent))


def _doubts(one: Read, known: Known, stored: Stored) -> tuple[Fault, ...]:
    """Return what its sender must know of what *one* replaces, or does not."""
    submission, before = _submission(one), known.submission
    codes: list[str] = []
    if before is not None and _replaces(one, before):
        rest = standing(submission, before)
        left = {"not_repeated": rest.silent, "not_paired": rest.unpaired}
        codes = [code for code, still in left.items() if still]
    if corrects_unknown(services(), stored):
        codes.append("earlier_unknown")
    told = (Fault(place_of("", one.sent), code) for code in codes)
    return tuple(dict.fromkeys((*one.warnings, *told)))


def _is_there(one: Read, known: Known, once: frozenset[str]) -> bool:
    asked = not once.isdisjoint(one.sent.identifiers)
    before = known.submission
    return asked and before is not None and not _replaces(one, before)


def _replaces(one: Read, before: Submission) -> bool:
    """Say whether a document takes the place of what was sent under its identifier."""
    return one.sent.changes or settles(_submission(one), before)


def _submission(one: Read) -> Submission:
    if one.submission is None:
        raise ProblemError("invalid_submission", faults=one.faults)
    return one.submission


def numbered(key: IdempotencyKey | None, number: int) -> IdempotencyKey | None:
    """Return the key of a document: no key that is sent can hold a space."""
    if key is None or not number:
        return key
    return replace(key, key=f"{key.key} {number}")


def _stored(interpretation_id: str) -> Stored:
    stored = get(services().engine, interpretation_id)
    if stored is None:
        raise ProblemError("not_found")
    return stored


def _name_of(raw: bytes, parts: tuple[str, ...]) -> str:
    """Return an id like those that are stored, made of what was sent alone."""
    digest = hashlib.sha256(raw + "\n".join(parts).encode()).digest()
    return base64.b32encode(digest[:16]).decode().rstrip("=").lower()
