"""Paper: a Page drawn as a tagged, reproducible PDF."""

from reports.pdf.fonts import UnprintableError
from reports.pdf.mixed import missing_characters, printable
from reports.pdf.render import layout, render_pdf

__all__ = [
    "UnprintableError",
    "layout",
    "missing_characters",
    "printable",
    "render_pdf",
]
