"""Type, colours and measures of the page; every size is a multiple of one factor."""

from dataclasses import dataclass

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4, LETTER

from reports.model import Tone

INK, GREY, RULE = HexColor("#16222B"), HexColor("#4A5A66"), HexColor("#C9D3DA")
PANEL, PAPER, WATERMARK = HexColor("#EDF3F6"), HexColor("#FFFFFF"), HexColor("#EEF1F3")
BAND, BAND_LINE = HexColor("#A9D3E4"), HexColor("#0F5A78")
NEAR, FAR, HATCH = HexColor("#FBEBD5"), HexColor("#F0BE85"), HexColor("#B9722A")
ALERT, ALERT_PANEL = HexColor("#A3123A"), HexColor("#FDF0F3")
TONES = {
    Tone.USUAL: BAND_LINE,
    Tone.LOW: HexColor("#8A3B00"),
    Tone.HIGH: HexColor("#8A3B00"),
    Tone.EDGE: HexColor("#6B5200"),
    Tone.URGENT: ALERT,
    Tone.UNKNOWN: GREY,
}
PAPERS = {"A4": A4, "Letter": LETTER}
SIZES = {"standard": 1.0, "large": 1.5}


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is set: size and line height in points, weight, colour."""

    size: float
    lead: float
    bold: bool = False
    colour: Color = INK


@dataclass(frozen=True, slots=True)
class Look:
    """All measures of a report on one paper at one size, in points.

    ``factor`` is 1 for standard and 1.5 for large print; ``single`` says that things
    stand under each other instead of side by side.
    """

    factor: float
    paper: tuple[float, float]

    @property
    def single(self) -> bool:
        """Whether the page has one column."""
        return self.factor > 1

    @property
    def margin(self) -> float:
        """The white at the left and the right; large print needs the width."""
        return 36 if self.single else 48

    @property
    def width(self) -> float:
        """The width between the margins."""
        return self.paper[0] - 2 * self.margin

    def style(
        self, size: float, lead: float, *, bold: bool = False, colour: Color = INK
    ) -> Style:
        """Return a style at this look's size."""
        return Style(size * self.factor, lead * self.factor, bold, colour)

    @property
    def title(self) -> Style:
        """The report's title."""
        return self.style(27, 33, bold=True)

    @property
    def heading(self) -> Style:
        """The heading of a part of the report."""
        return self.style(17, 22, bold=True)

    @property
    def box_heading(self) -> Style:
        """The heading inside a box."""
        return self.style(14, 18, bold=True)

    @property
    def name(self) -> Style:
        """The name of a result on its card."""
        return self.style(15, 19, bold=True)

    @property
    def value(self) -> Style:
        """The number on a card."""
        return self.style(28, 33, bold=True)

    @property
    def body(self) -> Style:
        """Sentences."""
        return self.style(12, 16)

    @property
    def strong(self) -> Style:
        """Sentences that matter most."""
        return self.style(12, 16, bold=True)

    @property
    def small(self) -> Style:
        """Purposes, notes and sources."""
        return self.style(10.5, 14, colour=GREY)

    @property
    def label(self) -> Style:
        """The numbers of a number line."""
        return self.style(10, 12, colour=GREY)

    @property
    def fine(self) -> Style:
        """Footer and table: the smallest that we print."""
        return self.style(9, 12)
