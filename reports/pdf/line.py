"""A number line on paper: one figure, whose sentence says what the picture shows."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import count

from reports.model import Marker, NumberLine, Tick, Tone, Zone, ZoneKind
from reports.pdf.canvas import ReportCanvas
from reports.pdf.fonts import normalise
from reports.pdf.shapes import disc, hatching, mark, rounded
from reports.pdf.style import (
    BAND,
    BAND_LINE,
    FAR,
    HATCH,
    INK,
    NEAR,
    PAPER,
    TONES,
    Look,
    Style,
)
from reports.pdf.typeset import KEPT, Typeset, in_one_line

_BAR, _PILL, _BAND_OUT = 13, 18, 1.5  # heights; how far the band stands out
_ARROW = 9  # the head at an open end of the usual range
_GAP = 4  # between two labels
_ROW = 13  # from one row of labels to the next


@dataclass(frozen=True, slots=True)
class _Label:
    """A text centred on a place, by its two ends; ``row`` is 0 right under the bar."""

    left: float
    right: float
    words: Typeset
    row: int = 0

    def meets(self, other: "_Label") -> bool:
        return self.right + _GAP > other.left and other.right + _GAP > self.left


@dataclass(frozen=True, slots=True)
class LineDrawing:
    """*line* at *width* points; a slim one leaves out the label above the bar.

    ``labels`` stand under the bar: the number of each stop that is drawn, the limits
    first, and the name of the range with its unit, in a slim one the unit alone.  One
    that would meet another stands in the next of the ``rows``.
    """

    line: NumberLine
    width: float
    look: Look
    slim: bool = False
    labels: tuple[_Label, ...] = field(init=False)
    rows: int = field(init=False)

    def __post_init__(self) -> None:
        """Measure the labels, once for all lines that differ in their mark alone."""
        band = next(z for z in self.line.zones if z.kind is ZoneKind.USUAL)
        text = self.line.unit if self.slim else self.line.usual_label
        caption = Tick((band.start + band.end) / 2, text)
        labels = _labels(tuple(self.ticks), caption, self.width, self.look)
        object.__setattr__(self, "labels", labels)
        object.__setattr__(self, "rows", 1 + max([label.row for label in labels]))

    @property
    def height(self) -> float:
        """The height from the top of the label to the foot of the numbers."""
        above = 6 if self.slim else _PILL + 10
        below = 18 + _ROW * (self.rows - 1)
        return (above + _BAR + below) * self.look.factor

    def split(self, _room: float) -> Sequence["LineDrawing"]:
        """Return itself: a picture is never split, nor ever as high as a sheet."""
        return [self]

    def draw(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Draw the line with its top left corner at *left*, *top*."""
        factor = self.look.factor
        foot = top - ((6 if self.slim else _PILL + 10) + _BAR) * factor
        bottom = top - self.height
        with canvas.upright(left, self.width) as start:  # low is at the left everywhere
            box = f"{start:.0f} {bottom:.0f} {start + self.width:.0f} {top:.0f}"
            layout = f"<</O/Layout/Placement/Block/BBox[{box}]>>"
            alt = normalise(self.line.alt)
            with canvas.tag("Figure", alt=alt, attributes=layout):
                _Pen(canvas, self, start, foot).draw()

    @property
    def ticks(self) -> list[Tick]:
        """The stops that are drawn; a slim line has its limits alone."""
        return [tick for tick in self.line.ticks if tick.strong or not self.slim]

    def at(self, share: float) -> float:
        """Return the distance from the left of a place in 0..1 of the bar."""
        return _at(share, self.width, self.look)


def _at(share: float, width: float, look: Look) -> float:
    """Return how far from the left that is; there is room for arrows at both ends."""
    head = _ARROW * look.factor
    return head + share * (width - 2 * head)


@lru_cache(maxsize=KEPT)
def _labels(
    ticks: tuple[Tick, ...], caption: Tick, width: float, look: Look
) -> tuple[_Label, ...]:
    named = look.style(10, 12, bold=True, colour=BAND_LINE)
    strong = look.style(10, 12, bold=True)
    wanted = [(t, strong if t.strong else look.label) for t in ticks]
    wanted.sort(key=lambda one: not one[0].strong)
    found: list[_Label] = []
    for tick, style in [*wanted, (caption, named)]:
        label = _label(tick, style, width, look)
        if label.words.shown:
            taken = {other.row for other in found if label.meets(other)}
            row = next(row for row in count() if row not in taken)
            found.append(replace(label, row=row))
    return tuple(found)


def _label(tick: Tick, style: Style, width: float, look: Look) -> _Label:
    words = in_one_line(tick.text, style)
    left = _at(tick.at, width, look) - words.width / 2
    left = min(max(left, 0), width - words.width)
    return _Label(left, left + words.width, words)


