"""Paper: a Page drawn as a tagged, reproducible PDF."""

from reports.pdf.archive import Attachment
from reports.pdf.fonts import UnprintableError
from reports.pdf.mixed import missing_characters, printable
from reports.pdf.render import AnyPage, layout, render_pdf

__all__ = [
    "AnyPage",
    "Attachment",
    "UnprintableError",
    "layout",
    "missing_characters",
    "printable",
    "render_pdf",
]
