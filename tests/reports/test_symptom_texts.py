"""What the page says of a symptom: no more than the tests and the rules can tell."""

from dataclasses import replace
from datetime import date

import pytest

from reference_ranges.panel import Observation, Person, Reason
from reference_ranges.partitions import Age, AgeRange, Pregnancy, Sex
from reports.wording import load_wording, locales
from tests.gallery.cases import page_of_case
from tests.readability import sentences_of
from tests.reports.panels import adult, observation, page_for
from tests.reports.prose import text_of

BABY = Age.between(date(2026, 9, 11), date(2026, 11, 20))


def test_a_low_blood_count_is_a_result_to_look_at_and_no_reason_once_in_range():
    low, inside = (
        page_for(observation("haemoglobin", v, "g/L"), symptoms=["breathless_effort"])
        for v in ("60", "135")
    )

    assert "look at: low haemoglobin." in " ".join(low.symptoms.texts)
    assert "a low blood count" not in " ".join(inside.symptoms.texts)


def test_a_low_blood_count_is_no_reason_beside_a_high_one():
    high = page_for(observation("haemoglobin", "190", "g/L"), symptoms=["pale"])

    assert "a low blood count" not in " ".join(high.symptoms.texts)


def test_a_low_blood_count_that_the_laboratory_calls_high_may_still_be_one():
    disputed = observation("haemoglobin", "100", "g/L", sender_flag="H")

    page = page_for(disputed, symptoms=["pale"])

    assert "a low blood count" in " ".join(page.symptoms.texts)


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
    anaemia = observation("haemoglobin", "98", "g/L")

    page = page_for(anaemia, symptoms=["muscle_cramp"])

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


def relations_on(card):
    """What a card says of symptoms: from the first that it names."""
    return " ".join(text for text in card.texts if "You told us about" in text)


def test_what_a_result_does_to_a_symptom_is_said_beside_each_symptom():
    page = page_for(
        observation("magnesium", "0.60", "mmol/L"),
        symptoms=["leg_cramp_night", "weakness"],
    )

    assert relations_on(page.cards[0]) == (
        "You told us about weak muscles and leg cramps at night. Low magnesium may be "
        "part of the reason. There are other common causes. Your potassium and calcium "
        "should be looked at too. They often go with magnesium. In studies of older "
        "adults, magnesium pills did not help night cramps more than dummy pills did."
    )


def test_of_a_symptom_that_takes_a_low_blood_count_too_it_is_said_which():
    page = page_for(
        observation("ferritin", "8", "ug/L"), symptoms=["leg_cramp_night", "pale"]
    )

    assert relations_on(page.cards[0]) == (
        "You told us about leg cramps at night and pale skin. Low stored iron may be "
        "part of the reason. There are other common causes. Only with a low blood "
        "count can it cause pale skin."
    )


def test_a_low_b12_names_what_was_told_and_not_something_else():
    page = page_for(observation("vitamin_b12", "110", "ng/L"), symptoms=["rf_vision"])

    said = " ".join(page.cards[0].texts)
    assert "you told us about your balance, your strength or your sight" in said
    assert "weakness or poor balance" not in said


def test_a_result_that_may_be_worse_than_its_number_is_not_called_doubtful():
    """The alert says that it needs action: its card must not say that it may."""
    page = page_for(observation("calcium_adjusted", ">2.95", "mmol/L"))

    assert "Your calcium is high. This needs action." in page.alerts[0].items
    said = " ".join(page.cards[0].texts)
    assert "may be one to act on" not in said
    assert "may be far outside the range" in said


@pytest.mark.parametrize(("sent", "says"), [("alp", "goes up"), ("albumin", "falls")])
def test_a_pregnancy_moves_each_result_its_own_way(sent, says):
    unit = {"alp": "U/L", "albumin": "g/L"}[sent]
    woman = replace(adult(Sex.FEMALE, years=30, pregnancy=Pregnancy.YES), weeks=20)

    text = text_of(page_for(observation(sent, "40", unit), person=woman))

    assert f"this number {says}" in text
    assert ("falls" in text) is (says == "falls")


def test_no_food_stands_beside_a_result_of_a_sample_in_doubt():
    calcium = observation("calcium_adjusted", "2.05", "mmol/L")

    sound = page_for(calcium)
    thinned = page_for(calcium, conditions=frozenset({"drip_arm"}))

    assert "Foods that have it" in text_of(sound)
    assert "Foods that have it" not in text_of(thinned)


