"""What a number line says: in whole sentences, and nothing by its shape alone."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.model import Tone, ZoneKind
from reports.pdf import layout
from reports.wording import load_wording, locales
from tests.gallery.cases import page_of_case
from tests.reports.panels import observation, page_for, random_page

REACH = re.compile(r"less than|more than|or less|or more")


def lines_of(page):
    return [one.line for one in (*page.cards, *page.rows) if one.line]


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (
            observation("potassium", "7.1", "mmol/L"),
            """
            Potassium: your result is 7.1 mmol/L. The usual range is 3.5 to 5.3 mmol/L.
            It is very high. Act now. It is far outside the range.
            """,
        ),
        (
            observation("ferritin", "2480", "ug/L"),
            """
            Stored iron (ferritin): your result is 2480 ug/L. The guideline's range is
            45 to 200 ug/L. It is high. It is far outside the range. It is off the
            scale.
            """,
        ),
        (
            observation("sodium", "140", "mmol/L"),
            """
            Sodium: your result is 140 mmol/L. The usual range is 133 to 146 mmol/L.
            It is in the usual range.
            """,
        ),
        (
            observation("crp", "<9", "mg/L"),
            """
            CRP: your result is less than 9 mg/L. The usual range is 5 mg/L or less.
            It is not clear yet what it means.
            """,
        ),
    ],
)
def test_who_cannot_see_a_line_hears_it_in_whole_sentences(result, said):
    (line,) = lines_of(page_for(result))

    assert line.alt == " ".join(said.split())


@given(seed=st.integers(0, 239), locale=st.sampled_from(locales()))
def test_a_mark_on_stripes_is_said_to_be_far_outside(seed, locale):
    words = load_wording(locale)

    for line in lines_of(random_page(seed, locale)):
        striped = [
            zone
            for zone in line.zones
            if zone.kind is ZoneKind.FAR and zone.start <= line.marker.at <= zone.end
        ]
        told = words.say("line.far_told") in line.alt
        edges = [edge for zone in striped for edge in (zone.start, zone.end)]
        inner = line.marker.at in (0, 1) or line.marker.at not in edges
        assert not told or striped
        assert told or line.marker.reach or not (striped and inner)


@given(seed=st.integers(0, 239), locale=st.sampled_from(locales()))
def test_a_card_says_far_outside_where_its_line_does_and_its_chip_does_not(
    seed, locale
):
    words = load_wording(locale)
    far, told = words.say("cards.far"), words.say("line.far_told")
    very = tuple(words.say(f"verdicts.very_{way}") for way in ("low", "high"))

    for card in random_page(seed, locale).cards:
        unsaid = card.line and told in card.line.alt and very[0] not in card.chip.text
        unsaid = unsaid and very[1] not in card.chip.text
        assert card.notes.count(far) == bool(unsaid)


@pytest.mark.parametrize(
    ("result", "notes"),
    [
        (observation("ferritin", "2480", "ug/L"), 1),
        (observation("potassium", "7.1", "mmol/L"), 0),
        (observation("potassium", "5.5", "mmol/L"), 0),
    ],
)
def test_who_sees_a_card_reads_that_a_result_is_far_outside(result, notes):
    (card,) = page_for(result).cards

    far = "This result is far outside that range."
    assert card.notes.count(far) == notes
    assert not notes or card.notes[1] == far


@pytest.mark.parametrize(
    ("value", "far"), [("<2", True), (">2", False), ("<9", False), (">7.5", True)]
)
def test_a_limit_of_a_method_is_far_outside_only_where_all_below_or_above_is(
    value, far
):
    (line,) = lines_of(page_for(observation("potassium", value, "mmol/L")))

    assert ("far outside" in line.alt) is far


@given(seed=st.integers(0, 239), locale=st.sampled_from(locales()))
def test_a_line_that_ends_in_an_arrow_says_so_to_the_eye_and_to_the_ear(seed, locale):
    words = load_wording(locale)
    page = random_page(seed, locale)

    for one in (*page.cards, *page.rows):
        if one.line:
            told = words.say("line.off_told") in one.line.alt
            label = words.say("line.off", label="") in one.line.marker.text
            assert told is label is bool(one.line.marker.off)


@given(seed=st.integers(0, 239))
def test_what_a_marker_shows_by_its_shape_stands_in_words_on_the_same_sheet(seed):
    page = random_page(seed, "en-GB")
    sheets = sheets_of(page)

    for card in page.cards:
        words = set(near(card.heading, sheets).split())
        assert set(card.chip.text.split()) <= words
    for row in page.rows:
        text = near(row.heading, sheets)
        assert "sual range" in text or "uideline" in text
        if row.line and row.line.marker.tone is Tone.EDGE:
            assert "At the edge." in text or "close to the limit of" in text
        if row.line and row.line.marker.off:
            assert "off the scale" in text
    for line in lines_of(page):
        assert bool(REACH.search(line.marker.text)) is bool(line.marker.reach)


def sheets_of(page):
    found = {}
    for box in layout(page):
        found.setdefault(box.sheet, []).append(box.text)
    return [" ".join(found[number]) for number in sorted(found)]


def near(heading, sheets):
    """All text of the sheets on which the words of *heading* stand."""
    words = set(heading.split())
    return " ".join(text for text in sheets if words <= set(text.split()))


def test_a_result_on_its_limit_says_so_on_a_page_of_one_sheet():
    page = page_of_case("at-the-edge")

    (sheet,) = sheets_of(page)
    assert "At the edge." in sheet
    assert "1 of them is close to a limit: magnesium." in sheet


def test_a_result_close_to_a_limit_says_so_on_a_page_of_one_sheet():
    (sheet,) = sheets_of(page_for(observation("ferritin", "196", "ug/L"), symptoms=()))

    assert "It is close to a limit." in sheet
    assert "Your result is close to the limit of 200 ug/L." in sheet


def test_who_reads_of_a_child_sees_a_label_that_is_not_about_the_reader():
    labels = [line.marker.text for line in lines_of(page_of_case("child"))]

    assert labels == ["Result: 8"]


def test_the_numbers_of_one_line_have_as_many_decimals():
    (line,) = lines_of(page_for(observation("magnesium", "0.85", "mmol/L")))

    assert [tick.text for tick in line.ticks] == [
        "0.2",
        "0.4",
        "0.7",
        "1.0",
        "2.0",
        "2.4",
    ]


def test_the_limits_on_a_line_are_those_of_the_words_below_it():
    (row,) = page_for(observation("magnesium", "0.85", "mmol/L")).rows

    limits = [tick.text for tick in row.line.ticks if tick.strong]
    assert row.ranges.startswith(f"Usual range: {' to '.join(limits)} mmol/L")


@given(seed=st.integers(0, 239))
def test_no_line_has_numbers_of_two_kinds(seed):
    for line in lines_of(random_page(seed, "en-GB")):
        assert len({len(tick.text.partition(".")[2]) for tick in line.ticks}) == 1


def test_a_unit_that_was_sent_as_a_code_reads_as_it_does_beside_it():
    page = page_for(
        observation("osmolality", "310", "mosm/kg"),
        observation("sodium", "140", "mmol/L"),
        observation("urea", "5", "mmol/L"),
        observation("glucose", "5", "mmol/L"),
    )

    cells = " ".join(cell for row in page.table.rows for cell in row)
    assert cells.count("mOsm/kg") > 1
    assert "mosm/kg" not in cells


def test_what_may_not_be_taken_is_said_once():
    card = page_of_case("off-the-scale").cards[0]

    assert " ".join(card.texts).count("Do not take iron pills") == 1
