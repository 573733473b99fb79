"""Foods: printed only for a low result, and only where they cannot harm."""

import pytest

from tests.reports.panels import (
    observation,
    page_for,
)
from tests.reports.prose import text_of


@pytest.mark.parametrize(
    ("factors", "printed"),
    [
        ([], True),
        (["drug_metformin"], True),
        (["ckd"], False),
        (["dialysis"], False),
        (["drug_acei_arb"], False),
        (["drug_ksparing"], False),
    ],
)
def test_potassium_foods_are_kept_back_where_they_may_harm(factors, printed):
    low = observation("potassium", "3.3", "mmol/L")

    page = page_for(low, factors=factors)

    assert ("bananas" in text_of(page)) is printed


@pytest.mark.parametrize(
    ("low", "beside", "factors", "food"),
    [
        (("magnesium", "0.65", "mmol/L"), None, ["ckd"], "brown rice"),
        (
            ("magnesium", "0.65", "mmol/L"),
            ("creatinine", "200", "umol/L"),
            [],
            "brown rice",
        ),
        (
            ("potassium", "3.3", "mmol/L"),
            ("creatinine", "200", "umol/L"),
            [],
            "bananas",
        ),
        (("calcium_adjusted", "2.15", "mmol/L"), None, ["kidney_stones"], "cheese"),
        (("vitamin_d_25oh", "20", "nmol/L"), None, ["kidney_stones"], "oily fish"),
        (
            ("vitamin_d_25oh", "20", "nmol/L"),
            ("calcium_adjusted", "2.8", "mmol/L"),
            [],
            "oily fish",
        ),
        (
            ("calcium_adjusted", "2.15", "mmol/L"),
            ("vitamin_d_25oh", "300", "nmol/L"),
            [],
            "cheese",
        ),
    ],
)
def test_foods_of_a_low_result_are_kept_back_where_they_may_harm(
    low, beside, factors, food
):
    others = [observation(*beside)] if beside else []

    alone = page_for(observation(*low))
    together = page_for(observation(*low), *others, factors=factors)

    assert food in text_of(alone)
    assert food not in text_of(together)


@pytest.mark.parametrize(
    ("analyte", "value", "unit", "food"),
    [
        ("potassium", "5.9", "mmol/L", "bananas"),
        ("magnesium", "1.3", "mmol/L", "brown rice"),
        ("calcium_adjusted", "2.8", "mmol/L", "cheese"),
        ("vitamin_d_25oh", "300", "nmol/L", "oily fish"),
        ("sodium", "128", "mmol/L", "Foods"),
    ],
)
def test_a_high_result_and_sodium_have_no_foods(analyte, value, unit, food):
    assert food not in text_of(page_for(observation(analyte, value, unit)))


@pytest.mark.parametrize("diet", ["diet_vegan", "diet_vegetarian"])
def test_people_who_eat_no_meat_read_of_plants(diet):
    low = observation("calcium_adjusted", "2.15", "mmol/L")

    text = text_of(page_for(low, factors=[diet]))

    assert "Plant foods that have it: plant drinks with added calcium" in text
    assert "cheese" not in text
