"""All that was found, as one Bundle: the one way from a stored panel to FHIR."""

from collections.abc import Iterable, Iterator

from reference_ranges.results import Interpretation, Result
from reports.identity import ReportFacts
from reports.wording import Wording
from service.fhir import terms
from service.fhir.elements import Json
from service.fhir.ids import observation_id, urn
from service.fhir.observations import Surroundings, observation
from service.fhir.people import laboratory, patient, specimen
from service.fhir.report import detected_issues, diagnostic_report, provenance
from service.ranges.fhir.exact_json import compact
from service.store.interpretations import Stored

REPORT, PATIENT, SPECIMEN, LABORATORY, OBSERVATION = (
    "report",
    "patient",
    "specimen",
    "laboratory",
    "observation",
)
"""The names of the resources of a Bundle; ``ids.urn`` makes their addresses."""


def results_bundle(
    stored: Stored, facts: ReportFacts, wording: Wording, page: bytes | None = None
) -> Json:
    """Return *stored* as a Bundle of type collection: same record, same Bundle.

    DiagnosticReport, Patient, Specimen, Organization, one Observation per result (as
    reported, then worked out), a DetectedIssue for all that is critical, urgent or in
    conflict, and Provenance.  *page* is the patient's report as PDF, to stand in
    ``presentedForm``; leave it out where the Bundle is attached to that very page.
    """
    return {
        "resourceType": "Bundle",
        "identifier": {"system": terms.REPORT, "value": stored.id},
        "type": "collection",
        "timestamp": facts.issued_at.isoformat(),
        "entry": [
            {
                "fullUrl": urn(stored.id, name),
                "resource": marked(resource, facts),
            }
            for name, resource in _resources(stored, facts, wording, page)
        ],
    }


def bundle_bytes(
    stored: Stored, facts: ReportFacts, wording: Wording, page: bytes | None = None
) -> bytes:
    """Return the Bundle as JSON, members in their order, numbers with their digits."""
    return resource_bytes(results_bundle(stored, facts, wording, page))


def resource_bytes(resource: Json) -> bytes:
    """Return *resource* as JSON, members in their order, numbers with their digits."""
    return compact(resource).encode()


def _resources(
    stored: Stored, facts: ReportFacts, wording: Wording, page: bytes | None
) -> Iterator[tuple[str, Json]]:
    made, submission = stored.interpretation, stored.submission
    around = _surroundings(stored, facts, wording)
    both = [*made.results, *made.derived]
    addresses = [
        urn(stored.id, f"{OBSERVATION}/{number}") for number, _ in enumerate(both, 1)
    ]
    known = _by_analyte(both, addresses)
    yield REPORT, diagnostic_report(stored, around, addresses, page)
    yield PATIENT, patient(submission.identity, submission.name_parts)
    conditions = submission.panel.conditions
    yield SPECIMEN, specimen(facts, conditions, around.patient)
    if facts.laboratory:
        yield LABORATORY, laboratory(facts.laboratory)
    for number, result in enumerate(both, 1):
        parts = [at for name in _made_from(result) for at in known.get(name, ())]
        name = f"{OBSERVATION}/{number}"
        yield name, _observed(result, parts, around, observation_id(stored.id, number))
    for number, issue in enumerate(detected_issues(made, around, known), 1):
        yield f"issue/{number}", issue
    yield "provenance", provenance(stored, around, urn(stored.id, REPORT))


def _surroundings(stored: Stored, facts: ReportFacts, wording: Wording) -> Surroundings:
    return Surroundings(
        patient=urn(stored.id, PATIENT),
        specimen=urn(stored.id, SPECIMEN),
        laboratory=urn(stored.id, LABORATORY) if facts.laboratory else "",
        facts=facts,
        catalogue=_catalogue(stored.interpretation),
        wording=wording,
    )


def _catalogue(made: Interpretation) -> str:
    used = made.catalogue
    return f"Plainlab catalogue {used.version}, profile {used.profile}"


def _observed(
    result: Result, parts: Iterable[str], around: Surroundings, name: str
) -> Json:
    made = observation(result, tuple(dict.fromkeys(parts)), around)
    return {"resourceType": made.pop("resourceType"), "id": name, **made}


def _made_from(result: Result) -> tuple[str, ...]:
    """Return the names of what *result* was worked out from, its tests among them."""
    if not result.derived_by:
        return ()
    return tuple(name for name, _ in result.trace[0].inputs)


def _by_analyte(
    results: Iterable[Result], addresses: Iterable[str]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for result, address in zip(results, addresses, strict=True):
        if result.observation.analyte:
            found.setdefault(result.observation.analyte, []).append(address)
    return found


def marked(resource: Json, facts: ReportFacts) -> Json:
    """Return *resource* with when it last changed: when it was made, or reviewed.

    One of a trial or a demo says that it is about nobody.
    """
    meta: Json = {"lastUpdated": (facts.reviewed_at or facts.issued_at).isoformat()}
    if facts.watermark:
        system, code = terms.TEST_DATA
        meta["security"] = [{"system": system, "code": code}]
    return {"resourceType": resource["resourceType"], "meta": meta} | resource
