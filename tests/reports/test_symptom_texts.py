"""What the page says of a symptom: no more than the tests and the rules can tell."""

from dataclasses import replace
from datetime import date

import pytest

from reference_ranges.panel import Observation, Reason
from reference_ranges.partitions import Age, AgeRange, Pregnancy, Sex
from tests.gallery.cases import page_of_case
from tests.readability import sentences_of
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


def test_only_what_is_outside_matters_too_beside_a_symptom():
    page = page_for(
        observation("creatinine", "<168", "umol/L"),
        observation("chloride", "77", "mmol/L"),
        symptoms=["muscle_cramp"],
    )

    (unlinked,) = [t for t in page.symptoms.texts if "matter" in t]
    assert unlinked == "This result matters too: chloride."


def test_who_told_of_a_symptom_is_not_told_that_a_low_blood_count_cannot_be_felt():
    page = page_of_case("pregnant")

    assert "This result matters too: haemoglobin." in page.symptoms.texts


def test_a_child_is_not_told_that_a_low_result_can_do_what_we_cannot_tell():
    said = text_of(page_of_case("child"))

    assert "Low iron can make you tired" in said
    assert "can cause this" not in said
    assert "We could not tell if low stored iron is a reason for this." in said
    assert "We cannot tell if your results have to do with it." in said


@pytest.mark.parametrize(
    ("value", "factors", "said"),
    [
        ("9", (), "doctors also call this low: 75 ug/L or less, from American"),
        ("90", ("heart_failure",), "this is a grey zone: more than 75, up to 100 ug/L"),
        ("2480", (), "doctors call this enough: more than 100 ug/L, from American"),
    ],
)
def test_a_target_says_what_it_calls_a_result_like_this_one(value, factors, said):
    ferritin = observation("ferritin", value, "ug/L")

    page = page_for(ferritin, symptoms=["restless_legs"], factors=factors, profile="eu")

    assert f"For what you told us, {said}" in text_of(page)


def test_a_result_is_named_where_a_medicine_may_have_to_do_with_it():
    page = page_of_case("thirty-results")

    said = "This result may have to do with stomach acid tablets."
    assert said in {text for card in page.cards for text in card.texts}


def test_what_pregnancy_does_to_a_result_is_said_once_in_its_card():
    (ferritin, *_) = page_of_case("pregnant").cards

    said = [text for text in (*ferritin.texts, *ferritin.notes) if "pregnan" in text]
    assert said == ["In pregnancy the blood holds more water, so this number falls."]


def test_no_card_says_twice_that_a_doctor_will_want_to_know_why():
    (ferritin, *_) = page_of_case("pregnant").cards

    assert " ".join(ferritin.texts).count("will want to know why") == 1


def test_high_potassium_is_dangerous_before_it_may_be_the_sample():
    (potassium, *_) = page_of_case("emergency").cards

    said = " ".join(potassium.texts)
    assert said.index("can affect the heart") < said.index("shaken or kept too long")


def test_who_is_known_to_be_pregnant_is_asked_for_the_week_and_not_whether():
    weeks_unknown = adult(Sex.FEMALE, years=30, pregnancy=Pregnancy.YES)

    page = page_for(observation("phosphate", "2.8", "mg/dL"), person=weeks_unknown)

    assert "We were not told about that" not in text_of(page)
    assert "Tell your clinic how many weeks pregnant you are." in text_of(page)


def test_a_caution_stands_once_in_a_card():
    (card,) = page_for(
        observation("active_b12", "24", "pmol/L"), factors=["nitrous_oxide"]
    ).cards

    said = [s for text in (*card.texts, *card.notes) for s in sentences_of(text)]
    assert len(said) == len(set(said))


@pytest.mark.parametrize("flag", [None, "LL"])
def test_a_result_that_was_not_sent_is_no_bare_unit(flag):
    nothing = Observation(
        "iron",
        "Iron",
        "",
        "umol/L",
        None,
        "umol/L",
        sender_flag=flag,
        refusal=Reason.VALUE_MISSING,
    )

    page = page_for(nothing)

    shown = [f"{one.value} {one.unit}".strip() for one in page.cards]
    shown += [one.value for one in page.unjudged]
    assert [*shown, page.table.rows[0][1]] == ["not supplied"] * 2


@pytest.mark.parametrize(
    ("factor", "symptom", "again"),
    [
        ("ckd", "restless_legs", "kidney trouble"),
        ("dialysis", "restless_legs", "kidney trouble"),
        ("supp_b6", "tingling_limbs", "too much vitamin B6"),
    ],
)
def test_a_cause_that_was_told_is_not_named_again_in_other_words(
    factor, symptom, again
):
    sodium = observation("sodium", "140", "mmol/L")

    told = page_for(sodium, symptoms=[symptom], factors=[factor])
    untold = page_for(sodium, symptoms=[symptom])

    assert again not in " ".join(told.symptoms.texts)
    assert again in " ".join(untold.symptoms.texts)
