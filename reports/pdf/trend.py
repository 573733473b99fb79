"""A chart over time on paper: one figure, and beside it its numbers with their days."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from reports.model import Trend
from reports.pdf.blocks import Block, Columns, Stack
from reports.pdf.canvas import ReportCanvas
from reports.pdf.fonts import normalise
from reports.pdf.shapes import disc, mark
from reports.pdf.style import BAND, BAND_LINE, GREY, INK, PAPER, RULE, Look
from reports.pdf.text import wrapped
from reports.pdf.typeset import Typeset, in_one_line

_WIDTH, _HEIGHT = 230, 74  # points: all of it, and the part that has a scale
_ABOVE, _BELOW = 8, 14  # for a number over the highest point, for the days
_INSET = 10  # from either end to the first and last result, with room for a number

Place = tuple[float, float]
Box = tuple[float, float, float, float]  # left, bottom, right, top


@dataclass(frozen=True, slots=True)
class TrendDrawing:
    """*trend* as a picture of fixed size; an even scale, and time runs evenly too."""

    trend: Trend
    look: Look

    @property
    def height(self) -> float:
        """The height of the picture."""
        return (_ABOVE + _HEIGHT + _BELOW) * self.look.factor

    def split(self, _room: float) -> Sequence["TrendDrawing"]:
        """Return itself."""
        return [self]

    def draw(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Draw the picture with its top left corner at *left*, *top*."""
        width = _WIDTH * self.look.factor
        with canvas.upright(left, width) as start:  # time runs to the right everywhere
            self._draw(canvas, (start, start + width), top)

    def _draw(self, canvas: ReportCanvas, ends: Place, top: float) -> None:
        (left, right), bottom = ends, top - self.height
        box = f"{left:.0f} {bottom:.0f} {right:.0f} {top:.0f}"
        layout = f"<</O/Layout/Placement/Block/BBox[{box}]>>"
        limits = self._limits()
        widest = max([words.width + 4 for _, words in limits], default=0)
        with canvas.tag("Figure", alt=normalise(self.trend.alt), attributes=layout):
            pen = _Pen(canvas, self.trend, self.look, (left, right - widest), bottom)
            pen.draw(limits)

    def _limits(self) -> list[tuple[float, Typeset]]:
        style = self.look.style(9, 11, bold=True, colour=BAND_LINE)
        return [(one.at, in_one_line(one.text, style)) for one in self.trend.limits]


@dataclass(frozen=True, slots=True)
class _Pen:
    """The strokes of one chart: its scale between two ``ends``, over its ``bottom``."""

    canvas: ReportCanvas
    trend: Trend
    look: Look
    ends: Place
    bottom: float

    def draw(self, limits: Sequence[tuple[float, Typeset]]) -> None:
        left, right = self.ends
        self.ground(left, right)
        for at, words in limits:
            down = 7 if at == min(self.trend.band or (at,)) else -1  # outside the band
            self.canvas.text(words, right + 4, self.y(at) - down * self.look.factor)
        style = self.look.style(9, 11, bold=True)
        numbers = [in_one_line(one.value, style) for one in self.trend.points]
        insets = [_INSET * self.look.factor + numbers[end].width for end in (0, -1)]
        room = right - left - sum(insets)
        places = [
            (left + insets[0] + one.at * room, self.y(one.level))
            for one in self.trend.points
        ]
        self.line(places)
        self.numbers(numbers, places)
        self.days(left, right)

    def y(self, level: float) -> float:
        return self.bottom + (_BELOW + level * _HEIGHT) * self.look.factor

    def ground(self, left: float, right: float) -> None:
        canvas, axis = self.canvas, self.y(0)
        if self.trend.band is not None:
            low, high = map(self.y, self.trend.band)
            canvas.fill_with(BAND)
            canvas.block(left, low, right - left, high - low)
            canvas.stroke_with(BAND_LINE, 0.8)
            canvas.strokes([[(left, y), (right, y)] for y in (low, high)])
        canvas.stroke_with(RULE, 0.8)
        canvas.strokes([[(left, axis), (right, axis)]])

    def line(self, places: Sequence[Place]) -> None:
        factor, canvas = self.look.factor, self.canvas
        canvas.stroke_with(INK, 1.2)
        canvas.strokes([places])
        *before, (x, y) = places
        for place in before:
            canvas.fill_with(PAPER)
            canvas.stroke_with(INK, 1.2)
            canvas.curved(disc(3 * factor), place, "B")
        mark(canvas, self.trend.tone, (x, y), 4 * factor, halo=PAPER)

    def numbers(self, numbers: Sequence[Typeset], places: Sequence[Place]) -> None:
        """Write each number beside its point where it meets nothing.

        All of them stand beside the picture.
        """
        taken = [self.around(x, y, (8, 8)) for x, y in places]
        for words, place in zip(numbers, places, strict=True):
            for box in self.beside(place, words):
                met = any(_meet(box, other) for other in taken)
                if not met and self.free(box, places):
                    taken.append(box)
                    self.canvas.text(words, box[0], box[1] + 1.3 * self.look.factor)
                    break

    def beside(self, place: Place, words: Typeset) -> list[Box]:
        """Return the places for *words* over, under, after and before a point."""
        (x, y), unit = place, self.look.factor
        far = 7 * unit + words.width / 2
        middles = [(x, y + 10 * unit), (x, y - 10 * unit), (x + far, y), (x - far, y)]
        return [self.around(*one, (words.width / unit, 9)) for one in middles]

    def around(self, x: float, y: float, size: Place) -> Box:
        width, height = (side * self.look.factor / 2 for side in size)
        return x - width, y - height, x + width, y + height

    def free(self, box: Box, places: Sequence[Place]) -> bool:
        """Say whether neither an edge of the band, the axis nor the curve meets it."""
        left, low, right, high = box
        axis = self.y(0)
        edges = [axis, *map(self.y, self.trend.band or ())]
        inside = self.ends[0] <= left and right <= self.ends[1] and low > axis
        if not inside or any(low < edge < high for edge in edges):
            return False
        return not any(_crosses(pair, box) for pair in pairwise(places))

    def days(self, left: float, right: float) -> None:
        """Write the first and the last day under the axis, where both have room."""
        style = self.look.style(9, 11, colour=GREY)
        words = [in_one_line(day, style) for day in self.trend.days]
        if sum(one.width + 4 for one in words) > right - left:
            return
        low = self.bottom + 3 * self.look.factor
        for at, one in enumerate(words):
            self.canvas.text(one, right - one.width if at else left, low)


def _meet(one: Box, other: Box) -> bool:
    apart = one[0] > other[2] or other[0] > one[2]
    return not (apart or one[1] > other[3] or other[1] > one[3])


def _crosses(pair: tuple[Place, Place], box: Box) -> bool:
    """Say whether the stroke of *pair* runs through *box*."""
    (x, y), (end, level) = pair
    start, stop = max(x, box[0]), min(end, box[2])
    if start >= stop:
        return False
    heights = [y + (at - x) * (level - y) / (end - x) for at in (start, stop)]
    return min(heights) < box[3] and max(heights) > box[1]


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
