"""Unit mix-ups: each signature held or asked about, and those that no size shows."""

from decimal import Decimal

import pytest

from reference_ranges.interpretation import interpret
from reference_ranges.judging.checks import checks_for
from reference_ranges.loading import load_catalogue
from reference_ranges.panel import Reason
from reference_ranges.readings import parse_reading
from reference_ranges.results import Kind, Urgency
from tests.core_panels import observation, panel_of

CATALOGUE = load_catalogue()
LOOKED_FOR = ("certain", "likely", "possible")
# Rows that say nothing of a size: the two readings of each are both everyday ones.
UNSEEN = {"vitd_swap", "b12_swap", "urea_bun", "crp_swap", "folate_swap"}
# Grave anaemia lies there: a question would hide it.
UNASKED = {"hb_mmol"}


def units_of(row):
    """The units of ours that a row names; some stand in a spelling of their own."""
    analyte = CATALOGUE.analytes[row.analyte]
    return [unit for unit in row.stated_unit.split(" or ") if unit in analyte.units]


SIGNATURES = [
    pytest.param(row, unit, value, id=f"{row.id} {value} {unit}")
    for row in CATALOGUE.mix_ups
    if row.certainty in LOOKED_FOR
    for unit in units_of(row)
    for value in (row.value_from, (row.value_from + row.value_to) / 2, row.value_to)
]


def read(analyte, value, unit, interval=None, **more):
    panel = panel_of(observation(analyte, value, unit, interval), **more)
    return interpret(panel, CATALOGUE)


@pytest.mark.parametrize("analyte", CATALOGUE.analytes)
def test_a_value_on_a_limit_of_the_credible_is_credible_and_of_the_usual_usual(analyte):
    limits = CATALOGUE.analytes[analyte].plausible
    ruler = checks_for(CATALOGUE, analyte, limits.unit).plausible
    expected = {limits.soft_max: 2, limits.hard_max: 3}
    if 0 < limits.hard_min < limits.soft_min:
        expected |= {limits.hard_min: 1, limits.soft_min: 2}

    for limit, zone in expected.items():
        assert ruler.zones_of(parse_reading(f"{limit:f}").extent) == (zone, zone)


@pytest.mark.parametrize("row", CATALOGUE.mix_ups, ids=lambda row: row.id)
def test_both_ends_of_a_signature_belong_to_it(row):
    for unit in units_of(row):
        for found, ruler in checks_for(CATALOGUE, row.analyte, unit).mix_ups:
            ends = (found.value_from, found.value_to)
            extents = [parse_reading(f"{end:f}").extent for end in ends]
            assert [ruler.zones_of(extent) for extent in extents] == [(1, 1), (1, 1)]


def test_all_thirty_three_signatures_are_there_and_those_that_no_size_shows_are_named():
    ours = {"ica_mmol_as_mgdl", "k_mmol_as_mgdl"}
    rows = {row.id: row.certainty for row in CATALOGUE.mix_ups}

    assert len(rows.keys() - ours) == 33
    assert {id_ for id_, one in rows.items() if one == "undetectable"} == (
        UNSEEN | UNASKED
    )
    assert {id_ for id_, one in rows.items() if one == "harmless"} == {"ferritin_swap"}


@pytest.mark.parametrize("row", CATALOGUE.mix_ups, ids=lambda row: row.id)
def test_each_signature_that_is_looked_for_is_of_a_unit_we_take_or_refuse(row):
    refused = {"vitd_pmol"}  # no unit of vitamin D: such a row is refused by its unit

    looked_for = row.certainty in LOOKED_FOR
    assert bool(units_of(row)) == (row.id not in refused) or not looked_for


@pytest.mark.parametrize(("row", "unit", "value"), SIGNATURES)
def test_a_value_of_another_units_size_is_never_called_in_range(row, unit, value):
    found = read(row.analyte, f"{value:f}", unit)
    (result,) = found.results

    assert result.outcome.kind in {Kind.NOT_INTERPRETED, Kind.INDETERMINATE}
    assert {one.code for one in found.findings} & {
        "suspected_unit_mix_up",
        "implausible_value",
    }


