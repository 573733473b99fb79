"""One resource of a Bundle by itself: what it leads to within comes along."""

from typing import Any

from service.fhir.elements import Json, extension

_KEPT = ("DiagnosticReport", "Observation")
"""Types that can be asked for by their id: a reference to them leads to an address."""


def alone(bundle: Json, resource: Json) -> Json:
    """Return *resource* of *bundle*, fit to be read without it.

    References to reports and observations become ``Type/id``; patient, specimen and
    laboratory come along as contained resources.
    """
    known = {one["fullUrl"]: one["resource"] for one in bundle["entry"]}
    contained: dict[str, Json] = {}
    made = _resolved(resource, known, contained)
    within = {"contained": list(contained.values())} if contained else {}
    head = {key: made.pop(key) for key in ("resourceType", "id", "meta") if key in made}
    return {**head, **within, **made}


def warned(resource: Json, outcome: Json | None) -> Json:
    """Return *resource* with the *outcome* that tells what was left out, if any.

    It is contained, and an extension leads to it: a resource that is answered by
    itself has no other place for it.
    """
    if outcome is None:
        return resource
    contained = [*resource.get("contained", ()), {**outcome, "id": "warnings"}]
    told = extension("warnings", valueReference={"reference": "#warnings"})
    extensions = [*resource.get("extension", ()), told]
    return {**resource, "contained": contained, "extension": extensions}


def find(bundle: Json, kind: str, name: str) -> Json | None:
    """Return the resource of that *kind* and id in *bundle*, or None."""
    for entry in bundle["entry"]:
        resource: Json = entry["resource"]
        if resource["resourceType"] == kind and resource.get("id") == name:
            return resource
    return None


def _resolved(
    value: Any,  # noqa: ANN401 - any part of a resource
    known: dict[str, Json],
    contained: dict[str, Json],
) -> Any:  # noqa: ANN401 - likewise
    if isinstance(value, list):
        return [_resolved(one, known, contained) for one in value]
    if not isinstance(value, dict):
        return value
    target = known.get(value.get("reference", ""))
    if target is None:
        return {key: _resolved(one, known, contained) for key, one in value.items()}
    return {"reference": _address(target, known, contained)}


def _address(target: Json, known: dict[str, Json], contained: dict[str, Json]) -> str:
    kind = target["resourceType"]
    if kind in _KEPT:
        return f"{kind}/{target['id']}"
    name = kind.lower()
    if name not in contained:
        contained[name] = {}  # it may lead to itself
        made = _resolved(target, known, contained)
        contained[name] = {"resourceType": made.pop("resourceType"), "id": name, **made}
    return f"#{name}"
