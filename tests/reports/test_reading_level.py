"""The reading level of whole pages: an eleven-year-old must be able to follow."""

import pytest

from tests.readability import score, sentences_of, syllables_of, words_of
from tests.reports.panels import random_page
from tests.reports.phrases import DOSE, LABEL, found_banned
from tests.reports.prose import sentences, text_of

PAGES = [
    pytest.param(seed, ("en-GB", "en-US")[seed % 2], id=f"report {seed}")
    for seed in range(240)
]


@pytest.mark.parametrize(("seed", "locale"), PAGES)
def test_a_page_can_be_read_at_the_age_of_eleven(seed, locale):
    found = score(sentences(random_page(seed, locale)))

    assert found.grade <= 6.0
    assert found.smog <= 9.0
    assert found.mean <= 14
    assert found.longest <= 22
    assert found.long_share <= 0.10


@pytest.mark.parametrize(("seed", "locale"), PAGES)
def test_a_page_says_nothing_that_must_not_be_said(seed, locale):
    page = random_page(seed, locale)

    assert found_banned(text_of(page)) is None
    assert DOSE.search("\n".join(sentences(page))) is None


@pytest.mark.parametrize(("seed", "locale"), PAGES)
def test_no_cell_of_the_table_speaks_in_the_labels_of_its_sources(seed, locale):
    page = random_page(seed, locale)

    cells = "\n".join(cell for row in page.table.rows for cell in row)
    notes = "\n".join(note for card in page.cards for note in card.notes)
    assert found_banned(cells) is None
    assert LABEL.search(cells) is None
    assert LABEL.search(notes) is None


@pytest.mark.parametrize(
    ("word", "count"),
    [("salt", 1), ("iron", 2), ("potassium", 4), ("magnesium", 4), ("transferrin", 3)],
)
def test_syllables_are_counted_as_they_are_spoken(word, count):
    assert syllables_of(word) == count


def test_numbers_and_units_are_no_words():
    assert words_of("Yours is 3.5 mmol/L, or 12 mcg/L, on page 2.") == [
        "Yours",
        "is",
        "or",
        "on",
        "page",
    ]


def test_a_text_is_split_at_each_end_of_a_sentence():
    assert sentences_of("One. Two? Three: 3.5!") == ["One.", "Two?", "Three: 3.5!"]


def test_a_hard_text_scores_as_hard():
    found = score(
        ["Hypokalaemia necessitates immediate electrocardiographic evaluation"]
    )

    assert found.grade > 12
    assert found.smog > 12
