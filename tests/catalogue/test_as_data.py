"""The data tested as data: check digits, units, orphans, and no number in the code."""

import ast
import re
import tomllib
from decimal import Decimal
from fractions import Fraction
from importlib.resources import files
from itertools import combinations
from pathlib import Path

import pint
import pytest

import reference_ranges
from reference_ranges.loading import DATA, load_catalogue
from reference_ranges.loading.version import data_files
from service.intake import fhir
from service.intake.hl7 import tables
from tests import core_oracle as oracle

CATALOGUE = load_catalogue()
ANALYTES = CATALOGUE.analytes.values()
CODE = Path(reference_ranges.__file__).parent
SHORTEST_SNOMED = 6
REGISTRY = pint.UnitRegistry(non_int_type=Fraction)


def read(name):
    return tomllib.loads((DATA / name).read_text("utf-8"), parse_float=Decimal)


# ---- check digits ----------------------------------------------------------------


def mod_10(code):
    """The check digit of a LOINC code, by the rule of its owner."""
    digits = code.split("-")[0][::-1]
    odd = str(2 * int(digits[::2]))
    total = sum(map(int, odd + digits[1::2]))
    return str(-total % 10)


def test_every_loinc_code_has_its_check_digit():
    codes = [code for one in ANALYTES for code in one.loinc]
    codes += list(CATALOGUE.look_alikes)

    assert len(codes) > 150
    assert [code for code in codes if code.split("-")[1] != mod_10(code)] == []


