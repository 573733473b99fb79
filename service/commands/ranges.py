"""``plainlab ranges``: look at the limits, check them, print them for signature."""

import csv
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import click

from reference_ranges.catalogue import (
    Analyte,
    Catalogue,
    CriticalLimit,
    DecisionSet,
    ReferenceInterval,
)
from reference_ranges.limits import Span
from reference_ranges.loading import (
    DATA,
    overdue_reviews,
    renew_version,
)
from reference_ranges.partitions import AgeLimit, Partition
from service.commands import surroundings

COLUMNS = (
    "analyte",
    "kind",
    "row",
    "profile",
    "age",
    "sex",
    "pregnancy",
    "condition",
    "limits",
    "unit",
    "meaning",
    "severity",
    "status",
    "source",
    "year",
    "note",
    "site",
)


@click.group()
def ranges() -> None:
    """Look at the reference intervals and decision limits, and check them."""


@ranges.command()
@click.option("--renew", metavar="VERSION", help="Give changed files a new version.")
def check(renew: str | None) -> None:
    """Load every data file as the service would, and say what is in it.

    Ends with 1 where a review is overdue, and with 2 where a file is not fit for use.
    """
    if renew:
        renew_version(DATA, renew)
    catalogue = surroundings.catalogue()
    rows = list(all_rows(catalogue))
    active = sum(row["status"] == "active" for row in rows)
    click.echo(
        f"catalogue {catalogue.version}, sha256 {catalogue.sha256[:16]}: "
        f"{len(catalogue.analytes)} analytes, {active} limits in use, "
        f"{len(rows) - active} proposed and switched off"
    )
    if catalogue.site:
        superseding = sum(catalogue.site.values())
        added = len(catalogue.site) - superseding
        click.echo(f"rows of the site: superseding {superseding}, added {added}")
    overdue = overdue_reviews(catalogue, datetime.now(UTC).date())
    for line in overdue:
        click.echo(f"review overdue: {line}", err=True)
    if overdue:
        sys.exit(1)


@ranges.command()
@click.argument("analyte")
def show(analyte: str) -> None:
    """Print every limit of one ANALYTE, those switched off included."""
    catalogue = surroundings.catalogue()
    found = catalogue.analyte_named(analyte)
    if found is None:
        known = ", ".join(sorted(catalogue.analytes))
        raise click.BadParameter(f"not in the catalogue; known are {known}")
    review = found.review
    signed = f"{review.reviewed_by} {review.reviewed_on}".strip()
    click.echo(f"{found.name} ({found.id}), {found.specimen}")
    click.echo(f"units: {', '.join(found.units)}")
    for mix_up in catalogue.mix_ups:
        if mix_up.analyte == found.id and mix_up.certainty == "undetectable":
            click.echo(f"no size tells apart {mix_up.suspect_unit}: {mix_up.why}")
    click.echo(f"drafted by {review.drafted_by}; reviewed by {signed}")
    for row in rows_of(found, catalogue):
        off = "" if row["status"] == "active" else "  [proposed: switched off]"
        click.echo(
            f"  {row['kind']:<10} {row['profile']:<5} {_who(row):<28} "
            f"{row['limits']:<14} {row['unit']:<8} {row['meaning']} "
            f"({row['source']} {row['year']}){off}{_of_site(row)}"
        )


@ranges.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path))
def table(out: Path | None) -> None:
    """Print every limit with its source as CSV, to look through and to sign."""
    if out is None:
        _write(sys.stdout)
        return
    with out.open("w", encoding="utf-8", newline="") as file:
        _write(file)


def all_rows(catalogue: Catalogue) -> Iterator[dict[str, str]]:
    """Give every limit of the catalogue, in the order of analytes and rows."""
    for name in sorted(catalogue.analytes):
        yield from rows_of(catalogue.analytes[name], catalogue)


def rows_of(analyte: Analyte, catalogue: Catalogue) -> Iterator[dict[str, str]]:
    """Give every limit of one analyte: intervals, decision limits, critical limits."""
    for interval in analyte.intervals:
        what = {"kind": "interval", "limits": _limits(interval.span)}
        yield _row(analyte, catalogue, interval, {**what, "unit": interval.unit})
    for decisions in analyte.decision_sets:
        for unit, bands in decisions.scales.items():
            for band in bands:
                what = {
                    "kind": decisions.role,
                    "limits": _limits(band.span),
                    "unit": unit,
                    "meaning": f"{decisions.title}: {band.label}",
                    "severity": str(band.severity),
                }
                yield _row(analyte, catalogue, decisions, what)
    for critical in analyte.critical:
        for meaning, span in (("low", critical.low), ("high", critical.high)):
            if span is not None:
                what = {
                    "kind": "critical",
                    "limits": _limits(span),
                    "unit": critical.unit,
                    "meaning": f"critical {meaning}",
                }
                yield _row(analyte, catalogue, critical, what)


def _write(file: TextIO) -> None:
    writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(all_rows(surroundings.catalogue()))


def _row(
    analyte: Analyte,
    catalogue: Catalogue,
    row: ReferenceInterval | DecisionSet | CriticalLimit,
    what: dict[str, str],
) -> dict[str, str]:
    source = catalogue.sources[row.source]
    return {
        "analyte": analyte.id,
        "row": row.id,
        "profile": row.profile,
        "status": row.status,
        "source": source.org,
        "year": str(source.year),
        "note": row.note,
        "site": _SITE[catalogue.site.get(row.id)],
        "meaning": "",
        **_partition(row.partition),
        **what,
    }


_SITE = {None: "", True: "site, supersedes the shipped row", False: "site, added"}


def _partition(partition: Partition) -> dict[str, str]:
    until = "" if partition.age_to is None else _age(partition.age_to)
    return {
        "age": f"{_age(partition.age_from)}-{until}",
        "sex": partition.sex,
        "pregnancy": partition.pregnancy,
        "condition": partition.condition,
    }


def _age(limit: AgeLimit) -> str:
    return f"{limit.number}{limit.unit}"


def _of_site(row: dict[str, str]) -> str:
    return f"  [{row['site']}: {row['row']}]" if row["site"] else ""


def _who(row: dict[str, str]) -> str:
    facts = (row["age"], row["sex"], row["pregnancy"], row["condition"])
    return " ".join(fact for fact in facts if fact and fact != "any")


def _limits(span: Span) -> str:
    if span.low is not None and span.high is not None and span.low_in and span.high_in:
        return f"{span.low} to {span.high}"
    ends = (
        (">=", span.at_least),
        (">", span.above),
        ("<=", span.at_most),
        ("<", span.below),
    )
    return " and ".join(f"{sign}{limit}" for sign, limit in ends if limit is not None)
