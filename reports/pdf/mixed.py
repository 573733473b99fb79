"""Lines with letters that are shaped, of both directions, in the order seen."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TypeAlias

from reports.direction import begins_right_to_left, has_right_to_left
from reports.pdf.bidi import Segment, Word, line_of, logical, runs_of, words_of
from reports.pdf.fonts import (
    JOINED_LETTERS,
    UnprintableError,
    face_of_joined,
    font_for,
    normalise,
    normalise_turned,
    turned_face,
    without_a_face,
)
from reports.pdf.glyphs import GlyphFont
from reports.pdf.joined import BrokenTextError, JoinedFace
from reports.pdf.shaping import NotOneToOneError, ShapedFace
from reports.pdf.style import PARTING, Style

_KEPT = 2048  # lines and words
_THEIR_SIGNS = re.compile("([\u060c\u061b\u061f]+)")
_PARTING = PARTING.replace("\u00a0", " ")
_VIRAMA = 9  # the combining class of a sign that joins the letters around it
_JOINERS = frozenset("\u200c\u200d")


_Face: TypeAlias = ShapedFace | JoinedFace


@dataclass(frozen=True, slots=True)
class SetLine:
    """A line as operators, with its width in points and the fonts that it needs."""

    shown: str
    width: float
    fonts: tuple[GlyphFont, ...]


@lru_cache(maxsize=2 * _KEPT)
def is_shaped(text: str) -> bool:
    """Say whether *text* has letters whose form depends on those around them."""
    if text.isascii():
        return False
    return has_right_to_left(text) or JOINED_LETTERS.search(text) is not None


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
    return [*(line_of(_ended(line)) for line in lines[:-1]), line_of(lines[-1])]


def _ended(line: Sequence[Word]) -> Sequence[Word]:
    """Return *line* without the sign that parts it from what is on the next."""
    words = [word for word in line if word]  # two spaces have an empty one between
    if not words or not _as_seen(words[-1][-1].text).endswith(_PARTING):
        return line
    *segments, end = words.pop()
    bare = end._replace(text=_as_seen(end.text).removesuffix(_PARTING))
    return [*words, (*segments, bare)]


def _as_seen(text: str) -> str:
    """Return *text* with spaces of one kind, as a line has them."""
    return text.replace("\u00a0", " ")


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
        if is_shaped(text):
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
        for letter in _letters(segment.text):
            longer = line_of([(*piece, Segment(letter, segment.isolate))])
            if piece and set_line(longer, style).width > width:
                yield tuple(piece)
                longer = (Segment(letter, segment.isolate),)
            piece = list(longer)
    if not parts_nothing(logical(word), logical(piece)):
        yield tuple(piece)


def parts_nothing(word: str, piece: str) -> bool:
    """Say whether *piece* is all that a full line left of the sign that ends *word*.

    After a full line it parts nothing; dots that were sent are no such sign.
    """
    left = _as_seen(piece)
    return _PARTING.endswith(left) and _as_seen(word).endswith(_PARTING)


def _letters(text: str) -> Iterator[str]:
    """Yield the letters of *text*, each with its marks and what it joins with."""
    letter = ""
    for sign in text:
        joins = letter and unicodedata.combining(letter[-1]) == _VIRAMA
        if letter and not joins and not _belongs(sign):
            yield letter
            letter = ""
        letter += sign
    yield letter


def _belongs(sign: str) -> bool:
    """Say whether *sign* belongs to the letter before it."""
    return sign in _JOINERS or unicodedata.category(sign).startswith("M")


def _plain(text: str, style: Style) -> Iterator[SetLine]:
    """Yield *text* from left to right, letters of another kind in their own face."""
    for number, part in enumerate(JOINED_LETTERS.split(text)):
        yield from _joined(part, style) if number % 2 else _apart(part, style)


def _apart(text: str, style: Style) -> Iterator[SetLine]:
    """Yield *text*; a comma of the other direction in the face of its script."""
    for part in filter(None, _THEIR_SIGNS.split(normalise(text))):
        if _THEIR_SIGNS.match(part):
            yield from _turned(part, style)
            continue
        font = font_for(part, bold=style.bold, turned=style.turned)
        shown = f"/{font.name} {style.size:g} Tf {font.encode(part)} Tj "
        yield SetLine(shown, font.width(part, style.size), (font,))


def _joined(text: str, style: Style) -> Iterator[SetLine]:
    """Yield the parts of *text* by face, in order."""
    return map(partial(_set, style=style), _by_face(text, face_of_joined, style))


def _turned(text: str, style: Style) -> Iterator[SetLine]:
    """Yield the parts of *text* by face, in the order seen: the last one first."""
    parts = _by_face(text, turned_face, style)
    return map(partial(_set, style=style), reversed(parts))


def _set(part: tuple[_Face, str], style: Style) -> SetLine:
    face, text = part
    try:
        shown, width = face.set(text, style.size)
    except (NotOneToOneError, BrokenTextError) as error:
        raise UnprintableError("a text whose letters cannot be set true") from error
    return SetLine(shown, width, (face.font,))


def _by_face(
    text: str, find: Callable[..., _Face | None], style: Style
) -> list[tuple[_Face, str]]:
    """Return the parts of *text*, each with its face; *find* returns that of a sign.

    A sign is set in the face of the sign before it, where that has it.
    """
    parts: list[tuple[_Face, str]] = []
    for sign in text:
        if parts and sign in parts[-1][0].characters:
            parts[-1] = (parts[-1][0], parts[-1][1] + sign)
            continue
        face = find(sign, bold=style.bold)
        if face is None:
            raise UnprintableError("no face has all characters of a text")
        parts.append((face, sign))
    return parts
