"""Where each stroke of a number line goes on screen, from places in 0..1.

The drawing is 340 units wide and scales with the page; the stylesheet owns colours.
Nothing here knows what a result means.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.model import Marker, NumberLine, Tick, Zone, ZoneKind

_WIDTH = 340
_INSET = 14
_PER_LETTER = 7.2
_PILL_HEIGHT = 22
_ROW = 16
_ARROW = 9


@dataclass(frozen=True, slots=True)
class Shape:
    """A closed outline: its points as SVG wants them, and its kind for the style."""

    kind: str
    points: str


@dataclass(frozen=True, slots=True)
class Label:
    """A text under the bar: middle, base line, kind, and the tick it belongs to."""

    x: float
    y: float
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Pill:
    """The result's own label: a box above the bar with a pointer at the true place."""

    left: float
    width: float
    middle: float
    text: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """All strokes of one number line; ``top`` and ``bottom`` are the bar's edges.

    ``past`` is where earlier results lie.
    """

    width: int
    height: float
    top: float
    bottom: float
    zones: tuple[Shape, ...]
    ticks: tuple[float, ...]
    labels: tuple[Label, ...]
    pill: Pill | None
    marker_x: float
    marker_y: float
    tone: str
    reach: str
    reach_end: float
    off: str
    past: tuple[float, ...]


def draw(line: NumberLine, *, slim: bool = False) -> Drawing:
    """Return the strokes of *line*; *slim* leaves out the result's own label.

    Labels that would meet are put on a further row, never dropped or overprinted.
    """
    top = 8.0 if slim else 36.0
    bottom = top + 16
    labels = _labels(line, bottom)
    rows_end = max((label.y for label in labels), default=bottom)
    return Drawing(
        width=_WIDTH,
        height=rows_end + 6,
        top=top,
        bottom=bottom,
        zones=tuple(_zone(zone, top, bottom) for zone in _back_to_front(line.zones)),
        ticks=tuple(_x(tick.at) for tick in line.ticks),
        labels=labels,
        pill=None if slim else _pill(line.marker),
        marker_x=_x(line.marker.at),
        marker_y=(top + bottom) / 2,
        tone=line.marker.tone.value,
        reach=line.marker.reach,
        reach_end=_x(0) if line.marker.reach == "low" else _x(1),
        off=line.marker.off,
        past=tuple(_x(one.at) for one in line.past),
    )


def _x(at: float) -> float:
    return round(_INSET + min(max(at, 0.0), 1.0) * (_WIDTH - 2 * _INSET), 1)


def _back_to_front(zones: Sequence[Zone]) -> list[Zone]:
    # The usual range is outlined and a little taller: it is drawn last, on top.
    return sorted(zones, key=lambda zone: zone.kind is ZoneKind.USUAL)


def _zone(zone: Zone, top: float, bottom: float) -> Shape:
    left, right = _x(zone.start), _x(zone.end)
    if zone.kind is ZoneKind.USUAL:
        top, bottom = top - 2, bottom + 2
    middle = (top + bottom) / 2
    points = [(left, top), (right, top), (right, bottom), (left, bottom)]
    if zone.open_high:
        points[1:3] = [
            (right - _ARROW, top),
            (right, middle),
            (right - _ARROW, bottom),
        ]
    if zone.open_low:
        points[0] = (left + _ARROW, top)
        points[-1] = (left + _ARROW, bottom)
        points.append((left, middle))
    text = " ".join(f"{x:g},{y:g}" for x, y in points)
    return Shape(zone.kind.value, text)


def _pill(marker: Marker) -> Pill:
    width = round(len(marker.text) * _PER_LETTER + 16, 1)
    middle = _x(marker.at)
    left = min(max(middle - width / 2, 0), max(_WIDTH - width, 0))
    return Pill(round(left, 1), width, round(left + width / 2, 1), marker.text)


def _labels(line: NumberLine, bottom: float) -> tuple[Label, ...]:
    placed: list[tuple[int, float, float]] = []
    labels: list[Label] = []
    for text, at, kind in _wanted(line):
        half = len(text) * _PER_LETTER / 2 + 3
        x = min(max(_x(at), half), _WIDTH - half)
        row = _free_row(placed, x - half, x + half)
        placed.append((row, x - half, x + half))
        labels.append(Label(round(x, 1), bottom + 18 + row * _ROW, text, kind))
    return tuple(labels)


def _wanted(line: NumberLine) -> list[tuple[str, float, str]]:
    # Limits of the range come first, so that they keep the row next to the bar.
    ticks: list[Tick] = sorted(line.ticks, key=lambda tick: not tick.strong)
    wanted = [
        (tick.text, tick.at, "strong" if tick.strong else "weak") for tick in ticks
    ]
    usual = [zone for zone in line.zones if zone.kind is ZoneKind.USUAL]
    if usual and line.usual_label:
        middle = (usual[0].start + usual[-1].end) / 2
        wanted.append((line.usual_label, middle, "usual"))
    return wanted


def _free_row(
    placed: Sequence[tuple[int, float, float]], left: float, right: float
) -> int:
    row = 0
    while any(at == row and left < end and right > start for at, start, end in placed):
        row += 1
    return row
