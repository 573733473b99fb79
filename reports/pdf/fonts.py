"""The typefaces: which characters we can print, and the faces to print them in.

Atkinson Hyperlegible, drawn for low vision, is the report's face.  Inter stands in
for texts in Greek, Cyrillic, Vietnamese and the rarer Latin letters.  A text is set
whole in one face, and a text that no face can set is refused, never printed as boxes.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from threading import Lock

from fontTools.ttLib import TTFont

from reports.pdf.glyphs import GlyphFont, cut


class UnprintableError(ValueError):
    """A text has characters that we have no face for; the message hides which."""


@dataclass(frozen=True, slots=True)
class _Face:
    """One typeface, cut to some stretches of Unicode; empty takes all it has."""

    name: str
    package: str
    regular: str
    bold: str
    stretches: tuple[range, ...] = ()


_ATKINSON = (
    "fontpkg_atkinson_hyperlegible",
    "AtkinsonHyperlegible-Regular.ttf",
    "AtkinsonHyperlegible-Bold.ttf",
)
_INTER = ("fontpkg_inter", "Inter[opsz,wght].ttf", "Inter[opsz,wght].ttf")
_COMMON = (range(0x20, 0x7F), range(0xA0, 0x100), range(0x2010, 0x2040))
_SIGNS = [
    range(ord(sign), ord(sign) + 1) for sign in "\u03bc\u2212\u2264\u2265\u2248\u20ac"
]

# In order of choice: a report carries only the faces that its texts need.
_FACES = (
    _Face("Atkinson", *_ATKINSON, (*_COMMON, *_SIGNS)),
    _Face("AtkinsonLatin", *_ATKINSON),
    _Face(
        "InterLatin", *_INTER, (*_COMMON, range(0x100, 0x250), range(0x1E00, 0x1F00))
    ),
    _Face(
        "InterGreek", *_INTER, (*_COMMON, range(0x370, 0x400), range(0x1F00, 0x2000))
    ),
    _Face("InterCyrillic", *_INTER, (*_COMMON, range(0x400, 0x530))),
    _Face("Inter", *_INTER),
)

# Invisible signs that steer direction, joining and breaking have no place in a line
# that we set from left to right; the micro sign is a Greek letter in Unicode's view.
_INVISIBLE = (
    "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
)
_PLAIN = str.maketrans(
    {
        **dict.fromkeys(_INVISIBLE, ""),
        **dict.fromkeys("\t\n\r\x0b\x0c\x85\u2028\u2029", " "),
        **dict.fromkeys("\u2007\u2009\u202f", "\u00a0"),
        "\u00b5": "\u03bc",
        "\u2011": "-",
    }
)
_LEFT_TO_RIGHT_OR_NEUTRAL = frozenset({"L", "EN", "ES", "ET", "CS", "ON", "WS"})
_lock = Lock()


def normalise(text: str) -> str:
    """Return *text* as it is set: composed, without invisible controls."""
    if _is_plain(text):
        return text
    return unicodedata.normalize("NFC", text).translate(_PLAIN)


def missing_characters(text: str) -> frozenset[str]:
    """Return the characters of *text* that cannot be printed right, if any."""
    plain = normalise(text)
    return frozenset() if _choice(plain) else frozenset(plain) - _covered(_FACES[-1])


def printable(text: str) -> bool:
    """Say whether *text*, in whatever script, comes out right on the page."""
    return _choice(normalise(text)) is not None


def font_for(text: str, *, bold: bool) -> GlyphFont:
    """Return the font that the whole of *text*, already normalised, is set in.

    Raises:
        UnprintableError: no face has all of its characters.
    """
    face = _FACES[0] if _is_plain(text) else _choice(text)
    if face is None:
        raise UnprintableError("no face has all characters of a text")
    with _lock:  # cut once per process, whoever comes first
        return _cut(face, bold)


def _is_plain(text: str) -> bool:
    """Say whether *text* is letters and signs that every face has."""
    return text.isascii() and text.isprintable()


def _choice(text: str) -> _Face | None:
    characters = frozenset(text)
    fitting = (face for face in _FACES if characters <= _covered(face))
    return next(fitting, None)


@cache
def _covered(face: _Face) -> frozenset[str]:
    with _open(face, bold=False) as font:
        codes = frozenset(font.getBestCmap())
    wanted = frozenset(code for run in face.stretches for code in run) or codes
    covered = frozenset(filter(_settable, map(chr, codes & wanted)))
    # The last face has all that the others have, so that it alone says what is missing.
    return covered if face is _FACES[-1] else covered & _covered(_FACES[-1])


def _settable(character: str) -> bool:
    """Say whether setting glyph after glyph, left to right, gives the right picture."""
    if normalise(character) != character or not character.isprintable():
        return character == "\u00a0"
    combining = unicodedata.category(character).startswith("M")
    direction = unicodedata.bidirectional(character)
    return not combining and direction in _LEFT_TO_RIGHT_OR_NEUTRAL


@cache
def _cut(face: _Face, bold: bool) -> GlyphFont:  # noqa: FBT001  # a cache key
    name = f"{face.name}-{'Bold' if bold else 'Regular'}"
    with _open(face, bold=bold) as font:
        return cut(font, name, _covered(face), weight=700 if bold else 400)


def _open(face: _Face, *, bold: bool) -> TTFont:
    path = files(face.package) / "files" / (face.bold if bold else face.regular)
    return TTFont(path.open("rb"), recalcTimestamp=False, lazy=True)
