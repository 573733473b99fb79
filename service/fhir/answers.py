"""Answers over several results: one Bundle of all, or one entry per entry sent."""

from collections.abc import Iterable

from service.fhir.elements import Json


def together(bundles: Iterable[Json], *more: Json) -> Json:
    """Return the entries of all *bundles* as one collection, then *more* resources."""
    first, *others = bundles
    entries = [entry for one in (first, *others) for entry in one["entry"]]
    return {**first, "entry": [*entries, *({"resource": one} for one in more)]}


def answered(kind: str, entries: list[Json]) -> Json:
    """Return the answer to a Bundle of *kind*, transaction or batch."""
    return {"resourceType": "Bundle", "type": f"{kind}-response", "entry": entries}


def searchset(resources: Iterable[tuple[str, Json]]) -> Json:
    """Return what was found, each resource with its address."""
    entries = [
        {"fullUrl": address, "resource": one, "search": {"mode": "match"}}
        for address, one in resources
    ]
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": len(entries),
        "entry": entries,
    }
