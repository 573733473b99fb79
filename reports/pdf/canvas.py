"""ReportLab's canvas, on which every mark must say what it is.

Whatever is drawn stands inside ``tag`` (it means something, and is read aloud) or
inside ``artifact`` (it is decoration, and is passed over); a mark outside both, or one
inside another, is an error.  So a page that can be drawn at all is a tagged page.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Self, SupportsIndex, TypeAlias

from reportlab.pdfgen.canvas import Canvas

from reports.pdf.archive import Attachment, FileInside
from reports.pdf.document import DocumentFacts, catalog, information
from reports.pdf.file import File, packed, stream
from reports.pdf.glyphs import GlyphFont  # noqa: TC001  # like those beside it
from reports.pdf.structure import Element, Kind, StructureTree
from reports.pdf.style import Ink
from reports.pdf.typeset import Typeset

Points = Sequence[tuple[float, float]]
TextAt: TypeAlias = tuple[Typeset, float, float]
"""A text, where it begins from the left, and its first baseline."""

_ASCENT, _DESCENT = 0.76, 0.24  # of the size: the ink of letters, accents left out


class UntaggedMarkError(RuntimeError):
    """Something was drawn outside a tag and an artifact, or one inside another."""


@dataclass(frozen=True, slots=True)
class TextBox:
    """Where a line of text was set: sheet from 0, corners in points, the text."""

    sheet: int
    left: float
    bottom: float
    right: float
    top: float
    text: str


class _Closed(list[str]):
    """What a canvas draws on while neither a tag nor an artifact is open."""

    def append(self, _operator: str, /) -> None:
        raise UntaggedMarkError("drawn outside a tag and an artifact")

    def extend(self, _operators: Iterable[str], /) -> None:
        raise UntaggedMarkError("drawn outside a tag and an artifact")

    def insert(self, _index: SupportsIndex, _operator: str, /) -> None:
        raise UntaggedMarkError("drawn outside a tag and an artifact")


_CLOSED = _Closed()
_END = "EMC"  # of a mark
_INSIDE = "a tag, a group or an artifact inside another mark"


class ReportCanvas(Canvas):
    """A canvas for one tagged report, the same bytes for the same marks.

    A document that is read from right to left is drawn as if from left to right: the
    canvas mirrors every place, sets text against the right, and turns no word.  What
    must not be mirrored, such as a number line, is drawn ``upright``.

    What ``group``, ``under``, ``tag``, ``mark`` and ``artifact`` begin is ended by the
    ``with`` that they stand in: the canvas itself, for there may be hundreds.
    """

    def __init__(
        self,
        facts: DocumentFacts,
        size: tuple[float, float],
        attachment: Attachment | None = None,
    ) -> None:
        """Open an empty document of pages of *size*, in points."""
        self._marks: list[str] = []
        self._paper = size
        self._set: list[tuple[int, float, float, Typeset]] = []
        self._faces: dict[str, GlyphFont] = {}
        self.shared: dict[object, Element] = {}
        """The elements of several sheets, by what stands for them in the blocks."""
        self._facts = facts
        self.turned = facts.turned
        super().__init__(BytesIO(), pagesize=size, invariant=1, pageCompression=0)
        self._file = File()
        self._pages, self._fonts = self._file.number(), self._file.number()
        self._tree = StructureTree(self._file)
        self._parents = [self._tree.top]
        self._sheets: list[int] = []
        self._notes: list[int] = []
        self._inside: FileInside | None = None
        if attachment is not None:
            self._inside = FileInside(attachment, facts.issued_at, self._file)

    def _restartAccumulators(self) -> None:  # noqa: N802  # ReportLab's name
        super()._restartAccumulators()  # type: ignore[misc]
        self._marks = []
        self._code: list[str] = _CLOSED

    def _make_preamble(self) -> None:
        # ReportLab would select Helvetica here, which no report embeds.
        self._preamble = ""

    def group(self, role: str, facts: str = "") -> Self:
        """Gather what is drawn inside under an element that holds no mark itself."""
        return self.under(self.child(role, facts))

    def under(self, element: Element) -> Self:
        """Put what is drawn inside under *element*, perhaps of an earlier page."""
        if self._code is not _CLOSED:
            raise UntaggedMarkError(_INSIDE)
        self._parents.append(element)
        return self

    def tag(self, role: str, *, alt: str = "", attributes: str = "") -> Self:
        """Make what is drawn inside one element of *role*."""
        return self.mark(self._tree.add(role, self._parents[-1], alt, attributes))

    def mark(self, element: Element) -> Self:
        """Add what is drawn inside to *element*, perhaps of an earlier page."""
        number = self._tree.mark(element)
        return self._begin_mark(f"/{element.role} <</MCID {number}>> BDC")

    def artifact(self, kind: str = "Layout") -> Self:
        """Leave what is drawn inside out of the reading order."""
        return self._begin_mark(f"/Artifact <</Type/{kind}>> BDC")

    def _begin_mark(self, operator: str) -> Self:
        if self._code is not _CLOSED:
            raise UntaggedMarkError(_INSIDE)
        self._code = self._marks
        self._code.append(operator)
        return self

    def __enter__(self) -> None:
        """Begin nothing: what came before ``with`` has begun."""

    def __exit__(self, _type: object, _error: object, _trace: object) -> None:
        """End the mark that is open, else the innermost group."""
        if self._code is _CLOSED:
            self._parents.pop()
            return
        self._code.append(_END)
        self._code = _CLOSED

    @contextmanager
    def upright(self, left: float, width: float) -> Iterator[float]:
        """Draw what is *width* wide without mirroring it; yield where its left is."""
        turned = self.turned
        self.turned = False
        try:
            yield self._paper[0] - left - width if turned else left
        finally:
            self.turned = turned

    def _mirrored(self, x: float) -> float:
        return self._paper[0] - x if self.turned else x

    def child(self, role: str, facts: str = "") -> Element:
        """Return a new element at the present place, to be filled piece by piece."""
        return self._tree.child((role, facts), self._parents[-1])

    def fill_with(self, ink: Ink) -> None:
        """Fill shapes with *ink* from here on."""
        self._code.append(ink.fill)

    def stroke_with(self, ink: Ink, width: float) -> None:
        """Draw lines in *ink*, *width* points wide, from here on."""
        self._code.append(f"{ink.stroke} {width:.2f} w")

    def shape(self, points: Points, paint: str) -> None:
        """Draw the closed shape with corners at *points*.

        *paint* is ``f`` to fill it, ``s`` to outline it, ``b`` for both.
        """
        self._code.append(f"{self._path(points)} {paint}")

    def _path(self, points: Points) -> str:
        """Return the way through *points*, mirrored where the page is."""
        if self.turned:
            points = [(self._mirrored(x), y) for x, y in points]
        (x, y), *others = points
        steps = [f"{x:.2f} {y:.2f} m", *[f"{x:.2f} {y:.2f} l" for x, y in others]]
        return " ".join(steps)

    def block(self, left: float, bottom: float, width: float, height: float) -> None:
        """Fill the rectangle."""
        left = self._mirrored(left + width) if self.turned else left
        self._code.append(f"{left:.2f} {bottom:.2f} {width:.2f} {height:.2f} re f")

    def level(self, left: float, right: float, y: float) -> None:
        """Draw a level line from *left* to *right*."""
        if self.turned:
            left, right = self._mirrored(left), self._mirrored(right)
        self._code.append(f"{left:.2f} {y:.2f} m {right:.2f} {y:.2f} l S")

    def strokes(self, lines: Iterable[Points]) -> None:
        """Draw each of *lines* through its points."""
        self._code.append(" ".join([*map(self._path, lines), "S"]))

    def curved(self, path: str, place: tuple[float, float], paint: str) -> None:
        """Draw a *path* made around the origin, one of ``reports.pdf.shapes``.

        *paint* is ``f`` to fill it, ``S`` to outline it, ``B`` for both.
        """
        x, y = place
        way = -1 if self.turned else 1
        self._code.append(
            f"q {way} 0 0 1 {self._mirrored(x):.2f} {y:.2f} cm {path} {paint} Q"
        )

    def dotted(self, path: str, place: tuple[float, float]) -> None:
        """Draw a *path* made around the origin as dots; later ones are whole."""
        self._code.append("[0.8 2.4] 0 d")
        self.curved(path, place, "S")
        self._code.append("[] 0 d")

    def text(self, words: Typeset, left: float, baseline: float) -> None:
        """Set *words*, the first line from *left* on *baseline*, in points."""
        if words.shown:
            self._code.append(self._at(words, left, baseline))

    def paragraph(
        self, kind: Kind, words: Typeset, left: float, baseline: float
    ) -> None:
        """Set *words*, as ``text`` does, as an element of a *kind* by itself.

        Most of a page is set so: what ``tag`` and ``text`` would do is done in one go.
        """
        if self._code is not _CLOSED:
            raise UntaggedMarkError(_INSIDE)
        number = self._tree.leaf(kind, self._parents[-1])
        begin = f"/{kind[0]} <</MCID {number}>> BDC"
        shown = (self._at(words, left, baseline),) if words.shown else ()
        self._marks += (begin, *shown, _END)

    def family(self, role: str, kinds: Sequence[Kind], lines: Iterable[TextAt]) -> None:
        """Set *lines* as an element of each of *kinds*, all of them under one."""
        if self._code is not _CLOSED:
            raise UntaggedMarkError(_INSIDE)
        number = self._tree.family(role, self._parents[-1], kinds)
        for (kind, _), (words, left, baseline) in zip(kinds, lines, strict=True):
            self._marks.append(f"/{kind} <</MCID {number}>> BDC")
            if words.shown:
                self._marks.append(self._at(words, left, baseline))
            self._marks.append(_END)
            number += 1

    def _at(self, words: Typeset, left: float, baseline: float) -> str:
        """Return the operators that set *words* there."""
        self._faces.update(words.faces)
        if words.mixed or self.turned:
            return "\n".join(self._line_by_line(words, left, baseline))
        self._set.append((len(self._sheets), left, baseline, words))
        return f"{words.start} {left:.2f} {baseline:.2f} Td {words.shown} ET"

    def _line_by_line(
        self, words: Typeset, left: float, baseline: float
    ) -> Iterator[str]:
        """Yield each line set at its own place, for those that end at the same edge."""
        edge = self._mirrored(left) if self.turned else left
        place = -edge if self.turned else edge  # the right edge of a turned text
        self._set.append((len(self._sheets), place, baseline, words))
        for shown, width in zip(words.each, words.widths, strict=True):
            left = edge - width if self.turned else edge
            yield (
                f"{words.style.colour.fill} BT 1 0 0 1 {left:.2f} {baseline:.2f} Tm"
                f" {shown} ET"
            )
            baseline -= words.style.lead

    def clip(self, element: Element, box: tuple[float, float, float, float]) -> None:
        """Make *box*, the place of *element*, open the attached file, if there is one.

        The box is left, bottom, right, top in points.
        """
        if self._inside is not None:
            left, bottom, right, top = box
            if self.turned:
                left, right = self._mirrored(right), self._mirrored(left)
            number = self._file.number()
            key = self._tree.note(element, number)
            self._inside.sign(self._file, number, key, (left, bottom, right, top))
            self._notes.append(number)

    def watermark(self, words: Typeset) -> None:
        """Set *words* around the origin, at no place that counts as text."""
        with self.upright(0, 0):
            self.text(words, -words.width / 2, -words.style.size / 3)
        self._set.pop()

    @property
    def boxes(self) -> list[TextBox]:
        """Where each line of text was set."""
        return [box for one in self._set for box in _boxes(*one)]

    def showPage(self) -> None:  # noqa: N802  # ReportLab's name
        """Close the page."""
        marks = packed("\n".join(self._marks).encode("latin-1"))
        content = self._file.add(stream(marks))
        sheet, key = self._tree.closed()
        width, height = self._paper
        notes = " ".join([f"{number} 0 R" for number in self._notes])
        page = (
            f"<</Type/Page/Parent {self._pages} 0 R"
            f"/MediaBox[0 0 {width:.4f} {height:.4f}]"
            f"/Resources<</Font {self._fonts} 0 R>>/Contents {content} 0 R"
            f"/StructParents {key}/Tabs/S{f'/Annots[{notes}]' if notes else ''}>>"
        )
        self._file.put(sheet, page.encode())
        self._sheets.append(sheet)
        self._notes = []
        super()._startPage()  # type: ignore[misc]  # not in the published types

    def finished(self) -> bytes:
        """Return the document, of which every page has been closed."""
        file = self._file
        fonts = [f"/{n} {font.embed(file)} 0 R" for n, font in self._faces.items()]
        file.put(self._fonts, f"<<{''.join(fonts)}>>".encode())
        kids = " ".join([f"{number} 0 R" for number in self._sheets])
        pages = f"<</Type/Pages/Count {len(self._sheets)}/Kids[{kids}]>>"
        file.put(self._pages, pages.encode())
        self._tree.write()
        top = catalog(
            self._facts,
            file,
            pages=self._pages,
            tree=self._tree.root,
            inside=self._inside.listed() if self._inside else "",
        )
        return file.closed(file.add(top), file.add(information(self._facts)))


def _boxes(
    sheet: int, place: float, baseline: float, words: Typeset
) -> Iterator[TextBox]:
    size = words.style.size
    for line, width in zip(words.lines, words.widths, strict=True):
        left = place if place >= 0 else -place - width
        right = left + width
        bottom, top = baseline - _DESCENT * size, baseline + _ASCENT * size
        yield TextBox(sheet, left, bottom, right, top, line)
        baseline -= words.style.lead
