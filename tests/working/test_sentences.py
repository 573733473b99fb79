"""Every sentence that is printed can be traced to what it rests on."""

import re
import unicodedata
from datetime import date
from functools import cache

import pytest

from reference_ranges.interpretation import interpret
from reference_ranges.panel import Earlier
from reference_ranges.readings import lab_interval as interval
from reference_ranges.readings import parse_reading
from reports.once import sentences_in
from reports.pdf import layout
from reports.said import Said, grounds_of, pieces, resting, together
from reports.wording import load_wording
from reports.working.explanation import explain
from reports.working.sentences import sentences
from reports.working.sheet import working_tables
from tests.reports.panels import (
    CATALOGUE,
    observation,
    page_of,
    panel_of,
    random_interpretation,
    random_page,
)

LOCALES = ("en-GB", "en-US", "es", "ar")
ENGLISH = LOCALES[:2]

# What rests on its words alone: frames and headings, and what is true of every report.
FIXED = re.compile(
    r"wording:(header\.(title|no_name|more)|(alerts|summary|symptom_section|steps|help|cards"
    r"|rows|unjudged|visit|how|sources|table)\.heading|help\.\w+|how\.\w+"
    r"|steps\.elsewhere|cards\.continued|summary\.(limits|caveat)|rows\.note"
    r"|visit\.(lead|ask_next|ask_medicines|ask_ranges)|sources\.intro|table\.\w+|footer\.page_of|print\.(unprintable|attached)"
    r"|watermark\.\w+)$"
)


@cache
def explained(seed, locale):
    found = random_interpretation(seed)
    return explain(found, random_page(seed, locale), load_wording(locale))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("seed", range(80))
def test_every_sentence_of_a_page_rests_on_nodes_of_its_explanation(seed, locale):
    made = explained(seed, locale)
    nodes = {one.about for one in made.statements}

    assert made.sentences
    assert [one for one in made.sentences if not set(one.rests_on)] == []
    assert [one for one in made.sentences if not set(one.rests_on) <= nodes] == []


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("seed", range(80))
def test_only_words_that_are_true_of_every_report_rest_on_nothing_found(seed, locale):
    alone = [
        one
        for one in explained(seed, locale).sentences
        if all(node.startswith("wording:") for node in one.rests_on)
    ]

    assert [one for one in alone if not FIXED.match(one.rests_on[0])] == []


@pytest.mark.parametrize("locale", ENGLISH)
@pytest.mark.parametrize("seed", range(40))
def test_the_pdf_prints_nothing_but_sentences_that_can_be_traced(seed, locale):
    page = random_page(seed, locale)
    traced = "".join(bare(one.text) for one in sentences(page))
    names = [page.continued.replace("{name}", one.heading) for one in page.cards]
    traced += "".join(map(bare, names))

    printed = [re.sub(r"\d+ of \d+$", "{n} of {m}", one.text) for one in layout(page)]

    assert [line for line in printed if bare(line) not in traced] == []


def bare(text):
    """Letters and digits alone: lines break at signs; one micro sign is as good."""
    return re.sub(r"[^\w{}]", "", unicodedata.normalize("NFKC", text))


def test_every_sentence_about_a_result_names_that_result_or_what_was_found_of_it():
    made = explained(3, "en-GB")

    on_cards = [one for one in made.sentences if one.where.startswith("/cards/")]
    results = [f"/{part}/" for part in ("results", "derived")]
    assert on_cards
    assert all(
        any(node.startswith(tuple(results)) for node in one.rests_on)
        for one in on_cards
    )


@pytest.mark.parametrize(
    ("sentence", "node"),
    [
        ("Your potassium is high enough", "/red_flags/"),
        ("Call your local emergency number now", "/urgency"),
        ("You told us about", "/symptoms/"),
        ("The blood cells in the sample", "/cautions/"),
        ("The lab marked this result in another way", "/findings/"),
        ("Usual range: 3.5 to 5.0", "/results/0/judgements/interval"),
        ("The framed blue band", "wording:how.band"),
    ],
)
def test_a_sentence_rests_on_what_it_was_said_for(sentence, node):
    made = explained_for(
        observation(
            "potassium",
            "6.8",
            "mmol/L",
            sender_flag="N",
            lab_interval=interval("3.5-5.0"),
        ),
        symptoms=["muscle_cramp"],
        conditions=frozenset({"haemolysed"}),
    )

    said = [one for one in made.sentences if one.text.startswith(sentence)]

    assert said
    assert any(found.startswith(node) for one in said for found in one.rests_on)


def explained_for(*observations, **more):
    found = interpret(panel_of(*observations, **more), CATALOGUE)
    return explain(found, page_of(found), load_wording("en-GB"))


def test_the_words_name_the_file_they_stand_in_and_who_has_reviewed_it():
    made = explained(1, "en-US")

    (band,) = [one for one in made.statements if one.about == "wording:how.band"]

    assert band.kind == "wording"
    assert dict(band.inputs)["locale"] == "en-US"
    assert dict(band.inputs)["reviewed_by"] == "nobody yet"


def test_what_was_sent_is_repeated_and_not_explained():
    made = explained(1, "en-GB")

    (name,) = [one for one in made.sentences if one.where == "/header/name"]

    assert name.rests_on == ("sent:patient",)


# ---- a text that knows ------------------------------------------------------------


def test_what_is_put_together_still_knows_its_parts():
    whole = resting(together([Said("One.", ("a",)), Said("Two.", ("b",))]), "c")

    assert whole == "One. Two."
    assert [(one, one.grounds) for one in pieces(whole)] == [
        ("One.", ("c", "a")),
        ("Two.", ("c", "b")),
    ]


def test_a_plain_text_rests_on_nothing_until_it_is_said_on_what():
    assert grounds_of("plain") == ()
    assert grounds_of(resting("plain", "/urgency")) == ("/urgency",)
    assert [one.grounds for one in pieces(together(["plain"]))] == [()]


def test_a_filled_text_rests_on_its_key_and_on_what_fills_it():
    names = Said("potassium", ("/results/0",))

    said = load_wording("en-GB").say("steps.later", names=names)

    assert said.grounds == ("steps.later", "/results/0")
    assert sentences_in("One. Two!") == ["One.", "Two!"]


# ---- earlier results ----------------------------------------------------------------


@pytest.mark.parametrize("locale", ENGLISH)
@pytest.mark.parametrize(
    ("sentence", "node"),
    [
        ("Last time, on ", "/results/0/delta"),
        ("Your result is close to the limit", "/results/0/near_limit"),
    ],
)
def test_what_is_said_of_earlier_results_and_of_a_limit_can_be_traced(
    sentence, node, locale
):
    seen = observation("ferritin", "29", "ug/L")
    before = Earlier("ferritin", parse_reading("31"), "ug/L", 86_400, date(2026, 11, 1))
    found = interpret(panel_of(seen, earlier=(before,)), CATALOGUE)

    made = explain(found, page_of(found, locale), load_wording(locale))

    nodes = {one.about for one in made.statements}
    assert all(nodes.issuperset(one.rests_on) for one in made.sentences)
    said = [one for one in made.sentences if one.text.startswith(sentence)]
    assert any(found.endswith(node) for one in said for found in one.rests_on)
    rows = [
        row
        for table in working_tables(found, load_wording(locale))
        for row in table.rows
    ]
    assert {"Change since last time", "Close to a limit"} <= {row[0] for row in rows}
