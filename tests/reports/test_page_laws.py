"""Laws of the page: they hold for every report that can be made."""

import re
from collections import Counter
from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from reference_ranges.interpretation import interpret
from reference_ranges.relations import Token
from reference_ranges.results import Kind, Urgency
from reports.model import Tone
from reports.phrasing import short_of
from reports.wording import load_wording, locales
from tests.readability import sentences_of
from tests.reports.panels import (
    CATALOGUE,
    page_of,
    random_interpretation,
    random_page,
    random_panel,
)
from tests.reports.prose import prose, text_of

seeds = st.integers(0, 239)
LOCALES = ("en-GB", "en-US")
WORDS = load_wording("en-GB")


def kinds_of(interpretation):
    everything = (*interpretation.results, *interpretation.derived)
    return [result.outcome.kind for result in everything]


def below_target(interpretation):
    return sum(
        result.outcome.kind is Kind.IN_RANGE
        and any(r.token is Token.BELOW_CONDITION_TARGET for r in result.relations)
        for result in interpretation.results
    )


@given(seed=seeds)
def test_an_urgent_page_starts_with_an_alert_and_no_other_page_has_one(seed):
    found = random_interpretation(seed)
    urgent = found.urgency >= Urgency.TODAY or found.critical

    alerts = page_of(found).alerts

    assert bool(alerts) is urgent
    assert all(alert.items and alert.lead for alert in alerts)


@given(seed=seeds)
def test_every_result_that_is_not_in_range_has_a_card_or_a_reason(seed):
    found = random_interpretation(seed)
    kinds = kinds_of(found)

    page = page_of(found)

    unjudged = kinds.count(Kind.NOT_INTERPRETED)
    inside = kinds.count(Kind.IN_RANGE) - below_target(found)
    assert len(page.unjudged) == unjudged
    assert len(page.rows) == inside
    assert len(page.cards) == len(kinds) - unjudged - inside


def bare(unit):
    """A unit without remarks in braces, which nobody prints."""
    return re.sub(r"\{.*\}|1\.73 m²", "", unit).replace("mosm", "mOsm")


@given(seed=seeds)
def test_every_result_stands_in_the_table_as_it_was_reported(seed):
    found = random_interpretation(seed)
    seen = [result.observation for result in found.results]
    sent = [(one.value_text, bare(one.unit_text)) for one in seen]

    rows = page_of(found).table.rows

    # what the alert is about stands first, and what we worked out among the rest
    parts = [row[1].partition(" ") for row in rows]
    shown = Counter((value, bare(unit)) for value, _, unit in parts)
    assert Counter(sent) - shown == Counter()


@given(seed=seeds, locale=st.sampled_from(LOCALES))
def test_all_in_range_is_said_only_where_it_is_so(seed, locale):
    found = random_interpretation(seed)
    others = set(kinds_of(found)) - {Kind.IN_RANGE}

    lead = " ".join(page_of(found, locale).summary.lead)

    assert ("your results are in the usual range" in lead) <= (not others)
    assert "normal" not in lead


@given(seed=seeds)
def test_every_language_shows_the_same_numbers_units_and_boxes(seed):
    pages = [random_page(seed, locale) for locale in locales()]

    shown = {
        (
            tuple(row[1] for row in page.table.rows),
            tuple((card.chip.tone, card.value) for card in page.cards),
            tuple(chip.tone for chip in page.summary.chips),
            tuple(len(alert.items) for alert in page.alerts),
            (len(page.rows), len(page.unjudged), len(page.next_steps.items)),
        )
        for page in pages
    }

    assert len(shown) == 1


@given(seed=seeds)
def test_the_order_in_which_things_were_sent_changes_nothing(seed):
    panel = random_panel(seed)
    shuffled = list(panel.observations)
    Random(seed).shuffle(shuffled)  # noqa: S311  # no secret
    told = panel.symptoms and tuple(reversed(panel.symptoms))
    other = replace(panel, observations=tuple(shuffled), symptoms=told)

    assert page_of(interpret(other, CATALOGUE)) == random_page(seed, "en-GB")


@given(seed=seeds)
def test_every_step_says_when(seed):
    times = ("Now:", "Today:", "In the next 2 weeks:", "At your next", "Until your")

    steps = random_page(seed, "en-GB").next_steps.items

    assert steps
    assert all(step.startswith(times) for step in steps)


@given(seed=seeds)
def test_no_text_is_empty_and_no_slot_is_left_open(seed):
    page = random_page(seed, "en-US")

    assert not any("{" in text or "  " in text for text in prose(page))
    assert all(card.texts and card.notes for card in page.cards)


@given(seed=seeds)
def test_no_sentence_stands_twice_on_a_card_or_beside_a_result(seed):
    page = random_page(seed, "en-GB")
    places = [
        *([t for t in card.texts if "Foods" not in t] for card in page.cards),
        *([row.note] for row in page.rows),
        *([one.why] for one in page.unjudged),
    ]

    said = [[s for text in place for s in sentences_of(text)] for place in places]
    assert [one for one in said if len(set(one)) < len(one)] == []


@given(seed=seeds)
def test_food_that_is_withheld_is_not_printed(seed):
    found = random_interpretation(seed)
    every = replace(found, withheld_food=tuple(CATALOGUE.analytes))

    assert "Foods that have it" not in text_of(page_of(every))


def number_in(chip):
    return int(re.search(r"\d+", chip.text)[0])


@given(seed=seeds)
def test_the_summary_says_what_the_cards_say_in_number_and_in_tone(seed):
    page = random_page(seed, "en-GB")
    tones = [card.chip.tone for card in page.cards]
    apart = {"in the usual range", "close to a limit", "not judged"}
    chips = [c for c in page.summary.chips if not any(a in c.text for a in apart)]
    acting = [chip for chip in chips if chip.tone is Tone.URGENT]

    assert sum(map(number_in, acting)) == tones.count(Tone.URGENT)
    assert {chip.tone for chip in chips} <= set(tones)
    out = [
        card for card in page.cards if card.about[0].outcome.kind is not Kind.IN_RANGE
    ]
    assert sum(map(number_in, chips)) == len(out)


@given(seed=seeds)
def test_the_summary_names_what_the_alert_speaks_of_before_the_rest(seed):
    found = random_interpretation(seed)
    page = page_of(found)
    acting = [card for card in page.cards if card.chip.tone is Tone.URGENT]
    lead = " ".join(page.summary.lead)

    named = [card for card in acting if short_of(card.about[0], WORDS) in lead]

    assert len(named) >= min(len(acting), 3)
