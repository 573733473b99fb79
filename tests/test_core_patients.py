"""Patients whom no row of the catalogue tells apart share what is chosen for them."""

from dataclasses import replace
from datetime import date

import pytest

from reference_ranges.judging.benches import bench_for, who_of
from reference_ranges.loading import load_catalogue
from tests.core_panels import WOMAN, aged, panel_of

CATALOGUE = load_catalogue()


def bench_of(birth, **more):
    person = replace(WOMAN, age=birth and aged(birth))
    return bench_for(CATALOGUE, who_of(panel_of(person=person, **more), CATALOGUE))


def test_two_women_of_40_and_41_have_the_same_limits():
    assert bench_of(date(1986, 1, 1)) is bench_of(date(1985, 1, 1))


def test_what_no_row_asks_for_changes_no_limit():
    asked = bench_of(date(1986, 1, 1), factors=frozenset({"drug_ppi"}))

    assert asked is bench_of(date(1986, 1, 1))


@pytest.mark.parametrize(
    ("younger", "older"),
    [
        (date(2008, 11, 21), date(2008, 11, 20)),  # 18 tomorrow, 18 today
        (date(2026, 10, 24), date(2026, 10, 23)),  # 27 days, 4 weeks
        (date(1986, 1, 1), None),
    ],
)
def test_a_limit_of_age_is_kept_to_the_day(younger, older):
    assert bench_of(younger) is not bench_of(older)


def test_a_condition_that_a_row_asks_for_counts():
    inflamed = bench_of(date(1986, 1, 1), factors=frozenset({"inflammation"}))

    assert inflamed is not bench_of(date(1986, 1, 1))
