"""fpdf2 as its guide shows: ``header`` and ``footer``, ``multi_cell``, our typeface.

It gives language, title, metadata and the file inside.  It does not give tags or
PDF/UA; it offers PDF/A-3b, which has no tags either and is left out here.

Frames, columns and what stays together are placed by hand, from heights that
``multi_cell`` measures without drawing; those are kept, for much is the same each time.
"""

from itertools import zip_longest

from fpdf import FPDF
from fpdf.fonts import FontFace
from reportlab.lib.pagesizes import A4

from benchmarks.engines.content import (
    Columns,
    Content,
    Grid,
    Listing,
    Panel,
    Part,
    Quantity,
    Verdict,
    Words,
)
from benchmarks.engines.look import (
    BOLD,
    FACE,
    FOOT,
    FRAMES,
    GREY,
    INDENT,
    LINE,
    MARGIN,
    REGULAR,
    SHADE,
    STYLES,
    TOP,
    WIDTH,
)
from benchmarks.engines.picture import Path, Picture

_BOTTOM = A4[1] - FOOT
_SIGN = 19  # before a heading
_WRITE = 22  # between lines to write on
_KEPT = 4096  # heights
_HEIGHTS: dict[tuple[str, str, float], float] = {}
_CURVE_TO = {"M": "move_to", "L": "line_to", "C": "curve_to"}


def draw(report: Content) -> bytes:
    """Return *report* as PDF."""
    pdf = _Report(report)
    y = float(TOP)
    parts = [one for part in report.parts for one in _apart(part)]
    for part, following in zip_longest(parts, parts[1:]):
        y = pdf.flow(part, y, following)
    return bytes(pdf.output())


def _apart(part: Part) -> list[Part]:
    """Return the rows of a list that may go on on the next page."""
    if isinstance(part, Listing):
        return [Listing((one,), part.style) for one in part.items]
    return [part]


