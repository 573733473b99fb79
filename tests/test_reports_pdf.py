"""The drawn page: conformant, the same each time, nothing cut, nothing overlapping."""

import gc
import hashlib
import re
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice, takewhile
from pathlib import Path

import page as page_validation
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4, LETTER

from reports import model
from reports.pdf import UnprintableError, layout, render_pdf
from reports.pdf.blocks import Rule, Sign, Space
from reports.pdf.canvas import ReportCanvas, TextBox, UntaggedMarkError
from reports.pdf.document import DocumentFacts
from reports.pdf.line import LineDrawing
from reports.pdf.parts import entry
from reports.pdf.sheets import Area, Entry, place
from reports.pdf.style import Look
from reports.pdf.table import Heads, table_rows
from reports.pdf.text import Aside, wrapped
from tests import pdf_pages
from tests.long import LONG, SHORT

HERE = Path(__file__).parent
FACTS = DocumentFacts(
    "Title", "Subject", "Clinic", "en", datetime(2026, 1, 2, tzinfo=UTC)
)


def failures(data):
    found = page_validation.validate_pdf_bytes(data, profile="ua1")
    return [(one.rule_id, one.message) for one in found.failures]


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("size", ["standard", "large"])
@pytest.mark.parametrize("page", [pdf_pages.PAGE, pdf_pages.URGENT_PAGE])
def test_a_report_conforms_to_pdf_ua(page, paper, size):
    assert failures(render_pdf(page, paper=paper, size=size)) == []


@pytest.mark.parametrize("size", ["standard", "large"])
@pytest.mark.parametrize("seed", range(25))
def test_a_random_report_conforms_to_pdf_ua(seed, size):
    assert failures(render_pdf(pdf_pages.random_page(seed), size=size)) == []


def test_an_unfinished_tag_is_something_that_the_validator_sees():
    data = render_pdf(pdf_pages.PAGE).replace(b"/MarkInfo", b"/MarkNone")

    assert failures(data)


def text_boxes_that_leave_the_page(boxes, paper, size="large"):
    """Return what stands outside the margins, which are narrower in large print."""
    width, height = paper
    margin = {"standard": 47.9, "large": 35.9}[size]
    return [
        box
        for box in boxes
        if box.left < margin
        or box.right > width - margin
        or box.bottom < 20
        or box.top > height - 20
    ]


def overlapping(boxes):
    """Return pairs that meet; from the top down, only neighbours need a look."""
    order = sorted(boxes, key=lambda box: (box.sheet, -box.top))
    return [
        (one.text, other.text)
        for number, one in enumerate(order, start=1)
        for other in takewhile(partial(reaches, one), islice(order, number, None))
        if one.left < other.right - 0.01 and other.left < one.right - 0.01
    ]


def reaches(one, other):
    return one.sheet == other.sheet and other.top > one.bottom + 0.01


def test_the_overlap_check_sees_an_overlap():
    one = TextBox(0, 10, 10, 50, 20, "one")

    assert overlapping([one, TextBox(0, 40, 15, 90, 25, "two")]) == [("two", "one")]


@pytest.mark.parametrize("block", range(3 if SHORT else 10))
def test_no_text_leaves_the_page_or_meets_another(block):
    pages = [pdf_pages.random_page(1000 + 30 * block + one) for one in range(30)]

    boxes = [layout(page) for page in pages]

    left = [text_boxes_that_leave_the_page(found, A4, "standard") for found in boxes]
    assert left == [[]] * 30
    assert [overlapping(found) for found in boxes] == [[]] * 30


@pytest.mark.parametrize("seed", range(20))
def test_no_text_leaves_the_page_or_meets_another_in_large_print(seed):
    found = layout(pdf_pages.random_page(seed), paper="Letter", size="large")

    assert text_boxes_that_leave_the_page(found, LETTER) == []
    assert overlapping(found) == []


def words_of(page):
    """Return all text of *page* that the PDF must hold, by its places."""
    cells = [cell for row in page.table.rows for cell in row]
    cards = [text for card in page.cards for text in (card.heading, *card.texts)]
    boxes = (*page.alerts, page.summary, page.next_steps, page.get_help)
    lines = [text for box in boxes for text in (box.heading, *box.lead, *box.items)]
    return [page.header.name, page.header.clinic, *cells, *cards, *lines]


@pytest.mark.parametrize("seed", range(40))
def test_no_text_is_cut(seed):
    page = pdf_pages.random_page(seed)

    printed = squeezed("".join(box.text for box in layout(page)))

    assert [text for text in words_of(page) if squeezed(text) not in printed] == []


