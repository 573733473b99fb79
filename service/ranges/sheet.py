"""One analyte's limits as a sheet to check and to sign: pure data, no paper.

Every number on it is a text with the digits of its source; a row that is switched off
says so itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from reference_ranges.catalogue import (
    Analyte,
    Catalogue,
    DecisionSet,
    Review,
)
from reference_ranges.limits import Span
from reference_ranges.results import SourceRef
from service.ranges.rows import Row, review_of, rows_of_analyte, site_text
from service.ranges.words import cited, limits_text, people, plausible_spans

_SEVERITIES = (
    "0 none",
    "1 minor",
    "2 see a clinician soon",
    "3 urgent",
    "4 emergency",
)
_READS_AS = {
    "low": "low",
    "in": "usual",
    "high": "high",
    "grey": "grey: cannot be called",
}
_ROLES = {
    "main": "may lead the outcome",
    "beside": "shown beside the main one",
    "target": "asked for by a condition, never leads",
}
_LEADS = {"interval": "the reference interval", "guideline": "the decision bands"}
_EVIDENCE = (
    "Evidence: seen, the figure was read in a citable text; recalled, from memory;"
    " engineering, set by the project."
)
_NO_BREAK = "\u00a0"
OFF = "OFF: proposed, never used"
"""What stands beside a row that is switched off."""

TO_SIGN = ("Name", "Post and registration", "Signature", "Date")
"""The lines that a reviewer fills in by hand."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table; ``off`` says that it is switched off."""

    cells: tuple[str, ...]
    off: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: a heading, perhaps a smaller title, remarks, columns and rows."""

    heading: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    title: str = ""
    remarks: tuple[str, ...] = ()
    off: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole sheet, in reading order; ``foot`` stands on every page of it.

    ``facts`` and ``review`` are (name, text) pairs; ``to_sign`` are the lines that a
    reviewer fills in by hand.
    """

    title: str
    subtitle: str
    notice: str
    facts: tuple[tuple[str, str], ...]
    grids: tuple[Grid, ...]
    review: tuple[tuple[str, str], ...]
    statement: str
    to_sign: tuple[str, ...]
    foot: tuple[str, ...]


def make_sheet(analyte: Analyte, catalogue: Catalogue, printed: date) -> Sheet:
    """Return the sheet of one analyte of *catalogue*, as printed on that day."""
    rows = rows_of_analyte(analyte)
    off = sum(row.status != "active" for row in rows)
    return Sheet(
        title=analyte.name,
        subtitle="Reference intervals and decision limits, to be checked and signed",
        notice=f"{off} of {len(rows)} rows are switched off" if off else "",
        facts=_facts(analyte),
        grids=(
            _units(analyte),
            _codes(analyte),
            *_snomed(analyte, catalogue),
            *_intervals(analyte, catalogue),
            *_decisions(analyte, catalogue),
            *_critical(analyte, catalogue),
            _plausible(analyte, catalogue),
            *_variation(analyte, catalogue),
            _sources(analyte, catalogue),
        ),
        review=_review(analyte, catalogue),
        statement=(
            "I have checked each limit above against its source. Those that I do not"
            " agree with are marked on this sheet."
        ),
        to_sign=TO_SIGN,
        foot=(
            f"{analyte.name}: limits to be signed",
            f"catalogue {catalogue.version}",
            f"printed {printed.isoformat()}",
            f"sha256 {catalogue.sha256}",
        ),
    )


def _facts(analyte: Analyte) -> tuple[tuple[str, str], ...]:
    leads = ", else ".join(_LEADS.get(one, one) for one in analyte.lead)
    return (
        ("Test", analyte.id),
        ("Specimen", analyte.specimen),
        ("What leads", leads),
        ("Also called", ", ".join(analyte.aliases)),
    )


def _units(analyte: Analyte) -> Grid:
    lines = [
        Line((name, f"1 {name} = {entry.to_si} {analyte.si_unit}", entry.property))
        for name, entry in analyte.units.items()
    ]
    decimals = (
        f"Decimals of a converted number: {analyte.decimals_si} in {analyte.si_unit},"
        f" {analyte.decimals_us} in {analyte.us_unit}."
    )
    return Grid(
        "Units that are accepted",
        ("Unit", "Exact factor", "LOINC property"),
        tuple(lines),
        remarks=(decimals,),
    )


