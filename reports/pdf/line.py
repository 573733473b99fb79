"""A number line on paper: one figure, whose sentence says what the picture shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.model import Marker, NumberLine, Tick, Tone, Zone, ZoneKind
from reports.pdf.canvas import ReportCanvas
from reports.pdf.fonts import font_for, normalise
from reports.pdf.shapes import mark, polygon
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
from reports.pdf.text import width_of

_BAR, _PILL, _BAND_OUT = 13, 18, 1.5  # heights; how far the band stands out
_ARROW = 9  # the head at an open end of the usual range
_GAP = 4  # between two labels


@dataclass(frozen=True, slots=True)
class _Label:
    """A text centred on a place, by its left end and width."""

    left: float
    width: float
    text: str
    style: Style

    def meets(self, other: "_Label") -> bool:
        apart = (
            self.left + self.width + _GAP <= other.left
            or other.left + other.width + _GAP <= self.left
        )
        return not apart


@dataclass(frozen=True, slots=True)
class LineDrawing:
    """*line* at *width* points; a slim one leaves out the label above the bar."""

    line: NumberLine
    width: float
    look: Look
    slim: bool = False

    @property
    def height(self) -> float:
        """The height from the top of the label to the foot of the numbers."""
        above = 6 if self.slim else _PILL + 10
        below = 18 if self._caption_in_row() else 31
        return (above + _BAR + below) * self.look.factor

    def split(self, _room: float) -> Sequence["LineDrawing"]:
        """Return itself: a picture is never split, nor ever as high as a sheet."""
        return [self]

    def draw(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Draw the line with its top left corner at *left*, *top*."""
        factor = self.look.factor
        foot = top - ((6 if self.slim else _PILL + 10) + _BAR) * factor
        bottom = top - self.height
        box = f"{left:.0f} {bottom:.0f} {left + self.width:.0f} {top:.0f}"
        layout = f"<</O/Layout/Placement/Block/BBox[{box}]>>".encode()
        alt = normalise(self.line.alt)
        with canvas.tag("Figure", alt=alt, attributes=layout):
            _Pen(canvas, self, left, foot).draw()

    def labels(self) -> tuple[_Label, ...]:
        """Return the numbers under the bar: all limits, other stops where they fit."""
        found: list[_Label] = []
        ticks = sorted(self.line.ticks, key=lambda tick: not tick.strong)
        for tick in ticks:
            if self.slim and not tick.strong:
                continue
            label = self._label(tick.at, tick.text, self._tick_style(tick))
            if not any(label.meets(other) for other in found):
                found.append(label)
        return tuple(found)

    def caption(self) -> _Label:
        """Return the name of the usual range, under its middle."""
        band = next(z for z in self.line.zones if z.kind is ZoneKind.USUAL)
        style = self.look.style(10, 12, bold=True, colour=BAND_LINE)
        return self._label((band.start + band.end) / 2, self.line.usual_label, style)

    def _caption_in_row(self) -> bool:
        caption = self.caption()
        return self.slim or not any(caption.meets(label) for label in self.labels())

    def bar(self) -> tuple[float, float]:
        """Return where the bar starts and how wide it is, leaving room for arrows."""
        head = _ARROW * self.look.factor
        return head, self.width - 2 * head

    def at(self, share: float) -> float:
        """Return the distance from the left of a place in 0..1 of the bar."""
        start, width = self.bar()
        return start + share * width

    def _tick_style(self, tick: Tick) -> Style:
        if tick.strong:
            return self.look.style(10, 12, bold=True)
        return self.look.label

    def _label(self, at: float, text: str, style: Style) -> _Label:
        width = width_of(text, style)
        left = min(max(self.at(at) - width / 2, 0), self.width - width)
        return _Label(left, width, normalise(text), style)


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
        self.marker(self.drawing.line.marker)
        if not self.drawing.slim:
            self.pill(self.drawing.line.marker)

    def zone(self, zone: Zone) -> None:
        if zone.kind is ZoneKind.USUAL:
            return
        start, end = self.x(zone.start), self.x(zone.end)
        far = zone.kind is ZoneKind.FAR
        self.canvas.setFillColor(FAR if far else NEAR)
        self.canvas.rect(start, self.foot, end - start, self.bar, stroke=0, fill=1)
        if far:
            self.hatch(start, end)

    def hatch(self, start: float, end: float) -> None:
        path = self.canvas.beginPath()
        place = start - self.bar
        while place < end:
            first, last = max(place, start), min(place + self.bar, end)
            path.moveTo(first, self.foot + first - place)
            path.lineTo(last, self.foot + last - place)
            place += 5 * self.unit
        self.canvas.setStrokeColor(HATCH)
        self.canvas.setLineWidth(0.7 * self.unit)
        self.canvas.drawPath(path, stroke=1, fill=0)

    def band(self, zone: Zone) -> None:
        low = self.foot - _BAND_OUT * self.unit
        high = self.foot + self.bar + _BAND_OUT * self.unit
        middle, head = (low + high) / 2, (_ARROW - 1) * self.unit
        start, end = self.x(zone.start), self.x(zone.end)
        points = [(start, low), (end, low)]
        points += [(end + head, middle)] if zone.open_high else []
        points += [(end, high), (start, high)]
        points += [(start - head, middle)] if zone.open_low else []
        self.canvas.setFillColor(BAND)
        self.canvas.setStrokeColor(BAND_LINE)
        self.canvas.setLineWidth(1.5 * self.unit)
        polygon(self.canvas, points, stroke=1)

    def ticks(self) -> None:
        drawing, canvas = self.drawing, self.canvas
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.8 * self.unit)
        for tick in drawing.line.ticks:
            if tick.strong or not drawing.slim:
                x = self.x(tick.at)
                low = self.foot - 1.5 * self.unit
                canvas.line(x, low, x, low - 3.5 * self.unit)
        row = self.foot - 15 * self.unit
        for label in drawing.labels():
            self.label(label, row)
        if drawing.slim:
            return
        lower = 0 if drawing._caption_in_row() else 13 * self.unit  # noqa: SLF001  # its own pen
        self.label(drawing.caption(), row - lower)

    def label(self, label: _Label, baseline: float) -> None:
        style = label.style
        self.canvas.setFillColor(style.colour)
        font = font_for(label.text, bold=style.bold)
        place = (self.left + label.left, baseline)
        self.canvas.text(place, label.text, font, style.size)

    def marker(self, marker: Marker) -> None:
        place = (self.x(marker.at), self.foot + self.bar / 2)
        if marker.off and marker.reach in ("", marker.off):
            self.beyond(marker, place)
        elif marker.reach:
            self.censored(marker, place)
        else:
            mark(self.canvas, marker.tone, place, 6.6 * self.unit, PAPER)

    def beyond(self, marker: Marker, place: tuple[float, float]) -> None:
        """Draw an arrow at the end of the bar, and a break in the bar before it."""
        x, y = place
        way = (1 if marker.off == "high" else -1) * self.unit
        self.canvas.setStrokeColor(PAPER)
        self.canvas.setLineWidth(2.6 * self.unit)
        high = self.bar / 2 + 3 * self.unit
        for shift in (24, 19):
            zig = self.canvas.beginPath()
            zig.moveTo(x - (shift + 2.5) * way, y - high)
            zig.lineTo(x - (shift - 2.5) * way, y - high / 3)
            zig.lineTo(x - (shift + 2.5) * way, y + high / 3)
            zig.lineTo(x - (shift - 2.5) * way, y + high)
            self.canvas.drawPath(zig, stroke=1, fill=0)
        self.arrow(marker.tone, (x + 8 * way, y), 14 * way)

    def censored(self, marker: Marker, place: tuple[float, float]) -> None:
        """Draw a hollow dot, and an arrow from it to the end of the scale."""
        x, y = place
        zones = self.drawing.line.zones
        high = marker.reach == "high"
        end = self.x(zones[-1].end if high else zones[0].start)
        way = self.unit if high else -self.unit
        self.canvas.setStrokeColor(TONES[marker.tone])
        self.canvas.setLineWidth(3 * self.unit)
        self.canvas.line(x, y, end, y)
        self.arrow(marker.tone, (end + 6 * way, y), 11 * way)
        self.canvas.setFillColor(PAPER)
        self.canvas.setStrokeColor(TONES[marker.tone])
        self.canvas.setLineWidth(2 * self.unit)
        self.canvas.circle(x, y, 4.6 * self.unit, stroke=1, fill=1)

    def arrow(self, tone: Tone, tip: tuple[float, float], length: float) -> None:
        x, y = tip
        half = abs(length) * 0.55
        self.canvas.setFillColor(TONES[tone])
        self.canvas.setStrokeColor(PAPER)
        self.canvas.setLineWidth(self.unit)
        corners = [(x, y), (x - length, y - half), (x - length, y + half)]
        polygon(self.canvas, corners, stroke=1)

    def pill(self, marker: Marker) -> None:
        """Draw the label above the bar, inside its width, its pointer on the place."""
        style = self.drawing.look.style(11, 13, bold=True, colour=PAPER)
        text = normalise(marker.text)
        width = width_of(text, style) + 14 * self.unit
        if width > self.drawing.width:
            return  # the value stands beside the line in full
        x = self.x(marker.at)
        left = max(x - width / 2, self.left)
        left = min(left, self.left + self.drawing.width - width)
        low = self.foot + self.bar + 9 * self.unit
        self.canvas.setFillColor(TONES[marker.tone])
        self.canvas.roundRect(
            left, low, width, _PILL * self.unit, 4 * self.unit, stroke=0, fill=1
        )
        self.pointer(x, (left, left + width), low)
        self.label(
            _Label(left - self.left + 7 * self.unit, width, text, style),
            low + 5.5 * self.unit,
        )

    def pointer(self, x: float, pill: tuple[float, float], low: float) -> None:
        start, end = pill
        root = min(max(x, start + 8 * self.unit), end - 8 * self.unit)
        half, tip = 4.5 * self.unit, self.foot + self.bar + 3.2 * self.unit
        polygon(
            self.canvas, [(root - half, low + 0.3), (root + half, low + 0.3), (x, tip)]
        )
