"""Another reader of FHIR, and the rules of R4 that it does not hold itself."""

from fhir.resources.R4B import get_fhir_model_class

ISSUES = frozenset(
    [
        "invalid",
        "structure",
        "required",
        "value",
        "invariant",
        "security",
        "login",
        "unknown",
        "expired",
        "forbidden",
        "suppressed",
        "processing",
        "not-supported",
        "duplicate",
        "multiple-matches",
        "not-found",
        "deleted",
        "too-long",
        "code-invalid",
        "extension",
        "too-costly",
        "business-rule",
        "conflict",
        "transient",
        "lock-error",
        "no-store",
        "exception",
        "timeout",
        "incomplete",
        "throttled",
        "informational",
    ]
)
STATUSES = {
    "Observation": "registered preliminary final amended corrected cancelled "
    "entered-in-error unknown",
    "DiagnosticReport": "registered partial preliminary final amended corrected "
    "appended cancelled entered-in-error unknown",
    "DetectedIssue": "registered preliminary final amended corrected cancelled "
    "entered-in-error unknown",
}
COMPARATORS = {"<", "<=", ">=", ">"}


REPORT = (
    *("status", "category", "code", "subject", "effectiveDateTime", "issued"),
    *("performer", "result", "specimen"),
)
"""What US Core's and the EU's laboratory report need; a part that is absent is said."""


def breaches(resource):
    """The rules that *resource* breaks, its entries and parts included.

    fhir.resources has R4B and no R4; of what we send the two differ in nothing.
    """
    kind = resource["resourceType"]
    get_fhir_model_class(kind).model_validate(resource)
    return [*_bindings(resource), *_rules(resource), *_references(resource)]


def _bindings(resource):
    """fhir.resources takes any code where a list is required."""
    for part in parts_of(resource):
        kind = part.get("resourceType")
        if kind in STATUSES and part["status"] not in STATUSES[kind].split():
            yield f"{kind}.status {part['status']}"
        if "comparator" in part and part["comparator"] not in COMPARATORS:
            yield f"comparator {part['comparator']}"
        if kind == "OperationOutcome":
            codes = {issue["code"] for issue in part["issue"]}
            yield from (f"issue {code}" for code in codes - ISSUES)


def _rules(resource):
    for part in parts_of(resource):
        kind = part.get("resourceType")
        if kind == "Observation":
            yield from _observation(part)
        if kind == "DiagnosticReport":
            needs = set(REPORT) - {name.removeprefix("_") for name in part}
            yield from (f"a laboratory profile needs {need}" for need in needs)
        for ranges in part.get("referenceRange", []):
            if not {"low", "high", "text"} & set(ranges):
                yield "obs-3: a range has low, high or text"
        if any(value in ({}, [], "") for value in part.values()):
            yield "ele-1: every element has a value or a child"
        if kind == "Bundle":
            yield from _bundle(part)


def _observation(made):
    valued = any(key.startswith("value") for key in made)
    if valued and "dataAbsentReason" in made:
        yield "obs-6: no reason for absence beside a value"
    if not valued and "dataAbsentReason" not in made and "component" not in made:
        yield "us-core-2: a value, or why there is none"
    for need in ("status", "category", "code", "subject", "performer", "specimen"):
        if need not in made:
            yield f"a laboratory profile needs {need}"
    if not {"effectiveDateTime", "_effectiveDateTime"} & set(made):
        yield "a laboratory profile needs effective"


def _bundle(made):
    urls = [entry["fullUrl"] for entry in made["entry"] if "fullUrl" in entry]
    if len(urls) != len(set(urls)):
        yield "bdl-7: a full URL stands once"
    if made["type"].endswith("-response"):
        if any("response" not in entry for entry in made["entry"]):
            yield "bdl-4: every entry of an answer has a response"
    elif any("response" in entry for entry in made["entry"]):
        yield "bdl-4: a response stands in an answer alone"


def _references(resource):
    """Everything that is referred to within the body is there, and the other way."""
    known = {entry.get("fullUrl") for entry in resource.get("entry", [])}
    within = {
        f"#{one['id']}"
        for part in parts_of(resource)
        for one in part.get("contained", [])
    }
    led_to = {part["reference"] for part in parts_of(resource) if "reference" in part}
    for target in led_to:
        here = target.startswith(("urn:", "#"))
        if here and target not in known | within:
            yield f"ref-1: {target} is not there"
    for one in within - led_to:
        yield f"dom-3: {one} is referred to by nothing"


def parts_of(value):
    """Every object within *value*, itself included."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from parts_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from parts_of(inner)
