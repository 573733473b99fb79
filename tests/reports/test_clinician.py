"""The clinician's page: every judgement in a table, patterns, change over time."""

import re
from dataclasses import replace
from datetime import date

import pytest

from reference_ranges.interpretation import interpret
from reference_ranges.panel import Earlier
from reference_ranges.partitions import Sex
from reference_ranges.readings import lab_interval, parse_reading
from reference_ranges.results import Kind
from reports.alarm import alarm_of, is_urgent
from reports.clinician import clinician_page
from reports.model import BoxKind, Tone
from reports.pdf import layout
from reports.pdf.style import PAPERS, Look
from reports.pdf.trend import TrendDrawing
from reports.summary import all_results, worst_first
from reports.trends import trends_of
from reports.wording import load_wording
from tests.gallery.cases import CASES, clinician_page_of_case
from tests.reports.panels import (
    CATALOGUE,
    FACTS,
    IDENTITY,
    LETTERHEAD,
    adult,
    observation,
    panel_of,
    random_interpretation,
)

WORDS = load_wording("en-GB")
DAYS = 24 * 60 * 60


def page_of(made, facts=FACTS):
    return clinician_page(made, IDENTITY, facts, LETTERHEAD, WORDS)


def page_for(*observations, **more):
    return page_of(interpret(panel_of(*observations, **more), CATALOGUE))


def before(value, days, on, unit="ug/L", method="A"):
    reading = parse_reading(value)
    return Earlier("ferritin", reading, unit, days * DAYS, on, method=method)


PAST = (before("31", 253, date(2026, 3, 12)), before("60", 506, date(2025, 7, 2)))


def trends(value="9", earlier=PAST, collected_at=FACTS.collected_at):
    seen = observation("ferritin", value, "ug/L", method="A")
    made = interpret(panel_of(seen, earlier=earlier), CATALOGUE)
    return trends_of(made, collected_at, WORDS)


@pytest.mark.parametrize(
    ("value", "tone"), [("9", Tone.LOW), ("100", Tone.USUAL), ("900", Tone.HIGH)]
)
def test_the_last_point_of_a_chart_has_the_sign_of_its_result(value, tone):
    (trend,) = trends(value)

    assert trend.tone is tone


def test_each_source_stands_on_a_line_of_its_own():
    texts = clinician_page_of_case("thirty-results").sources.texts

    assert [text[:4] for text in texts[1:10]] == [f"[{n}] " for n in range(1, 10)]


def test_a_row_holds_interval_outcome_code_and_guideline_category_with_their_sources():
    page = page_for(observation("sodium", "134", "mmol/L", sender_flag="L"))

    (row,) = [cells for cells in page.table.rows if cells[0] == "Sodium"]
    assert row[1:3] == ("134 mmol/L", "133 to 146 mmol/L [1]")
    assert row[3] == "To be checked [L]; lab's mark L"
    assert row[4].startswith("mild hyponatraemia [2]")
    assert any(text.startswith("[1] eJIFCC") for text in page.sources.texts)


def test_the_laboratory_s_own_interval_is_named_as_such():
    own = lab_interval("136-145")

    page = page_for(observation("sodium", "134", "mmol/L", lab_interval=own))

    assert page.table.rows[0][2].startswith("136 to 145 mmol/L (laboratory)")


def test_an_interval_that_was_not_used_is_shown_all_the_same():
    odd = lab_interval("see below")

    page = page_for(observation("sodium", "134", "mmol/L", lab_interval=odd))

    assert "Lab's interval: see below" in page.table.rows[0][2]


@pytest.mark.parametrize(
    ("symptoms", "said"),
    [
        (None, "Symptoms: not asked."),
        ((), "Symptoms told: none."),
        (("fatigue",), "Symptoms told: Very tired."),
    ],
)
def test_not_asked_none_and_told_are_three_things(symptoms, said):
    page = page_for(observation("sodium", "140", "mmol/L"), symptoms=symptoms)

    assert said in page.lead[-1]


