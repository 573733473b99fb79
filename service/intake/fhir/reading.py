"""A FHIR body as documents: one per patient, report and specimen."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from reference_ranges.comments import conditions_in
from service.intake.door import Door
from service.intake.fhir import resources
from service.intake.fhir.element import Element
from service.intake.fhir.facts import SOURCES, Facts, facts_of, is_fact
from service.intake.fhir.groups import Group, composition_of, groups_of
from service.intake.fhir.ours import is_our_report
from service.intake.fhir.people import (
    collection,
    is_test,
    name_parts,
    patient_of,
    patient_part,
    person_name,
    specimen_part,
    who_of,
)
from service.intake.fhir.resources import Pool, type_of
from service.intake.fhir.rows import CHANGED, Line, Whole, lines_of
from service.intake.fhir.subjects import check_subjects
from service.intake.reading import MOST_FAULTS
from service.problems import Fault, ProblemError

RESULTS = ("Observation", "DiagnosticReport")
MAX_DOCUMENTS = 100
_ANYONE = str({})
_MOST_COMMENT = 1000  # characters that a comment may have
_STATUSES = {
    "Composition": ("preliminary", "final", "amended", "entered-in-error"),
    "DiagnosticReport": (
        "registered",
        "partial",
        "preliminary",
        "final",
        "amended",
        "corrected",
        "appended",
        "cancelled",
        "entered-in-error",
        "unknown",
    ),
}
_TAKING_BACK = ("amended", "corrected", "cancelled", "entered-in-error")
_CHANGING = (*_TAKING_BACK, "appended")


@dataclass(frozen=True, slots=True)
class Sent:
    """One document of a body.

    ``places`` leads from a place in the document to one in the body.  ``worded`` are
    the rows whose value is no number by its kind.  ``identifiers`` are those of the
    report, or of the observations that have none, as ``system|value``; ``part`` tells
    the documents of one report apart, in whatever message they come.  ``changes`` says
    that something in it was corrected or withdrawn.  ``parts`` are the places of the
    resources that it was made of, in the order of its rows.  ``warnings`` say what was
    left out of it.
    """

    document: dict[str, Any]
    places: dict[str, str]
    worded: frozenset[int]
    identifiers: tuple[str, ...]
    part: str
    changes: bool
    amended: bool
    name_parts: tuple[str, ...]
    parts: tuple[str, ...]
    warnings: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """What a body holds: its resources, its documents, and what could not be read.

    ``warnings`` say what was left out of its documents.
    """

    pool: Pool
    documents: tuple[Sent, ...]
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...] = ()


def read_pool(pool: Pool, types: tuple[str, ...], door: Door) -> Body:
    """Read a body, which must be a resource of one of *types*, as far as it goes.

    Raises:
        ProblemError: ``invalid_submission`` where it is of another type, or nothing
            in it is a result, or there are too many reports in it.
    """
    _check_type(pool, types)
    _check_statuses(pool)
    check_subjects(pool)
    groups, told = groups_of(pool, door), _told(pool, door)
    if len(groups) > MAX_DOCUMENTS:
        fault = Fault(
            "/entry", "too_long", allowed=(f"at most {MAX_DOCUMENTS} reports",)
        )
        raise ProblemError("invalid_submission", faults=(fault,))
    nobodys = _of_nobody(groups, pool, told)
    made = [_document(group, pool, told, door) for group in groups]
    documents = tuple(one for one in made if one.document["results"])
    if not documents and not pool.faults:
        raise ProblemError("invalid_submission", faults=(Fault("", "no_results"),))
    warnings = [*nobodys, *(fault for one in documents for fault in one.warnings)]
    once = tuple(dict.fromkeys(warnings))[:MOST_FAULTS]
    return Body(pool, documents, tuple(pool.faults), once)


def _check_type(pool: Pool, types: tuple[str, ...]) -> None:
    root = pool.root
    if type_of(root) not in types:
        root.refuse("resourceType", "not_allowed", type_of(root), types)
    elif type_of(root) == "Bundle" and root.text("type") not in resources.BUNDLES:
        root.refuse("type", "not_allowed", root.text("type"), resources.BUNDLES)
    elif _is_torn(pool):
        first = root.many("entry")[0].one("resource")
        first.refuse("resourceType", "not_allowed", type_of(first), ("Composition",))
    else:
        return
    raise ProblemError("invalid_submission", faults=tuple(pool.faults))


def _check_statuses(pool: Pool) -> None:
    """Refuse a document or a report that does not say whether it stands."""
    for kind, allowed in _STATUSES.items():
        for one in pool.of_type(kind):
            status = one.text("status")
            if status not in allowed:
                code = "not_allowed" if status else "required"
                one.refuse("status", code, status, allowed)


def _is_torn(pool: Pool) -> bool:
    """Say whether the body is a document that does not begin as one."""
    entries = pool.root.many("entry")
    document = pool.root.value.get("type") == "document"
    return document and bool(entries) and not composition_of(pool)


def _told(pool: Pool, door: Door) -> dict[str, list[Element]]:
    """Return what is told beside the results, by whom it is about; empty: anyone."""
    found: dict[str, list[Element]] = {}
    for resource in pool.of_type(*SOURCES):
        result = type_of(resource) == "Observation"
        if not result or is_fact(resource, door.catalogue.rules):
            whose = str(patient_of(resource, pool).value)
            found.setdefault(whose, []).append(resource)
    return found


def _of_nobody(
    groups: Collection[Group], pool: Pool, told: dict[str, list[Element]]
) -> list[Fault]:
    """Take out of *told* what nobody's results are here for, and say so.

    What does not say of whom it is counts only where there is but one patient.
    """
    here = {str(one.patient.value) for one in groups}
    people = here.union(str(one.value) for one in pool.of_type("Patient"))
    known = {_ANYONE, *here} if len(people - {_ANYONE}) <= 1 else here - {_ANYONE}
    gone = [one for whose in told.keys() - known for one in told.pop(whose)]
    return [Fault(one.at("subject"), "of_nobody_here") for one in gone]


def _document(
    group: Group, pool: Pool, told: dict[str, list[Element]], door: Door
) -> Sent:
    rules = door.catalogue.rules
    patient = patient_part(group.patient)
    specimen = specimen_part(group.specimen, group.reference, rules)
    facts = facts_of(_about(group, told), _day(group, door), rules)
    who = who_of(patient.fields, facts.pregnancy, group.collected[0])
    whole = Whole(who, door, group.status, (pool.root, *group.parts))
    said = "" if is_our_report(group.report) else group.report.text("conclusion")
    lines = [
        (line, observation)
        for observation in group.observations
        for line in lines_of(
            observation, whole, holds_others=_holds_others(observation, pool)
        )
    ]
    _remark(lines, said.strip())
    conditions = [*specimen.fields["conditions"], *conditions_in(said, rules.comments)]
    document = {
        "patient": {**patient.fields, "pregnancy": _pregnancy(facts)},
        "specimen": {
            **specimen.fields,
            "conditions": _conditions(conditions, lines),
            **collection(group.collected[0]),
        },
        "results": [line.row for line, _ in lines],
        "symptoms": [{"id": one} for one in facts.symptoms] if facts.asked else None,
        "factors": list(facts.factors),
        "laboratory": _laboratory(group, pool),
        "requester": _requester(group, pool),
        "test": is_test([pool.root, group.patient, group.report, *group.observations]),
    }
    return Sent(
        document=document,
        places=_places(group, lines, facts, patient.places | specimen.places),
        worded=frozenset(n for n, (line, _) in enumerate(lines) if line.worded),
        identifiers=_identifiers(group),
        part=_part(group, specimen.fields["type"]),
        changes=whole.status in _CHANGING
        or any(line.row["status"] in CHANGED for line, _ in lines),
        amended=whole.status in _TAKING_BACK,
        name_parts=name_parts(group.patient),
        parts=tuple(observation.place for _, observation in lines),
        warnings=(
            *facts.left_out,
            *(fault for line, _ in lines for fault in line.strange),
        ),
    )


def _about(group: Group, told: dict[str, list[Element]]) -> list[Element]:
    """Return what is told of the patient of *group*."""
    own = told.get(str(group.patient.value), []) if group.patient else []
    return [*own, *told.get(_ANYONE, ())]


def _day(group: Group, door: Door) -> str:
    """Return the day of the specimen; today, where it is not told."""
    told = group.collected[0][: len("2026-11-20")]
    return told or door.now.astimezone(door.zone).date().isoformat()


def _remark(lines: list[tuple[Line, Element]], said: str) -> None:
    """Put what a report concludes beside its first result, where there is room."""
    for line, _ in lines[:1]:
        comment = "\n".join(filter(None, [line.row["comment"], said]))
        if len(comment) <= _MOST_COMMENT:
            line.row["comment"] = comment


def _holds_others(observation: Element, pool: Pool) -> bool:
    """Say whether it holds components, or members that are all in the body."""
    members = observation.many("hasMember")
    known = [bool(pool.resolve(one, observation)) for one in members]
    return observation.has("component") or (bool(known) and all(known))


def _pregnancy(facts: Facts) -> dict[str, str]:
    weeks = {"weeks": facts.weeks} if facts.weeks else {}
    return {"status": facts.pregnancy, **weeks}


def _conditions(stated: list[str], lines: list[tuple[Line, Element]]) -> list[str]:
    return sorted({*stated, *(one for line, _ in lines for one in line.conditions)})


def _laboratory(group: Group, pool: Pool) -> str:
    """Return who measured: an organisation's name, else what its reference says."""
    for holder in (group.report, *group.observations):
        for reference in holder.many("performer"):
            found = pool.resolve(reference, holder)
            target = reference.text("reference")
            kind = type_of(found) or target.rpartition("/")[0].rpartition("/")[2]
            if kind == "Organization":
                return found.text("name") or reference.text("display")
    return ""


