"""Number lines and signs as plain paths and words, stroke by stroke our own.

Every engine is given the same picture, made before the clock runs.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import NamedTuple

from benchmarks.engines.look import colour
from reports.model import NumberLine, Tone
from reports.pdf.canvas import Points
from reports.pdf.line import LineDrawing
from reports.pdf.shapes import disc, mark
from reports.pdf.style import INK, PAPERS, Ink, Look
from reports.pdf.typeset import Typeset

Step = tuple[str, tuple[float, ...]]
"""``M``, ``L``, ``C`` or ``Z`` with its places, as in SVG: down is more."""


class Path(NamedTuple):
    """A shape: its steps and its colours, empty for none; ``width`` of its outline."""

    steps: tuple[Step, ...]
    fill: str
    stroke: str
    width: float


class Label(NamedTuple):
    """Words in one line, from ``x`` on the baseline ``y``."""

    x: float
    y: float
    text: str
    size: float
    bold: bool
    colour: str


class Picture(NamedTuple):
    """Paths, then words upon them; ``alt`` says the same, empty for decoration."""

    width: float
    height: float
    paths: tuple[Path, ...]
    labels: tuple[Label, ...]
    alt: str = ""


def line_picture(line: NumberLine, width: float, *, slim: bool) -> Picture:
    """Return our drawing of *line*."""
    drawing = LineDrawing(line, width, Look(1.0, PAPERS["A4"]), slim=slim)
    recorder = _Recorder(drawing.height)
    drawing.draw(recorder, 0, drawing.height)
    return recorder.picture(width, line.alt)


@cache
def sign(tone: Tone, radius: float) -> Picture:
    """Return our sign of *tone*."""
    recorder = _Recorder(2.4 * radius)
    mark(recorder, tone, (1.2 * radius, 1.2 * radius), radius)
    return recorder.picture(2.4 * radius, "")


class _Recorder:
    """As much of our canvas as the pictures need: it keeps what is drawn."""

    def __init__(self, height: float) -> None:
        self.height = height
        self.paths: list[Path] = []
        self.labels: list[Label] = []
        self.fill, self.stroke, self.width = INK, INK, 1.0

    def picture(self, width: float, alt: str) -> Picture:
        return Picture(width, self.height, tuple(self.paths), tuple(self.labels), alt)

    def upright(self, left: float, _width: float) -> AbstractContextManager[float]:
        return nullcontext(left)

    def tag(self, *_role: str, **_facts: object) -> AbstractContextManager[None]:
        return nullcontext()

    def fill_with(self, ink: Ink) -> None:
        self.fill = ink

    def stroke_with(self, ink: Ink, width: float) -> None:
        self.stroke, self.width = ink, width

    def shape(self, points: Points, paint: str) -> None:
        self._add([*self._through(points), ("Z", ())], paint)

    def block(self, left: float, bottom: float, width: float, height: float) -> None:
        right, top = left + width, bottom + height
        corners = [(left, bottom), (right, bottom), (right, top), (left, top)]
        self.shape(corners, "f")

    def strokes(self, lines: Iterable[Points]) -> None:
        self._add([step for points in lines for step in self._through(points)], "s")

    def circle(self, x: float, y: float, radius: float, **_paint: int) -> None:
        self.curved(disc(radius), (x, y), "B")

    def curved(self, path: str, place: tuple[float, float], paint: str) -> None:
        """Take the operators of a path of ours apart: places, then m, l, c or h."""
        steps: list[Step] = []
        for places, operator in re.findall(r"([-\d. ]*)([mlch])", path):
            numbers = [float(one) for one in places.split()]
            points = zip(numbers[::2], numbers[1::2], strict=True)
            moved = [(x + place[0], y + place[1]) for x, y in points]
            name = "Z" if operator == "h" else operator.upper()
            steps.append((name, self._flat(moved)))
        self._add(steps, paint)

    def text(self, words: Typeset, left: float, baseline: float) -> None:
        style = words.style
        self.labels += [
            Label(
                round(left, 2),
                round(self.height - baseline, 2),
                line,
                style.size,
                style.bold,
                colour(style.colour),
            )
            for line in words.lines
        ]

    def _through(self, points: Points) -> Iterator[Step]:
        for number, point in enumerate(points):
            yield "L" if number else "M", self._flat([point])

    def _flat(self, points: Points) -> tuple[float, ...]:
        return tuple(
            round(number, 2) for x, y in points for number in (x, self.height - y)
        )

    def _add(self, steps: list[Step], paint: str) -> None:
        fill = colour(self.fill) if paint in "fbB" else ""
        if fill and steps[-1][0] != "Z":
            steps.append(("Z", ()))
        stroke = colour(self.stroke) if paint in "sSbB" else ""
        self.paths.append(Path(tuple(steps), fill, stroke, round(self.width, 2)))
