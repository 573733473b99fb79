"""How a report lies on its sheets: every case of the gallery, and chance."""

import io
import re
import shutil
import subprocess
import zlib
from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import combinations, pairwise, product

import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4, LETTER

from reference_ranges.interpretation import interpret
from reports import model
from reports.identity import Letterhead
from reports.pdf import layout, render_pdf
from reports.pdf.blocks import Breakable, Space
from reports.pdf.line import LineDrawing
from reports.pdf.parts import card, pair
from reports.pdf.sections import section, visit
from reports.pdf.sheets import Area, Entry, place
from reports.pdf.style import Look
from reports.pdf.table import table_rows
from reports.pdf.text import wrapped
from reports.pdf.trend import trend_block
from tests import pdf_pages
from tests.gallery.cases import CASES, clinician_page_of_case, page_of_case
from tests.long import LONG
from tests.reports.panels import (
    CATALOGUE,
    FACTS,
    observation,
    page_of,
    panel_of,
    random_page,
)
from tests.test_reports_archive import INSIDE
from tests.test_reports_pdf import (
    failures,
    overlapping,
    squeezed,
    text_boxes_that_leave_the_page,
)

PAPERS = {"A4": A4, "Letter": LETTER}
LETTER_LOOK = Look(1, LETTER)
SIZES = ("standard", "large")
CELLS = (52, 40)  # how far from the edge the first cell of a row begins
LOCALES = ("en-GB", "en-US", "es", "ar")
SHARES = (*LOCALES, *LOCALES[:-1])  # Arabic takes ten times as long: one in seven
WAYS = [(name, p, s) for name in SHARES for p in PAPERS for s in SIZES]
RANDOM = 1_000 if LONG else 2 * len(WAYS)  # reports, shared out among the ways
BLOCKS = 8
ABOUT_A_LINE = 21  # points


def headings(page):
    """Return the texts that must never stand last on a sheet."""
    boxes = [page.summary, page.next_steps, page.get_help, *page.alerts]
    parts = [page.symptoms, page.visit, page.how_to_read, page.sources, page.changed]
    return {
        *(one.heading for one in (*boxes, *filter(None, parts), page.table)),
        *(one.heading for one in (*page.cards, *page.rows, *page.unjudged)),
        page.cards_heading,
        page.rows_heading,
        page.unjudged_heading,
    }


def of_the_flow(boxes, page, paper="A4"):
    """Return the lines of each sheet, without head, foot and the cells of tables."""
    foot = {*page.footer, page.status_line}
    sheets = {}
    for box in boxes:
        standing = box.text in foot or re.match(r"Page \d+ of", box.text)
        standing = standing or edge_of(box, page, paper) in CELLS
        foot_ends = 62 if box.sheet else 55  # lower on the first sheet of large print
        if box.bottom > foot_ends and not standing:
            sheets.setdefault(box.sheet, []).append(box)
    return [sheets[number] for number in sorted(sheets)]


def edge_of(box, page, paper):
    """Return how far the start of a line is from the edge where lines begin."""
    if page.direction == "rtl":
        return round(PAPERS[paper][0] - box.right, 2)
    return round(box.left, 2)


def last_lines(boxes, page, paper="A4"):
    return [
        min(sheet, key=lambda box: box.bottom).text
        for sheet in of_the_flow(boxes, page, paper)
    ]


def height_used(sheet):
    return max(box.top for box in sheet) - min(box.bottom for box in sheet)


def faults(found, page, paper, size="standard"):
    """Return what may not be: outside, over another, or left alone on a sheet."""
    *_, last = of_the_flow(found, page, paper)
    return [
        *text_boxes_that_leave_the_page(found, PAPERS[paper], size),
        *overlapping(found),
        *headings(page).intersection(last_lines(found, page, paper)),
        *(last if height_used(last) < ABOUT_A_LINE else []),
    ]


@pytest.mark.parametrize("block", range(BLOCKS))
def test_chance_puts_nothing_outside_over_another_or_alone(block):
    each = RANDOM // BLOCKS
    for seed in range(block * each, (block + 1) * each):
        locale, paper, size = WAYS[seed % len(WAYS)]
        page = random_page(seed, locale)

        found = faults(layout(page, paper=paper, size=size), page, paper, size)

        assert found == [], (seed, locale, paper, size)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_check_of_a_sheet_sees_each_fault_in_every_language(locale):
    page = page_of_case("thirty-results", locale)
    found = layout(page)
    assert faults(found, page, "A4") == []
    lines = [box.text for sheet in of_the_flow(found, page) for box in sheet]
    assert page.table.columns[0] not in lines
    cell, name = (
        next(box for box in found if box.text == text)
        for text in (page.table.columns[1], page.cards[0].heading)
    )
    over = replace(cell, left=cell.right - 2, text="over")
    outside = replace(found[0], left=40)
    alone = replace(name, sheet=99)

    assert faults([*found, over], page, "A4") == [(cell.text, "over")]
    assert faults([*found, outside], page, "A4")[0] == outside
    assert faults([*found, alone], page, "A4") == [name.text, alone]


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", CASES)
def test_no_case_leaves_its_sheet_overprints_or_ends_one_with_a_heading(
    name, size, paper
):
    page = page_of_case(name)

    assert faults(layout(page, paper=paper, size=size), page, paper, size) == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", CASES)