def test_a_critical_result_is_said_before_the_table():
    page = page_for(observation("potassium", "7.1", "mmol/L"))

    assert page.alert.kind is BoxKind.EMERGENCY
    assert page.alert.heading == "Act now"
    assert page.alert.lead == ("Potassium 7.1 mmol/L. Very high: act now.",)
    assert page.sections[0].heading == "Danger signs and patterns"


def test_a_danger_sign_that_was_told_stands_in_the_alert_too():
    page = page_for(
        observation("potassium", "4.2", "mmol/L"), symptoms=["rf_chest_pain"]
    )

    assert page.alert.lead == ()
    assert page.alert.items == ("Danger sign told: Chest pain or tightness",)


@pytest.mark.parametrize("seed", range(60))
def test_every_result_to_act_on_is_named_with_its_value_and_nothing_else_is(seed):
    made = random_interpretation(seed)
    page = page_of(made)
    urgent = [one for one in all_results(made) if is_urgent(one)]

    said = " ".join(page.alert.lead) if page.alert else ""

    assert bool(page.alert) is bool(alarm_of(made, WORDS).act)
    assert [o for o in urgent if o.observation.value_text not in said] == []


@pytest.mark.parametrize("seed", range(60))
def test_the_table_does_not_speak_to_the_patient(seed):
    page = page_of(random_interpretation(seed))
    cells = [cell for row in page.table.rows for cell in row]

    assert [one for one in cells if re.search(r"\b[Yy]our?\b", one)] == []


def test_what_was_not_judged_is_called_so_and_why():
    page = clinician_page_of_case("none-usable")

    assert [cells[3] for cells in page.table.rows] == [
        "Not judged. No rules for this test.",
        "Not judged. No rules for this test.",
        "Not judged. Sent without a unit.",
    ]


def test_a_reading_that_may_lie_in_several_categories_is_in_none():
    page = clinician_page_of_case("straddling")

    row = next(cells for cells in page.table.rows if cells[0] == "Potassium")
    assert row[4] == "we cannot tell [2]"


def test_a_correction_says_old_and_new_before_the_table():
    page = clinician_page_of_case("corrected")

    assert page.corrected.items == (
        "Potassium: it was 6.8 mmol/L. It is now 4.3 mmol/L.",
    )
    told = [box.text for box in layout(page)]
    assert told.index("CORRECTED: this page replaces report 7F3A-91C1") < told.index(
        "All results"
    )
    assert clinician_page_of_case("today").corrected is None


def test_there_is_a_column_for_earlier_results_only_where_there_are_some():
    with_past = clinician_page_of_case("earlier-results").table
    without = clinician_page_of_case("today").table

    assert with_past.columns[-1] == "Last time"
    assert with_past.rows[0][-1] == "31 ug/L on 12 March 2026"
    assert "Last time" not in without.columns
    assert "No earlier results were sent" in without.caption


@pytest.mark.parametrize(
    ("locale", "words"),
    [("es", "hiperpotasemia grave"), ("ar", "فرط بوتاسيوم الدم الشديد")],
)
def test_categories_and_what_stands_between_names_are_in_the_reader_s_language(
    locale, words
):
    page = clinician_page_of_case("emergency", locale)
    between = load_wording(locale).say("lists.between")

    cells = [cell for row in page.table.rows for cell in row]
    listed = [item for part in page.sections for item in part.items]
    assert any(cell.startswith(words) for cell in cells)
    assert any(item.count(between) > 1 for item in listed)
    assert (", " in " ".join(listed)) is (locale == "es")


def test_a_category_of_a_site_s_own_keeps_its_word():
    made = interpret(panel_of(observation("sodium", "128", "mmol/L")), CATALOGUE)
    (sodium,) = made.results
    own = replace(sodium.guidelines[0], label="our own word")
    page = page_of(replace(made, results=(sodium._replace(guidelines=(own,)),)))

    assert page.table.rows[0][4].startswith("our own word [")


