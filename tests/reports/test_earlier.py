"""Earlier results on the patient's page: what is said, what is drawn, what is not."""

from datetime import date

import pytest

from reference_ranges.interpretation import interpret
from reference_ranges.panel import Earlier
from reference_ranges.readings import parse_reading
from reports.model import Tone
from reports.pdf import render_pdf
from reports.wording import load_wording
from reports.working.explanation import explain
from service.desk.line_drawing import draw
from tests.readability import score
from tests.reports.panels import CATALOGUE, observation, page_of, panel_of
from tests.reports.phrases import found_banned
from tests.reports.prose import sentences, text_of

DAYS = 24 * 60 * 60


def before(value, unit="ug/L", days=200, analyte="ferritin", **more):
    day = date(2026, 5, 3) if days == 200 else date(2025, 9, 1)
    more = {"method": "A", **more}
    return Earlier(analyte, parse_reading(value), unit, days * DAYS, day, **more)


def page_with(value, *earlier, unit="ug/L", analyte="ferritin", locale="en-GB"):
    seen = observation(analyte, value, unit, method="A")
    return page_of(interpret(panel_of(seen, earlier=earlier), CATALOGUE), locale)


def said(page):
    return " ".join([text for card in page.cards for text in card.texts])


def test_the_last_result_is_told_with_its_day():
    assert "Last time, on 3 May 2026: 31 ug/L." in said(page_with("25", before("31")))


def test_an_american_reads_the_day_in_their_own_order():
    page = page_with("25", before("31"), locale="en-US")

    assert "Last time, on May 3, 2026: 31 ug/L." in said(page)


@pytest.mark.parametrize(
    ("value", "earlier", "words"),
    [
        ("9", "90", "Since then it has gone down."),
        ("29", "9", "Since then it has gone up."),
    ],
)
def test_a_real_change_is_said_to_be_one(value, earlier, words):
    assert words in said(page_with(value, before(earlier)))


@pytest.mark.parametrize(
    ("value", "earlier"),
    [
        ("29", before("25")),  # within what comes and goes
        ("9", before("90", method="B")),
        ("9", before("90", method="")),
        ("9", before("<90")),
    ],
)
def test_no_other_change_is_said_to_be_one(value, earlier):
    assert "Since then" not in said(page_with(value, earlier))


def test_a_test_without_a_confirmed_figure_is_told_and_not_compared():
    page = page_with(
        "6.1",
        before("3.9", "mmol/L", analyte="potassium"),
        unit="mmol/L",
        analyte="potassium",
    )

    assert "Last time, on 3 May 2026: 3.9 mmol/L." in said(page)
    assert "Since then" not in said(page)


def test_two_real_changes_in_a_row_are_told():
    page = page_with("9", before("25"), before("80", days=400))

    assert "It went down the time before as well." in said(page)
    assert "Before that: 80 ug/L on 1 September 2025." in said(page)


def test_earlier_results_are_drawn_hollow_and_named_in_the_text_for_the_blind():
    line = page_with("9", before("25"), before("80", days=400)).cards[0].line

    assert [one.text for one in line.past] == [
        "25 ug/L on 3 May 2026",
        "80 ug/L on 1 September 2025",
    ]
    assert line.past[0].at < line.past[1].at
    assert line.alt.endswith(
        "Before that it was 25 ug/L on 3 May 2026 and 80 ug/L on 1 September 2025."
    )


@pytest.mark.parametrize(
    ("earlier", "words"),
    [
        (before("25", method="B"), "in another way"),
        (before("25", method=""), "We do not know if"),
        (before("0.025", "mg/L"), "in another unit"),
    ],
)
def test_what_was_measured_or_counted_otherwise_is_said_and_never_drawn(earlier, words):
    page = page_with("9", earlier)

    assert words in said(page)
    assert page.cards[0].line.past == ()
    assert "Before that" not in page.cards[0].line.alt


def test_an_earlier_result_off_the_scale_is_not_drawn_and_told_all_the_same():
    earlier = (before("1500"), before("34", days=400))
    line = page_with("9", *earlier).cards[0].line

    assert [one.text for one in line.past] == ["34 ug/L on 1 September 2025"]
    assert line.alt.endswith(
        "Before that it was 34 ug/L on 1 September 2025. "
        "Before that, off the scale: 1500 ug/L on 3 May 2026."
    )


def test_a_past_that_lies_off_the_scale_as_a_whole_is_told_as_such():
    line = page_with("9", before("1500"), before("1800", days=400)).cards[0].line

    assert line.past == ()
    assert "Before that it was" not in line.alt
    assert line.alt.endswith(
        "off the scale: 1500 ug/L on 3 May 2026 and 1800 ug/L on 1 September 2025."
    )


def test_no_more_than_three_are_drawn_and_none_off_the_scale():
    earlier = [before(str(20 + n), days=200 + 50 * n) for n in range(5)]

    assert len(page_with("9", *earlier).cards[0].line.past) == 3
    assert page_with("9", before("5000")).cards[0].line.past == ()


