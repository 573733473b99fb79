"""The page: what stands on it, in which order, and what never does."""

from dataclasses import replace

import pytest

from reference_ranges.interpretation import interpret
from reference_ranges.panel import ObservationStatus
from reference_ranges.partitions import Sex
from reference_ranges.readings import lab_interval
from reports.identity import Letterhead
from reports.model import BoxKind, Tone
from tests.gallery.cases import page_of_case
from tests.reports.panels import (
    CATALOGUE,
    LETTERHEAD,
    adult,
    observation,
    page_for,
    page_of,
    panel_of,
)
from tests.reports.prose import text_of

LIMIT_ONLY = (
    "The lab gave a limit, not a number. "
    "Your true result may lie inside or outside the usual range."
)
HEALTHY = (
    observation("sodium", "140", "mmol/L"),
    observation("potassium", "4.2", "mmol/L"),
    observation("magnesium", "0.85", "mmol/L"),
    observation("calcium_adjusted", "2.35", "mmol/L"),
)


# ---- danger first ---------------------------------------------------------------


def test_chest_pain_with_everything_in_range_is_an_emergency_first():
    page = page_for(*HEALTHY, symptoms=["rf_chest_pain"])

    assert page.alerts[0].kind is BoxKind.EMERGENCY
    assert "chest pain" in page.alerts[0].items[0]
    assert (
        page.next_steps.items[0]
        == "Now: call your local emergency number, or go to A&E."
    )


def test_a_critical_result_is_named_in_the_alert_and_comes_first():
    low = observation("sodium", "134", "mmol/L")
    high = observation("potassium", "6.8", "mmol/L", sender_flag="N")

    page = page_for(low, high)

    assert page.alerts[0].items[0].startswith("Your potassium is high enough")
    assert page.cards[0].heading == "Potassium"
    assert page.cards[0].chip.tone is Tone.URGENT
    assert "another way" in " ".join(page.cards[0].texts)


def test_a_critical_result_comes_before_those_that_its_alert_speaks_of_too():
    """Potassium is what hurts; slow kidneys stand in the same alert beside it."""
    kidneys = observation("creatinine", "210", "umol/L")
    page = page_for(kidneys, observation("potassium", "6.8", "mmol/L"), symptoms=[])

    headings = [card.heading for card in page.cards]

    assert page.cards[0].chip.tone is Tone.URGENT
    assert all(card.chip.tone is not Tone.URGENT for card in page.cards[1:])
    assert headings[:2] == ["Potassium", "Creatinine"]


@pytest.mark.parametrize(
    ("letterhead", "words"),
    [
        (Letterhead(urgent_phone="020 1"), "Then call your clinic on 020\u00a01."),
        (LETTERHEAD, "Then call your clinic on 020\u00a07946\u00a00000."),
        (Letterhead(), "Then call your clinic."),
    ],
)
def test_an_emergency_names_the_clinic_phone_only_if_there_is_one(letterhead, words):
    critical = observation("potassium", "6.8", "mmol/L")

    page = page_of(interpret(panel_of(critical), CATALOGUE), letterhead=letterhead)

    assert page.alerts[0].lead == (
        "Call your local emergency number now, or go to A&E.",
        words,
    )


@pytest.mark.parametrize(
    ("letterhead", "words"),
    [
        (Letterhead(urgent_phone="020 1"), "Call your clinic today on 020\u00a01."),
        (LETTERHEAD, "Call your clinic today on 020\u00a07946\u00a00000."),
        (Letterhead(), "Call your clinic today."),
    ],
)
def test_a_page_for_today_names_the_clinic_phone_only_if_there_is_one(
    letterhead, words
):
    marked = observation("potassium", "4.2", "mmol/L", sender_flag="HH")

    page = page_of(interpret(panel_of(marked), CATALOGUE), letterhead=letterhead)

    assert page.alerts[0].kind is BoxKind.TODAY
    assert page.alerts[0].lead[0] == words
    assert page.alerts[0].items == ("Your potassium result must be checked.",)
    assert page.cards[0].chip.text == "To be checked: act today"


