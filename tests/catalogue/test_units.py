"""Units: exact factors, a closed list of spellings, and nothing guessed."""

from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference_ranges.errors import CatalogueError, UnitError
from reference_ranges.loading import load_catalogue
from reference_ranges.quantities import (
    Unit,
    convert,
    factor_to_si,
    round_half_even,
    unit_of,
)

CATALOGUE = load_catalogue()
ANALYTES = CATALOGUE.analytes.values()
PAIRS = [
    pytest.param(analyte, unit, id=f"{analyte.id} in {unit}")
    for analyte in ANALYTES
    for unit in analyte.units
]

# one such unit, in the SI unit of the analyte; mass by its molar mass, mEq by valence
FACTORS = [
    ("sodium", "meq/L", Fraction(1)),
    ("sodium", "mg/dL", Fraction(10) / Fraction("22.98976928")),
    ("calcium_total", "meq/L", Fraction(1, 2)),
    ("calcium_total", "mg/dL", Fraction(10) / Fraction("40.078")),
    ("calcium_total", "mg/L", Fraction(1) / Fraction("40.078")),
    ("calcium_ionised", "meq/L", Fraction(1, 2)),
    ("calcium_adjusted", "meq/L", Fraction(1, 2)),
    ("magnesium", "meq/L", Fraction(1, 2)),
    ("magnesium", "mg/dL", Fraction(10) / Fraction("24.305")),
    ("phosphate", "mg/dL", Fraction(10) / Fraction("30.973761998")),
    ("vitamin_d_25oh", "ng/mL", 1000 / Fraction("400.647")),
    ("vitamin_d_25oh", "ug/L", 1000 / Fraction("400.647")),
    ("vitamin_b12", "pg/mL", 1000 / Fraction("1355.388")),
    ("vitamin_b12", "ng/L", 1000 / Fraction("1355.388")),
    ("ferritin", "ng/mL", Fraction(1)),
    ("ferritin", "mg/L", Fraction(1000)),
    ("albumin", "g/dL", Fraction(10)),
    ("albumin", "umol/L", Fraction("0.0665")),
    ("creatinine", "mg/dL", 10000 / Fraction("113.12")),
    ("crp", "mg/dL", Fraction(10)),
    ("haemoglobin", "g/dL", Fraction(10)),
    ("haemoglobin", "mmol/L", Fraction("16.1145")),
    ("tsat", "1", Fraction(100)),
    ("urea", "mg/dL{urea_nitrogen}", Fraction(10) / Fraction("28.014")),
    ("urea", "mg/dL{urea}", Fraction(10) / Fraction("60.056")),
    ("glucose", "mg/dL", Fraction(10) / Fraction("180.156")),
]


@pytest.mark.parametrize(("analyte", "unit", "factor"), FACTORS)
def test_a_factor_is_the_exact_fraction(analyte, unit, factor):
    assert CATALOGUE.analytes[analyte].units[unit].to_si == factor


@pytest.mark.parametrize("analyte", ANALYTES, ids=lambda analyte: analyte.id)
def test_the_factor_of_the_si_unit_is_one(analyte):
    assert analyte.units[analyte.si_unit].to_si == 1


@pytest.mark.parametrize(
    ("analyte", "unit", "value", "shown"),
    [
        ("calcium_total", "meq/L", "5.0", "2.50"),
        ("magnesium", "meq/L", "1.6", "0.80"),
        ("vitamin_d_25oh", "ng/mL", "20", "50"),
        ("urea", "mg/dL{urea_nitrogen}", "15", "5.4"),
        ("creatinine", "mg/dL", "1.00", "88"),
        ("haemoglobin", "g/dL", "13.5", "135"),
    ],
)
def test_a_converted_value_is_shown_in_the_digits_of_its_test(
    analyte, unit, value, shown
):
    found = CATALOGUE.analytes[analyte]
    factor = found.units[unit].to_si

    assert str(convert(Decimal(value), factor, found.decimals_si)) == shown


@pytest.mark.parametrize(("value", "shown"), [("0.5", "0"), ("1.5", "2"), ("2.5", "2")])
def test_a_value_half_way_is_rounded_to_the_even_digit(value, shown):
    assert str(convert(Decimal(value), Fraction(1), 0)) == shown


def test_rounding_goes_to_the_nearest_whole_number_and_half_way_to_the_even_one():
    for over, under in product(range(-60, 61), range(1, 13)):
        assert round_half_even(over, under) == round(Fraction(over, under))


def sized(size, *, equivalents=False):
    return Unit(size, size, "", equivalents, ())


def test_a_unit_that_cannot_become_the_si_unit_is_refused_by_name():
    with pytest.raises(CatalogueError, match="gram / liter cannot become mole / liter"):
        factor_to_si(
            sized("gram / liter"),
            si_unit=sized("mole / liter"),
            molar_mass=None,
            valence=None,
        )


def test_charges_are_no_amount_without_a_valence():
    charges = sized("mole / liter", equivalents=True)

    with pytest.raises(CatalogueError, match="mole / liter needs a valence"):
        factor_to_si(charges, si_unit=charges, molar_mass=None, valence=None)


@pytest.mark.parametrize(("analyte", "unit"), PAIRS)
@settings(max_examples=30)
@given(number=st.decimals("0", "999999", places=3))
def test_a_value_survives_the_way_to_the_si_unit_and_back(analyte, unit, number):
    factor = analyte.units[unit].to_si

    there = convert(number, factor, 12)

    assert convert(there, 1 / factor, 3) == number


