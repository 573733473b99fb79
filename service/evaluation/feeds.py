"""An intensive-care laboratory feed with the spellings that real interfaces send."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from reference_ranges.panel import Reason
from reference_ranges.results import Interpretation, Kind
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

_DATA = "eicu_demo"
_KEEP = "KEEP COMPARATOR"


def measure_feed(samples: Path, door: Door) -> Iterator[Measure]:
    """Yield how much of the feed is understood, and what of its traps is caught."""
    folder = samples / _DATA
    rows = rows_of(folder / "lab.csv")
    if not rows:
        return
    traps = {
        int(row["line_in_lab_csv"]): row
        for row in rows_of(folder / "expected_traps.csv")
    }
    read = [(line, row, _asked(row, door)) for line, row in enumerate(rows, start=2)]
    ours = [(line, row, found) for line, row, found in read if _known(row, door)]
    yield measure(_DATA, "rows of our tests that are understood", _understood(ours))
    yield measure(
        _DATA, "rows not understood, refused with the right reason", _refused(read), ALL
    )
    yield measure(_DATA, "traps caught", _caught(read, traps), ALL)
    honest = [one for one in ours if one[0] not in traps]
    yield measure(_DATA, "honest rows held or asked about (false holds)", _held(honest))
    yield from _gaps(folder, door)


Read = tuple[int, Mapping[str, str], Interpretation]


def _known(row: Mapping[str, str], door: Door) -> bool:
    return _test(row) in door.catalogue.analytes


def _test(row: Mapping[str, str]) -> str:
    name = row["labname"].strip()
    test: str = words("feed")["tests"].get(name.lower(), name)
    return test


def _unit(row: Mapping[str, str]) -> str:
    return row["unit_interface"] or row["unit_system"]


def _asked(row: Mapping[str, str], door: Door) -> Interpretation:
    value = row["labresulttext"] or row["labresult"]
    name, unit = row["labname"].strip(), _unit(row)
    result = {"analyte": _test(row), "name": name, "value": value, "unit": unit}
    return ask([result], door)


def _name(row: Mapping[str, str]) -> str:
    return f"{row['labname']} {row['labresulttext']} {_unit(row)}".strip()


def _understood(read: Sequence[Read]) -> Iterator[tuple[bool, str]]:
    for _, row, found in read:
        yield found.results[0].observation.refusal is None, _name(row)


def _refused(read: Sequence[Read]) -> Iterator[tuple[bool, str]]:
    """Yield the rows that are refused, and whether for what is wrong with them."""
    for _, row, found in read:
        seen = found.results[0].observation
        if seen.refusal is None:
            continue
        if seen.analyte is None:
            right = seen.refusal is Reason.ANALYTE_NOT_SUPPORTED
        elif not _unit(row):
            right = seen.refusal is Reason.UNIT_MISSING
        elif _unit(row) in words("feed")["refused"].get(seen.analyte, ()):
            right = seen.refusal is Reason.UNIT_NOT_ALLOWED
        else:
            right = seen.refusal is Reason.VALUE_NOT_READ and seen.reading is None
        yield right, f"{_name(row)}: {seen.refusal}"


def _caught(
    read: Sequence[Read], traps: Mapping[int, Mapping[str, str]]
) -> Iterator[tuple[bool, str]]:
    """Yield each trap: kept with its comparator, or else held, asked, or refused."""
    for line, row, found in read:
        trap = traps.get(line)
        if trap is None:
            continue
        (result,) = found.results
        seen = result.observation
        if trap["expected"] == _KEEP:
            caught = seen.reading is not None and seen.reading.text == trap["value"]
        else:
            calm = result.outcome.kind in (Kind.IN_RANGE, Kind.OUT_OF_RANGE)
            caught = seen.refusal is not None or (doubted(found) and not calm)
        yield caught, f"{_name(row)}: {trap['expected']}"


def _held(read: Sequence[Read]) -> Iterator[tuple[bool, str]]:
    for _, row, found in read:
        yield doubted(found), _name(row)


def _gaps(folder: Path, door: Door) -> Iterator[Measure]:
    rows = rows_of(folder / "expected_anion_gap.csv")
    for column, test in words("feed")["gaps"].items():
        if rows and test in door.catalogue.analytes:
            yield measure(
                _DATA,
                f"{test} as the table has it",
                _computed(rows, column, test, door),
                ALL,
            )
    if rows and words("feed")["gaps"].keys():
        yield measure(
            _DATA, "gaps judged by the other way's interval", _crossed(rows, door), NONE
        )


_SALTS = {"na": "sodium", "k": "potassium", "cl": "chloride", "hco3": "bicarbonate"}


def _panel(row: Mapping[str, str], door: Door) -> Interpretation:
    salts = [
        {"analyte": test, "value": row[column], "unit": "mmol/L"}
        for column, test in _SALTS.items()
        if row[column]
    ]
    return ask(salts, door)


def _computed(
    rows: list[dict[str, str]], column: str, test: str, door: Door
) -> Iterator[tuple[bool, str]]:
    """Yield whether each gap is the table's, rounded to whole numbers as ours are."""
    for row in rows:
        if not row[column]:
            continue
        made = {one.observation.analyte: one for one in _panel(row, door).derived}
        result = made.get(test)
        reading = result.observation.reading if result else None
        near = (
            reading is not None and abs(reading.number - Decimal(row[column])) <= _HALF
        )
        yield near, f"stay {row['stay']}, {row['offset_min']} min"


_HALF = Decimal("0.5")


def _crossed(rows: list[dict[str, str]], door: Door) -> Iterator[tuple[bool, str]]:
    """Yield whether a gap is judged by a row of limits of another test."""
    for row in rows:
        for one in _panel(row, door).derived:
            test, limits = one.observation.analyte, (one.interval, *one.guidelines)
            strange = [
                limit.rule
                for limit in limits
                if limit is not None and not limit.rule.startswith(f"{test}/")
            ]
            yield bool(strange), f"{test}: {', '.join(strange)}"
