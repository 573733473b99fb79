"""ReportLab's own platypus, as its user guide shows, with our typeface embedded.

It gives language, title and metadata.  It does not give tags, PDF/UA, PDF/A or a file
inside: open-source ReportLab has no call for any of them.
"""

from functools import cache, partial
from html import escape
from io import BytesIO

from reportlab.graphics import shapes
from reportlab.lib.colors import HexColor, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    HRFlowable,
    PageTemplate,
    Paragraph,
)
from reportlab.platypus import Table as Cells

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
    Style,
)
from benchmarks.engines.picture import Picture

_BOLD = f"{FACE} Bold"
_BARE = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
]


def draw(report: Content) -> bytes:
    """Return *report* as PDF."""
    _register()
    out = BytesIO()
    document = BaseDocTemplate(
        out,
        pagesize=A4,
        title=report.title,
        subject=report.subject,
        author=report.author,
        keywords=report.keywords,
        lang=report.lang,
    )
    height = A4[1] - TOP - FOOT
    room = Frame(MARGIN, FOOT, WIDTH, height, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate(frames=[room]))
    flowables = _flowables(report.parts)
    document.build(flowables, canvasmaker=partial(_Numbered, report=report))
    return out.getvalue()


class _Numbered(Canvas):
    """The usual way to Page n of m: keep each page, and draw its foot at the end."""

    def __init__(self, *arguments, report: Content, **named) -> None:
        super().__init__(*arguments, **named)
        self.report = report
        self.kept: list[dict[str, object]] = []

    def showPage(self) -> None:  # noqa: N802  # ReportLab's name
        self.kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for page in self.kept:
            self.__dict__.update(page)
            self.foot(len(self.kept))
            super().showPage()
        super().save()

    def foot(self, total: int) -> None:
        right, report = A4[0] - MARGIN, self.report
        count = report.page_of.replace("{n}", str(self.getPageNumber()))
        self.setStrokeColor(HexColor(LINE))
        self.line(MARGIN, FOOT - 8, right, FOOT - 8)
        self.setFillColor(HexColor(GREY))
        self.setFont(FACE, 9)
        self.drawString(MARGIN, FOOT - 20, report.foot)
        self.setFont(_BOLD, 9)
        self.drawRightString(right, FOOT - 20, count.replace("{m}", str(total)))
        self.drawString(MARGIN, FOOT - 32, report.status)


@cache
def _register() -> None:
    registerFont(TTFont(FACE, REGULAR))
    registerFont(TTFont(_BOLD, BOLD))


def _flowables(parts: tuple[Part, ...]) -> list[Flowable]:
    found: list[Flowable] = []
    for part in parts:
        if isinstance(part, Listing):
            found += _listing(part)
        else:
            found.append(_MADE_BY[type(part)](part))
    return found


@cache
def _style(name: str, indent: float = 0) -> ParagraphStyle:
    style = STYLES[name]
    return ParagraphStyle(
        name,
        fontName=_font(style),
        fontSize=style.size,
        leading=style.lead,
        textColor=HexColor(style.colour),
        spaceBefore=style.above,
        keepWithNext=name == "heading",
        leftIndent=indent,
        bulletFontName=_BOLD,
        bulletFontSize=style.size,
    )


def _font(style: Style) -> str:
    return _BOLD if style.bold else FACE


def _words(words: Words) -> Flowable:
    text = Paragraph(escape(words.text), _style(words.style))
    if words.sign is None:
        return text
    return Cells([[_drawing(words.sign), text]], colWidths=[19, None], style=_BARE)


def _verdict(chip: Verdict) -> Flowable:
    style = STYLES[chip.style]
    width = 30 + stringWidth(chip.text, _font(style), style.size)
    colour = HexColor(style.colour)
    outline = shapes.Rect(
        0.5, 2, width, 19, rx=9.5, ry=9.5, fillColor=white, strokeColor=colour
    )
    words = shapes.String(
        21, 7.5, chip.text, fontName=_font(style), fontSize=style.size, fillColor=colour
    )
    drawing = shapes.Drawing(width + 1, 24)
    drawing.add(outline)
    for path in chip.sign.paths:
        drawing.add(_path(path, 7, 11.5 + chip.sign.height / 2))
    drawing.add(words)
    return drawing


