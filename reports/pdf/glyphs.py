"""One font as the PDF holds it: cut once, never changed, shared by all threads.

ReportLab's own TrueType font keeps a reading position and is cut anew for every
document; threads that share one disturb each other.  This one is a few bytes objects.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

from fontTools import subset
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable
from fontTools.ttLib.tables._g_l_y_f import Glyph
from fontTools.varLib import instancer

from reports.pdf.file import File, packed_once, stream

_NEVER_NEEDED = ["STAT", "DSIG", "gasp", "MVAR", "meta"]
_LAYOUT = ["GPOS", "GSUB", "GDEF", "kern"]
_DROPPED = [*_LAYOUT, *_NEVER_NEEDED]
_NOT_EMBEDDED = ["cmap", "name", "OS/2", "post"]  # a PDF asks for glyphs by number
_CMAP_HEAD = (
    "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
    "/CIDSystemInfo <</Registry(Adobe)/Ordering(UCS)/Supplement 0>> def\n"
    "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
)
_CMAP_TAIL = "endcmap CMapName currentdict /CMap defineresource pop end end"
_ESCAPES = str.maketrans({"\\": "\\\\", "(": "\\(", ")": "\\)", "\r": "\\r"})
BLANK_WIDTH = 10
"""The width of a glyph without ink, in thousandths of the size."""

_ONE_BYTE = 0x100  # the most glyphs that one byte tells apart
_SYMBOLS = 0xF000  # from here on a symbolic TrueType font has its glyphs by number
_CMAP_BLOCK = 100  # the most entries that one block of a CMap may hold


@dataclass(frozen=True, slots=True, eq=False)
class GlyphFont:
    """A TrueType font, cut to fixed characters, in the form that a PDF embeds.

    ``widths`` are in thousandths of the size, by character; ``codes`` turn a text
    into the bytes for each glyph of a ``Tj``: one where it is ``simple``, else two.
    The rest is ready to write.
    """

    name: str
    widths: Mapping[str, float]
    codes: Mapping[int, str]
    program: bytes
    program_length: int
    to_unicode: bytes
    glyph_widths: bytes
    descriptor: bytes
    advances: tuple[float, ...] = ()
    simple: bool = False

    def width(self, text: str, size: float) -> float:
        """Return how wide *text* is at *size*, in points."""
        return sum(map(self.widths.__getitem__, text)) * size / 1000

    def encode(self, text: str) -> str:
        """Return *text* as the string, a character for each byte, that shows it."""
        return f"({text.translate(self.codes)})"

    def embed(self, file: File) -> int:
        """Put the font into *file*; return the number of its dictionary."""
        base = b"/BaseFont/AAAAAA+" + self.name.encode()
        length = b"/Length1 %d" % self.program_length
        program = file.add_common(stream(self.program, length))
        unicode = file.add_common(stream(self.to_unicode))
        descriptor = file.add(b"%s/FontFile2 %d 0 R>>" % (self.descriptor, program))
        if self.simple:
            return file.add(
                b"<</Type/Font/Subtype/TrueType%s/FirstChar 0/LastChar %d/Widths%s"
                b"/FontDescriptor %d 0 R/ToUnicode %d 0 R>>"
                % (base, len(self.advances) - 1, self.glyph_widths, descriptor, unicode)
            )
        descendant = file.add(
            b"<</Type/Font/Subtype/CIDFontType2%s/CIDSystemInfo"
            b"<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
            b"/FontDescriptor %d 0 R/DW 0/CIDToGIDMap/Identity/W[0%s]>>"
            % (base, descriptor, self.glyph_widths)
        )
        return file.add(
            b"<</Type/Font/Subtype/Type0%s/Encoding/Identity-H"
            b"/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>" % (base, descendant, unicode)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Outlines:
    """A font cut to *characters* that still knows how they are laid out.

    ``laid_out`` and ``bare`` are the whole file with and without the layout tables,
    their glyphs numbered alike; ``units`` is the size of its em square, ``count`` how
    many glyphs it has.
    """

    laid_out: bytes
    bare: bytes
    units: int
    characters: Collection[int]
    count: int


def cut_with_layout(
    font: TTFont, characters: Collection[str], *, weight: int, features: Sequence[str]
) -> Outlines:
    """Return *font* cut to *characters* and to the forms that *features* give them."""
    _keep_only(font, characters, features=features, dropped=_NEVER_NEEDED)
    _at_weight(font, weight)
    laid_out = _saved(font)
    for tag in _LAYOUT:
        if tag in font:
            del font[tag]
    return Outlines(
        laid_out=laid_out,
        bare=_saved(font),
        units=font["head"].unitsPerEm,
        characters=tuple(font.getBestCmap()),
        count=len(font.getGlyphOrder()),
    )


def measured(
    outlines: Outlines, name: str, meanings: Mapping[int, str], blanks: Sequence[str]
) -> tuple[GlyphFont, Mapping[str, int]]:
    """Return the font to embed, and the numbers of its blank glyphs.

    *meanings* are the characters of each glyph; each of *blanks* gets a glyph that has
    no ink and stands for it.
    """
    font = TTFont(BytesIO(outlines.bare), recalcTimestamp=False)
    order = list(font.getGlyphOrder())
    numbers = {sign: len(order) + index for index, sign in enumerate(blanks)}
    for sign in blanks:
        font["glyf"][f"blank{ord(sign):04X}"] = Glyph()
        font["hmtx"].metrics[f"blank{ord(sign):04X}"] = (_blank(font), 0)
    font.setGlyphOrder(order + [f"blank{ord(sign):04X}" for sign in blanks])
    known = {**meanings, **{number: sign for sign, number in numbers.items()}}
    for glyph in set(order) - _reached(font, [order[number] for number in meanings]):
        font["glyf"][glyph] = Glyph()
    return _measured(font, name, known), numbers


def _reached(font: TTFont, glyphs: Sequence[str]) -> set[str]:
    """Return *glyphs*, what they are composed of, and the sign for none."""
    found, left = set[str](), [".notdef", *glyphs]
    while left:
        glyph = left.pop()
        if glyph not in found:
            found.add(glyph)
            left += font["glyf"][glyph].getComponentNames(font["glyf"])
    return found


def _blank(font: TTFont) -> int:
    units: int = font["head"].unitsPerEm
    return round(BLANK_WIDTH * units / 1000)


def cut(
    font: TTFont, name: str, characters: Collection[str], *, weight: int
) -> GlyphFont:
    """Return *font* cut to *characters*; a variable font at *weight* first.

    The bytes depend on nothing but the arguments, so that a report drawn again is
    the same report.
    """
    _keep_only(font, characters)
    _at_weight(font, weight)
    simple = len(font.getGlyphOrder()) <= _ONE_BYTE
    return _measured(font, name, {}, simple=simple)


def _at_weight(font: TTFont, weight: int) -> None:
    if "fvar" in font:
        axes = {axis.axisTag for axis in font["fvar"].axes}
        at = {axis: weight if axis == "wght" else None for axis in sorted(axes)}
        instancer.instantiateVariableFont(font, at, inplace=True)


def _saved(font: TTFont) -> bytes:
    data = BytesIO()
    font.save(data)
    return data.getvalue()


def _bare(data: bytes, *, by_number: bool) -> bytes:
    """Return the font of *data* with the tables alone that a PDF looks into.

    *by_number* gives it its glyphs by number, as a symbolic font has them.
    """
    font = TTFont(BytesIO(data), recalcTimestamp=False)
    order = font.getGlyphOrder()
    for tag in _NOT_EMBEDDED:
        del font[tag]
    if by_number:
        table = CmapSubtable.newSubtable(4)
        table.platformID, table.platEncID, table.language = 3, 0, 0
        table.cmap = {_SYMBOLS + number: glyph for number, glyph in enumerate(order)}
        font["cmap"] = newTable("cmap")
        font["cmap"].tableVersion, font["cmap"].tables = 0, [table]
    return _saved(font)


def _keep_only(
    font: TTFont,
    characters: Collection[str],
    *,
    features: Sequence[str] = (),
    dropped: Sequence[str] = _DROPPED,
) -> None:
    options = subset.Options(
        hinting=False,
        layout_features=list(features),
        name_IDs=[],
        notdef_outline=True,
        glyph_names=False,
    )
    options.drop_tables += dropped
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=sorted(map(ord, characters)))
    subsetter.subset(font)


def _measured(
    cut_font: TTFont, name: str, meanings: Mapping[int, str], *, simple: bool = False
) -> GlyphFont:
    data = _saved(cut_font)
    font = TTFont(BytesIO(data))
    program = _bare(data, by_number=simple)
    scale = 1000 / font["head"].unitsPerEm
    order = font.getGlyphOrder()
    numbers = {glyph: number for number, glyph in enumerate(order)}
    cmap = font.getBestCmap()
    advances = font["hmtx"].metrics
    every = " ".join(str(round(advances[glyph][0] * scale)) for glyph in order)
    plain = {numbers[glyph]: chr(code) for code, glyph in cmap.items()}
    size = 1 if simple else 2
    return GlyphFont(
        name=name,
        widths={chr(code): advances[glyph][0] * scale for code, glyph in cmap.items()},
        codes={code: literal(numbers[glyph], size) for code, glyph in cmap.items()},
        program=packed_once(program),
        program_length=len(program),
        to_unicode=_to_unicode({**plain, **meanings}, size),
        glyph_widths=f"[{every}]".encode(),
        descriptor=_descriptor(font, name, scale),
        advances=tuple(advances[glyph][0] * scale for glyph in order),
        simple=simple,
    )


def literal(glyph: int, size: int = 2) -> str:
    """Return the *size* bytes of a glyph number as they stand in a PDF string."""
    return glyph.to_bytes(size, "big").decode("latin-1").translate(_ESCAPES)


def _to_unicode(characters: Mapping[int, str], size: int) -> bytes:
    lines = [
        f"<{glyph:0{2 * size}X}> <{text.encode('utf-16-be').hex()}>"
        for glyph, text in sorted(characters.items())
    ]
    codes = f"<{'00' * size}> <{'FF' * size}>"
    space = f"1 begincodespacerange {codes} endcodespacerange\n"
    blocks = "".join(map(_cmap_block, _blocks(lines)))
    return packed_once(f"{_CMAP_HEAD}{space}{blocks}{_CMAP_TAIL}".encode())


def _blocks(lines: Sequence[str]) -> list[Sequence[str]]:
    starts = range(0, len(lines), _CMAP_BLOCK)
    return [lines[start : start + _CMAP_BLOCK] for start in starts]


def _cmap_block(lines: Sequence[str]) -> str:
    return f"{len(lines)} beginbfchar\n" + "\n".join(lines) + "\nendbfchar\n"


def _descriptor(font: TTFont, name: str, scale: float) -> bytes:
    head, hhea = font["head"], font["hhea"]
    corners = (head.xMin, head.yMin, head.xMax, head.yMax)
    box = " ".join(str(round(value * scale)) for value in corners)
    return (
        f"<</Type/FontDescriptor/FontName/AAAAAA+{name}/Flags 4/FontBBox[{box}]"
        f"/ItalicAngle 0/Ascent {round(hhea.ascent * scale)}"
        f"/Descent {round(hhea.descent * scale)}"
        f"/CapHeight {round(font['OS/2'].sCapHeight * scale)}/StemV 80"
    ).encode()
