"""The shape of each tone: a second sign for those who see no colour."""

from reportlab.lib.colors import Color

from reports.model import Tone
from reports.pdf.canvas import Points, ReportCanvas
from reports.pdf.style import PAPER, TONES

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
    halo: Color | None = None,
) -> None:
    """Draw the sign of *tone*, outlined in *halo* where it lies on a coloured bar."""
    x, y = centre
    canvas.fill_with(TONES[tone])
    if halo is not None:
        canvas.stroke_with(halo, radius / 4.5)
    if tone is Tone.USUAL:
        canvas.circle(x, y, radius, stroke=int(halo is not None), fill=1)
        return
    corners = [(x + dx * radius, y + dy * radius) for dx, dy in _CORNERS[tone]]
    canvas.shape(corners, "f" if halo is None else "b")
    if tone is Tone.URGENT:
        _exclamation(canvas, x, y, radius)


def _exclamation(canvas: ReportCanvas, x: float, y: float, radius: float) -> None:
    canvas.setFillColor(PAPER)
    width = radius * 0.3
    canvas.rect(
        x - width / 2, y - radius * 0.12, width, radius * 0.75, stroke=0, fill=1
    )
    canvas.rect(x - width / 2, y - radius * 0.63, width, width, stroke=0, fill=1)