_PERMUTED = [list(range(10)), [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
for _ in range(6):
    _PERMUTED.append([_PERMUTED[-1][digit] for digit in _PERMUTED[1]])


def times(one, other):
    """Multiply in the symmetries of a pentagon, as Verhoeff did."""
    if one < 5:
        return (one + other) % 5 if other < 5 else 5 + (one + other) % 5
    return 5 + (one - other) % 5 if other < 5 else (one - other) % 5


def verhoeff(code):
    """What is left of a number with its check digit: nothing, if it is right."""
    left = 0
    for place, digit in enumerate(map(int, reversed(code))):
        left = times(left, _PERMUTED[place % 8][digit])
    return left


@pytest.mark.parametrize("code", ["73211009", "22298006", "38341003"])
def test_the_check_knows_codes_that_everybody_uses(code):
    assert verhoeff(code) == 0
    assert verhoeff(code[:-1] + str((int(code[-1]) + 1) % 10)) != 0


def test_every_snomed_code_has_its_check_digit():
    codes = [code for one in CATALOGUE.rules.symptoms.values() for code in one.snomed]
    codes += [one.code for one in CATALOGUE.snomed]

    assert len(codes) > 60
    assert [code for code in codes if verhoeff(code)] == []


def of_system(table, system):
    """The codes of *system* in a table of tables, however deep."""
    for name, inner in table.items():
        if name == system:
            yield from inner
        elif isinstance(inner, dict):
            yield from of_system(inner, system)


def test_every_snomed_code_that_comes_by_fhir_has_its_check_digit():
    table = tomllib.loads((files(fhir) / "codes.toml").read_text("utf-8"))
    codes = list(of_system(table, "http://snomed.info/sct"))

    assert len(codes) > 25
    assert [code for code in codes if verhoeff(code)] == []


def test_every_loinc_code_that_comes_by_fhir_has_its_check_digit():
    table = tomllib.loads((files(fhir) / "codes.toml").read_text("utf-8"))
    codes = of_system(table, "http://loinc.org")
    plain = [code for code in codes if not code.startswith("LA")]  # answers of lists

    assert len(plain) > 4
    assert [code for code in plain if code[-1] != mod_10(code)] == []


def test_every_snomed_code_that_comes_by_hl7_has_its_check_digit():
    texts = {
        text
        for table in vars(tables).values()
        if isinstance(table, dict)
        for text in table
        if isinstance(text, str) and text.isdecimal() and len(text) >= SHORTEST_SNOMED
    }

    assert len(texts) > 5
    assert [code for code in texts if verhoeff(code)] == []


# ---- units -----------------------------------------------------------------------


@pytest.mark.parametrize("name", read("units.toml")["units"])
def test_a_unit_is_read_by_pint_as_it_writes_it_itself(name):
    size = read("units.toml")["units"][name]["pint"]
    unit = REGISTRY.Quantity(Fraction(1), size)

    assert REGISTRY.Quantity(Fraction(1), f"{unit.units}") == unit
    assert unit.to_base_units().to(size).magnitude == 1


@pytest.mark.parametrize("analyte", ANALYTES, ids=lambda analyte: analyte.id)
def test_each_factor_is_that_of_other_arithmetic_there_and_back(analyte):
    for unit, entry in analyte.units.items():
        there = oracle.factor(analyte.id, unit, analyte.si_unit)
        back = oracle.factor(analyte.id, analyte.si_unit, unit)

        assert entry.to_si == there, unit
        assert there * back == 1, unit


SCALES = [
    pytest.param(analyte.id, first, second, id=row.id)
    for analyte in ANALYTES
    for row in analyte.decision_sets
    for first, second in combinations(row.scales.items(), 2)
]


@pytest.mark.parametrize(("analyte", "first", "second"), SCALES)
def test_two_printed_scales_agree_within_their_last_digits(analyte, first, second):
    (unit, bands), (other_unit, others) = first, second
    factor = oracle.factor(analyte, unit, other_unit)

    for band, other in zip(bands[1:], others[1:], strict=True):
        limits = band.span.low, other.span.low
        last = [Fraction(1, 2 * 10 ** -one.as_tuple().exponent) for one in limits]
        distance = abs(Fraction(limits[0]) * factor - Fraction(limits[1]))
        assert distance <= last[0] * factor + last[1]


# ---- nothing lies about unused ---------------------------------------------------


def test_every_unit_is_one_that_some_test_is_reported_in():
    used = {unit for analyte in ANALYTES for unit in analyte.units}
    asked = {
        row["unit"]
        for name in data_files(DATA)
        if name.startswith("analytes/")
        for row in read(name).get("units_by_name", ())
    }

    assert set(read("units.toml")["units"]) - used - asked == set()


def test_every_publication_is_one_that_some_row_or_note_names():
    texts = {name: (DATA / name).read_text("utf-8") for name in data_files(DATA)}
    everything = "\n".join(texts.values())
    names = re.findall(r"^\[sources\.(\w+)\]$", everything, re.MULTILINE)

    assert len(names) > 100
    assert [
        one for one in names if len(re.findall(rf"\b{one}\b", everything)) < 2
    ] == []


def test_every_symptom_has_something_to_say():
    rules = CATALOGUE.rules
    texts = "".join(
        (DATA / name).read_text("utf-8") for name in ("links.toml", "red_flags.toml")
    )

    silent = {
        one.id
        for one in rules.symptoms.values()
        if not one.other_causes and f'"{one.id}"' not in texts
    }
    assert silent == set()


def test_every_word_of_a_profile_marks_a_row():
    rows = [
        row
        for one in ANALYTES
        for row in (*one.intervals, *one.decision_sets, *one.critical)
    ]
    words = {word for profile in CATALOGUE.profiles.values() for word in profile.rows}
    shelved = set(read("profiles.toml")["shelved"])

    assert words | shelved == {row.profile for row in rows}
    assert {row.status for row in rows if row.profile in shelved} == {"proposed"}


# ---- no clinical number in the code ----------------------------------------------

# numbers in the code, beside 0, 1 and 2, and what they are
ALLOWED = {
    "delta_check.py": {
        4: "years with one leap day",
        5: "earlier results looked at",
        24: "hours of a day",
        60: "minutes, seconds",
        100: "percent",
        365: "days of a year",
    },
    "feeds.py": {3: "quarters", 4: "quarters", 5: "results of a sender to ask about"},
    "formulas.py": {28: "digits of a power"},
    "inputs.py": {9: "decimals of a converted input"},
    "judging/answers.py": {3: "places of a result", 5: "places of a result"},
    "judging/benches.py": {12: "months of a year"},
    "judging/showing.py": {4: "decimals of what is shown", 10: "the base of a decimal"},
    "loading/analyte_files.py": {4: "check digit", 9: "check digit", 10: "check digit"},
    "loading/checks.py": {10: "the base of a decimal"},
    "loading/limit_rows.py": {4: "the gravest severity"},
    "loading/site.py": {8: "signs of a digest"},
    "loading/variation_rows.py": {10: "the base of a decimal"},
    "near_limits.py": {100: "percent"},
    "panel.py": {9: "digits of a number"},
    "partitions.py": {
        3: "parts of a date",
        4: "letters of a year; years in which days come out whole",
        7: "days of a week",
        12: "months of a year",
        31: "days of December",
        1461: "days of four years",
    },
    "persons.py": {150: "years beyond any age that a row is printed for"},
    "plausibility.py": {4: "a zone of the ruler"},
    "quantities.py": {10: "the base of a decimal"},
    "readings.py": {40: "letters of a value", 80: "letters of an interval"},
    "results.py": {3: "the place of an urgency"},
    "scales.py": {10: "the base of a decimal"},
}


def numbers_in(path):
    """Every number of a file but the size of a cache."""
    tree = ast.parse(path.read_text("utf-8"))
    sizes = {
        id(keyword.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "maxsize"
    }
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
        and id(node) not in sizes
    }


def quoted_numbers_in(path):
    """Every number that stands in a text of its own, as in Decimal("0.8")."""
    tree = ast.parse(path.read_text("utf-8"))
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return {text for text in texts if re.fullmatch(r"[0-9]+([./][0-9]+)?", text)}


FILES = sorted(path.relative_to(CODE).as_posix() for path in CODE.rglob("*.py"))


@pytest.mark.parametrize("name", FILES)
def test_no_clinical_number_stands_in_the_code(name):
    found = numbers_in(CODE / name)

    assert {one for one in found if isinstance(one, float)} == set()
    assert found - {0, 1, 2} == set(ALLOWED.get(name, {}))
    assert quoted_numbers_in(CODE / name) - {"0", "1"} == set()


def test_no_file_of_the_core_is_too_long_to_be_read_at_one_sitting():
    lines = {name: (CODE / name).read_text("utf-8").count("\n") for name in FILES}

    assert {name: count for name, count in lines.items() if count > 350} == {}
