"""Every limit of the catalogue as one flat row of texts, for lists and tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reference_ranges.catalogue import (
    Analyte,
    Catalogue,
    CriticalLimit,
    DecisionSet,
    ReferenceInterval,
    Review,
)
from reference_ranges.persons import preference
from service.ranges.words import age_text, limits_text, plausible_spans

Row = ReferenceInterval | DecisionSet | CriticalLimit

COLUMNS = (
    "analyte",
    "name",
    "kind",
    "row",
    "profile",
    "precedence",
    "site",
    "age",
    "sex",
    "pregnancy",
    "condition",
    "limits",
    "unit",
    "meaning",
    "reads_as",
    "severity",
    "status",
    "source",
    "year",
    "title",
    "where",
    "evidence",
    "via",
    "also",
    "note",
    "inside_because",
    "drafted_by",
    "reviewed_by",
    "reviewed_on",
    "next_review",
)
"""The columns of the table, in order; empty where a limit has no use for one."""

_PRECEDENCE = {
    (True, True): "condition, in pregnancy: before all others",
    (True, False): "condition: before rows without one",
    (False, True): "pregnancy: before rows for everybody",
    (False, False): "",
}

_SITE = {None: "", True: "site, supersedes the shipped row", False: "site, added"}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows there are, and how many of them are switched off."""

    active: int
    proposed: int


def rows_of_analyte(analyte: Analyte) -> tuple[Row, ...]:
    """Return the rows of *analyte* that have a status of their own, in their order."""
    return (*analyte.intervals, *analyte.decision_sets, *analyte.critical)


def count(catalogue: Catalogue) -> Counts:
    """Count the rows of *catalogue* by whether they are in use."""
    rows = [
        row
        for analyte in catalogue.analytes.values()
        for row in rows_of_analyte(analyte)
    ]
    active = sum(row.status == "active" for row in rows)
    return Counts(active, len(rows) - active)


def site_text(row: Row, catalogue: Catalogue) -> str:
    """Return whether a site gave *row*, and in the place of what; empty if not."""
    return _SITE[catalogue.site.get(row.id)]


def review_of(analyte: Analyte, catalogue: Catalogue, *, of_site: bool) -> Review:
    """Return who signs for the rows of *analyte*, or for those that a site gave."""
    if not of_site:
        return analyte.review
    return catalogue.reviews[f"site: analytes/{analyte.id}.toml"]


def all_lines(catalogue: Catalogue) -> Iterator[dict[str, str]]:
    """Give every limit of *catalogue*, in the order of analytes and rows."""
    for name in sorted(catalogue.analytes):
        yield from lines_of(catalogue.analytes[name], catalogue)


def lines_of(analyte: Analyte, catalogue: Catalogue) -> Iterator[dict[str, str]]:
    """Give every limit of one analyte: a line for each interval, band and side."""
    for interval in analyte.intervals:
        what = {"kind": "interval", "limits": limits_text(interval.span)}
        yield _line(analyte, catalogue, interval, {**what, "unit": interval.unit})
    for decisions in analyte.decision_sets:
        for what in _bands(decisions):
            yield _line(analyte, catalogue, decisions, what)
    for critical in analyte.critical:
        for what in _sides(critical):
            yield _line(analyte, catalogue, critical, what)
    yield from _plausible(analyte, catalogue)


def _bands(decisions: DecisionSet) -> Iterator[dict[str, str]]:
    for unit, bands in decisions.scales.items():
        for band in bands:
            yield {
                "kind": decisions.role,
                "limits": limits_text(band.span),
                "unit": unit,
                "meaning": f"{decisions.title}: {band.label}",
                "reads_as": band.status,
                "severity": str(band.severity),
                "also": " ".join(decisions.also),
            }


def _sides(critical: CriticalLimit) -> Iterator[dict[str, str]]:
    for meaning, span in (("low", critical.low), ("high", critical.high)):
        if span is not None:
            yield {
                "kind": "critical",
                "limits": limits_text(span),
                "unit": critical.unit,
                "meaning": f"critical {meaning}",
                "inside_because": critical.inside_because,
            }


def _plausible(analyte: Analyte, catalogue: Catalogue) -> Iterator[dict[str, str]]:
    limits = analyte.plausible
    for meaning, span in plausible_spans(limits):
        yield {
            **dict.fromkeys(COLUMNS, ""),
            **_head(analyte, analyte.review),
            "kind": "plausible",
            "row": f"{analyte.id}/plausible",
            "profile": "all",
            "limits": limits_text(span),
            "unit": limits.unit,
            "meaning": meaning,
            "status": "active",
            **_source(catalogue, limits.source),
        }


def _line(
    analyte: Analyte, catalogue: Catalogue, row: Row, what: Mapping[str, str]
) -> dict[str, str]:
    review = review_of(analyte, catalogue, of_site=row.id in catalogue.site)
    return {
        **dict.fromkeys(COLUMNS, ""),
        **_head(analyte, review),
        "row": row.id,
        "profile": row.profile,
        "precedence": _PRECEDENCE[preference(row.partition)],
        "site": site_text(row, catalogue),
        "age": age_text(row.partition),
        "sex": row.partition.sex,
        "pregnancy": row.partition.pregnancy,
        "condition": row.partition.condition,
        "status": row.status,
        "note": row.note,
        **_source(catalogue, row.source),
        **what,
    }


def _head(analyte: Analyte, review: Review) -> dict[str, str]:
    return {
        "analyte": analyte.id,
        "name": analyte.name,
        "drafted_by": review.drafted_by,
        "reviewed_by": review.reviewed_by,
        "reviewed_on": review.reviewed_on,
        "next_review": review.next_review,
    }


def _source(catalogue: Catalogue, name: str) -> dict[str, str]:
    source = catalogue.sources[name]
    return {
        "source": source.org,
        "year": str(source.year),
        "title": source.title,
        "where": source.where,
        "evidence": source.evidence,
        "via": source.via,
    }
