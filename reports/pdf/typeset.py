"""Text broken into lines and measured: never cut, never outside its width.

What is set alike in every report, which is most of a page, is set once: the last few
thousand texts are kept with their lines and operators, whatever report they came from.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache

from reports.pdf.bidi import Segment, line_of, logical, words_of
from reports.pdf.fonts import font_for, normalise, normalise_turned
from reports.pdf.glyphs import GlyphFont
from reports.pdf.mixed import (
    is_shaped,
    lines_in,
    own_way,
    parts_nothing,
    set_line,
    widest_word,
)
from reports.pdf.style import PARTING, Style

_UNIT = re.compile(r"%|[^\W\d_]+/")
KEPT = 4096  # texts and words: some megabytes
_CAP = 0.8  # of the size: from the top of the letters to the baseline


class Typeset:
    """Lines in one font and style, with the operators that show them.

    ``start`` selects colour, font and size; ``shown`` shows the lines from the place
    of the first, and is empty where there is nothing to see; ``faces`` are its fonts by
    name.  ``height`` is that of all lines, ``drop`` the way from their top to the first
    baseline, in points.  ``mixed`` says that each line is set by itself.
    """

    mixed = False

    def __init__(
        self,
        lines: Sequence[str],
        style: Style,
        font: GlyphFont,
        *,
        followed: bool = False,
    ) -> None:
        """Make the operators, once; a text that is *followed* ends with a space."""
        self.lines = tuple(lines)
        self.style = style
        self.font = font
        self.faces = {font.name: font}
        self.height = len(self.lines) * style.lead
        self.drop = (style.lead - style.size) / 2 + _CAP * style.size
        self.start = f"{style.colour.fill} BT /{font.name} {style.size:g} Tf"
        shown = [font.encode(line) + " Tj" for line in self.lines if line]
        if len(shown) > 1:
            self.start += f" {style.lead:g} TL"
        self.shown = " T* ".join(shown)
        if followed:
            self.shown += f" {font.encode(' ')} Tj"

    @cached_property
    def width(self) -> float:
        """The width of the longest line, in points."""
        return max(self.widths)

    @cached_property
    def widths(self) -> tuple[float, ...]:
        """The width of each line, in points."""
        size = self.style.size
        return tuple(self.font.width(line.rstrip(" "), size) for line in self.lines)

    @cached_property
    def each(self) -> tuple[str, ...]:
        """The operators of each line alone, for lines that do not begin in line."""
        chosen = f"/{self.font.name} {self.style.size:g} Tf "
        return tuple(chosen + self.font.encode(line) + " Tj" for line in self.lines)

    def some(self, start: int, end: int) -> "Typeset":
        """Return the lines from *start* to *end* alone."""
        return Typeset(self.lines[start:end], self.style, self.font)

    @cached_property
    def followed(self) -> "Typeset":
        """The same with a space after it: more of its element stands beside."""
        return Typeset(self.lines, self.style, self.font, followed=True)

    def emptied(self) -> "Typeset":
        """Return no words in the same style."""
        return Typeset(("",), self.style, self.font)


class MixedTypeset(Typeset):
    """Lines with letters that are shaped, each line set by itself."""

    mixed = True

    def __init__(self, lines: Sequence[tuple[Segment, ...]], style: Style) -> None:
        """Make the operators, once.

        Raises:
            UnprintableError: no face of ours has all of the characters.
        """
        super().__init__((), style, font_for(" ", bold=style.bold, turned=style.turned))
        self._segments = tuple(lines)
        self._set = [set_line(line, style) for line in lines]
        self._space = _space(self.font, style)
        between = [self.font] if len(lines) > 1 else []
        fonts = [*between, *(font for one in self._set for font in one.fonts)]
        self.faces = {font.name: font for font in fonts}
        self.lines = tuple(map(logical, lines))
        self.height = len(self.lines) * style.lead
        self.shown = "".join(one.shown for one in self._set)

    @cached_property
    def widths(self) -> tuple[float, ...]:
        """The width of each line, in points."""
        return tuple(one.width for one in self._set)

    @cached_property
    def each(self) -> tuple[str, ...]:
        """The operators of each line alone: words of two lines are two words."""
        *most, last = [one.shown for one in self._set]
        if self.style.turned:
            return (*(self._space + one for one in most), last)
        return (*(one + self._space for one in most), last)

    def some(self, start: int, end: int) -> "Typeset":
        """Return the lines from *start* to *end* alone."""
        return MixedTypeset(self._segments[start:end], self.style)

    @cached_property
    def followed(self) -> "Typeset":
        """Itself: a number has no such letters, and words need no space."""
        return self


def _space(font: GlyphFont, style: Style) -> str:
    """Return what shows a space after a line, where its text ends: left or right."""
    sign = font.encode(" ")
    back = f"[{font.width(' ', 1000):.0f}{sign}] TJ "
    shown = back if style.turned else f"{sign} Tj "
    return f"/{font.name} {style.size:g} Tf {shown}"


@lru_cache(maxsize=KEPT)
def in_one_line(text: str, style: Style) -> Typeset:
    """Return *text* set in one line, however long.

    Raises:
        UnprintableError: no face of ours has all of its characters.
    """
    if is_shaped(text):
        line = line_of(words_of(normalise_turned(text)))
        return MixedTypeset([line], own_way(text, style))
    plain, font = _plain(text, style)
    return Typeset((plain,), style, font)


def in_lines(text: str, style: Style, width: float) -> Typeset:
    """Return *text* broken into lines no wider than *width*, in points.

    A word that is wider than a whole line is broken where the line is full; nothing
    is cut.

    Raises:
        UnprintableError: no face of ours has all of its characters.
    """
    if is_shaped(text):
        return MixedTypeset(lines_in(text, style, width), own_way(text, style))
    plain, font = _plain(text, style)
    return Typeset(_lines(plain, font, width * 1000 / style.size), style, font)


@lru_cache(maxsize=KEPT)
def longest_word(text: str, style: Style) -> float:
    """Return the width of the widest word of *text*, in points.

    Raises:
        UnprintableError: no face of ours has all of its characters.
    """
    if is_shaped(text):
        return widest_word(text, style)
    plain, font = _plain(text, style)
    return max(_width(word, font) for word in plain.split(" ")) * style.size / 1000


def width_in_one_line(text: str, style: Style) -> float:
    """Return the width of *text* in one line, in points.

    Raises:
        UnprintableError: no face of ours has all of its characters.
    """
    if is_shaped(text):
        return in_one_line(text, style).width
    plain, font = _plain(text, style)
    return font.width(plain.rstrip(" "), style.size)


def _plain(text: str, style: Style) -> tuple[str, GlyphFont]:
    """Return *text* as it is set where no letter is shaped, and its font."""
    plain = normalise(text)
    return plain, font_for(plain, bold=style.bold, turned=style.turned)


@lru_cache(maxsize=KEPT)
def _width(word: str, font: GlyphFont) -> float:
    return font.width(word, 1000)


def _lines(text: str, font: GlyphFont, room: float) -> list[str]:
    lines: list[str] = []
    line, used = "", 0.0
    space = font.widths[" "]
    for word, width, before in _fitting(text.split(" "), font, room):
        if line and used + space + width > room:
            full, begun = _parted(line, word, font, room)
            lines.append(_ended(full) + before)
            line, used = begun, width if begun == word else font.width(begun, 1000)
            continue
        line, used = (f"{line} {word}", used + space + width) if line else (word, width)
    return [*lines, line]


def _ended(line: str) -> str:
    """Return *line* without the sign that parts it from what is on the next."""
    words = line.rstrip(" ")
    return words.removesuffix(PARTING) if words.endswith(PARTING) else line


def _parted(line: str, word: str, font: GlyphFont, room: float) -> tuple[str, str]:
    """Return a full *line* and what begins the next with *word*.

    A value is read as one: its number goes with the unit where both fit.
    """
    full, _, number = line.rpartition(" ")
    value = f"{number} {word}"
    if not (full and number[-1:].isdigit() and _UNIT.match(word)):
        return line, word
    return (full, value) if font.width(value, 1000) <= room else (line, word)


def _fitting(
    words: Sequence[str], font: GlyphFont, room: float
) -> Iterator[tuple[str, float, str]]:
    """Yield pieces that fit into a line, each with its width and what stood before."""
    for word in words:
        width = _width(word, font)
        if width <= room:
            yield word, width, " "
            continue
        before = " "
        for piece in _broken(word, font, room):
            if not parts_nothing(word, piece):
                yield piece, font.width(piece, 1000), before
            before = ""


def _broken(word: str, font: GlyphFont, room: float) -> Iterator[str]:
    piece, used = "", 0.0
    for character in word:
        width = font.widths[character]
        if piece and used + width > room:
            yield piece
            piece, used = "", 0.0
        piece, used = piece + character, used + width
    yield piece
