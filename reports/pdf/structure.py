"""The structure tree of a tagged PDF: what each mark is, in reading order."""

from reportlab.pdfbase.pdfdoc import PDFObject

from reports.pdf.objects import Document, Raw, reference, string


class Element(PDFObject):
    """A structure element: a role, its parent, and what it holds in order.

    ``kids`` are elements, or (page, number) pairs of marked content.  ``attributes``
    is a ready dictionary such as ``<</O/Table/Scope/Row>>``; ``alt`` says in words
    what a figure shows.
    """

    __RefOnly__ = 1

    def __init__(
        self,
        role: str,
        parent: "Element | None" = None,
        alt: str = "",
        attributes: bytes = b"",
    ) -> None:
        """Take the next place under *parent*."""
        self.role = role
        self.parent = parent
        self.alt = alt
        self.attributes = attributes
        self.kids: list[Element | tuple[int, int]] = []
        if parent is not None:
            parent.kids.append(self)

    def format(self, document: Document) -> bytes:
        """Return the element's dictionary."""
        parent = self.parent or document.Catalog.StructTreeRoot
        alt = b"/Alt " + string(document, self.alt) if self.alt else b""
        attributes = b"/A " + self.attributes if self.attributes else b""
        return b"<</Type/StructElem/S/%s/P %s%s%s/K[%s]>>" % (
            self.role.encode(),
            reference(document, parent),
            alt,
            attributes,
            b" ".join([self._kid(document, kid) for kid in self.kids]),
        )

    @staticmethod
    def _kid(document: Document, kid: "Element | tuple[int, int]") -> bytes:
        if isinstance(kid, Element):
            return reference(document, kid)
        page, number = kid
        sheet = reference(document, document.Pages.pages[page])
        return b"<</Type/MCR/Pg %s/MCID %d>>" % (sheet, number)


class StructureTree(PDFObject):
    """The root of the tree, with the way back from marked content to its element."""

    __RefOnly__ = 1

    def __init__(self, top: Element) -> None:
        """Start with an empty page."""
        self.top = top
        self.pages: list[list[Element]] = [[]]

    def mark(self, element: Element) -> int:
        """Give *element* the next mark of the current page and return its number."""
        owners = self.pages[-1]
        owners.append(element)
        element.kids.append((len(self.pages) - 1, len(owners) - 1))
        return len(owners) - 1

    def format(self, document: Document) -> bytes:
        """Return the root's dictionary."""
        owners = b" ".join(
            b"%d[%s]" % (page, b" ".join(reference(document, one) for one in marked))
            for page, marked in enumerate(self.pages)
        )
        back = reference(document, Raw(b"<</Nums[" + owners + b"]>>"))
        top = reference(document, self.top)
        head = b"<</Type/StructTreeRoot/K[%s]/ParentTree %s/ParentTreeNextKey %d>>"
        return head % (top, back, len(self.pages))