def test_no_clinician_s_page_leaves_its_sheet_or_overprints(name, size):
    found = layout(clinician_page_of_case(name), size=size)

    assert text_boxes_that_leave_the_page(found, A4, size) == []
    assert overlapping(found) == []


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["emergency", "today", "thirty-results", "bad-sample"])
def test_what_to_act_on_never_leaves_page_one(name, size, paper):
    page = page_of_case(name)
    (alert,) = page.alerts

    found = layout(page, paper=paper, size=size)

    first = squeezed("".join(box.text for box in found if box.sheet == 0))
    words = [alert.heading, *alert.lead, *alert.items, alert.closing]
    assert [text for text in words if squeezed(text) not in first] == []


def first_sheet_of(text, found):
    """Return the number of the sheet on which *text* stands first, or None."""
    return next((box.sheet for box in found if bare(text) in bare(box.text)), None)


def bare(text):
    """Return *text* without white and without the marks around isolates."""
    return re.sub("[\u2066-\u2069]", "", squeezed(text))


def where_advice_begins(page, found):
    """Return the sheets where steps and danger signs, or a line on them, begin."""
    boxes = (page.next_steps, page.get_help)
    return tuple(
        first_sheet_of(box.heading, found) if led is None else led
        for box, led in zip(boxes, where_led(page, found), strict=True)
    )


def begun_in_place(page, found, size):
    """Hold that danger signs begin on page one, and steps; or after an alert, on two.

    The alert says the first step.
    """
    steps, signs = where_advice_begins(page, found)
    assert signs == 0
    may_follow = page.alerts and size == "large"
    assert steps == 0 or (may_follow and steps == 1)
    led_to_steps, led_to_signs = where_led(page, found)
    assert led_to_signs is None
    assert led_to_steps is None or may_follow


def sheets_headed(box, found):
    """Return the sheets with the heading of *box* by itself on a line."""
    return [one.sheet for one in found if bare(one.text) == bare(box.heading)]


def where_led(page, found):
    """Return the sheets with a line that leads to steps, to danger signs, or None."""
    boxes = (page.next_steps, page.get_help)
    return [first_sheet_of(box.elsewhere[:16], found) for box in boxes]


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", CASES)
def test_steps_and_when_to_get_help_start_on_page_one_in_any_size(name, size, paper):
    page = page_of_case(name)

    found = layout(page, paper=paper, size=size)

    begun_in_place(page, found, size)


@pytest.mark.parametrize("seed", range(200 if LONG else 30))
def test_steps_and_when_to_get_help_start_on_page_one_of_any_report(seed):
    page = random_page(seed, "en-US" if seed % 2 else "en-GB")
    for paper, size in product(PAPERS, SIZES):
        found = layout(page, paper=paper, size=size)

        begun_in_place(page, found, size)
        assert first_sheet_of(page.get_help.items[-1][:20], found) <= 1


@pytest.mark.parametrize("locale", LOCALES)
def test_beside_a_long_alert_signs_of_danger_stand_on_page_one_before_steps(locale):
    page = with_reasons(page_of_case("thirty-results", locale), 3)

    found = layout(page, paper="Letter", size="large")

    assert sheets_headed(page.get_help, found) == [0, 1]
    first = bare("".join(box.text for box in found if box.sheet == 0))
    assert bare(page.get_help.items[0]) in first
    assert sheets_headed(page.next_steps, found) == [1]
    assert where_led(page, found) == [0, None]
    assert bare(page.next_steps.elsewhere) in first


def with_reasons(page, times):
    """Return *page* with an alert that gives so many times its reasons."""
    (alert,) = page.alerts
    return replace(page, alerts=(replace(alert, items=alert.items * times),))


@pytest.mark.parametrize("paper", PAPERS)
def test_a_longer_title_takes_one_line_where_page_one_is_tight_in_large_print(paper):
    page = page_of_case("thirty-results", "es")

    texts = [box.text for box in layout(page, paper=paper, size="large")]

    assert page.header.title in texts


def test_an_alert_that_fills_page_one_leads_to_the_signs_of_danger_from_there():
    page = with_reasons(page_of_case("thirty-results"), 5)

    found = layout(page, paper="Letter", size="large")

    assert where_led(page, found) == [None, 0]
    assert sheets_headed(page.get_help, found) == [1]
    assert sheets_headed(page.next_steps, found)[0] <= 1


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", CASES)
def test_a_calm_report_opens_with_the_short_answer(name, size):
    page = page_of_case(name)
    texts = [box.text for box in layout(page, size=size) if box.sheet == 0]

    if not page.alerts:
        assert texts.index(page.summary.heading) < texts.index(page.get_help.heading)


@pytest.mark.parametrize("paper", PAPERS)
def test_danger_signs_that_go_on_are_one_list_under_their_heading_again(paper):
    page = with_reasons(page_of_case("thirty-results"), 3)
    found = layout(page, paper=paper, size="large")

    heads = [box.sheet for box in found if box.text == page.get_help.heading]
    assert heads == [0, 1]
    assert [box.sheet for box in found if box.text == page.more] == [0]
    assert failures(render_pdf(page, paper=paper, size="large")) == []