def _quantity(quantity: Quantity) -> Flowable:
    unit = STYLES["small"]
    small = f'<font name="{FACE}" size="{unit.size}" color="{unit.colour}">'
    text = f"{escape(quantity.value)} {small}{escape(quantity.unit)}</font>"
    return Paragraph(text, _style(quantity.style))


def _listing(listing: Listing) -> list[Flowable]:
    style = _style(listing.style, INDENT)
    found: list[Flowable] = []
    for number, text in enumerate(listing.items, start=1):
        sign = f"{number}" if listing.numbered else "\u2022"
        found.append(Paragraph(escape(text), style, bulletText=sign))
        found += [_writing_line() for _ in range(listing.lines)]
    return found


def _writing_line() -> Flowable:
    return HRFlowable(
        "100%", 0.8, color=HexColor(GREY), spaceBefore=21, spaceAfter=0, dash=(0.8, 2.4)
    )


def _panel(panel: Panel) -> Flowable:
    frame = FRAMES[panel.kind]
    style = [(name, (0, 0), (-1, -1), panel.padding) for name in _PADDINGS]
    if frame.ground:
        style.append(("BACKGROUND", (0, 0), (-1, -1), HexColor(frame.ground)))
    if frame.border:
        style.append(("BOX", (0, 0), (-1, -1), 1.2, HexColor(frame.border)))
    if frame.bar:
        style.append(("LINEBEFORE", (0, 0), (0, -1), 5, HexColor(frame.bar)))
    corners = [0 if frame.bar else 8] * 4
    return Cells(
        [[_flowables(panel.parts)]], style=style, spaceBefore=10, cornerRadii=corners
    )


_PADDINGS = ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING", "BOTTOMPADDING")


def _columns(columns: Columns) -> Flowable:
    *first, last = columns.widths
    widths = [*(width + columns.gutter for width in first), last]
    style = [*_BARE, ("RIGHTPADDING", (0, 0), (-2, -1), columns.gutter)]
    if columns.rule:
        style.append(("LINEABOVE", (0, 0), (-1, 0), 0.8, HexColor(LINE)))
    cells = [_flowables(parts) for parts in columns.columns]
    return Cells([cells], colWidths=widths, style=style, spaceBefore=8)


def _drawing(picture: Picture) -> Flowable:
    drawing = shapes.Drawing(picture.width, picture.height)
    for path in picture.paths:
        drawing.add(_path(path, 0, picture.height))
    for label in picture.labels:
        drawing.add(
            shapes.String(
                label.x,
                picture.height - label.y,
                label.text,
                fontName=_BOLD if label.bold else FACE,
                fontSize=label.size,
                fillColor=HexColor(label.colour),
            )
        )
    return drawing


def _path(path, left: float, top: float) -> shapes.Path:
    """Return *path*, its corner at *left* and *top*; up is more here."""
    drawn = shapes.Path(
        fillColor=HexColor(path.fill) if path.fill else None,
        strokeColor=HexColor(path.stroke) if path.stroke else None,
        strokeWidth=path.width,
    )
    steps = {"M": drawn.moveTo, "L": drawn.lineTo, "C": drawn.curveTo}
    for name, places in path.steps:
        if name == "Z":
            drawn.closePath()
        else:
            xs, ys = places[::2], places[1::2]
            points = zip(xs, ys, strict=True)
            steps[name](*[one for x, y in points for one in (left + x, top - y)])
    return drawn


def _table(table: Grid) -> Flowable:
    rows = [[_cell(head, "head") for head in table.columns]]
    for first, *others in table.rows:
        rows.append([_cell(first, "head"), *[_cell(one, "cell") for one in others]])
    style = [(name, (0, 0), (-1, -1), 4) for name in _PADDINGS]
    style += [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("BACKGROUND", (0, 0), (-1, 0), HexColor(SHADE)),
        ("LINEBELOW", (0, 0), (-1, -1), 0.6, HexColor(LINE)),
    ]
    widths = [share * WIDTH for share in table.shares]
    return Cells(rows, colWidths=widths, style=style, repeatRows=1)


def _cell(text: str, style: str) -> Paragraph:
    return Paragraph(escape(text), _style(style))


_MADE_BY = {
    Words: _words,
    Verdict: _verdict,
    Quantity: _quantity,
    Panel: _panel,
    Columns: _columns,
    Picture: _drawing,
    Grid: _table,
}
