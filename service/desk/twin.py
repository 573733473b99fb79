"""The HTML twin of the report: the same Page, drawn for a screen."""

from flask import render_template

from reports.model import Page
from service.desk.line_drawing import draw


def render_report_html(page: Page) -> str:
    """Return *page* as a whole HTML document, in the same order as the PDF.

    Needs an application context with the desk's blueprint registered.  All texts
    are escaped; there is no script and no inline style.
    """
    return render_template("report.html", page=page, draw=draw)