def test_the_rest_of_the_facts_stands_before_the_sources_in_large_print():
    page = page_of_case("far-below")
    texts = [box.text for box in layout(page, size="large")]

    (facts,) = [n for n, text in enumerate(texts) if text.startswith("Sex")]
    assert facts < texts.index(page.sources.heading)
    assert facts > texts.index(page.how_to_read.heading)


@pytest.mark.parametrize("inside", [None, INSIDE])
def test_one_result_in_range_is_a_report_on_one_sheet(inside):
    page = page_of_case("one-result")

    found = layout(page, inside)

    assert max(box.sheet for box in found) == 0
    printed = squeezed("".join(box.text for box in found))
    wanted = [*page.get_help.items, *page.visit.items, *page.how_to_read.texts]
    wanted += [*page.sources.items, *page.symptoms.texts, page.rows[0].ranges]
    assert [text for text in wanted if squeezed(text) not in printed] == []


USUAL = [
    ("sodium", "140", "mmol/L"),
    ("potassium", "4.2", "mmol/L"),
    ("magnesium", "0.86", "mmol/L"),
]


def in_range(count, locale="en-GB"):
    seen = [observation(*row) for row in USUAL[:count]]
    return page_of(interpret(panel_of(*seen), CATALOGUE), locale)


@pytest.mark.parametrize(("paper", "most"), [("A4", 3), ("Letter", 2)])
def test_so_many_results_in_range_are_a_report_on_one_sheet(paper, most):
    page = in_range(most)

    found = layout(page, INSIDE, paper=paper)

    assert max(box.sheet for box in found) == 0
    assert overlapping(found) == []
    printed = squeezed("".join(box.text for box in found))
    said = [text for row in page.rows for text in (row.purpose, row.ranges)]
    assert [text for text in said if squeezed(text) not in printed] == []


REAL_HEAD = Letterhead(
    clinic="Northbridge Family Practice",
    address="14 Station Road, Northbridge NB1 2XY",
    phone="020 7946 0000",
    emergency="999",
)
REAL_FACTS = replace(FACTS, report_id="R-7F3A91C2-20261120-ABCDEF", code="K7QX-93MD")


def as_handed_out(count, locale):
    """Return so many results in range with a letterhead and a number like real ones."""
    seen = [observation(*row) for row in USUAL[:count]]
    found = interpret(panel_of(*seen), CATALOGUE)
    return page_of(found, locale, facts=REAL_FACTS, letterhead=REAL_HEAD)


@pytest.mark.parametrize(
    ("locale", "paper", "most"),
    [("en-GB", "A4", 3), ("en-GB", "Letter", 2), ("es", "A4", 2), ("es", "Letter", 2)],
)
def test_so_many_results_of_a_real_clinic_are_a_report_on_one_sheet(
    locale, paper, most
):
    page = as_handed_out(most, locale)

    found = layout(page, INSIDE, paper=paper)

    assert {box.sheet for box in found} == {0}
    assert overlapping(found) == []
    assert min(box.top - box.bottom for box in found) > 8.99
    said = [box for box in found if box.text[:9] in " ".join(page.get_help.items)]
    assert min(box.top - box.bottom for box in said) > 10.99


@pytest.mark.parametrize("locale", ["en-GB", "es", "ar"])
def test_a_page_to_take_along_has_two_lines_to_write_on_at_least(locale):
    data = render_pdf(as_handed_out(2, locale))

    streams = re.findall(rb"stream\n(.*?)\nendstream", data, re.DOTALL)
    marks = b"\n".join(zlib.decompress(one) for one in streams if one[:1] == b"x")
    (lines,) = re.findall(rb"\[0.8 2.4\] 0 d\n(.*?)\n\[\]", marks, re.DOTALL)
    assert lines.count(b" m ") >= 2


@pytest.mark.parametrize("brief", [True, False])
def test_from_right_to_left_each_source_begins_a_line_of_its_own(brief):
    page = replace(as_handed_out(2, "ar"), brief=brief)
    found = [bare(box.text) for box in layout(page) if len(bare(box.text)) > 9]

    for entry in page.sources.items:
        assert any(bare(entry).startswith(text) for text in found)


def test_a_result_without_a_number_line_stands_on_one_sheet_too():
    page = in_range(1)
    (row,) = page.rows

    found = layout(replace(page, rows=(replace(row, line=None),)))

    assert max(box.sheet for box in found) == 0
    assert row.heading in [box.text for box in found]


def test_a_correction_is_on_the_one_sheet_or_there_is_more_than_one():
    page = page_of_case("corrected")
    page = replace(page, rows=page.rows[:1])

    found = layout(page)

    assert max(box.sheet for box in found) == 0
    printed = squeezed("".join(box.text for box in found))
    said = [page.corrected.heading, *page.corrected.lead, *page.corrected.items]
    assert [text for text in said if squeezed(text) not in printed] == []
    more = model.Section("Changed", ("One more has changed.",))
    assert max(box.sheet for box in layout(replace(page, changed=more))) > 0


def test_the_short_answer_is_on_page_one_where_told_may_go_on():
    page = page_of_case("far-below")
    told = replace(page.symptoms, texts=page.symptoms.texts * 3)

    found = layout(replace(page, symptoms=told))

    sheet = {box.text: box.sheet for box in reversed(found)}
    assert sheet[page.summary.heading] == sheet[page.get_help.heading] == 0


