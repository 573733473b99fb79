"""Whom a row is for, and who a partly known person may be."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reference_ranges.judging.benches import who_of
from reference_ranges.loading import load_catalogue
from reference_ranges.panel import Panel, Person
from reference_ranges.partitions import Age, AgeRange, Pregnancy, Sex, reached
from reference_ranges.persons import KnownPerson, holds, possible_persons, select

CATALOGUE = load_catalogue()
TRIMESTERS = CATALOGUE.trimesters
COLLECTED = date(2026, 11, 23)


def _rows(analyte, kind, profile):
    words = CATALOGUE.profiles[profile].rows
    return tuple(
        row
        for row in getattr(CATALOGUE.analytes[analyte], kind)
        if row.status == "active" and row.profile in words
    )


POTASSIUM = _rows("potassium", "intervals", "uk")
FERRITIN = _rows("ferritin", "intervals", "uk")
FERRITIN_SETS = _rows("ferritin", "decision_sets", "uk")


def _aged(years):
    return Age(days=int(years * 365.25), months=years * 12, years=years)


def _exactly(years):
    return AgeRange(_aged(years), _aged(years))


births = st.dates(date(1920, 1, 1), COLLECTED)
ages = births.map(lambda birth: Age.between(birth, COLLECTED))
people = st.one_of(
    st.builds(KnownPerson, ages, st.just(Sex.MALE)),
    st.builds(
        KnownPerson, ages, st.just(Sex.FEMALE), st.sampled_from(["", "t1", "t2", "t3"])
    ),
)
not_pregnant = st.builds(KnownPerson, ages, st.sampled_from([Sex.MALE, Sex.FEMALE]))

KINDS = product(CATALOGUE.analytes, ("intervals", "critical"), CATALOGUE.profiles)
GROUPS = [
    pytest.param(_rows(*kind), id=" ".join(kind))
    for kind in KINDS
    if len(_rows(*kind)) > 1
]
TILED = [
    ("sodium", "intervals", "uk"),
    ("potassium", "intervals", "uk"),
    ("calcium_total", "intervals", "uk"),
    ("calcium_total", "intervals", "us"),
    ("magnesium", "intervals", "uk"),
    ("magnesium", "intervals", "us"),
    ("phosphate", "intervals", "uk"),
    ("ferritin", "intervals", "uk"),
    ("ferritin", "intervals", "us"),
    ("albumin", "intervals", "uk"),
    ("urea", "intervals", "uk"),
    ("sodium", "critical", "uk"),
    ("potassium", "critical", "us"),
    ("creatinine", "critical", "uk"),
    ("glucose", "critical", "uk"),
]


@pytest.mark.parametrize("rows", GROUPS)
@settings(max_examples=30)
@given(person=people)
def test_at_most_one_row_of_a_preference_is_for_a_person(rows, person):
    found = [row for row in rows if holds(row.partition, person, frozenset())]

    assert len({row.partition.for_pregnancy for row in found}) == len(found)


@pytest.mark.parametrize(("analyte", "kind", "profile"), TILED)
@settings(max_examples=30)
@given(person=not_pregnant)
def test_where_rows_tile_exactly_one_is_for_each_person(analyte, kind, profile, person):
    rows = _rows(analyte, kind, profile)

    assert sum(holds(row.partition, person, frozenset()) for row in rows) == 1


@pytest.mark.parametrize(
    ("person", "row"),
    [
        (KnownPerson(_aged(15), Sex.MALE), "potassium/uk/interval/1y-16y"),
        (KnownPerson(_aged(16), Sex.MALE), "potassium/uk/interval/16y+"),
        (KnownPerson(_aged(30), Sex.FEMALE), "potassium/uk/interval/16y+"),
        (KnownPerson(_aged(30), Sex.FEMALE, "t1"), "potassium/preg/interval/t1"),
        (KnownPerson(_aged(30), Sex.FEMALE, "t3"), "potassium/preg/interval/t3"),
    ],
)
def test_a_known_person_has_the_row_of_age_and_trimester(person, row):
    assert select(POTASSIUM, person, frozenset()).id == row


def test_where_no_row_is_for_a_person_there_is_no_limit():
    child = KnownPerson(_aged(9), Sex.FEMALE)

    assert select(_rows("bicarbonate", "intervals", "uk"), child, frozenset()) is None


def test_a_pregnant_person_borrows_no_row_from_others():
    pregnant = KnownPerson(_aged(30), Sex.FEMALE, "t1")
    rows = _rows("calcium_adjusted", "intervals", "uk")

    assert select(rows, pregnant, frozenset()) is None


def test_a_row_for_pregnancy_comes_before_one_for_everybody():
    rows = [*_rows("crp", "intervals", "uk"), *_rows("sodium", "intervals", "uk")]
    pregnant = KnownPerson(_aged(30), Sex.FEMALE, "t2")

    assert select(rows, pregnant, frozenset()).id == "sodium/preg/interval/t2"
    assert select(rows[::-1], pregnant, frozenset()).id == "sodium/preg/interval/t2"


@pytest.mark.parametrize(
    ("facts", "row"),
    [
        (frozenset(), "ferritin/uk/guideline/uk_adult"),
        (frozenset({"drug_ppi"}), "ferritin/uk/guideline/uk_adult"),
        (frozenset({"inflammation"}), "ferritin/uk/guideline/chronic_inflammation"),
    ],
)
def test_a_condition_counts_only_where_it_is_known_and_then_comes_first(facts, row):
    man = KnownPerson(_aged(50), Sex.MALE)

    assert select(FERRITIN_SETS, man, facts).id == row


def test_a_reported_symptom_is_a_condition_too():
    man = KnownPerson(_aged(50), Sex.MALE)
    rows = [row for row in FERRITIN_SETS if row.role == "target"]

    assert select(rows, man, frozenset()) is None
    assert (
        select(rows, man, frozenset({"symptom:restless_legs"})).id
        == "ferritin/all/guideline/rls_adult"
    )


FEMALE, MALE = Sex.FEMALE, Sex.MALE
UNKNOWN, NO, YES = Pregnancy.UNKNOWN, Pregnancy.NO, Pregnancy.YES
ALL_STAGES = [(FEMALE, ""), (FEMALE, "t1"), (FEMALE, "t2"), (FEMALE, "t3")]


@pytest.mark.parametrize(
    ("sex", "pregnancy", "weeks", "kinds"),
    [
        (FEMALE, NO, None, [(FEMALE, "")]),
        (MALE, NO, None, [(MALE, "")]),
        (MALE, UNKNOWN, None, [(MALE, "")]),
        (FEMALE, UNKNOWN, None, ALL_STAGES),
        (Sex.UNKNOWN, NO, None, [(FEMALE, ""), (MALE, "")]),
        (Sex.UNKNOWN, UNKNOWN, None, [*ALL_STAGES, (MALE, "")]),
        (Sex.OTHER, UNKNOWN, None, [*ALL_STAGES, (MALE, "")]),
        (FEMALE, YES, 0, [(FEMALE, "t1")]),
        (FEMALE, YES, 13, [(FEMALE, "t1")]),
        (FEMALE, YES, 14, [(FEMALE, "t2")]),
        (FEMALE, YES, 27, [(FEMALE, "t2")]),
        (FEMALE, YES, 28, [(FEMALE, "t3")]),
        (FEMALE, YES, 42, [(FEMALE, "t3")]),
        (FEMALE, YES, None, ALL_STAGES[1:]),
        (Sex.UNKNOWN, YES, 20, [(FEMALE, "t2")]),
        (Sex.OTHER, YES, 20, [(FEMALE, "t2")]),
        # stated as male and pregnant: one of the two is wrong, and we do not know which
        (MALE, YES, 20, [(MALE, ""), (FEMALE, "t2")]),
    ],
)
def test_what_is_not_known_is_tried_in_every_way(sex, pregnancy, weeks, kinds):
    person = Person(_exactly(30), sex, pregnancy, weeks)

    found = possible_persons(person, POTASSIUM, TRIMESTERS)

    assert [(one.sex, one.trimester) for one in found] == kinds
    assert {one.age for one in found} == {_aged(30)}


@pytest.mark.parametrize("years", [8, 11, 60, 75])
def test_pregnancy_is_not_in_question_where_no_row_could_be_for_it(years):
    person = Person(_exactly(years), FEMALE, UNKNOWN)

    found = possible_persons(person, POTASSIUM, TRIMESTERS)

    assert [one.trimester for one in found] == [""]


def test_an_unknown_pregnancy_skips_the_trimesters_that_no_row_is_for():
    rows = _rows("calcium_adjusted", "intervals", "uk")
    person = Person(_exactly(30), FEMALE, UNKNOWN)

    found = possible_persons(person, rows, TRIMESTERS)

    assert [one.trimester for one in found] == ["", "t3"]


def test_a_row_for_any_trimester_brings_all_of_them_into_question():
    person = Person(_exactly(30), FEMALE, UNKNOWN)

    found = possible_persons(person, FERRITIN_SETS, TRIMESTERS)

    assert [one.trimester for one in found] == ["", "t1", "t2", "t3"]


def test_an_unknown_age_is_tried_at_every_edge_of_the_rows():
    person = Person(None, MALE, NO)

    found = possible_persons(person, POTASSIUM, TRIMESTERS)

    rows = [select(POTASSIUM, one, frozenset()).id for one in found]
    assert sorted(set(rows)) == [
        "potassium/uk/interval/0d-4w",
        "potassium/uk/interval/16y+",
        "potassium/uk/interval/1y-16y",
        "potassium/uk/interval/4w-1y",
    ]


def test_an_age_that_no_row_is_for_is_tried_all_the_same():
    person = Person(AgeRange(_aged(15), _aged(17)), MALE, NO)
    rows = _rows("bicarbonate", "intervals", "uk")

    found = possible_persons(person, rows, TRIMESTERS)

    assert [select(rows, one, frozenset()) for one in found] == [None, rows[0]]


@settings(max_examples=30)
@given(
    birth=st.dates(date(1920, 1, 1), date(2025, 11, 1)),
    width=st.integers(0, 400),
    within=st.integers(0, 400),
)
def test_everyone_in_an_age_range_has_a_representative_with_the_same_rows(
    birth, width, within
):
    first = birth - timedelta(days=width)
    window = AgeRange(Age.between(birth, COLLECTED), Age.between(first, COLLECTED))
    real = Age.between(first + timedelta(days=min(within, width)), COLLECTED)
    rows = [row for row in FERRITIN if not row.partition.for_pregnancy]

    found = possible_persons(Person(window, MALE, NO), rows, TRIMESTERS)

    expected = [
        holds(row.partition, KnownPerson(real, MALE), frozenset()) for row in rows
    ]
    assert expected in [
        [holds(row.partition, one, frozenset()) for row in rows] for one in found
    ]


def test_a_known_age_has_one_representative_which_is_that_age():
    edge = POTASSIUM[-1].partition.age_from
    window = AgeRange(edge.age, edge.age)

    found = possible_persons(Person(window, MALE, NO), POTASSIUM, TRIMESTERS)

    assert reached(edge.age, edge)
    assert [one.age for one in found] == [edge.age]


def _grown_at(years):
    """The catalogue with rules on symptoms from this age on."""
    age = {"symptom_rules_from_age": Decimal(years)}
    return replace(CATALOGUE, settings={**CATALOGUE.settings, **age})


GROWN = {years: _grown_at(years) for years in (16, 21)}  # no row of ours begins at 21


@pytest.mark.parametrize("grown", GROWN)
@given(births=st.lists(births, min_size=2, max_size=2))
@settings(max_examples=50)
@example([COLLECTED, COLLECTED])
@example([date(2010, 11, 24), date(2010, 11, 23)])
@example([date(2005, 11, 24), date(2005, 11, 23)])
def test_someone_like_the_patient_is_a_child_where_the_patient_is(grown, births):
    youngest, oldest = (Age.between(one, COLLECTED) for one in sorted(births)[::-1])
    patient = Person(AgeRange(youngest, oldest))

    alike = who_of(Panel("uk", patient, ()), GROWN[grown]).person.age

    for one, like in ((youngest, alike.youngest), (oldest, alike.oldest)):
        assert 0 <= like.days <= one.days
        assert 0 <= like.months <= one.months
        assert like.years == like.months // 12
        assert (like.years >= grown) == (one.years >= grown)
