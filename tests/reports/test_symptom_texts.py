"""What the page says of a symptom: no more than the tests and the rules can tell."""

from dataclasses import replace
from datetime import date

import pytest

from reference_ranges.partitions import Age, AgeRange, Sex
from tests.reports.panels import adult, observation, page_for
from tests.reports.prose import text_of

BABY = Age.between(date(2026, 9, 11), date(2026, 11, 20))


def test_a_low_blood_count_stays_a_reason_to_talk_about_while_it_may_be_one():
    low, inside = (
        page_for(observation("haemoglobin", v, "g/L"), symptoms=["breathless_effort"])
        for v in ("60", "135")
    )

    assert "a low blood count" in " ".join(low.symptoms.texts)
    assert "a low blood count" not in " ".join(inside.symptoms.texts)


def test_a_result_in_range_does_not_speak_for_another_test_of_the_same_thing():
    kidneys = (
        observation("creatinine", "80", "umol/L"),
        observation("egfr", "40", "mL/min/{1.73_m2}"),
    )

    said = " ".join(page_for(*kidneys, symptoms=["thirst_urine"]).symptoms.texts)

    assert "kidney trouble" in said


@pytest.mark.parametrize("beside", [(), (observation("ferritin", "120", "ug/L"),)])
def test_no_page_says_that_no_test_on_it_can_show_a_reason(beside):
    anaemia = observation("haemoglobin", "60", "g/L")

    said = text_of(page_for(anaemia, *beside, symptoms=["breathless_effort"]))

    assert "make you tired, pale or short of breath" in said
    assert "None of these tests" not in said


def test_a_parent_is_told_no_reasons_and_no_tests_that_are_for_grown_ups():
    baby = replace(adult(Sex.FEMALE), age=AgeRange(BABY, BABY))
    sodium = observation("sodium", "140", "mmol/L")

    page = page_for(sodium, symptoms=["memory_focus", "tremor"], person=baby)

    said = " ".join([*page.symptoms.texts, *page.next_steps.items, *page.visit.items])
    assert "Other things to talk about" not in said
    assert "ask about a test" not in said
    assert "See your doctor or nurse if it gets worse" in said
