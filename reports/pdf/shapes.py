"""The shape of each tone: a second sign for those who see no colour.

Curves are ReportLab's, made once for each size around the origin and then placed; so
are hatching and lines to write on.
"""

from functools import lru_cache

from reportlab.pdfgen.pathobject import PDFPathObject

from reports.model import Tone
from reports.pdf.canvas import Points, ReportCanvas
from reports.pdf.style import PAPER, TONES, Ink

_KEPT = 512  # sizes of curves

_CORNERS: dict[Tone, Points] = {
    Tone.LOW: [(-1.1, 0.85), (1.1, 0.85), (0, -1.1)],
    Tone.HIGH: [(-1.1, -0.85), (1.1, -0.85), (0, 1.1)],
    Tone.EDGE: [(0, 1.2), (1.2, 0), (0, -1.2), (-1.2, 0)],
    Tone.URGENT: [
        (-0.5, 1.15),
        (0.5, 1.15),
        (1.15, 0.5),
        (1.15, -0.5),
        (0.5, -1.15),
        (-0.5, -1.15),
        (-1.15, -0.5),
        (-1.15, 0.5),
    ],
    Tone.UNKNOWN: [(-0.9, 0.9), (0.9, 0.9), (0.9, -0.9), (-0.9, -0.9)],
}


def mark(
    canvas: ReportCanvas,
    tone: Tone,
    centre: tuple[float, float],
    radius: float,
    halo: Ink | None = None,
) -> None:
    """Draw the sign of *tone*, outlined in *halo* where it lies on a coloured bar."""
    x, y = centre
    canvas.fill_with(TONES[tone])
    if halo is not None:
        canvas.stroke_with(halo, radius / 4.5)
    if tone is Tone.USUAL:
        canvas.curved(disc(radius), centre, "f" if halo is None else "B")
        return
    corners = [(x + dx * radius, y + dy * radius) for dx, dy in _CORNERS[tone]]
    canvas.shape(corners, "f" if halo is None else "b")
    if tone is Tone.URGENT:
        _exclamation(canvas, x, y, radius)


def _exclamation(canvas: ReportCanvas, x: float, y: float, radius: float) -> None:
    canvas.fill_with(PAPER)
    width = radius * 0.3
    canvas.block(x - width / 2, y - radius * 0.12, width, radius * 0.75)
    canvas.block(x - width / 2, y - radius * 0.63, width, width)


@lru_cache(maxsize=_KEPT)
def disc(radius: float) -> str:
    """Return the path of a circle around the origin."""
    path = PDFPathObject()
    path.circle(0, 0, radius)
    return path.getCode()


@lru_cache(maxsize=_KEPT)
def hatching(width: float, height: float, step: float) -> str:
    """Return strokes up to the right, so far apart, that fill a rectangle.

    Its lower left is the origin.
    """
    strokes = []
    place = -height
    while place < width:
        start, end = max(place, 0), min(place + height, width)
        strokes.append(
            f"{start:.2f} {start - place:.2f} m {end:.2f} {end - place:.2f} l"
        )
        place += step
    return " ".join(strokes)


@lru_cache(maxsize=_KEPT)
def rounded(width: float, height: float, radius: float) -> str:
    """Return the path of a rectangle with round corners, its lower left the origin."""
    path = PDFPathObject()
    path.roundRect(0, 0, width, height, radius)
    return path.getCode()


@lru_cache(maxsize=_KEPT)
def ruled(width: float, lead: float, count: int) -> str:
    """Return *count* level lines, the first *lead* points under the origin, and so on.

    They begin there and are *width* points wide.
    """
    lows = [-number * lead for number in range(1, count + 1)]
    return " ".join([f"0 {low:.2f} m {width:.2f} {low:.2f} l" for low in lows])
