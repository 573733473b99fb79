"""The same content in the engines that one would use instead, as their guides show.

Platypus is ReportLab's own.  fpdf2, WeasyPrint and Typst are no part of Plainlab: the
benchmark installs them into ``build/engines`` and leaves out what it cannot install.
"""

import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from html import escape
from importlib import import_module
from importlib.resources import files
from io import BytesIO
from pathlib import Path

from reportlab.graphics.shapes import Drawing, Line, Rect, String
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate
from reportlab.platypus import Table as PlatypusTable

from benchmarks.content import Part
from reports.model import NumberLine, Table

Engine = Callable[[str, Sequence[Part]], bytes]

FOLDER = Path("build/engines")
FONTS = Path(str(files("fontpkg_atkinson_hyperlegible") / "files"))
FACE = "Atkinson Hyperlegible"
WIDTH = 300  # of a number line, in points
HEADINGS = {"title": "h1", "heading": "h2", "result": "h3"}
STYLES = getSampleStyleSheet()


def others() -> Iterator[tuple[str, Engine]]:
    """Yield name and engine of those that are here or can be installed."""
    sys.path.append(str(FOLDER))
    for name, package, module, engine in (
        ("Typst, PDF/UA-1, nothing kept", "typst", "typst", typst),
        ("Typst, PDF/UA-1, one compiler kept", "typst", "typst", typst_kept),
        ("fpdf2, untagged", "fpdf2", "fpdf", fpdf2),
        ("WeasyPrint, PDF/UA-1", "weasyprint", "weasyprint", weasyprint),
    ):
        if _here(module, package):
            yield name, engine
        else:
            print(f"  {name}: left out, for it cannot be installed here")