@pytest.mark.parametrize(("analyte", "unit"), PAIRS)
def test_every_listed_spelling_means_its_unit(analyte, unit):
    spellings = [text for text, name in analyte.spellings.items() if name == unit]

    assert unit in spellings
    assert {unit_of(analyte, f" {text}\t").unit for text in spellings} == {unit}


TWELVE = [
    "mmol/L",
    "umol/L",
    "nmol/L",
    "pmol/L",
    "mEq/L",
    "mg/dL",
    "ug/L",
    "ng/mL",
    "ng/L",
    "pg/mL",
    "g/L",
    "g/dL",
]


def _cases(unit):
    return {
        "".join(letters) for letters in product(*((c.lower(), c.upper()) for c in unit))
    }


VARIANTS = sorted({variant for unit in TWELVE for variant in _cases(unit)})
SPELLINGS = {text: name for item in ANALYTES for text, name in item.spellings.items()}

# every spelling of the twelve that differs in case only, and what it means
ALLOWED = {
    "mmol/L": ["mmol/L", "mmol/l", "mMol/L", "MMOL/L"],
    "umol/L": ["umol/L", "umol/l", "UMOL/L"],
    "nmol/L": ["nmol/L", "nmol/l", "NMOL/L"],
    "pmol/L": ["pmol/L", "pmol/l", "PMOL/L"],
    "meq/L": ["meq/L", "meq/l", "mEq/L", "mEq/l", "MEQ/L"],
    "mg/dL": ["mg/dL", "mg/dl", "MG/DL"],
    "ug/L": ["ug/L", "ug/l", "UG/L"],
    "ng/mL": ["ng/mL", "ng/ml", "NG/ML"],
    "ng/L": ["ng/L", "ng/l", "NG/L"],
    "pg/mL": ["pg/mL", "pg/ml", "PG/ML"],
    "g/L": ["g/L", "g/l", "G/L"],
    "g/dL": ["g/dL", "g/dl", "G/DL", "G/dL"],
}


def test_of_all_case_variants_of_twelve_units_only_the_table_is_read():
    read = {text: SPELLINGS[text] for text in VARIANTS if text in SPELLINGS}
    table = {text: unit for unit, texts in ALLOWED.items() for text in texts}

    assert len(VARIANTS) == 220
    assert read == table


@pytest.mark.parametrize(
    ("analyte", "text"),
    [
        ("ferritin", "\u00b5g/L"),
        ("ferritin", "\u03bcg/L"),
        ("ferritin", "mcg/L"),
        ("creatinine", "\u00b5mol/L"),
        ("creatinine", "\u03bcmol/L"),
    ],
)
def test_both_micro_signs_are_read(analyte, text):
    assert unit_of(CATALOGUE.analytes[analyte], text).to_si == 1


@pytest.mark.parametrize("text", ["", "  ", "\t\n"])
def test_a_missing_unit_is_missing_and_not_guessed(text):
    vitamin_d = CATALOGUE.analytes["vitamin_d_25oh"]

    with pytest.raises(UnitError) as refusal:
        unit_of(vitamin_d, text)

    assert refusal.value.code == "unit_missing"
    assert refusal.value.allowed == ("nmol/L", "ng/mL", "ug/L")


@pytest.mark.parametrize(
    "text",
    [
        "Mmol/L",
        "mmol\\L",
        "IU/L",
        "9**9**9",
        "mmol/L ; 1",
        "mmol",
        "ng/mL",
        "umol/L (same size)",
        "__import__('os')",
        "m" * 1_000_000,
    ],
)
def test_a_unit_that_is_not_in_the_list_of_its_analyte_is_refused(text):
    with pytest.raises(UnitError) as refusal:
        unit_of(CATALOGUE.analytes["potassium"], text)

    assert refusal.value.code == "unit_not_allowed"
    assert refusal.value.allowed == ("mmol/L", "meq/L", "mg/dL")
    assert str(refusal.value) == "unit_not_allowed: mmol/L, meq/L, mg/dL"


@pytest.mark.parametrize(
    ("known_as", "unit"),
    [
        ("3094-0", "mg/dL{urea_nitrogen}"),
        ("BUN", "mg/dL{urea_nitrogen}"),
        (" Urea Nitrogen ", "mg/dL{urea_nitrogen}"),
        ("3091-6", "mg/dL{urea}"),
    ],
)
@pytest.mark.parametrize("text", ["mg/dL", "MG/DL", "mg/dl"])
def test_the_name_of_the_test_settles_what_mg_of_urea_means(text, known_as, unit):
    assert unit_of(CATALOGUE.analytes["urea"], text, known_as).unit == unit


@pytest.mark.parametrize("known_as", ["", "urea", "14937-7"])
def test_mg_of_urea_are_refused_where_the_name_does_not_settle_it(known_as):
    with pytest.raises(UnitError, match="unit_not_allowed"):
        unit_of(CATALOGUE.analytes["urea"], "mg/dL", known_as)


@pytest.mark.parametrize("analyte", ANALYTES, ids=lambda analyte: analyte.id)
def test_every_accepted_code_goes_with_one_of_the_units(analyte):
    units = analyte.units.values()

    assert all(
        any(unit.goes_with(entry.property) for unit in units)
        for entry in analyte.loinc.values()
    )


def test_a_mass_code_does_not_go_with_an_amount():
    calcium = CATALOGUE.analytes["calcium_total"]

    assert not calcium.units["mmol/L"].goes_with("MCnc")
    assert calcium.units["mg/dL"].goes_with("MCnc")


def test_percent_goes_with_a_mass_fraction_and_a_molar_one():
    percent = CATALOGUE.analytes["tsat"].units["%"]

    assert percent.goes_with("MFr")
    assert percent.goes_with("SFr")
    assert not percent.goes_with("MCnc")
