"""What the laboratory profiles and R4 ask of a document: one list, and who breaks it.

HL7 Europe Laboratory Report 2.0.0 and 2.1.0, with what they inherit from EU core; US
Core 8.0 for a laboratory's report and result.  Where versions differ, the stricter one.
An element that is there with nothing but the reason of its absence counts as there.
"""

from xml.etree import ElementTree as ET

EU, US, BOTH, R4 = "EU", "US Core", "EU, US Core", "R4"
COMPOSITION = (
    "http://hl7.org/fhir/5.0/StructureDefinition/extension-DiagnosticReport.composition"
)
REPORT = (
    "http://hl7.eu/fhir/extensions/StructureDefinition/"
    "composition-diagnosticReportReference"
)
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
UCUM = "http://unitsofmeasure.org"
LOINC = "http://loinc.org"

REQUIRED = {
    "Bundle": [
        (R4, "identifier.system identifier.value"),
        (EU, "timestamp entry.fullUrl entry.resource"),
    ],
    "Composition": [
        (EU, "identifier status type.coding subject.reference date author title"),
        (EU, "section.title section.code.coding section.text.div"),
        (EU, "extension.valueReference.reference"),
    ],
    "DiagnosticReport": [
        (BOTH, "status code.coding subject.reference"),
        (EU, "extension.valueReference.reference"),
        (US, "category effective issued meta.lastUpdated performer"),
    ],
    "Observation": [
        (BOTH, "status category code subject.reference"),
        (EU, "effective performer"),
        (US, "meta.lastUpdated interpretation specimen.reference"),
    ],
    "Specimen": [(EU, "type")],
    "Patient": [
        (BOTH, "name"),
        (EU, "birthDate"),
        (US, "identifier.system identifier.value gender"),
    ],
    "Organization": [(EU, "name")],
}
"""Elements that must be there, by type of resource."""

NEVER = {
    "Bundle": [
        *("total", "link", "entry.link"),
        *("entry.search", "entry.request", "entry.response"),
    ],
    "DiagnosticReport": ["imagingStudy"],
}
"""Elements that must not be there."""


def breaks(bundle):
    """The rules that *bundle*, a document, breaks, each by its name."""
    for resource in (bundle, *resources(bundle)):
        kind = resource["resourceType"]
        for whose, paths in REQUIRED.get(kind, []):
            for path in paths.split():
                if not has(resource, path):
                    yield f"{whose}: {kind}.{path}"
        for path in NEVER.get(kind, []):
            if has(resource, path, every=False):
                yield f"{EU}: no {kind}.{path}"
    yield from (name for name, holds in RULES.items() if not holds(bundle))


def resources(bundle, kind=""):
    """The resources of *bundle*, or those of a *kind*."""
    found = [one["resource"] for one in bundle["entry"] if "resource" in one]
    return [one for one in found if kind in {"", one["resourceType"]}]


def has(part, path, *, every=True):
    """Whether the element is there, in every part that a list on the way holds."""
    name, _, rest = path.partition(".")
    found = [
        value
        for key, value in part.items()
        if key.lstrip("_") == name or (name == "effective" and name in key)
    ]
    if not found or not rest:
        return bool(found)
    inner = found[0] if isinstance(found[0], list) else [found[0]]
    return (all if every else any)(has(one, rest, every=every) for one in inner)


def only(bundle, kind):
    """The first resource of a *kind*, or an empty one."""
    return next(iter(resources(bundle, kind)), {})


def both(bundle):
    """The report and its Composition."""
    return only(bundle, "DiagnosticReport"), only(bundle, "Composition")


def codings(concepts):
    """The codings of one concept or of many, as system and code."""
    many = concepts if isinstance(concepts, list) else [concepts]
    return {
        (one.get("system"), one.get("code"))
        for concept in many
        for one in concept.get("coding", [])
    }


def share(name, other):
    """A rule: report and Composition have a coding in common there."""

    def holds(bundle):
        report, composition = both(bundle)
        wanted = codings(report.get(name, {}))
        return bool(wanted & codings(composition.get(other, {})))

    return holds


def leads(extensions, url, bundle, kind):
    """Whether the only extension *url* leads to the only resource of a *kind*."""
    found = [one["valueReference"] for one in extensions if one["url"] == url]
    known = {one["fullUrl"]: one["resource"] for one in bundle["entry"]}
    targets = [known.get(one["reference"], {}) for one in found]
    return [one.get("resourceType") for one in targets] == [kind]


def sections_are_whole(bundle):
    """The rules for sections: results lead to results, a comment to nothing."""
    known = {one["fullUrl"]: one["resource"] for one in bundle["entry"]}
    sections = only(bundle, "Composition").get("section", [])
    results = []
    for one in sections:
        kinds = {known[at["reference"]]["resourceType"] for at in one.get("entry", [])}
        if codings(one["code"]) == {(LOINC, "48767-8")} and (
            kinds or "text" not in one
        ):
            return False
        if "section" in one or len(kinds) > 1:
            return False
        results += one["entry"] if kinds == {"Observation"} else []
    return bool(results) and results == both(bundle)[0]["result"]


