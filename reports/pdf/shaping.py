"""Faces whose letters change with their neighbours: shaped by HarfBuzz, glyph by glyph.

Each glyph of such a face stands for fixed characters, so that the text can be taken out
of the PDF again; a text for which that does not hold is refused.  Readers turn what
runs from right to left sign by sign, and would turn the letters of a ligature as well.
So a ligature stands for its first letter alone; a blank for each other one follows.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise, product

import uharfbuzz

from reports.pdf.glyphs import BLANK_WIDTH, GlyphFont, Outlines, literal, measured

_JOINER = "\u200d"
_FEATURES = {"liga": False, "dlig": False, "calt": False}
_BY_CHARACTER = uharfbuzz.BufferClusterLevel.MONOTONE_CHARACTERS
_JOINED = range(0x621, 0x656)  # letters and marks that may become one glyph
_UNSEEN = frozenset("\u200c\u200d")
_SLIGHT = 0.5  # thousandths of the size: less cannot be seen
_BRACKETS = {"(": ")", ")": "(", "[": "]", "]": "[", "{": "}", "}": "{"}
_BRACKETS |= {"<": ">", ">": "<", "\u00ab": "\u00bb", "\u00bb": "\u00ab"}


class NotOneToOneError(ValueError):
    """A glyph would stand for other characters than it does elsewhere."""


@dataclass(frozen=True, slots=True)
class _Glyph:
    number: int
    cluster: int
    stands_for: str
    advance: float
    shift: float
    rise: float


@dataclass(frozen=True, slots=True, eq=False)
class ShapedFace:
    """A font to embed, and how HarfBuzz shapes text in it.

    ``meanings`` are the characters that each glyph stands for, by its number;
    ``blanks`` the glyphs without ink that stand for a further letter of a ligature.
    """

    font: GlyphFont
    shaper: uharfbuzz.Font
    scale: float
    meanings: Mapping[int, str]
    blanks: Mapping[str, int]
    characters: frozenset[str]

    def set(self, text: str, size: float) -> tuple[str, float]:
        """Return the operators that show *text* from right to left, and its width.

        Raises:
            NotOneToOneError: a glyph of it could not be taken for its characters.
        """
        glyphs = list(_shaped(self.shaper, self.scale, text))
        for _, together in groupby(glyphs, key=lambda glyph: glyph.cluster):
            self._check(list(together))
        width = sum(glyph.advance for glyph in glyphs) * size / 1000
        shown = "".join(self._shows(glyphs, size))
        return f"/{self.font.name} {size:g} Tf {shown}", width

    def _shows(self, glyphs: Sequence[_Glyph], size: float) -> Iterator[str]:
        """Yield the operators for *glyphs*, in the order that they are seen."""
        rise = 0.0
        shown: list[str] = []
        for glyph in glyphs:
            if abs(glyph.rise - rise) > _SLIGHT:
                yield _together(shown)
                shown, rise = [], glyph.rise
                yield f"{rise * size / 1000:.2f} Ts "
            advance = self.font.advances[glyph.number]
            shown += [
                self._further(glyph),
                _moved(-glyph.shift),
                f"({literal(glyph.number)})",
                _moved(advance + glyph.shift - glyph.advance),
            ]
        yield _together(shown)
        yield "0 Ts " if rise else ""

    def _further(self, glyph: _Glyph) -> str:
        """Return the blanks for the further letters of a ligature, at its left end."""
        further = self.meanings[glyph.number][:0:-1]
        if not further:
            return ""
        blanks = "".join(literal(self.blanks[sign]) for sign in further)
        return f"{len(further) * BLANK_WIDTH}({blanks})"

    def _check(self, glyphs: Sequence[_Glyph]) -> None:
        """Check that the glyphs of one cluster stand for its characters, each once."""
        meant = "".join(self.meanings.get(one.number, "?") for one in glyphs)
        if sorted(meant) != sorted(glyphs[0].stands_for):
            raise NotOneToOneError("a glyph that stands for other characters")


def shaped_face(outlines: Outlines, name: str) -> ShapedFace:
    """Return the face of *outlines*, each of its letters tried in every position."""
    scale = 1000 / outlines.units
    shaper = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob(outlines.laid_out)))
    meanings: dict[int, str] = {}
    for sample in _samples(sorted(outlines.characters)):
        for glyph in _shaped(shaper, scale, sample):
            meanings.setdefault(glyph.number, glyph.stands_for)
    further = sorted({sign for meaning in meanings.values() for sign in meaning[1:]})
    firsts = {number: meaning[:1] for number, meaning in meanings.items()}
    font, blanks = measured(outlines, name, firsts, further)
    return ShapedFace(
        font=font,
        shaper=shaper,
        scale=scale,
        meanings=meanings,
        blanks=blanks,
        characters=frozenset(map(chr, outlines.characters)) | _UNSEEN,
    )


def _samples(characters: Sequence[int]) -> Iterator[str]:
    """Yield each character, then each pair, alone and joined to either side."""
    letters = [chr(one) for one in characters]
    close = [chr(one) for one in characters if one in _JOINED]
    for one in (*letters, *map("".join, product(close, repeat=2))):
        yield from (one, one + _JOINER, _JOINER + one, _JOINER + one + _JOINER)


def _shaped(shaper: uharfbuzz.Font, scale: float, text: str) -> Iterator[_Glyph]:
    buffer = uharfbuzz.Buffer()
    buffer.cluster_level = _BY_CHARACTER
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl"
    buffer.flags = uharfbuzz.BufferFlags.REMOVE_DEFAULT_IGNORABLES
    uharfbuzz.shape(shaper, buffer, _FEATURES)
    starts = sorted({info.cluster for info in buffer.glyph_infos})
    ends = dict(pairwise([*starts, len(text)]))
    for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        part = text[info.cluster : ends[info.cluster]]
        yield _Glyph(
            info.codepoint,
            info.cluster,
            _stands_for(part),
            place.x_advance * scale,
            place.x_offset * scale,
            place.y_offset * scale,
        )


def _stands_for(part: str) -> str:
    """Return the characters of a glyph; a bracket is turned, and so is its glyph."""
    seen = "".join(sign for sign in part if sign not in _UNSEEN)
    return _BRACKETS.get(seen, unicodedata.normalize("NFC", seen))


def _moved(by: float) -> str:
    return f"{by:.1f}" if abs(by) > _SLIGHT else ""


def _together(shown: Sequence[str]) -> str:
    return f"[{''.join(shown)}] TJ " if shown else ""
