"""Lines with words of both directions: faces chosen, shaped, in the order seen."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from reports.direction import begins_right_to_left, has_right_to_left
from reports.pdf.bidi import Segment, Word, line_of, runs_of, words_of
from reports.pdf.fonts import (
    UnprintableError,
    font_for,
    normalise,
    normalise_turned,
    turned_face,
    without_a_face,
)
from reports.pdf.glyphs import GlyphFont
from reports.pdf.shaping import NotOneToOneError, ShapedFace
from reports.pdf.style import Style

_KEPT = 2048  # lines and words
_THEIR_SIGNS = re.compile("([\u060c\u061b\u061f]+)")


@dataclass(frozen=True, slots=True)
class SetLine:
    """A line as operators, with its width in points and the fonts that it needs."""

    shown: str
    width: float
    fonts: tuple[GlyphFont, ...]


@lru_cache(maxsize=_KEPT)
def set_line(line: tuple[Segment, ...], style: Style) -> SetLine:
    """Return *line* set in *style*, whose direction is that of the whole text.

    Raises:
        UnprintableError: no face of ours has all of its characters.
    """
    pieces = [
        piece
        for run in runs_of(line, right_to_left=style.turned)
        for piece in (
            _turned(run.text, style) if run.turned else _plain(run.text, style)
        )
    ]
    return SetLine(
        "".join(piece.shown for piece in pieces),
        sum(piece.width for piece in pieces),
        tuple({font.name: font for one in pieces for font in one.fonts}.values()),
    )


def lines_in(text: str, style: Style, width: float) -> list[tuple[Segment, ...]]:
    """Return *text* broken into lines no wider than *width*, in points.

    Raises:
        UnprintableError: no face of ours has all of its characters.
    """
    style = own_way(text, style)
    lines: list[list[Word]] = [[]]
    for word in _fitting(words_of(normalise_turned(text)), style, width):
        longer = [*lines[-1], word]
        if lines[-1] and set_line(line_of(longer), style).width > width:
            lines.append([word])
        else:
            lines[-1] = longer
    return [line_of(line) for line in lines]


def own_way(text: str, style: Style) -> Style:
    """Return *style* for *text*: a name may run its own way on any page."""
    return style._replace(turned=style.turned or begins_right_to_left(text))


def widest_word(text: str, style: Style) -> float:
    """Return the width of the widest word of *text*, in points.

    Raises:
        UnprintableError: no face of ours has all of its characters.
    """
    words = words_of(normalise_turned(text))
    return max(set_line(line_of([word]), style).width for word in words)


def missing_characters(text: str) -> frozenset[str]:
    """Return the characters of *text* that cannot be printed right, if any."""
    if printable(text):
        return frozenset()
    return without_a_face(text) or frozenset(text)


@lru_cache(maxsize=_KEPT)
def printable(text: str) -> bool:
    """Say whether *text*, in whatever script, comes out right on the page."""
    style = Style(1, 1)
    try:
        if has_right_to_left(text):
            set_line(line_of(words_of(normalise_turned(text))), style)
        else:
            font_for(normalise(text), bold=False)
    except UnprintableError:
        return False
    return True


def _fitting(words: Sequence[Word], style: Style, width: float) -> Iterator[Word]:
    """Yield *words*; one that is wider than a line comes in pieces that are not."""
    for word in words:
        if set_line(line_of([word]), style).width <= width:
            yield word
        else:
            yield from _broken(word, style, width)


def _broken(word: Word, style: Style, width: float) -> Iterator[Word]:
    piece: list[Segment] = []
    for segment in word:
        for sign in segment.text:
            longer = line_of([(*piece, Segment(sign, segment.isolate))])
            if piece and set_line(longer, style).width > width:
                yield tuple(piece)
                longer = (Segment(sign, segment.isolate),)
            piece = list(longer)
    yield tuple(piece)


def _plain(text: str, style: Style) -> Iterator[SetLine]:
    """Yield *text* from left to right; a comma of the other script in its own face."""
    for part in filter(None, _THEIR_SIGNS.split(normalise(text))):
        if _THEIR_SIGNS.match(part):
            yield from _turned(part, style)
            continue
        font = font_for(part, bold=style.bold, turned=style.turned)
        shown = f"/{font.name} {style.size:g} Tf {font.encode(part)} Tj "
        yield SetLine(shown, font.width(part, style.size), (font,))


def _turned(text: str, style: Style) -> Iterator[SetLine]:
    """Yield the parts of *text* by face, in the order seen: the last one first."""
    faces = _faces(text, style)
    parts = [
        (face, "".join(sign for _, sign in pairs))
        for face, pairs in groupby(zip(faces, text, strict=True), key=lambda p: p[0])
    ]
    for face, part in reversed(parts):
        try:
            shown, width = face.set(part, style.size)
        except NotOneToOneError as error:
            raise UnprintableError("a text whose letters do not stand alone") from error
        yield SetLine(shown, width, (face.font,))


def _faces(text: str, style: Style) -> list[ShapedFace]:
    """Return the face of each sign: that of the sign before it, where that has it."""
    found: list[ShapedFace] = []
    for sign in text:
        if found and sign in found[-1].characters:
            found.append(found[-1])
            continue
        face = turned_face(sign, bold=style.bold)
        if face is None:
            raise UnprintableError("no face has all characters of a text")
        found.append(face)
    return found