def test_help_is_on_every_page_even_when_all_is_in_range():
    page = page_for(*HEALTHY)

    assert page.get_help.kind is BoxKind.HELP
    assert len(page.get_help.items) == 9
    assert "your local emergency number" in page.get_help.closing


# ---- honest sentences -----------------------------------------------------------


@pytest.mark.parametrize(
    ("symptoms", "words"),
    [
        (None, "We were not told about your symptoms."),
        ([], "You told us that you have no symptoms."),
    ],
)
def test_not_asked_and_none_are_two_different_sentences(symptoms, words):
    page = page_for(*HEALTHY, symptoms=symptoms)

    assert page.symptoms.texts == (words,)


def test_unknown_tests_only_are_never_called_in_range():
    unknown = replace(HEALTHY[0], analyte=None, name="ALT")

    page = page_for(unknown)

    assert page.summary.lead[0].startswith("We could not judge your result.")
    assert page.unjudged[0].heading == "ALT"
    assert page.unjudged[0].why == (
        "We do not have rules for this test. We did not look at it. "
        "Ask your clinic what it means."
    )
    assert (page.cards, page.rows) == ((), ())


def test_a_number_line_is_explained_only_where_there_is_one():
    unknown = replace(HEALTHY[0], analyte=None, name="ALT")

    assert "blue band" in " ".join(page_for(*HEALTHY).how_to_read.texts)
    assert page_for(unknown).how_to_read.texts == (
        "A computer made this page from your results. It does not know all about you.",
    )


@pytest.mark.parametrize(
    ("analyte", "value", "unit", "named"),
    [
        ("sodium", "140", "mmol/L", ["A usual range"]),
        ("vitamin_d_25oh", "80", "nmol/L", ["A guideline's range"]),
    ],
)
def test_only_of_a_usual_range_the_legend_says_how_many_healthy_people_are_outside(
    analyte, value, unit, named
):
    texts = page_for(observation(analyte, value, unit)).how_to_read.texts

    kinds = ("A usual range", "A guideline's range")
    assert [k for k in kinds if any(text.startswith(k) for text in texts)] == named
    assert any("1 in 20" in text for text in texts) == ("A usual range" in named)


def test_the_legend_tells_the_parts_of_a_line_apart_without_a_colour():
    legend = " ".join(page_for(*HEALTHY).how_to_read.texts)

    assert ["framed" in legend, "Pale" in legend, "Stripes" in legend] == [True] * 3
    assert "Orange" not in legend


def test_the_legend_speaks_of_all_on_a_line_before_what_a_range_means():
    *lines, out, inside, made = page_of_case("earlier-results").how_to_read.texts

    assert lines[-1] == "An open circle is a result that you had before."
    assert (out.split()[2], inside.split()[2]) == ("outside", "inside")
    assert made.startswith("A computer made this page")


def test_sources_are_listed_by_what_is_printed_of_them():
    items = page_of_case("thirty-results").sources.items

    assert list(items) == sorted(items, key=str.casefold)


def test_a_conflict_is_told_before_what_would_settle_it():
    (card,) = page_for(
        observation("potassium", "4.4", "mmol/L", sender_flag="HH")
    ).cards

    begun = [text[:20] for text in card.texts]
    assert begun.index("The lab marked this ") < begun.index("This would settle it")


def test_an_alert_says_very_where_the_result_does():
    page = page_for(observation("magnesium", "0.48", "mmol/L"), symptoms=[])

    assert page.cards[0].chip.text == "Very low: act today"
    assert page.alerts[0].items == ("Your magnesium is very low. This needs action.",)


def test_a_source_whose_title_asks_has_no_stop_behind_it():
    page = page_of_case("far-below")

    asks = [one for one in page.sources.items if "?" in one]
    assert asks
    assert [one for one in page.sources.items if "?." in one] == []


def test_of_a_child_it_is_said_that_a_cause_could_not_be_told():
    page = page_of_case("child")

    told = " ".join(page.cards[0].texts)
    assert "We could not tell if low stored iron is a reason for this." in told


def test_a_panel_without_results_says_so():
    assert page_for().summary.lead[0] == "There are no results on this page."


