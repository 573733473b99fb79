"""The shape of each tone: a second sign for those who see no colour."""

from collections.abc import Sequence

from reportlab.lib.colors import Color

from reports.model import Tone
from reports.pdf.canvas import ReportCanvas
from reports.pdf.style import PAPER, TONES

Points = Sequence[tuple[float, float]]

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


def polygon(canvas: ReportCanvas, points: Points, *, stroke: int = 0) -> None:
    """Fill the shape with corners at *points*; outline it too where *stroke* is 1."""
    path = canvas.beginPath()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    path.close()
    canvas.drawPath(path, stroke=stroke, fill=1)


def mark(
    canvas: ReportCanvas,
    tone: Tone,
    centre: tuple[float, float],
    radius: float,
    halo: Color | None = None,
) -> None:
    """Draw the sign of *tone*, outlined in *halo* where it lies on a coloured bar."""
    x, y = centre
    canvas.setFillColor(TONES[tone])
    if halo is not None:
        canvas.setStrokeColor(halo)
        canvas.setLineWidth(radius / 4.5)
    stroke = int(halo is not None)
    if tone is Tone.USUAL:
        canvas.circle(x, y, radius, stroke=stroke, fill=1)
        return
    corners = [(x + dx * radius, y + dy * radius) for dx, dy in _CORNERS[tone]]
    polygon(canvas, corners, stroke=stroke)
    if tone is Tone.URGENT:
        _exclamation(canvas, x, y, radius)


def _exclamation(canvas: ReportCanvas, x: float, y: float, radius: float) -> None:
    canvas.setFillColor(PAPER)
    width = radius * 0.3
    canvas.rect(
        x - width / 2, y - radius * 0.12, width, radius * 0.75, stroke=0, fill=1
    )
    canvas.rect(x - width / 2, y - radius * 0.63, width, width, stroke=0, fill=1)
