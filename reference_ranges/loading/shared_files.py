"""The data files that all analytes share: units, sources, profiles and so on."""

import re
from collections.abc import Collection
from datetime import date
from decimal import Decimal

from reference_ranges.catalogue import (
    LookAlike,
    MixUp,
    Profile,
    Review,
    SnomedTerm,
    Trimester,
)
from reference_ranges.loading.analyte_files import check_loinc
from reference_ranges.loading.limit_rows import STATUSES
from reference_ranges.loading.tables import Table
from reference_ranges.quantities import Unit
from reference_ranges.results import SourceRef

SETTINGS = (
    "severity_outside_laboratory_interval",
    "severity_outside_catalogue_interval",
    "severity_outside_ungraded",
    "severity_critical",
    "take_over_severity",
    "urgency_soon_from",
    "urgency_today_from",
    "urgency_emergency_from",
    "symptom_rules_from_age",
    "pregnancy_credible_from_age",
    "pregnancy_credible_to_age",
    "interval_misfit",
    "interval_fit",
    "change_z",
    "shift_window",
    "shift_history",
    "shift_tolerance",
)
"""The rule numbers that the service asks for, by name."""

_EVIDENCE = ("seen", "recalled", "engineering")
_CERTAINTIES = ("certain", "likely", "possible", "harmless", "undetectable")
_DECISIONS = ("refuse", "accept_if_confirmed")
_SNOMED = re.compile(r"[1-9][0-9]{5,17}", re.ASCII)


def read_head(table: Table) -> Review:
    """Take what every file begins with: its schema and its [review] block.

    Raises:
        CatalogueError: one of them is missing or wrong.
    """
    _check_schema(table)
    return _read_review(table)


def read_units(table: Table) -> dict[str, Unit]:
    """Return the closed list of units by name.

    Raises:
        CatalogueError: a spelling stands under two units, or a row is wrong.
    """
    units: dict[str, Unit] = {}
    taken: set[str] = set()
    for name, row in _entries(table, "units"):
        unit = Unit(
            id=name,
            size=row.text("pint"),
            property=row.text("property"),
            equivalents=row.flag("equivalents"),
            spellings=row.texts("spellings"),
        )
        for spelling in (name, *unit.spellings):
            if spelling in taken:
                row.refuse(f"duplicate spelling {spelling!r}")
            taken.add(spelling)
        units[name] = unit
        row.done()
    table.done()
    return units


def read_sources(table: Table) -> dict[str, SourceRef]:
    """Return the publications by id.

    Raises:
        CatalogueError: a row is wrong; the message names it.
    """
    sources: dict[str, SourceRef] = {}
    for name, row in _entries(table, "sources"):
        sources[name] = SourceRef(
            id=name,
            org=row.text("org"),
            year=row.whole("year"),
            title=row.text("title"),
            where=row.text("where", ""),
            evidence=row.choice("evidence", _EVIDENCE),
            via=row.text("via", ""),
        )
        row.done()
    table.done()
    return sources


def read_profiles(table: Table) -> tuple[dict[str, Profile], frozenset[str]]:
    """Return the profiles by id, and every word that a row may be marked with.

    Words that are ``shelved`` belong to no profile.

    Raises:
        CatalogueError: a row is wrong; the message names it.
    """
    words = set(table.texts("shelved", optional=True))
    profiles: dict[str, Profile] = {}
    for name, row in _entries(table, "profiles"):
        title, rows = row.text("title"), row.texts("rows")
        profiles[name] = Profile(name, title, rows, _fallback(row))
        words.update(rows)
        row.done()
    table.done()
    return profiles, frozenset(words)


def _fallback(row: Table) -> dict[str, tuple[str, ...]]:
    if not row.has("fallback"):
        return {}
    listed = row.table("fallback")
    return {analyte: listed.texts(analyte) for analyte in listed.names()}


def read_settings(table: Table, sources: Collection[str]) -> dict[str, Decimal]:
    """Return the rule numbers by name; each row says why it is what it is.

    Raises:
        CatalogueError: a setting is missing, unknown or not active, or a row is wrong.
    """
    settings: dict[str, Decimal] = {}
    entries = table.table("settings")
    for name in SETTINGS:
        row = entries.table(name)
        row.text("why")
        settings[name] = row.number("value")
        if not _active(row, sources):
            row.refuse("a setting must be active")
    entries.done()
    table.done()
    return settings


