"""The HTML twin says what the PDF says, in the same order, and draws what it draws."""

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import escape

from reports.direction import END_OF_ISOLATE, OPENING
from reports.model import (
    BoxKind,
    Chip,
    Marker,
    NumberLine,
    Tick,
    Tone,
    Unjudged,
    Zone,
    ZoneKind,
)
from service.desk.line_drawing import draw
from service.desk.twin import render_report_html
from tests.pdf_pages import ALERT, LONG, PAGE, URGENT_PAGE, random_page
from tests.reports.panels import random_page as random_arabic_page

NO_SIGNS = str.maketrans(dict.fromkeys((*OPENING, END_OF_ISOLATE), ""))


class Answer:
    """What ``Page`` reads: a page that was made without a request."""

    status_code = 200
    headers = {}  # noqa: RUF012  never changed

    def __init__(self, text):
        self.text = text

    def get_data(self, *, as_text):
        assert as_text
        return self.text


@pytest.fixture
def twin(app):
    from tests.desk.pages import Page  # noqa: PLC0415  used here alone

    def render(page):
        with app.test_request_context():
            return Page(Answer(render_report_html(page)))

    return render


def places(text, words):
    found = []
    start = 0
    for one in words:
        start = text.index(" ".join(one.split()), start)
        found.append(start)
    return found


def words_of(page):
    """Everything that a reader must be told, in order."""
    header = page.header
    first, more = (header.facts[:2], header.facts[2:])
    urgent = [page.next_steps, page.get_help, page.summary]
    calm = [page.summary, page.next_steps, page.get_help]
    words = [header.title, header.name, header.reader, *first]
    words += [] if page.alerts else more
    words += [page.status_line]
    boxes = [*page.alerts, *filter(None, [page.corrected])]
    for box in (*boxes, *(urgent if page.alerts else calm)):
        words += [box.heading, *box.lead, *box.items, box.closing]
    words += more if page.alerts else []
    parts = (
        [page.changed, page.symptoms] if page.alerts else [page.symptoms, page.changed]
    )
    for part in filter(None, parts):
        words += [part.heading, *part.texts, *part.items]
    for card in page.cards:
        words += [card.heading, card.purpose, card.value, card.unit, card.chip.text]
        words += [*card.texts, *card.notes]
    words += [page.rows_heading, page.rows_note] if page.rows else []
    for row in page.rows:
        words += [row.heading, row.value, row.unit, row.ranges, row.note]
    for one in page.unjudged:
        words += [one.heading, one.value, one.why, one.ranges]
    if page.visit:
        words += [page.visit.heading, *page.visit.texts, *page.visit.items]
    words += [page.how_to_read.heading, *page.how_to_read.texts]
    words += [page.sources.heading, *page.sources.texts, *page.sources.items]
    words += [page.table.heading] if page.table.rows else []
    words += [page.status_line, *page.footer]
    return [one for one in words if one]


CORRECTED = replace(
    PAGE,
    header=replace(PAGE.header, reader="You means your child."),
    corrected=replace(ALERT, kind=BoxKind.CORRECTED, heading="CORRECTED: replaces 1"),
    changed=replace(PAGE.how_to_read, heading="Others", items=("Sodium was 1.",)),
)


@pytest.mark.parametrize(
    "page", [PAGE, URGENT_PAGE, CORRECTED], ids=["usual", "urgent", "corrected"]
)
def test_every_text_is_there_in_the_order_of_the_paper(twin, page):
    text = twin(page).text

    assert places(text, words_of(page)) == sorted(places(text, words_of(page)))


@pytest.mark.parametrize("seed", range(20))
def test_random_pages_are_whole_too(twin, seed):
    page = random_page(seed)

    assert places(twin(page).text, words_of(page))


@pytest.mark.parametrize(("locale", "way"), [("es", ""), ("ar", '<bdi dir="ltr">')])
def test_what_is_english_on_a_translated_page_is_marked(twin, locale, way):
    page = random_arabic_page(3, locale)

    found = twin(page).source

    unchecked, marked = "This translation has not been checked.", '<span lang="en">'
    assert found.count(f"{marked}{way}{unchecked}") == found.count(unchecked) == 2
    cited = re.findall(rf"<li>{marked}{way}(.*?)</span></li>", found)
    items = [escape(one.translate(NO_SIGNS)) for one in page.sources.items]
    assert [re.sub("</?bdi.*?>", "", one) for one in cited] == items
    assert found.count("<span lang=") == len(items) + 2