def _requester(group: Group, pool: Pool) -> str:
    for holder in (group.report, *group.observations):
        for reference in holder.many("basedOn"):
            order = pool.resolve(reference, holder)
            asked = order.one("requester")
            person = pool.resolve(asked, order)
            told = asked.text("display") or person_name(person)[0]
            if told:
                return told
    return ""


def _identifiers(group: Group) -> tuple[str, ...]:
    """Return what the sender calls the report, or else its observations."""
    named = [group.report] if group.report else group.observations
    return tuple(
        f"{one.text('system')}|{one.text('value')}"
        for holder in named
        for one in holder.many("identifier")
        if one.text("value")
    )


def _part(group: Group, kind: str) -> str:
    """Return what tells this specimen of a report from the others: its own number."""
    numbers = [
        group.specimen.one("accessionIdentifier"),
        *group.specimen.many("identifier"),
    ]
    own = next((text for one in numbers if (text := one.text("value"))), "")
    return own or f"{kind} {group.collected[0]}"


def _places(
    group: Group,
    lines: list[tuple[Line, Element]],
    facts: Facts,
    places: dict[str, str],
) -> dict[str, str]:
    """Return where in the body each place of the document stands."""
    found = {"": group.report.place or group.observations[0].place, **places}
    for name in ("collected_at", "collected_on"):
        found[f"/specimen/{name}"] = group.collected[1]
    for number, (line, _) in enumerate(lines):
        at = f"/results/{number}"
        found |= {f"{at}{name}": place for name, place in line.places.items()}
    told = {"symptoms": facts.symptoms, "factors": facts.factors}
    for name, ids in told.items():
        found |= {f"/{name}/{n}": place for n, place in enumerate(ids.values())}
    return found | facts.places


def place_of(pointer: str, sent: Sent) -> str:
    """Return the place in the body of what *pointer* leads to in the document."""
    while pointer not in sent.places and pointer:
        pointer = pointer.rpartition("/")[0]
    return sent.places[pointer]
