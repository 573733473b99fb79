"""The results as a document: a Composition before them, and the links that it needs.

As the laboratory report of HL7 Europe asks (2.0.0 and 2.1.0), and by the rules of R4:
nothing is in a document that its Composition does not lead to, but Provenance.  So what
a DetectedIssue says stands in the words of a section.
"""

from reports.identity import ReportFacts
from reports.wording import Wording
from service.fhir import terms
from service.fhir.bundle import marked, results_bundle
from service.fhir.composition import (
    composition,
    found_section,
    link,
    results_section,
    told_section,
)
from service.fhir.elements import Json
from service.fhir.ids import urn
from service.fhir.told import answers
from service.store.interpretations import Stored

_HEAD = ("resourceType", "id", "meta")


def document_bundle(
    stored: Stored, facts: ReportFacts, wording: Wording, page: bytes | None = None
) -> Json:
    """Return *stored* as a Bundle of type document: same record, same Bundle.

    It holds what ``results_bundle`` does but the DetectedIssues, and what was told
    beside the results.
    """
    made = results_bundle(stored, facts, wording, page)
    first, *others = made["entry"]
    report = first["resource"]
    issues = _of_type("DetectedIssue", others)
    sections = [
        results_section(report, _of_type("Observation", others), wording),
        found_section(report, issues, wording),
    ]
    kept = [one for one in others if one["resource"] not in issues]
    told = answers(stored.submission.panel, report["subject"], wording)
    if told is not None:
        address = urn(stored.id, "told")
        sections.append(told_section(told, address, wording))
        resource = marked(told, facts)
        kept.append({"fullUrl": address, "resource": resource})
    head = composition(report, first["fullUrl"], sections, wording)
    place = urn(stored.id, "composition")
    entries = [
        {"fullUrl": place, "resource": head},
        {"fullUrl": first["fullUrl"], "resource": _linked(report, place)},
        *kept,
    ]
    return {**made, "type": "document", "entry": entries}


def _of_type(kind: str, entries: list[Json]) -> list[Json]:
    resources = [one["resource"] for one in entries]
    return [one for one in resources if one["resourceType"] == kind]


def _linked(report: Json, place: str) -> Json:
    """Return *report* with the link to the Composition at *place*."""
    head = {name: report[name] for name in _HEAD if name in report}
    return {**head, "extension": [link(terms.COMPOSITION, place)], **report}
