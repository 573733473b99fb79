"""The typefaces: which characters we can print, and the faces to print them in.

Atkinson Hyperlegible, drawn for low vision, is the report's face.  Inter stands in
for texts in Greek, Cyrillic, Vietnamese and the rarer Latin letters.  A text is set
whole in one face, and a text that no face can set is refused, never printed as boxes.
Arabic is set in IBM Plex Sans Arabic, Hebrew in Rubik, and eight scripts of South and
South-East Asia in Noto Sans, shaped by HarfBuzz; a line may hold them and the others
together.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from threading import Lock

from fontTools.ttLib import TTFont

from reports.direction import END_OF_ISOLATE, OPENING
from reports.pdf.glyphs import GlyphFont, Outlines, cut, cut_with_layout
from reports.pdf.joined import JoinedFace, joined_face
from reports.pdf.shaping import ShapedFace, shaped_face


class UnprintableError(ValueError):
    """A text has characters that we have no face for; the message hides which."""


@dataclass(frozen=True, slots=True, eq=False)
class _Face:
    """One typeface, cut to some stretches of Unicode; empty takes all it has."""

    name: str
    package: str
    regular: str
    bold: str
    stretches: tuple[range, ...] = ()


_ATKINSON = (
    "fontpkg_atkinson_hyperlegible",
    "files/AtkinsonHyperlegible-Regular.ttf",
    "files/AtkinsonHyperlegible-Bold.ttf",
)
_INTER = (
    "fontpkg_inter",
    "files/Inter[opsz,wght].ttf",
    "files/Inter[opsz,wght].ttf",
)
_COMMON = (range(0x20, 0x7F), range(0xA0, 0x100), range(0x2010, 0x2040))
_SIGNS = [
    range(ord(sign), ord(sign) + 1) for sign in "\u03bc\u2212\u2264\u2265\u2248\u20ac"
]

# Of a page that runs from right to left: numbers, units and names of publications.
_FEW_LATIN = _Face(
    "AtkinsonFew",
    *_ATKINSON,
    (
        range(0x20, 0x7F),
        *[range(ord(s), ord(s) + 1) for s in "\u00a0\u00b2\u00b7\u00d7\u2022\u03bc"],
    ),
)

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

_PLEX = (
    "fontpkg_ibm_plex_sans_arabic",
    "files/IBMPlexSansArabic-Regular.ttf",
    "files/IBMPlexSansArabic-Bold.ttf",
)
_RUBIK = ("fontpkg_rubik", "files/Rubik[wght].ttf", "files/Rubik[wght].ttf")
_BESIDE = (  # signs that may stand between letters: not digits, not Latin letters
    range(0x20, 0x30),
    range(0x3A, 0x41),
    range(0x5B, 0x61),
    range(0x7B, 0x7F),
    range(0xA0, 0xC0),
    range(0x2010, 0x2040),
)
# What Arabic is written with today, and no more: every Arabic report carries it.
_FEW_SIGNS = [range(ord(sign), ord(sign) + 1) for sign in "\u00a0\u00ab\u00b7\u00bb"]
_ARABIC = (
    *_BESIDE[:4],
    *_FEW_SIGNS,
    *(range(0x60C, 0x60D), range(0x61B, 0x61C), range(0x61F, 0x620)),
    *(range(0x621, 0x63B), range(0x640, 0x656), range(0x670, 0x671)),
)

_TURNED_FACES = (
    _Face("Arabic", *_PLEX, _ARABIC),
    _Face("ArabicMore", *_PLEX, (*_BESIDE, range(0x600, 0x700), range(0x750, 0x780))),
    _Face("Hebrew", *_RUBIK, (*_BESIDE, range(0x590, 0x600))),
)


def _noto(script: str, part: str, block: range) -> _Face:
    """Return the face of Noto Sans for *script*, cut to its *block* of Unicode."""
    path = f"fonts/ofl/notosans{script.lower()}/NotoSans{script}[wdth,wght].ttf"
    full_stops = range(0x964, 0x966)  # of all Indian scripts
    return _Face(script, f"justmytype_intl_{part}", path, path, (block, full_stops))


_JOINED_FACES = (
    _noto("Devanagari", "south_asia", range(0x900, 0x980)),
    _noto("Bengali", "south_asia", range(0x980, 0xA00)),
    _noto("Tamil", "south_asia", range(0xB80, 0xC00)),
    _noto("Telugu", "south_asia", range(0xC00, 0xC80)),
    _noto("Thai", "sea", range(0xE00, 0xE80)),
    _noto("Lao", "sea", range(0xE80, 0xF00)),
    _noto("Myanmar", "sea", range(0x1000, 0x10A0)),
    _noto("Khmer", "sea", range(0x1780, 0x1800)),
)
_BLOCKS = [face.stretches[0] for face in _JOINED_FACES]
_JOINED = "".join(f"{chr(block[0])}-{chr(block[-1])}" for block in _BLOCKS)
JOINED_LETTERS = re.compile(f"((?:[{_JOINED}][\u200c\u200d]*)+)")
"""Letters of the scripts that are set from left to right and join."""

# What joins letters and sets their marks, without kerning, which takes seconds to cut.
_JOINING = [
    *("ccmp", "locl", "nukt", "akhn", "rphf", "rkrf", "pref", "blwf", "abvf", "half"),
    *("pstf", "vatu", "cjct", "cfar", "pres", "abvs", "blws", "psts", "haln", "calt"),
    *("clig", "liga", "rlig", "abvm", "blwm", "mark", "mkmk"),
]

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
_STEERING = {ord(sign) for sign in (*OPENING, END_OF_ISOLATE, "\u200c", "\u200d")}
_PLAIN_TURNED = {code: to for code, to in _PLAIN.items() if code not in _STEERING}
_LEFT_TO_RIGHT_OR_NEUTRAL = frozenset({"L", "EN", "ES", "ET", "CS", "ON", "WS"})
_lock = Lock()


def normalise(text: str) -> str:
    """Return *text* as it is set: composed, without invisible controls."""
    if _is_plain(text):
        return text
    return unicodedata.normalize("NFC", text).translate(_PLAIN)


def normalise_turned(text: str) -> str:
    """Return *text* as it is set where some of it runs from right to left.

    The signs that keep a number from being turned, and letters from joining, stay.
    """
    return unicodedata.normalize("NFC", text).translate(_PLAIN_TURNED)


def without_a_face(text: str) -> frozenset[str]:
    """Return the characters of *text* that none of our faces has, whatever it runs."""
    faces = (_FACES[-1], *_TURNED_FACES, *_JOINED_FACES)
    return frozenset(normalise(text)).difference(*map(_covered, faces))


def font_for(text: str, *, bold: bool, turned: bool = False) -> GlyphFont:
    """Return the font that the whole of *text*, already normalised, is set in.

    On a page that is *turned*, which carries a second script, it is a smaller one.

    Raises:
        UnprintableError: no face has all of its characters.
    """
    first = _FEW_LATIN if turned else _FACES[0]
    face = first if _is_plain(text) else _choice(text, first)
    if face is None:
        raise UnprintableError("no face has all characters of a text")
    with _lock:  # cut once per process, whoever comes first
        return _cut(face, bold)


def turned_face(character: str, *, bold: bool) -> ShapedFace | None:
    """Return the face that sets *character* from right to left, if one does."""
    face = _with(character, _TURNED_FACES)
    if face is None:
        return None
    with _lock:
        return _shaped(face, bold)


def face_of_joined(character: str, *, bold: bool) -> JoinedFace | None:
    """Return the face that sets *character* from left to right, joined, if one does."""
    face = _with(character, _JOINED_FACES)
    if face is None:
        return None
    with _lock:
        return _joined(face, bold)


def _with(character: str, faces: tuple[_Face, ...]) -> _Face | None:
    return next((face for face in faces if character in _covered(face)), None)


def _is_plain(text: str) -> bool:
    """Say whether *text* is letters and signs that every face has."""
    return text.isascii() and text.isprintable()


def _choice(text: str, first: _Face) -> _Face | None:
    characters = frozenset(text)
    fitting = (face for face in (first, *_FACES) if characters <= _covered(face))
    return next(fitting, None)


@cache
def _covered(face: _Face) -> frozenset[str]:
    with _open(face, bold=False) as font:
        codes = frozenset(font.getBestCmap())
    wanted = frozenset(code for run in face.stretches for code in run) or codes
    if face in _TURNED_FACES or face in _JOINED_FACES:
        return frozenset(map(chr, codes & wanted))
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
    with _open(face, bold=bold) as font:
        name, weight = _name(face, bold=bold), 700 if bold else 400
        return cut(font, name, _covered(face), weight=weight)


@cache
def _shaped(face: _Face, bold: bool) -> ShapedFace:  # noqa: FBT001  # a cache key
    return shaped_face(_laid_out(face, ["*"], bold=bold), _name(face, bold=bold))


@cache
def _joined(face: _Face, bold: bool) -> JoinedFace:  # noqa: FBT001  # a cache key
    return joined_face(_laid_out(face, _JOINING, bold=bold), _name(face, bold=bold))


def _laid_out(face: _Face, features: list[str], *, bold: bool) -> Outlines:
    weight = 700 if bold else 400
    with _open(face, bold=bold) as font:
        return cut_with_layout(font, _covered(face), weight=weight, features=features)


def _name(face: _Face, *, bold: bool) -> str:
    return f"{face.name}-{'Bold' if bold else 'Regular'}"


def _open(face: _Face, *, bold: bool) -> TTFont:
    path = files(face.package) / (face.bold if bold else face.regular)
    return TTFont(path.open("rb"), recalcTimestamp=False, lazy=True)