def test_a_sheet_from_right_to_left_holds_what_it_does_from_left_to_right():
    page = in_range(2, "ar")

    found = layout(page)

    assert max(box.sheet for box in found) == 0
    (name,) = [box for box in found if box.text == page.rows[0].heading]
    assert name.left > 300


@pytest.mark.parametrize(
    ("name", "close"), [("far-below", False), ("earlier-results", True)]
)
def test_what_follows_the_results_is_set_closer_where_that_saves_a_sheet(name, close):
    page = page_of_case(name)

    found = layout(page)

    _, second, *_ = page.how_to_read.texts  # a line of its own, or inside the first's
    begun = [box for box in found if box.text.startswith(second[:20])]
    assert bool(begun) != close
    asked = [box for box in found if box.text in page.visit.items]
    gaps = [a.bottom - b.top for a, b in pairwise(asked)]
    assert all((gap < 40) == close for gap in gaps)


def test_a_short_report_without_room_is_set_like_any_other():
    page = replace(page_of_case("one-result"), brief=False)

    assert max(box.sheet for box in layout(page)) == 1


def test_a_short_report_with_nothing_told_or_to_ask_is_set_too():
    page = replace(page_of_case("one-result"), symptoms=None, visit=None)

    assert max(box.sheet for box in layout(page)) == 0


def test_a_short_report_may_have_no_questions():
    page = page_of_case("one-result")
    page = replace(page, visit=replace(page.visit, items=()))

    assert max(box.sheet for box in layout(page)) == 0


@pytest.mark.parametrize(
    ("size", "foot", "cards", "least"),
    [("standard", 62, (0, 9), 0.65), ("large", 92, (2, 18), 0.55)],
)
@pytest.mark.parametrize("paper", PAPERS)
def test_thirty_results_leave_no_sheet_half_empty_before_the_last_part(
    paper, size, foot, cards, least
):
    page = page_of_case("thirty-results")
    sheets = of_the_flow(layout(page, paper=paper, size=size), page)
    room = PAPERS[paper][1] - 40 - foot

    words = [[box for box in sheet if box.bottom > foot] for sheet in sheets]
    used = [round(height_used(sheet) / room, 2) for sheet in words[slice(*cards)]]

    assert min(used) > least, used


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", CASES)
def test_in_large_print_no_sheet_is_half_white_before_the_last(name, paper):
    page = page_of_case(name)
    room = PAPERS[paper][1] - 40 - 92  # under the white at the head, over the foot
    found = layout(page, paper=paper, size="large")

    *sheets, _ = of_the_flow([box for box in found if box.bottom > 92], page, paper)

    used = [round(height_used(sheet) / room, 2) for sheet in sheets]
    assert min(used) > 0.5, used


def sheets_of_rows(heading, rows, found):
    """Return the sheets of *rows*, each by its name, after *heading*."""
    start = next(n for n, box in enumerate(found) if box.text == heading)
    rest = iter(found[start + 1 :])
    return [
        next(box.sheet for box in rest if box.text and starts(name, box))
        for name in (row if isinstance(row, str) else row.heading for row in rows)
    ]


def starts(name, box):
    return bare(name).startswith(bare(box.text))


@pytest.mark.parametrize("seed", [*CASES, *range(400 if LONG else 50)])
def test_the_last_two_of_a_list_are_on_one_sheet_but_rows_of_large_print(seed):
    page = random_page(seed, "en-GB") if isinstance(seed, int) else page_of_case(seed)
    names = [row[0] for row in page.table.rows]
    lists = [(page.rows_heading, page.rows), (page.unjudged_heading, page.unjudged)]
    for paper, size in product(PAPERS, SIZES):
        found = layout(page, paper=paper, size=size)
        tables = [(page.table.heading, names)] * any(
            box.text == page.table.heading for box in found
        )
        for heading, rows in (*(lists if size == "standard" else ()), *tables):
            sheets = sheets_of_rows(heading, rows, found) if len(rows) > 1 else [0, 0]
            assert sheets[-2] == sheets[-1], (heading, sheets)
            if heading == page.table.heading and size == "standard":
                assert sheets[0] == sheets[1]


def test_a_card_never_leaves_a_single_line_at_the_head_of_a_sheet():
    note = "We worked this out from your other results."
    for words in range(100, 190, 2):
        text = ("word " * words,)
        card = replace(pdf_pages.FERRITIN, texts=text * 3, notes=(note,))
        page = replace(pdf_pages.PAGE, cards=(card,) * 3)
        for sheet in of_the_flow(layout(page), page)[1:]:
            assert max(sheet, key=lambda box: box.top).text != note


class Halves(Breakable):
    """A block that goes on on the next sheet wherever it does not fit."""

    def __init__(self, height):
        self.height = height

    def broken(self, room):
        return (Halves(room), Halves(self.height - room)) if room > 0 else None

    def fits(self, _room):
        return True


@pytest.mark.parametrize(("height", "later"), [(500, [[500]]), (501, [[500], [1]])])
def test_a_gap_that_is_not_drawn_at_the_head_of_a_sheet_breaks_nothing(height, later):
    entries = [Entry(Space(500)), Entry(Halves(height), gap=30)]

    _, *found = place(entries, Area(left=0, bottom=0, top=500))

    assert [[one.block.height for one in sheet] for sheet in found] == later


