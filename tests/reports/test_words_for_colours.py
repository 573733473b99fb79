"""What a colour or a shape says stands in words as well, in every language."""

from itertools import combinations

import pytest

from reports.model import Tone
from reports.wording import locales
from tests.gallery.cases import CASES, page_of_case
from tests.reports.panels import random_page


def words_by_tone(locale):
    """Return the words of all verdicts of many pages, by what their colour says."""
    pages = [page_of_case(name, locale) for name in CASES]
    pages += [random_page(seed, locale) for seed in range(40)]
    told = {}
    for page in pages:
        for card in page.cards:
            told.setdefault(card.chip.tone, set()).add(card.chip.text)
    return told


@pytest.mark.parametrize("locale", locales())
def test_no_two_colours_have_the_same_words(locale):
    told = words_by_tone(locale)

    assert told.keys() >= set(Tone) - {Tone.USUAL}
    assert [
        (one, other, told[one] & told[other])
        for one, other in combinations(told, 2)
        if told[one] & told[other]
    ] == []


@pytest.mark.parametrize("locale", locales())
@pytest.mark.parametrize("name", CASES)
def test_a_mark_on_a_line_has_the_colour_of_its_verdict_and_a_sentence(name, locale):
    page = page_of_case(name, locale)

    assert [
        card.heading
        for card in page.cards
        if card.line and card.line.marker.tone is not card.chip.tone
    ] == []
    assert [row.heading for row in page.rows if row.line and not row.line.alt] == []