def read_trimesters(table: Table, sources: Collection[str]) -> tuple[Trimester, ...]:
    """Return the trimesters in order; each begins where the one before it ends.

    Raises:
        CatalogueError: there is a gap or an overlap, or a row is wrong.
    """
    found: list[Trimester] = []
    start: int | None = 0
    for row in table.rows("trimester"):
        trimester = Trimester(
            id=row.text("id"),
            weeks_from=row.whole("weeks_from"),
            weeks_to=row.optional_whole("weeks_to"),
        )
        if trimester.weeks_from != start:
            row.refuse("does not begin where the one before it ends")
        start = trimester.weeks_to
        _active(row, sources)
        found.append(trimester)
    if start is not None:
        table.refuse("the last trimester must have no end")
    table.done()
    return tuple(found)


def read_mix_ups(
    table: Table, analytes: Collection[str], sources: Collection[str]
) -> tuple[MixUp, ...]:
    """Return the active unit mix-ups, in the order of the file.

    Raises:
        CatalogueError: a row is wrong; the message names it.
    """
    found: dict[str, MixUp] = {}
    for row in table.rows("mix_up"):
        mix_up = MixUp(
            id=row.text("id"),
            analyte=row.choice("analyte", analytes),
            stated_unit=row.text("stated_unit"),
            suspect_unit=row.text("suspect_unit"),
            value_from=row.number("value_from"),
            value_to=row.number("value_to"),
            certainty=row.choice("certainty", _CERTAINTIES),
            why=row.text("why"),
        )
        if mix_up.value_from >= mix_up.value_to:
            row.refuse("'value_from' must be below 'value_to'")
        if mix_up.id in found:
            row.refuse("duplicate id")
        if _active(row, sources):
            found[mix_up.id] = mix_up
    table.done()
    return tuple(found.values())


def read_look_alikes(
    table: Table, analytes: Collection[str], sources: Collection[str]
) -> dict[str, LookAlike]:
    """Return the codes that are refused by name.

    Raises:
        CatalogueError: a code is no LOINC code or stands twice, or a row is wrong.
    """
    found: dict[str, LookAlike] = {}
    for row in table.rows("look_alike"):
        entry = LookAlike(
            code=row.text("code"),
            name=row.text("name"),
            looks_like=row.choice("looks_like", analytes),
            decision=row.choice("decision", _DECISIONS),
            why=row.text("why"),
        )
        check_loinc(row, entry.code)
        if entry.code in found:
            row.refuse(f"duplicate code {entry.code!r}")
        found[entry.code] = entry
        _active(row, sources)
    table.done()
    return found


def read_snomed(table: Table, analytes: Collection[str]) -> tuple[SnomedTerm, ...]:
    """Return what SNOMED CT calls the tests, in the order of the file.

    Raises:
        CatalogueError: a code is no SNOMED CT id or stands twice for one test.
    """
    found: dict[tuple[str, str], SnomedTerm] = {}
    for row in table.rows("term"):
        entry = SnomedTerm(
            code=row.text("code"),
            term=row.text("term"),
            analyte=row.choice("analyte", analytes),
            seen=row.text("seen"),
            status=row.choice("status", STATUSES),
        )
        if not _SNOMED.fullmatch(entry.code):
            row.refuse(f"{entry.code!r} is not a SNOMED CT id")
        if (entry.analyte, entry.code) in found:
            row.refuse(f"duplicate code {entry.code!r}")
        found[entry.analyte, entry.code] = entry
        row.done()
    table.done()
    return tuple(found.values())


def _entries(table: Table, key: str) -> list[tuple[str, Table]]:
    entries = table.table(key)
    return [(name, entries.table(name)) for name in entries.names()]


def _active(row: Table, sources: Collection[str]) -> bool:
    """Take the source and status that end every row, and say if it may be used."""
    row.choice("source", sources)
    status = row.choice("status", STATUSES)
    row.done()
    return status == "active"


def _check_schema(table: Table) -> None:
    """Take the ``schema`` number, and refuse a file that was written for another.

    Raises:
        CatalogueError: it is not 1.
    """
    if table.whole("schema") != 1:
        table.refuse("'schema' must be 1")


def _read_review(table: Table) -> Review:
    """Take the [review] block: who drafted the file, who signed it, until when.

    Raises:
        CatalogueError: it is missing or incomplete, or the dates are not dates.
    """
    if not table.has("review"):
        table.refuse("missing [review]")
    block = table.table("review")
    review = Review(
        drafted_by=block.text("drafted_by"),
        reviewed_by=block.text("reviewed_by"),
        reviewed_on=block.text("reviewed_on", ""),
        next_review=block.text("next_review"),
    )
    for day in filter(None, (review.reviewed_on, review.next_review)):
        _check_day(block, day)
    block.done()
    return review


def _check_day(block: Table, day: str) -> None:
    try:
        date.fromisoformat(day)
    except ValueError:
        block.refuse(f"{day!r} is not a date such as 2027-11-23")