def test_an_english_page_is_in_one_language(twin):
    assert twin(random_arabic_page(3, "en-GB")).source.count("lang=") == 1


def test_an_alert_stands_above_everything_but_whose_page_it_is_and_who_saw_it(twin):
    page = replace(URGENT_PAGE, status_line="Nobody has seen this")
    text = twin(page).text
    alert = text.index(ALERT.heading)
    born, record, *others = page.header.facts

    assert max(map(text.index, (page.header.name, born, record))) < alert
    assert text.index(page.status_line) < alert < text.rindex(page.status_line)
    assert alert < min(map(text.index, others))
    assert (
        alert < text.index(page.next_steps.heading) < text.index(page.summary.heading)
    )


@pytest.mark.parametrize("size", ["standard", "large"])
def test_the_size_that_is_asked_for_is_obeyed(app, size):
    with app.test_request_context():
        found = render_report_html(PAGE, size=size)

    assert f'<html lang="{PAGE.lang}" dir="{PAGE.direction}" class="{size}">' in found


def test_what_could_not_be_judged_has_the_square_that_it_has_on_paper(twin):
    chip = replace(PAGE.summary, chips=(Chip(Tone.UNKNOWN, "1 not judged"),))

    assert '<rect class="mark mark-unknown"' in twin(replace(PAGE, summary=chip)).source


def test_every_number_line_is_a_picture_with_its_sentence(twin):
    page = twin(PAGE)
    pictures = [names for tag, names in page.tags if names.get("role") == "img"]
    lines = [one.line for one in (*PAGE.cards, *PAGE.rows) if one.line]

    assert [one["aria-label"] for one in pictures] == [line.alt for line in lines]


def test_the_page_is_in_its_own_language_and_says_so(twin):
    page = twin(replace(PAGE, lang="ar", direction="rtl"))

    assert ("html", {"lang": "ar", "dir": "rtl", "class": "standard"}) in page.tags


def test_an_isolate_is_an_element_and_never_leaves_one_open(twin):
    name = "\u2066<b>9\u2069 \u2068אבג \u2066open"

    page = twin(replace(PAGE, header=replace(PAGE.header, name=name)))

    assert "<b>9 אבג open" in page.text
    assert [names for tag, names in page.tags if tag == "bdi"].count({"dir": "ltr"}) > 1


def test_an_arabic_page_is_whole_and_its_lines_hold_no_hidden_signs(twin):
    page = twin(random_arabic_page(3, "ar"))
    pictures = [names for tag, names in page.tags if names.get("role") == "img"]

    assert pictures
    assert not re.search("[\u2066-\u2069]", str(page.tags) + page.text)


def test_there_is_no_script_no_inline_style_and_no_foreign_address(twin):
    page = twin(URGENT_PAGE)

    assert not [
        tag
        for tag, names in page.tags
        if tag in {"script", "style"} or "style" in names
    ]
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", page.source)


def test_heads_of_the_table_belong_to_their_column_or_row(twin):
    scopes = [names["scope"] for tag, names in twin(PAGE).tags if tag == "th"]

    assert scopes == ["col"] * len(PAGE.table.columns) + ["row"] * len(PAGE.table.rows)


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ 7 * 7 }}",
        "</title><b>",
        "A & B <LOD",
        LONG,
    ],
)
def test_no_text_from_outside_becomes_markup(twin, hostile):
    header = replace(PAGE.header, name=hostile, clinic=hostile, facts=(hostile,))
    unjudged = (Unjudged(hostile, hostile, "why"),)
    page = twin(replace(PAGE, header=header, unjudged=unjudged, footer=(hostile,)))

    assert page.text.count(hostile) == 6
    assert "onerror" not in [name for _, names in page.tags for name in names]


def test_what_is_not_there_leaves_no_empty_heading(twin):
    page = twin(
        replace(PAGE, cards=(), rows=(), unjudged=(), visit=None, symptoms=None)
    )

    assert PAGE.cards_heading not in page.text
    assert PAGE.rows_heading not in page.text
    assert PAGE.unjudged_heading not in page.text


