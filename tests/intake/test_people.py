"""Whose panel it is: read exactly, or refused by name and place."""

from datetime import UTC, datetime, timedelta

import pytest

from reference_ranges.panel import Person
from reference_ranges.partitions import Age, AgeRange, Pregnancy, Sex
from service.intake.reading import read_draft

from .conftest import NOW


def read(document, door):
    return read_draft(document, b"", "json", door)


def codes(draft):
    return [(fault.pointer, fault.code) for fault in draft.faults]


def born(document, birth_date, collected_at="2026-11-20T08:40:00+00:00"):
    document["patient"]["birth_date"] = birth_date
    document["specimen"]["collected_at"] = collected_at
    return document


@pytest.mark.parametrize(
    ("birth_date", "collected_at", "years"),
    [
        ("2000-06-15", "2026-06-14T12:00:00+01:00", 25),
        ("2000-06-15", "2026-06-15T12:00:00+01:00", 26),
        ("2004-02-29", "2026-02-28T12:00:00+00:00", 21),
        ("2004-02-29", "2026-03-01T12:00:00+00:00", 22),
        # half past midnight in London is the day before in UTC
        ("2000-06-15", "2026-06-14T23:30:00+00:00", 26),
        ("2000-06-15", "2026-06-14T22:30:00+00:00", 25),
        # the same moment, told in another zone
        ("2000-06-15", "2026-06-15T08:30:00+09:00", 26),
        ("2000-06-15", "2026-06-15T07:30:00+09:00", 25),
    ],
)
def test_age_is_the_calendar_age_at_collection_in_the_clinics_zone(
    document, door, birth_date, collected_at, years
):
    draft = read(born(document, birth_date, collected_at), door)

    age = draft.submission.panel.person.age
    assert (age.youngest.years, age.oldest.years) == (years, years)


@pytest.mark.parametrize(
    ("birth_date", "youngest", "oldest"),
    [("2000", 25, 26), ("2000-11", 25, 26), ("2000-10", 26, 26)],
)
def test_a_birth_date_of_lower_precision_gives_a_range_of_ages(
    document, door, birth_date, youngest, oldest
):
    age = read(born(document, birth_date), door).submission.panel.person.age

    assert (age.youngest.years, age.oldest.years) == (youngest, oldest)


def test_a_child_born_this_month_may_be_newborn(document, door):
    age = read(born(document, "2026-11"), door).submission.panel.person.age

    assert age == AgeRange(Age(0, 0, 0), Age(19, 0, 0))


def test_nothing_known_of_the_patient_stays_unknown(document, door):
    del document["patient"], document["specimen"]

    draft = read(document, door)

    assert draft.submission.panel.person == Person()
    assert draft.submission.collected_at is None
    assert draft.submission.panel.specimen == ""


def test_a_birth_date_without_a_collection_time_is_no_age(document, door):
    draft = read(born(document, "1971-03-04", ""), door)

    assert draft.submission.panel.person.age is None
    assert draft.submission.identity.birth_date == "1971-03-04"


@pytest.mark.parametrize(
    ("birth_date", "code"),
    [
        ("1971-3-4", "not_a_date"),
        ("04/03/1971", "not_a_date"),
        ("19710304", "not_a_date"),
        ("1971-02-29", "not_a_date"),
        ("1971-13", "not_a_date"),
        ("٢٠٠٠", "not_a_date"),
        ("0000", "not_a_date"),
        ("2026-11-21", "collected_before_birth"),
        ("2027", "collected_before_birth"),
        ("1895-11-20", "birth_date_implausible"),
        ("0001-01-01", "birth_date_implausible"),
    ],
)
def test_a_birth_date_that_cannot_be_is_refused_by_name(
    document, door, birth_date, code
):
    draft = read(born(document, birth_date), door)

    assert draft.submission is None
    assert codes(draft) == [("/patient/birth_date", code)]


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20",
        "2026-11-20T08:40:00",
        "2026-11-20 08:40:00+00:00",
        "20261120T084000Z",
        "2026-W47-5T08:40:00Z",
        "2026-11-20T24:00:00Z",
        "2026-11-20T08:40:60Z",
        "2026-11-31T08:40:00Z",
        "2026-11-20T08:40:00+25:00",
        "0001-01-01T00:00:00+14:00",
        "٢٠٢٦-11-20T08:40:00Z",
        "yesterday",
    ],
)
def test_a_collection_time_without_day_hour_and_offset_is_refused(document, door, text):
    draft = read(born(document, "1971-03-04", text), door)

    assert codes(draft) == [("/specimen/collected_at", "not_a_time")]


def test_a_day_in_place_of_a_time_is_refused_naming_the_field_for_days(document, door):
    (fault,) = read(born(document, "1971-03-04", "2026-11-20"), door).faults

    assert fault.allowed == ("YYYY-MM-DDTHH:MM:SS+HH:MM", "collected_on: YYYY-MM-DD")


def test_what_is_no_day_either_is_not_sent_to_the_field_for_days(document, door):
    (fault,) = read(born(document, "1971-03-04", "yesterday"), door).faults

    assert fault.allowed == ("YYYY-MM-DDTHH:MM:SS+HH:MM",)


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(minutes=5)])
def test_two_clocks_may_differ_by_five_minutes(document, door, ahead):
    draft = read(born(document, "1971-03-04", (NOW + ahead).isoformat()), door)

    assert draft.submission.collected_at == NOW + ahead