def narratives_are_xhtml(bundle):
    """txt-1 and txt-2: basic elements and attributes, and words in them."""
    for section in only(bundle, "Composition").get("section", []):
        root = ET.fromstring(section["text"]["div"])  # noqa: S314 - our own
        names = {one.tag.partition("}")[2] for one in root.iter()}
        named = {key.rpartition("}")[2] for one in root.iter() for key in one.attrib}
        if not names <= {"div", "p", "table", "thead", "tbody", "tr", "th", "td"}:
            return False
        if not named <= {"lang", "dir"} or not "".join(root.itertext()).strip():
            return False
    return True


def reached(bundle):
    """The full URLs that the Composition leads to, itself included."""
    known = {one["fullUrl"]: one["resource"] for one in bundle["entry"]}
    waiting, found = [bundle["entry"][0]["fullUrl"]], set()
    while waiting:
        address = waiting.pop()
        if address not in found and address in known:
            found.add(address)
            waiting += references(known[address])
    return found


def references(value):
    """Every reference within *value*."""
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from references(one)


def nothing_is_apart(bundle):
    """R4 documents: the Composition leads to all of it, but Provenance."""
    apart = {
        one["fullUrl"]
        for one in bundle["entry"]
        if one["resource"]["resourceType"] != "Provenance"
    }
    return apart <= reached(bundle)


def nothing_is_missing(bundle):
    """Whatever is referred to is in the document."""
    known = {one["fullUrl"] for one in bundle["entry"]}
    return set(references(bundle)) <= known


def has_reason(one):
    """eu-lab-1, us-core-2: a value, or why there is none."""
    told = "dataAbsentReason" in one or any(key.startswith("value") for key in one)
    return told or one["status"] in {"registered", "cancelled"}


def in_ucum(one):
    """Quantity-eu-lab, us-core-3: a unit that is coded is coded in UCUM."""
    ends = [one.get("valueQuantity", {})]
    ends += [at.get(end, {}) for at in one.get("referenceRange", []) for end in at]
    coded = [end for end in ends if isinstance(end, dict) and "code" in end]
    return all(end.get("system") == UCUM for end in coded)


def every(kind, rule):
    """A rule that every resource of a *kind* keeps."""
    return lambda bundle: all(rule(one) for one in resources(bundle, kind))


def is_laboratory(one):
    """The category of a result: laboratory, once."""
    systems = [
        coding["code"] for concept in one["category"] for coding in concept["coding"]
    ]
    return systems.count("laboratory") == 1


def is_to_the_day(one):
    """us-core-1: a time of the specimen is told to the day at least."""
    return len(one.get("effectiveDateTime", "2026-11-20")) >= len("2026-11-20")


def is_named(name):
    """us-core-6: a family or given name, or else why there is none; never both."""
    reasons = [one for one in name.get("extension", []) if one["url"] == ABSENT]
    return bool(reasons) != bool({"family", "given"} & set(name))


ALIGNED = {
    "registered": "preliminary",
    "partial": "preliminary",
    "preliminary": "preliminary",
    "final": "final",
    "amended": "amended",
    "corrected": "amended",
    "appended": "amended",
    "entered-in-error": "entered-in-error",
}

RULES = {
    "bdl-9, bdl-10, document": lambda b: b["type"] == "document",
    "bdl-11: a Composition first": (
        lambda b: b["entry"][0]["resource"]["resourceType"] == "Composition"
    ),
    "bdl-7: a full URL stands once": (
        lambda b: len({one["fullUrl"] for one in b["entry"]}) == len(b["entry"])
    ),
    "one-comp": lambda b: len(resources(b, "Composition")) == 1,
    "one-dr": lambda b: len(resources(b, "DiagnosticReport")) == 1,
    "dr-comp-identifier": lambda b: (
        both(b)[1]["identifier"] in both(b)[0]["identifier"]
    ),
    "dr-comp-type": share("code", "type"),
    "dr-comp-category": share("category", "category"),
    "dr-comp-subj": lambda b: both(b)[0]["subject"] == both(b)[1]["subject"],
    "dr-comp-enc": lambda b: not any("encounter" in one for one in both(b)),
    "statuses aligned": (
        lambda b: ALIGNED[both(b)[0]["status"]] == both(b)[1]["status"]
    ),
    "author is who interpreted, else who performed": (
        lambda b: (
            both(b)[1]["author"]
            == both(b)[0].get("resultsInterpreter", both(b)[0]["performer"])
        )
    ),
    "the report leads to its Composition": (
        lambda b: leads(both(b)[0]["extension"], COMPOSITION, b, "Composition")
    ),
    "the Composition leads to its report": (
        lambda b: leads(both(b)[1]["extension"], REPORT, b, "DiagnosticReport")
    ),
    "sections": sections_are_whole,
    "txt-1, txt-2": narratives_are_xhtml,
    "nothing is apart": nothing_is_apart,
    "nothing is missing": nothing_is_missing,
    "eu-pat-1": every(
        "Patient", lambda one: all({"text", "extension"} & set(n) for n in one["name"])
    ),
    "eu-lab-1, us-core-2": every("Observation", has_reason),
    "Quantity-eu-lab, us-core-3": every("Observation", in_ucum),
    "category laboratory": every("Observation", is_laboratory),
    "us-core-1": every("Observation", is_to_the_day),
    "us-core-6": every("Patient", lambda one: all(map(is_named, one["name"]))),
    "US Core: category LAB": (
        lambda b: (
            ("http://terminology.hl7.org/CodeSystem/v2-0074", "LAB")
            in codings(both(b)[0]["category"])
        )
    ),
}
"""Invariants and fixed values, by name."""