def test_a_watermark_stands_on_the_page(twin):
    assert "DEMO" in twin(replace(PAGE, watermark="DEMO")).text
    assert "watermark" not in twin(replace(PAGE, watermark="")).source


@pytest.mark.parametrize("kind", BoxKind)
def test_every_kind_of_box_has_its_own_look(twin, kind):
    page = twin(replace(PAGE, summary=replace(PAGE.summary, kind=kind)))

    assert f"box-{kind}" in page.source


@pytest.mark.parametrize("tone", Tone)
def test_every_tone_has_a_shape_of_its_own(twin, tone):
    summary = replace(PAGE.summary, chips=(Chip(tone, "Words"),))

    assert f"mark-{tone}" in twin(replace(PAGE, summary=summary)).source


# -- the drawing

USUAL = Zone(ZoneKind.USUAL, 0.32, 0.78)
places_on_bar = st.floats(min_value=0, max_value=1)
labels = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=9)


def line(marker=None, ticks=(), zones=(USUAL,)):
    marker = marker or Marker(0.5, Tone.USUAL, "You: 4.1")
    return NumberLine(zones, tuple(ticks), marker, "usual range", "A sentence.")


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.builds(Tick, places_on_bar, labels, st.booleans()), max_size=7))
def test_labels_never_overlap_and_none_is_dropped(ticks):
    drawing = draw(line(ticks=ticks))
    boxes = [
        (label.y, label.x - len(label.text) * 3.6, label.x + len(label.text) * 3.6)
        for label in drawing.labels
    ]

    assert len(boxes) == len(ticks) + 1
    assert not [
        (one, other)
        for at, one in enumerate(boxes)
        for other in boxes[at + 1 :]
        if one[0] == other[0] and one[1] < other[2] and other[1] < one[2]
    ]
    assert all(left >= 0 and right <= drawing.width for _, left, right in boxes)


@given(at=places_on_bar, text=labels)
def test_the_results_own_label_stays_inside_and_points_at_the_true_place(at, text):
    drawing = draw(line(Marker(at, Tone.LOW, f"You: {text}")))
    pill = drawing.pill

    assert pill.left >= 0
    assert pill.left + pill.width <= drawing.width + 0.1
    assert pill.left <= drawing.marker_x <= pill.left + pill.width


@given(low=places_on_bar, high=places_on_bar)
def test_what_lies_further_right_is_drawn_further_right(low, high):
    left = draw(line(Marker(min(low, high), Tone.LOW, "a"))).marker_x
    right = draw(line(Marker(max(low, high), Tone.LOW, "a"))).marker_x

    assert left <= right


@pytest.mark.parametrize(
    ("changes", "corners"),
    [({}, 4), ({"open_high": True}, 5), ({"open_low": True}, 5),
     ({"open_low": True, "open_high": True}, 6)],
)  # fmt: skip
def test_an_open_end_is_drawn_as_an_arrow(changes, corners):
    zone = replace(USUAL, **changes)

    assert len(draw(line(zones=(zone,))).zones[0].points.split()) == corners


def test_the_usual_range_is_drawn_over_its_neighbours():
    far = Zone(ZoneKind.FAR, 0, 0.2)

    assert [zone.kind for zone in draw(line(zones=(USUAL, far))).zones] == [
        "far",
        "usual",
    ]


@pytest.mark.parametrize(("reach", "end"), [("low", 14.0), ("high", 326.0)])
def test_a_censored_result_goes_on_to_the_end_of_the_bar(reach, end):
    drawing = draw(line(Marker(0.5, Tone.LOW, "You: <5", reach=reach)))

    assert (drawing.reach, drawing.reach_end) == (reach, end)


def test_a_slim_line_has_no_label_of_its_own():
    assert draw(line(), slim=True).pill is None


def test_a_range_without_a_name_gets_no_label():
    assert draw(replace(line(), usual_label="")).labels == ()


@pytest.mark.parametrize("off", ["low", "high"])
@pytest.mark.parametrize("reach", ["", "low", "high"])
def test_every_marker_can_be_drawn(twin, off, reach):
    marker = Marker(0.0 if off == "low" else 1.0, Tone.URGENT, "You: 9", reach, off)
    card = replace(PAGE.cards[0], line=line(marker))

    assert "You: 9" in twin(replace(PAGE, cards=(card,))).text
