"""A page that says too little on purpose: what validators must see."""

from datetime import UTC, datetime

from reportlab.lib.pagesizes import A4

from reports.pdf.canvas import ReportCanvas
from reports.pdf.document import DocumentFacts
from reports.pdf.style import INK, Style
from reports.pdf.typeset import in_one_line

FACTS = DocumentFacts(
    "Title", "Subject", "Clinic", "en", datetime(2026, 1, 2, tzinfo=UTC)
)


def untagged():
    """Return a document with one string that is neither tagged nor an artifact."""
    canvas = ReportCanvas(FACTS, A4)
    words = in_one_line("Tagged", Style(12, 16, colour=INK))
    with canvas.tag("P"):
        canvas.text(words, 72, 700)
    told = canvas._marks  # noqa: SLF001  # past the canvas, which would refuse
    told.append(f"{words.start} 72 600 Td {words.shown} ET")
    canvas.showPage()
    return canvas.finished()
