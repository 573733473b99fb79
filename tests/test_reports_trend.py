"""A chart over time on paper: its numbers stand clear, its limits and days are said."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from random import Random

import pytest
from reportlab.lib.pagesizes import A4

from reports import model
from reports.pdf import layout, render_pdf
from reports.pdf.canvas import ReportCanvas
from reports.pdf.document import DocumentFacts
from reports.pdf.style import TONES, Look
from reports.pdf.trend import TrendDrawing
from tests.gallery.cases import clinician_page_of_case
from tests.test_reports_pdf import failures, overlapping

DAYS = ("10 September 2024", "20 November 2026")
FACTS = DocumentFacts("t", "s", "a", "en-GB", datetime(2026, 11, 23, tzinfo=UTC))
PAGE = clinician_page_of_case("earlier-results")


def chart(levels, band, days=DAYS):
    last = len(levels) - 1
    points = tuple(
        model.TrendPoint(n / last, level, f"{n}00 on a day", f"{n}00")
        for n, level in enumerate(levels)
    )
    limits = tuple(model.Tick(at, f"{at:.3f}") for at in band)
    return model.Trend("Ferritin", points, band, "Ferritin.", limits, days)


def drawn(trend, size="standard"):
    """Return the lines of text of the chart alone."""
    page = replace(PAGE, trends=(trend,))
    found = layout(page, size=size)
    words = {*(one.value for one in trend.points), *trend.days}
    words |= {one.text for one in trend.limits}
    return [box for box in found if box.text in words]


def test_the_last_point_is_drawn_with_the_sign_of_its_tone():
    trend = replace(chart([0.5, 0.2], (0.3, 0.8)), tone=model.Tone.LOW)
    drawings = []

    for tone in model.Tone:
        canvas = ReportCanvas(FACTS, A4)
        TrendDrawing(replace(trend, tone=tone), Look(1, A4)).draw(canvas, 72, 600)
        canvas.showPage()
        drawings.append(canvas.finished())

    assert len({data.split(b"/ID")[0] for data in drawings}) >= len(set(TONES.values()))


@pytest.mark.parametrize("seed", range(40))
def test_no_number_is_struck_through_by_an_edge_or_meets_another(seed):
    random = Random(seed)  # noqa: S311  # an invented chart is no secret
    levels = [random.uniform(0.125, 0.875) for _ in range(random.randint(2, 6))]
    low, high = sorted(random.uniform(0.125, 0.875) for _ in range(2))
    size = random.choice(["standard", "large"])
    trend = chart(levels, (low, high + 0.1))

    found = drawn(trend, size)

    by_text = {box.text: box for box in found}
    unit = 1.5 if size == "large" else 1
    axis = by_text[DAYS[0]].bottom + (14 - 3 + 0.24 * 9) * unit
    edges = [axis, *(axis + at * 74 * unit for at in trend.band or ())]
    numbers = [box for box in found if box.text in {one.value for one in trend.points}]
    ink = [(box.bottom + 2.16 * unit, box.bottom + 8.5 * unit) for box in numbers]
    assert not [e for e in edges for low, high in ink if low < e < high]
    assert overlapping(found) == []
    assert len(numbers) >= 1


def test_the_limits_stand_after_the_band_and_the_days_under_the_axis():
    (trend,) = PAGE.trends
    found = {box.text: box for box in drawn(trend)}

    assert [one.text for one in trend.limits] == ["45", "200"]
    assert trend.days == DAYS
    assert [one.value for one in trend.points if one.value not in found] == []
    assert found["45"].left == found["200"].left > found["9"].right
    assert found["200"].bottom > found["45"].top
    assert all(found[day].top < found["9"].bottom + 2 for day in DAYS)
    assert failures(render_pdf(PAGE)) == []


def test_a_number_without_room_is_left_out_for_it_stands_beside_the_chart():
    jagged = chart([0.125, 0.875] * 8, (0.3, 0.7))

    found = drawn(jagged)

    shown = {box.text for box in found}
    assert len(shown & {one.value for one in jagged.points}) < len(jagged.points)
    assert not [a for a, b in combinations(found, 2) if a.text == b.text]


def test_days_too_long_for_the_chart_are_left_out():
    days = ("a day with a very long name indeed", "another day with a long name")

    assert not {*days} & {
        box.text for box in drawn(chart([0.2, 0.8], (0.3, 0.7), days))
    }
