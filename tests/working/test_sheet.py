"""The working sheet: what stands on it, and that it can be printed."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_ranges.interpretation import interpret
from reference_ranges.panel import ObservationStatus
from reference_ranges.partitions import Sex
from reference_ranges.readings import lab_interval
from reports.direction import has_right_to_left
from reports.pdf import layout, render_pdf
from reports.wording import load_wording
from reports.working.arithmetic import exact
from reports.working.readings import readings_of
from reports.working.sheet import working_of, working_tables
from reports.working.statements import Statement
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


def sheet_of(found, locale="en-GB"):
    return working_of(found, IDENTITY, FACTS, LETTERHEAD, load_wording(locale))


def lines_for(*observations, **more):
    """All rows of the sheet, each as one text, after the first table."""
    found = interpret(panel_of(*observations, **more), CATALOGUE)
    return [" | ".join(row) for table in sheet_of(found).tables for row in table.rows]


@pytest.mark.parametrize(
    ("result", "line"),
    [
        (
            ("ferritin", "9", "ug/L"),
            (
                "9 ug/L \u00d7 1/1 = 9 ug/L; 9 < 15; for: from 16 years to "
                "under 50 years, female, not pregnant; origin: catalogue; label: "
                "absent iron stores; "
                "severity: 2 | low | ferritin/uk/guideline/uk_adult_f_pre (BSG 2021 "
                "adult iron stores (with BSH 2018 upper bands), women under 50); "
                "British Society of Gastroenterology (Snook et al.) 2021"
            ),
        ),
        (
            ("magnesium", "1.6", "meq/L"),
            "1.6 meq/L \u00d7 1/2 = 0.8 mmol/L; 0.7 ≤ 0.8 ≤ 1.0",
        ),
        (
            ("calcium_total", "8.4", "mg/dL"),
            (
                "8.4 mg/dL \u00d7 5000/20039 = 42000/20039 (≈ 2.0959) mmol/L; "
                "42000/20039 (≈ 2.0959) < 2.2"
            ),
        ),
        (("potassium", "<3.0", "mmol/L"), "x < 3 < 3.5"),
        (("potassium", "<3.5", "mmol/L"), "x < 3.5 ≤ 3.5"),
        (("potassium", ">6.0", "mmol/L"), "x > 6 > 5.3"),
        (("potassium", "<3.6", "mmol/L"), "x < 3.6: cannot be told. Ask if the lab"),
        (("potassium", "3.5", "mmol/L"), "3.5 ≤ 3.5 ≤ 5.3"),
    ],
)
def test_each_class_is_written_as_a_sum_with_limit_rule_and_source(result, line):
    assert any(line in row for row in lines_for(observation(*result)))


def test_the_judgement_that_led_is_named_and_why():
    own = lab_interval("2.8-5.3")
    low = observation("potassium", "2.9", "mmol/L", lab_interval=own)

    lines = "\n".join(lines_for(low))

    assert (
        "first: interval laboratory_interval (the laboratory's own interval): in, "
        "severity 0"
    ) in lines
    assert "took over: guideline potassium/uk/guideline" in lines
    assert "take over severity: 2" in lines


def test_whom_a_limit_is_for_and_units_are_written_as_people_write_them():
    lines = "\n".join(
        lines_for(
            observation("creatinine", "88", "umol/L"),
            observation("urea", "14", "mg/dL{urea_nitrogen}"),
        )
    )

    assert "for: from 18 years" in lines
    assert "partition" not in lines
    assert "mL/min/1.73 m\u00b2" in lines
    assert "14 mg/dL (urea nitrogen)" in lines
    assert "{" not in lines


@pytest.mark.parametrize("seed", range(0, 120, 3))
@pytest.mark.parametrize("locale", ["en-GB", "es", "ar"])
def test_every_rule_stands_with_its_words(seed, locale):
    made, wording = random_interpretation(seed), load_wording(locale)

    told = readings_of(made, wording)

    bare = {
        row[-1].split("; ")[0]
        for table in working_tables(made, wording)
        for row in table.rows
        if " " not in row[2]  # which says in a sentence what the rule is about
    }
    assert all("(" in rule for rule in bare), bare
    assert told.limits


TOKEN = re.compile(r"[a-z]+_[a-z_]+|\b(in|grey|agrees|soon)$")


@pytest.mark.parametrize("seed", range(0, 120, 3))
@pytest.mark.parametrize("locale", ["en-GB", "es", "ar"])
def test_what_a_step_gives_is_told_in_words_and_no_token(seed, locale):
    made, wording = random_interpretation(seed), load_wording(locale)

    tables = working_tables(made, wording)

    given = {row[2] for table in tables for row in table.rows}
    headings = {table.heading for table in tables}
    assert [one for one in given | headings if TOKEN.search(one)] == []


@pytest.mark.parametrize(
    ("result", "gives"),
    [
        (("ferritin", "9", "ug/L"), "Outside the usual range: low"),
        (("ferritin", "40", "ug/L"), "Not clear: This test alone does not decide"),
        (("potassium", "7.1", "mmol/L"), "high enough to act at once"),
        (("potassium", "<3.6", "mmol/L"), "cannot be told"),
        (("sodium", "140", "mmol/L"), "in range"),
        (("sodium", "140", "mmol/L"), "= 140"),
    ],
)
def test_words_stand_where_a_class_was_given_and_numbers_stay(result, gives):
    rows = [line.split(" | ") for line in lines_for(observation(*result))]

    assert gives in {row[2] for row in rows}


def test_a_change_that_is_real_is_told_with_its_code():
    token = readings_of(random_interpretation(0), load_wording("en-GB")).token

    assert token("up (U)") == "up by more than chance (U)"
    assert token("method_unknown") == "the method is unknown"


@pytest.mark.parametrize(
    ("sent", "factors", "limit", "times"),
    [
        # the limit of a set that was displaced has a line of its own
        (("ferritin", "150", "ug/L"), ["inflammation"], "; 150 \u2264 200", 1),
        # that of a guideline beside it has one already
        (("vitamin_b12", "250", "ng/L"), [], "; 250 \u2264 1000", 1),
    ],
)
def test_a_limit_that_closes_the_range_has_one_line(sent, factors, limit, times):
    lines = lines_for(observation(*sent), factors=factors)

    assert len([one for one in lines if limit in one]) == times


def test_a_code_of_a_sites_own_stands_for_itself():
    told = readings_of(random_interpretation(0), load_wording("en-GB"))

    own = Statement("/findings/0", "finding", "our_own_rule", "pattern/our_own_rule")

    assert told.gives(own) == "our_own_rule"


def test_what_a_remark_is_about_and_what_would_settle_it_are_told_in_words():
    low = observation("potassium", "3.2", "mmol/L")
    lost = observation("magnesium", "0.8", "mmol/L", status=ObservationStatus.CANCELLED)

    lines = "\n".join(lines_for(low, lost, symptoms=["leg_cramp_night"]))

    assert "symptom: leg_cramp_night (leg cramps at night)" in lines
    assert (
        "settled by: a magnesium | A magnesium test may help to find out why "
        "potassium is low | pattern/low_k_no_mg; " in lines
    )
    assert (
        "analytes: potassium; sent: gave no result | magnesium | low_k_no_mg (" in lines
    )
    assert "analytes: magnesium | a new result in place of this one" in lines


def test_a_figure_that_was_read_elsewhere_says_where():
    found = interpret(
        panel_of(observation("calcium_adjusted", "1.95", "mmol/L")), CATALOGUE
    )
    read_elsewhere = [one.via for one in found.sources if one.via]

    items = sheet_of(found).sources.items

    assert read_elsewhere
    for via in read_elsewhere:
        assert any(item.endswith(f"How it was read: {via}") for item in items)


def test_the_senders_flag_and_the_urgency_are_worked_out():
    high = observation("potassium", "6.8", "mmol/L", sender_flag="N")

    lines = "\n".join(lines_for(high))

    assert "The sender's flag | flag: N; ours: HH | it says otherwise than" in lines
    assert "beaten by: critical potassium/uk/critical" in lines
    assert "by severity: emergency | now | urgency" in lines
    assert "red flags: result_potassium_high" in lines


def test_a_computed_value_shows_its_formula_with_its_numbers():
    lines = "\n".join(
        lines_for(
            observation("calcium_total", "2.10", "mmol/L"),
            observation("albumin", "3.0", "g/dL"),
            observation("creatinine", "88", "umol/L"),
        )
    )

    assert "2.10 - 0.02 x (30 - 40) = 2.30 mmol/L; formula: calcium_total -" in lines
    assert "albumin from: 3.0 g/dL x 10" in lines
    assert (
        "142 \u00d7 (0.995456 mg/dL / 0.7)^-1.200 \u00d7 0.9938^(45 years) \u00d7 1.012"
        in lines
    )


def test_what_is_missing_held_back_or_doubted_is_there_with_its_rule():
    lines = "\n".join(
        lines_for(
            observation("potassium", "5.9", "mmol/L"),
            observation("haemoglobin", "700", "g/L"),
            observation("ferritin", "<20", "ug/L"),
            person=adult(Sex.UNKNOWN),
            conditions=frozenset({"haemolysed"}),
        )
    )

    assert "Can the value be so? | usual: 40 to 220 g/L; credible: 15 to 260" in lines
    assert "analytes: haemoglobin | word from the lab that the number is right" in lines
    assert "Food text held back | analyte: potassium" in lines
    assert "Caution | analytes: potassium" in lines


def test_the_laboratorys_interval_stands_beside_ours():
    own = observation("sodium", "134", "mmol/L", lab_interval=lab_interval("135-145"))

    lines = "\n".join(lines_for(own))

    assert "134 < 135; origin: laboratory" in lines
    assert (
        "Our own interval, not used | 134 mmol/L \u00d7 1/1 = 134 mmol/L; 133 ≤ 134"
        in lines
    )
    assert "Finding | subjects: sodium; urgency: routine; leading: laboratory" in lines


def test_the_sheet_names_the_whole_catalogue_and_who_it_is_of():
    sheet = sheet_of(random_interpretation(2))

    assert CATALOGUE.sha256 in sheet.sources.texts[0]
    assert CATALOGUE.version in sheet.sources.texts[0]
    assert sheet.header.title == sheet.title == "How each result was judged"
    assert IDENTITY.name in sheet.footer


def test_a_target_for_a_reported_condition_stands_with_the_other_limits():
    told = observation("ferritin", "60", "ug/L")

    lines = "\n".join(lines_for(told, symptoms=["restless_legs"]))

    assert "Target for a condition | 60 ug/L" in lines


def test_how_soon_to_act_comes_first():
    critical = observation("potassium", "6.8", "mmol/L")

    first, *_ = sheet_of(interpret(panel_of(critical), CATALOGUE)).tables

    assert first.heading == "How soon to act"
    assert first.rows[0][2] == "now"


def test_without_anything_beyond_the_results_there_is_no_such_table():
    found = interpret(panel_of(observation("chloride", "100", "mmol/L")), CATALOGUE)

    assert len(sheet_of(found).tables) == 2


@pytest.mark.parametrize("seed", range(0, 240, 12))
def test_no_sum_is_turned_round_among_words_from_right_to_left(seed):
    sheet = sheet_of(random_interpretation(seed), "ar")

    cells = [cell for table in sheet.tables for row in table.rows for cell in row]
    mixed = [outside_isolates(cell) for cell in cells if has_right_to_left(cell)]
    assert mixed
    assert [
        cell for cell in mixed if set(cell) & set("<>=+\u2264\u2265\u2248\u00d7")
    ] == []


def outside_isolates(text):
    depth, found = 0, ""
    for sign in text:
        depth += (sign in "\u2066\u2067\u2068") - (sign == "\u2069")
        found += "" if depth else sign
    return found


@pytest.mark.parametrize("seed", range(0, 240, 12))
@pytest.mark.parametrize("locale", ["en-GB", "en-US", "es", "ar"])
def test_every_sheet_can_be_printed_the_same_each_time(seed, locale):
    sheet = sheet_of(random_interpretation(seed), locale)

    drawn = render_pdf(sheet)

    assert drawn.startswith(b"%PDF-")
    assert drawn == render_pdf(sheet)


@pytest.mark.parametrize("size", ["standard", "large"])
def test_no_line_of_a_sheet_leaves_the_paper_or_is_lost(size):
    sheet = sheet_of(random_interpretation(5))

    boxes = layout(sheet, size=size)

    printed = "".join("".join(box.text.split()) for box in boxes)
    for table in sheet.tables:
        for row in table.rows:
            assert "".join(row[2].split()) in printed
    assert all(box.left > 0 and box.right < 596 for box in boxes)


@given(st.fractions(min_value=0, max_denominator=10**6))
def test_a_number_is_written_in_full(number):
    assert Fraction(exact(number).split(" ")[0]) == number