@dataclass(frozen=True, slots=True)
class _Pen:
    """The strokes of one number line; ``foot`` is the lower edge of its bar."""

    canvas: ReportCanvas
    drawing: LineDrawing
    left: float
    foot: float

    @property
    def unit(self) -> float:
        return self.drawing.look.factor

    @property
    def bar(self) -> float:
        return _BAR * self.unit

    def x(self, share: float) -> float:
        return self.left + self.drawing.at(share)

    def draw(self) -> None:
        zones = self.drawing.line.zones
        for zone in zones:
            self.zone(zone)
        self.band(next(z for z in zones if z.kind is ZoneKind.USUAL))
        self.ticks()
        self.past()
        self.marker(self.drawing.line.marker)
        if not self.drawing.slim:
            self.pill(self.drawing.line.marker)

    def zone(self, zone: Zone) -> None:
        if zone.kind is ZoneKind.USUAL:
            return
        start, end = self.x(zone.start), self.x(zone.end)
        far = zone.kind is ZoneKind.FAR
        self.canvas.fill_with(FAR if far else NEAR)
        self.canvas.block(start, self.foot, end - start, self.bar)
        if far:
            self.hatch(start, end)

    def hatch(self, start: float, end: float) -> None:
        self.canvas.stroke_with(HATCH, 0.7 * self.unit)
        strokes = hatching(round(end - start, 2), self.bar, 5 * self.unit)
        self.canvas.curved(strokes, (start, self.foot), "S")

    def band(self, zone: Zone) -> None:
        low = self.foot - _BAND_OUT * self.unit
        high = self.foot + self.bar + _BAND_OUT * self.unit
        middle, head = (low + high) / 2, (_ARROW - 1) * self.unit
        start, end = self.x(zone.start), self.x(zone.end)
        points = [(start, low), (end, low)]
        points += [(end + head, middle)] if zone.open_high else []
        points += [(end, high), (start, high)]
        points += [(start - head, middle)] if zone.open_low else []
        self.canvas.fill_with(BAND)
        self.canvas.stroke_with(BAND_LINE, 1.5 * self.unit)
        self.canvas.shape(points, "b")

    def ticks(self) -> None:
        drawing, canvas = self.drawing, self.canvas
        canvas.stroke_with(INK, 0.8 * self.unit)
        low = self.foot - 1.5 * self.unit
        places = [self.x(tick.at) for tick in drawing.ticks]
        canvas.strokes([(x, low), (x, low - 3.5 * self.unit)] for x in places)
        for label in drawing.labels:
            low = self.foot - (15 + _ROW * label.row) * self.unit
            canvas.text(label.words, self.left + label.left, low)

    def marker(self, marker: Marker) -> None:
        place = (self.x(marker.at), self.foot + self.bar / 2)
        if marker.off and marker.reach in ("", marker.off):
            self.beyond(marker, place)
        elif marker.reach:
            self.censored(marker, place)
        else:
            mark(self.canvas, marker.tone, place, 6.6 * self.unit, PAPER)

    def past(self) -> None:
        """Draw earlier results as hollow circles, beneath the result's own mark."""
        self.canvas.fill_with(PAPER)
        self.canvas.stroke_with(INK, 1.2 * self.unit)
        for one in self.drawing.line.past:
            place = (self.x(one.at), self.foot + self.bar / 2)
            self.canvas.circle(*place, 3.6 * self.unit, stroke=1, fill=1)

    def beyond(self, marker: Marker, place: tuple[float, float]) -> None:
        """Draw an arrow at the end of the bar, and a break in the bar before it."""
        x, y = place
        way = (1 if marker.off == "high" else -1) * self.unit
        high = self.bar / 2 + 3 * self.unit
        zigzag = ((2.5, -high), (-2.5, -high / 3), (2.5, high / 3), (-2.5, high))
        self.canvas.stroke_with(PAPER, 2.6 * self.unit)
        self.canvas.strokes(
            [(x - (shift + dx) * way, y + dy) for dx, dy in zigzag]
            for shift in (24, 19)
        )
        self.arrow(marker.tone, (x + 8 * way, y), 14 * way)

    def censored(self, marker: Marker, place: tuple[float, float]) -> None:
        """Draw a hollow dot, and an arrow from it to the end of the scale."""
        x, y = place
        zones = self.drawing.line.zones
        high = marker.reach == "high"
        end = self.x(zones[-1].end if high else zones[0].start)
        way = self.unit if high else -self.unit
        self.canvas.stroke_with(TONES[marker.tone], 3 * self.unit)
        self.canvas.strokes([[(x, y), (end, y)]])
        self.arrow(marker.tone, (end + 6 * way, y), 11 * way)
        self.canvas.fill_with(PAPER)
        self.canvas.stroke_with(TONES[marker.tone], 2 * self.unit)
        self.canvas.curved(disc(4.6 * self.unit), place, "B")

    def arrow(self, tone: Tone, tip: tuple[float, float], length: float) -> None:
        x, y = tip
        half = abs(length) * 0.55
        self.canvas.fill_with(TONES[tone])
        self.canvas.stroke_with(PAPER, self.unit)
        corners = [(x, y), (x - length, y - half), (x - length, y + half)]
        self.canvas.shape(corners, "b")

    def pill(self, marker: Marker) -> None:
        """Draw the label above the bar, inside its width, its pointer on the place."""
        style = self.drawing.look.style(11, 13, bold=True, colour=PAPER)
        words = in_one_line(marker.text, style)
        width = words.width + 14 * self.unit
        if width > self.drawing.width:
            return  # the value stands beside the line in full
        x = self.x(marker.at)
        left = max(x - width / 2, self.left)
        left = min(left, self.left + self.drawing.width - width)
        low = self.foot + self.bar + 9 * self.unit
        self.canvas.fill_with(TONES[marker.tone])
        outline = rounded(width, _PILL * self.unit, 4 * self.unit)
        self.canvas.curved(outline, (left, low), "f")
        self.pointer(x, (left, left + width), low)
        self.canvas.text(words, left + 7 * self.unit, low + 5.5 * self.unit)

    def pointer(self, x: float, pill: tuple[float, float], low: float) -> None:
        start, end = pill
        root = min(max(x, start + 8 * self.unit), end - 8 * self.unit)
        half, tip = 4.5 * self.unit, self.foot + self.bar + 3.2 * self.unit
        low += 0.3
        self.canvas.shape([(root - half, low), (root + half, low), (x, tip)], "f")
