"""A chart over time on paper: one figure, and beside it its numbers with their days."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.model import Tone, Trend
from reports.pdf.blocks import Block, Columns, Stack
from reports.pdf.canvas import ReportCanvas
from reports.pdf.fonts import normalise
from reports.pdf.shapes import disc, mark
from reports.pdf.style import BAND, BAND_LINE, GREY, INK, PAPER, RULE, Look
from reports.pdf.text import wrapped
from reports.pdf.typeset import in_one_line

_WIDTH, _HEIGHT = 230, 74
_INSET = 40  # from either end to the first and last result: room for a number


@dataclass(frozen=True, slots=True)
class TrendDrawing:
    """*trend* as a picture of fixed size; an even scale, and time runs evenly too."""

    trend: Trend
    look: Look

    @property
    def height(self) -> float:
        """The height of the picture."""
        return _HEIGHT * self.look.factor

    def split(self, _room: float) -> Sequence["TrendDrawing"]:
        """Return itself."""
        return [self]

    def draw(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Draw the picture with its top left corner at *left*, *top*."""
        width = _WIDTH * self.look.factor
        with canvas.upright(left, width) as start:  # time runs to the right everywhere
            self._draw(canvas, (start, start + width), top)

    def _draw(
        self, canvas: ReportCanvas, ends: tuple[float, float], top: float
    ) -> None:
        (left, right), bottom = ends, top - self.height
        box = f"{left:.0f} {bottom:.0f} {right:.0f} {top:.0f}"
        layout = f"<</O/Layout/Placement/Block/BBox[{box}]>>".encode()
        with canvas.tag("Figure", alt=normalise(self.trend.alt), attributes=layout):
            self._ground(canvas, (left, bottom), right - left)
            self._line(canvas, self._places(left, bottom, right))

    def _ground(
        self, canvas: ReportCanvas, corner: tuple[float, float], width: float
    ) -> None:
        left, bottom = corner
        if self.trend.band is not None:
            low, high = (bottom + end * self.height for end in self.trend.band)
            canvas.fill_with(BAND)
            canvas.block(left, low, width, high - low)
            canvas.stroke_with(BAND_LINE, 0.8)
            canvas.strokes([[(left, y), (left + width, y)] for y in (low, high)])
        canvas.stroke_with(RULE, 0.8)
        canvas.strokes([[(left, bottom), (left + width, bottom)]])

    def _places(
        self, left: float, bottom: float, right: float
    ) -> list[tuple[float, float]]:
        inset = _INSET * self.look.factor
        room = right - left - 2 * inset
        return [
            (left + inset + one.at * room, bottom + one.level * self.height)
            for one in self.trend.points
        ]

    def _line(self, canvas: ReportCanvas, places: list[tuple[float, float]]) -> None:
        factor = self.look.factor
        canvas.stroke_with(INK, 1.2)
        canvas.strokes([places])
        *before, (x, y) = places
        for place in before:
            canvas.fill_with(PAPER)
            canvas.stroke_with(INK, 1.2)
            canvas.curved(disc(3 * factor), place, "B")
        mark(canvas, Tone.USUAL, (x, y), 4 * factor, halo=PAPER)
        self._numbers(canvas, places)

    def _numbers(self, canvas: ReportCanvas, places: list[tuple[float, float]]) -> None:
        """Write the first and the last number; all stand beside the picture."""
        style = self.look.style(9, 11, bold=True)
        away, down = 7 * self.look.factor, 3 * self.look.factor
        first, last = (
            in_one_line(self.trend.points[at].value, style) for at in (0, -1)
        )
        (x, y), (end, level) = places[0], places[-1]
        canvas.text(first, x - away - first.width, y - down)
        canvas.text(last, end + away, level - down)


def trend_block(trend: Trend, look: Look) -> Block:
    """Return the chart of *trend* with its name and all its numbers."""
    chart = TrendDrawing(trend, look)
    away = 0 if look.single else _WIDTH + 18
    width = look.width - away
    style = look.style(9.5, 12.5, colour=GREY)
    words = Stack(
        (
            wrapped(trend.heading, look.strong, width, "H3"),
            *(wrapped(one.text, style, width) for one in reversed(trend.points)),
        ),
        1,
    )
    if look.single:
        return Stack((words, chart), 4, "Sect")
    return Stack((Columns(((0, chart), (float(away), words))),), 0, "Sect")
