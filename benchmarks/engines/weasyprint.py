"""WeasyPrint from HTML and a style sheet with our typeface, as its manual shows.

It gives language, title, metadata, tags (PDF/UA-1) and the file inside.  It writes
PDF/A-3a or PDF/UA-1, but not both in one file.
"""

from base64 import b64encode
from functools import cache
from html import escape

from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration

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
    FOOT,
    FRAMES,
    GREY,
    LINE,
    MARGIN,
    REGULAR,
    SHADE,
    STYLES,
    TOP,
)
from benchmarks.engines.picture import Label, Path, Picture, sign
from reports.model import Tone


def draw(report: Content) -> bytes:
    """Return *report* as PDF, with a font configuration and style sheet of its own."""
    return _written(report, *_prepared())


def draw_kept(report: Content) -> bytes:
    """Return *report* as PDF; fonts and style sheet are kept for all reports."""
    return _written(report, *_kept())


def _prepared() -> tuple[FontConfiguration, CSS]:
    fonts = FontConfiguration()
    return fonts, CSS(string=_sheet(), font_config=fonts)


@cache
def _kept() -> tuple[FontConfiguration, CSS]:
    return _prepared()


def _written(report: Content, fonts: FontConfiguration, sheet: CSS) -> bytes:
    inside = report.attachment
    attachment = Attachment(
        string=inside.content,
        name=inside.name,
        description=inside.description,
        modified=report.issued_at,
        relationship="Data",
    )
    pdf = HTML(string=_document(report)).write_pdf(
        stylesheets=[sheet],
        font_config=fonts,
        attachments=[attachment],
        pdf_variant="pdf/ua-1",
    )
    return bytes(pdf)


def _sheet() -> str:
    faces = "".join(
        f"@font-face {{font-family: Report; font-weight: {weight};"
        f" src: url({path.as_uri()})}}"
        for path, weight in ((REGULAR, 400), (BOLD, 700))
    )
    styles = "".join(
        f".{name} {{font: {'bold' if style.bold else 'normal'} {style.size}pt/"
        f"{style.lead}pt Report; color: {style.colour}; margin: {style.above}pt 0 0}}"
        for name, style in STYLES.items()
    )
    frames = "".join(
        f".panel-{kind} {{background: {frame.ground or 'none'};"
        f" border: {f'1.2pt solid {frame.border}' if frame.border else '0'};"
        f" border-radius: {0 if frame.bar else 8}pt;"
        f" {f'border-left: 5pt solid {frame.bar}' if frame.bar else ''}}}"
        for kind, frame in FRAMES.items()
    )
    signs = "".join(
        f".{name} {{background: url({_source(picture)}) {left}pt center no-repeat}}"
        for name, picture, left in (
            ("danger", sign(Tone.URGENT, 6), 0),
            *((f"verdict.{tone}", sign(tone, 4.4), 7) for tone in Tone),
        )
    )
    return f"""
    {faces} {styles} {frames} {signs}
    @page {{size: A4; margin: {TOP}pt {MARGIN}pt {FOOT}pt;
      @bottom-left {{content: element(foot); width: 100%; vertical-align: top;
        margin-top: 8pt; border-top: 0.8pt solid {LINE}}}}}
    footer {{position: running(foot)}} footer p {{padding-top: 4pt}}
    .pages {{float: right}}
    .pages::after {{content: "Page " counter(page) " of " counter(pages)}}
    body, ol, ul, p {{margin: 0}} ol, ul {{padding-left: 13pt}}
    .heading {{break-after: avoid}}
    .panel {{margin-top: 10pt; break-inside: avoid}}
    .columns {{display: table; table-layout: fixed; width: 100%; margin-top: 6pt;
      break-inside: avoid}}
    .columns > div {{display: table-cell; vertical-align: top; box-sizing: border-box}}
    .card {{border-top: 0.8pt solid {LINE}; padding-top: 4pt}}
    .verdict {{display: table; border: 1.1pt solid; border-radius: 10pt;
      padding: 1pt 9pt 1pt 21pt; margin: 4pt 0 0}}
    .danger {{padding-left: 19pt}} img {{display: block}}
    .unit {{font: 10.5pt Report; color: {GREY}}}
    .lines-2 li {{padding-bottom: 44pt;
      background: url({_dots()}) left bottom repeat-x}}
    table {{width: 100%; table-layout: fixed; border-collapse: collapse;
      margin-top: 4pt; text-align: left}}
    th, td {{padding: 4pt; vertical-align: top; border-bottom: 0.6pt solid {LINE}}}
    thead {{background: {SHADE}}} tr {{break-inside: avoid}}
    """


