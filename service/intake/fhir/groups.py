"""The results of a body, by the patient, report and specimen that they share."""

from dataclasses import dataclass, field
from typing import NamedTuple

from service.intake.door import Door
from service.intake.fhir.element import Element
from service.intake.fhir.facts import is_fact
from service.intake.fhir.ours import is_worked_out
from service.intake.fhir.people import collected_of, patient_of
from service.intake.fhir.resources import Pool, type_of

_WITHDRAWN = "entered-in-error"


class _Key(NamedTuple):
    patient: str
    report: str
    specimen: str
    collected: str


@dataclass(slots=True)
class Group:
    """The observations of one document, and what they share."""

    patient: Element
    report: Element
    specimen: Element
    reference: Element
    composition: Element
    collected: tuple[str, str]
    observations: list[Element] = field(default_factory=list)

    @property
    def status(self) -> str:
        """The status of the report; a document withdrawn withdraws all within."""
        whole = self.composition.text("status")
        return whole if whole == _WITHDRAWN else self.report.text("status")

    @property
    def parts(self) -> tuple[Element, ...]:
        """The elements that all rows are made of."""
        inner = (*self.composition.many("section"), self.specimen.one("collection"))
        return (self.composition, self.report, self.specimen, self.patient, *inner)


def groups_of(pool: Pool, door: Door) -> list[Group]:
    """Return the observations that are results, by what they share, in their order."""
    reports = _reports(pool)
    nothing = Element({}, pool.root.place, pool.faults)
    composition = composition_of(pool)
    groups: dict[_Key, Group] = {}
    for observation in pool.of_type("Observation"):
        fact = is_fact(observation, door.catalogue.rules)
        if fact or is_worked_out(observation, pool):
            continue
        report = reports.get(observation.place, nothing)
        reference = observation.one("specimen")
        specimen = _specimen(observation, report, pool)
        holder = observation if observation.has("subject") else report or observation
        patient = patient_of(holder, pool)
        collected = collected_of(observation, specimen, report)
        key = _Key(
            patient.place
            if type_of(patient) and patient.value.get("id")
            else str(patient.value),
            report.place,
            specimen.place if specimen else reference.text("reference"),
            collected[0],
        )
        made = Group(patient, report, specimen, reference, composition, collected)
        groups.setdefault(key, made).observations.append(observation)
    return [*groups.values()]


def _reports(pool: Pool) -> dict[str, Element]:
    """Return the report of each observation by its place, its members' included."""
    found: dict[str, Element] = {}
    for report in pool.of_type("DiagnosticReport"):
        waiting = _results(report, pool)
        while waiting:
            observation = waiting.pop()
            if not observation or observation.place in found:
                continue
            found[observation.place] = report
            members = observation.many("hasMember")
            waiting += [pool.resolve(one, observation) for one in members]
    return found


def _results(report: Element, pool: Pool) -> list[Element]:
    """Return the results of *report*: all of them must be in the body, or none.

    Else all that is there could be in range, and what is missing not.
    """
    sent = report.many("result")
    found = [pool.resolve(one, report) for one in sent]
    lost = [one for one, there in zip(sent, found, strict=True) if not there]
    for one in lost if any(found) else ():
        one.refuse("reference", "reference_unclear", one.text("reference"))
    return found


def _specimen(observation: Element, report: Element, pool: Pool) -> Element:
    """Return what an observation was made on; the report's, where it has but one."""
    if observation.has("specimen"):
        return pool.resolve(observation.one("specimen"), observation)
    of_report = report.many("specimen")
    if len(of_report) == 1:
        return pool.resolve(of_report[0], report)
    return Element({}, observation.place, pool.faults)


def composition_of(pool: Pool) -> Element:
    """Return what a document begins with; nothing where the body is no document."""
    entries = pool.root.many("entry")
    first = entries[0].one("resource") if entries else pool.root
    if pool.root.value.get("type") == "document" and type_of(first) == "Composition":
        return first
    return Element({}, pool.root.place, pool.faults)
