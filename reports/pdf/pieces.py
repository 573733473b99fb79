"""The smallest parts with words: a chip, a number with its unit, an entry of a list."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from reports.model import Chip
from reports.pdf.blocks import Block
from reports.pdf.canvas import ReportCanvas
from reports.pdf.shapes import mark, rounded
from reports.pdf.structure import Kind
from reports.pdf.style import PAPER, TONES, Look, Style
from reports.pdf.text import Text, wrapped
from reports.pdf.typeset import longest_word


@dataclass(frozen=True, slots=True)
class Verdict:
    """A chip: the sign of its tone and a few words, in an outline of its own."""

    chip: Chip
    text: Text
    look: Look

    @property
    def height(self) -> float:
        """The height of the outline."""
        return self.text.height + 4 * self.look.factor

    @property
    def width(self) -> float:
        """The width of the outline."""
        return self.text.width + 30 * self.look.factor

    def draw(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Draw outline and sign as decoration, then the words."""
        factor, colour = self.look.factor, TONES[self.chip.tone]
        first = self.text.style.lead / 2 + 2 * factor
        with canvas.artifact():
            canvas.fill_with(PAPER)
            canvas.stroke_with(colour, 1.1 * factor)
            height = self.height
            outline = rounded(self.width, height, min(height / 2, 10 * factor))
            canvas.curved(outline, (left, top - height), "B")
            mark(
                canvas, self.chip.tone, (left + 12 * factor, top - first), 4.4 * factor
            )
        self.text.draw(canvas, left + 21 * factor, top - 2 * factor)

    def split(self, room: float) -> Sequence[Block]:
        """Return the words alone."""
        return self.text.split(room)


def verdict(chip: Chip, look: Look, width: float) -> Verdict:
    """Return *chip* no wider than *width*."""
    style = look.style(11.5, 15, bold=True, colour=TONES[chip.tone])
    return Verdict(chip, wrapped(chip.text, style, width - 30 * look.factor), look)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and its unit as one element: side by side if they fit."""

    number: Text
    unit: Text
    beside: bool

    @property
    def height(self) -> float:
        """The height of both."""
        extra = 0 if self.beside else self.unit.height
        return self.number.height + extra

    @property
    def width(self) -> float:
        """The width of both."""
        if self.beside:
            return self._shift() + self.unit.width
        return max(self.number.width, self.unit.width)

    def draw(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Set the number, then the unit on the same baseline or under it."""
        with canvas.tag("P"):
            if not self.beside:
                self.number.set(canvas, left, top)
                self.unit.set(canvas, left, top - self.number.height)
                return
            with canvas.upright(left, self._shift() + self.unit.width) as start:
                self.number.set(canvas, start, top)
                self.unit.set(canvas, start + self._shift(), top - self._drop())

    def _shift(self) -> float:
        return self.number.width + self.number.style.size * 0.2

    def _drop(self) -> float:
        number, unit = self.number.style, self.unit.style
        return (number.lead - unit.lead) / 2 + 0.3 * (number.size - unit.size)

    def split(self, room: float) -> Sequence[Block]:
        """Return number and unit as texts."""
        return [*self.number.split(room), *self.unit.split(room)]


def quantity(
    value: str, unit: str, styles: tuple[Style, Style], width: float
) -> Quantity:
    """Return *value* and *unit* in their two *styles*, no wider than *width*.

    A number too long for the column is set smaller, for one broken over two lines
    may be read as another number.
    """
    number = _unbroken(value, styles, width)
    name = wrapped(unit, styles[1], width)
    room = width - number.width - number.style.size * 0.2
    one_line = len(number.lines) == 1 and len(name.lines) == 1
    followed = Text(number.words.followed) if unit else number
    return Quantity(followed, name, beside=one_line and name.width <= room)


def _unbroken(value: str, styles: tuple[Style, Style], width: float) -> Text:
    large, plain = styles
    longest = max(longest_word(value, large), 1)
    scale = max(min(1, 0.99 * width / longest), plain.size / large.size)
    fitting = large._replace(size=large.size * scale, lead=large.lead * scale)
    return wrapped(value, fitting, width)


_SIGN = ("Lbl", "")


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a list: its sign or number, and its text beside it."""

    sign: Text
    body: Text
    indent: float
    height: float = field(init=False)
    kinds: tuple[Kind, Kind] = field(init=False)

    def __post_init__(self) -> None:
        """Take the height and the language of the text, once."""
        object.__setattr__(self, "kinds", (_SIGN, ("LBody", self.body.facts)))
        object.__setattr__(self, "height", max(self.sign.height, self.body.height))

    def draw(self, canvas: ReportCanvas, left: float, top: float) -> None:
        """Draw the entry, inside a list."""
        sign, body = self.sign.words, self.body.words
        beside = (body, left + self.indent, top - body.drop)
        canvas.family("LI", self.kinds, ((sign, left, top - sign.drop), beside))

    def split(self, room: float) -> Sequence[Block]:
        """Return the text in pieces, as paragraphs."""
        return self.body.split(room)
