"""Unit texts and deciles of a whole country's laboratories."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from reference_ranges.catalogue import Analyte
from reference_ranges.errors import UnitError
from reference_ranges.quantities import unit_of
from service.evaluation.outside import (
    ALL,
    NONE,
    Measure,
    ask,
    doubted,
    measure,
    rows_of,
    words,
)
from service.intake.door import Door

_DATA = "units_finngen"
_STEPS = 10
_PLACES = Decimal("0.001")


def measure_country(samples: Path, door: Door) -> Iterator[Measure]:
    """Yield what is made of the units and of the values of a country."""
    folder = samples / _DATA
    for file in sorted(folder.glob("test_units_*.csv")):
        yield from _tests(rows_of(file), door)
    for file in sorted(folder.glob("units_*.csv")):
        yield from _units(rows_of(file), door)
    for file in sorted(folder.glob("value_deciles_*.csv")):
        yield from _deciles(rows_of(file), door)


def analyte_of(row: Mapping[str, str], door: Door) -> Analyte | None:
    """Return our test of a row, by its concept; None where it is none of ours."""
    test = words("country")["tests"].get(row["OMOP_CONCEPT_ID"])
    return door.catalogue.analytes.get(test)


def _tests(rows: list[dict[str, str]], door: Door) -> Iterator[Measure]:
    ours = [(row, analyte_of(row, door)) for row in rows]
    known = [(row, one) for row, one in ours if one is not None]
    told = [(row, one) for row, one in known if row["MEASUREMENT_UNIT"]]
    untold = [(row, one) for row, one in known if not row["MEASUREMENT_UNIT"]]
    yield measure(
        _DATA, "units of our tests understood", (_taken(*one) for one in told)
    )
    yield measure(
        _DATA,
        "tests without a unit that are refused",
        ((not taken, name) for taken, name in (_taken(*one) for one in untold)),
        ALL,
    )
    yield measure(_DATA, "units wrongly converted", _wrong(told), NONE)


def _taken(row: Mapping[str, str], analyte: Analyte) -> tuple[bool, str]:
    unit = row["MEASUREMENT_UNIT"]
    return _unit(analyte, unit) is not None, f"{row['TEST_NAME']} {unit}"


def _unit(analyte: Analyte, text: str) -> str | None:
    try:
        return unit_of(analyte, text).unit
    except UnitError:
        return None


def _wrong(told: list[tuple[dict[str, str], Analyte]]) -> Iterator[tuple[bool, str]]:
    """Yield whether a unit that we take has another factor than theirs."""
    for row, analyte in told:
        unit, goal = (
            _unit(analyte, row[column])
            for column in ("MEASUREMENT_UNIT", "MEASUREMENT_UNIT_HARMONIZED")
        )
        if unit is None or goal is None or not row["CONVERSION_FACTOR"]:
            continue
        ours = analyte.units[unit].to_si / analyte.units[goal].to_si
        name = f"{row['TEST_NAME']} {row['MEASUREMENT_UNIT']}"
        yield ours != Decimal(row["CONVERSION_FACTOR"]), name


def _units(rows: list[dict[str, str]], door: Door) -> Iterator[Measure]:
    """Yield whether a unit text that we take means what it means to them."""
    means = words("country")["units"]
    cases = []
    for row in rows:
        for analyte in door.catalogue.analytes.values():
            unit = _unit(analyte, row["source_unit"])
            if unit is not None:
                theirs = means.get(row["omop_concept_id"], "unknown")
                name = f"{row['source_unit']}: {unit} for us, {theirs} for them"
                cases.append((_differ(analyte, unit, theirs), name))
    yield measure(_DATA, "unit texts taken for another unit", cases, NONE)


def _differ(analyte: Analyte, unit: str, theirs: str) -> bool:
    other = analyte.units.get(theirs)
    return other is None or other.to_si != analyte.units[unit].to_si


def _deciles(rows: list[dict[str, str]], door: Door) -> Iterator[Measure]:
    """Yield what becomes of values between the first and the ninth decile."""
    cases = [
        case for value in honest_values(rows, door) for case in [_held(*value, door)]
    ]
    yield measure(_DATA, "values of real people called impossible", _of(cases, 0), NONE)
    yield measure(_DATA, "values of real people held or asked about", _of(cases, 1))


Value = tuple[Analyte, str, str]


def honest_values(rows: list[dict[str, str]], door: Door) -> Iterator[Value]:
    """Yield values between neighbouring deciles, each with its test and unit."""
    for row, after in pairwise(rows):
        analyte, unit = analyte_of(row, door), row["MEASUREMENT_UNIT"]
        same = all(row[key] == after[key] for key in ("TEST_NAME", "MEASUREMENT_UNIT"))
        if analyte is None or _unit(analyte, unit) is None or not same:
            continue
        low, high = (Decimal(one["decile_MEASUREMENT_VALUE"]) for one in (row, after))
        for step in range(_STEPS):
            value = low + (high - low) * step / _STEPS
            yield analyte, str(value.quantize(_PLACES)), unit


def _held(
    analyte: Analyte, value: str, unit: str, door: Door
) -> tuple[bool, bool, str]:
    found = ask([{"analyte": analyte.id, "value": value, "unit": unit}], door)
    impossible = any(one.code == "implausible_value" for one in found.findings)
    return impossible, doubted(found), f"{analyte.id} {value} {unit}"


def _of(cases: list[tuple[bool, bool, str]], column: int) -> Iterator[tuple[bool, str]]:
    return ((bool(case[column]), case[2]) for case in cases)
