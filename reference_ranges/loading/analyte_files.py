"""One analyte's data file, read into the catalogue's types and checked in itself."""

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from reference_ranges.catalogue import (
    Analyte,
    LoincEntry,
    Plausibility,
    Review,
)
from reference_ranges.errors import CatalogueError
from reference_ranges.loading.limit_rows import (
    Known,
    read_critical,
    read_decision_set,
    read_interval,
)
from reference_ranges.loading.tables import Table
from reference_ranges.loading.variation_rows import read_variation
from reference_ranges.quantities import Unit, UnitEntry, factor_to_si
from reference_ranges.results import Axis

_GROUPS = ("core", "context")
_LEADS = (
    ("interval",),
    ("guideline",),
    ("interval", "guideline"),
    ("guideline", "interval"),
)


def read_analyte(
    table: Table, review: Review, units: Mapping[str, Unit], known: Known
) -> Analyte:
    """Return the analyte in *table*, with one exact factor for each of its units.

    The schema and the [review] block of the file have been taken.

    Raises:
        CatalogueError: the file is not fit for use; the message names file and row.
    """
    si_unit = table.choice("si_unit", units)
    entries = _units(table, units, si_unit)
    known = replace(known, units=tuple(entries))
    analyte = Analyte(
        id=table.text("id"),
        name=table.text("name"),
        group=table.choice("group", _GROUPS),
        specimen=table.text("specimen"),
        si_unit=si_unit,
        us_unit=table.choice("us_unit", entries),
        decimals_si=table.whole("decimals_si"),
        decimals_us=table.whole("decimals_us"),
        lead=_lead(table),
        aliases=_aliases(table),
        units=entries,
        spellings=_spellings(entries, units),
        units_by_name=_units_by_name(table, units, entries),
        loinc=_loinc(table),
        intervals=tuple(read_interval(row, known) for row in table.rows("interval")),
        decision_sets=tuple(
            read_decision_set(row, known) for row in table.rows("decision_set")
        ),
        critical=tuple(read_critical(row, known) for row in table.rows("critical")),
        plausible=_plausible(table.table("plausible"), known),
        axis=_axis(table.table("axis"), known),
        review=review,
        variation=read_variation(table, known),
    )
    table.done()
    return analyte


def _units(
    table: Table, units: Mapping[str, Unit], si_unit: str
) -> dict[str, UnitEntry]:
    molar_mass = _molar_mass(table)
    valence = table.optional_whole("valence")
    entries: dict[str, UnitEntry] = {}
    for row in table.rows("units"):
        unit = units[row.choice("unit", units)]
        if unit.id in entries:
            row.refuse(f"duplicate unit {unit.id!r}")
        to_si = _factor(row, unit, units[si_unit], molar_mass, valence)
        entries[unit.id] = UnitEntry(unit.id, to_si, unit.property)
        row.done()
    if si_unit not in entries:
        table.refuse(f"'units' lacks the SI unit {si_unit!r}")
    return entries


def _factor(
    row: Table, unit: Unit, si_unit: Unit, molar_mass: str | None, valence: int | None
) -> Fraction:
    own_mass = _molar_mass(row)
    try:
        return factor_to_si(
            unit, si_unit=si_unit, molar_mass=own_mass or molar_mass, valence=valence
        )
    except CatalogueError as error:
        row.refuse(str(error))


def _molar_mass(table: Table) -> str | None:
    if not table.has("molar_mass"):
        return None
    text = table.text("molar_mass")
    if not _MASS.fullmatch(text):
        table.refuse("'molar_mass' must be a decimal in quotes, in g/mol")
    return text


def _lead(table: Table) -> tuple[str, ...]:
    lead = table.texts("lead")
    if lead not in _LEADS:
        table.refuse("'lead' must name 'interval', 'guideline' or both, in order")
    return lead


def _aliases(table: Table) -> tuple[str, ...]:
    aliases = table.texts("aliases")
    if len({alias.lower() for alias in aliases}) < len(aliases):
        table.refuse("duplicate alias")
    return aliases


def _spellings(
    entries: Mapping[str, UnitEntry], units: Mapping[str, Unit]
) -> dict[str, str]:
    return {
        spelling: name
        for name in entries
        for spelling in (name, *units[name].spellings)
    }


def _units_by_name(
    table: Table, units: Mapping[str, Unit], entries: Mapping[str, UnitEntry]
) -> dict[tuple[str, str], str]:
    meanings: dict[tuple[str, str], str] = {}
    for row in table.rows("units_by_name"):
        unit = units[row.choice("unit", set(units) - set(entries))]
        means = row.choice("means", entries)
        keys = [
            (spelling, name.lower())
            for name in row.texts("when")
            for spelling in (unit.id, *unit.spellings)
        ]
        if not meanings.keys().isdisjoint(keys):
            row.refuse("one name cannot settle a unit twice")
        meanings.update(dict.fromkeys(keys, means))
        row.done()
    return meanings


def _loinc(table: Table) -> dict[str, LoincEntry]:
    entries: dict[str, LoincEntry] = {}
    for row in table.rows("loinc"):
        entry = LoincEntry(
            code=row.text("code"),
            name=row.text("name"),
            property=row.text("property"),
            system=row.text("system"),
            note=row.text("note", ""),
        )
        check_loinc(row, entry.code)
        if entry.code in entries:
            row.refuse(f"duplicate code {entry.code!r}")
        entries[entry.code] = entry
        row.done()
    return entries


def check_loinc(row: Table, code: str) -> None:
    """Refuse a LOINC *code* whose last digit is not the check digit of the others.

    Raises:
        CatalogueError: naming the row.
    """
    if not _LOINC.fullmatch(code):
        row.refuse(f"{code!r} is not a LOINC code")
    digits = [int(digit) for digit in code.replace("-", "")]
    doubled = [2 * digit - 9 * (digit > _HALF) for digit in digits[-2::-2]]
    if (sum(doubled) + sum(digits[-1::-2])) % 10:
        row.refuse(f"{code!r} has a wrong check digit")


def _plausible(row: Table, known: Known) -> Plausibility:
    limits = Plausibility(
        unit=row.choice("unit", known.units),
        hard_min=row.number("hard_min", signed=True),
        soft_min=row.number("soft_min", signed=True),
        soft_max=row.number("soft_max"),
        hard_max=row.number("hard_max"),
        source=row.choice("source", known.sources),
    )
    low = limits.hard_min <= limits.soft_min
    if not (low and limits.soft_min < limits.soft_max <= limits.hard_max):
        row.refuse("limits must rise from 'hard_min' to 'hard_max'")
    row.done()
    return limits


def _axis(row: Table, known: Known) -> Axis:
    axis = Axis(
        unit=row.choice("unit", known.units),
        start=row.number("start", signed=True),
        end=row.number("end"),
        far_low=row.optional_number("far_low"),
        far_high=row.optional_number("far_high"),
    )
    marks = (axis.start, axis.far_low, axis.far_high, axis.end)
    stops = [mark for mark in marks if mark is not None]
    if any(low >= high for low, high in pairwise(stops)):
        row.refuse("stops must rise from 'start' over the far zones to 'end'")
    row.done()
    return axis


_MASS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,9})?", re.ASCII)
_LOINC = re.compile(r"[0-9]{1,7}-[0-9]", re.ASCII)
_HALF = 4
