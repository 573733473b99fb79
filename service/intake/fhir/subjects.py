"""Whether what belongs together is of one patient: where it is not, nobody guesses."""

from collections.abc import Iterator

from service.intake.fhir.element import Element
from service.intake.fhir.resources import Pool


def check_subjects(pool: Pool) -> None:
    """Refuse each result of another patient than its report, panel or specimen."""
    for one, holder in _pairs(pool):
        own, other = (_whose(each, pool) for each in (one, holder))
        if own and other and own != other:
            subject = one.one("subject")
            subject.refuse("reference", "contradiction", subject.text("reference"))


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