def test_three_questions_have_room_to_write_under_each():
    page = page_of_case("far-below")

    found = [box for box in layout(page) if box.text in page.visit.items]

    assert len(page.visit.items) == len(found) == 3
    gaps = [a.bottom - b.top for a, b in pairwise(found)]
    assert min(gaps) > 40


def test_who_reads_for_a_child_is_said_under_the_name():
    printed = [box.text for box in layout(page_of_case("child"))]

    line = "For a parent or carer: on this page, “you” means your child."
    assert printed.index(line) == printed.index("Robin Example") + 1
    assert line not in [box.text for box in layout(page_of_case("one-result"))]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("locale", ["en-GB", "ar"])
def test_no_line_begins_or_ends_with_the_sign_between_facts(locale, size):
    between = 0
    for name in CASES:
        found = layout(page_of_case(name, locale), size=size)
        texts = [box.text.replace("\u00a0", " ").strip() for box in found]
        assert [text for text in texts if "·" in (text[:1], text[-1:])] == []
        between += sum(text.count(" · ") for text in texts)
    assert between > len(CASES)  # but it stands between two on one line


@pytest.mark.parametrize("letter", ["9", "\u05e9", "\u0936"])
def test_after_a_fact_that_fills_its_line_the_sign_begins_none(letter):
    style = Look(1, A4).body
    for count in range(20, 90):
        facts = "\u00a0\u00a0\u00b7  ".join([letter * count, "Sex: female"])
        found = [
            one.replace("\u00a0", " ").strip()
            for one in wrapped(facts, style, 280).lines
        ]

        assert [one for one in found if "·" in (one[0], one[-1])] == []
        assert squeezed("".join(found)).count(letter) == count


@pytest.mark.parametrize(
    "one", ["two words", "\u2067\u05e9\u05dc\u05d5\u05dd\u2069", "\u0936\u0939\u0930"]
)
@pytest.mark.parametrize("begun", ["", " "])
def test_a_line_without_the_sign_it_ended_with_has_all_else(one, begun):
    text = begun + "\u00a0\u00a0\u00b7  ".join([one, "W" * 20, one])
    style = Look(1, A4).body

    found = wrapped(text, style, wrapped("W" * 20, style, 500).width + 15).lines

    assert "".join(found).count("\u00b7") == 0
    assert squeezed("".join(found)) == squeezed(bare(text)).replace("\u00b7", "")


@pytest.mark.parametrize("letters", ["\u00b7", "\u05e9\u00b7", "\u0936\u00b7"])
def test_a_row_of_dots_that_was_sent_is_not_cut(letters):
    sent = letters[0] + letters[-1] * 300

    found = wrapped(sent, Look(1, A4).body, 280).lines

    assert len(found) > 2
    assert "".join(found).count("\u00b7") == sent.count("\u00b7")


def test_the_sign_between_facts_still_ends_what_ends_with_it():
    look = Look(1, A4)

    for fact in ("two\u00a0\u00a0·", "\u05e9\u05dc\u05d5\u05dd\u00a0\u00a0·"):
        assert "·" in wrapped(fact, look.body, 200).lines[0]


@pytest.mark.parametrize("factor", [1, 1.5])
def test_what_goes_on_of_a_card_is_more_than_a_line_or_two(factor):
    parted = 0
    for seed in range(12):
        for content in random_page(seed, "en-GB").cards:
            block = card(content, Look(factor, A4), "{name}, continued")
            for room in range(100, int(block.height), 20):
                if parts := block.broken(room):
                    _, rest = parts
                    assert sum(one.height for one in rest.story) > 30 * factor
                    parted += 1
    assert parted > 50


SENTENCES = ("Other things to talk about: hard exercise, medicines and sleep. " * 4)[
    :-1
]


@pytest.mark.parametrize("factor", [1, 1.5])
def test_sentences_of_several_lines_have_some_seventy_letters_in_each(factor):
    told = model.Section("What you told us", (SENTENCES,), (SENTENCES,))

    words, listed = [one.block for one in section(told, Look(factor, A4))][1:]

    for text in (words, listed.block.body):
        assert 55 < max(map(len, text.lines)) <= 76
    assert words.words.width < Look(factor, A4).width


def test_a_sentence_that_fits_in_a_line_is_not_broken_for_its_length():
    told = model.Section("What you told us", (SENTENCES[:88],))

    assert len(list(section(told, Look(1, A4)))[1].block.lines) == 1


def test_where_room_is_short_sentences_have_all_of_the_width():
    told = model.Section("What you told us", (SENTENCES,))

    close, wide = (
        list(section(told, look))[1].block.lines
        for look in (Look(1, A4, tight=True), Look(1, A4))
    )

    assert max(map(len, close)) > 85
    assert len(close) < len(wide)


@pytest.mark.parametrize("factor", [1, 1.5])
@pytest.mark.parametrize("slim", [True, False])
def test_every_stop_carries_its_number_and_no_two_labels_meet(factor, slim):
    rows = Counter()
    for seed in range(40):
        page = random_page(seed, "en-GB")
        for line in filter(None, (one.line for one in (*page.cards, *page.rows))):
            drawing = LineDrawing(line, 331, Look(factor, A4), slim=slim)
            ticks = [t.text for t in line.ticks if t.strong or not slim]
            caption = line.unit if slim else line.usual_label
            printed = [text for one in drawing.labels for text in one.words.lines]

            assert Counter(map(squeezed, printed)) == Counter(
                map(squeezed, filter(None, [*ticks, caption]))
            )
            for one, other in combinations(drawing.labels, 2):
                assert one.row != other.row or not one.meets(other)
            rows[drawing.rows] += 1
    assert slim or rows[2] > 0


