"""What stands before the results of a document: whose they are, and how they read."""

from collections.abc import Sequence

from reports.wording import Wording
from service.fhir import terms
from service.fhir.elements import Json, coding, concept, reference
from service.fhir.narrative import narrative, paragraphs, table
from service.fhir.told import words_of

_STATUSES = {
    "preliminary": "preliminary",
    "final": "final",
    "amended": "amended",
    "corrected": "amended",
}
"""The status of a Composition, by that of its report: none is *corrected*."""


def composition(
    report: Json, address: str, sections: list[Json], words: Wording
) -> Json:
    """Return the Composition of the *report* at *address*, with the report's own id.

    Who interpreted the results is its author, else who measured.
    """
    return {
        "resourceType": "Composition",
        "id": report["id"],
        **({"meta": report["meta"]} if "meta" in report else {}),
        "language": words.locale,
        "extension": [link(terms.DIAGNOSTIC_REPORT, address)],
        "identifier": report["identifier"][0],
        "status": _STATUSES[report["status"]],
        "type": report["code"],
        "category": report["category"],
        "subject": report["subject"],
        "date": report["issued"],
        "author": report.get("resultsInterpreter", report["performer"]),
        "title": words.say("header.title"),
        "section": sections,
    }


def results_section(report: Json, observations: Sequence[Json], words: Wording) -> Json:
    """Return the section of all results of *report*, as a table and as references."""
    return {
        **_headed("table.heading", terms.LABORATORY_STUDIES, words),
        "text": narrative(table(observations, words), words),
        "entry": report["result"],
    }


def found_section(report: Json, issues: Sequence[Json], words: Wording) -> Json:
    """Return the section of what *report* concludes, and of all that is pressing."""
    codes = (one.get("text", "") for one in report.get("conclusionCode", ()))
    told = [report["conclusion"], *(one["detail"] for one in issues), *codes]
    said = dict.fromkeys(filter(None, told))
    return {
        **_headed("table.outcome", terms.ANNOTATION, words),
        "text": narrative(paragraphs(said), words),
    }


def told_section(answered: Json, address: str, words: Wording) -> Json:
    """Return the section of what was *answered*, which stands at *address*."""
    return {
        **_headed("symptom_section.heading", terms.CLINICAL_INFORMATION, words),
        "text": narrative(paragraphs(words_of(answered)), words),
        "entry": [reference(address)],
    }


def link(url: str, target: str) -> Json:
    """Return the extension *url* that leads to *target*."""
    return {"url": url, "valueReference": reference(target)}


def _headed(title: str, code: str, words: Wording) -> Json:
    return {"title": words.say(title), "code": concept(coding(terms.LOINC, code))}