def test_a_b12_in_range_does_not_settle_what_nerves_tell():
    numb = page_for(observation("vitamin_b12", "480", "ng/L"), symptoms=["numbness"])
    tired = page_for(observation("vitamin_b12", "480", "ng/L"), symptoms=["low_mood"])

    assert "this B12 result does not settle it" in numb.rows[0].note
    assert "does not settle it" not in tired.rows[0].note


def test_a_medicine_is_not_asked_about_beside_a_result_in_range_that_was_not_doubted():
    potassium = observation("potassium", "4.2", "mmol/L")

    page = page_for(potassium, symptoms=[], factors=["drug_acei_arb"])

    assert page.rows[0].note == ""


def test_what_is_one_to_a_reader_is_talked_about_at_one_visit():
    page = page_for(
        observation("calcium_total", "2.75", "mmol/L"),
        observation("albumin", "41", "g/L"),
    )

    assert [card.heading for card in page.cards] == [
        "Calcium (total)",
        "Calcium (adjusted)",
    ]
    (soon,) = (step for step in page.next_steps.items if "calcium" in step)
    assert soon.startswith("In the next 2 weeks:")
    assert "calcium and adjusted calcium" in soon


def test_a_child_with_restless_legs_is_held_against_the_target_for_children():
    born = date(2018, 3, 1)
    age = Age.between(born, date(2026, 11, 20))
    child = Person(AgeRange(age, age), Sex.FEMALE, Pregnancy.NO)

    page = page_for(
        observation("ferritin", "25", "ug/L"), symptoms=["restless_legs"], person=child
    )

    (card,) = page.cards
    (target,) = (note for note in card.notes if "Sleep Medicine" in note)
    assert "less than 50 ug/L" in target


@pytest.mark.parametrize("locale", locales())
def test_a_pregnancy_is_named_once_among_the_causes_of_cramps(locale):
    """It is a factor and a cause: in both it must be the same word."""
    words = load_wording(locale)

    assert words.say("factors.pregnant") == words.say("causes.pregnancy")


def test_an_active_b12_in_range_does_not_settle_what_nerves_tell_either():
    page = page_for(
        observation("active_b12", "95", "pmol/L"),
        observation("vitamin_b12", "110", "ng/L"),
        symptoms=["numbness"],
    )

    assert "does not settle it" in page.rows[0].note
    assert "does not settle it" not in " ".join(page.cards[0].texts)


def test_what_a_few_tests_do_not_explain_others_may():
    b12 = observation("vitamin_b12", "110", "ng/L")

    bones = page_for(b12, symptoms=["bone_pain"]).symptoms.texts[0]

    assert "The tests here do not explain it. Other tests may help." in bones


def test_what_all_tests_do_not_explain_is_said_without_that_hope():
    page = page_for(
        observation("sodium", "140", "mmol/L"),
        observation("calcium_adjusted", "2.40", "mmol/L"),
        observation("potassium", "4.2", "mmol/L"),
        symptoms=["thirst_urine"],
    )

    assert "The tests that we link to it do not explain it." in page.symptoms.texts[0]


def test_no_target_calls_enough_what_another_calls_too_little():
    """In dialysis doctors aim for more stored iron than the target for everybody."""
    page = page_for(
        observation("ferritin", "150", "ug/L"),
        observation("tsat", "16", "%"),
        symptoms=["restless_legs"],
        factors=["dialysis"],
    )

    (card,) = (one for one in page.cards if "ferritin" in one.heading)
    assert "less than doctors often aim for" in " ".join(card.texts)
    assert "more than 100" not in " ".join(card.notes)


@pytest.mark.parametrize(
    ("crp", "stated"),
    [
        ("180", ["no_inflammation"]),
        ("2", ["inflammation", "no_inflammation"]),
    ],
)
def test_what_a_result_or_the_patient_contradicts_is_not_said_to_be_counted(
    crp, stated
):
    stores = observation("ferritin", "60", "ug/L"), observation("crp", crp, "mg/L")

    page = page_for(*stores, factors=stated, profile="who")

    assert "no infection or swelling" not in text_of(page)


def test_that_no_inflammation_was_found_is_said_to_be_counted():
    stores = observation("ferritin", "60", "ug/L"), observation("crp", "2", "mg/L")

    page = page_for(*stores, factors=["no_inflammation"], profile="who")

    assert "no infection or swelling" in text_of(page)
