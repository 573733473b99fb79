"""Whether what belongs together is of one patient: where it is not, nobody guesses."""

from collections.abc import Iterator

from service.intake.fhir.element import Element
from service.intake.fhir.resources import Pool, type_of

_PATIENT = "Patient"


def check_subjects(pool: Pool) -> None:
    """Refuse each result of no patient, or of another than its report or specimen."""
    for one in pool.of_type("Observation", "DiagnosticReport"):
        kind = _kind_of_subject(one, pool)
        if kind not in {"", _PATIENT}:
            one.one("subject").refuse("reference", "not_allowed", kind, (_PATIENT,))
    for one, holder in _pairs(pool):
        own, other = (_whose(each, pool) for each in (one, holder))
        if own and other and own != other:
            subject = one.one("subject")
            subject.refuse("reference", "contradiction", subject.text("reference"))


def _kind_of_subject(resource: Element, pool: Pool) -> str:
    """Return of what type the subject is, as far as that is told."""
    subject = resource.one("subject")
    found = type_of(pool.resolve(subject, resource))
    path = pool.address_of(subject, resource).split("/")[:-1]
    named = path[-1] if path and path[-1].isalpha() else ""
    return found or subject.text("type") or named


def _pairs(pool: Pool) -> Iterator[tuple[Element, Element]]:
    """Yield what says of whom it is, and what holds it or was taken for it."""
    for holder, name in (
        *((one, "result") for one in pool.of_type("DiagnosticReport")),
        *((one, "hasMember") for one in pool.of_type("Observation")),
    ):
        for reference in holder.many(name):
            yield pool.resolve(reference, holder), holder
    for one in pool.of_type("Observation"):
        yield one, pool.resolve(one.one("specimen"), one)
    for one in pool.of_type("DiagnosticReport"):
        for reference in one.many("specimen"):
            yield one, pool.resolve(reference, one)
    for composition in pool.of_type("Composition"):
        for one in pool.of_type("Observation", "DiagnosticReport"):
            yield one, composition


def _whose(resource: Element, pool: Pool) -> str:
    """Return what tells the patient of *resource* from others; empty where nothing."""
    subject = resource.one("subject")
    found = pool.resolve(subject, resource)
    return found.place if found else pool.address_of(subject, resource)
