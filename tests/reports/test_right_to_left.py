"""Arabic as it is seen: numbers and ranges never turn, lines are not mirrored."""

from functools import cache
from itertools import pairwise

import pytest

from reports.direction import begins_right_to_left, has_right_to_left, isolated
from reports.pdf import layout
from reports.pdf.bidi import Run, line_of, logical, runs_of, words_of
from reports.pdf.sections import labelled
from reports.pdf.style import PAPERS
from reports.wording import load_wording
from tests.reports.panels import random_page

LRI, FSI, PDI = "\u2066", "\u2068", "\u2069"
SEEDS = range(1, 40, 6)
WIDTH = PAPERS["A4"][0]
AR = load_wording("ar")


def seen(text, *, right_to_left=True):
    """The runs of a text in the order that they are seen, from the left."""
    return runs_of(line_of(words_of(text)), right_to_left=right_to_left)


@cache
def boxes(seed, locale):
    return layout(random_page(seed, locale))


@pytest.mark.parametrize(
    "amount", ["30-300 µg/L", "9 µg/L", "<5 mmol/L", "-1.5", "8:40"]
)
def test_a_value_with_its_unit_is_one_piece_and_never_turned(amount):
    found = seen(f"نتيجتك {LRI}{amount}{PDI} منخفضة")

    assert [run.text.strip() for run in found] == ["منخفضة", amount, "نتيجتك"]
    assert [run.turned for run in found] == [True, False, True]


@pytest.mark.parametrize("amount", ["30-300 µg/L", "9 µg/L", "8:40", "<5"])
def test_what_is_filled_into_an_arabic_text_is_kept_whole(amount):
    said = AR.say("cards.range_sent", range=amount)

    assert Run(amount, turned=False) in seen(said)


@pytest.mark.parametrize("value", ["7.1 mmol/L", "<5 ug/L", ">2000 ng/L", "<5"])
def test_a_cell_of_the_table_is_kept_whole_behind_its_label_in_large_print(value):
    heads = (AR.say("table.result"), AR.say("table.flag"))

    runs = seen(labelled(heads, (value, "HH")))

    assert Run(value, turned=False) in runs
    assert runs[0] == Run("HH", turned=False)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_value_of_an_arabic_page_in_large_print_is_one_piece(seed):
    page = random_page(seed, "ar")

    for row in page.table.rows:
        assert Run(row[1], turned=False) in seen(labelled(page.table.columns, row))


def test_a_range_in_words_is_read_from_the_low_to_the_high_limit():
    said = AR.say("ranges.between", low="30", high="300 µg/L")

    numbers = [run.text for run in seen(said) if not run.turned]

    assert numbers == ["300 µg/L", "30"]  # from the left: read from the right
    assert logical(line_of(words_of(said))) == "من 30 إلى 300 µg/L"


def test_arabic_inside_an_english_sentence_is_turned_alone():
    found = seen("Asked for by Dr علي محمد, today", right_to_left=False)

    assert [run.turned for run in found] == [False, True, False]
    assert found[1].text == "علي محمد"


def test_an_isolate_in_the_other_direction_has_its_own_order():
    found = seen(f"by {FSI}علي (12){PDI} today", right_to_left=False)

    assert [run.text for run in found][1:4] == [")", "12", "علي ("]


@pytest.mark.parametrize(
    ("text", "turned"),
    [("علي 1", True), ("12 علي", True), ("a علي", False), (f"{FSI}ع{PDI}", False)],
)
def test_the_first_letter_outside_isolates_gives_the_direction(text, turned):
    assert begins_right_to_left(text) is turned


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("", ""),
        ("9", f"{LRI}9{PDI}"),
        ("علي", f"{FSI}علي{PDI}"),
        (f"{LRI}9{PDI}", f"{LRI}9{PDI}"),
        (f"{LRI}9{PDI}, {LRI}8{PDI}", f"{LRI}{LRI}9{PDI}, {LRI}8{PDI}{PDI}"),
        (f"{LRI}9", f"{LRI}{LRI}9{PDI}"),
    ],
)
def test_a_text_is_isolated_once(text, whole):
    assert isolated(text) == whole


def test_only_letters_and_signs_from_right_to_left_count():
    assert [
        one for one in ("abc", "é", "ж", "9", "،", "א") if has_right_to_left(one)
    ] == [
        "،",
        "א",
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_numbers_of_a_line_rise_to_the_right_as_in_english(seed):
    """Kept places: the labels of a line lie as far apart as in English."""
    for one in ("cards", "rows"):
        here = [
            part.line for part in getattr(random_page(seed, "ar"), one) if part.line
        ]
        for line in here:
            labels = [tick.text for tick in line.ticks if tick.strong]
            arabic, english = places(labels, seed, "ar"), places(labels, seed, "en-GB")
            assert arabic == english
            assert all(gaps == sorted(gaps) for gaps in arabic)


def places(labels, seed, locale):
    """Where labels stand after each other on one line, from the first, in points."""
    found = boxes(seed, locale)
    rows = []
    for first in found:
        row = [b for b in found if b.sheet == first.sheet and b.bottom == first.bottom]
        named = [next((b for b in row if b.text == label), None) for label in labels]
        if first.text == labels[0] and all(named):
            rows.append([round(b.left - named[0].left, 1) for b in named])
    return sorted(row for row in rows if len(row) > 1)[:1]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("size", ["standard", "large"])
def test_every_arabic_line_stays_on_the_page_and_no_text_lies_on_another(seed, size):
    found = layout(random_page(seed, "ar"), size=size)

    assert all(0 <= box.left <= box.right <= WIDTH for box in found)
    for sheet in {box.sheet for box in found}:
        here = [box for box in found if box.sheet == sheet and box.text.strip()]
        assert [pair for pair in pairs(here) if overlap(*pair)] == []


def pairs(found):
    rows = sorted(found, key=lambda box: box.bottom)
    return [(a, b) for i, a in enumerate(rows) for b in rows[i + 1 : i + 12]]


def overlap(a, b):
    wide = min(a.right, b.right) - max(a.left, b.left)
    high = min(a.top, b.top) - max(a.bottom, b.bottom)
    return wide > 1 and high > 1


@pytest.mark.parametrize("seed", SEEDS)
def test_an_arabic_page_reads_from_the_right(seed):
    page = random_page(seed, "ar")
    found = boxes(seed, "ar")

    title = next(box for box in found if box.text.startswith(page.title[:8]))
    assert WIDTH - title.right == pytest.approx(48)
    number = next(box for box in found if box.text == "1")
    step = next(
        box for box in found if page.next_steps.items[0].startswith(box.text[:9])
    )
    assert number.left > step.left


@pytest.mark.parametrize("seed", SEEDS)
def test_a_value_stands_to_the_left_of_its_unit_in_every_language(seed):
    page = random_page(seed, "ar")
    cards = [card for card in page.cards if card.unit and card.line]
    found = boxes(seed, "ar")

    for card in cards:
        beside = [
            (value, unit)
            for value, unit in pairwise(found)
            if (value.text, unit.text) == (card.value, card.unit)
            and abs(value.bottom - unit.bottom) < 8
        ]
        assert all(value.right < unit.left for value, unit in beside)
