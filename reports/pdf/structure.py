"""The structure tree of a tagged PDF: what each mark is, in reading order.

A page has some sixty elements, so they are not objects of ReportLab's, each with its
dictionary, names and references: they are numbered in a row and written in one go.
"""

from reportlab.pdfbase.pdfdoc import PDFObject

from reports.pdf.archive import Clip
from reports.pdf.objects import Document, number_of, string


class Element:
    """A structure element: a role, and what it holds in order.

    ``kids`` are elements, or (page, number) pairs of marked content, or
    (page, annotation) pairs.  ``attributes``
    is a ready dictionary such as ``<</O/Table/Scope/Row>>``; ``alt`` says in words
    what a figure shows.  ``number`` is that of its object, once it has one.  None holds
    its parent, so that a drawn report is forgotten at once.
    """

    __slots__ = ("alt", "attributes", "kids", "number", "role")

    def __init__(
        self,
        role: str,
        parent: "Element | None" = None,
        alt: str = "",
        attributes: bytes = b"",
    ) -> None:
        """Take the next place under *parent*."""
        self.role = role
        self.alt = alt
        self.attributes = attributes
        self.kids: list[Element | tuple[int, int | PDFObject]] = []
        self.number = 0
        if parent is not None:
            parent.kids.append(self)

    def write(
        self, parent: int, number: int, sheets: "Sheets", out: dict[int, bytes]
    ) -> int:
        """Put the dictionaries of the element and of all that it holds into *out*.

        It is object *number*, under object *parent*.  Returns the next free number.
        """
        self.number, following = number, number + 1
        kids = []
        for kid in self.kids:
            if isinstance(kid, Element):
                kids.append(b"%d 0 R" % following)
                following = kid.write(number, following, sheets, out)
            else:
                kids.append(sheets.place_of(*kid))
        out[number] = b"<</Type/StructElem/S/%s/P %d 0 R%s/K[%s]>>" % (
            self.role.encode(),
            parent,
            self._facts(),
            b" ".join(kids),
        )
        return following

    def _facts(self) -> bytes:
        alt = b"/Alt " + string(self.alt) if self.alt else b""
        return alt + b"/A " + self.attributes if self.attributes else alt


class Sheets:
    """The pages of a document by their object numbers."""

    def __init__(self, document: Document) -> None:
        """Number the pages that *document* has so far."""
        self.document = document
        self.numbers = [number_of(document, page) for page in document.Pages.pages]

    def place_of(self, page: int, mark: int | PDFObject) -> bytes:
        """Return what points to marked content or to an annotation of *page*."""
        on = self.numbers[page]
        if isinstance(mark, int):
            return b"<</Type/MCR/Pg %d 0 R/MCID %d>>" % (on, mark)
        note = number_of(self.document, mark)
        return b"<</Type/OBJR/Pg %d 0 R/Obj %d 0 R>>" % (on, note)


class StructureTree(PDFObject):
    """The root of the tree, with the way back from marked content to its element."""

    __RefOnly__ = 1

    def __init__(self, top: Element) -> None:
        """Start with an empty page."""
        self.top = top
        self.pages: list[list[Element]] = [[]]
        self.notes: list[tuple[Clip, Element]] = []
        self.back = 0  # the number of the way back

    def mark(self, element: Element) -> int:
        """Give *element* the next mark of the current page and return its number."""
        owners = self.pages[-1]
        owners.append(element)
        number = len(owners) - 1
        element.kids.append((len(self.pages) - 1, number))
        return number

    def note(self, element: Element, note: Clip) -> None:
        """Give *element* an annotation of the current page."""
        self.notes.append((note, element))
        element.kids.append((len(self.pages) - 1, note))

    def numbered(self, document: Document) -> dict[int, bytes]:
        """Number all that hangs on the root in *document*; return it by number."""
        root = number_of(document, self)
        for key, (note, _) in enumerate(self.notes, start=len(self.pages)):
            note.key = key
            number_of(document, note)
        sheets = Sheets(document)
        self.back = document.objectcounter + 1
        found: dict[int, bytes] = {}
        following = self.top.write(root, self.back + 1, sheets, found)
        document.objectcounter = following - 1
        return {**found, self.back: self._way_back()}

    def _way_back(self) -> bytes:
        owners = [
            b"%d[%s]" % (page, b" ".join([b"%d 0 R" % one.number for one in marked]))
            for page, marked in enumerate(self.pages)
        ]
        owners += [b"%d %d 0 R" % (note.key, one.number) for note, one in self.notes]
        return b"<</Nums[%s]>>" % b" ".join(owners)

    def format(self, _document: Document) -> bytes:
        """Return the root's dictionary, when all else has its number."""
        head = b"<</Type/StructTreeRoot/K[%d 0 R]/ParentTree %d 0 R"
        last = b"/ParentTreeNextKey %d>>" % (len(self.pages) + len(self.notes))
        return head % (self.top.number, self.back) + last
