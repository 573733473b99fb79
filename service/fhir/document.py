"""The results as a document: a Composition before them, and the links that it needs.

As HL7 Europe's laboratory report asks (2.0 and 2.1), and by the rules of R4: nothing is
in a document that its Composition does not lead to, but Provenance.  So a DetectedIssue
is told in the words of a section.
"""

from reports.wording import Wording
from service.fhir import terms
from service.fhir.elements import Json, coding, concept, reference
from service.fhir.ids import urn
from service.fhir.narrative import narrative, paragraphs, table

_STATUSES = {
    "preliminary": "preliminary",
    "final": "final",
    "amended": "amended",
    "corrected": "amended",
}
"""The status of a Composition, by that of its report; it knows no *corrected*."""


def document_bundle(results: Json, wording: Wording) -> Json:
    """Return *results*, a Bundle of ``bundle.results_bundle``, as a document.

    The Composition has the id of the report; the same results give the same document.
    """
    report, *others = results["entry"]
    issues = _of_type("DetectedIssue", others)
    observations = _of_type("Observation", others)
    made = _composition(report, observations, issues, wording)
    address = urn(made["id"], "composition")
    kept = [one for one in others if one["resource"] not in issues]
    linked = {"fullUrl": report["fullUrl"], "resource": _linked(report, address)}
    first = {"fullUrl": address, "resource": made}
    return {**results, "type": "document", "entry": [first, linked, *kept]}


def _of_type(kind: str, entries: list[Json]) -> list[Json]:
    resources = [one["resource"] for one in entries]
    return [one for one in resources if one["resourceType"] == kind]


def _linked(entry: Json, composition: str) -> Json:
    """Return the report with the link to the *composition* that it stands in."""
    report = dict(entry["resource"])
    names = ("resourceType", "id", "meta")
    head = {name: report.pop(name) for name in names if name in report}
    return {**head, "extension": [_link(terms.COMPOSITION, composition)], **report}


def _link(url: str, target: str) -> Json:
    return {"url": url, "valueReference": reference(target)}


def _composition(
    entry: Json, observations: list[Json], issues: list[Json], wording: Wording
) -> Json:
    """Return what stands before the report: whose it is, and its results to be read.

    Who interpreted the results is its author, else who measured.
    """
    report: Json = entry["resource"]
    return {
        "resourceType": "Composition",
        "id": report["id"],
        **({"meta": report["meta"]} if "meta" in report else {}),
        "language": wording.locale,
        "extension": [_link(terms.DIAGNOSTIC_REPORT, entry["fullUrl"])],
        "identifier": report["identifier"][0],
        "status": _STATUSES[report["status"]],
        "type": report["code"],
        "category": report["category"],
        "subject": report["subject"],
        "date": report["issued"],
        "author": report.get("resultsInterpreter", report["performer"]),
        "title": wording.say("header.title"),
        "section": [
            {
                **_headed(terms.LABORATORY_STUDIES, "table.heading", wording),
                "text": narrative(table(observations, wording), wording),
                "entry": report["result"],
            },
            {
                **_headed(terms.ANNOTATION, "table.outcome", wording),
                "text": narrative(paragraphs(_said(report, issues)), wording),
            },
        ],
    }


def _headed(code: str, title: str, wording: Wording) -> Json:
    return {
        "title": wording.say(title),
        "code": concept(coding(terms.LOINC, code)),
    }


def _said(report: Json, issues: list[Json]) -> list[str]:
    """Return what the report concludes, then all that is pressing, each once."""
    return list(
        dict.fromkeys([report["conclusion"], *(one["detail"] for one in issues)])
    )
