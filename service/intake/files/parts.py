"""XML without what makes it dangerous: no DTD, no entities, nothing from outside.

One part of a packed file at a time, read in pieces; of the tree only the wanted
elements are held, and each is let go when it has been looked at.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from service.intake.files.limits import MAX_TEXT

_PIECE = 65_536
_DEEPEST = 32
_MOST_CHILDREN = 20_000
_SKIPPED = frozenset({"rPh"})  # how a text is pronounced stands beside it


class XmlRefused(Exception):  # noqa: N818 - it names what happened
    """The XML is not well formed, or holds what no table of results needs."""


@dataclass(slots=True)
class Element:
    """An element: its name without namespace, attributes, text and children.

    An attribute with a namespace is named by it, a space, and its own name.
    """

    name: str
    attributes: dict[str, str]
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def child(self, name: str) -> "Element | None":
        """Return the first child of that name, if there is one."""
        return next((one for one in self.children if one.name == name), None)

    def plain_text(self) -> str:
        """Return the text of all ``t`` below it, however it is marked up."""
        if self.name == "t":
            return self.text
        inner = (one for one in self.children if one.name not in _SKIPPED)
        return "".join(one.plain_text() for one in inner)


def elements(part: IO[bytes], wanted: frozenset[str]) -> Iterator[Element]:
    """Yield each *wanted* element of *part*, whole, as soon as it ends.

    Raises:
        XmlRefused: the XML is not well formed, has a DTD, nests too deep, or a text
            or an element is too long.
    """
    tree = _Tree(wanted)
    try:
        while piece := part.read(_PIECE):
            tree.parser.Parse(piece, False)  # noqa: FBT003 - expat's own
            yield from tree.taken()
        tree.parser.Parse(b"", True)  # noqa: FBT003 - likewise
    except expat.ExpatError:
        raise XmlRefused("not well formed") from None
    yield from tree.taken()


class _Tree:
    """What the parser has seen and nobody has taken yet."""

    def __init__(self, wanted: frozenset[str]) -> None:
        """Listen to the parser; a document type ends it before any entity is made."""
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self._wanted = wanted
        self._depth = 0
        self._open: list[Element] = []
        self._done: list[Element] = []

    def taken(self) -> list[Element]:
        """Return what has been read whole since the last time."""
        done, self._done = self._done, []
        return done

    def _refuse(self, *_: object) -> None:
        raise XmlRefused("a document type")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise XmlRefused("too deep")
        plain = name.rpartition(" ")[2]
        if not self._open and plain not in self._wanted:
            return
        element = Element(plain, attributes)
        if self._open:
            siblings = self._open[-1].children
            siblings.append(element)
            if len(siblings) > _MOST_CHILDREN:
                raise XmlRefused("too many parts")
        self._open.append(element)

    def _end(self, _: str) -> None:
        self._depth -= 1
        if not self._open:
            return
        ended = self._open.pop()
        if not self._open:
            self._done.append(ended)

    def _characters(self, text: str) -> None:
        if not self._open:
            return
        element = self._open[-1]
        element.text += text
        if len(element.text) > MAX_TEXT:
            raise XmlRefused("too long")