def test_what_is_worked_out_is_there_and_said_to_be():
    page = page_for(
        observation("calcium_total", "2.02", "mmol/L"),
        observation("albumin", "41", "g/L"),
        observation("creatinine", "82", "umol/L"),
    )

    names = [cells[0] for cells in page.table.rows]
    assert "Calcium (adjusted), worked out" in names
    assert "Kidney function (eGFR), worked out" in names


@pytest.mark.parametrize("seed", range(60))
def test_every_result_and_every_pattern_with_words_is_there(seed):
    made = random_interpretation(seed)

    page = page_of(made)

    assert len(page.table.rows) == len((*made.results, *made.derived))
    listed = " ".join(" ".join(part.items) for part in page.sections)
    for flag in made.red_flags:
        assert WORDS.say(f"red_flags.{flag.id}") in listed


@pytest.mark.parametrize("name", [name for name in CASES if name != "thirty-results"])
def test_it_is_one_or_two_sheets(name):
    found = layout(clinician_page_of_case(name))

    assert max(box.sheet for box in found) <= 1


def test_it_is_longer_only_for_a_panel_of_thirty():
    found = layout(clinician_page_of_case("thirty-results"))

    assert max(box.sheet for box in found) <= 4


def test_a_chart_has_each_result_at_its_true_time_with_number_unit_and_day():
    (trend,) = trends()

    assert [one.value for one in trend.points] == ["60", "31", "9"]
    assert [one.at for one in trend.points] == [0, 0.5, 1]
    assert trend.points[1].text == "31 ug/L on 12 March 2026"
    assert trend.points[-1].text == "9 ug/L on 20 November 2026"
    assert all(one.text in trend.alt for one in trend.points)


def test_a_higher_number_stands_higher_and_the_band_has_its_place():
    (trend,) = trends()

    first, second, last = (one.level for one in trend.points)
    assert first > second > last
    low, high = trend.band
    assert last < low < high
    assert second < low < first  # the band begins at 45


def test_a_chart_may_have_no_band():
    made = interpret(
        panel_of(observation("ferritin", "9", "ug/L", method="A"), earlier=PAST),
        CATALOGUE,
    )
    (result,) = made.results
    unsettled = result._replace(usual=None)  # whose range it is was not told

    (trend,) = trends_of(replace(made, results=(unsettled,)), None, WORDS)

    assert trend.band is None
    first, _, last = (one.level for one in trend.points)
    assert (first, last) == (0.875, 0.125)


def test_without_a_day_of_collection_the_present_number_stands_alone():
    (trend,) = trends(collected_at=None)

    assert trend.points[-1].text == "9 ug/L"


@pytest.mark.parametrize(
    ("value", "earlier"),
    [
        ("9", ()),
        ("<9", PAST),
        ("9", (before("31", 253, date(2026, 3, 12), method="B"),)),
        ("9", (before("<31", 253, date(2026, 3, 12)),)),
        ("9", (before("31", 253, date(2026, 3, 12), unit="ng/mL"),)),
    ],
)
def test_what_cannot_be_compared_is_not_drawn(value, earlier):
    assert trends(value, earlier) == ()


@pytest.mark.parametrize("size", ["standard", "large"])
def test_the_numbers_of_a_chart_are_printed_beside_it(size):
    printed = [
        box.text for box in layout(clinician_page_of_case("earlier-results"), size=size)
    ]

    assert "Change over time" in printed
    assert "34 ug/L on 2 September 2025" in " ".join(printed)


def test_a_chart_is_never_split():
    (trend,) = trends()
    drawing = TrendDrawing(trend, Look(1, PAPERS["A4"]))

    assert drawing.split(1) == [drawing]