def test_all_in_range_comes_with_its_caution():
    page = page_for(*HEALTHY)

    assert page.summary.lead[:2] == (
        "Your 4 results are all in the usual range.",
        "A result in the usual range does not rule everything out.",
    )


def test_sodium_just_inside_the_interval_has_the_guideline_beside_it():
    page = page_for(observation("sodium", "134", "mmol/L"))

    note = page.rows[0].note
    assert "Not all sources draw the line in the same place." in note
    assert "2014 reads it as: mild, on the low side." in note
    assert "mild, on the low side (ESE" in page.table.rows[0][4]


def test_a_value_is_shown_as_it_was_reported_with_the_other_unit_beside_it():
    page = page_for(observation("calcium_adjusted", "8.00", "mg/dL"))

    card = page.cards[0]
    assert (card.value, card.unit) == ("8.00", "mg/dL")
    assert card.also == "about 2.00 mmol/L"


def test_a_converted_scale_has_no_more_decimals_than_its_numbers():
    page = page_for(observation("vitamin_d_25oh", "24", "ng/mL"))

    ticks = [tick.text for tick in page.rows[0].line.ticks]
    assert ticks == ["0", "20", "50", "100", "160"]


def test_a_censored_value_is_not_converted():
    page = page_for(observation("vitamin_d_25oh", "<10", "ng/mL"))

    assert page.cards[0].also == ""
    assert page.cards[0].line.marker.text.startswith("You: less than")


def test_a_result_on_a_limit_is_at_the_edge():
    page = page_for(observation("magnesium", "0.70", "mmol/L"))

    assert page.rows[0].line.marker.tone is Tone.EDGE


def test_a_grey_zone_has_its_own_words_and_shape():
    page = page_for(observation("vitamin_b12", "230", "ng/L"))

    assert page.cards[0].chip.text == "Grey zone"
    assert page.cards[0].chip.tone is Tone.EDGE
    assert page.cards[0].texts[0].startswith("Your B12 may be enough")


def test_a_limit_that_straddles_says_why_and_what_would_settle_it():
    page = page_for(observation("potassium", "<3.6", "mmol/L"))

    assert page.cards[0].texts[:3] == (
        "First follow the steps at the start of this report.",
        LIMIT_ONLY,
        "Ask if the lab can give the number.",
    )


def test_an_unknown_sex_is_named_as_what_would_settle_it():
    page = page_for(
        observation("haemoglobin", "125", "g/L"), person=adult(Sex.UNKNOWN, years=30)
    )

    assert "In the next 2 weeks: your clinic needs your sex." in page.next_steps.items


def test_no_range_is_shown_as_the_usual_one_while_it_is_not_known_whose_it_is():
    page = page_for(
        observation("haemoglobin", "125", "g/L"), person=adult(Sex.UNKNOWN, years=30)
    )

    (card,) = page.cards
    assert card.line is None
    assert "No usual range is shown for this result." in card.notes
    assert page.table.rows[0][2] == "none"


def test_the_table_has_no_column_for_what_the_laboratory_did_not_send():
    bare = page_for(observation("sodium", "140", "mmol/L")).table
    marked = page_for(
        observation("sodium", "140", "mmol/L", sender_flag="N"),
        observation("potassium", "4.2", "mmol/L", comment="none"),
    ).table
    ranged = page_for(
        observation("sodium", "140", "mmol/L", lab_interval=lab_interval("133-146"))
    ).table

    assert not {"Lab's range", "Lab's mark or note"} & {*bare.columns}
    assert bare.caption.endswith(
        "The lab sent no range of its own. The lab sent no marks or notes."
    )
    assert "Lab's range" not in marked.columns
    assert {row[-1] for row in marked.rows} == {"N", "none"}
    assert marked.caption.endswith("The lab sent no range of its own.")
    assert ranged.columns[2] == "Lab's range"
    assert ranged.caption.endswith("The lab sent no marks or notes.")


def test_a_symptom_without_listed_causes_names_none():
    found = interpret(panel_of(*HEALTHY, symptoms=["muscle_cramp"]), CATALOGUE)
    bare = tuple(replace(one, other_causes=()) for one in found.symptoms)

    with_causes = page_of(found).symptoms.texts[0]
    without = page_of(replace(found, symptoms=bare)).symptoms.texts[0]

    assert "Other things to talk about: hard exercise, medicines" in with_causes
    assert "Other things" not in without


