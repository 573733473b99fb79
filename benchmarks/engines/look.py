"""How the page looks: our own sizes, colours and frames, for every engine."""

from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from reportlab.lib.pagesizes import A4

from reports.model import BoxKind, Tone
from reports.pdf import style
from reports.pdf.style import TONES, Ink

FACE = "Atkinson Hyperlegible"
FONTS = Path(str(files("fontpkg_atkinson_hyperlegible") / "files"))
REGULAR = FONTS / "AtkinsonHyperlegible-Regular.ttf"
BOLD = FONTS / "AtkinsonHyperlegible-Bold.ttf"
MARGIN, FOOT = 48, 60  # the white at the sides; at the foot, with the foot in it
TOP = 40
WIDTH = A4[0] - 2 * MARGIN
PADDING = 12  # inside a frame
GUTTER = 12  # between two boxes
INDENT = 13  # of the entries of a list


class Style(NamedTuple):
    """How words are set: size, line height, white above, in points; weight, colour.

    ``level`` is that of a heading, or 0.
    """

    size: float
    lead: float
    colour: str
    bold: bool = False
    above: float = 0
    level: int = 0


class Frame(NamedTuple):
    """How a panel looks; an empty colour leaves out ground, border or bar."""

    ground: str = ""
    border: str = ""
    bar: str = ""


def colour(ink: Ink) -> str:
    """Return *ink* as ``#rrggbb``."""
    numbers = [round(float(one) * 255) for one in ink.fill.split()[:3]]
    return "#" + bytes(numbers).hex()


TEXT, GREY, LINE, SHADE = map(colour, (style.INK, style.GREY, style.RULE, style.PANEL))
RED, PINK, BLUE = map(colour, (style.ALERT, style.ALERT_PANEL, style.BAND_LINE))
STYLES = {
    "clinic": Style(12, 16, TEXT, bold=True),
    "title": Style(27, 33, TEXT, bold=True, above=4, level=1),
    "short": Style(22, 26, TEXT, bold=True, above=4, level=1),
    "heading": Style(17, 22, TEXT, bold=True, above=16, level=2),
    "box": Style(14, 18, TEXT, bold=True, level=2),
    "danger": Style(14, 18, RED, bold=True, level=2),
    "name": Style(15, 19, TEXT, bold=True, level=3),
    "row": Style(12, 16, TEXT, bold=True, level=3),
    "strong": Style(12, 16, TEXT, bold=True),
    "body": Style(12, 16, TEXT, above=4),
    "close": Style(12, 14.5, TEXT),
    "small": Style(10.5, 14, GREY, above=1),
    "brief": Style(10, 13, TEXT, above=2),
    "status": Style(10.5, 14, TEXT, bold=True),
    "link": Style(10.5, 14, BLUE, bold=True, above=6),
    "value": Style(28, 33, TEXT, bold=True),
    "number": Style(14, 16, TEXT, bold=True),
    "fine": Style(9, 10.5, GREY, above=1),
    "finehead": Style(9, 10.5, GREY, bold=True, above=4, level=2),
    "count": Style(9, 12, GREY, bold=True),
    "cell": Style(9, 12, TEXT),
    "head": Style(9, 12, TEXT, bold=True),
    **{tone: Style(11.5, 15, colour(TONES[tone]), bold=True) for tone in Tone},
}
FRAMES = {
    BoxKind.PANEL: Frame(ground=SHADE),
    BoxKind.STEPS: Frame(border=LINE),
    BoxKind.CORRECTED: Frame(border=TEXT, bar=TEXT),
    BoxKind.HELP: Frame(ground=PINK, bar=RED),
    BoxKind.TODAY: Frame(ground=PINK, bar=RED),
    BoxKind.EMERGENCY: Frame(ground=PINK, border=RED, bar=RED),
}