def test_each_calcium_is_called_by_its_own_name_and_no_judgement_is_claimed():
    page = page_for(
        observation("calcium_adjusted", "0.66", "mmol/L"),
        observation("calcium_total", "2.61", "mg/dL", sender_flag="H"),
    )

    (patterns,) = [one for one in page.sections if one.heading.startswith("Danger")]
    said = " ".join(patterns.items)
    assert "Adjusted calcium: The number is hard to believe." in said
    assert "Calcium: The lab put a mark on this result. We have not judged it." in said
    assert "in another way than we do" not in said


def test_a_correction_of_many_results_goes_on_below_the_table():
    tests = [
        ("sodium", "140", "141", "mmol/L"),
        ("potassium", "4.1", "4.2", "mmol/L"),
        ("chloride", "102", "103", "mmol/L"),
        ("bicarbonate", "24", "25", "mmol/L"),
        ("magnesium", "0.86", "0.87", "mmol/L"),
        ("phosphate", "1.1", "1.2", "mmol/L"),
        ("ferritin", "90", "91", "ug/L"),
        ("urea", "5.1", "5.2", "mmol/L"),
        ("crp", "2", "3", "mg/L"),
    ]
    old = interpret(
        panel_of(*[observation(a, v, u) for a, v, _, u in tests]), CATALOGUE
    )
    new = interpret(
        panel_of(*[observation(a, v, u) for a, _, v, u in tests]), CATALOGUE
    )

    facts = replace(FACTS, version=2, supersedes="7f3a", corrected=old.results)
    page = page_of(new, facts=facts)

    below = [part for part in page.sections if "it was" in " ".join(part.items)]
    assert len(below) == 1
    said = " ".join([*page.corrected.items, *below[0].items])
    assert [v for _, _, v, u in tests if f"It is now {v} {u}." not in said] == []


def test_a_test_that_was_sent_in_vain_is_named_as_that():
    withdrawn = observation("magnesium", "0.9", "mmol/L", status="cancelled")

    page = page_for(observation("potassium", "3.2", "mmol/L"), withdrawn)

    (open_,) = (
        p for p in page.sections if p.heading == "What would settle what is open"
    )
    assert any("(sent, but of no use)" in one for one in open_.items)


def faulted(value="6.1", comment="", **more):
    seen = replace(observation("potassium", value, "mmol/L"), comment=comment)
    return page_for(seen, **more)


@pytest.mark.parametrize(
    "page",
    [
        faulted(conditions=frozenset({"haemolysed"})),
        faulted(comment="Sample haemolysed"),
    ],
    ids=["stated", "commented"],
)
def test_a_fault_of_the_sample_stands_in_the_alert_that_it_may_have_caused(page):
    assert page.alert.lead == ("Potassium 6.1 mmol/L. High: act today.",)
    (fault,) = page.alert.items
    assert fault.startswith("The blood cells in the sample were broken.")


def test_a_fault_that_the_numbers_show_stands_in_the_alert_too():
    page = page_for(
        observation("potassium", "7.4", "mmol/L"),
        observation("calcium_total", "1.2", "mmol/L"),
        observation("alp", "12", "U/L"),
    )

    said = " ".join(page.alert.items)
    assert said.count("wrong tube") == 1


def test_a_fault_that_moved_nothing_urgent_stays_out_of_the_alert():
    page = page_for(
        observation("sodium", "119", "mmol/L"),
        observation("potassium", "4.2", "mmol/L"),
        conditions=frozenset({"haemolysed"}),
    )

    assert page.alert.items == ()


def test_our_own_interval_stands_beside_the_laboratory_s_where_it_says_otherwise():
    page = clinician_page_of_case("conflict")

    row = next(cells for cells in page.table.rows if cells[0] == "Sodium")
    assert row[2] == (
        "136 to 145 mmol/L (laboratory); our interval: 133 to 146 mmol/L [1]"
    )
    assert page.sources.texts[1].startswith("[1] eJIFCC")


def test_our_own_interval_stays_away_where_it_says_the_same():
    page = page_for(
        observation("sodium", "140", "mmol/L", lab_interval=lab_interval("136-145"))
    )

    assert page.table.rows[0][2] == "136 to 145 mmol/L (laboratory)"


