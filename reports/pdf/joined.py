"""Faces of scripts whose letters join from left to right, as Indian ones do.

A glyph may stand for several letters, or before the letter that it is read after.  So
what is shown carries its own text (``ActualText``), which is what a reader takes out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import uharfbuzz

from reports.pdf.file import string
from reports.pdf.glyphs import GlyphFont, Outlines, literal, measured

_UNSEEN = frozenset("\u200c\u200d")
_MISSING = 0  # the number of the glyph for what a face has not
_NO_LETTER = "\ufffd"  # what a glyph stands for that is no letter alone
_SLIGHT = 0.5  # thousandths of the size: less cannot be seen


class BrokenTextError(ValueError):
    """A text that the face has no glyphs for."""


@dataclass(frozen=True, slots=True, eq=False)
class JoinedFace:
    """A font to embed, and how HarfBuzz shapes text in it from left to right."""

    font: GlyphFont
    shaper: uharfbuzz.Font
    scale: float
    characters: frozenset[str]

    def set(self, text: str, size: float) -> tuple[str, float]:
        """Return the operators that show *text*, and its width in points.

        Raises:
            BrokenTextError: the face has no glyphs for it.
        """
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.direction = "ltr"
        buffer.flags = uharfbuzz.BufferFlags.REMOVE_DEFAULT_IGNORABLES
        uharfbuzz.shape(self.shaper, buffer)
        if any(info.codepoint == _MISSING for info in buffer.glyph_infos):
            raise BrokenTextError("a text without glyphs")
        advances = (place.x_advance for place in buffer.glyph_positions)
        width = sum(advances) * self.scale * size / 1000
        shown = "".join(self._shows(buffer, size))
        told = f"/Span <</ActualText {string(text)}>> BDC"
        return f"/{self.font.name} {size:g} Tf {told} {shown}EMC ", width

    def _shows(self, buffer: uharfbuzz.Buffer, size: float) -> Iterator[str]:
        """Yield the operators for the glyphs, each moved to its place and back."""
        rise = 0.0
        pairs = zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
        for info, place in pairs:
            shift, height = place.x_offset * self.scale, place.y_offset * self.scale
            if abs(height - rise) > _SLIGHT:
                rise = height
                yield f"{rise * size / 1000:.2f} Ts "
            back = self.font.advances[info.codepoint] + shift
            back -= place.x_advance * self.scale
            yield f"[{_moved(-shift)}({literal(info.codepoint)}){_moved(back)}] TJ "
        yield "0 Ts " if rise else ""


def joined_face(outlines: Outlines, name: str) -> JoinedFace:
    """Return the face of *outlines*."""
    shaper = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob(outlines.laid_out)))
    letters = {
        shaper.get_nominal_glyph(code): chr(code) for code in outlines.characters
    }
    meanings = {**dict.fromkeys(range(1, outlines.count), _NO_LETTER), **letters}
    font, _ = measured(outlines, name, meanings, ())
    return JoinedFace(
        font=font,
        shaper=shaper,
        scale=1000 / outlines.units,
        characters=frozenset(map(chr, outlines.characters)) | _UNSEEN,
    )


def _moved(by: float) -> str:
    return f"{by:.1f}" if abs(by) > _SLIGHT else ""
