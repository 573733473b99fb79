"""ReportLab's canvas, on which every mark must say what it is.

Whatever is drawn stands inside ``tag`` (it means something, and is read aloud) or
inside ``artifact`` (it is decoration, and is passed over); a mark outside both, or one
inside another, is an error.  So a page that can be drawn at all is a tagged page.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Self, SupportsIndex

from reportlab.lib.utils import TimeStamp
from reportlab.pdfbase.pdfdoc import PDFDictionary
from reportlab.pdfgen.canvas import Canvas

from reports.pdf.archive import (
    Attachment,
    Clip,
    FileInside,
    Listed,
    OutputIntent,
)
from reports.pdf.file import written
from reports.pdf.glyphs import GlyphFont  # noqa: TC001  # like those beside it
from reports.pdf.objects import Document, Metadata, Sheet, packed
from reports.pdf.structure import Element, StructureTree
from reports.pdf.style import Ink
from reports.pdf.typeset import Typeset

Points = Sequence[tuple[float, float]]

_PDF_1_7 = (1, 7)
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


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What the document says of itself; ``issued_at`` becomes its dates.

    ``turned`` says that it is read from right to left; ``mark`` says which report it
    is, and goes into its keywords.
    """

    title: str
    subject: str
    author: str
    lang: str
    issued_at: datetime
    turned: bool = False
    mark: str = ""


class _Closed(list[str]):
    """What a canvas draws on while neither a tag nor an artifact is open."""

    def append(self, _operator: str, /) -> None:
        raise UntaggedMarkError("drawn outside a tag and an artifact")

    def extend(self, _operators: Iterable[str], /) -> None:
        raise UntaggedMarkError("drawn outside a tag and an artifact")

    def insert(self, _index: SupportsIndex, _operator: str, /) -> None:
        raise UntaggedMarkError("drawn outside a tag and an artifact")


_CLOSED = _Closed()
_INSIDE = "a tag, a group or an artifact inside another mark"


