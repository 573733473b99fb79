"""One value printed in two units, and formulas with their answers."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from reference_ranges.catalogue import Analyte
from reference_ranges.errors import UnitError
from reference_ranges.quantities import unit_of
from reference_ranges.results import Interpretation
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

_PAIRS = "nhanes"
_VECTORS = "formulas"
_UCUM = "ucum"
_NEAR = Fraction(1, 400)  # published factors are rounded: 0.25 for calcium is 0.2495


def measure_pairs(samples: Path, door: Door) -> Iterator[Measure]:
    """Yield whether one value in two units is one value, and one class."""
    for file in sorted((samples / _PAIRS).glob("*_pairs.csv")):
        tests = words("pairs")["tests"]
        rows = [
            (row, door.catalogue.analytes[tests[row["analyte"]]])
            for row in rows_of(file)
            if tests.get(row["analyte"]) in door.catalogue.analytes
        ]
        cases = list(_pairs(rows, door))
        yield measure(_PAIRS, "pairs understood in both units", _column(cases, 0), ALL)
        yield measure(_PAIRS, "pairs wrongly converted", _column(cases, 1), NONE)
        yield measure(_PAIRS, "pairs of one class in both units", _column(cases, 2))


Case = tuple[bool, bool, bool, str]


def _column(cases: list[Case], column: int) -> Iterator[tuple[bool, str]]:
    return ((bool(case[column]), case[3]) for case in cases)


def _pairs(rows: list[tuple[dict[str, str], Analyte]], door: Door) -> Iterator[Case]:
    for row, analyte in rows:
        units = row["conventional_unit"], row["si_unit"]
        values = row["conventional_value"], row["si_value"]
        ways = [
            _one(analyte, value, unit, door)
            for value, unit in zip(values, units, strict=True)
        ]
        name = f"{analyte.id} {values[0]} {units[0]} = {values[1]} {units[1]}"
        read = all(one.results[0].observation.refusal is None for one in ways)
        kinds = {
            (one.results[0].outcome.kind, one.results[0].outcome.direction)
            for one in ways
        }
        wrong = read and not _same(analyte, values, units)
        yield read, wrong, len(kinds) == 1, name


def _one(analyte: Analyte, value: str, unit: str, door: Door) -> Interpretation:
    name = words("pairs")["names"].get(analyte.id, analyte.id)
    return ask(
        [{"analyte": analyte.id, "name": name, "value": value, "unit": unit}], door
    )


def _same(analyte: Analyte, values: tuple[str, str], units: tuple[str, str]) -> bool:
    """Say whether the first, converted, is the second within its last printed digit."""
    name = words("pairs")["names"].get(analyte.id, analyte.id)
    first, second = (unit_of(analyte, one, name).to_si for one in units)
    made = Fraction(values[0]) * first / second
    exponent = Decimal(values[1]).as_tuple().exponent
    digit = Fraction(10) ** int(exponent)
    return abs(made - Fraction(values[1])) <= max(digit, made * _NEAR)


def measure_people(samples: Path, door: Door) -> Iterator[Measure]:
    """Yield how many results of whole panels of people are held or asked about."""
    for file in sorted((samples / _PAIRS).glob("*_people.csv")):
        rows = rows_of(file)
        cases = [case for row in rows for case in _person_held(row, door)]
        yield measure(_PAIRS, "results of people held or asked about", cases)


def _person_held(row: Mapping[str, str], door: Door) -> Iterator[tuple[bool, str]]:
    known = words("pairs")["columns"]
    for head, value in row.items():
        column = known.get(head.partition(" ")[0])
        if (
            column is not None
            and value
            and column["analyte"] in door.catalogue.analytes
        ):
            found = ask([{**column, "value": value}], door)
            yield doubted(found), f"{column['analyte']} {value} {column['unit']}"


def measure_vectors(samples: Path, door: Door) -> Iterator[Measure]:
    """Yield how many formulas and conversions give the answer of the table."""
    rows = rows_of(samples / _VECTORS / "vectors.csv")
    formulas = [row for row in rows if _formula(row, door)]
    if formulas:
        yield measure(
            _VECTORS, "formulas as the table has them", _answers(formulas, door), ALL
        )
    if rows:
        computing = [row for row in rows if row["formula"] != "convert"]
        cases = ((_formula(row, door) is not None, row["formula"]) for row in computing)
        yield measure(_VECTORS, "formulas that we compute", cases)
        convert = [row for row in rows if row["formula"] == "convert"]
        yield measure(
            _VECTORS, "conversions that are wrong", _converted(convert, door), NONE
        )


def _formula(row: Mapping[str, str], door: Door) -> str | None:
    gives: str | None = words("vectors")["formulas"].get(row["formula"])
    inputs = words("vectors")["inputs"]
    given = [inputs[one]["analyte"] for one in _inputs(row) if one in inputs]
    known = all(one in door.catalogue.analytes for one in given)
    return gives if gives in door.catalogue.analytes and known else None


def _inputs(row: Mapping[str, str]) -> dict[str, str]:
    return dict(part.split("=", 1) for part in row["inputs"].split(";"))


def _answers(rows: list[dict[str, str]], door: Door) -> Iterator[tuple[bool, str]]:
    for row in rows:
        given, known = _inputs(row), words("vectors")["inputs"]
        results = [
            {**known[name], "value": text.split()[0]}
            for name, text in given.items()
            if name in known
        ]
        found = ask(results, door, _person(given))
        made = {one.observation.analyte: one for one in found.derived}
        result = made.get(_formula(row, door))
        reading = result.observation.reading if result else None
        expected = Decimal(row["expected"])
        right = (
            reading is not None and _rounded(expected, reading.number) == reading.number
        )
        got = "nothing" if reading is None else reading.text
        yield right, f"{row['formula']}: {row['inputs']} = {row['expected']}, got {got}"


def _rounded(expected: Decimal, like: Decimal) -> Decimal:
    """Return *expected* with as many places as we report."""
    return expected.quantize(Decimal(1).scaleb(int(like.as_tuple().exponent)))


def _person(given: Mapping[str, str]) -> Mapping[str, str]:
    sex = {"F": "female", "M": "male"}.get(given.get("sex", "M"), "unknown")
    born = 2026 - int(given.get("age", "50"))
    return {"birth_date": f"{born}-01-01", "sex": sex}


def _converted(rows: list[dict[str, str]], door: Door) -> Iterator[tuple[bool, str]]:
    for row in rows:
        given = _inputs(row)
        test = words("vectors")["tests"].get(given["analyte"])
        analyte = door.catalogue.analytes.get(test)
        if analyte is not None:
            units = given["from"], given["to"]
            right = _same(analyte, (given["value"], row["expected"]), units)
            yield not right, row["inputs"]


def measure_ucum(samples: Path, door: Door) -> Iterator[Measure]:
    """Yield what of the UCUM cases is let in: units of ours, none that is invalid."""
    for file in sorted((samples / _UCUM).glob("*.csv")):
        rows = [row for row in rows_of(file) if row["section"] == "validation"]
        cases = [(_accepted(row["unit"], door), row) for row in rows]
        bad = ((taken, row["unit"]) for taken, row in cases if row["valid"] == "false")
        yield measure(_UCUM, "invalid units let in", bad, NONE)
        good = ((taken, row["unit"]) for taken, row in cases if row["valid"] == "true")
        yield measure(_UCUM, "valid units that are units of our tests", good)


def _accepted(text: str, door: Door) -> bool:
    for analyte in door.catalogue.analytes.values():
        try:
            unit_of(analyte, text)
        except UnitError:
            continue
        return True
    return False