def squeezed(text):
    return "".join(text.replace("µ", "μ").split())


def test_the_same_page_gives_the_same_bytes():
    assert render_pdf(pdf_pages.URGENT_PAGE) == render_pdf(pdf_pages.URGENT_PAGE)


@pytest.mark.parametrize("page", ["URGENT_PAGE", "OTHER_SCRIPTS"])
@pytest.mark.parametrize("seed", ["0", "4711"])
def test_another_process_gives_the_same_bytes(seed, page):
    program = (
        "import hashlib; from tests import pdf_pages; "
        "from reports.pdf import render_pdf; "
        f"print(hashlib.sha256(render_pdf(pdf_pages.{page})).hexdigest())"
    )
    here = hashlib.sha256(render_pdf(getattr(pdf_pages, page))).hexdigest()

    found = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo"},
        cwd=HERE.parent,
        capture_output=True,
        text=True,
        check=True,
    )

    assert found.stdout.strip() == here


def test_the_dates_of_the_document_are_those_of_the_report():
    data = render_pdf(pdf_pages.PAGE)

    assert b"D:20261123093000" in data
    assert b"<xmp:CreateDate>2026-11-23T09:30:00+00:00" in data


def test_what_is_drawn_outside_a_tag_is_refused():
    canvas = ReportCanvas(FACTS, A4)

    with pytest.raises(UntaggedMarkError):
        canvas.rect(1, 1, 1, 1)


def test_an_operator_pushed_in_between_is_refused():
    canvas = ReportCanvas(FACTS, A4)

    with pytest.raises(UntaggedMarkError):
        canvas._code.insert(0, "0 0 m")  # noqa: SLF001  # what ReportLab could do


def test_operators_added_together_outside_a_tag_are_refused():
    canvas = ReportCanvas(FACTS, A4)

    with pytest.raises(UntaggedMarkError):
        canvas._code.extend(["0 0 m"])  # noqa: SLF001  # what ReportLab could do


@pytest.mark.parametrize("outer", ["tag", "artifact"])
def test_a_text_that_is_an_element_stands_in_no_other_mark(outer):
    canvas, look = ReportCanvas(FACTS, A4), Look(1, A4)
    word = wrapped("Word", look.body, 100)
    item = entry("1", "Word", look, 100, look.body)

    for one in (word, item):
        with getattr(canvas, outer)("P"), pytest.raises(UntaggedMarkError):
            one.draw(canvas, 1, 1)


@pytest.mark.parametrize("outer", ["tag", "artifact"])
@pytest.mark.parametrize("inner", ["tag", "artifact", "group"])
def test_a_mark_inside_a_mark_is_refused(outer, inner):
    canvas = ReportCanvas(FACTS, A4)

    with (
        pytest.raises(UntaggedMarkError),
        getattr(canvas, outer)("P"),
        getattr(canvas, inner)("P"),
    ):
        pytest.fail("opened")


NAMES = ["Zoë O'Brien", "Łukasz Gęślą", "Nguyễn Thị", "Екатерина Щукина", "Ann"]
NAMES += ["محمد علي", "राजेश शर्मा"]  # shaped by one HarfBuzz for all threads


def short(name):
    """Return a page of one sheet for somebody."""
    page, nothing = pdf_pages.PAGE, model.Section("Heading")
    return replace(
        page,
        header=replace(page.header, name=name),
        footer=(name, "EX-00042"),
        cards=(pdf_pages.FERRITIN,),
        rows=(),
        unjudged=(),
        visit=None,
        how_to_read=nothing,
        sources=nothing,
        table=replace(page.table, rows=()),
    )


def digests(pages):
    return [hashlib.sha256(render_pdf(page)).digest() for page in pages]


@pytest.fixture
def hasty_threads():
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0001)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hasty_threads")
def test_eight_threads_draw_200_reports_each_without_disturbing_each_other():
    # fifty each, where the long proofs are not asked for
    pages = [short(f"{NAMES[n % len(NAMES)]} {n}") for n in range(200 if LONG else 50)]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(digests, [pages] * 8))

    assert found == [digests(pages)] * 8


def test_a_drawn_report_is_forgotten_at_once_without_the_collector():
    render_pdf(pdf_pages.URGENT_PAGE)
    gc.collect()
    gc.disable()

    render_pdf(pdf_pages.URGENT_PAGE)
    left = gc.collect()

    gc.enable()
    assert left == 0