def test_a_collection_in_the_future_is_refused(document, door):
    later = (NOW + timedelta(minutes=5, seconds=1)).isoformat()

    draft = read(born(document, "1971-03-04", later), door)

    assert codes(draft) == [("/specimen/collected_at", "in_the_future")]


@pytest.mark.parametrize("text", ["2026-11-20T08:40Z", "2026-11-20T08:40:00.5+00:00"])
def test_seconds_may_be_left_out_or_split(document, door, text):
    collected = read(born(document, "1971", text), door).submission.collected_at

    assert collected.replace(second=0, microsecond=0) == datetime(
        2026, 11, 20, 8, 40, tzinfo=UTC
    )


@pytest.mark.parametrize("sex", list(Sex))
def test_sex_is_one_of_four_words(document, door, sex):
    document["patient"]["sex"] = str(sex)

    assert read(document, door).submission.panel.person.sex is sex


@pytest.mark.parametrize("sex", ["F", "Female", "", "intersex"])
def test_another_word_for_sex_is_refused_with_the_list(document, door, sex):
    document["patient"]["sex"] = sex

    (fault,) = read(document, door).faults

    assert (fault.pointer, fault.code) == ("/patient/sex", "not_allowed")
    assert fault.allowed == tuple(Sex)


@pytest.mark.parametrize(
    ("pregnancy", "factors", "expected"),
    [
        ({"status": "yes", "weeks": 20}, [], (Pregnancy.YES, 20)),
        ({"status": "yes", "weeks": "0"}, [], (Pregnancy.YES, 0)),
        ({"status": "yes", "weeks": ""}, [], (Pregnancy.YES, None)),
        ({"status": "yes"}, ["pregnant"], (Pregnancy.YES, None)),
        ({}, ["pregnant"], (Pregnancy.YES, None)),
        ({"status": "no"}, [], (Pregnancy.NO, None)),
        ({}, [], (Pregnancy.UNKNOWN, None)),
    ],
)
def test_pregnancy_is_told_by_status_or_by_factor(
    document, door, pregnancy, factors, expected
):
    document["patient"]["pregnancy"] = pregnancy
    document["factors"] = factors

    person = read(document, door).submission.panel.person

    assert (person.pregnancy, person.weeks) == expected


@pytest.mark.parametrize(
    ("changes", "factors", "place"),
    [
        (
            {"sex": "male", "pregnancy": {"status": "yes"}},
            [],
            ("/patient/pregnancy/status", "contradiction"),
        ),
        (
            {"sex": "male", "pregnancy": {}},
            ["pregnant"],
            ("/patient/pregnancy/status", "contradiction"),
        ),
        (
            {"pregnancy": {"status": "no"}},
            ["pregnant"],
            ("/patient/pregnancy/status", "contradiction"),
        ),
        (
            {"pregnancy": {"status": "no", "weeks": 12}},
            [],
            ("/patient/pregnancy/weeks", "contradiction"),
        ),
        (
            {"pregnancy": {"status": "unknown", "weeks": 12}},
            [],
            ("/patient/pregnancy/weeks", "contradiction"),
        ),
        (
            {"pregnancy": {"status": "yes", "weeks": 46}},
            [],
            ("/patient/pregnancy/weeks", "out_of_bounds"),
        ),
        (
            {"pregnancy": {"status": "yes", "weeks": -1}},
            [],
            ("/patient/pregnancy/weeks", "out_of_bounds"),
        ),
        (
            {"pregnancy": {"status": "yes", "weeks": "12.5"}},
            [],
            ("/patient/pregnancy/weeks", "out_of_bounds"),
        ),
    ],
)
def test_facts_that_cannot_both_be_true_are_refused(
    document, door, changes, factors, place
):
    document["patient"] |= changes
    document["factors"] = factors

    draft = read(document, door)

    assert codes(draft) == [place]


@pytest.mark.parametrize(
    ("birth_date", "credible"),
    [
        ("2021-03-01", False),  # five years old
        ("2018-11-21", False),  # eight on the next day
        ("2018-11-20", True),
        ("2018", True),  # seven or eight
        ("1981-06-01", True),
        ("1951-11-21", True),
        ("1951-11-20", False),
        ("", True),
    ],
)
@pytest.mark.parametrize("factors", [[], ["pregnant"]])
def test_a_pregnancy_at_an_age_at_which_nobody_is_pregnant_is_refused(
    document, door, birth_date, credible, factors
):
    born(document, birth_date)
    status = "unknown" if factors else "yes"
    document["patient"]["pregnancy"] = {"status": status}
    document["factors"] = factors

    assert codes(read(document, door)) == (
        [] if credible else [("/patient/pregnancy/status", "contradiction")]
    )


def test_the_refusal_names_both_facts(document, door):
    document["patient"]["pregnancy"] = {"status": "yes"}

    (fault,) = read(born(document, "2021-03-01"), door).faults

    assert fault.received == "pregnancy yes, at an age of 5 years"
    assert fault.allowed == ("pregnancy from 8 to 74 years",)


def test_when_the_laboratory_had_the_specimen_is_kept(document, door):
    document["specimen"]["received_at"] = "2026-11-20T11:05:00+01:00"

    received = read(document, door).submission.received_at

    assert received == datetime(2026, 11, 20, 10, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "code"),
    [("2026-11-20", "not_a_time"), ("2027-11-20T11:05:00+00:00", "in_the_future")],
)
def test_a_receipt_that_cannot_be_is_refused_by_name(document, door, text, code):
    document["specimen"]["received_at"] = text

    assert codes(read(document, door)) == [("/specimen/received_at", code)]
