"""Whose results, of what specimen, and who measured."""

from collections.abc import Collection, Sequence

from reports.identity import Identity, ReportFacts
from service.fhir import terms
from service.fhir.elements import (
    Json,
    absent,
    coding,
    concept,
    present,
    reference,
    unknown,
)


def patient(identity: Identity, name_parts: Sequence[str]) -> Json:
    """Return the patient as the sender wrote them.

    A number, its system, a name or a birth date that was not told is said to be
    unknown: the laboratory profiles need all of them.
    """
    number = identity.record_number
    kind = concept(coding(terms.IDENTIFIER_TYPE, "MR"))
    told = {"value": number} if number else {"_value": unknown()}
    born = identity.birth_date
    return {
        "resourceType": "Patient",
        "identifier": [{"type": kind, "_system": unknown(), **told}],
        "name": [_name(identity.name, name_parts)],
        "gender": identity.sex,
        **({"birthDate": born} if born else {"_birthDate": unknown()}),
    }


def _name(text: str, parts: Sequence[str]) -> Json:
    """Return a name with its parts as they came, or with why it has none (us-core-6).

    A name that came as one text is never taken apart: which word is the family's is
    not ours to guess.
    """
    family, *given = parts or ("",)
    if family or any(given):
        return present(text=text, family=family, given=[one for one in given if one])
    return {"text": text, **absent("unsupported")} if text else unknown()


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
