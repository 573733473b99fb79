"""Type, colours and measures of the page; every size is a multiple of one factor."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, LETTER

from reports.model import Tone


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """A colour as the operators that fill and that stroke with it."""

    fill: str
    stroke: str


def _ink(code: str) -> Ink:
    colour = HexColor(code)
    numbers = f"{colour.red:.3f} {colour.green:.3f} {colour.blue:.3f}"
    return Ink(f"{numbers} rg", f"{numbers} RG")


INK, GREY, RULE = _ink("#16222B"), _ink("#4A5A66"), _ink("#C9D3DA")
PANEL, PAPER, WATERMARK = _ink("#EDF3F6"), _ink("#FFFFFF"), _ink("#EEF1F3")
BAND, BAND_LINE = _ink("#A9D3E4"), _ink("#0F5A78")
NEAR, FAR, HATCH = _ink("#FBEBD5"), _ink("#F0BE85"), _ink("#B9722A")
ALERT, ALERT_PANEL = _ink("#A3123A"), _ink("#FDF0F3")
OFF, OFF_PANEL = _ink("#6A6A6A"), _ink("#EEEEEE")
TONES = {
    Tone.USUAL: BAND_LINE,
    Tone.LOW: _ink("#8A3B00"),
    Tone.HIGH: _ink("#8A3B00"),
    Tone.EDGE: _ink("#6B5200"),
    Tone.URGENT: ALERT,
    Tone.UNKNOWN: GREY,
}
PAPERS = {"A4": A4, "Letter": LETTER}
SIZES = {"standard": 1.0, "large": 1.5}
_MEASURE = 29  # times the size
PARTING = "\u00a0\u00a0\u00b7"
"""What parts two things on one line; it ends no line that another follows."""


class Style(NamedTuple):
    """How a text is set: size and line height in points, weight, colour.

    ``turned`` says that it stands on a page that is read from right to left.
    """

    size: float
    lead: float
    bold: bool = False
    colour: Ink = INK
    turned: bool = False


@dataclass(frozen=True)
class Look:
    """All measures of a report on one paper at one size, in points.

    ``factor`` is 1 for standard and 1.5 for large print; ``single`` says that things
    stand under each other instead of side by side.  ``tight`` brings lines closer,
    where a sheet is short of room.  ``text`` is the size of sentences.  ``turned`` says
    that the page is read from right to left: the canvas mirrors it then, and nothing
    else need know.  ``lang`` is the language of the page: what is kept for one is not
    taken for another.
    """

    factor: float
    paper: tuple[float, float]
    tight: bool = False
    turned: bool = False
    text: float = 12
    lang: str = ""

    @cached_property
    def single(self) -> bool:
        """Whether the page has one column."""
        return self.factor > 1

    @cached_property
    def margin(self) -> float:
        """The white at the left and the right; large print needs the width."""
        return 36 if self.single else 48

    @cached_property
    def width(self) -> float:
        """The width between the margins."""
        return self.paper[0] - 2 * self.margin

    def measure(self, style: Style) -> float:
        """Return the width of sentences of several lines: some 70 letters.

        Of all of the page where they are set smaller than what a patient reads first,
        or where room is short.
        """
        small = style.size < self.text * self.factor
        return self.width if small or self.tight else _MEASURE * style.size

    def style(
        self, size: float, lead: float, *, bold: bool = False, colour: Ink = INK
    ) -> Style:
        """Return a style at this look's size."""
        return Style(size * self.factor, lead * self.factor, bold, colour, self.turned)

    @cached_property
    def title(self) -> Style:
        """The report's title."""
        return self.style(27, 33, bold=True)

    @cached_property
    def heading(self) -> Style:
        """The heading of a part of the report."""
        return self.style(17, 22, bold=True)

    @cached_property
    def box_heading(self) -> Style:
        """The heading inside a box."""
        return self.style(14, 18, bold=True)

    @cached_property
    def name(self) -> Style:
        """The name of a result on its card."""
        return self.style(15, 19, bold=True)

    @cached_property
    def value(self) -> Style:
        """The number on a card."""
        return self.style(28, 33, bold=True)

    @cached_property
    def body(self) -> Style:
        """Sentences."""
        return self.style(self.text, self._lead)

    @cached_property
    def strong(self) -> Style:
        """Sentences that matter most."""
        return self.style(self.text, self._lead, bold=True)

    @property
    def _lead(self) -> float:
        return self.text + (2.5 if self.tight else 4)

    @cached_property
    def small(self) -> Style:
        """Purposes, notes and sources."""
        return self.style(10.5, 14, colour=GREY)

    @cached_property
    def label(self) -> Style:
        """The numbers of a number line."""
        return self.style(10, 12, colour=GREY)

    @cached_property
    def fine(self) -> Style:
        """Footer and table: the smallest that we print."""
        return self.style(9, 12)
