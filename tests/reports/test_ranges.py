"""Ranges on the page: in the unit of the result, under their own name, never false."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_ranges.interpretation import interpret
from reference_ranges.limits import Span
from reference_ranges.panel import Observation, Person, Reason
from reference_ranges.partitions import Age, AgeRange, Pregnancy, Sex
from reference_ranges.readings import lab_interval, parse_reading, reading_reach
from reference_ranges.results import Direction, JudgementKind, Kind, Outcome
from reports.phrasing import range_words
from reports.ranges import in_reported_unit, range_of
from reports.wording import load_wording
from tests.reports.panels import (
    CATALOGUE,
    adult,
    observation,
    page_for,
    page_of,
    panel_of,
    random_interpretation,
)
from tests.reports.prose import text_of

PREGNANT = replace(adult(Sex.FEMALE, years=30, pregnancy=Pregnancy.YES), weeks=20)
numbers = st.decimals("0.01", "999", places=2)
factors = st.fractions(Fraction(1, 500), 500)


def shown_of(page):
    return [*page.cards, *page.rows]


@pytest.mark.parametrize(
    ("sent", "profile", "person", "ticks"),
    [
        (("calcium_total", "2.15", "mmol/L"), "uk", PREGNANT, ["2.05", "2.25"]),
        (("haemoglobin", "108", "g/L"), "uk", PREGNANT, ["105", "148"]),
        (("phosphate", "1.0", "mmol/L"), "us", None, ["0.81", "1.45"]),
        (("calcium_total", "1.95", "mmol/L"), "us", None, ["2.15", "2.55"]),
    ],
)
def test_the_limits_are_in_the_unit_of_the_result(sent, profile, person, ticks):
    person = person or adult(Sex.FEMALE)
    page = page_for(observation(*sent), profile=profile, person=person)

    (shown,) = shown_of(page)
    assert [tick.text for tick in shown.line.ticks if tick.strong] == ticks
    assert shown.line.marker.text == f"You: {sent[1]}"
    assert shown.line.unit == sent[2]
    assert shown.line.usual_label.endswith(f", {sent[2]}")


@given(
    value=numbers, low=numbers, width=numbers, factor=factors, places=st.integers(0, 2)
)
def test_rounding_a_limit_never_moves_a_result_across_it(
    value, low, width, factor, places
):
    reading = parse_reading(f"{round(value, places):f}")
    span = Span(at_least=low, below=low + width)
    reach = reading_reach(reading)

    shown = in_reported_unit(span, str(factor), reading)

    side = span.side(reach.times(factor))
    assert shown is None or shown.side(reach) is side


def test_limits_that_no_rounding_leaves_true_are_not_converted():
    reading = parse_reading("1")
    span = Span(at_least=Decimal("3.00000001"))

    assert in_reported_unit(span, "3", reading) is None


def test_a_range_that_cannot_be_converted_is_said_in_its_own_unit_without_a_line():
    found = interpret(
        panel_of(observation("calcium_total", "2.35", "mmol/L")), CATALOGUE
    )
    (result,) = found.results
    narrow = Span(below=Decimal("4.70000001"))
    lead = replace(result.interval, span=narrow, factor="2", unit="mg/dL")
    near = replace(found, results=(result._replace(usual=narrow, interval=lead),))

    (row,) = page_of(near).rows

    assert row.line is None
    assert row.ranges.startswith("Usual range: less than 4.70000001 mg/dL, from ")


@given(seed=st.integers(0, 239))
def test_the_picture_says_what_the_verdict_says(seed):
    found = random_interpretation(seed)
    shown = [(one, range_of(one)) for one in (*found.results, *found.derived)]
    sides = [
        (one.outcome.kind, one.outcome.direction, span_side(one, span))
        for one, span in shown
        if span is not None and span.reported
    ]

    wanted = {"low": "below", "high": "above"}
    assert [s for k, _, s in sides if k == "in_range" and s != "inside"] == []
    assert [
        (way, s)
        for k, way, s in sides
        if k in ("out_of_range", "critical") and s != wanted[way]
    ] == []


def span_side(result, shown):
    return shown.span.side(reading_reach(result.observation.reading))


def test_a_guideline_that_leads_is_named_and_the_labs_own_range_stands_beside_it():
    sent = observation("ferritin", "20", "ug/L", lab_interval=lab_interval("15-150"))

    page = page_for(sent)

    (card,) = page.cards
    notes = " ".join(card.notes)
    assert re.search(r"Guideline's range: 45 to \d+ ug/L, from British Society", notes)
    assert "The range that your lab sent: 15-150 ug/L." in notes
    assert "sual range:" not in notes
    assert card.line.usual_label == "guideline's range, ug/L"
    assert page.table.rows[0][2] == "15-150 ug/L"


def test_the_labs_range_stands_with_a_result_that_was_not_judged():
    sent = observation(
        "potassium", "40", "mmol/L", lab_interval=lab_interval("3,5-5,3")
    )

    (one,) = page_for(sent).unjudged

    assert one.ranges == "The range that your lab sent: 3,5-5,3."


def test_a_unit_that_the_lab_wrote_into_its_range_is_not_said_twice():
    interval = lab_interval("(3.5-5.0 mmol/L)")
    sent = observation("ferritin", "60", "ug/L", lab_interval=interval)
    page = page_for(replace(sent, unit_text="mmol/L"))

    assert page.table.rows[0][2] == "(3.5-5.0 mmol/L)"


def test_a_range_that_says_otherwise_than_the_outcome_is_not_shown():
    found = interpret(panel_of(observation("sodium", "140", "mmol/L")), CATALOGUE)
    (result,) = found.results
    low = Outcome(Kind.CRITICAL, Direction.LOW)
    alarming = result._replace(outcome=low, leads=JudgementKind.CRITICAL)

    (card,) = page_of(replace(found, results=(alarming,))).cards

    assert card.line is None
    assert card.notes[0] == "No usual range is shown for this result."


def test_a_span_without_ends_is_any_value():
    assert range_words(Span(), load_wording("en-GB"), "mmol/L") == "any value"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (Span(at_least=Decimal(50), at_most=Decimal(125)), "50 to 125 nmol/L"),
        (
            Span(above=Decimal(50), at_most=Decimal(125)),
            "more than 50, up to 125 nmol/L",
        ),
        (Span(at_least=Decimal(50), below=Decimal(220)), "50 to less than 220 nmol/L"),
        (Span(above=Decimal(5), below=Decimal(9)), "more than 5, less than 9 nmol/L"),
    ],
)
def test_a_limit_that_is_not_in_the_range_is_not_printed_as_if_it_were(span, words):
    assert range_words(span, load_wording("en-GB"), "nmol/L") == words


def test_a_row_says_what_it_was_held_against():
    (row,) = page_for(observation("sodium", "140", "mmol/L")).rows

    assert row.ranges.startswith("Usual range: 133 to 146 mmol/L, from ")


@pytest.mark.parametrize(
    "person",
    [Person(), adult(Sex.FEMALE, years=30, pregnancy=Pregnancy.UNKNOWN)],
    ids=["nothing known", "pregnancy not known"],
)
def test_no_range_is_shown_where_the_people_it_may_be_differ_in_it(person):
    page = page_for(observation("potassium", "4.2", "mmol/L"), person=person)

    (row,) = page.rows
    assert row.line is None
    assert row.ranges == (
        "Which usual range is yours depends on facts that we were not told. "
        "By each range that may be yours, it comes out the same."
    )


@pytest.mark.parametrize("unit", ["ug/L", "ng/mL"])
def test_one_spelling_of_a_unit_stands_on_a_card(unit):
    (card,) = page_for(observation("ferritin", "20", unit)).cards

    words = " ".join((card.unit, card.also, card.line.alt, *card.notes))
    assert {one for one in ("ug/L", "ng/mL", "mcg/L") if one in words} == {unit}


@pytest.mark.parametrize("profile", ["uk", "us"])
def test_no_unit_is_printed_with_its_braces(profile):
    urea = observation("urea", "12", "mg/dL{urea_nitrogen}")
    page = page_for(replace(urea, unit_text="mg/dL"), profile=profile)

    assert "{" not in text_of(page)
    assert "{" not in " ".join(cell for row in page.table.rows for cell in row)


def test_a_range_in_another_unit_is_shown_word_for_word_and_gets_no_second_unit():
    interval = lab_interval("20 - 50 ng/mL", units=("nmol/L",))
    sent = observation("vitamin_d_25oh", "48", "nmol/L", lab_interval=interval)

    page = page_for(sent)

    (card,) = page.cards
    assert "The range that your lab sent: 20 - 50 ng/mL." in card.notes
    assert page.table.rows[0][2] == "20 - 50 ng/mL"


def test_no_card_says_that_the_laboratorys_range_was_used_where_a_guideline_was():
    sent = observation("potassium", "6.5", "mmol/L", lab_interval=lab_interval("4.5-7"))

    (card,) = page_for(sent).cards

    notes = " ".join(card.notes)
    assert "from UK Kidney Association" in notes
    assert "Your lab and we do not draw the line in the same place." in notes
    assert "from your lab" not in notes


def test_a_result_that_may_be_only_a_little_high_is_not_called_very_high():
    page = page_for(observation("calcium_adjusted", ">2.6", "mmol/L"))

    (card,) = page.cards
    assert card.chip.text == "High: act now"
    assert "very high" not in " ".join([card.line.alt, *page.table.rows[0]]).lower()


def test_a_range_that_came_without_a_unit_ends_in_its_number():
    sent = Observation(
        "albumin",
        "Albumin",
        "41",
        "",
        parse_reading("41"),
        lab_interval=lab_interval("35-50"),
        refusal=Reason.UNIT_MISSING,
    )

    (one,) = page_for(sent).unjudged

    assert one.ranges == "The range that your lab sent: 35-50."


INFLAMED = {"factors": ["inflammation"]}


def ranges_said(page):
    """What stands beside each result on its range, and below its number line."""
    (shown,) = shown_of(page)
    notes = " ".join(getattr(shown, "notes", ())) or shown.ranges
    return notes, [tick.text for tick in shown.line.ticks if tick.strong]


@pytest.mark.parametrize("value", ["60", "150", "201"])
def test_both_limits_that_hold_are_shown_whichever_rows_they_are_of(value):
    page = page_for(observation("ferritin", value, "ug/L"), **INFLAMED)

    said, ticks = ranges_said(page)
    assert "Guideline's range: 100 to 200 ug/L, from British Society of" in said
    assert ticks == ["100", "200"]
    assert any("100 to 200 ug/L" in cell for cell in page.table.rows[0])


def test_limits_in_two_units_are_shown_in_the_unit_that_came():
    zinc = observation("zinc", "14.0", "umol/L")

    page = page_for(zinc, profile="who")

    said, ticks = ranges_said(page)
    assert "10.7 to 20.0 umol/L" in said
    assert ticks == ["10.7", "20.0"]


def test_each_publisher_of_a_limit_is_named_and_the_lab_as_your_lab():
    sent = {"lab_interval": lab_interval("15-150")}
    page = page_for(observation("ferritin", "120", "ug/L", **sent), **INFLAMED)

    said, _ = ranges_said(page)
    assert "100 to 150 ug/L" in said
    assert (
        "British Society of Gastroenterology (Snook et al.), 2021 and your lab" in said
    )
    assert "The range that your lab sent: 15-150 ug/L" in said


@pytest.mark.parametrize(
    ("changed", "shown"),
    [
        # a limit that cannot be said truly in the reported unit: the printed ones stand
        ({"factor": "100000000"}, (Decimal(200), False, 1)),
        ({"factor": "100000000", "unit": "pg/L"}, (None, False, 0)),
        # limits that leave nothing between them are not shown as a range
        ({"span": Span(at_most=Decimal(50))}, None),
        ({"span": Span(at_most=Decimal(50)), "factor": "100000000"}, None),
    ],
)
def test_a_range_is_closed_by_what_can_be_said_truly(changed, shown):
    panel = panel_of(observation("ferritin", "150", "ug/L"), **INFLAMED)
    (result,) = interpret(panel, CATALOGUE).results
    (closes,) = result.closes

    found = range_of(result._replace(closes=(replace(closes, **changed),)))

    got = found and (found.span.high, found.reported, len(found.closes))
    assert got == shown


MAY_BE_PREGNANT = adult(Sex.FEMALE, years=30, pregnancy=Pregnancy.UNKNOWN)


def test_the_range_of_a_pregnancy_is_no_ones_usual_range_until_someone_says_so():
    calcium = observation("calcium_total", "9.2", "mg/dL", sender_flag="LL")

    (card,) = page_for(calcium, person=MAY_BE_PREGNANT).cards

    assert card.line is None
    assert card.notes[0] == (
        "Which usual range is yours depends on facts that we were not told."
    )


@pytest.mark.parametrize(("sodium", "differ"), [("163", False), ("133", True)])
def test_guidelines_draw_the_line_elsewhere_only_where_one_says_otherwise(
    sodium, differ
):
    page = page_for(observation("sodium", sodium, "mmol/L"), person=MAY_BE_PREGNANT)

    assert ("Not all sources draw the line" in text_of(page)) is differ
    assert "(Spasovski et al.), 2014 reads it as" in text_of(page)


def test_a_range_that_nothing_was_judged_by_does_not_depend_on_facts():
    born = date(2026, 11, 18)
    age = Age.between(born, date(2026, 11, 20))
    baby = Person(AgeRange(age, age), Sex.FEMALE, Pregnancy.NO)

    page = page_for(
        observation("creatinine", "780", "umol/L"), person=baby, profile="us"
    )

    assert page.cards[0].notes[0] == "No usual range is shown for this result."


def test_a_target_that_may_be_met_or_not_is_no_limit():
    ferritin = observation("ferritin", "<110", "ug/L")

    page = page_for(ferritin, symptoms=["restless_legs"], profile="us")

    assert "any value" not in text_of(page)
    assert "American Academy of Sleep Medicine" not in " ".join(page.cards[0].notes)


def test_our_own_interval_calls_nothing_mild():
    """An interval only says outside: a potassium of 6.4 is for today."""
    sent = lab_interval("5.1-8.3")

    page = page_for(observation("potassium", "6.4", "mmol/L", lab_interval=sent))

    assert "It reads this result as: high." in text_of(page)


def test_an_interval_that_sees_more_than_the_guideline_is_named_beside_it():
    older = adult(Sex.FEMALE, years=55)

    page = page_for(observation("ferritin", "250", "ug/L"), person=older)

    (row,) = page.rows
    assert "Not all sources draw the line in the same place." in row.note
    assert "Royal Cornwall Hospitals NHS Trust, 2024 reads it as: high." in row.note


def test_an_interval_that_agrees_is_not_named_beside_the_guideline():
    older = adult(Sex.FEMALE, years=55)

    page = page_for(observation("ferritin", "150", "ug/L"), person=older)

    assert "Royal Cornwall" not in page.rows[0].note
