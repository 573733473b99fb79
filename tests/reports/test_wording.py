"""The words: complete in every locale, strict, and free of what must not be said."""

import re
import tomllib
from importlib.resources import files

import pytest

from reference_ranges.judging.open_questions import CONFLICT_SETTLED_BY, SETTLED_BY
from reports.remarks import CONDITION_MEASURED, FALLBACK, GUIDELINES_DIFFER, STAFF_ONLY
from reports.wording import (
    WordingError,
    check_complete,
    load_wording,
    locales,
    read_wording,
)
from tests.readability import sentences_of, words_of
from tests.reports.panels import CATALOGUE, random_interpretation
from tests.reports.phrases import DOSE, found_banned

DATA = files("reference_ranges") / "data"


def ids_in(file, table):
    """The ids of all rows of a file: proposed ones too, for a site may sign them."""
    return {row["id"] for row in rows_of(file)[table]}


def rows_of(file):
    return tomllib.loads((DATA / file).read_text("utf-8"))


def notes_of(file):
    rows = [
        row
        for table in rows_of(file).values()
        if isinstance(table, list)
        for row in table
    ]
    return {note for row in rows for note in row.get("notes", [])}


def conditions():
    """What may be stated of a sample; each is named where no row speaks of it."""
    return set(rows_of("cautions.toml")["conditions"])


def category_labels():
    """What guidelines call a result: of proposed rows too, for a site may sign them."""
    found = set()
    for file in (DATA / "analytes").iterdir():
        found |= set(labels_in(tomllib.loads(file.read_text("utf-8"))))
    return found


def labels_in(part):
    if isinstance(part, dict):
        yield from filter(None, [part.get("label")])
        part = list(part.values())
    for one in part if isinstance(part, list) else []:
        yield from labels_in(one)


CORE_FINDINGS = {
    "critical_if_true",
    "feed_shift",
    "flag_conflict",
    "flag_unread",
    "implausible_value",
    "interval_doubtful",
    "interval_unread",
    "intervals_differ",
    "limits_differ",
    "possibly_critical",
    "repeated_analyte",
    "suspected_unit_mix_up",
    "unit_property_mismatch",
    "unusual_value",
}
IDS = {
    "analytes": set(CATALOGUE.analytes),
    "symptoms": ids_in("symptoms.toml", "symptoms"),
    "red_flags": ids_in("red_flags.toml", "flags"),
    "factors": ids_in("factors.toml", "factors"),
    "causes": {
        cause
        for causes in rows_of("symptoms.toml")["families"].values()
        for cause in causes
    },
    "categories": category_labels(),
    "cautions": ids_in("cautions.toml", "cautions") | conditions(),
    "findings": CORE_FINDINGS | ids_in("patterns.toml", "patterns"),
    "through": ids_in("links.toml", "passages"),
    "remarks": notes_of("links.toml") | {"for_adults"},
    "missing": {"age", "sex", "pregnancy", CONFLICT_SETTLED_BY, *SETTLED_BY.values()}
    - {""},
}


def file_with(tmp_path, old, new):
    """A copy of the British file with one fault in it."""
    text = (files("reports") / "wording" / "en-GB.toml").read_text("utf-8")
    assert old in text
    faulty = tmp_path / "faulty.toml"
    faulty.write_text(text.replace(old, new, 1), "utf-8")
    return faulty


@pytest.mark.parametrize("locale", locales())
@pytest.mark.parametrize("group", IDS)
def test_every_token_has_words_and_no_words_are_left_over(locale, group):
    check_complete(load_wording(locale), {group: IDS[group]})


def test_a_category_in_its_own_language_is_the_word_of_its_source():
    texts = load_wording("en-GB").texts

    assert [one for one in category_labels() if texts[f"categories.{one}"] != one] == []
    assert [one for one in category_labels() if "." in one or " / " in one] == []


@pytest.mark.parametrize("seed", range(200))
def test_the_core_finds_nothing_that_there_are_no_words_for(seed):
    found = {finding.code for finding in random_interpretation(seed).findings}

    assert found <= IDS["findings"] | {
        STAFF_ONLY,
        GUIDELINES_DIFFER,
        FALLBACK,
        CONDITION_MEASURED,
    }


@pytest.mark.parametrize("seed", range(200))
def test_what_is_missing_is_a_fact_with_words_or_a_test(seed):
    missing = {one.fact for one in random_interpretation(seed).missing}

    assert missing <= IDS["missing"] | IDS["analytes"]


