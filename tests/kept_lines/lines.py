"""Three number lines with Arabic words, each drawn alone on a small sheet."""

import io
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

from PIL import Image

from reference_ranges.limits import Reach, Span
from reference_ranges.results import Axis
from reports.model import Tone
from reports.number_line import LineWords, number_line
from reports.pdf.canvas import ReportCanvas
from reports.pdf.document import DocumentFacts
from reports.pdf.line import LineDrawing
from reports.pdf.style import Look
from tests.pdf_pages import decimal

HERE = Path(__file__).parent
SHEET = (324, 90)  # points
EDGE = 12  # the same at both sides: the line is at one place in either direction
DOTS = "144"
_FACTS = DocumentFacts("", "", "", "ar", datetime(2026, 1, 2, tzinfo=UTC))


def _line(axis, limits, reach, tone, words):
    start, far_low, far_high, end = map(decimal, axis)
    low, high = map(decimal, limits)
    low_end, high_end = reach
    return number_line(
        Axis("", start, end, far_low, far_high),
        Span(at_least=low, at_most=high),
        Reach(low_end, low_in=True, high=high_end, high_in=True),
        tone,
        words,
    )


def _words(marker, unit, past=()):
    usual = f"المدى المعتاد بوحدة \u2066{unit}\u2069"
    return LineWords(f"نتيجتك: {marker}", usual, "نتيجتك", unit, past)


LINES = {
    "far-below": _line(
        ("0", "15", None, "600"),
        ("30", "300"),
        (Fraction(9), Fraction(9)),
        Tone.LOW,
        _words("\u20669\u2069", "µg/L", ((Fraction(31), ""), (Fraction(52), ""))),
    ),
    "less-than": _line(
        ("2.0", "2.5", "6.7", "7.5"),
        ("3.5", "5.3"),
        (Fraction(0), Fraction("3.6")),
        Tone.UNKNOWN,
        _words("أقل من \u20663.6\u2069", "mmol/L"),
    ),
    "off-the-scale": _line(
        ("0", None, "100", "150"),
        (None, "5"),
        (Fraction(248), Fraction(248)),
        Tone.HIGH,
        _words("\u2066248\u2069", "mg/L"),
    ),
}


def canvas_of(line, *, turned=True):
    """Return a canvas with *line* on its one sheet, still open."""
    canvas = ReportCanvas(replace(_FACTS, turned=turned), SHEET)
    drawing = LineDrawing(line, SHEET[0] - 2 * EDGE, Look(1, SHEET, turned=turned))
    drawing.draw(canvas, EDGE, SHEET[1] - EDGE / 2)
    return canvas


def picture_of(line):
    """Return *line* as it is seen."""
    canvas = canvas_of(line)
    canvas.showPage()
    command = ("pdftoppm", "-r", DOTS, "-singlefile", "-png", "-")
    found = subprocess.run(
        [shutil.which(command[0]), *command[1:]],
        input=canvas.finished(),
        capture_output=True,
        check=True,
    )
    return Image.open(io.BytesIO(found.stdout)).convert("RGB")


def kept(name):
    """Return where the picture of the line *name* is kept."""
    return HERE / f"{name}.png"
