"""An alert: told signs first, each result once, and nothing of it calmer elsewhere."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_ranges.interpretation import interpret
from reference_ranges.partitions import Sex
from reference_ranges.results import Urgency
from reports.alarm import alarm_of
from reports.identity import Letterhead
from reports.model import BoxKind, Tone
from reports.pdf import layout
from reports.phrasing import plain_of
from reports.summary import all_results
from reports.wording import load_wording
from tests.gallery.cases import page_of_case
from tests.reports.panels import (
    CATALOGUE,
    adult,
    observation,
    page_for,
    page_of,
    panel_of,
    random_interpretation,
    random_page,
)
from tests.reports.prose import text_of

WORDS = load_wording("en-GB")
SLOW = ("In the next 2 weeks", "At your next visit")
K_LOW = observation("potassium", "2.9", "mmol/L")
CALCIUM = (
    observation("calcium_total", "1.60", "mmol/L"),
    observation("albumin", "40", "g/L"),
)
SIGNS = ("rf_chest_pain", "rf_hand_spasm", "rf_seizure", "rf_confusion", "rf_faint")
MANY = (
    *CALCIUM,
    observation("potassium", "2.4", "mmol/L"),
    observation("magnesium", "0.35", "mmol/L"),
    observation("sodium", "118", "mmol/L"),
)


def slow_steps(page):
    return [step for step in page.next_steps.items if step.startswith(SLOW)]


# ---- the box ---------------------------------------------------------------------


def test_what_was_told_comes_before_results_and_each_result_once():
    page = page_for(*CALCIUM, K_LOW, symptoms=["rf_chest_pain", "palpitations"])

    (alert,) = page.alerts
    assert alert.items == (
        "You told us about chest pain. This needs help now, whatever your results are.",
        "Your calcium is low enough to affect muscles and the heart.",
        "Your potassium is low enough to affect the heart.",
    )


def test_many_reasons_are_six_and_none_is_lost():
    page = page_for(*MANY, symptoms=[*SIGNS, "palpitations", "weakness"])

    (alert,) = page.alerts
    assert len(alert.items) == 6
    assert "You also told us about" in alert.items[3]
    said = " ".join(alert.items)
    assert [
        w for w in ("calcium", "potassium", "sodium", "magnesium") if w not in said
    ] == []


@given(seed=st.integers(0, 239))
def test_every_result_that_an_alert_is_about_is_named_in_it(seed):
    found = random_interpretation(seed)
    subjects = alarm_of(found, WORDS).subjects

    said = " ".join(" ".join(alert.items) for alert in page_of(found).alerts).lower()

    assert [word for word in subjects if word.lower() not in said] == []


def test_a_held_result_is_named_and_not_told_in_riddles():
    (alert,) = page_for(observation("potassium", "40", "mmol/L")).alerts

    assert alert.items == ("Your potassium result must be checked.",)


@given(seed=st.integers(0, 239))
def test_no_alert_has_more_than_six_reasons(seed):
    alerts = random_page(seed, "en-GB").alerts

    assert all(1 <= len(alert.items) <= 6 for alert in alerts)


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_what_to_do_and_when_to_get_help_stand_on_the_first_sheet(paper):
    page = page_for(*MANY, symptoms=[*SIGNS, "palpitations", "weakness"])

    boxes = [box for box in layout(page, paper=paper) if box.text]
    help_box = (page.get_help.heading, page.get_help.closing)
    looked_for = (
        page.header.name,
        page.alerts[0].closing,
        "What to do next",
        *help_box,
    )

    for text in looked_for:
        assert {
            box.sheet for box in boxes if box.text in text and len(box.text) > 5
        } == {0}


# ---- nothing of it later, and one scale of words -----------------------------------


@pytest.mark.parametrize(
    ("results", "symptoms", "word"),
    [
        (
            [observation("potassium", "4.2", "mmol/L", sender_flag="HH")],
            None,
            "potassium",
        ),
        ([observation("calcium_total", "1.90", "mmol/L"), CALCIUM[1]], None, "calcium"),
        ([observation("potassium", "40", "mmol/L")], None, "potassium"),
        ([K_LOW], ["palpitations"], "potassium"),
        (
            [
                observation("calcium_total", "2.86", "mmol/L"),
                CALCIUM[1],
                observation("vitamin_d_25oh", "400", "nmol/L"),
            ],
            None,
            "calcium",
        ),
    ],
    ids=["marked HH", "calcium", "held", "with palpitations", "two together"],
)
def test_what_an_alert_is_about_has_no_later_time(results, symptoms, word):
    page = page_for(*results, symptoms=symptoms)

    assert page.alerts
    assert [step for step in slow_steps(page) if word in step] == []


@given(seed=st.integers(0, 239))
def test_no_subject_of_an_alert_has_a_slower_step(seed):
    found = random_interpretation(seed)
    alarm = alarm_of(found, WORDS)
    named = {plain_of(one, WORDS) for one in all_results(found)} & alarm.subjects

    steps = " ".join(slow_steps(page_of(found)))
    steps = steps.replace(" active B12", "")  # another test than B12

    assert [one for one in named if re.search(rf" {re.escape(one)}\b", steps)] == []


@given(seed=st.integers(0, 239))
def test_a_card_is_as_urgent_as_its_result_and_no_card_more_than_the_alert(seed):
    found = random_interpretation(seed)
    alarm = alarm_of(found, WORDS)
    page = page_of(found)
    kinds = {"now": BoxKind.EMERGENCY, "today": BoxKind.TODAY}

    act = [card for card in page.cards if ": act " in card.chip.text]

    box = [kinds[alarm.act]] if alarm.act else []
    allowed = {"now": {"now", "today"}, "today": {"today"}, "": set()}[alarm.act]
    signs = {one for flag in found.red_flags for one in flag.subjects}
    assert [alert.kind for alert in page.alerts] == box
    assert {card.chip.text.rpartition(" ")[2] for card in act} <= allowed
    assert [c for c in page.cards if c.chip.tone is Tone.URGENT] == act
    for card in page.cards:
        (result,) = card.about
        if result.urgency >= Urgency.TODAY:
            assert card in act
        elif not signs:
            assert (card in act) == (result.outcome.kind == "critical")


def test_beside_a_dangerous_potassium_a_creatinine_is_as_urgent_as_it_is_itself():
    page = page_for(
        observation("potassium", "6.8", "mmol/L"),
        observation("creatinine", "180", "umol/L"),
    )

    chips = {card.heading: card.chip.text for card in page.cards}
    assert page.next_steps.items[0].startswith("Now: call your local emergency number")
    assert chips["Potassium"] == "Very high: act now"
    assert chips["Creatinine"] == "High"
    assert [step for step in slow_steps(page) if "creatinine" in step] == []


@pytest.mark.parametrize(
    ("sent", "chip"),
    [
        (K_LOW, "act now"),
        (observation("potassium", "6.0", "mmol/L"), "act today"),
        (observation("potassium", "3.3", "mmol/L"), "Low"),
    ],
)
def test_a_chip_ends_as_its_alert_does(sent, chip):
    page = page_for(sent, symptoms=["palpitations"] if chip == "act now" else None)

    assert page.cards[0].chip.text.endswith(chip)


def test_a_card_of_an_alert_has_no_food_and_nothing_calm():
    page = page_for(K_LOW, symptoms=["palpitations"])

    assert page.alerts
    assert "bananas" not in text_of(page)
    assert "matter too" not in text_of(page)


def test_a_mark_on_a_test_that_we_do_not_know_is_not_called_another_view():
    unknown = observation("potassium", "900", "ng/L", sender_flag="HH")
    page = page_for(
        replace(unknown, analyte=None, name="Troponin", unit=None, reading=None)
    )

    assert "another way than we do" not in text_of(page)
    assert "We have not judged it." in text_of(page)


# ---- the steps and the counts -----------------------------------------------------


def test_low_iron_and_a_low_blood_count_are_one_visit():
    page = page_for(
        observation("ferritin", "8", "ug/L"),
        observation("haemoglobin", "105", "g/L"),
        symptoms=["fatigue"],
        person=adult(Sex.MALE, years=60),
    )

    soon = [step for step in page.next_steps.items if "doctor" in step]
    assert len(soon) == 1
    assert "haemoglobin" in soon[0]
    assert "Tell them how you feel." in soon[0]


def test_a_danger_sign_of_days_without_a_result_has_a_step_with_its_reason():
    page = page_for(observation("potassium", "4.2", "mmol/L"), symptoms=["rf_wasting"])

    (step,) = [one for one in page.next_steps.items if "doctor" in one]
    assert "a muscle looks smaller" in step


def test_what_was_sent_and_what_was_worked_out_are_counted_apart():
    page = page_for(
        observation("calcium_total", "2.35", "mmol/L"),
        observation("albumin", "41", "g/L"),
    )

    assert len(page.rows) == 3
    assert page.summary.lead[:2] == (
        "Your 2 results are all in the usual range.",
        "We worked out 1 more result. It is in the usual range.",
    )


def test_what_was_worked_out_and_is_outside_is_said_beside_the_count():
    page = page_for(
        observation("calcium_total", "2.35", "mmol/L"),
        observation("albumin", "25", "g/L"),
    )

    assert any("We worked out 1 more result." in text for text in page.summary.lead)
    assert page.summary.chips[-1].text == "1 high, worked out"


@pytest.mark.parametrize("value", ["4.2", "3.1", "40"])
def test_what_the_lab_wrote_stands_word_for_word_under_its_result(value):
    wrote = "Repeat +++ please. <b>Repeat</b> +++ please."
    page = page_for(observation("potassium", value, "mmol/L", comment=wrote))

    said = [
        *(" ".join(card.texts) for card in page.cards),
        *(row.note for row in page.rows),
        *(one.why for one in page.unjudged),
    ]
    assert [f"The lab wrote: {wrote}" in text for text in said] == [True]
    assert wrote in page.table.rows[0][-1]
    assert (
        "The lab wrote a note on 1 result. Please read it below." in page.summary.lead
    )
    assert not any("your result is in" in text.lower() for text in page.summary.lead)


@pytest.mark.parametrize(
    "person", [adult(Sex.MALE), adult(Sex.FEMALE)], ids=["a man", "not pregnant"]
)
def test_pregnancy_is_no_cause_where_it_is_known_not_to_be(person):
    page = page_for(
        observation("potassium", "4.2", "mmol/L"),
        symptoms=["leg_cramp_night"],
        person=person,
    )

    assert "pregnancy" not in page.symptoms.texts[0]


def test_a_cause_that_a_result_shows_is_not_named_again():
    page = page_for(observation("ferritin", "8", "ug/L"), symptoms=["restless_legs"])

    assert "low iron stores" not in page.symptoms.texts[0]


def test_what_goes_with_no_symptom_is_said_once_for_all_results():
    page = page_for(
        observation("potassium", "3.3", "mmol/L"),
        observation("chloride", "90", "mmol/L"),
        symptoms=[],
    )

    assert page.symptoms.texts[1] == (
        "These results matter too, even if you cannot feel them: "
        "chloride and potassium."
    )


def test_danger_signs_are_told_of_together():
    page = page_for(K_LOW, symptoms=list(SIGNS))

    assert (
        text_of(page).count("Please do the first step at the start of this report.")
        == 1
    )


# ---- no more than is known ----------------------------------------------------------


def test_what_may_lie_in_more_than_one_band_is_not_called_very_high():
    page = page_for(observation("vitamin_d_25oh", ">250", "nmol/L"), symptoms=[])

    (card,) = page.cards
    assert card.chip.text == "High: act today"
    assert card.line.alt.endswith("It is high. Act today.")
    assert page.alerts[0].items == ("Your vitamin D is high. This needs action.",)
    assert page.table.rows[0][4].startswith("high (Royal Osteoporosis")


def test_what_is_critical_whatever_it_is_is_called_very_high():
    page = page_for(observation("potassium", ">8", "mmol/L"), symptoms=[])

    assert page.cards[0].chip.text == "Very high: act now"


# ---- whom to call -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("letterhead", "said"),
    [
        (Letterhead(phone="020 7946 0000"), "on 020\u00a07946\u00a00000."),
        (Letterhead(phone="020 7946 0000", urgent_phone="0117"), "on 0117."),
        (Letterhead(), "all your clinic"),
    ],
)
@pytest.mark.parametrize("value", ["119", "105"])
def test_who_must_call_the_clinic_reads_its_number_there(value, letterhead, said):
    made = interpret(panel_of(observation("sodium", value, "mmol/L")), CATALOGUE)
    (alert,) = page_of(made, letterhead=letterhead).alerts

    assert said in " ".join(alert.lead)


def test_the_step_for_today_names_the_number_too():
    page = page_for(observation("sodium", "119", "mmol/L"))

    step = page.next_steps.items[0].replace("\u00a0", " ")
    assert step.startswith("Today: call 020 7946 0000.")


@pytest.mark.parametrize("size", ["standard", "large"])
@pytest.mark.parametrize("locale", ["en-GB", "es", "ar"])
def test_a_number_to_call_is_never_broken_over_two_lines(locale, size):
    for name in ("emergency", "today"):
        lines = [box.text for box in layout(page_of_case(name, locale), size=size)]
        halves = [one for one in lines if ("020" in one) != ("0000" in one)]
        assert [one for one in halves if "MRN" not in one] == []


def test_more_words_than_a_number_may_be_broken():
    told = "the front desk between 8 and 18, 020 7946 0000"

    assert Letterhead(phone=told).to_call == told


def test_no_number_is_called_that_the_clinic_has_not_confirmed():
    page = page_for(K_LOW, symptoms=["rf_chest_pain", "rf_seizure"])

    cited = " ".join(page.sources.items)
    assert "South Western Ambulance Service" in cited
    assert "999" not in cited


def test_a_mark_on_a_result_that_we_take_at_its_word_is_no_part_of_anothers_alert():
    page = page_for(
        observation("calcium_adjusted", "0.66", "mmol/L"),
        observation("vitamin_b12", "118", "ng/L", sender_flag="N"),
    )

    (alert,) = page.alerts
    assert alert.kind is BoxKind.EMERGENCY
    assert "calcium" in " ".join(alert.items)
    assert "B12" not in " ".join(alert.items)
    assert "Talk about vitamin B12." in " ".join(page.next_steps.items)


def test_a_second_result_takes_nothing_of_the_urgency_that_the_first_has_with_digoxin():
    salts = (
        observation("potassium", "3.2", "mmol/L"),
        observation("magnesium", "0.6", "mmol/L"),
    )

    page = page_for(*salts, factors=["drug_digoxin"])

    assert {card.chip.text for card in page.cards} == {"Low: act today"}
    assert page.summary.lead[0] == "2 results need action: magnesium and potassium."


def test_what_a_result_that_cannot_wait_was_worked_out_from_does_not_wait():
    page = page_for(
        observation("creatinine", "450", "umol/L"), person=adult(sex=Sex.FEMALE)
    )

    assert "kidney function is very low" in page.alerts[0].items[0]
    assert page.alerts[0].items[1] == "Talk about these results too: creatinine."
    assert "creatinine" not in " ".join(page.next_steps.items)


def test_a_result_that_one_beside_it_was_worked_out_from_may_wait_with_it():
    page = page_for(
        observation("creatinine", "150", "umol/L"), person=adult(sex=Sex.FEMALE)
    )

    assert not page.alerts
    assert "creatinine" in " ".join(page.next_steps.items)
