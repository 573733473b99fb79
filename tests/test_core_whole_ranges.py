"""Both ends of the usual range that is shown hold, whichever rows they are of."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, product

import pytest

from reference_ranges.interpretation import interpret
from reference_ranges.loading import load_catalogue
from reference_ranges.partitions import Pregnancy, Sex
from reference_ranges.results import JudgementKind, Kind, Verdict
from reference_ranges.scales import span_text
from tests.core_panels import WOMAN, aged, observation, panel_of

CATALOGUE = load_catalogue()
INFLAMED = {"factors": frozenset({"inflammation"})}
PREGNANT = replace(WOMAN, pregnancy=Pregnancy.YES, weeks=30)
ADULT_WOMAN = "ferritin/uk/guideline/uk_adult_f_pre"


def result_of(analyte, value, unit, interval=None, **more):
    seen = observation(analyte, value, unit, interval)
    (result,) = (
        one
        for one in interpret(panel_of(seen, **more), CATALOGUE).results
        if one.observation.analyte == analyte
    )
    return result


def closed_by(result):
    return {one.rule: span_text(one.span) for one in result.closes}


@pytest.mark.parametrize("value", ["20", "60", "100", "150", "200", "<150"])
def test_a_limit_for_a_condition_is_closed_by_that_of_the_set_it_displaced(value):
    result = result_of("ferritin", value, "ug/L", **INFLAMED)

    assert span_text(result.usual) == ">=100"
    assert closed_by(result) == {ADULT_WOMAN: "<=200"}
    assert [one.verdict for one in result.closes] == [Verdict.IN]


def test_a_result_beyond_the_other_limit_keeps_it_and_is_closed_by_the_condition():
    result = result_of("ferritin", "201", "ug/L", **INFLAMED)

    assert result.outcome.words == "out_of_range high"
    assert span_text(result.usual) == ">=45 <=200"
    assert closed_by(result) == {"ferritin/uk/guideline/chronic_inflammation": ">=100"}


def test_of_two_limits_that_hold_the_tighter_one_closes_in_the_unit_that_came():
    ours = result_of("ferritin", "120", "ug/L", "15-250", **INFLAMED)
    theirs = result_of("ferritin", "120", "ug/L", "15-150", **INFLAMED)
    in_another_unit = result_of("ferritin", "0.12", "mg/L", "0.015-0.15", **INFLAMED)

    assert closed_by(ours) == {ADULT_WOMAN: "<=200"}
    assert closed_by(theirs) == {"laboratory_interval": "<=150"}
    assert closed_by(in_another_unit) == {"laboratory_interval": "<=0.15"}


def test_a_laboratorys_interval_without_an_upper_limit_leaves_ours():
    silent = result_of("ferritin", "60", "ug/L", ">=15", person=PREGNANT)

    assert closed_by(silent) == {"ferritin/preg/interval/t3": "<=116"}


def test_of_guidelines_beside_each_other_the_tighter_limit_holds_on_each_side():
    result = result_of("vitamin_d_25oh", "100", "nmol/L", profile="us_es2011")

    assert span_text(result.usual) == ">=50 <=125"
    assert closed_by(result) == {"vitamin_d_25oh/us_es2011/guideline/es_2011": ">=75"}


@pytest.mark.parametrize("sex", [Sex.MALE, Sex.FEMALE])
def test_guidelines_that_leave_nothing_usual_between_them_close_nothing(sex):
    # 300 and more for heart failure; without it at most 300 for a man, 200 for a woman
    more = {"factors": frozenset({"heart_failure"}), "profile": "eu"}
    person = replace(WOMAN, sex=sex)

    result = result_of("ferritin", "150", "ug/L", person=person, **more)

    assert (span_text(result.usual), result.closes) == (">=300", ())


def test_an_interval_that_leads_where_guidelines_are_silent_is_closed_by_them():
    result = result_of("ferritin", "130", "ug/L", person=PREGNANT)

    assert result.leads is JudgementKind.INTERVAL
    assert closed_by(result) == {"ferritin/uk/guideline/bsh_pregnancy": ">=30"}


def test_a_censored_value_that_may_lie_beyond_the_other_limit_is_told_so():
    result = result_of("ferritin", ">150", "ug/L", **INFLAMED)

    assert {one.rule: one.verdict for one in result.closes} == {
        "ferritin/uk/guideline/chronic_inflammation": Verdict.IN,
        ADULT_WOMAN: Verdict.CANNOT_TELL,
    }


def test_a_value_on_the_other_limit_is_at_the_edge():
    inside, edge = (
        result_of("ferritin", value, "ug/L", **INFLAMED) for value in ("199", "200")
    )

    assert (inside.at_edge, edge.at_edge) == (False, True)


def test_nothing_is_shown_as_usual_where_only_some_of_the_patients_have_the_limit():
    unknown = replace(WOMAN, sex=Sex.UNKNOWN)

    inside, low = (
        result_of("ferritin", value, "ug/L", person=unknown, **INFLAMED)
        for value in ("150", "20")
    )

    assert (inside.usual, inside.closes) == (None, ())
    assert (span_text(low.usual), low.closes) == (">=100", ())


@pytest.mark.parametrize("profile", CATALOGUE.profiles)
def test_the_source_of_a_limit_that_closes_the_range_is_among_the_sources(profile):
    seen = observation("ferritin", "150", "ug/L")
    made = interpret(panel_of(seen, profile=profile, **INFLAMED), CATALOGUE)

    closing = {one.source for one in made.results[0].closes}
    assert closing <= {one.id for one in made.sources}


def test_what_is_led_by_its_interval_is_closed_by_nothing():
    assert result_of("sodium", "140", "mmol/L").closes == ()


# ---- the law: what is shown as usual is what is in range -------------------------

PERSONS = {
    "a woman": WOMAN,
    "a man": replace(WOMAN, sex=Sex.MALE),
    "a woman of 60": replace(WOMAN, age=aged(date(1966, 1, 1))),
    "pregnant": PREGNANT,
    "a child": replace(WOMAN, age=aged(date(2016, 1, 1))),
    "a toddler": replace(WOMAN, age=aged(date(2023, 1, 1))),
}
LED = [one for one in CATALOGUE.analytes.values() if one.lead[0] == "guideline"]
STEP = Decimal("0.000001")


def conditions_of(analyte):
    """No condition, and each that a guideline on the test is for."""
    rows = [row.partition.condition for row in analyte.decision_sets]
    stated = sorted({one for one in rows if one and not one.startswith("symptom:")})
    return [frozenset(), *(frozenset({one}) for one in stated)]


def places_of(analyte):
    """A place between every two limits of the guidelines, in the unit of the first."""
    unit, _ = next(iter(analyte.decision_sets[0].scales.items()))
    bands = [
        (band.span, analyte.units[own].to_si / analyte.units[unit].to_si)
        for row in analyte.decision_sets
        for own, scale in row.scales.items()
        for band in scale
    ]
    ends = {Fraction(s.low) * by for s, by in bands if s.low is not None}
    places = [Fraction(0), *sorted(ends), max(ends) * 2]
    return unit, [(one + other) / 2 for one, other in pairwise(places)]


def ends_of(analyte, unit, result):
    """The limits of the usual range that is shown, in *unit*, by their side."""
    own = analyte.units[unit].to_si / analyte.units[result.axis.unit].to_si
    spans = [(result.usual, own)]
    spans += [(one.span, Fraction(one.factor)) for one in result.closes]
    return {
        side: Fraction(end) / by
        for span, by in spans
        for side, end in (("low", span.low), ("high", span.high))
        if end is not None
    }


def text_of(number, places=9):
    return f"{Decimal(number.numerator) / number.denominator:.{places}f}"


@pytest.mark.parametrize("analyte", LED, ids=lambda one: one.id)
@pytest.mark.parametrize("who", PERSONS)
def test_beyond_each_end_of_the_range_that_is_shown_nothing_is_in_range(analyte, who):
    unit, places = places_of(analyte)
    wrong = []
    for profile, facts, place in product(
        CATALOGUE.profiles, conditions_of(analyte), places
    ):
        more = {"profile": profile, "person": PERSONS[who], "factors": facts}
        inside = result_of(analyte.id, text_of(place), unit, **more)
        if inside.outcome.kind is not Kind.IN_RANGE or inside.usual is None:
            continue
        for side, end in ends_of(analyte, unit, inside).items():
            beyond = end + (Fraction(STEP) if side == "high" else -Fraction(STEP))
            there = result_of(analyte.id, text_of(beyond), unit, **more)
            if there.outcome.kind is Kind.IN_RANGE and beyond > 0:
                wrong.append((more, side, end))

    assert wrong == []


@pytest.mark.parametrize("analyte", LED, ids=lambda one: one.id)
@pytest.mark.parametrize("who", PERSONS)
def test_no_limit_that_is_not_shown_is_one(analyte, who):
    unit, places = places_of(analyte)
    wrong = []
    for profile, facts in product(CATALOGUE.profiles, conditions_of(analyte)):
        more = {"profile": profile, "person": PERSONS[who], "factors": facts}
        found = [result_of(analyte.id, text_of(one), unit, **more) for one in places]
        inside = [one for one in found if one.outcome.kind is Kind.IN_RANGE]
        if not inside or inside[0].usual is None:
            continue
        ends = ends_of(analyte, unit, inside[0])
        wrong += [
            (more, text_of(place), result.outcome.words)
            for place, result in zip(places, found, strict=True)
            if ends.get("low", 0) <= place <= ends.get("high", place)
            and result.outcome.kind is not Kind.IN_RANGE
        ]

    assert wrong == []