OPENED = []


def _watch(event, arguments):
    if event in ("open", "socket.connect", "socket.bind", "subprocess.Popen"):
        OPENED.append((event, arguments[0]))


def test_drawing_opens_no_file_and_no_socket():
    render_pdf(pdf_pages.URGENT_PAGE)
    sys.addaudithook(_watch)
    OPENED.clear()

    render_pdf(pdf_pages.URGENT_PAGE)

    assert OPENED == []


COLD = """
import sys
from dataclasses import replace
from reports.pdf import render_pdf
from tests import pdf_pages

page = replace(
    pdf_pages.OTHER_SCRIPTS,
    header=replace(pdf_pages.PAGE.header, name="राजेश สมชาย", reader="דוד כהן"),
)
sys.addaudithook(
    lambda event, told: event.startswith(("open", "socket", "subprocess", "os.exec"))
    and print(event, told[0])
)
render_pdf(page)
"""


def test_the_first_report_of_a_process_opens_typefaces_and_nothing_else():
    found = subprocess.run(
        [sys.executable, "-B", "-c", COLD],  # a new environment compiles modules
        cwd=HERE.parent,
        capture_output=True,
        text=True,
        check=True,
    )

    opened = found.stdout.splitlines()
    fonts = [one for one in opened if re.search("/(fontpkg_|justmytype_intl_)", one)]
    others = [one for one in opened if one not in fonts]
    assert len(fonts) >= 4
    assert [
        one for one in fonts if not re.fullmatch(r"open /.*\.(ttf|pyc?)", one)
    ] == []
    assert [one for one in others if not re.fullmatch(r"open /.*\.pyc?", one)] == []


def texts(page, **options):
    return [box.text for box in layout(page, **options)]


def test_every_sheet_tells_whose_it_is_and_how_many_there_are():
    found = texts(pdf_pages.URGENT_PAGE)

    glue = "\u00a0\u00a0·  "  # none begins a line
    foot = glue.join(("Alex Example", "EX-00042", "Report 7F3A-91C2, version 1"))
    whole = [text.replace("\u00a0", " ") for text in found]
    numbers = [text for text in found if text.startswith("Page ")]
    assert numbers == ["Page 1 of 3", "Page 2 of 3", "Page 3 of 3"]
    assert whole.count(foot.replace("\u00a0", " ")) == 3
    assert found.count("DEMO") == 3
    assert found.count("Not yet reviewed by a clinician") == 4


def test_alerts_come_before_everything_but_whose_report_it_is():
    found = texts(pdf_pages.URGENT_PAGE)

    assert found.index("Get help now") < found.index("Call today")
    assert found.index("Call today") < found.index("In short")


@pytest.mark.parametrize("size", ["standard", "large"])
def test_when_to_get_help_stands_on_the_first_sheet(size):
    found = layout(pdf_pages.URGENT_PAGE, size=size)

    sheets = [box.sheet for box in found if box.text == "Get help at once if"]
    assert sheets == [0]


def test_advice_moves_above_a_summary_that_leaves_it_no_room():
    summary = replace(pdf_pages.PAGE.summary, lead=("word " * 500,))

    found = layout(replace(pdf_pages.PAGE, summary=summary))

    sheets = [box.sheet for box in found if box.text == "Get help at once if"]
    assert sheets == [0]


@pytest.mark.parametrize("count", range(1, 12))
@pytest.mark.parametrize("size", ["standard", "large"])
def test_a_heading_never_ends_a_sheet_and_a_card_keeps_its_first_words(count, size):
    cards = tuple(
        replace(
            pdf_pages.FERRITIN,
            heading=f"Card {n}",
            texts=(f"First {n}", *["word " * 30] * 6, f"End {n}"),
        )
        for n in range(count)
    )
    found = layout(replace(pdf_pages.PAGE, cards=cards), size=size)

    sheet = {box.text: box.sheet for box in found}
    assert sheet["Results to talk about"] == sheet["Card 0"]
    away = [sheet[f"First {n}"] - sheet[f"Card {n}"] for n in range(count)]
    assert set(away) <= ({0} if size == "standard" else {0, 1})
    assert all(sheet[f"End {n}"] - sheet[f"First {n}"] in (0, 1) for n in range(count))


@pytest.mark.parametrize("count", range(1, 30))
def test_the_words_before_a_list_stay_with_it(count):
    visit = model.Section("Visit", ("You may ask:",), ("First question", "Second"))
    rows = (pdf_pages.ROWS[0],) * count

    found = layout(replace(pdf_pages.PAGE, rows=rows, visit=visit))

    sheet = {box.text: box.sheet for box in found}
    assert sheet["Visit"] == sheet["You may ask:"] == sheet["First question"]