def test_cramps_with_everything_in_range_are_not_blamed_on_a_result():
    page = page_for(*HEALTHY, symptoms=["muscle_cramp"])

    assert page.cards == ()
    assert "can cause" not in " ".join(page.symptoms.texts)
    assert "Most cramps and twitches do not come from a lack of salts." in text_of(page)


def test_ferritin_in_range_is_talked_about_with_restless_legs():
    page = page_for(observation("ferritin", "60", "ug/L"), symptoms=["restless_legs"])

    assert page.cards[0].chip.text == "In the guideline's range"
    assert page.cards[0].texts[0] == "This result is in the usual range."
    assert "less than doctors often aim for" in " ".join(page.cards[0].texts)
    assert page.rows == ()


def test_a_result_that_can_cause_a_symptom_is_tied_to_it_at_the_top():
    page = page_for(
        observation("vitamin_b12", "150", "ng/L"), symptoms=["tingling_limbs"]
    )

    tie = "Low vitamin B12 can cause tingling in your hands or feet."
    assert tie in page.summary.lead


def test_a_corrected_or_early_result_is_marked():
    changed = replace(HEALTHY[0], status=ObservationStatus.CORRECTED)
    early = observation(
        "potassium", "5.6", "mmol/L", status=ObservationStatus.PRELIMINARY
    )

    page = page_for(changed, early)

    assert page.rows[0].note.startswith("The lab has corrected this result.")
    assert page.cards[0].texts[0].startswith("This result is not final yet.")


def test_a_spoilt_sample_is_said_first_and_lowers_no_alarm():
    high = observation("potassium", "6.8", "mmol/L")

    page = page_for(high, conditions=frozenset({"haemolysed"}))

    assert page.cards[0].texts[0].startswith("The blood cells in the sample")
    assert page.alerts[0].kind is BoxKind.EMERGENCY


SALTS = (
    observation("sodium", "140", "mmol/L"),
    observation("chloride", "104", "mmol/L"),
    observation("bicarbonate", "24", "mmol/L"),
)


def test_of_two_ways_to_work_out_one_thing_the_patient_sees_one_and_the_clinic_both():
    high = observation("bicarbonate", "14", "mmol/L")
    potassium = observation("potassium", "4.0", "mmol/L")

    page = page_for(*SALTS[:2], high, potassium)

    gaps = [one.heading for one in page.cards if "anion gap" in one.heading.lower()]
    rows = [one[0] for one in page.table.rows if "anion gap" in one[0].lower()]
    assert gaps == ["Anion gap (without potassium)"]
    assert rows == [
        "Second anion gap (with potassium), worked out",
        "Anion gap (without potassium), worked out",
    ]
    assert "1 more result" in " ".join(page.summary.lead)


def test_a_second_way_that_says_more_keeps_its_card():
    page = page_for(*SALTS, observation("potassium", "5.0", "mmol/L"))

    gaps = [one.heading for one in page.cards if "anion gap" in one.heading.lower()]
    assert gaps == ["Second anion gap (with potassium)"]


def test_what_we_worked_out_for_those_who_read_panels_stays_off_a_calm_page():
    page = page_for(*SALTS)

    assert "anion gap" not in text_of(page).lower()
    assert page.summary.lead[0] == "Your 3 results are all in the usual range."


def test_a_worked_out_value_that_lies_outside_is_on_the_page_with_its_source():
    page = page_for(*SALTS[:2], observation("bicarbonate", "22", "mmol/L"))

    assert [card.heading for card in page.cards] == ["Anion gap (without potassium)"]
    assert "Anion gap" in " ".join(page.sources.items)
    assert not page.summary.lead[0].startswith("All")


def test_why_a_value_was_not_computed_is_for_staff_and_not_on_the_page():
    low = page_for(
        observation("calcium_total", "2.30", "mmol/L"),
        observation("albumin", "18", "g/L"),
    )

    assert "formula" not in text_of(low)