def _codes(analyte: Analyte) -> Grid:
    lines = [
        Line((one.code, one.name, one.property, one.system, one.note))
        for one in analyte.loinc.values()
    ]
    columns = ("Code", "Name", "Property", "System", "Note")
    return Grid("LOINC codes that are accepted", columns, tuple(lines))


def _snomed(analyte: Analyte, catalogue: Catalogue) -> Iterator[Grid]:
    lines = [
        Line((one.code, one.term, one.seen))
        for one in catalogue.snomed
        if one.analyte == analyte.id
    ]
    if lines:
        columns = ("Code", "Term", "Seen in")
        yield Grid("SNOMED CT: nothing is judged by it", columns, tuple(lines))


def _intervals(analyte: Analyte, catalogue: Catalogue) -> Iterator[Grid]:
    if not analyte.intervals:
        return
    yield Grid(
        "Reference intervals: both limits belong to the interval",
        ("For whom", "Profile", "Limits", "Source", "Row and note"),
        tuple(
            Line(
                (
                    _unbroken(people(row.partition)),
                    row.profile,
                    _printed(row.span, row.unit),
                    cited(catalogue, row.source),
                    _remark(row, catalogue),
                ),
                off=_is_off(row),
            )
            for row in analyte.intervals
        ),
        remarks=_where_used(analyte, catalogue),
    )


def _where_used(analyte: Analyte, catalogue: Catalogue) -> tuple[str, ...]:
    """Return in which profiles the rows hold, and which profiles borrow them."""
    words = dict.fromkeys(row.profile for row in rows_of_analyte(analyte))
    marked = "; ".join(_part_of(word, catalogue) for word in words)
    borrowed = [
        f"{one.id} borrows {', '.join(one.fallback[analyte.id])}"
        for one in catalogue.profiles.values()
        if one.fallback.get(analyte.id)
    ]
    told = f"Where it has no row of its own, {'; '.join(borrowed)}." if borrowed else ""
    return tuple(filter(None, (f"Rows marked {marked}.", told)))


def _part_of(word: str, catalogue: Catalogue) -> str:
    """Return which profiles a word of a row makes it part of."""
    using = [one.id for one in catalogue.profiles.values() if word in one.rows]
    return f"{word} hold in {', '.join(using) or 'no profile'}"


def _unbroken(facts: str) -> str:
    """Return *facts* so that lines end between them, or before an upper age."""
    kept = facts.replace(" ", _NO_BREAK).replace(f",{_NO_BREAK}", ", ")
    return kept.replace(f"{_NO_BREAK}to{_NO_BREAK}", f" to{_NO_BREAK}")


def _printed(span: Span, unit: str = "") -> str:
    """Return limits for paper: signs of one letter, and never broken over two lines."""
    signs = limits_text(span).replace(">=", "\u2265").replace("<=", "\u2264")
    return f"{signs} {unit}".strip().replace(" ", _NO_BREAK)


def _remark(row: Row, catalogue: Catalogue, *more: str) -> str:
    off = OFF if _is_off(row) else ""
    site = site_text(row, catalogue)
    return ". ".join(filter(None, (off, site, row.id, row.note, *more)))


def _is_off(row: Row) -> bool:
    return row.status != "active"


def _decisions(analyte: Analyte, catalogue: Catalogue) -> Iterator[Grid]:
    heading = "Decision limits: every printed unit has a scale of its own"
    for row in analyte.decision_sets:
        yield _decision_set(row, catalogue, heading)
        heading = ""


