"""Text set in lines: wrapped at a width, never cut, never outside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from reports.pdf.canvas import ReportCanvas
from reports.pdf.fonts import font_for, normalise
from reports.pdf.glyphs import GlyphFont
from reports.pdf.structure import Element
from reports.pdf.style import Style

_CAP = 0.8  # of the size: from the top of the letters to the baseline


@dataclass(frozen=True, slots=True)
class Text:
    """Lines of one element, in one font and style."""

    lines: tuple[str, ...]
    style: Style
    font: GlyphFont
    role: str = "P"

    @property
    def height(self) -> float:
        """The height of all lines, in points."""
        return len(self.lines) * self.style.lead

    @property
    def width(self) -> float:
        """The width of the longest line, in points."""
        size = self.style.size
        return max(self.font.width(line.rstrip(" "), size) for line in self.lines)

    def draw(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Set the lines under *top* as one element."""
        with canvas.tag(self.role):
            self.set(canvas, left, top)

    def add(self, canvas: ReportCanvas, element: Element, place: "Place") -> None:
        """Set the lines under *place* as more of *element*."""
        with canvas.mark(element):
            self.set(canvas, *place)

    def set(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Set the lines under *top*, inside a tag or an artifact of the caller's."""
        style = self.style
        canvas.fill_with(style.colour)
        baseline = top - (style.lead - style.size) / 2 - _CAP * style.size
        for line in filter(None, self.lines):
            canvas.text((left, baseline), line, self.font, style.size)
            baseline -= style.lead

    def split(self, room: float) -> Sequence["Text"]:
        """Return texts of some of the lines each, none higher than *room*."""
        each = max(1, int(room / self.style.lead))
        return [
            Text(self.lines[start : start + each], self.style, self.font, self.role)
            for start in range(0, len(self.lines), each)
        ]


Place = tuple[float, float]


def wrapped(text: str, style: Style, width: float, role: str = "P") -> Text:
    """Return *text* broken into lines no wider than *width*, in points.

    A word that is wider than a whole line is broken where the line is full; nothing
    is cut.

    Raises:
        UnprintableError: no face of ours has all of its characters.
    """
    plain = normalise(text)
    font = font_for(plain, bold=style.bold)
    lines = _lines(plain, font, width * 1000 / style.size)
    return Text(lines, style, font, role)


def width_of(text: str, style: Style) -> float:
    """Return the width of *text* in one line, in points."""
    plain = normalise(text)
    return font_for(plain, bold=style.bold).width(plain, style.size)


@lru_cache(maxsize=1024)
def _lines(text: str, font: GlyphFont, room: float) -> tuple[str, ...]:
    lines: list[str] = []
    line, used = "", 0.0
    space = font.widths[" "]
    for word, before in _fitting(text.split(" "), font, room):
        width = font.width(word, 1000)
        if line and used + space + width > room:
            lines.append(line + before)
            line, used = word, width
            continue
        line, used = (f"{line} {word}", used + space + width) if line else (word, width)
    return (*lines, line)


def _fitting(
    words: Sequence[str], font: GlyphFont, room: float
) -> Iterator[tuple[str, str]]:
    """Yield pieces that fit into a line, each with what stood before it."""
    for word in words:
        if font.width(word, 1000) <= room:
            yield word, " "
            continue
        first, *others = _broken(word, font, room)
        yield first, " "
        yield from ((piece, "") for piece in others)


def _broken(word: str, font: GlyphFont, room: float) -> Iterator[str]:
    piece, used = "", 0.0
    for character in word:
        width = font.widths[character]
        if piece and used + width > room:
            yield piece
            piece, used = "", 0.0
        piece, used = piece + character, used + width
    yield piece