def _dots() -> str:
    """Return a stretch of two lines to write on: a dot of each."""
    dots = tuple(
        Path((("M", (0, y)), ("L", (0.8, y))), "", GREY, 0.8) for y in (20, 42)
    )
    return _source(Picture(3.2, 44, dots, ()))


def _document(report: Content) -> str:
    made = report.issued_at.isoformat()
    facts = {
        "author": report.author,
        "description": report.subject,
        "keywords": report.keywords,
        "dcterms.created": made,
        "dcterms.modified": made,
    }
    return (
        f"<!DOCTYPE html><html lang={report.lang}><head><meta charset=utf-8>"
        f"<title>{escape(report.title)}</title>"
        + "".join(
            f'<meta name="{name}" content="{escape(fact)}">'
            for name, fact in facts.items()
        )
        + f"<body><footer><p class=fine><span class='pages count'></span>"
        f"{escape(report.foot)}<br><b class=count>{escape(report.status)}</b></p>"
        f"</footer>{_all(report.parts)}</body></html>"
    )


def _all(parts: tuple[Part, ...]) -> str:
    return "".join([_HTML_BY[type(part)](part) for part in parts])


def _words(words: Words) -> str:
    level = STYLES[words.style].level
    tag = f"h{level}" if level else "p"
    return f"<{tag} class={words.style}>{escape(words.text)}</{tag}>"


def _verdict(chip: Verdict) -> str:
    return f"<p class='verdict {chip.style}'>{escape(chip.text)}</p>"


def _quantity(quantity: Quantity) -> str:
    unit = f"<span class=unit>{escape(quantity.unit)}</span>"
    return f"<p class={quantity.style}>{escape(quantity.value)} {unit}</p>"


def _panel(panel: Panel) -> str:
    style = f"class='panel panel-{panel.kind}' style='padding: {panel.padding}pt'"
    return f"<div {style}>{_all(panel.parts)}</div>"


def _picture(picture: Picture) -> str:
    return f'<img alt="{escape(picture.alt)}" src="{_source(picture)}">'


def _listing(listing: Listing) -> str:
    tag = "ol" if listing.numbered else "ul"
    items = "".join(f"<li>{escape(text)}" for text in listing.items)
    return f"<{tag} class='{listing.style} lines-{listing.lines}'>{items}</{tag}>"


def _columns(columns: Columns) -> str:
    *first, last = columns.widths
    widths = [*(width + columns.gutter for width in first), last]
    white = [*(columns.gutter for _ in first), 0]
    cells = "".join(
        f"<div style='width: {width}pt; padding-right: {right}pt'>{_all(parts)}</div>"
        for width, right, parts in zip(widths, white, columns.columns, strict=True)
    )
    return f"<div class='columns{' card' if columns.rule else ''}'>{cells}</div>"


def _source(picture: Picture) -> str:
    return "data:image/svg+xml;base64," + b64encode(_svg(picture).encode()).decode()


def _svg(picture: Picture) -> str:
    width, height = picture.width, picture.height
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}pt" height="{height}pt"'
        f' viewBox="0 0 {width} {height}" font-family="Report">'
        f"{''.join(map(_path, picture.paths))}{''.join(map(_label, picture.labels))}"
        "</svg>"
    )


def _path(path: Path) -> str:
    steps = " ".join(f"{name}{' '.join(map(str, at))}" for name, at in path.steps)
    return (
        f'<path d="{steps}" fill="{path.fill or "none"}"'
        f' stroke="{path.stroke or "none"}" stroke-width="{path.width}"/>'
    )


def _label(label: Label) -> str:
    weight = "bold" if label.bold else "normal"
    return (
        f'<text x="{label.x}" y="{label.y}" font-size="{label.size}"'
        f' font-weight="{weight}" fill="{label.colour}">{escape(label.text)}</text>'
    )


def _table(table: Grid) -> str:
    columns = "".join(f"<col style='width: {share:.2%}'>" for share in table.shares)
    heads = "".join(f"<th scope=col>{escape(text)}</th>" for text in table.columns)
    rows = "".join(map(_row, table.rows))
    return (
        f"<table class=cell><colgroup>{columns}</colgroup><thead><tr>{heads}</tr>"
        f"</thead><tbody>{rows}</tbody></table>"
    )


def _row(cells: tuple[str, ...]) -> str:
    first, *others = map(escape, cells)
    rest = "".join(f"<td>{text}</td>" for text in others)
    return f"<tr><th scope=row>{first}</th>{rest}</tr>"


_HTML_BY = {
    Words: _words,
    Verdict: _verdict,
    Quantity: _quantity,
    Listing: _listing,
    Panel: _panel,
    Columns: _columns,
    Picture: _picture,
    Grid: _table,
}
