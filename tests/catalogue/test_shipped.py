"""What must hold of the data files that we ship, whatever numbers they print."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference_ranges.limits import Reach, Side
from reference_ranges.loading import DATA, load_catalogue, overdue_reviews
from reference_ranges.loading.version import data_files

CATALOGUE = load_catalogue()
ANALYTES = CATALOGUE.analytes
SETS = [row for analyte in ANALYTES.values() for row in analyte.decision_sets]
SCALES = [
    pytest.param(bands, id=f"{row.id} in {unit}")
    for row in SETS
    for unit, bands in row.scales.items()
]
# conditions that no factor of the closed list answers yet: their rows never hold
UNANSWERED = {"fasting"}


def test_the_shipped_catalogue_is_read_once():
    assert load_catalogue() is CATALOGUE


WORKED_OUT = {
    "anion_gap",
    "anion_gap_any",
    "anion_gap_corrected",
    "anion_gap_k",
    "osmolal_gap",
    "osmolality",
    "osmolality_calculated",
    "sodium_corrected",
}


def test_the_thirty_two_tests_are_there_and_what_is_worked_out_of_them():
    assert ANALYTES.keys() > WORKED_OUT
    assert sorted(ANALYTES.keys() - WORKED_OUT) == [
        "active_b12",
        "albumin",
        "alp",
        "bicarbonate",
        "calcium_adjusted",
        "calcium_ionised",
        "calcium_total",
        "chloride",
        "creatinine",
        "crp",
        "egfr",
        "ferritin",
        "folate",
        "glucose",
        "haemoglobin",
        "homocysteine",
        "iron",
        "magnesium",
        "mma",
        "phosphate",
        "plp",
        "potassium",
        "pth",
        "sodium",
        "thiamine",
        "tibc",
        "transferrin",
        "tsat",
        "urea",
        "vitamin_b12",
        "vitamin_d_25oh",
        "zinc",
    ]


@pytest.mark.parametrize("bands", SCALES)
@settings(max_examples=30)
@given(number=st.decimals("0", "5000", places=3))
def test_every_value_lies_in_exactly_one_band(bands, number):
    reach = Reach(Fraction(number), True, Fraction(number), True)  # noqa: FBT003 - both ends belong to a single value

    assert [band.span.side(reach) for band in bands].count(Side.INSIDE) == 1


@pytest.mark.parametrize(
    ("unit", "value", "label"),
    [
        ("nmol/L", "24.9", "deficient"),
        ("nmol/L", "25", "may be inadequate in some people"),
        ("nmol/L", "50", "may be inadequate in some people"),
        ("nmol/L", "50.1", "sufficient"),
        ("ng/mL", "9.9", "deficient"),
        ("ng/mL", "10", "may be inadequate in some people"),
        ("ng/mL", "20", "may be inadequate in some people"),
        ("ng/mL", "20.1", "sufficient"),
    ],
)
def test_vitamin_d_on_a_limit_is_one_category_in_both_printed_units(unit, value, label):
    (row,) = [one for one in SETS if one.id == "vitamin_d_25oh/uk/guideline/ros_uk"]
    number = Fraction(Decimal(value))
    reach = Reach(number, True, number, True)  # noqa: FBT003 - both ends belong to a single value

    inside = [band for band in row.scales[unit] if band.span.side(reach) is Side.INSIDE]

    assert [band.label for band in inside] == [label]


def test_rows_from_memory_are_shipped_and_switched_off():
    proposed = [
        row.id
        for analyte in ANALYTES.values()
        for row in (*analyte.intervals, *analyte.decision_sets, *analyte.critical)
        if row.status == "proposed"
    ]

    assert proposed == [
        "calcium_ionised/uk/critical/0d+",
        "ferritin/who/guideline/who_overload_m",
        "ferritin/who/guideline/who_overload_f",
        "ferritin/who/guideline/who_overload_ill",
        "folate/uk/guideline/bsh_folate",
        "glucose/all/guideline/who_ada_fasting",
        "homocysteine/preg/interval/t1",
        "homocysteine/uk/guideline/hcy_bands",
        "magnesium/preg/interval/t1",
        "magnesium/preg/interval/t2",
        "magnesium/research/guideline/latent_085",
        "mma/uk/interval/16y-65y",
        "mma/uk/interval/65y+",
        "mma/uk/guideline/mma_generic",
        "vitamin_b12/uk_bsh2014/guideline/bsh_2014",
        "vitamin_d_25oh/who/guideline/rickets_2016_toxicity",
        "zinc/who/guideline/izincg_child",
        "zinc/who/guideline/izincg_t1",
        "zinc/who/guideline/izincg_t23",
    ]


@pytest.mark.parametrize("analyte", ANALYTES.values(), ids=lambda analyte: analyte.id)
def test_no_active_row_rests_on_a_recalled_source(analyte):
    rows = (*analyte.intervals, *analyte.decision_sets, *analyte.critical)

    assert [
        row.id
        for row in rows
        if row.status == "active" and CATALOGUE.sources[row.source].evidence != "seen"
    ] == []


def test_every_condition_is_one_that_can_be_reported():
    conditions = {
        row.partition.condition.removeprefix("symptom:")
        for analyte in ANALYTES.values()
        for row in (*analyte.intervals, *analyte.decision_sets, *analyte.critical)
        if row.partition.condition
    }

    answered = {*CATALOGUE.rules.factors, *CATALOGUE.rules.symptoms}
    assert conditions - answered == UNANSWERED


@pytest.mark.parametrize(
    ("text", "analyte"),
    [
        ("potassium", "potassium"),
        (" K ", "potassium"),
        ("BUN", "urea"),
        ("calcium_total", "calcium_total"),
        ("Ionized Calcium", "calcium_ionised"),
        ("25(OH)D", "vitamin_d_25oh"),
        ("HAEMOGLOBIN", "haemoglobin"),
        ("Hgb", "haemoglobin"),
    ],
)
def test_a_test_is_found_by_id_name_and_alias_in_any_case(text, analyte):
    assert CATALOGUE.analyte_named(text) is ANALYTES[analyte]


@pytest.mark.parametrize("text", ["", "calc", "copper", "1,25-dihydroxyvitamin D"])
def test_an_unknown_name_is_not_guessed(text):
    assert CATALOGUE.analyte_named(text) is None


def test_a_loinc_code_finds_its_analyte():
    assert CATALOGUE.analyte_for_code("2823-3") is ANALYTES["potassium"]
    assert CATALOGUE.analyte_for_code("9999-9") is None


@pytest.mark.parametrize("code", ["1649-3", "49054-0", "2955-3", "68438-1", "60493-4"])
def test_a_code_of_something_else_is_refused_by_name(code):
    assert CATALOGUE.analyte_for_code(code) is None
    assert CATALOGUE.look_alikes[code].why


@pytest.mark.parametrize("code", ["1989-3", "14635-7"])
def test_a_code_for_d3_alone_is_accepted_and_says_so(code):
    entry = CATALOGUE.analyte_for_code(code).loinc[code]

    assert entry.note.startswith("D3 only")


def test_every_data_file_has_its_review():
    assert sorted(CATALOGUE.reviews) == data_files(DATA)


def test_no_review_is_overdue():
    assert overdue_reviews(CATALOGUE, datetime.now(UTC).date()) == ()


def test_a_review_is_overdue_from_the_day_after():
    assert overdue_reviews(CATALOGUE, date(2027, 11, 23)) == ()
    assert "analytes/potassium.toml" in overdue_reviews(CATALOGUE, date(2027, 11, 24))


def test_every_source_of_limits_is_one_that_some_row_or_note_names():
    sources = (DATA / "sources.toml").read_text("utf-8")
    names = re.findall(r"^\[sources\.(\w+)\]$", sources, re.MULTILINE)
    others = "\n".join(
        (DATA / name).read_text("utf-8")
        for name in data_files(DATA)
        if name != "sources.toml"
    )

    unused = {name for name in names if name not in others}
    assert {name for name in unused if sources.count(name) == 1} == set()


def test_every_figure_of_biological_variation_is_that_of_its_source_and_follows():
    # worked by hand: 1.96 x sqrt(2) x sqrt(3.5 x 3.5 + 16.9 x 16.9) = 47.84
    printed = {
        one.id: (str(one.variation.rcv95), one.variation.status)
        for one in load_catalogue().analytes.values()
        if one.variation
    }

    assert printed == {
        "sodium": ("2.6", "proposed"),
        "potassium": ("11.8", "proposed"),
        "chloride": ("3.9", "proposed"),
        "bicarbonate": ("13.9", "proposed"),
        "calcium_total": ("6.0", "proposed"),
        "magnesium": ("9.5", "proposed"),
        "phosphate": ("22.2", "proposed"),
        "vitamin_d_25oh": ("24.6", "active"),
        "vitamin_b12": ("31.6", "active"),
        "ferritin": ("47.8", "active"),
    }