@pytest.mark.parametrize("size", ["standard", "large"])
def test_a_card_that_goes_on_says_whose_words_they_are(size):
    long = replace(pdf_pages.FERRITIN, texts=("word " * 30,) * 12)
    page = replace(pdf_pages.PAGE, cards=(long,) * 6)
    found = layout(page, size=size)

    goes_on = [box.sheet for box in found if box.text == "Ferritin, continued"]
    words = {box.sheet for box in found if box.text.startswith("word")}
    first = min(box.sheet for box in found if box.text == "Ferritin")
    assert goes_on
    assert len(set(goes_on)) == len(goes_on)
    for sheet in words - {first}:
        heads = [b.top for b in found if b.sheet == sheet and b.text == "Ferritin"]
        tops = [b.top for b in found if b.sheet == sheet and b.text[:4] == "word"]
        assert sheet in goes_on or max(heads) > max(tops)
    assert overlapping(found) == []
    assert failures(render_pdf(page, size=size)) == []


def test_a_long_card_fills_the_sheet_that_it_starts_on():
    long = replace(pdf_pages.FERRITIN, texts=("word " * 30,) * 12)
    found = layout(replace(pdf_pages.PAGE, cards=(long,) * 6))

    lows = {}
    for box in found:
        if box.text.startswith("word"):
            lows[box.sheet] = min(box.bottom, lows.get(box.sheet, 900))
    *full, _ = [lows[sheet] for sheet in sorted(lows)]
    assert [low for low in full if low > 160] == []


def test_a_card_that_goes_on_is_one_section_and_conforms():
    long = replace(pdf_pages.FERRITIN, texts=("word " * 30,) * 12)
    page = replace(pdf_pages.PAGE, cards=(long,) * 6)

    assert failures(render_pdf(page)) == []
    assert failures(render_pdf(page, size="large")) == []
    assert overlapping(layout(page)) == []


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_card_that_has_no_room_for_its_first_words_starts_on_a_new_sheet(paper):
    cards = (replace(pdf_pages.FERRITIN, texts=("word " * 120,) * 4),) * 4

    found = layout(replace(pdf_pages.PAGE, cards=cards), paper=paper)

    heads = [box for box in found if box.text == "Ferritin" and box.left == 48]
    assert len(heads) == 4
    assert [box.bottom for box in heads if box.bottom < 250] == []


def test_the_table_is_a_list_in_large_print():
    found = texts(pdf_pages.PAGE, size="large")

    assert "Verdict" not in found
    assert any("Verdict: " in text for text in found)


def test_the_table_repeats_its_heads_on_a_later_sheet():
    table = replace(pdf_pages.PAGE.table, rows=pdf_pages.PAGE.table.rows * 20)

    found = layout(replace(pdf_pages.PAGE, table=table))

    heads = [box.sheet for box in found if box.text == "Verdict"]
    assert len(heads) > 1
    assert len(set(heads)) == len(heads)


def test_a_row_higher_than_a_sheet_goes_on_with_nothing_cut():
    cell = " ".join(f"w{n}" for n in range(3000))
    table = replace(pdf_pages.PAGE.table, rows=(("Test", cell, "", "", ""),))
    page = replace(pdf_pages.PAGE, table=table)

    printed = " ".join(texts(page)).split()
    assert [word for word in cell.split() if word not in printed] == []
    assert failures(render_pdf(page)) == []


@pytest.mark.parametrize(
    "part",
    [
        {"cards": (replace(pdf_pages.FERRITIN, texts=("word " * 900,) * 3),)},
        {"rows": (replace(pdf_pages.ROWS[0], note="word " * 2500),)},
        {"summary": replace(pdf_pages.PAGE.summary, lead=("word " * 2500,))},
        {"get_help": replace(pdf_pages.PAGE.get_help, items=("word " * 1500,) * 2)},
        {"alerts": (replace(pdf_pages.ALERT, heading="word " * 900),)},
        {"how_to_read": model.Section("How", (), ("word " * 2500,))},
        {"sources": model.Section("Sources", (), ("word " * 2500,))},
        {
            "cards": (
                replace(pdf_pages.FERRITIN, heading="word " * 400, unit="w " * 900),
            )
        },
        {
            "cards": (
                replace(
                    pdf_pages.FERRITIN, chip=model.Chip(model.Tone.LOW, "w " * 900)
                ),
            )
        },
    ],
)
@pytest.mark.parametrize("size", ["standard", "large"])
def test_a_part_higher_than_a_sheet_goes_on_with_nothing_cut(part, size):
    page = replace(pdf_pages.PAGE, **part)

    found = layout(page, size=size)

    assert text_boxes_that_leave_the_page(found, A4, size) == []
    assert overlapping(found) == []
    assert failures(render_pdf(page, size=size)) == []