def test_a_line_without_a_unit_has_its_limits_alone_under_it():
    drawing = LineDrawing(pdf_pages.FERRITIN.line, 200, Look(1, A4), slim=True)

    assert [one.words.lines for one in drawing.labels] == [("30",), ("300",)]
    assert drawing.rows == 1


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("locale", ["en-GB", "es", "ar"])
def test_no_line_of_the_head_or_foot_ends_inside_a_date_or_a_name(locale, size):
    page = as_handed_out(1, locale)

    lines = [box.text.replace("\u00a0", " ") for box in layout(page, size=size)]

    facts = [bare(fact) for fact in (*page.header.facts, *page.footer)]
    assert [f for f in facts if not any(f in bare(line) for line in lines)] == []
    assert any("020 7946 0000" in line for line in lines)


def test_a_chart_without_a_band_is_drawn():
    points = tuple(
        model.TrendPoint(at, 0.5, f"{at} on a day", str(at)) for at in (0.0, 1.0)
    )
    trend = model.Trend("Ferritin", points, None, "Ferritin: two results.")
    page = replace(clinician_page_of_case("one-result"), trends=(trend,))

    found = layout(page)

    assert overlapping(found) == []
    assert trend_block(trend, Look(1, A4)).height > 70
    assert "1.0 on a day" in [box.text for box in found]


SIGHTS = {
    # Machado 2009, complete loss; grey by Rec. 709
    "protan": (
        0.152,
        1.053,
        -0.205,
        0,
        0.115,
        0.786,
        0.099,
        0,
        -0.004,
        -0.048,
        1.052,
        0,
    ),
    "deutan": (
        0.367,
        0.861,
        -0.228,
        0,
        0.280,
        0.673,
        0.047,
        0,
        -0.012,
        0.043,
        0.969,
        0,
    ),
    "tritan": (
        1.256,
        -0.077,
        -0.179,
        0,
        -0.078,
        0.931,
        0.148,
        0,
        0.005,
        0.691,
        0.304,
        0,
    ),
    "grey": (0.213, 0.715, 0.072, 0) * 3,
}
needs_pictures = pytest.mark.skipif(
    not shutil.which("pdftoppm"), reason="pdftoppm is not on this machine"
)


def picture_of(page, place, half):
    """Return a square of the first sheet around *place*, drawn at two dots a point."""
    x, y = (round(2 * (at - half)) for at in (place[0], A4[1] - place[1]))
    side = str(4 * half)
    found = subprocess.run(
        [
            *(shutil.which("pdftoppm"), "-r", "144", "-f", "1", "-singlefile", "-png"),
            *("-x", str(x), "-y", str(y), "-W", side, "-H", side, "-"),
        ],
        input=render_pdf(page),
        capture_output=True,
        check=True,
    )
    return Image.open(io.BytesIO(found.stdout)).convert("RGB")


@cache
def drawn(tone):
    """Return the picture of the sign on a chip of *tone*."""
    chip = model.Chip(tone, "Word")
    page = replace(pdf_pages.PAGE, cards=(replace(pdf_pages.FERRITIN, chip=chip),))
    (place,) = [box for box in layout(page) if box.text == "Word" and box.sheet == 0]
    return picture_of(page, (place.left - 9, (place.bottom + place.top) / 2), 8)


def seen_as(picture, sight):
    return picture.convert("RGB", SIGHTS[sight])


def difference(one, other):
    """Return the share of pixels that differ clearly."""
    pairs = zip(
        one.convert("L").get_flattened_data(),
        other.convert("L").get_flattened_data(),
        strict=True,
    )
    differ = Counter(abs(a - b) > 40 for a, b in pairs)
    return differ[True] / differ.total()


@needs_pictures
@pytest.mark.parametrize("sight", SIGHTS)
def test_every_two_signs_differ_to_every_eye_by_their_shape(sight):
    signs = {tone: seen_as(drawn(tone), sight) for tone in model.Tone}

    alike = [
        (one, other)
        for one in model.Tone
        for other in model.Tone
        if one < other and difference(signs[one], signs[other]) < 0.02
    ]
    assert alike == []


@cache
def zone(kind):
    page = replace(pdf_pages.PAGE, cards=(pdf_pages.FERRITIN,))
    return picture_of(page, zones_of_the_first_line(page)[kind], 3)


@needs_pictures
@pytest.mark.parametrize("sight", SIGHTS)
def test_band_outside_and_far_outside_differ_to_every_eye(sight):
    kinds = ("usual", "outside", "far")
    usual, outside, far = (_look_of(seen_as(zone(kind), sight)) for kind in kinds)

    assert abs(usual[0] - outside[0]) > 15
    assert far[1] > outside[1] + 4  # hatched, not plain