class ReportCanvas(Canvas):
    """A canvas for one tagged report, the same bytes for the same marks.

    A document that is read from right to left is drawn as if from left to right: the
    canvas mirrors every place, sets text against the right, and turns no word.  What
    must not be mirrored, such as a number line, is drawn ``upright``.

    What ``group``, ``under``, ``tag``, ``mark`` and ``artifact`` begin is ended by the
    ``with`` that they stand in: the canvas itself, for there may be hundreds.
    """

    _doc: Document

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
        self.turned = facts.turned
        super().__init__(
            BytesIO(),
            pagesize=size,
            invariant=1,
            pageCompression=0,
            pdfVersion=_PDF_1_7,
            lang=facts.lang,
        )
        self._doc._timeStamp = _stamp(facts.issued_at)  # noqa: SLF001  # its only seam
        self.setTitle(facts.title)
        self.setSubject(facts.subject)
        self.setAuthor(facts.author)
        self.setKeywords(facts.mark)
        self.setCreator("Plainlab")
        self.setProducer("Plainlab with ReportLab")
        self._parents = [Element("Document")]
        self._tree = StructureTree(self._parents[0])
        catalog = self._doc.Catalog
        catalog.Outlines = None  # the headings of the tree are the outline
        catalog.StructTreeRoot = self._tree
        catalog.MarkInfo = PDFDictionary({"Marked": "true"})
        catalog.Metadata = Metadata(facts.lang, facts.issued_at)
        catalog.OutputIntents = OutputIntent()
        catalog.__NoDefault__ = [*catalog.__NoDefault__, "OutputIntents", "AF"]
        self._notes: list[Clip] = []
        self._inside: FileInside | None = None
        if attachment is not None:
            self._inside = FileInside(attachment, facts.issued_at)
            catalog.Names = Listed(self._inside, by_name=True)
            catalog.AF = Listed(self._inside, by_name=False)
        self.setViewerPreference("DisplayDocTitle", "true")
        if facts.turned:
            self.setViewerPreference("Direction", "R2L")

    def _restartAccumulators(self) -> None:  # noqa: N802  # ReportLab's name
        super()._restartAccumulators()  # type: ignore[misc]
        self._marks = []
        self._code: list[str] = _CLOSED

    def _make_preamble(self) -> None:
        # ReportLab would select Helvetica here, which no report embeds.
        self._preamble = ""

    def group(self, role: str, attributes: bytes = b"") -> Self:
        """Gather what is drawn inside under an element that holds no mark itself."""
        return self.under(self.child(role, attributes))

    def under(self, element: Element) -> Self:
        """Put what is drawn inside under *element*, perhaps of an earlier page."""
        if self._code is not _CLOSED:
            raise UntaggedMarkError(_INSIDE)
        self._parents.append(element)
        return self

    def tag(self, role: str, *, alt: str = "", attributes: bytes = b"") -> Self:
        """Make what is drawn inside one element of *role*."""
        return self.mark(Element(role, self._parents[-1], alt, attributes))

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

    def __exit__(self, *_error: object) -> None:
        """End the mark that is open, else the innermost group."""
        if self._code is _CLOSED:
            self._parents.pop()
            return
        self._code.append("EMC")
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

    def child(self, role: str, attributes: bytes = b"") -> Element:
        """Return a new element at the present place, to be filled piece by piece."""
        return Element(role, self._parents[-1], attributes=attributes)

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
        (x, y), *others = [(self._mirrored(x), y) for x, y in points]
        path = " ".join([f"{x:.2f} {y:.2f} l" for x, y in others])
        self._code.append(f"{x:.2f} {y:.2f} m {path} {paint}")

    def block(self, left: float, bottom: float, width: float, height: float) -> None:
        """Fill the rectangle."""
        left = self._mirrored(left + width) if self.turned else left
        self._code.append(f"{left:.2f} {bottom:.2f} {width:.2f} {height:.2f} re f")

    def strokes(self, lines: Iterable[Points]) -> None:
        """Draw each of *lines* through its points."""
        paths = [
            " ".join(
                f"{self._mirrored(x):.2f} {y:.2f} {'l' if number else 'm'}"
                for number, (x, y) in enumerate(points)
            )
            for points in lines
        ]
        self._code.append(" ".join([*paths, "S"]))

    def dotted(self, lines: Iterable[Points]) -> None:
        """Draw each of *lines* through its points, as dots; later ones are whole."""
        self._code.append("[0.8 2.4] 0 d")
        self.strokes(lines)
        self._code.append("[] 0 d")

    def curved(self, path: str, place: tuple[float, float], paint: str) -> None:
        """Draw a *path* made around the origin, one of ``disc`` or ``rounded``.

        *paint* is ``f`` to fill it, ``S`` to outline it, ``B`` for both.
        """
        x, y = place
        way = -1 if self.turned else 1
        self._code.append(
            f"q {way} 0 0 1 {self._mirrored(x):.2f} {y:.2f} cm {path} {paint} Q"
        )

    def text(self, words: Typeset, left: float, baseline: float) -> None:
        """Set *words*, the first line from *left* on *baseline*, in points."""
        if not words.shown:
            return
        self._faces.update({font.name: font for font in words.fonts})
        edge = self._mirrored(left)
        if words.mixed or self.turned:
            self._line_by_line(words, edge, baseline)
        else:
            self._code.append(
                f"{words.start} {edge:.2f} {baseline:.2f} Td {words.shown} ET"
            )
        place = -edge if self.turned else edge  # the right edge of a turned text
        self._set.append((len(self._tree.pages) - 1, place, baseline, words))

    def _line_by_line(self, words: Typeset, edge: float, baseline: float) -> None:
        """Set each line at its own place, for those that end at the same edge."""
        for shown, width in zip(words.each, words.widths, strict=True):
            left = edge - width if self.turned else edge
            self._code.append(
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
            note = Clip(self._inside, (left, bottom, right, top))
            self._notes.append(note)
            self._tree.note(element, note)

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
        number = len(self._tree.pages) - 1
        sheet = Sheet(marks, self._paper, number)
        sheet.notes += self._notes
        self._notes = []
        self._doc.addPage(sheet)
        self._tree.pages.append([])
        super()._startPage()  # type: ignore[misc]  # not in the published types

    def finished(self) -> bytes:
        """Return the document, of which every page has been closed."""
        self._tree.pages.pop()
        for font in self._faces.values():
            font.embed(self._doc)
        return written(self._doc, self._tree.numbered(self._doc))


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


def _stamp(issued_at: datetime) -> TimeStamp:
    stamp = TimeStamp(invariant=1)
    moment = issued_at.astimezone(UTC)
    stamp.t, stamp.lt = moment.timestamp(), moment.utctimetuple()
    stamp.YMDhms = tuple(stamp.lt)[:6]
    return stamp
