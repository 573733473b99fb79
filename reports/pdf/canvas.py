"""ReportLab's canvas, on which every mark must say what it is.

Whatever is drawn stands inside ``tag`` (it means something, and is read aloud) or
inside ``artifact`` (it is decoration, and is passed over); a mark outside both, or one
inside another, is an error.  So a page that can be drawn at all is a tagged page.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from typing import SupportsIndex

from reportlab.lib.colors import Color
from reportlab.lib.utils import TimeStamp
from reportlab.pdfbase.pdfdoc import PDFDictionary
from reportlab.pdfgen.canvas import Canvas

from reports.pdf.glyphs import GlyphFont
from reports.pdf.objects import Document, Metadata, Stream, compressed
from reports.pdf.structure import Element, StructureTree

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
    """What the document says of itself; ``issued_at`` becomes its dates."""

    title: str
    subject: str
    author: str
    lang: str
    issued_at: datetime


class _Marks(list[str]):
    """The operators of a page, which take a mark only while something is open."""

    open = False

    def append(self, operator: str, /) -> None:
        if not self.open:
            raise UntaggedMarkError("drawn outside a tag and an artifact")
        super().append(operator)

    def insert(self, _index: SupportsIndex, _operator: str, /) -> None:
        raise UntaggedMarkError("marks are only added at the end")

    def begin(self, operator: str) -> None:
        if self.open:
            raise UntaggedMarkError("a tag or an artifact inside another")
        self.open = True
        super().append(operator)

    def end(self) -> None:
        super().append("EMC")
        self.open = False


class ReportCanvas(Canvas):
    """A canvas for one tagged report, the same bytes for the same marks."""

    _doc: Document

    def __init__(self, facts: DocumentFacts, size: tuple[float, float]) -> None:
        """Open an empty document of pages of *size*, in points."""
        self.boxes: list[TextBox] = []
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
        self.setCreator("Plainlab")
        self.setProducer("Plainlab with ReportLab")
        self._parents = [Element("Document")]
        self._tree = StructureTree(self._parents[0])
        catalog = self._doc.Catalog
        catalog.StructTreeRoot = self._tree
        catalog.MarkInfo = PDFDictionary({"Marked": "true"})
        catalog.Metadata = Metadata(facts.lang, facts.issued_at)
        self.setViewerPreference("DisplayDocTitle", "true")

    def _restartAccumulators(self) -> None:  # noqa: N802  # ReportLab's name
        super()._restartAccumulators()  # type: ignore[misc]
        self._code = _Marks()

    def _make_preamble(self) -> None:
        # ReportLab would select Helvetica here, which no report embeds.
        self._preamble = "1 0 0 1 0 0 cm"

    @contextmanager
    def group(self, role: str, attributes: bytes = b"") -> Iterator[Element]:
        """Gather what is drawn inside under an element that holds no mark itself."""
        element = Element(role, self._parents[-1], attributes=attributes)
        with self.under(element):
            yield element

    @contextmanager
    def under(self, element: Element) -> Iterator[None]:
        """Put what is drawn inside under *element*, perhaps of an earlier page."""
        self._parents.append(element)
        yield
        self._parents.pop()

    @contextmanager
    def tag(
        self, role: str, *, alt: str = "", attributes: bytes = b""
    ) -> Iterator[None]:
        """Make what is drawn inside one element of *role*."""
        element = Element(role, self._parents[-1], alt, attributes)
        with self.mark(element):
            yield

    @contextmanager
    def mark(self, element: Element) -> Iterator[None]:
        """Add what is drawn inside to *element*, perhaps of an earlier page."""
        self._code.begin(f"/{element.role} <</MCID {self._tree.mark(element)}>> BDC")
        yield
        self._code.end()

    @contextmanager
    def artifact(self, kind: str = "Layout") -> Iterator[None]:
        """Leave what is drawn inside out of the reading order."""
        self._code.begin(f"/Artifact <</Type/{kind}>> BDC")
        yield
        self._code.end()

    def child(self, role: str, attributes: bytes = b"") -> Element:
        """Return a new element at the present place, to be filled piece by piece."""
        return Element(role, self._parents[-1], attributes=attributes)

    def fill_with(self, colour: Color) -> None:
        """Fill shapes and letters with *colour* from here on."""
        self.addLiteral(f"{_numbers(colour)} rg")

    def stroke_with(self, colour: Color, width: float) -> None:
        """Draw lines in *colour*, *width* points wide, from here on."""
        self.addLiteral(f"{_numbers(colour)} RG {width:.2f} w")

    def shape(self, points: Points, paint: str) -> None:
        """Draw the closed shape with corners at *points*.

        *paint* is ``f`` to fill it, ``s`` to outline it, ``b`` for both.
        """
        (x, y), *others = points
        path = " ".join([f"{x:.2f} {y:.2f} l" for x, y in others])
        self.addLiteral(f"{x:.2f} {y:.2f} m {path} {paint}")

    def block(self, left: float, bottom: float, width: float, height: float) -> None:
        """Fill the rectangle."""
        self.addLiteral(f"{left:.2f} {bottom:.2f} {width:.2f} {height:.2f} re f")

    def strokes(self, lines: Iterable[Points]) -> None:
        """Draw each of *lines* through its points."""
        for (x, y), *others in lines:
            path = " ".join([f"{x:.2f} {y:.2f} l" for x, y in others])
            self.addLiteral(f"{x:.2f} {y:.2f} m {path} S")

    def text(
        self, place: tuple[float, float], text: str, font: GlyphFont, size: float
    ) -> None:
        """Set *text*, normalised, from *place* on: left end and baseline, in points."""
        left, baseline = place
        self.addLiteral(
            f"BT {font.add_to(self._doc)} {size:g} Tf {left:.2f} {baseline:.2f} Td "
            f"{font.encode(text)} Tj ET"
        )
        right = left + font.width(text.rstrip(), size)
        bottom, top = baseline - _DESCENT * size, baseline + _ASCENT * size
        sheet = self.getPageNumber() - 1
        self.boxes.append(TextBox(sheet, left, bottom, right, top, text))

    def watermark(self, text: str, font: GlyphFont, size: float) -> None:
        """Set *text* around the origin, at no place that counts as text."""
        left = -font.width(text, size) / 2
        self.addLiteral(
            f"BT {font.add_to(self._doc)} {size:g} Tf {left:.2f} {-size / 3:.2f} Td "
            f"{font.encode(text)} Tj ET"
        )

    def showPage(self) -> None:  # noqa: N802  # ReportLab's name
        """Close the page."""
        self._code.open = True
        super().showPage()
        page = self._doc.Pages.pages[-1]
        page.Contents = Stream(compressed(page.stream))
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents = len(self._tree.pages) - 1
        page.Tabs = "/S"
        self._tree.pages.append([])

    def finished(self) -> bytes:
        """Return the document, of which every page has been closed."""
        self._tree.pages.pop()
        data: bytes = self._doc.GetPDFData(self)
        return data


def _stamp(issued_at: datetime) -> TimeStamp:
    stamp = TimeStamp(invariant=1)
    moment = issued_at.astimezone(UTC)
    stamp.t, stamp.lt = moment.timestamp(), moment.utctimetuple()
    stamp.YMDhms = tuple(stamp.lt)[:6]
    return stamp


@cache
def _numbers(colour: Color) -> str:
    return f"{colour.red:.3f} {colour.green:.3f} {colour.blue:.3f}"
