"""The structure tree of a tagged PDF: what each mark is, in reading order.

A page has some sixty elements, so they are not objects of ReportLab's, each with its
dictionary, names and references: they are numbered as they come and written in one go.
"""

from collections.abc import Sequence
from typing import TypeAlias

from reports.pdf.file import File, string

Kind: TypeAlias = tuple[str, str]
"""The role of an element, and further entries of its dictionary: ready, or nothing."""


class Element:
    """A structure element: object *number*, a *role*, and what it holds in order.

    ``facts`` are further entries of its dictionary; ``sheet`` is the object of the
    sheet that it begins on, or 0; ``kids`` are written out.  It holds the number of
    its parent alone, so that a drawn report is forgotten at once.
    """

    __slots__ = ("facts", "kids", "number", "parent", "reference", "role", "sheet")

    def __init__(self, number: int, role: str, parent: int, facts: str) -> None:
        """Take its place; it holds nothing yet."""
        self.number = number
        self.reference = f"{number} 0 R"
        self.role = role
        self.parent = parent
        self.facts = facts
        self.sheet = 0
        self.kids: list[str] = []

    def written(self) -> str:
        """Return the dictionary."""
        page = f"/Pg {self.sheet} 0 R" if self.sheet else ""
        return (
            f"<</S/{self.role}/P {self.parent} 0 R{page}{self.facts}"
            f"/K[{' '.join(self.kids)}]>>"
        )


class StructureTree:
    """The tree, and the way back from what is on a sheet to its element.

    Most elements are one line of text and get nothing more: those are written at once.
    """

    def __init__(self, file: File) -> None:
        """Begin with the element that holds all others."""
        self.root = file.number()
        self._file = file
        self._elements: dict[int, Element | str] = {}  # by number, some of them written
        self._back: list[list[str] | str] = []  # by key: of a sheet, of an annotation
        self._marks: list[str] = []
        self._sheet = 0
        self.top = self._element("Document", self.root, "")

    def add(
        self, role: str, parent: Element, alt: str = "", attributes: str = ""
    ) -> Element:
        """Return a new element, the next under *parent*.

        *attributes* is a ready dictionary such as ``<</O/Table/Scope/Row>>``; *alt*
        says in words what a figure shows.
        """
        facts = f"/Alt {string(alt)}" if alt else ""
        if attributes:
            facts = f"{facts}/A {attributes}"
        return self.child((role, facts), parent)

    def child(self, kind: Kind, parent: Element) -> Element:
        """Return a new element of a *kind*, the next under *parent*."""
        role, facts = kind
        element = self._element(role, parent.number, facts)
        parent.kids.append(element.reference)
        return element

    def _element(self, role: str, parent: int, facts: str) -> Element:
        element = Element(self._file.number(), role, parent, facts)
        self._elements[element.number] = element
        return element

    def leaf(self, kind: Kind, parent: Element) -> int:
        """Add an element under *parent* that holds the next mark and nothing else.

        Returns the number of the mark on the sheet.
        """
        parent.kids.append(self._leaf(kind, parent.reference))
        return len(self._marks) - 1

    def family(self, role: str, parent: Element, kinds: Sequence[Kind]) -> int:
        """Add an element under *parent* with a leaf of each of *kinds*, and no more.

        Returns the number of the first of their marks on the sheet; the others follow.
        """
        number = self._file.number()
        reference = f"{number} 0 R"
        self._elements[number] = ""  # its place among the others
        parent.kids.append(reference)
        kids = [self._leaf(kind, reference) for kind in kinds]
        written = f"<</S/{role}/P {parent.reference}/K[{' '.join(kids)}]>>"
        self._elements[number] = written
        return len(self._marks) - len(kids)

    def _leaf(self, kind: Kind, parent: str) -> str:
        """Write an element with the next mark; return the reference to it."""
        role, facts = kind
        element = self._file.number()
        sheet = self._sheet or self._begin()
        number, reference = len(self._marks), f"{element} 0 R"
        self._marks.append(reference)
        self._elements[element] = (
            f"<</S/{role}/P {parent}/Pg {sheet} 0 R{facts}/K[{number}]>>"
        )
        return reference

    def mark(self, element: Element) -> int:
        """Give *element* the next mark of the sheet and return its number there."""
        sheet = self._sheet or self._begin()
        number = len(self._marks)
        self._marks.append(element.reference)
        element.sheet = element.sheet or sheet
        if element.sheet == sheet:
            element.kids.append(str(number))
        else:
            element.kids.append(f"<</Type/MCR/Pg {sheet} 0 R/MCID {number}>>")
        return number

    def note(self, element: Element, number: int) -> int:
        """Give *element* the annotation *number* of the sheet; return its key."""
        sheet = self._sheet or self._begin()
        element.kids.append(f"<</Type/OBJR/Pg {sheet} 0 R/Obj {number} 0 R>>")
        self._back.append(element.reference)
        return len(self._back) - 1

    def _begin(self) -> int:
        self._sheet = self._file.number()
        self._marks = []
        return self._sheet

    def closed(self) -> tuple[int, int]:
        """End the sheet; return its object number, and the key of its marks."""
        sheet = self._sheet or self._begin()
        self._back.append(self._marks)
        self._sheet = 0
        return sheet, len(self._back) - 1

    def write(self) -> None:
        """Put the whole tree into the file."""
        back = self._file.number()
        ways = " ".join([f"{key} {_way(one)}" for key, one in enumerate(self._back)])
        bodies = {number: _written(one) for number, one in self._elements.items()}
        self._file.pack({**bodies, back: f"<</Nums[{ways}]>>"})
        root = b"<</Type/StructTreeRoot/K[%d 0 R]/ParentTree %d 0 R"
        root += b"/ParentTreeNextKey %d>>"
        self._file.put(self.root, root % (self.top.number, back, len(self._back)))


def in_language(lang: str) -> str:
    """Return the entry of an element whose words are in *lang*, or nothing."""
    return f"/Lang({lang})" if lang else ""


def _written(element: Element | str) -> str:
    return element if isinstance(element, str) else element.written()


def _way(one: list[str] | str) -> str:
    """Return what leads from the marks of a sheet, or from an annotation, back."""
    return one if isinstance(one, str) else f"[{' '.join(one)}]"
