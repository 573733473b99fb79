"""A paragraph that goes on in another language, in the lines of the one before it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from reports.pdf.blocks import Block, Stack
from reports.pdf.canvas import ReportCanvas
from reports.pdf.style import Style
from reports.pdf.text import Text, wrapped
from reports.said import Said, lang_of

_WORD = 0.3  # of the size: the white between two words


@dataclass(frozen=True, slots=True)
class Onward:
    """Two paragraphs, of which the second begins in the last line of the first.

    ``begun`` is what stands in that line, so far ``away`` from the left, and ``rest``
    stands under it: lines of one element.
    """

    first: Text
    begun: Text
    rest: Text | None
    away: float
    height: float = field(init=False)

    def __post_init__(self) -> None:
        """Take the height of all lines, once."""
        rest = self.rest.height if self.rest else 0
        object.__setattr__(self, "height", self.first.height + rest)

    def draw(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Set the first paragraph, then the second as one element of two marks."""
        self.first.draw(canvas, left, top)
        top -= self.first.height
        element = canvas.child(self.begun.role, self.begun.facts)
        place = (left + self.away, top + self.begun.height)
        self.begun.add(canvas, element, place)
        if self.rest:
            self.rest.add(canvas, element, (left, top))

    def split(self, _room: float) -> Sequence[Block]:
        """Return the texts, to go under each other."""
        return [self.first, self.begun, *([self.rest] if self.rest else [])]


def in_languages(texts: Sequence[Said], style: Style, width: float) -> Block:
    """Return each of *texts* as a paragraph in its language, in as few lines as can be.

    A second goes on in the last line of the first, as if they were one; what has room
    in one line is not broken for that.
    """
    said = [wrapped(one, style, width, lang=lang_of(one)) for one in texts]
    if len(said) == 1:
        return said[0]
    joined = _joined(texts, said, width) if len(said) == 2 else None  # noqa: PLR2004
    return joined or Stack(tuple(said))


def _joined(texts: Sequence[Said], said: Sequence[Text], width: float) -> Onward | None:
    """Return the second after the first in its last line, or None without room there.

    All is broken into lines as one text would be; the second is cut where it begins.
    """
    first, second = said
    end, away = first.lines[-1], first.words.widths[-1] + _WORD * first.style.size
    if len(second.lines) == 1:
        fits = away + second.width <= width
        return Onward(first, second, None, away) if fits else None
    whole = wrapped(" ".join(texts), first.style, width).words
    number = len(first.lines)
    line, under = whole.lines[number - 1], whole.some(number, len(whole.lines))
    begun = line.removeprefix(end).strip(" ")
    if not begun or not line.startswith(end):
        return None
    head = wrapped(begun, first.style, width, lang=lang_of(texts[1]))
    return Onward(first, head, Text(under, facts=head.facts), away)