def test_the_screen_and_the_paper_draw_the_same_circles():
    page = page_with("9", before("25"), before("80", days=400))
    without = page_with("9")

    assert len(draw(page.cards[0].line).past) == 2
    assert draw(without.cards[0].line).past == ()
    assert render_pdf(page, paper="A4", size="standard") != (
        render_pdf(without, paper="A4", size="standard")
    )


def test_a_value_close_to_a_limit_is_told_so_in_one_calm_sentence():
    page = page_with("345", unit="ng/L", analyte="vitamin_b12")

    assert "Your result is close to the limit of 350 ng/L." in said(page)


def test_a_limit_close_by_is_in_the_unit_that_stands_beside_the_result():
    (row,) = page_with("196").rows

    assert row.unit == "ug/L"
    assert "Your result is close to the limit of 200 ug/L." in row.note


@pytest.mark.parametrize(
    ("value", "unit", "analyte", "told"),
    [
        ("196", "ug/L", "ferritin", "guideline's range, close to a limit"),
        ("140", "mmol/L", "sodium", "usual range"),
    ],
)
def test_a_value_in_range_and_close_to_a_limit_has_the_diamond_and_says_so(
    value, unit, analyte, told
):
    page = page_with(value, unit=unit, analyte=analyte)
    (row,) = page.rows

    close = "close" in told
    assert row.line.marker.tone is (Tone.EDGE if close else Tone.USUAL)
    assert f"It is in the {told}." in row.line.alt
    assert f"In the {told}" in page.table.rows[0]


def test_the_note_of_a_row_says_once_that_a_limit_is_close():
    (row,) = page_with("196").rows

    assert f"{row.note} {row.ranges}".count("close to") == 1


@pytest.mark.parametrize(
    ("value", "analyte", "tone"),
    [("345", "vitamin_b12", Tone.EDGE), ("201", "ferritin", Tone.HIGH)],
)
def test_a_value_that_is_not_in_range_keeps_its_class_beside_a_limit(
    value, analyte, tone
):
    unit = "ng/L" if analyte == "vitamin_b12" else "ug/L"
    page = page_with(value, unit=unit, analyte=analyte)

    assert page.cards[0].chip.tone is tone
    assert "close to the limit" in said(page)
    assert "close to" not in page.cards[0].chip.text


def test_a_row_in_the_usual_range_tells_of_the_last_time_too():
    page = page_with("120", before("110"))

    assert "Last time, on 3 May 2026: 110 ug/L." in page.rows[0].note


@pytest.mark.parametrize("locale", ["en-GB", "en-US"])
@pytest.mark.parametrize(
    "earlier",
    [
        (before("90"),),
        (before("25"), before("80", days=400)),
        (before("90", method="B"),),
        (before("90", "ng/mL", method=""),),
    ],
)
def test_the_page_is_read_as_easily_with_a_past(locale, earlier):
    page = page_with("9", *earlier, locale=locale)

    found = score(sentences(page))
    assert found.grade <= 6.0
    assert found.longest <= 22
    assert found_banned(text_of(page)) is None


def test_open_circles_are_explained_where_there_are_some():
    words = "An open circle is a result that you had before."

    assert words in page_with("9", before("25")).how_to_read.texts
    assert words not in page_with("9").how_to_read.texts


@pytest.mark.parametrize(
    ("value", "analyte", "unit", "explained"),
    [
        ("196", "ferritin", "ug/L", True),
        ("0.70", "magnesium", "mmol/L", True),
        ("230", "vitamin_b12", "ng/L", True),
        ("140", "sodium", "mmol/L", False),
        ("3.1", "potassium", "mmol/L", False),
    ],
)
def test_a_diamond_is_explained_where_there_is_one(value, analyte, unit, explained):
    words = "A diamond means: close to a limit, or not clear yet."
    page = page_with(value, unit=unit, analyte=analyte)

    assert (words in page.how_to_read.texts) is explained


def test_each_sentence_of_a_past_rests_on_a_node_of_the_explanation():
    seen = observation("vitamin_b12", "345", "ng/L", method="A")
    earlier = (before("900", "ng/L", analyte="vitamin_b12"),)
    found = interpret(panel_of(seen, earlier=earlier), CATALOGUE)

    made = explain(found, page_of(found), load_wording("en-GB"))

    nodes = {one.about: one for one in made.statements}
    resting = {one.text: set(one.rests_on) for one in made.sentences}
    assert all(node in nodes for rests_on in resting.values() for node in rests_on)
    assert "/results/0/delta" in resting["Since then it has gone down."]
    (near,) = [text for text in resting if "close to the limit" in text]
    assert "/results/0/near_limit" in resting[near]
    assert nodes["/results/0/delta"].rule == "vitamin_b12/biological_variation"
    assert [one.id for one in nodes["/results/0/delta"].sources] == ["ozkanay2023"]