@pytest.mark.parametrize("locale", locales())
def test_no_text_says_what_must_not_be_said(locale):
    texts = load_wording(locale).texts
    # the header names the specimen as the laboratory does: a report must have it;
    # no patient reads what a guideline calls a result
    known = ("specimens.", "categories.")
    plain = {k: text for k, text in texts.items() if not k.startswith(known)}

    if locale.startswith("en"):
        assert [key for key, text in plain.items() if found_banned(text)] == []
    assert [key for key, text in texts.items() if DOSE.search(text)] == []


@pytest.mark.parametrize("locale", locales())
def test_no_sentence_is_longer_than_twenty_two_words(locale):
    texts = load_wording(locale).texts.values()
    sentences = [one for text in texts for one in sentences_of(text)]

    assert [one for one in sentences if len(words_of(one)) > 22] == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('short = "sodium"', 'shrot = "sodium"', "analytes.sodium.short"),
        ('short = "sodium"', 'shrot = "sodium"', "analytes.sodium.shrot"),
        (
            'many = "Your {number} results are all',
            'many = "Your results are all',
            "summary.all_in.many",
        ),
        ("{number} more", "{numbre} more", "lists.more"),
        ("{number} more", "{number more", "lists.more: unbalanced"),
        ('last = " and "', 'last = " "', "lists.last: not a text"),
        ('last = " and "', "last = 3", "lists.last: not a text"),
        ('urgent_line = "your urgent care line"', "", "settings"),
        ('direction = "ltr"', 'direction = "up"', "language.direction"),
        ('direction = "ltr"', "", "language"),
        ('short = "sodium"', 'short = "?? sodium"', "not translated yet"),
        ("[checks.numbers]", "", "checks"),
        ("[reasons.implausible]", "[reasons.improbable]", "improbable"),
        ('reviewed_on = ""', "", "review"),
        ("[chips.low]", "[chips.lower]", "chips.lower"),
        ("[visit]", "[visits]", "visits"),
        ("[visit]", "[visit", "faulty.toml"),
    ],
)
def test_a_faulty_file_is_refused_by_file_and_key(tmp_path, old, new, message):
    with pytest.raises(WordingError, match=r"^faulty\.toml") as refused:
        read_wording(file_with(tmp_path, old, new))

    assert message in str(refused.value)


def test_an_unknown_locale_is_refused_and_never_replaced():
    with pytest.raises(WordingError, match="en-GB"):
        load_wording("../en-GB")


def test_words_that_are_missing_or_left_over_are_named():
    wording = load_wording("en-GB")

    with pytest.raises(
        WordingError, match=r"missing \['mercury'\], orphans \['tsat'\]"
    ):
        check_complete(wording, {"analytes": {*IDS["analytes"] - {"tsat"}, "mercury"}})


def test_asking_for_a_text_that_does_not_exist_names_it():
    with pytest.raises(WordingError, match=r"en-GB: no words for analytes\.mercury"):
        load_wording("en-GB").say("analytes.mercury")


def test_what_is_filled_in_is_never_read_as_a_slot():
    said = load_wording("en-GB").say("alerts.today_call", phone="{emergency}")

    assert said == "Call your clinic today on {emergency}."


@pytest.mark.parametrize(
    ("items", "text"),
    [
        (["iron"], "iron"),
        (["iron", "zinc"], "iron and zinc"),
        (["iron", "zinc", "tin"], "iron, zinc and tin"),
    ],
)
def test_a_list_reads_as_people_say_it(items, text):
    assert load_wording("en-GB").listed(items) == text


@pytest.mark.parametrize(
    "word", ["GP", "A&E", "tablets", "haemo", "tinned", "colour", "grey"]
)
def test_american_pages_hold_no_british_words(word):
    texts = " ".join(load_wording("en-US").texts.values())

    assert word not in texts


@pytest.mark.parametrize("locale", ["en-GB", "en-US", "es"])
def test_a_test_has_one_name_above_a_card_and_in_a_sentence(locale):
    texts = load_wording(locale).texts

    other = [
        key
        for key, text in texts.items()
        if re.fullmatch(r"analytes\.\w+\.short", key)
        and not words_in(text) <= words_in(texts[key.replace("short", "name")])
    ]
    assert other == []


def words_in(text):
    return set(re.findall(r"[^\W_]+", text.lower()))