class _Report(FPDF):
    """A report: each part knows its height, and is drawn at a place."""

    def __init__(self, report: Content) -> None:
        super().__init__(unit="pt", format="A4")
        self.report = report
        self.c_margin = 0
        self.set_margins(MARGIN, TOP, MARGIN)
        self.set_auto_page_break(auto=False)
        self.set_title(report.title)
        self.set_subject(report.subject)
        self.set_author(report.author)
        self.set_keywords(report.keywords)
        self.set_lang(report.lang)
        self.set_creation_date(report.issued_at)
        self.add_font(FACE, "", REGULAR)
        self.add_font(FACE, "B", BOLD)
        inside = report.attachment
        self.embed_file(
            bytes=inside.content,
            basename=inside.name,
            mime_type=inside.media_type,
            desc=inside.description,
            modification_date=report.issued_at,
            associated_file_relationship="Data",
        )
        self.add_page()

    def footer(self) -> None:
        report, top = self.report, _BOTTOM + 8
        self.set_draw_color(LINE)
        self.set_line_width(0.8)
        self.line(MARGIN, top, A4[0] - MARGIN, top)
        self.words(Words(report.foot, "fine"), MARGIN, top + 4, WIDTH - 80)
        count = report.page_of.replace("{n}", str(self.page_no()))
        self.set_xy(MARGIN, top + 4)
        self.style("count")
        self.cell(WIDTH, 12, count.replace("{m}", "{nb}"), align="R")
        self.words(Words(report.status, "count"), MARGIN, top + 16, WIDTH)

    def style(self, name: str) -> None:
        style = STYLES[name]
        self.set_font(FACE, "B" if style.bold else "", style.size)
        self.set_text_color(style.colour)

    def flow(self, part: Part, y: float, following: Part | None) -> float:
        """Draw *part* at *y*, or on the next page; return where the next begins."""
        if isinstance(part, Grid):
            return self.table_of(part, y)
        above = _above(part)
        height = self.height(part, WIDTH)
        least = height
        if isinstance(part, Words) and STYLES[part.style].level and following:
            least += self.height(following, WIDTH)
        if y + above + least > _BOTTOM:
            self.add_page()
            y, above = float(TOP), 0
        self.draw(part, MARGIN, y + above, WIDTH)
        return y + above + height

    def height(self, part: Part, width: float) -> float:
        """Return how high *part* is; a quantity is one line."""
        height = 0.0
        match part:
            case Words():
                room = width - (_SIGN if part.sign else 0)
                height = self.measured(part.text, part.style, room)
            case Verdict():
                height = 24
            case Quantity():
                height = STYLES[part.style].lead
            case Picture():
                height = part.height
            case Listing():
                height = sum(self.item(one, part, width) for one in part.items)
            case Panel():
                inside = self.stack(part.parts, width - 2 * part.padding)
                height = inside + 2 * part.padding
            case Columns():
                both = zip(part.columns, part.widths, strict=True)
                height = max(self.stack(*one) for one in both) + 4 * part.rule
        return height

    def stack(self, parts: tuple[Part, ...], width: float) -> float:
        return sum(self.height(one, width) + _above(one) for one in parts)

    def item(self, text: str, listing: Listing, width: float) -> float:
        words = self.measured(text, listing.style, width - INDENT)
        return words + 2 + listing.lines * _WRITE

    def measured(self, text: str, style: str, width: float) -> float:
        key = (text, style, round(width, 2))
        if key not in _HEIGHTS:
            if len(_HEIGHTS) > _KEPT:
                _HEIGHTS.clear()
            self.style(style)
            _HEIGHTS[key] = self.multi_cell(
                width,
                STYLES[style].lead,
                text,
                align="L",
                dry_run=True,
                output="HEIGHT",
            )
        return _HEIGHTS[key]

    def draw(self, part: Part, x: float, y: float, width: float) -> None:
        match part:
            case Words():
                self.words(part, x, y, width)
            case Verdict():
                self.verdict(part, x, y)
            case Quantity():
                self.quantity(part, x, y)
            case Picture():
                self.picture(part, x, y)
            case Listing():
                self.listing(part, x, y, width)
            case Panel():
                self.panel(part, x, y, width)
            case Columns():
                self.columns(part, x, y)

    def draw_all(self, parts, x: float, y: float, width: float) -> None:
        for part in parts:
            y += _above(part)
            self.draw(part, x, y, width)
            y += self.height(part, width)

    def words(self, words: Words, x: float, y: float, width: float) -> None:
        if words.sign is not None:
            self.picture(words.sign, x, y + 2)
            x, width = x + _SIGN, width - _SIGN
        self.style(words.style)
        self.set_xy(x, y)
        self.multi_cell(width, STYLES[words.style].lead, words.text, align="L")

    def verdict(self, chip: Verdict, x: float, y: float) -> None:
        style = STYLES[chip.style]
        self.style(chip.style)
        width = 30 + self.get_string_width(chip.text)
        self.set_draw_color(style.colour)
        self.set_fill_color("#ffffff")
        self.set_line_width(1.1)
        self.rect(x, y + 3, width, 19, "DF", round_corners=True, corner_radius=8)
        self.picture(chip.sign, x + 7, y + 12.5 - chip.sign.height / 2)
        self.set_xy(x + 21, y + 3)
        self.cell(width, 19, chip.text)

    def quantity(self, quantity: Quantity, x: float, y: float) -> None:
        lead = STYLES[quantity.style].lead
        self.style(quantity.style)
        self.set_xy(x, y)
        self.cell(self.get_string_width(quantity.value + " "), lead, quantity.value)
        self.style("small")
        self.cell(0, lead * 1.15, quantity.unit)

    def listing(self, listing: Listing, x: float, y: float, width: float) -> None:
        for number, text in enumerate(listing.items, start=1):
            sign = f"{number}" if listing.numbered else "\u2022"
            self.style(listing.style)
            self.set_font(style="B")
            self.set_xy(x, y)
            self.cell(INDENT, STYLES[listing.style].lead, sign)
            words = Words(text, listing.style)
            self.words(words, x + INDENT, y, width - INDENT)
            y += self.item(text, listing, width)
            self.writing_lines(listing.lines, x, y, width)

    def writing_lines(self, lines: int, x: float, y: float, width: float) -> None:
        self.set_draw_color(GREY)
        self.set_line_width(0.8)
        with self.local_context(dash_pattern={"dash": 0.8, "gap": 2.4}):
            for number in range(lines):
                low = y - 2 - number * _WRITE
                self.line(x, low, x + width, low)

    def panel(self, panel: Panel, x: float, y: float, width: float) -> None:
        frame, height = FRAMES[panel.kind], self.height(panel, width)
        style = ("D" if frame.border else "") + ("F" if frame.ground else "")
        self.set_line_width(1.2)
        if frame.border:
            self.set_draw_color(frame.border)
        if frame.ground:
            self.set_fill_color(frame.ground)
        rounded = not frame.bar
        self.rect(x, y, width, height, style, rounded, 8)
        if frame.bar:
            self.set_fill_color(frame.bar)
            self.rect(x, y, 5, height, "F")
        inside = width - 2 * panel.padding
        self.draw_all(panel.parts, x + panel.padding, y + panel.padding, inside)

    def columns(self, columns: Columns, x: float, y: float) -> None:
        if columns.rule:
            self.set_draw_color(LINE)
            self.set_line_width(0.8)
            self.line(x, y, x + WIDTH, y)
            y += 4
        for width, parts in zip(columns.widths, columns.columns, strict=True):
            self.draw_all(parts, x, y, width)
            x += width + columns.gutter

    def picture(self, picture: Picture, x: float, y: float) -> None:
        for path in picture.paths:
            self.path(path, x, y)
        for label in picture.labels:
            self.set_font(FACE, "B" if label.bold else "", label.size)
            self.set_text_color(label.colour)
            self.text(x + label.x, y + label.y, label.text)

    def path(self, path: Path, x: float, y: float) -> None:
        """Draw corners as a polygon, strokes as lines, curves as a path."""
        if path.fill:
            self.set_fill_color(path.fill)
        if path.stroke:
            self.set_draw_color(path.stroke)
            self.set_line_width(path.width)
        style = ("D" if path.stroke else "") + ("F" if path.fill else "")
        if any(name == "C" for name, _ in path.steps):
            self.curves(path, x, y)
        elif path.fill:
            places = [at for name, at in path.steps if name != "Z"]
            self.polygon([(x + a, y + b) for a, b in places], style=style)
        else:
            before = (0.0, 0.0)
            for name, (a, b) in path.steps:
                if name == "L":
                    self.line(*before, x + a, y + b)
                before = (x + a, y + b)

    def curves(self, path: Path, x: float, y: float) -> None:
        with self.new_path() as drawn:
            drawn.style.fill_color = path.fill or None
            drawn.style.stroke_color = path.stroke or None
            drawn.style.stroke_width = path.width
            for name, places in path.steps:
                if name == "Z":
                    drawn.close()
                else:
                    moved = zip(places[::2], places[1::2], strict=True)
                    points = [n for a, b in moved for n in (x + a, y + b)]
                    getattr(drawn, _CURVE_TO[name])(*points)

    def table_of(self, table: Grid, y: float) -> float:
        """Draw the table as the guide does; it breaks over pages by itself."""
        self.set_auto_page_break(auto=True, margin=FOOT)
        self.set_y(y + 4)
        self.style("cell")
        self.set_draw_color(LINE)
        self.set_fill_color("#ffffff")
        with self.table(
            width=WIDTH,
            col_widths=table.shares,
            align="L",
            text_align="L",
            v_align="TOP",
            line_height=12,
            padding=4,
            borders_layout="HORIZONTAL_LINES",
            headings_style=FontFace(emphasis="B", fill_color=SHADE),
        ) as drawn:
            drawn.row(table.columns)
            for first, *others in table.rows:
                row = drawn.row()
                row.cell(first, style=FontFace(emphasis="B"))
                for text in others:
                    row.cell(text)
        self.set_auto_page_break(auto=False)
        return self.get_y()


def _above(part: Part) -> float:
    if isinstance(part, Words):
        return STYLES[part.style].above
    return {Panel: 10.0, Columns: 6.0, Listing: 2.0}.get(type(part), 0.0)
