"""Profiles: what is borrowed is named, what is not listed does not exist."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from reference_ranges.classification import classify
from reference_ranges.interpretation import interpret
from reference_ranges.judging.differences import guidelines_differ
from reference_ranges.limits import Span
from reference_ranges.loading import load_catalogue
from reference_ranges.partitions import Pregnancy, Sex
from reference_ranges.results import Verdict
from reference_ranges.scales import ruling
from reports.page import sources_of
from reports.wording import load_wording
from tests.core_panels import WOMAN, aged, observation, panel_of

CATALOGUE = load_catalogue()
MAN = replace(WOMAN, sex=Sex.MALE)
CHILD = replace(WOMAN, age=aged(date(2018, 1, 1)))
EXPECTING = replace(WOMAN, pregnancy=Pregnancy.YES, weeks=30)


def classified(result, profile, factors=(), person=WOMAN):
    one = observation(*result.split(maxsplit=2))
    panel = panel_of(one, person=person, profile=profile, factors=frozenset(factors))
    return classify(one, panel, CATALOGUE)


def words(outcome):
    return f"{outcome.kind} {outcome.direction or outcome.reason or ''}".strip()


def told(found, code):
    return [dict(one.params) for one in found.findings if one.code == code]


def test_a_row_of_its_own_comes_before_a_fallback():
    found = classified("sodium 134 mmol/L", "anz")

    assert found.result.interval.rule == "sodium/anz/interval/18y+"
    assert words(found.result.outcome) == "out_of_range low"


def test_a_fallback_is_used_where_there_is_none_of_its_own_and_is_named():
    found = classified("albumin 30 g/L", "anz")

    assert words(found.result.outcome) == "out_of_range low"
    assert told(found, "fallback_limits") == [
        {"profile": "anz", "from": "uk", "rows": "albumin/uk/interval/16y+"}
    ]


def test_a_profile_that_owns_the_row_names_nothing():
    found = classified("albumin 30 g/L", "uk")

    assert told(found, "fallback_limits") == []


def test_what_is_not_listed_does_not_exist():
    found = classified("vitamin_b12 100 ng/L", "anz", person=CHILD)

    assert words(found.result.outcome) == "not_interpreted no_limit"


def test_one_answer_of_one_profile_is_never_that_of_another():
    one = classified("plp 300 nmol/L", "uk")
    other = classified("plp 300 nmol/L", "eu")

    assert told(one, "fallback_limits") == []
    assert told(other, "fallback_limits")[0]["from"] == "uk"


def test_a_critical_limit_that_is_borrowed_is_named_only_where_it_is_met():
    quiet = classified("haemoglobin 130 g/L", "who")
    alarm = classified("haemoglobin 40 g/L", "who")

    assert "critical" not in told(quiet, "fallback_limits")[0]["rows"]
    assert words(alarm.result.outcome) == "critical low"
    assert "haemoglobin/uk/critical" in told(alarm, "fallback_limits")[0]["rows"]


def test_the_page_says_which_ranges_came_from_another_set():
    panel = panel_of(
        observation("albumin", "40", "g/L"),
        observation("sodium", "140", "mmol/L"),
        profile="anz",
    )
    wording = load_wording("en-GB")

    said = sources_of(interpret(panel, CATALOGUE), wording).texts
    ours = sources_of(interpret(replace(panel, profile="uk"), CATALOGUE), wording).texts

    assert "Set “anz” has no range of its own for some of these tests." in said
    assert "We took these from set “uk”: Albumin and Sodium." in said
    assert not any("has no range of its own" in text for text in ours)


@pytest.mark.parametrize(
    ("result", "profile", "person", "expected"),
    [
        # a guideline on anaemia says nothing of too much haemoglobin
        ("haemoglobin 200 g/L", "who", WOMAN, "out_of_range high"),
        ("haemoglobin 130 g/L", "who", WOMAN, "in_range"),
        ("haemoglobin 117 g/L", "who", WOMAN, "out_of_range low"),
        ("zinc 150 ug/dL", "who", MAN, "out_of_range high"),
        ("zinc 72 ug/dL", "who", MAN, "out_of_range low"),
        ("zinc 100 ug/dL", "who", MAN, "in_range"),
        # one on too little iron in pregnancy says nothing of too much
        ("ferritin 800 ug/L", "uk", EXPECTING, "out_of_range high"),
        ("ferritin 4 ug/L", "us", EXPECTING, "out_of_range low"),
        # another guideline has the limit on that side
        ("vitamin_b12 950 pg/mL", "us", WOMAN, "in_range"),
        ("active_b12 200 pmol/L", "uk", WOMAN, "out_of_range high"),
        ("active_b12 70 pmol/L", "uk", WOMAN, "indeterminate grey_zone"),
        ("active_b12 71 pmol/L", "uk", WOMAN, "in_range"),
        ("homocysteine 17 umol/L", "uk", WOMAN, "out_of_range high"),
        ("haemoglobin >130 g/L", "who", WOMAN, "indeterminate straddles_limit"),
        ("folate >3 ng/mL", "uk", WOMAN, "indeterminate straddles_limit"),
    ],
)
def test_a_guideline_that_is_silent_on_a_side_leaves_it_to_the_interval(
    result, profile, person, expected
):
    found = classified(result, profile, person=person)

    assert words(found.result.outcome) == expected


def test_two_guidelines_that_differ_are_both_named():
    found = classified("vitamin_d_25oh 25 ng/mL", "us_es2011")

    (said,) = told(found, "guidelines_differ")
    assert said["guideline"].startswith("Endocrine Society 2011")
    assert (said["leading_says"], said["other_says"]) == ("grey", "in")
    assert said["other_guideline"] == "Institute of Medicine 2011 / NIH ODS"
    assert words(found.result.outcome) == "indeterminate grey_zone"
    sources = [one.sources for one in found.findings if one.code == "guidelines_differ"]
    assert sources == [("es_2011", "iom_2011")]


def test_two_guidelines_that_agree_are_not():
    found = classified("vitamin_d_25oh 10 ng/mL", "us_es2011")

    assert told(found, "guidelines_differ") == []


def test_a_guideline_on_too_much_does_not_differ_on_too_little():
    low = classified("vitamin_b12 100 ng/L", "uk")
    grey = classified("vitamin_b12 250 ng/L", "uk")
    high = classified("vitamin_b12 1500 ng/L", "uk")

    assert [told(one, "guidelines_differ") for one in (low, grey, high)] == [[], [], []]


@pytest.mark.parametrize(
    ("factors", "rule", "expected"),
    [
        ([], "ferritin/uk/guideline/uk_adult_f_pre", "out_of_range low"),
        (["no_inflammation"], "ferritin/who/guideline/who_f", "in_range"),
        (["inflammation"], "ferritin/who/guideline/who_infl", "out_of_range low"),
        (
            ["inflammation", "no_inflammation"],
            "ferritin/who/guideline/who_infl",
            "out_of_range low",
        ),
    ],
)
def test_no_inflammation_holds_only_where_inflammation_is_not_stated(
    factors, rule, expected
):
    found = classified("ferritin 20 ug/L", "who", factors)

    assert found.result.guidelines[0].rule == rule
    assert words(found.result.outcome) == expected


def test_a_guideline_of_its_own_comes_first_and_a_fallback_fills_in():
    enough = classified("ferritin 80 ug/L", "who", ["inflammation"])
    far_too_much = classified("ferritin 2000 ug/L", "who", ["inflammation"])

    own, lent = (
        "ferritin/who/guideline/who_infl",
        "ferritin/uk/guideline/uk_adult_f_pre",
    )
    assert [one.rule for one in enough.result.guidelines] == [own]
    assert [one.rule for one in far_too_much.result.guidelines] == [own, lent]
    assert words(far_too_much.result.outcome) == "out_of_range high"


def test_a_critical_limit_of_its_own_keeps_a_fallback_away():
    found = classified("potassium 6.2 mmol/L", "anz")

    assert found.result.critical.rule == "potassium/anz/critical/0d+"


def test_on_which_side_a_grey_zone_lies_is_seen_from_its_own_range():
    """A guideline without a high limit contradicts one that calls low values grey."""
    whole = classified("vitamin_d_25oh 60 nmol/L", "us_es2011").result.guidelines[1]
    usual = Span(at_least=Decimal(75), at_most=Decimal(250))
    low = replace(whole, verdict=Verdict.GREY, severity=1, span=Span(below=Decimal(75)))
    high = replace(low, span=Span(above=Decimal(250)))
    enough = replace(whole, verdict=Verdict.IN, severity=0, rule="enough")
    other = ruling(enough, Span(at_least=Decimal(50)))

    assert guidelines_differ([ruling(low, usual), other], "vitamin_d_25oh")
    assert not guidelines_differ([ruling(high, usual), other], "vitamin_d_25oh")


def test_heart_failure_is_shown_beside_the_general_limits_and_may_lead():
    found = classified("ferritin 80 ug/L", "eu", ["heart_failure"])

    titles = [one.title for one in found.result.guidelines]
    assert "Heart failure (ESC 2021)" in titles
    assert words(found.result.outcome) == "out_of_range low"
    assert (
        told(found, "guidelines_differ")[0]["guideline"] == "Heart failure (ESC 2021)"
    )
