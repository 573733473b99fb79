"""What another reader of our FHIR resources makes of them: never a false normal."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from reference_ranges.catalogue import DecisionSet
from reference_ranges.limits import Reach, Side
from service.ranges.fhir import terms
from service.ranges.rows import rows_of_analyte
from tests.ranges.fhir import (
    ANALYTES,
    CATALOGUE,
    EACH,
    RESOURCES,
    element_of,
    excluded,
    modifiers,
    resource_of,
)


@EACH
def test_only_a_plain_reference_interval_can_be_used_without_our_extensions(name):
    rows = {row.id: row for row in rows_of_analyte(ANALYTES[name])}
    for element in RESOURCES[name]["qualifiedInterval"]:
        if element.get("category") == terms.ABSOLUTE:
            continue
        row = rows[element["id"].split("|")[0]]
        kinds = (isinstance(row, DecisionSet), row.status != "active")
        expected = any(kinds) or row.partition.age_to is not None or excluded(element)

        assert bool(modifiers(element)) == bool(expected)
        assert ("decision-band" in modifiers(element)) == kinds[0]
        assert ("status" in modifiers(element)) == kinds[1]
        assert ("category" in element) != kinds[0]


def test_the_adults_interval_needs_nothing_of_ours():
    element = element_of("potassium", "potassium/uk/interval/16y+")

    assert "modifierExtension" not in element
    assert element["category"] == "reference"
    assert element["range"] == {
        side: {
            "value": Decimal(value),
            "unit": "mmol/L",
            "system": "http://unitsofmeasure.org",
            "code": "mmol/L",
        }
        for side, value in (("low", "3.5"), ("high", "5.3"))
    }
    assert element["age"]["low"]["value"] == 16
    assert element["age"]["low"]["code"] == "a"
    assert "high" not in element["age"]


def inside(element, value):
    """Say whether *value* lies in the range of an interval, by FHIR and our word."""
    limits, out = element.get("range", {}), excluded(element)
    low, high = (limits.get(side, {}).get("value") for side in ("low", "high"))
    above = low is None or value > low or (value == low and "range.low" not in out)
    below = high is None or value < high or (value == high and "range.high" not in out)
    return above and below


def edges(*spans):
    tiny = Decimal("0.001")
    limits = [end for span in spans if span for end in (span.low, span.high)]
    return [
        n for end in limits if end is not None for n in (end - tiny, end, end + tiny)
    ]


def holds(span, value):
    number = Fraction(value)
    return span.side(Reach(number, True, number, True)) is Side.INSIDE  # noqa: FBT003 - both ends belong to a single value


@EACH
def test_outside_a_critical_range_a_result_is_critical_and_inside_it_is_not(name):
    for row in ANALYTES[name].critical:
        element = element_of(name, row.id)
        assert element["category"] == "critical"
        for value in edges(row.low, row.high):
            critical = any(s and holds(s, value) for s in (row.low, row.high))
            assert inside(element, value) != critical


@EACH
def test_each_side_of_a_band_belongs_to_it_as_its_source_says(name):
    for row in ANALYTES[name].decision_sets:
        for unit, bands in row.scales.items():
            for number, band in enumerate(bands, start=1):
                element = element_of(name, f"{row.id}|{unit}|{number}")
                assert element["context"] == {"text": band.label}
                for value in edges(band.span):
                    assert inside(element, value) == holds(band.span, value)


@EACH
def test_outside_the_absolute_range_a_result_is_held(name):
    limits = ANALYTES[name].plausible
    element = element_of(name, f"{name}/plausible")

    assert element["category"] == "absolute"
    assert element["range"]["low"]["value"] == limits.hard_min
    assert element["range"]["high"]["value"] == limits.hard_max


@EACH
def test_whom_a_row_is_for_stands_in_the_elements_of_fhir(name):
    for row in rows_of_analyte(ANALYTES[name]):
        if isinstance(row, DecisionSet):
            continue
        element, whose = element_of(name, row.id), row.partition
        applies = {
            coding["system"]: coding["code"]
            for concept in element["appliesTo"]
            for coding in concept["coding"]
        }
        pregnancy = None if whose.pregnancy == "any" else whose.pregnancy

        assert element.get("gender", "any") == whose.sex
        assert applies[terms.PROFILE] == row.profile
        assert applies.get(terms.PREGNANCY) == pregnancy
        assert element.get("condition", "") == whose.condition
        assert ("age.high" in excluded(element)) == (whose.age_to is not None)


@pytest.mark.parametrize(
    ("stage", "weeks"),
    [("t1", (0, 13)), ("t2", (14, 27)), ("t3", (28, None))],
)
def test_a_trimester_stands_in_completed_weeks(stage, weeks):
    element = element_of("potassium", f"potassium/preg/interval/{stage}")
    age = element["gestationalAge"]

    assert (age["low"]["value"], age.get("high", {}).get("value")) == weeks


@EACH
def test_a_conversion_factor_is_exact_or_not_there(name):
    analyte, details = ANALYTES[name], RESOURCES[name]["quantitativeDetails"]
    factor = 1 / analyte.units[analyte.us_unit].to_si
    if "conversionFactor" in details:
        assert Fraction(details["conversionFactor"]) == factor
    else:
        assert (factor.denominator % 3 == 0) or factor.denominator > 10


@EACH
def test_a_resource_has_only_elements_of_r4_and_nothing_empty(name):
    known = {
        "resourceType",
        "id",
        "extension",
        "category",
        "code",
        "identifier",
        "permittedDataType",
        "preferredReportName",
        "quantitativeDetails",
        "qualifiedInterval",
    }
    qualified = {
        "id",
        "extension",
        "modifierExtension",
        "category",
        "range",
        "context",
        "appliesTo",
        "gender",
        "age",
        "gestationalAge",
        "condition",
    }
    resource = RESOURCES[name]
    ids = [element["id"] for element in resource["qualifiedInterval"]]

    assert set(resource) <= known
    assert "_" not in resource["id"]
    assert all(set(one) <= qualified for one in resource["qualifiedInterval"])
    assert len(ids) == len(set(ids))
    assert not any(" " in one for one in ids)
    assert list(_empty(resource)) == []


def _empty(value):
    if value in ({}, [], "") or value is None:
        yield value
    entries = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict | list):
        for entry in entries:
            yield from _empty(entry)


def test_a_row_of_a_site_says_so_and_who_signed_it_there():
    row = ANALYTES["potassium"].intervals[0]
    theirs = replace(ANALYTES["potassium"].review, reviewed_by="Dr S. Sample")
    catalogue = replace(
        CATALOGUE,
        site={row.id: True},
        reviews={**CATALOGUE.reviews, "site: analytes/potassium.toml": theirs},
    )
    marked = {
        element["id"]: extension
        for element in resource_of("potassium", catalogue)["qualifiedInterval"]
        for extension in element["extension"]
        if extension["url"] == terms.EXTENSION + "site"
    }

    ((name, site),) = marked.items()
    told = {part["url"]: part["valueString"] for part in site["extension"]}
    assert name == row.id
    assert (told["supersedes"], told["reviewed_by"]) == ("true", "Dr S. Sample")