def _here(module: str, package: str) -> bool:
    if not (FOLDER / module).exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet"]
        pip += ["--disable-pip-version-check", "--target", str(FOLDER), package]
        subprocess.run(pip, check=False, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        import_module(module)
    except (ImportError, OSError):  # OSError: WeasyPrint without Pango
        return False
    return True


def platypus(title: str, parts: Sequence[Part]) -> bytes:
    """ReportLab's platypus with a built-in font, as a tutorial would do it."""
    out = BytesIO()
    document = SimpleDocTemplate(out, pagesize=A4, title=title)
    document.build([_flowable(kind, what) for kind, what in parts])
    return out.getvalue()


def _flowable(kind: str, what: str | NumberLine | Table) -> object:
    if isinstance(what, NumberLine):
        return _drawing(what)
    if isinstance(what, Table):
        cells = [[_paragraph(cell) for cell in row] for row in what.rows]
        heads = [_paragraph(head) for head in what.columns]
        return PlatypusTable([heads, *cells], repeatRows=1)
    styles = {"title": "Title", "heading": "Heading2", "result": "Heading3"}
    return _paragraph(what, styles.get(kind, "BodyText"))


def _paragraph(text: str, style: str = "BodyText") -> Paragraph:
    return Paragraph(escape(text), STYLES[style])


def _drawing(line: NumberLine) -> Drawing:
    drawing = Drawing(WIDTH, 30)
    for zone in line.zones:
        drawing.add(Rect(zone.start * WIDTH, 12, (zone.end - zone.start) * WIDTH, 10))
    for tick in line.ticks:
        drawing.add(String(tick.at * WIDTH, 2, tick.text, fontSize=7))
    at = line.marker.at * WIDTH
    drawing.add(Line(at, 8, at, 28))
    return drawing


def fpdf2(title: str, parts: Sequence[Part]) -> bytes:
    """fpdf2 with our typeface embedded."""
    pdf = import_module("fpdf").FPDF(unit="pt", format="A4")
    pdf.set_title(title)
    pdf.add_font(FACE, "", FONTS / "AtkinsonHyperlegible-Regular.ttf")
    pdf.add_font(FACE, "B", FONTS / "AtkinsonHyperlegible-Bold.ttf")
    pdf.add_page()
    for kind, what in parts:
        if isinstance(what, NumberLine):
            _fpdf2_line(pdf, what)
        elif isinstance(what, Table):
            pdf.set_font(FACE, size=9)
            with pdf.table() as table:
                for cells in (what.columns, *what.rows):
                    table.row(cells)
        else:
            size = {"title": 24, "heading": 16, "result": 14}.get(kind)
            pdf.set_font(FACE, "B" if size else "", size or 12)
            pdf.multi_cell(0, text=what, new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


def _fpdf2_line(pdf, line: NumberLine) -> None:
    if pdf.will_page_break(30):
        pdf.add_page()
    left, top = pdf.l_margin, pdf.get_y()
    for zone in line.zones:
        width = (zone.end - zone.start) * WIDTH
        pdf.rect(left + zone.start * WIDTH, top + 8, width, 10)
    pdf.set_font(FACE, size=7)
    for tick in line.ticks:
        pdf.text(left + tick.at * WIDTH, top + 28, tick.text)
    at = left + line.marker.at * WIDTH
    pdf.line(at, top + 2, at, top + 22)
    pdf.set_y(top + 30)


def weasyprint(title: str, parts: Sequence[Part]) -> bytes:
    """WeasyPrint from HTML, tagged; its fonts are set up once, as it recommends."""
    package = import_module("weasyprint")
    text = import_module("weasyprint.text.fonts")
    if not _WEASYPRINT:
        _WEASYPRINT["font_config"] = text.FontConfiguration()
        _WEASYPRINT["stylesheets"] = [
            package.CSS(string=_css(), font_config=_WEASYPRINT["font_config"])
        ]
    body = "".join([_html(kind, what) for kind, what in parts])
    head = f"<title>{escape(title)}</title>"
    document = package.HTML(string=f"<html lang=en><head>{head}<body>{body}")
    return bytes(document.write_pdf(pdf_variant="pdf/ua-1", **_WEASYPRINT))


_WEASYPRINT: dict[str, object] = {}


def _css() -> str:
    faces = "".join(
        f"@font-face {{font-family: Report; font-weight: {weight};"
        f" src: url({(FONTS / f'AtkinsonHyperlegible-{name}.ttf').as_uri()})}}"
        for name, weight in (("Regular", 400), ("Bold", 700))
    )
    return (
        f"{faces} @page {{size: A4}} body {{font: 12pt Report}} td {{font-size: 9pt}}"
    )


def _html(kind: str, what: str | NumberLine | Table) -> str:
    if isinstance(what, NumberLine):
        picture = b64encode(_svg(what).encode()).decode()
        alt = escape(what.alt)
        return f'<p><img alt="{alt}" src="data:image/svg+xml;base64,{picture}">'
    if isinstance(what, Table):
        heads = "".join(f"<th scope=col>{escape(one)}" for one in what.columns)
        rows = "".join(map(_html_row, what.rows))
        return f"<table><thead><tr>{heads}<tbody>{rows}</table>"
    tag = HEADINGS.get(kind, "p")
    return f"<{tag}>{escape(what)}</{tag}>"


def _html_row(cells: Sequence[str]) -> str:
    return "<tr>" + "".join(f"<td>{escape(cell)}" for cell in cells)


def _svg(line: NumberLine) -> str:
    zones = "".join(
        f'<rect x="{zone.start * WIDTH}" y="8" height="10" fill="none" stroke="black"'
        f' width="{(zone.end - zone.start) * WIDTH}"/>'
        for zone in line.zones
    )
    ticks = "".join(
        f'<text x="{tick.at * WIDTH}" y="28" font-size="7">{tick.text}</text>'
        for tick in line.ticks
    )
    at = line.marker.at * WIDTH
    mark = f'<line x1="{at}" x2="{at}" y1="2" y2="22" stroke="black"/>'
    size = f'width="{WIDTH}" height="30"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{zones}{ticks}{mark}</svg>'


def typst(title: str, parts: Sequence[Part]) -> bytes:
    """Typst from source, tagged, each report by itself."""
    return _compiled(_typst_compiler(), title, parts)


def typst_kept(title: str, parts: Sequence[Part]) -> bytes:
    """Typst likewise, with a compiler that keeps what it has laid out before."""
    if not _TYPST:
        _TYPST.append(_typst_compiler())
    return _compiled(_TYPST[0], title, parts)


_TYPST: list[object] = []


def _typst_compiler():
    return import_module("typst").Compiler(
        font_paths=[str(FONTS)], ignore_system_fonts=True
    )


def _compiled(compiler, title: str, parts: Sequence[Part]) -> bytes:
    head = f'#set document(title: {_typst_text(title)})\n#set page(paper: "a4")\n'
    head += f'#set text(font: "{FACE}", size: 12pt)\n'
    body = "\n\n".join([_typst_part(kind, what) for kind, what in parts])
    source = (head + body).encode()
    return bytes(compiler.compile(source, format="pdf", pdf_standards=["ua-1"]))


def _typst_text(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _typst_part(kind: str, what: str | NumberLine | Table) -> str:
    if isinstance(what, NumberLine):
        return _typst_line(what)
    if isinstance(what, Table):
        heads = ", ".join(map(_typst_text, what.columns))
        cells = ", ".join(_typst_text(cell) for row in what.rows for cell in row)
        columns = len(what.columns)
        return (
            f"#text(size: 9pt, table(columns: {columns},"
            f" table.header({heads}), {cells}))"
        )
    level = {"title": 1, "heading": 2, "result": 3}.get(kind)
    if level:
        return f"#heading(level: {level}, {_typst_text(what)})"
    return f"#par({_typst_text(what)})"


def _typst_line(line: NumberLine) -> str:
    zones = "".join(
        f"#place(dx: {zone.start * WIDTH}pt, dy: 8pt,"
        f" rect(width: {(zone.end - zone.start) * WIDTH}pt, height: 10pt))"
        for zone in line.zones
    )
    ticks = "".join(
        f"#place(dx: {tick.at * WIDTH}pt, dy: 22pt, text(size: 7pt, [{tick.text}]))"
        for tick in line.ticks
    )
    at = line.marker.at * WIDTH
    mark = f"#place(dx: {at}pt, dy: 2pt, line(angle: 90deg, length: 20pt))"
    alt = _typst_text(line.alt)
    box = f"box(width: {WIDTH}pt, height: 30pt)[{zones}{ticks}{mark}]"
    return f"#figure(alt: {alt}, {box})"
