"""The page as we draw it against ReportLab's platypus with the same content."""

from datetime import UTC, datetime
from io import BytesIO
from xml.sax.saxutils import escape

from reportlab.graphics.shapes import Drawing, Line, Rect, String
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

from benchmarks.clock import compare, show
from benchmarks.panels import twelve
from reference_ranges.interpretation import interpret
from reference_ranges.loading import load_catalogue
from reports.identity import Letterhead, ReportFacts
from reports.model import NumberLine, Page
from reports.page import build_page
from reports.pdf import render_pdf
from reports.wording import load_wording

STYLES = getSampleStyleSheet()
WIDTH = 300


def main() -> None:
    page = sample_page()
    ours, theirs = render_pdf(page), with_platypus(page)
    seconds, other, ratio = compare(
        lambda: render_pdf(page), lambda: with_platypus(page), (10, 5)
    )
    print("the patient's page: 12 results, same texts and number lines")
    show("ours: tagged, PDF/UA-1", seconds, f"{1 / seconds:.0f}/s, {len(ours)} bytes")
    note = f"{ratio:.1f} x ours, {1 / other:.0f}/s, {len(theirs)} bytes"
    show("platypus: untagged, built-in font", other, note)


def sample_page() -> Page:
    """The page of the benchmark's panel."""
    catalogue = load_catalogue()
    submission = twelve(catalogue)
    now = datetime(2026, 11, 23, tzinfo=UTC)
    return build_page(
        interpret(submission.panel, catalogue),
        submission.identity,
        ReportFacts(report_id="benchmark", version=1, issued_at=now),
        Letterhead(clinic="Example Clinic"),
        load_wording("en-GB"),
    )


def with_platypus(page: Page) -> bytes:
    """The same texts and lines the way a tutorial would do it."""
    out = BytesIO()
    document = SimpleDocTemplate(out, pagesize=A4, title=page.title)
    document.build([*_top(page), *_results(page), *_end(page)])
    return out.getvalue()


def _top(page: Page) -> list[object]:
    story = [_text(page.header.title, "Title"), _text(page.header.name)]
    story += [_text(fact) for fact in page.header.facts]
    for box in (*page.alerts, page.summary, page.next_steps, page.get_help):
        story.append(_text(box.heading, "Heading2"))
        story += [_text(one) for one in (*box.lead, *box.items, box.closing)]
    return story


def _results(page: Page) -> list[object]:
    story = []
    for card in page.cards:
        story += [_text(card.heading, "Heading3"), _text(f"{card.value} {card.unit}")]
        story += [_line(card.line)] if card.line else []
        story += [_text(one) for one in (card.purpose, *card.texts, *card.notes)]
    for row in page.rows:
        story += [_text(f"{row.heading}: {row.value} {row.unit}"), _text(row.note)]
        story += [_line(row.line)] if row.line else []
    return story


def _end(page: Page) -> list[object]:
    story = []
    for section in (page.symptoms, page.visit, page.how_to_read, page.sources):
        if section is not None:
            story.append(_text(section.heading, "Heading2"))
            story += [_text(one) for one in (*section.texts, *section.items)]
    cells = [[_text(cell) for cell in row] for row in page.table.rows]
    heads = [_text(head) for head in page.table.columns]
    return [*story, Spacer(1, 12), Table([heads, *cells], repeatRows=1)]


def _text(text: str, style: str = "BodyText") -> Paragraph:
    return Paragraph(escape(text), STYLES[style])


def _line(line: NumberLine) -> Drawing:
    drawing = Drawing(WIDTH, 30)
    for zone in line.zones:
        drawing.add(Rect(zone.start * WIDTH, 12, (zone.end - zone.start) * WIDTH, 10))
    for tick in line.ticks:
        drawing.add(String(tick.at * WIDTH, 2, tick.text, fontSize=7))
    at = line.marker.at * WIDTH
    drawing.add(Line(at, 8, at, 28))
    return drawing
