"""A result against the patient's earlier ones: what is real, what cannot be told."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_ranges.delta_check import movement, squared_change_value
from reference_ranges.deltas import Doubtful, Movement, Trend
from reference_ranges.interpretation import interpret
from reference_ranges.loading import load_catalogue
from reference_ranges.panel import Earlier, ObservationStatus
from reference_ranges.partitions import Pregnancy
from reference_ranges.readings import parse_reading
from reference_ranges.results import Kind
from tests.core_panels import WOMAN, aged, observation, panel_of

CATALOGUE = load_catalogue()
DAYS = 24 * 60 * 60
Z = CATALOGUE.settings["change_z"]
ACTIVE = [one for one in CATALOGUE.analytes.values() if one.active_variation]


def before(analyte, value, unit, days=30, **more):
    more = {"method": "assay A", **more}
    return Earlier(
        analyte, parse_reading(value), unit, days * DAYS, date(2026, 5, 3), **more
    )


def now(analyte, value, unit, **more):
    return observation(analyte, value, unit, **{"method": "assay A", **more})


def delta_of(seen, *earlier, **more):
    found = interpret(panel_of(seen, earlier=earlier, **more), CATALOGUE)
    return found.results[0].delta


def square(analyte):
    return squared_change_value(CATALOGUE.analytes[analyte].active_variation, Z)


def test_three_tests_have_active_figures_and_seven_are_proposed():
    proposed = [
        one.id
        for one in CATALOGUE.analytes.values()
        if one.variation and not one.active_variation
    ]

    assert {one.id for one in ACTIVE} == {"vitamin_d_25oh", "vitamin_b12", "ferritin"}
    assert len(proposed) == 7


@pytest.mark.parametrize(
    ("analyte", "value", "earlier", "unit", "expected"),
    [
        # 47.8 % of the mean of 100 and 162.8 is 62.8
        ("ferritin", "162", "100", "ug/L", Movement.WITHIN),
        ("ferritin", "163", "100", "ug/L", Movement.UP),
        ("ferritin", "100", "163", "ug/L", Movement.DOWN),
        ("ferritin", "100", "100", "ug/L", Movement.WITHIN),
        # 31.6 % of the mean of 300 and 413 is 113
        ("vitamin_b12", "412", "300", "ng/L", Movement.WITHIN),
        ("vitamin_b12", "413", "300", "ng/L", Movement.UP),
        # 24.6 % of the mean of 50.0 and 64.1 is 14.0
        ("vitamin_d_25oh", "64.0", "50.0", "nmol/L", Movement.WITHIN),
        ("vitamin_d_25oh", "64.1", "50.0", "nmol/L", Movement.UP),
        ("vitamin_d_25oh", "39.0", "50.0", "nmol/L", Movement.DOWN),
    ],
)
def test_a_change_is_real_from_the_reference_change_value_on(
    analyte, value, earlier, unit, expected
):
    found = delta_of(now(analyte, value, unit), before(analyte, earlier, unit))

    assert found.movement is expected
    assert found.code == {"up": "U", "down": "D"}.get(expected)


def test_a_change_says_from_what_by_how_much_and_by_which_figure():
    found = delta_of(
        now("ferritin", "31.5", "ug/L"), before("ferritin", "9", "ug/L", days=200)
    )

    assert found.previous.earlier.reading.text == "9"
    assert found.difference == Fraction(45, 2)
    assert found.change_value == Decimal("47.8")
    assert found.source == "ozkanay2023"
    assert found.rule == "ferritin/biological_variation"


def test_the_working_and_the_sources_hold_the_change():
    panel = panel_of(
        now("ferritin", "31.5", "ug/L"), earlier=(before("ferritin", "9", "ug/L"),)
    )

    found = interpret(panel, CATALOGUE)

    step = found.results[0].trace[-1]
    assert step.rule == "delta:ferritin/biological_variation"
    assert step.gave == "up (U)"
    assert ("difference", "22.5 ug/L") in step.inputs
    assert "ozkanay2023" in {one.id for one in found.sources}


def test_the_class_and_its_code_stand_beside_the_change():
    panel = panel_of(
        now("ferritin", "9", "ug/L"), earlier=(before("ferritin", "90", "ug/L"),)
    )

    found = interpret(panel, CATALOGUE).results[0]

    assert (found.code, found.delta.code) == ("L", "D")


CANNOT = [
    ("no active figure", ("potassium", "6.0", "mmol/L"), ("3.0", {}), {}),
    ("different method", ("ferritin", "90", "ug/L"), ("9", {"method": "B"}), {}),
    ("method unknown", ("ferritin", "90", "ug/L"), ("9", {"method": ""}), {}),
    ("censored reading", ("ferritin", "90", "ug/L"), ("<9", {}), {}),
    ("censored reading", ("ferritin", ">1000", "ug/L"), ("9", {}), {}),
    (
        "other season",
        ("vitamin_d_25oh", "90", "nmol/L"),
        ("30", {"days": 61}),
        {},
    ),
    (
        "other population",
        ("ferritin", "90", "ug/L"),
        ("9", {}),
        {"person": replace(WOMAN, pregnancy=Pregnancy.YES, weeks=20)},
    ),
    (
        "other population",
        ("ferritin", "90", "ug/L"),
        ("9", {}),
        {"person": replace(WOMAN, age=aged(date(2012, 6, 1)))},
    ),
    (
        "other population",
        ("ferritin", "90", "ug/L"),
        ("9", {}),
        {"person": replace(WOMAN, age=None)},
    ),
]


@pytest.mark.parametrize(("why", "sent", "earlier", "more"), CANNOT)
def test_where_it_cannot_be_told_it_says_why_and_sends_no_code(
    why, sent, earlier, more
):
    analyte, _, unit = sent
    value, details = earlier

    found = delta_of(now(*sent), before(analyte, value, unit, **details), **more)

    assert found.movement is Movement.CANNOT_TELL
    assert found.doubt is Doubtful(why.replace(" ", "_"))
    assert (found.code, found.trend) == (None, None)


@pytest.mark.parametrize(
    "sent",
    [
        {"status": ObservationStatus.CANCELLED},
        {"sender_flag": "??"},
        {"sender_flag": "HH"},
    ],
)
def test_a_value_that_is_not_taken_at_its_word_is_not_compared(sent):
    found = delta_of(
        now("ferritin", "90", "ug/L", **sent), before("ferritin", "9", "ug/L")
    )

    assert found.doubt is Doubtful.RESULT_NOT_USABLE


def test_a_value_of_a_sample_that_may_be_at_fault_is_not_compared():
    seen = now("vitamin_b12", "900", "ng/L")

    earlier = before("vitamin_b12", "300", "ng/L")

    clean = delta_of(seen, earlier)
    haemolysed = delta_of(seen, earlier, conditions=frozenset({"haemolysed"}))

    assert clean.movement is Movement.UP
    assert haemolysed.doubt is Doubtful.RESULT_NOT_USABLE


@pytest.mark.parametrize(
    ("methods", "laboratories", "same"),
    [
        (("A", "a "), ("", ""), True),
        (("A", "B"), ("X", "X"), False),
        (("A", ""), ("X", "X"), None),
        (("", ""), ("North  Lab", "north lab"), True),
        (("", ""), ("North", "South"), False),
        (("", ""), ("North", ""), None),
        (("", ""), ("", ""), None),
    ],
)
def test_results_are_alike_by_method_and_else_by_laboratory(
    methods, laboratories, same
):
    seen = now("ferritin", "90", "ug/L", method=methods[0])
    earlier = before(
        "ferritin", "9", "ug/L", method=methods[1], laboratory=laboratories[1]
    )

    found = delta_of(seen, earlier, laboratory=laboratories[0])

    assert found.previous.same_method is same


def test_winter_is_held_against_the_winter_before():
    year_ago = before("vitamin_d_25oh", "30", "nmol/L", days=365)

    found = delta_of(now("vitamin_d_25oh", "90", "nmol/L"), year_ago)

    assert found.movement is Movement.UP


def test_the_newest_of_several_is_the_one_compared_with_and_none_is_averaged():
    older = before("ferritin", "300", "ug/L", days=90)
    newer = before("ferritin", "88", "ug/L", days=10)

    found = delta_of(now("ferritin", "90", "ug/L"), older, newer)

    assert [one.earlier for one in found.past] == [newer, older]
    assert found.difference == 2
    assert found.movement is Movement.WITHIN


def test_the_five_newest_of_many_stand_beside_a_result():
    many = [before("ferritin", "88", "ug/L", days=10 * one) for one in range(1, 8)]

    found = delta_of(now("ferritin", "90", "ug/L"), *reversed(many))

    assert [one.earlier for one in found.past] == many[:5]


def test_two_earlier_results_of_one_moment_are_not_chosen_from():
    one = before("ferritin", "300", "ug/L")
    other = before("ferritin", "10", "ug/L")

    assert delta_of(now("ferritin", "90", "ug/L"), one, other).doubt is (
        Doubtful.SEVERAL_AT_ONCE
    )
    assert delta_of(now("ferritin", "90", "ug/L"), one, one).doubt is None


@pytest.mark.parametrize(
    ("values", "trend"),
    [
        (("20", "40", "80"), Trend.RISING),
        (("80", "40", "20"), Trend.FALLING),
        (("20", "40", "45"), None),  # the last step is no more than chance
        (("40", "45", "90"), None),  # the first is not
        (("40", "20", "40", "80"), Trend.RISING),  # whatever was before
        (("40", "80", "40", "20"), Trend.FALLING),
        (("80", "20", "60"), None),  # there and back
        (("20", "60"), None),  # one change is no trend
    ],
)
def test_a_trend_is_two_real_changes_in_a_row_the_same_way(values, trend):
    *older, value = values
    earlier = [
        before("ferritin", one, "ug/L", days=30 * (len(older) - at))
        for at, one in enumerate(older)
    ]

    assert delta_of(now("ferritin", value, "ug/L"), *earlier).trend is trend


def test_a_trend_never_leads_over_another_method():
    first = before("ferritin", "20", "ug/L", days=60, method="assay B")
    second = before("ferritin", "40", "ug/L", days=30)

    found = delta_of(now("ferritin", "80", "ug/L"), first, second)

    assert (found.movement, found.trend) == (Movement.UP, None)


def test_a_trend_of_vitamin_d_is_told_where_each_two_results_are_of_one_season():
    months = [
        before("vitamin_d_25oh", "30", "nmol/L", days=60),
        before("vitamin_d_25oh", "50", "nmol/L", days=30),
    ]

    assert delta_of(now("vitamin_d_25oh", "80", "nmol/L"), *months).trend is (
        Trend.RISING
    )


def test_results_of_another_test_are_nothing_to_compare_with():
    found = delta_of(now("ferritin", "90", "ug/L"), before("potassium", "4", "mmol/L"))

    assert found is None


def test_a_test_that_nobody_knows_has_no_past():
    unknown = observation("ferritin", "22", "ug/L")
    unknown = replace(unknown, analyte=None, name="ALT", unit=None)
    panel = panel_of(unknown, earlier=(before("ferritin", "9", "ug/L"),))

    assert interpret(panel, CATALOGUE).results[0].delta is None


def test_an_earlier_result_is_shown_though_this_one_could_not_be_read():
    unread = replace(now("ferritin", "90", "ug/L"), reading=None, unit=None)

    found = delta_of(unread, before("ferritin", "9", "ug/L"))

    assert found.previous.earlier.reading.text == "9"
    assert (found.previous.number, found.difference) == (None, None)


def test_a_computed_value_has_no_past():
    panel = panel_of(
        observation("creatinine", "70", "umol/L"),
        earlier=(before("egfr", "90", "mL/min/{1.73_m2}"),),
    )

    assert [one.delta for one in interpret(panel, CATALOGUE).derived] == [None]


# ---- Laws ------------------------------------------------------------------------

amounts = st.decimals("0.1", 2000, places=1).map(Fraction)
squares = st.sampled_from([square(one.id) for one in ACTIVE])
active = st.sampled_from(
    [
        ("ferritin", ("ug/L", "ng/mL", "ng/dL", "mg/L")),
        ("vitamin_b12", ("pmol/L", "pg/mL", "ng/L", "ng/dL")),
        ("vitamin_d_25oh", ("nmol/L", "ng/mL")),
    ]
)
OPPOSITE = {Movement.UP: Movement.DOWN, Movement.DOWN: Movement.UP}


@given(amounts, amounts, squares)
def test_reversing_time_swaps_up_and_down(new, old, value):
    there, back = movement(new, old, value), movement(old, new, value)

    assert back is OPPOSITE.get(there, there)


@given(amounts, amounts, squares, st.fractions("1/1000", 1000))
def test_a_unit_never_changes_what_is_real(new, old, value, factor):
    assert movement(new * factor, old * factor, value) is movement(new, old, value)


@given(active, st.data())
def test_a_change_is_the_same_in_whatever_units_the_two_came(which, data):
    analyte, units = which
    entry = CATALOGUE.analytes[analyte]
    new, old = data.draw(st.lists(st.integers(20, 90), min_size=2, max_size=2))
    unit, other = data.draw(st.sampled_from(units)), data.draw(st.sampled_from(units))
    here, there = entry.units[unit].to_si, entry.units[other].to_si
    moved = Fraction(old) * here / there
    text = f"{float(moved):.9f}"
    exact = Fraction(text) == moved

    plain = delta_of(now(analyte, str(new), unit), before(analyte, str(old), unit))
    mixed = delta_of(now(analyte, str(new), unit), before(analyte, text, other))

    if exact:
        assert mixed.movement is plain.movement
        assert mixed.difference == plain.difference
    assert mixed.doubt is plain.doubt


@given(active, st.data())
def test_an_earlier_result_lowers_no_urgency_and_turns_nothing_in_range(which, data):
    analyte, units = which
    unit = units[0]
    value, old = data.draw(st.lists(st.integers(1, 900), min_size=2, max_size=2))
    panel = panel_of(now(analyte, str(value), unit))
    earlier = (before(analyte, str(old), unit, days=data.draw(st.integers(1, 900))),)

    alone = interpret(panel, CATALOGUE)
    beside = interpret(replace(panel, earlier=earlier), CATALOGUE)

    assert beside.urgency is alone.urgency
    assert beside.overview == alone.overview
    assert beside.findings == alone.findings
    first, second = alone.results[0], beside.results[0]
    kept = ("outcome", "code", "severity", "urgency", "relations", "summary")
    assert all(getattr(first, one) == getattr(second, one) for one in kept)


@given(st.permutations([10, 40, 90, 90, 200]))
def test_the_order_in_which_earlier_results_come_changes_nothing(days):
    values = {10: "20", 40: "60", 90: "130", 200: "9"}
    earlier = [before("ferritin", values[one], "ug/L", days=one) for one in days]

    found = delta_of(now("ferritin", "5", "ug/L"), *earlier)

    assert [one.earlier.seconds_before // DAYS for one in found.past] == [
        10,
        40,
        90,
        200,
    ]


def test_without_a_past_nothing_is_said_of_one():
    found = interpret(panel_of(now("ferritin", "90", "ug/L")), CATALOGUE)

    assert found.results[0].delta is None
    assert found.results[0].outcome.kind is Kind.IN_RANGE


# Four years are 1461 days: the seasons come back, leap year and all.
@pytest.mark.parametrize("days", [60, 1461 + 60])
def test_sixty_days_are_one_season_and_a_second_more_is_not(days):
    sixty = before("vitamin_d_25oh", "30", "nmol/L", days=days)
    more = replace(sixty, seconds_before=days * DAYS + 1)
    seen = now("vitamin_d_25oh", "90", "nmol/L")

    assert delta_of(seen, sixty).movement is Movement.UP
    assert delta_of(seen, more).doubt is Doubtful.OTHER_SEASON


@pytest.mark.parametrize(
    ("birth", "doubt"),
    [(date(2010, 11, 20), None), (date(2010, 11, 21), Doubtful.OTHER_POPULATION)],
)
def test_the_figures_of_adults_are_used_from_the_sixteenth_birthday_on(birth, doubt):
    person = replace(WOMAN, age=aged(birth))
    earlier = before("ferritin", "9", "ug/L")

    found = delta_of(now("ferritin", "90", "ug/L"), earlier, person=person)

    assert found.doubt is doubt


def test_a_change_of_just_the_reference_change_value_is_no_more_than_chance():
    # from 1 to 3 is by 100 % of their mean
    assert movement(Fraction(3), Fraction(1), Fraction(100**2)) is Movement.WITHIN
    assert movement(Fraction(3), Fraction(1), Fraction(99**2)) is Movement.UP


def test_an_earlier_result_in_a_unit_that_is_no_longer_known_is_left_out():
    old = replace(before("ferritin", "9", "ug/L"), unit="pmol/L")

    assert delta_of(now("ferritin", "90", "ug/L"), old) is None
