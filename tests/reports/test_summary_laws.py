"""The summary never says that all is well where it is not, in any language.

100,000 panels where PLAINLAB_LONG is set (as in .ci/run), else a sample of them.
"""

import re

import pytest

from reference_ranges.interpretation import interpret
from reference_ranges.results import Kind
from reports.summary import summary_of
from reports.wording import load_wording, locales
from tests.long import LONG
from tests.reports.panels import CATALOGUE, observation, panel_of, random_panel

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
