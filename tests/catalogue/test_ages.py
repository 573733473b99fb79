"""Age at collection: calendar ages, half-open, on every edge that a row prints."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference_ranges.loading import load_catalogue
from reference_ranges.partitions import (
    Age,
    AgeLimit,
    earliest_and_latest,
    reached,
)

DAY = timedelta(days=1)
ROWS = [
    row
    for analyte in load_catalogue().analytes.values()
    for row in (*analyte.intervals, *analyte.decision_sets, *analyte.critical)
]
LIMITS = {
    limit
    for row in ROWS
    for limit in (row.partition.age_from, row.partition.age_to)
    if limit is not None and limit.number
}
EDGES = sorted(LIMITS, key=lambda limit: limit.age)
BIRTHS = [date(2004, 2, 29), date(2001, 1, 31), date(1999, 12, 31), date(2003, 6, 15)]
births = st.dates(date(1900, 1, 1), date(2020, 12, 31))


def _completes(birth, limit):
    """Return the day on which someone reaches a limit, by the calendar alone."""
    if limit.unit in {"d", "w"}:
        return birth + limit.number * (7 if limit.unit == "w" else 1) * DAY
    months = limit.number * (12 if limit.unit == "y" else 1) + birth.month - 1
    year, month = birth.year + months // 12, months % 12 + 1
    try:
        return birth.replace(year=year, month=month)
    except ValueError:  # no such day in that month: the first of the next one
        return date(year + month // 12, month % 12 + 1, 1)


@pytest.mark.parametrize("limit", EDGES, ids=lambda edge: f"{edge.number}{edge.unit}")
@pytest.mark.parametrize("birth", BIRTHS, ids=str)
def test_a_limit_is_reached_on_its_day_and_not_on_the_day_before(birth, limit):
    day = _completes(birth, limit)

    assert not reached(Age.between(birth, day - DAY), limit)
    assert reached(Age.between(birth, day), limit)
    assert reached(Age.between(birth, day + DAY), limit)


@pytest.mark.parametrize(
    ("day", "years"),
    [
        (date(2020, 2, 28), 15),
        (date(2020, 2, 29), 16),
        (date(2021, 2, 28), 16),
        (date(2021, 3, 1), 17),
    ],
)
def test_someone_born_on_29_february_completes_a_year_on_1_march(day, years):
    assert Age.between(date(2004, 2, 29), day).years == years


@settings(max_examples=30)
@given(birth=births, year=st.integers(1, 65))
def test_a_birthday_completes_the_year_and_the_day_before_does_not(birth, year):
    day = _completes(birth, AgeLimit(year, "y"))

    assert Age.between(birth, day).years == year
    assert Age.between(birth, day - DAY).years == year - 1


@settings(max_examples=30)
@given(birth=births, days=st.integers(0, 40_000))
def test_nobody_grows_younger(birth, days):
    age = Age.between(birth, birth + days * DAY)
    next_day = Age.between(birth, birth + (days + 1) * DAY)

    assert (next_day.days, next_day.months >= age.months) == (age.days + 1, True)


def test_a_sample_cannot_be_taken_before_birth():
    with pytest.raises(ValueError, match="before birth"):
        Age.between(date(2020, 1, 2), date(2020, 1, 1))


@pytest.mark.parametrize(
    ("number", "unit", "age"),
    [
        (4, "w", Age(28, 0, 0)),
        (15, "d", Age(15, 0, 0)),
        (30, "d", Age(30, 0, 0)),  # a twelfth of 365.25 days is not full yet
        (31, "d", Age(31, 1, 0)),
        (1460, "d", Age(1460, 47, 3)),
        (1461, "d", Age(1461, 48, 4)),
        (6, "mo", Age(182, 6, 0)),
        (16, "y", Age(5844, 192, 16)),
    ],
)
def test_a_limit_is_an_age_in_all_three_units(number, unit, age):
    assert AgeLimit(number, unit).age == age


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("1971-03-04", date(1971, 3, 4), date(1971, 3, 4)),
        ("1971-02", date(1971, 2, 1), date(1971, 2, 28)),
        ("1972-02", date(1972, 2, 1), date(1972, 2, 29)),
        ("1971", date(1971, 1, 1), date(1971, 12, 31)),
    ],
)
def test_a_birth_date_may_be_of_any_precision(text, earliest, latest):
    assert earliest_and_latest(text) == (earliest, latest)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "71",
        "1971-3",
        "1971-02-30",
        "1971-13",
        "04.03.1971",
        "19710304",
        "1971-03-04-05",
        "\u0661\u0669\u0667\u0661",
        "unknown",
        "0000",
    ],
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        earliest_and_latest(text)