@given(text=st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=60))
def test_any_name_is_printed_or_refused_by_its_own_error(text):
    page = replace(pdf_pages.PAGE, header=replace(pdf_pages.PAGE.header, name=text))

    try:
        found = layout(page)
    except UnprintableError:
        return
    assert found


def test_an_unknown_paper_is_refused():
    with pytest.raises(KeyError):
        render_pdf(pdf_pages.PAGE, paper="A5")


def test_two_to_three_sheets_stay_small():
    assert len(render_pdf(pdf_pages.PAGE)) < 45_000


def test_what_reportlab_draws_stands_among_our_own_marks():
    canvas = ReportCanvas(FACTS, A4)

    with canvas.artifact():
        canvas.circle(100, 100, 20)
    canvas.showPage()

    assert failures(canvas.finished()) == []


@pytest.mark.parametrize(
    ("alt", "written"),
    [
        ("5 (five) \\ 9", rb"(5 \(five\) \\ 9)"),
        ("5 ≥ 3", b"<FEFF00350020226500200033>"),
        ("🙂", b"<FEFFd83dde42>"),
    ],
)
def test_a_figure_says_what_it_shows_whatever_its_signs(alt, written):
    canvas = ReportCanvas(FACTS, A4)
    box = "<</O/Layout/Placement/Block/BBox[10 10 20 20]>>"
    with canvas.tag("Figure", alt=alt, attributes=box):
        canvas.shape([(10, 10), (20, 10), (20, 20)], "f")
    canvas.showPage()

    data = canvas.finished()

    packed = re.search(rb"/ObjStm.*?stream\n(.*?)\nendstream", data, re.DOTALL)
    assert b"/Alt " + written in zlib.decompress(packed[1])
    assert failures(data) == []


def test_a_page_with_every_part_empty_is_drawn():
    empty = model.Section("Heading")
    page = replace(
        pdf_pages.PAGE,
        summary=model.Box(model.BoxKind.PANEL, "In short"),
        cards=(replace(pdf_pages.FERRITIN, purpose="", texts=(), notes=(), unit=""),),
        rows=(replace(pdf_pages.ROWS[0], purpose="", line=None),),
        rows_note="",
        unjudged=(),
        how_to_read=empty,
        sources=empty,
        table=replace(pdf_pages.PAGE.table, caption="", rows=()),
        footer=(),
        status_line="",
    )

    assert failures(render_pdf(page)) == []
    assert failures(render_pdf(page, size="large")) == []


@pytest.mark.parametrize(
    "block",
    [
        Space(9),
        Rule(100, 9),
        Sign(model.Tone.URGENT, 6),
        LineDrawing(pdf_pages.FERRITIN.line, 300, Look(1, A4)),
        Heads(table_rows(pdf_pages.PAGE.table, Look(1, A4))[0]),
        table_rows(pdf_pages.PAGE.table, Look(1, A4))[0].split(30)[0],
        Aside(wrapped("Word", Look(1, A4).body, 100)),
    ],
    ids=lambda block: type(block).__name__,
)
def test_a_picture_is_never_split(block):
    assert block.split(1) == [block]


@pytest.mark.parametrize("size", ["standard", "large"])
def test_a_card_too_high_for_any_sheet_is_put_under_each_other(size):
    card = replace(pdf_pages.FERRITIN, texts=("word " * 900,))
    page = replace(pdf_pages.PAGE, cards=(card,))

    words = " ".join(texts(page, size=size)).split()

    assert words.count("word") == 900


def test_what_no_splitting_makes_lower_is_placed_all_the_same():
    sheets = place([Entry(Space(900))], Area(left=0, bottom=0, top=500))

    assert [[placed.block for placed in sheet] for sheet in sheets] == [[Space(900)]]


def test_a_heading_with_nothing_after_it_is_still_placed():
    heading = Entry(Space(9), keep=True)

    sheets = place([heading], Area(left=0, bottom=0, top=500))

    assert [[placed.block for placed in sheet] for sheet in sheets] == [[Space(9)]]
