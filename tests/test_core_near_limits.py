"""A value so close to the limit of its class that its method cannot tell the two."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_ranges.interpretation import interpret
from reference_ranges.loading import load_catalogue
from tests.core_panels import WOMAN, aged, observation, panel_of

CATALOGUE = load_catalogue()


def result_of(analyte, value, unit, interval=None, **more):
    panel = panel_of(observation(analyte, value, unit, interval, **more))
    return interpret(panel, CATALOGUE).results[0]


@pytest.mark.parametrize(
    ("analyte", "value", "unit", "limit"),
    [
        # 7.5 % of 350 is 26.25, of 180 is 13.5
        ("vitamin_b12", "377", "ng/L", None),
        ("vitamin_b12", "376", "ng/L", "350"),
        ("vitamin_b12", "350", "ng/L", "350"),
        ("vitamin_b12", "324", "ng/L", "350"),
        ("vitamin_b12", "323", "ng/L", None),
        ("vitamin_b12", "376.25", "ng/L", "350"),
        ("vitamin_b12", "376.26", "ng/L", None),
        ("vitamin_b12", "323.75", "ng/L", "350"),
        ("vitamin_b12", "323.74", "ng/L", None),
        ("vitamin_b12", "193", "ng/L", "180"),
        ("vitamin_b12", "167", "ng/L", "180"),
        ("vitamin_b12", "166", "ng/L", None),
        # 3.4 % of 50 is 1.7
        ("vitamin_d_25oh", "51.7", "nmol/L", "50"),
        ("vitamin_d_25oh", "51.8", "nmol/L", None),
        # each unit by the scale that is printed in it: 3.4 % of 20 is 0.68
        ("vitamin_d_25oh", "20.68", "ng/mL", "20"),
        ("vitamin_d_25oh", "20.69", "ng/mL", None),
        # a proposed figure is never used
        ("potassium", "5.3", "mmol/L", None),
        ("sodium", "133", "mmol/L", None),
    ],
)
def test_a_value_is_near_within_the_scatter_of_its_method(analyte, value, unit, limit):
    near = result_of(analyte, value, unit).near_limit

    assert (near and str(near.limit)) == limit


@pytest.mark.parametrize(
    ("value", "near"), [("103", "100"), ("150", None), ("192", None), ("193", "200")]
)
def test_a_limit_of_another_row_that_closes_the_usual_range_counts_as_well(value, near):
    # 3.5 % of 200 is 7; it is of the set that the one for inflammation displaced
    seen = observation("ferritin", value, "ug/L")
    panel = panel_of(seen, factors=frozenset({"inflammation"}))

    found = interpret(panel, CATALOGUE).results[0].near_limit

    assert (found and str(found.limit)) == near


@pytest.mark.parametrize(("value", "near"), [("20.7", "50"), ("20.8", None)])
def test_a_value_is_held_against_a_limit_in_the_unit_of_the_limit(value, near):
    # one ng/mL is 2.496 nmol/L: 51.67 is within 3.4 % of 50, 51.92 is not
    panel = panel_of(observation("vitamin_d_25oh", value, "ng/mL"), profile="anz")

    found = interpret(panel, CATALOGUE).results[0].near_limit

    assert (found and str(found.limit)) == near


def test_it_says_which_limit_by_how_much_and_from_where():
    found = result_of("vitamin_b12", "345", "ng/L")

    assert found.near_limit.rule == "vitamin_b12/uk/guideline/ng239_total"
    assert (str(found.near_limit.percent), found.near_limit.unit) == ("7.5", "ng/L")
    assert found.near_limit.source == "ozkanay2023"
    assert found.trace[-1].rule == "near_limit:vitamin_b12/uk/guideline/ng239_total"


def test_between_two_bands_that_say_the_same_there_is_no_such_limit():
    # 15 parts "absent" from "low": both are low
    assert result_of("ferritin", "15", "ug/L").near_limit is None
    assert result_of("ferritin", "30", "ug/L").near_limit is not None


@pytest.mark.parametrize("value", ["<350", ">=350", "<=350", "<176", ">355"])
def test_a_side_of_a_number_is_not_close_to_anything(value):
    assert result_of("vitamin_b12", value, "ng/L").near_limit is None


def test_a_value_that_was_not_judged_is_not_close_to_anything():
    nobody_knows = panel_of(
        observation("vitamin_b12", "350", "ng/L"), person=replace(WOMAN, age=None)
    )
    marked = result_of("vitamin_b12", "360", "ng/L", sender_flag="HH")

    assert interpret(nobody_knows, CATALOGUE).results[0].near_limit is None
    assert marked.near_limit is None


def test_an_interval_that_decides_is_what_a_value_is_close_to():
    # a girl of 12: no guideline grades her, the interval of 180 to 914 does
    girl = replace(WOMAN, age=aged(date(2014, 6, 1)))
    panel = panel_of(
        observation("vitamin_b12", "185", "ng/L"), person=girl, profile="us"
    )

    near = interpret(panel, CATALOGUE).results[0].near_limit

    assert (near.rule, str(near.limit)) == ("vitamin_b12/us/interval/0d-18y", "180")


@given(st.integers(100, 700))
def test_the_class_is_that_of_the_number_whether_near_or_not(value):
    found = result_of("vitamin_b12", str(value), "ng/L")

    expected = "N" if value > 350 else "IND" if value >= 180 else "L"
    off = min(abs(Fraction(value) - limit) / limit for limit in (180, 350))
    assert found.code == expected
    assert (found.near_limit is not None) == (off <= Fraction(75, 1000))


def signed(analyte):
    """The catalogue as it would be with the proposed figures of *analyte* signed."""
    entry = CATALOGUE.analytes[analyte]
    active = replace(entry, variation=replace(entry.variation, status="active"))
    return replace(CATALOGUE, analytes={**CATALOGUE.analytes, analyte: active})


@pytest.mark.parametrize(
    ("value", "kind", "limit"),
    [
        ("6.5", "critical", "6.5"),
        ("6.57", "critical", "6.5"),  # 1.2 % of 6.5 is 0.078
        ("6.6", "critical", None),
        ("5.3", "in_range", "5.3"),
    ],
)
def test_once_its_figures_are_signed_a_critical_limit_is_one_to_be_close_to(
    value, kind, limit
):
    panel = panel_of(observation("potassium", value, "mmol/L"))

    found = interpret(panel, signed("potassium")).results[0]

    assert found.outcome.kind == kind
    assert (found.near_limit and str(found.near_limit.limit)) == limit