def test_a_target_for_what_was_told_stands_with_its_source():
    page = clinician_page_of_case("earlier-results")

    assert page.table.rows[0][4] == (
        "absent iron stores [1]; below RLS iron-treatment threshold [2]"
    )
    assert page.sources.texts[2].startswith("[2] American Academy of Sleep Medicine")


def test_what_a_limit_was_chosen_by_beside_age_and_sex_is_said_before_the_table():
    assert clinician_page_of_case("pregnant").lead[-1] == (
        "Limits chosen for: pregnant; in the last third of a pregnancy."
    )
    usual = clinician_page_of_case("far-below").lead
    assert [text for text in usual if "Limits chosen" in text] == []


def test_what_was_worked_out_stands_in_the_table_by_how_pressing_it_is():
    rows = clinician_page_of_case("emergency").table.rows

    assert [cells[0] for cells in rows] == [
        "Potassium",
        "Creatinine",
        "Kidney function (eGFR), worked out",
        "Sodium",
    ]


@pytest.mark.parametrize("seed", range(60))
def test_the_table_begins_with_what_the_alert_is_about_and_ends_in_range(seed):
    made = random_interpretation(seed)
    alarm = alarm_of(made, WORDS)
    found = worst_first(made, WORDS)

    acted = [bool(alarm.act_on(one, WORDS)) for one in found]
    rest = found[sum(acted) :]
    inside = [one.outcome.kind is Kind.IN_RANGE for one in rest if not one.urgency]
    assert acted == sorted(acted, reverse=True)
    assert [one.urgency for one in rest] == sorted(
        [one.urgency for one in rest], reverse=True
    )
    assert inside == sorted(inside)


def test_the_potassium_of_a_pattern_to_act_on_stands_with_its_sodium():
    rows = clinician_page_of_case("thirty-results").table.rows

    assert {cells[0] for cells in rows[:3]} == {"Magnesium", "Sodium", "Potassium"}


def test_a_number_in_brackets_keeps_its_brackets_behind_a_latin_word_in_arabic():
    row = clinician_page_of_case("earlier-results", "ar").table.rows[0]

    assert row[4].endswith("(RLS) \u2066[2]\u2069")
    assert row[3].endswith(" \u2066[L]\u2069")


def test_whose_words_the_lists_are_in_is_said_once_at_their_head():
    page = clinician_page_of_case("off-the-scale")

    words = "The lists from here on are in the words of the patient's page."
    assert [part.texts for part in page.sections] == [(words,), (), ()]


def test_each_limit_of_a_range_has_the_number_of_its_source():
    ferritin = observation("ferritin", "150", "ug/L")
    made = interpret(
        panel_of(ferritin, factors=["inflammation"], profile="who"), CATALOGUE
    )

    (row,) = page_of(made).table.rows

    assert any("70 to 200 ug/L [1] [2]" in cell for cell in row)


def test_our_interval_is_named_where_it_sees_more_than_the_guideline_that_was_used():
    older = adult(Sex.FEMALE, years=55)
    seen = observation("ferritin", "250", "ug/L")

    page = page_of(interpret(panel_of(seen, person=older), CATALOGUE))

    interval = page.table.rows[0][2]
    assert interval.startswith("45 to 300 ug/L [1]")
    assert interval.endswith("our interval: 15 to 200 ug/L [2]")
    assert any(text.startswith("[2] Royal Cornwall") for text in page.sources.texts)


def test_what_the_laboratory_wrote_under_a_result_stands_on_the_page():
    seen = observation("potassium", "5.9", "mmol/L", comment="Please repeat")

    page = page_of(interpret(panel_of(seen), CATALOGUE))

    told = [item for part in page.sections for item in part.items]
    assert [item for item in told if "Please repeat" in item] == [
        "Potassium: The lab wrote: Please repeat"
    ]
