"""An analyte of the catalogue as an ObservationDefinition."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from reference_ranges.catalogue import (
    Analyte,
    Band,
    Catalogue,
    CriticalLimit,
    DecisionSet,
    LoincEntry,
    Plausibility,
    ReferenceInterval,
    Review,
    Trimester,
)
from reference_ranges.limits import Span
from reference_ranges.partitions import AgeLimit, Partition
from reference_ranges.quantities import UnitEntry
from reference_ranges.results import SourceRef
from service.ranges.fhir import terms
from service.ranges.rows import Row, review_of, rows_of_analyte

Json = dict[str, Any]


def observation_definition(analyte: Analyte, catalogue: Catalogue) -> Json:
    """Return *analyte* with all of its limits, those switched off included."""
    return {
        "resourceType": terms.RESOURCE,
        "id": analyte.id.replace("_", "-"),
        "extension": list(_about(analyte, catalogue)),
        "category": [_concept(terms.CATEGORY, "laboratory")],
        "code": _codes(analyte),
        "identifier": [{"system": terms.ANALYTE, "value": analyte.id}],
        "permittedDataType": ["Quantity"],
        "preferredReportName": analyte.name,
        "quantitativeDetails": _details(analyte),
        "qualifiedInterval": [
            _marked(element, analyte, catalogue)
            for element in _qualified(analyte, catalogue)
        ],
    }


def _about(analyte: Analyte, catalogue: Catalogue) -> Iterator[Json]:
    version = {"version": catalogue.version, "sha256": catalogue.sha256}
    yield _parts("catalogue", version)
    yield _parts("review", _signed(analyte.review))
    yield _simple("specimen", "valueString", analyte.specimen)
    for entry in analyte.units.values():
        yield _unit(entry)
    for source in _sources(analyte, catalogue):
        yield _source(source)


def _signed(review: Review) -> dict[str, str]:
    return {
        "drafted_by": review.drafted_by,
        "reviewed_by": review.reviewed_by,
        "reviewed_on": review.reviewed_on,
        "next_review": review.next_review,
    }


def _unit(entry: UnitEntry) -> Json:
    factor = f"{entry.to_si.numerator}/{entry.to_si.denominator}"
    return _parts("unit", {"unit": entry.unit, "to_si": factor})


def _sources(analyte: Analyte, catalogue: Catalogue) -> list[SourceRef]:
    named = {analyte.plausible.source}
    for row in rows_of_analyte(analyte):
        named.add(row.source)
        named.update(row.also if isinstance(row, DecisionSet) else ())
    return [catalogue.sources[name] for name in sorted(named)]


def _source(source: SourceRef) -> Json:
    facts = {
        "id": source.id,
        "org": source.org,
        "year": str(source.year),
        "title": source.title,
        "where": source.where,
        "evidence": source.evidence,
        "via": source.via,
    }
    return _parts("source", facts)


def _codes(analyte: Analyte) -> Json:
    codings = [_code(entry) for entry in analyte.loinc.values()]
    return {**({"coding": codings} if codings else {}), "text": analyte.name}


def _code(entry: LoincEntry) -> Json:
    facts = {"property": entry.property, "system": entry.system, "note": entry.note}
    return {
        "extension": [_parts("loinc", facts)],
        "system": terms.LOINC,
        "code": entry.code,
        "display": entry.name,
    }


def _details(analyte: Analyte) -> Json:
    details: Json = {
        "customaryUnit": _concept(terms.UCUM, analyte.us_unit),
        "unit": _concept(terms.UCUM, analyte.si_unit),
        "decimalPrecision": analyte.decimals_si,
    }
    factor = _decimal(1 / analyte.units[analyte.us_unit].to_si)
    if (
        factor is not None
    ):  # one that never ends is not rounded: it stands as a fraction
        details["conversionFactor"] = factor
    return details


def _decimal(number: Fraction) -> Decimal | None:
    """Return *number* as a decimal if it is one, else None."""
    rest = number.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return Decimal(number.numerator) / number.denominator if rest == 1 else None


def _qualified(analyte: Analyte, catalogue: Catalogue) -> Iterator[Json]:
    stages = catalogue.trimesters
    for interval in analyte.intervals:
        yield _interval(interval, stages)
    for decisions in analyte.decision_sets:
        yield from _bands(decisions, stages)
    for critical in analyte.critical:
        yield _critical(critical, stages)
    yield _absolute(analyte.plausible, analyte.id)


def _marked(element: Json, analyte: Analyte, catalogue: Catalogue) -> Json:
    """Return *element*; one that a site gave says so, and who signed it there."""
    supersedes = catalogue.site.get(element["id"].partition("|")[0])
    if supersedes is None:
        return element
    signed = _signed(review_of(analyte, catalogue, of_site=True))
    site = _parts("site", {"supersedes": str(supersedes).lower(), **signed})
    return {**element, "extension": [*element["extension"], site]}


def _interval(row: ReferenceInterval, stages: tuple[Trimester, ...]) -> Json:
    return {
        **_element(row.id, row, _excluded(row.span)),
        "category": terms.REFERENCE,
        "range": _range(row.span, row.unit),
        "context": _concept(terms.MEANING, "normal"),
        **_people(row.profile, row.partition, stages),
    }


def _bands(row: DecisionSet, stages: tuple[Trimester, ...]) -> Iterator[Json]:
    for unit, bands in row.scales.items():
        for number, band in enumerate(bands, start=1):
            name = f"{row.id}|{unit}|{number}"
            limits = {"range": _range(band.span, unit)} if _has_end(band.span) else {}
            yield {
                **_element(name, row, [_band(row, band, unit), *_excluded(band.span)]),
                **limits,
                "context": {"text": band.label},
                **_people(row.profile, row.partition, stages),
            }


def _band(row: DecisionSet, band: Band, unit: str) -> Json:
    facts = {
        "set": row.id,
        "title": row.title,
        "role": row.role,
        "unit": unit,
        "label": band.label,
        "status": band.status,
        "severity": str(band.severity),
    }
    return _parts("decision-band", facts)


def _critical(row: CriticalLimit, stages: tuple[Trimester, ...]) -> Json:
    """Return the range outside which a result is critical."""
    calm = Span(
        above=row.low.at_most if row.low else None,
        at_least=row.low.below if row.low else None,
        below=row.high.at_least if row.high else None,
        at_most=row.high.above if row.high else None,
    )
    return {
        **_element(row.id, row, _excluded(calm)),
        "category": terms.CRITICAL,
        "range": _range(calm, row.unit),
        **_people(row.profile, row.partition, stages),
    }


def _absolute(limits: Plausibility, analyte: str) -> Json:
    soft = [
        {"url": "soft_min", "valueDecimal": limits.soft_min},
        {"url": "soft_max", "valueDecimal": limits.soft_max},
    ]
    hard = Span(at_least=limits.hard_min, at_most=limits.hard_max)
    return {
        "id": f"{analyte}/plausible",
        "extension": [
            _simple("source-id", "valueString", limits.source),
            {"url": terms.EXTENSION + "soft-limits", "extension": soft},
        ],
        "category": terms.ABSOLUTE,
        "range": _range(hard, limits.unit),
    }


def _element(name: str, row: Row, modifiers: list[Json]) -> Json:
    """Return what every interval begins with: its id, source, notes and modifiers."""
    also = row.also if isinstance(row, DecisionSet) else ()
    because = row.inside_because if isinstance(row, CriticalLimit) else ""
    said = [
        ("source-id", row.source),
        *(("also", one) for one in also),
        ("note", row.note),
        ("inside-because", because),
    ]
    modifiers = [*modifiers]
    if row.status != "active":
        modifiers.append(_simple("status", "valueCode", row.status))
    if row.partition.age_to is not None:
        modifiers.append(_simple("excluded", "valueCode", terms.AGE_HIGH))
    return {
        "id": name,
        "extension": [_simple(key, "valueString", text) for key, text in said if text],
        **({"modifierExtension": modifiers} if modifiers else {}),
    }


def _excluded(span: Span) -> list[Json]:
    """Return the ends that do not belong to *span*, though a range takes them in."""
    ends = ((span.above, terms.RANGE_LOW), (span.below, terms.RANGE_HIGH))
    return [
        _simple("excluded", "valueCode", name) for end, name in ends if end is not None
    ]


def _has_end(span: Span) -> bool:
    return span.low is not None or span.high is not None


def _range(span: Span, unit: str) -> Json:
    ends = {"low": span.low, "high": span.high}
    return {
        side: _quantity(number, unit, unit)
        for side, number in ends.items()
        if number is not None
    }


def _quantity(number: Decimal | int, unit: str, code: str) -> Json:
    return {"value": number, "unit": unit, "system": terms.UCUM, "code": code}


def _people(profile: str, partition: Partition, stages: tuple[Trimester, ...]) -> Json:
    applies = [_concept(terms.PROFILE, profile)]
    if partition.pregnancy != "any":
        applies.append(_concept(terms.PREGNANCY, partition.pregnancy))
    found: Json = {"appliesTo": applies}
    if partition.sex != "any":
        found["gender"] = partition.sex
    found["age"] = _ages(partition)
    weeks = _weeks(partition.pregnancy, stages)
    if weeks:
        found["gestationalAge"] = weeks
    if partition.condition:
        found["condition"] = partition.condition
    return found


def _ages(partition: Partition) -> Json:
    limits: Mapping[str, AgeLimit | None] = {
        "low": partition.age_from,
        "high": partition.age_to,
    }
    return {
        side: _quantity(limit.number, limit.unit, terms.AGE_UNITS[limit.unit])
        for side, limit in limits.items()
        if limit is not None
    }


def _weeks(stage: str, stages: tuple[Trimester, ...]) -> Json:
    """Return the weeks of a trimester: to its last completed week, that included."""
    named = [one for one in stages if one.id in stage.split("_")]
    if not named:
        return {}
    weeks: Json = {"low": _quantity(named[0].weeks_from, "wk", "wk")}
    end = named[-1].weeks_to
    if end is not None:
        weeks["high"] = _quantity(end - 1, "wk", "wk")
    return weeks


def _concept(system: str, code: str) -> Json:
    return {"coding": [{"system": system, "code": code}]}


def _simple(name: str, kind: str, value: str) -> Json:
    return {"url": terms.EXTENSION + name, kind: value}


def _parts(name: str, parts: Mapping[str, str]) -> Json:
    return {
        "extension": [
            {"url": part, "valueString": text} for part, text in parts.items() if text
        ],
        "url": terms.EXTENSION + name,
    }
