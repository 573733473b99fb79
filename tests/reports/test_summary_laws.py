"""The summary never says that all is well where it is not, in any language.

100,000 panels where PLAINLAB_LONG is set (as in .ci/run), else a sample of them.
"""

import re

import pytest

from reference_ranges.interpretation import interpret
from reference_ranges.results import Kind
from reports.model import Tone
from reports.summary import summary_of
from reports.wording import load_wording, locales
from tests.gallery.cases import CASES, page_of_case
from tests.long import LONG
from tests.reports.panels import (
    CATALOGUE,
    observation,
    page_for,
    panel_of,
    random_page,
    random_panel,
)

PANELS = 100_000 if LONG else 1_000
SHARE = 10  # the work is cut in so many parts, for two cores
WORDINGS = [load_wording(locale) for locale in locales()]


def all_well(wording):
    """What says that all is in the usual range, in the words of a locale."""
    forms = wording.plurals.names
    texts = [wording.texts[f"summary.all_in.{form}"] for form in forms]
    said = [r"\W?\d+\W?".join(map(re.escape, text.split("{number}"))) for text in texts]
    normal = map(re.escape, wording.checks.normal)
    return re.compile("|".join([*said, *normal]), re.IGNORECASE)


ALL_WELL = [(wording, all_well(wording)) for wording in WORDINGS]


def says_all_well(interpretation):
    """The locales whose summary says that all is well, in any part of it."""
    for wording, phrase in ALL_WELL:
        box = summary_of(interpretation, wording)
        texts = (box.heading, *box.lead, *box.items, box.closing)
        if phrase.search(" ".join((*texts, *(chip.text for chip in box.chips)))):
            yield wording.locale


def is_all_well(interpretation):
    everything = (*interpretation.results, *interpretation.derived)
    return {one.outcome.kind for one in everything} == {Kind.IN_RANGE}


@pytest.mark.parametrize("part", range(SHARE))
def test_all_is_well_only_where_every_result_is_in_range(part):
    each = PANELS // SHARE
    made = [
        interpret(random_panel(part * each + one), CATALOGUE) for one in range(each)
    ]

    said = [list(says_all_well(one)) for one in made]

    assured = [one for one, words in zip(made, said, strict=True) if words]
    assert [one for one in assured if not is_all_well(one)] == []


def test_where_all_is_well_the_summary_says_so_in_every_language():
    well = panel_of(observation("potassium", "4.2", "mmol/L"))

    assert tuple(says_all_well(interpret(well, CATALOGUE))) == locales()


@pytest.mark.parametrize(
    ("locale", "word"),
    [("en-GB", "normal"), ("en-US", "normal"), ("es", "normal"), ("ar", "طبيعي")],
)
def test_the_word_for_normal_is_known_in_every_language(locale, word):
    assert word in load_wording(locale).checks.normal


# ---- close to a limit, and what was worked out ----------------------------------

CLOSE = observation("ferritin", "196", "ug/L")
ON_LIMIT = observation("magnesium", "0.70", "mmol/L")
WELL = (
    observation("sodium", "140", "mmol/L"),
    observation("potassium", "4.2", "mmol/L"),
)
LOW = observation("phosphate", "0.60", "mmol/L")


def chips_of(page):
    return [(chip.tone, chip.text) for chip in page.summary.chips]


def test_where_all_is_in_range_those_close_to_a_limit_are_named_after_it():
    page = page_for(CLOSE, *WELL)

    assert page.summary.lead[:3] == (
        "Your 3 results are all in the usual range.",
        "1 of them is close to a limit: stored iron.",
        "A result in the usual range does not rule everything out.",
    )
    assert chips_of(page) == [
        (Tone.USUAL, "2 in the usual range"),
        (Tone.EDGE, "1 close to a limit"),
    ]


def test_a_single_result_close_to_a_limit_is_not_one_of_them():
    page = page_for(ON_LIMIT)

    assert page.summary.lead[:2] == (
        "Your result is in the usual range.",
        "It is close to a limit.",
    )


def test_beside_a_result_outside_those_close_to_a_limit_are_counted_apart():
    page = page_for(LOW, CLOSE, ON_LIMIT, *WELL)

    assert page.summary.lead[1:3] == (
        "2 results are in the usual range.",
        (
            "2 results are in the usual range, but close to a limit: "
            "stored iron and magnesium."
        ),
    )
    assert chips_of(page)[1:] == [
        (Tone.USUAL, "2 in the usual range"),
        (Tone.EDGE, "2 close to a limit"),
    ]


def test_what_was_worked_out_and_is_in_range_is_counted_beside_what_was_sent():
    page = page_of_case("thirty-results")

    told = "We worked out 2 more results. They are in the usual range."
    assert told in page.summary.lead
    usual = (Tone.USUAL, "2 in the usual range, worked out")
    assert usual in chips_of(page)


def test_what_was_worked_out_and_cannot_be_true_is_counted_with_what_is_not_judged():
    page = page_for(
        observation("iron", "216", "ug/dL"), observation("tibc", "55.6", "ug/dL")
    )

    (one,) = page.unjudged
    assert one.heading == "Iron in transport (TSAT)"
    assert "We could not judge 1 result. Ask your clinic about it." in page.summary.lead
    assert (Tone.UNKNOWN, "1 not judged") in chips_of(page)


def number_in(chip):
    return int(re.search(r"\d+", chip.text)[0])


@pytest.mark.parametrize("seed", range(60))
def test_the_numbers_of_the_summary_add_up_to_what_the_page_shows(seed):
    page = random_page(seed, "en-GB")

    shown = len((*page.cards, *page.rows, *page.unjudged))
    assert sum(map(number_in, page.summary.chips)) == shown


@pytest.mark.parametrize("name", CASES)
def test_the_numbers_add_up_in_every_case_of_the_gallery(name):
    page = page_of_case(name)

    shown = len((*page.cards, *page.rows, *page.unjudged))
    assert sum(map(number_in, page.summary.chips)) == shown
