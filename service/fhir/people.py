"""Whose results, of what specimen, and who measured."""

from collections.abc import Collection

from reports.identity import Identity, ReportFacts
from service.fhir import terms
from service.fhir.elements import Json, coding, concept, present, reference, unknown


def patient(identity: Identity) -> Json:
    """Return the patient as the sender wrote them.

    A name or a birth date that was not told is said to be unknown: the laboratory
    profiles need both.
    """
    number = identity.record_number
    kind = concept(coding(terms.IDENTIFIER_TYPE, "MR"))
    identifiers = [{"type": kind, "value": number}] if number else []
    name = {"text": identity.name} if identity.name else unknown()
    born = identity.birth_date
    return {
        "resourceType": "Patient",
        **present(identifier=identifiers),
        "name": [name],
        "gender": identity.sex,
        **({"birthDate": born} if born else {"_birthDate": unknown()}),
    }


def specimen(facts: ReportFacts, conditions: Collection[str], subject: str) -> Json:
    """Return what was taken, when, and in what state it was."""
    return {
        "resourceType": "Specimen",
        "type": _type(facts.specimen) if facts.specimen else unknown(),
        "subject": reference(subject),
        **present(receivedTime=_received(facts)),
        "collection": _collection(facts),
        **present(condition=[_condition(one) for one in sorted(conditions)]),
    }


def laboratory(name: str) -> Json:
    """Return the laboratory by the name and address that it goes by on the page."""
    return {"resourceType": "Organization", "name": name}


def _type(specimen_type: str) -> Json:
    code = terms.SPECIMENS.get(specimen_type)
    codings = [coding(terms.SPECIMEN_TYPE, code)] if code else []
    return concept(*codings, text=specimen_type)


def _collection(facts: ReportFacts) -> Json:
    taken = facts.collected_at or facts.collected_on
    if taken is None:
        return {"_collectedDateTime": unknown()}
    return {"collectedDateTime": taken.isoformat()}


def _received(facts: ReportFacts) -> str:
    return facts.received_at.isoformat() if facts.received_at else ""


def _condition(condition: str) -> Json:
    known = terms.CONDITIONS.get(condition)
    codings = [coding(terms.SPECIMEN_CONDITION, known)] if known else []
    return concept(*codings, coding(terms.CONDITION, condition))
