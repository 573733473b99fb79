"""Text as a block: lines of one element."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from reports.pdf.canvas import ReportCanvas
from reports.pdf.structure import Element, in_language
from reports.pdf.style import Style
from reports.pdf.typeset import KEPT, Typeset, in_lines

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Text:
    """Lines of one element, in one font and style; their height is in points.

    ``facts`` are further entries of the element, such as its language.
    """

    words: Typeset
    role: str = "P"
    facts: str = ""
    height: float = field(init=False)

    def __post_init__(self) -> None:
        """Take the height of all lines."""
        object.__setattr__(self, "height", self.words.height)

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines, from the top down."""
        return self.words.lines

    @property
    def style(self) -> Style:
        """How the lines are set."""
        return self.words.style

    @property
    def width(self) -> float:
        """The width of the longest line, in points."""
        return self.words.width

    def draw(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Set the lines under *top* as one element."""
        drop = self.words.drop
        canvas.paragraph((self.role, self.facts), self.words, left, top - drop)

    def add(self, canvas: ReportCanvas, element: Element, place: Place) -> None:
        """Set the lines under *place* as more of *element*."""
        with canvas.mark(element):
            self.set(canvas, *place)

    def set(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Set the lines under *top*, inside a tag or an artifact of the caller's."""
        canvas.text(self.words, left, top - self.words.drop)

    def split(self, room: float) -> Sequence["Text"]:
        """Return texts of some of the lines each, none higher than *room*."""
        each = max(1, int(room / self.style.lead))
        return [
            Text(self.words.some(start, start + each), self.role, self.facts)
            for start in range(0, len(self.lines), each)
        ]

    def emptied(self) -> "Text":
        """Return no words in the same style."""
        return Text(self.words.emptied(), self.role, self.facts)


@dataclass(frozen=True, slots=True)
class Aside:
    """Words that add nothing to what the tags hold, as decoration."""

    words: Text

    @property
    def height(self) -> float:
        """The height of the words."""
        return self.words.height

    def draw(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Set the words outside the reading order."""
        with canvas.artifact("Pagination"):
            self.words.set(canvas, left, top)

    def split(self, _room: float) -> Sequence["Aside"]:
        """Return itself."""
        return [self]


def prose(
    text: str, style: Style, width: float, measure: float, lang: str = ""
) -> Text:
    """Return *text* in one line no wider than *width*, else in lines of *measure*.

    From the end of a long line the eye does not find the next one easily.

    Raises:
        UnprintableError: no face of ours has all of its characters.
    """
    found = wrapped(text, style, width, lang=lang)
    if len(found.lines) == 1:
        return found
    return wrapped(text, style, min(width, measure), lang=lang)


@lru_cache(maxsize=KEPT)
def wrapped(
    text: str, style: Style, width: float, role: str = "P", lang: str = ""
) -> Text:
    """Return *text* broken into lines no wider than *width*, in points.

    *lang* is its language where that is not the page's: of equal texts one may be kept.

    Raises:
        UnprintableError: no face of ours has all of its characters.
    """
    return Text(in_lines(text, style, width), role, in_language(lang))