@pytest.mark.parametrize(
    ("analyte", "value", "reason"),
    [
        ("potassium", "4.1", Reason.SUSPECTED_UNIT_MIX_UP),
        ("sodium", "140", Reason.IMPLAUSIBLE),
        ("chloride", "103", Reason.IMPLAUSIBLE),
    ],
)
def test_a_figure_of_mmol_that_is_called_mg_is_held_and_never_judged(
    analyte, value, reason
):
    found = read(analyte, value, "mg/dL")
    (result,) = found.results

    assert result.outcome.kind is Kind.NOT_INTERPRETED
    assert result.outcome.reason is reason


@pytest.mark.parametrize(
    ("analyte", "value"), [("potassium", "16"), ("sodium", "322"), ("chloride", "365")]
)
def test_what_may_well_be_mg_is_judged(analyte, value):
    (result,) = read(analyte, value, "mg/dL").results

    assert result.outcome.kind is Kind.IN_RANGE


def rows_of(analyte, unit, value):
    """The signatures that a value has; two of them may meet in it."""
    return {
        row.id: row
        for row in CATALOGUE.mix_ups
        if row.analyte == analyte and unit in units_of(row)
        if row.value_from <= value <= row.value_to
    }


@pytest.mark.parametrize(("row", "unit", "value"), SIGNATURES)
def test_the_suspicion_names_the_stated_unit_and_the_suspected_one(row, unit, value):
    found = read(row.analyte, f"{value:f}", unit)

    (suspicion,) = [
        one for one in found.findings if one.code == "suspected_unit_mix_up"
    ]
    named = rows_of(row.analyte, unit, value)[suspicion.rule]
    assert dict(suspicion.params) == {
        "stated": named.stated_unit,
        "suspected": named.suspect_unit,
    }


# Columns: analyte, value, the unit it came with, the laboratory's own interval, and the
# unit that this interval has the size of.
BY_INTERVAL = [
    ("vitamin_d_25oh", "20", "ng/mL", "50-125", "nmol/L"),
    ("vitamin_d_25oh", "80", "nmol/L", "20-50", "ng/mL"),
    ("calcium_total", "2.4", "mg/dL", "2.20-2.60", "mmol/L"),
    ("glucose", "5.0", "mg/dL", "4.0-6.0", "mmol/L"),
    ("creatinine", "0.9", "umol/L", "0.6-1.2", "mg/dL"),
    ("haemoglobin", "14", "g/L", "12-16", "g/dL"),
    ("iron", "15", "ug/dL", "10-30", "umol/L"),
]


@pytest.mark.parametrize(("analyte", "value", "unit", "interval", "other"), BY_INTERVAL)
def test_the_senders_own_interval_in_another_units_size_holds_the_value(
    analyte, value, unit, interval, other
):
    found = read(analyte, value, unit, interval)
    (result,) = found.results
    suspicions = [one for one in found.findings if one.code == "suspected_unit_mix_up"]

    assert result.outcome.kind is Kind.NOT_INTERPRETED
    assert other in {dict(one.params)["suspected"] for one in suspicions}


@pytest.mark.parametrize("id_", sorted(UNSEEN))
def test_where_no_size_can_tell_both_readings_are_taken_at_their_word(id_):
    (row,) = [one for one in CATALOGUE.mix_ups if one.id == id_]
    middle = (row.value_from + row.value_to) / Decimal(4)

    for unit in CATALOGUE.analytes[row.analyte].units:
        found = read(row.analyte, f"{middle:f}", unit)
        assert row.id not in {one.rule for one in found.findings}


def test_a_value_that_is_grave_as_stated_keeps_its_alarm_beside_the_question():
    found = read("glucose", "5.0", "mg/dL")

    assert found.urgency >= Urgency.TODAY
    assert "suspected_unit_mix_up" in {one.code for one in found.findings}