def _decision_set(row: DecisionSet, catalogue: Catalogue, heading: str) -> Grid:
    scales = list(row.scales.items())
    columns = tuple(f"Limits, {unit}" for unit, _ in scales)
    lines = [
        Line(
            (
                bands[0].label,
                *(_printed(band.span) for band in bands),
                _READS_AS.get(bands[0].status, bands[0].status),
                _SEVERITIES[bands[0].severity],
            ),
            off=_is_off(row),
        )
        for bands in zip(*(bands for _, bands in scales), strict=True)
    ]
    sources = cited(catalogue, row.source, *row.also)
    remarks = (
        f"{row.profile}, {people(row.partition)}; {_ROLES[row.role]}",
        f"Source: {sources}",
        _remark(row, catalogue),
    )
    return Grid(
        heading,
        ("Band", *columns, "Reads as", "Severity"),
        tuple(lines),
        row.title,
        remarks,
        off=_is_off(row),
    )


def _critical(analyte: Analyte, catalogue: Catalogue) -> Iterator[Grid]:
    if not analyte.critical:
        return
    lines = [
        Line(
            (
                _unbroken(f"{row.profile}, {people(row.partition)}"),
                _printed(row.low, row.unit) if row.low else "none",
                _printed(row.high, row.unit) if row.high else "none",
                cited(catalogue, row.source),
                _remark(row, catalogue, row.inside_because),
            ),
            off=_is_off(row),
        )
        for row in analyte.critical
    ]
    yield Grid(
        "Critical limits: somebody must be told now",
        ("For whom", "Low", "High", "Source", "Row and note"),
        tuple(lines),
    )


def _plausible(analyte: Analyte, catalogue: Catalogue) -> Grid:
    limits = analyte.plausible
    lines = [
        Line((name, _printed(span, limits.unit), cited(catalogue, limits.source)))
        for name, span in plausible_spans(limits)
    ]
    return Grid(
        "Plausibility: outside, a result is held or must be confirmed",
        ("A result is", "Limits", "Source"),
        tuple(lines),
    )


def _variation(analyte: Analyte, catalogue: Catalogue) -> Iterator[Grid]:
    found = analyte.variation
    if found is None:
        return
    off = found.status != "active"
    figures = f"{found.cvi}, {found.cvg}, {found.cva}, {found.rcv95}"
    source = cited(catalogue, found.source, *found.also)
    said = (OFF if off else "", found.population, found.note)
    cells = (figures, source, ". ".join(filter(None, said)))
    yield Grid(
        "Biological variation, in percent",
        ("Within, between, method, change", "Source", "Of whom, and note"),
        (Line(cells, off=off),),
    )


def _sources(analyte: Analyte, catalogue: Catalogue) -> Grid:
    named: dict[str, None] = {}
    for row in rows_of_analyte(analyte):
        also = row.also if isinstance(row, DecisionSet) else ()
        named.update(dict.fromkeys((row.source, *also)))
    named[analyte.plausible.source] = None
    if analyte.variation is not None:
        named.update(dict.fromkeys((analyte.variation.source, *analyte.variation.also)))
    found = [catalogue.sources[name] for name in named]
    lines = [
        Line((cited(catalogue, one.id), one.title, _place(one), one.evidence))
        for one in found
    ]
    return Grid(
        "Sources",
        ("Publication", "Title", "Where", "Evidence"),
        tuple(lines),
        remarks=(_EVIDENCE,),
    )


def _place(source: SourceRef) -> str:
    """Return where a source is, and how its figures were read if not in it alone."""
    read = f"How it was read: {source.via}" if source.via else ""
    return ". ".join(filter(None, (source.where, read)))


def _review(analyte: Analyte, catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    """Return who signed for the shipped rows, and for those of the site, if any."""
    rows = rows_of_analyte(analyte)
    ours = signed(review_of(analyte, catalogue, of_site=False), "")
    if not any(row.id in catalogue.site for row in rows):
        return ours
    return ours + signed(review_of(analyte, catalogue, of_site=True), "Site: ")


def signed(review: Review, whose: str) -> tuple[tuple[str, str], ...]:
    """Return who signed, as pairs of name and text; *whose* goes before each name."""
    return (
        (f"{whose}Drafted by", review.drafted_by),
        (f"{whose}Reviewed by", review.reviewed_by),
        (f"{whose}Reviewed on", review.reviewed_on or "not yet"),
        (f"{whose}Next review", review.next_review),
    )