def zones_of_the_first_line(page):
    """Return a place in points in each kind of zone of the first number line."""
    (tick,) = [box for box in layout(page) if box.text == "30" and box.sheet == 0]
    (last,) = [box for box in layout(page) if box.text == "300" and box.sheet == 0]
    low, high = (tick.left + tick.right) / 2, (last.left + last.right) / 2
    y = tick.top + 14
    width = (high - low) / (0.78 - 0.32)
    start = low - 0.32 * width
    return {
        "usual": (start + 0.55 * width, y),
        "outside": (start + 0.25 * width, y),
        "far": (start + 0.03 * width, y),
    }


def _look_of(picture):
    """Return mean and spread of the lightness."""
    spots = list(picture.convert("L").get_flattened_data())
    mean = sum(spots) / len(spots)
    return mean, sum(abs(spot - mean) for spot in spots) / len(spots)


# the box that says what was corrected, or a name of two lines, takes their place
PUSHED_DOWN = {"corrected": 7, "long-names": 4}
ON_LETTER = 2  # a shorter paper; it may hold no more of them


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", CASES)
def test_in_large_print_the_signs_of_danger_stand_on_page_one(name, paper):
    page = page_of_case(name)
    found = layout(page, paper=paper, size="large")

    least = PUSHED_DOWN.get(name, len(page.get_help.items))
    seen = squeezed("".join(box.text for box in found if not box.sheet))
    signs = [one for one in page.get_help.items if squeezed(one) in seen]
    assert len(signs) >= (least if paper == "A4" else ON_LETTER)
    assert page.alerts or squeezed(page.next_steps.items[0]) in seen


@pytest.mark.parametrize("name", ["long-names", "corrected"])
def test_in_large_print_the_first_foot_does_not_say_again_what_the_head_says(name):
    page = page_of_case(name)
    found = layout(page, size="large")
    first, *later = (
        squeezed("".join(box.text for box in sheet))
        for sheet in (
            [box for box in found if box.sheet == number]
            for number in range(found[-1].sheet + 1)
        )
    )

    identity, report = page.footer[:3], page.footer[3]
    head = [page.status_line, *identity]
    assert [first.count(squeezed(one)) for one in head] == [1] * len(head)
    assert squeezed(report) in first
    for sheet in later:
        assert [one for one in (*head, report) if squeezed(one) not in sheet] == []


@pytest.mark.parametrize("locale", ["en-GB", "es"])
@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", CASES)
def test_no_calm_page_one_holds_fewer_than_three_signs_of_danger(name, paper, locale):
    page = page_of_case(name, locale)
    found = layout(page, paper=paper, size="large")

    seen = squeezed("".join(box.text for box in found if not box.sheet))
    signs = [one for one in page.get_help.items if squeezed(one) in seen]
    assert page.alerts or len(signs) >= 3


def test_steps_that_go_on_say_so_at_the_head_of_the_next_sheet():
    page = page_of_case("pregnant")
    texts = [box.text for box in layout(page, size="large") if box.sheet == 1]

    again = page.continued.replace("{name}", page.next_steps.heading)
    assert texts[0] == again
    assert squeezed(page.next_steps.items[1]).startswith(squeezed(texts[2]))
    assert failures(render_pdf(page, size="large")) == []


def test_a_title_that_a_longer_language_breaks_is_set_smaller_where_room_is_short():
    page = page_of_case("thirty-results", "es")

    assert page.title in [box.text for box in layout(page, size="large")]


def test_in_large_print_chips_that_fill_more_than_two_rows_are_left_to_the_sentences():
    many, few = (page_of_case(name) for name in ("thirty-results", "long-names"))
    in_many, in_few = ([b.text for b in layout(p, size="large")] for p in (many, few))

    assert [chip.text for chip in many.summary.chips if chip.text in in_many] == []
    assert [chip.text for chip in few.summary.chips if chip.text not in in_few] == []


def test_in_large_print_the_converted_value_stands_beside_the_verdict():
    page = page_of_case("pregnant")
    card = next(card for card in page.cards if card.also)
    found = {box.text: box for box in layout(page, size="large")}

    value, also = found[card.value], found[card.also]
    assert also.left > value.right
    assert value.bottom < also.bottom < also.top < value.top


@pytest.mark.parametrize("width", range(60, 400, 7))  # the narrowest hold no value
def test_a_number_is_never_at_the_end_of_a_line_and_its_unit_at_the_next(width):
    words = (
        "Last: 31 ug/L. Before that: 34 ug/L on 2 May 2025, 52 mL/min/1.73 m² and 7 %."
    )

    style = Look(1.5, A4).body
    lines = wrapped(words, style, width).lines

    assert squeezed("".join(lines)) == squeezed(words)
    assert max(wrapped(one, style, 999).width for one in lines) <= width
    parted = [(one, other) for one, other in pairwise(lines) if one[-2:-1].isdigit()]
    units = [other for _, other in parted if re.match(r"[a-zA-Z]+/|%", other)]
    assert units == [] or width < 140


@pytest.mark.parametrize(("size", "points"), [("standard", 12), ("large", 18)])
@pytest.mark.parametrize("name", ["far-below", "emergency", "today"])
def test_sentences_are_as_large_as_the_size_says_and_nothing_is_tiny(
    name, size, points
):
    page = page_of_case(name)
    boxes = (*page.alerts, page.summary, page.next_steps, page.get_help)
    told = [text for box in boxes for text in (*box.lead, *box.items)]
    told += [text for card in page.cards for text in card.texts]
    starts = {text[:25] for text in told}

    found = [(box.text, box.top - box.bottom) for box in layout(page, size=size)]
    sizes = [high for text, high in found if text[:25] in starts]

    assert len(sizes) >= 9
    assert min(sizes) >= points - 0.01
    assert min(high for _, high in found) >= 0.75 * points - 0.01


