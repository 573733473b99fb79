"""The intervals of an ObservationDefinition as rows of an analyte's file."""

from typing import Any

from reference_ranges.loading.tables import Table
from service.ranges.fhir import terms
from service.ranges.fhir.elements import Extensions, codes
from service.ranges.fhir.sites import MARK

Row = dict[str, Any]

_AGE_LETTERS = {ucum: letter for letter, ucum in terms.AGE_UNITS.items()}
_OF_THE_SET = ("set", "title", "role")
_OF_THE_BAND = ("status", "severity", "label")


def read_intervals(resource: Table) -> dict[str, Any]:
    """Take all intervals of *resource*; returns rows by the key of the analyte's file.

    Raises:
        CatalogueError: an interval says something that our rows cannot hold.
    """
    found: dict[str, Any] = {"interval": [], "decision_set": [], "critical": []}
    bands: list[tuple[Row, Row]] = []
    for element in resource.rows("qualifiedInterval"):
        category = element.text("category", "")
        if category == terms.REFERENCE:
            found["interval"].append(_interval(element))
        elif category == terms.CRITICAL:
            found["critical"].append(_critical(element))
        elif category == terms.ABSOLUTE:
            found["plausible"] = _plausible(element)
        else:
            bands.append(_band(element))
        element.done()
    found["decision_set"] = _sets(resource, bands)
    return {key: rows for key, rows in found.items() if rows}


def _interval(element: Table) -> Row:
    row, limits = _row(element)
    if {"above", "below"} & limits.keys():
        element.refuse("both limits belong to a reference interval")
    ends = {"low": limits.get("at_least"), "high": limits.get("at_most")}
    row |= {side: end for side, end in ends.items() if end is not None}
    return row | {"unit": limits["unit"]}


def _critical(element: Table) -> Row:
    """Return what lies outside the range: each end is in where the range leaves it."""
    row, limits = _row(element)
    turned = {
        "low": {"at_most": limits.get("above"), "below": limits.get("at_least")},
        "high": {"at_least": limits.get("below"), "above": limits.get("at_most")},
    }
    for side, ends in turned.items():
        printed = {name: end for name, end in ends.items() if end is not None}
        if printed:
            row[side] = printed
    return row | {"unit": limits["unit"]}


def _plausible(element: Table) -> Row:
    extensions = Extensions(element, "extension")
    limits = _limits(element, ())
    row = {
        "unit": limits["unit"],
        "hard_min": limits["at_least"],
        "hard_max": limits["at_most"],
        **extensions.numbers("soft-limits"),
        "source": extensions.text("source-id"),
    }
    extensions.done()
    element.text("id", "")
    return row


def _band(element: Table) -> tuple[Row, Row]:
    """Return what a band says of its set, and what it says of itself."""
    facts: Row = {}
    row, limits = _row(element, facts)
    unit = limits.pop("unit", facts["unit"])
    if unit != facts["unit"]:
        element.refuse(f"a band on the scale {facts['unit']!r} has limits in {unit!r}")
    severity = facts["severity"]
    if not severity.isdecimal():
        element.refuse("'severity' is not a whole number")
    head = row | {key: facts[key] for key in _OF_THE_SET}
    band = {key: facts[key] for key in _OF_THE_BAND} | {"severity": int(severity)}
    return head, {"unit": unit, "band": band | limits}


def _sets(resource: Table, bands: list[tuple[Row, Row]]) -> list[Row]:
    """Put the bands of each set together again, scale by scale, in their order."""
    found: dict[str, Row] = {}
    heads: dict[str, Row] = {}
    for head, one in bands:
        name = head.pop("set")
        head["id"] = name
        if heads.setdefault(name, head) != head:
            resource.refuse(f"{name}: its bands do not agree on the set that they make")
        row = found.setdefault(name, {**head, "scales": {}})
        row["scales"].setdefault(one["unit"], []).append(one["band"])
    return list(found.values())


def _row(element: Table, band: Row | None = None) -> tuple[Row, Row]:
    """Take what every row has, and its limits; *band* takes in what a band has."""
    extensions = Extensions(element, "extension")
    modifiers = Extensions(element, "modifierExtension")
    excluded = modifiers.texts("excluded", "valueCode")
    if band is not None:
        band |= _band_facts(element, modifiers)
    row = {
        "id": element.text("id"),
        **_people(element, closed=terms.AGE_HIGH not in excluded),
        "source": extensions.text("source-id"),
        "status": modifiers.text("status", "valueCode") or "active",
    }
    notes = {
        "note": extensions.text("note"),
        "inside_because": extensions.text("inside-because"),
        "also": list(extensions.texts("also")),
    }
    row |= {key: said for key, said in notes.items() if said}
    if site := extensions.parts(MARK):
        row[MARK] = site
    extensions.done()
    modifiers.done()
    return row, _limits(element, excluded)


def _band_facts(element: Table, modifiers: Extensions) -> dict[str, str]:
    facts = modifiers.parts("decision-band")
    lacking = {*_OF_THE_SET, *_OF_THE_BAND, "unit"} - facts.keys()
    if lacking:
        element.refuse("an interval without a category must be a whole decision band")
    return facts


def _people(element: Table, *, closed: bool) -> Row:
    applies = codes(element, "appliesTo")
    if terms.PROFILE not in applies:
        element.refuse("'appliesTo' names no profile of ours")
    if element.has("context"):
        element.table("context")  # said again in words
    if element.has("gestationalAge"):
        element.table("gestationalAge")  # follows from the trimester
    ages = element.table("age")
    row = {"profile": applies.pop(terms.PROFILE), "age_from": _age(ages.table("low"))}
    if ages.has("high"):
        if closed:
            element.refuse("the upper age must be marked as excluded")
        row["age_to"] = _age(ages.table("high"))
    ages.done()
    row["sex"] = element.text("gender", "any")
    row["pregnancy"] = applies.pop(terms.PREGNANCY, "any")
    condition = element.text("condition", "")
    if applies:
        element.refuse(f"unknown code system {', '.join(applies)}")
    return row | ({"condition": condition} if condition else {})


def _age(quantity: Table) -> str:
    number, unit = quantity.whole("value"), quantity.choice("code", _AGE_LETTERS)
    return f"{number}{_AGE_LETTERS[unit]}"


def _limits(element: Table, excluded: tuple[str, ...]) -> Row:
    """Return the ends of the range by the words of our files, and their unit."""
    if not element.has("range"):
        return {}
    limits: Row = {}
    ends = element.table("range")
    for side, inside, outside, end in (
        ("low", "at_least", "above", terms.RANGE_LOW),
        ("high", "at_most", "below", terms.RANGE_HIGH),
    ):
        if ends.has(side):
            quantity = ends.table(side)
            name = outside if end in excluded else inside
            limits[name] = quantity.number("value", signed=True)
            _same_unit(element, limits, quantity.text("code"))
    ends.done()
    return limits


def _same_unit(element: Table, limits: Row, unit: str) -> None:
    if limits.setdefault("unit", unit) != unit:
        element.refuse("the two ends of a range are in different units")