def test_facts_that_stand_further_down_in_large_print_have_a_heading():
    boxes = layout(page_of_case("far-below"), size="large")

    told = [box.text.replace("\u00a0", " ") for box in boxes]
    at = told.index("About this report")
    assert told[at + 1].startswith("Sex: female")
    usual = layout(page_of_case("far-below"))
    assert "About this report" not in [box.text for box in usual]


@pytest.mark.parametrize("name", ["far-below", "emergency", "today", "pregnant"])
def test_a_verdict_in_the_table_takes_two_lines_at_most(name):
    table = page_of_case(name).table
    head, rows = table_rows(table, Look(1, A4))

    verdicts = [row.cells[table.columns.index("What we found")] for row in rows]
    assert [one.lines for one in verdicts if len(one.lines) > 2] == []
    assert head.lefts[-1] < head.width


@pytest.mark.parametrize("locale", ["en-GB", "es", "ar"])
@pytest.mark.parametrize("name", sorted(CASES))
def test_number_and_unit_stay_on_one_line_of_the_table(name, locale):
    pages = [page_of_case(name, locale), clinician_page_of_case(name, locale)]
    look = Look(1, A4, turned=locale == "ar")
    tables = [table_rows(page.table, look) for page in pages]

    results = [row.cells[1].lines for _, rows in tables for row in rows]
    assert [lines for lines in results if len(lines) > 1] == []


def test_a_few_long_cells_do_not_take_the_width_that_the_others_need():
    rows = clinician_page_of_case("thirty-results").table.rows
    table = clinician_page_of_case("thirty-results").table

    _, drawn = table_rows(table, Look(1, A4))
    usual = [
        row.cells[3].lines
        for row, cells in zip(drawn, rows, strict=True)
        if cells[3] == "In the usual range [N]"
    ]
    assert len(usual) > 10
    assert {len(lines) for lines in usual} == {1}


def test_a_long_address_leaves_room_for_the_words_beside_it():
    working = "2.35 mmol/L x 1/1 = 2.35 mmol/L; from 16 years, not pregnant"
    cells = ("Reference interval", working, "in", "https://example.org/" + "x" * 44)
    table = model.Table("Heading", "", ("Step", "Working", "Gives", "Source"), (cells,))

    _, (row,) = table_rows(table, Look(1, A4))

    assert len(row.cells[1].lines) <= 3


@pytest.mark.parametrize("count", range(2, 60))
def test_no_source_stands_alone_on_the_last_sheet(count):
    sources = tuple(f"Organisation {n}, 2026." for n in range(count))
    one = clinician_page_of_case("today")
    page = replace(one, sources=replace(one.sources, texts=("Version.", *sources)))
    boxes = layout(page)

    sheet = {box.text: box.sheet for box in boxes}
    assert sheet[sources[-1]] == sheet[sources[-2]]


@pytest.mark.parametrize("name", ["empty-fields", "earlier-results"])
def test_sources_that_run_on_are_told_apart_by_a_sign(name):
    page = page_of_case(name)

    printed = squeezed("".join(box.text for box in layout(page)))

    signed = [squeezed(f"\u2022{one}") for one in page.sources.items]
    assert [one for one in signed if one not in printed] == []


def test_the_steps_are_framed_no_higher_than_they_are_beside_the_signs_of_danger():
    page = page_of_case("far-below")

    beside = pair(page.next_steps, page.get_help, LETTER_LOOK)
    (_, steps), (_, signs) = beside.columns

    assert steps.height < 0.7 * signs.height


def test_a_card_goes_on_only_after_what_the_result_means():
    found = layout(page_of_case("thirty-results"), paper="Letter")

    first = "First follow the steps at the start of this report."
    leading = [box for box in found if box.text == first]
    assert len(leading) > 1
    for one in leading:
        below = [b for b in found if b.sheet == one.sheet and b.left == one.left]
        assert any(62 < box.bottom < one.bottom for box in below)


@pytest.mark.parametrize("paper", PAPERS)
def test_no_line_of_the_head_or_the_foot_ends_with_what_a_name_belongs_to(paper):
    found = layout(page_of_case("long-names"), paper=paper)

    labels = ("Asked for by:", "Record number:", "Lab:", "Born:")
    assert [box.text for box in found if box.text.endswith(labels)] == []


def test_where_room_is_short_the_lines_to_write_on_stand_closer():
    wide, close = (
        next(visit(page_of_case("today").visit, LETTER_LOOK, count)) for count in (2, 1)
    )

    questions = len(page_of_case("today").visit.items)
    assert close.block.height == wide.block.height - questions * (22 + 2)


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", CASES)
def test_no_source_stands_alone_at_the_foot_of_a_sheet(name, paper):
    page = page_of_case(name)
    first, second, *_ = (*page.sources.items, "", "")
    sheet = {box.text: box.sheet for box in layout(page, paper=paper)}

    assert sheet.get(first) in {None, sheet.get(second, sheet.get(first))}
