"""The HTML twin of every case in a browser: read by axe, narrow, zoomed, printed."""

import json
import re

import pytest

from service.desk.twin import render_report_html
from tests.desk.test_browser import AXE, AXE_OPTIONS, CHROMIUM, PICTURES, QUIET, ROOT
from tests.gallery.cases import CASES, page_of_case
from tests.long import LONG

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not on this machine"),
    pytest.mark.skipif(not AXE.is_file(), reason="axe is not here: .ci/run fetches it"),
    pytest.mark.xdist_group("browser"),
]
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is missing")

STATIC = ROOT / "service" / "desk" / "static"
SHOWN = list(CASES) if LONG else ["corrected", "emergency", "child"]
ZOOMED = {"width": 320, "height": 256}  # what 400 % leaves of 1280 by 1024
LINK = re.compile(r'<link rel="(?:stylesheet|icon)"[^>]*>')
IMPORT = re.compile(r'@import url\("([\w.]+)"\);')


def styles():
    """Return the style of a report with what it takes in."""
    text = (STATIC / "report.css").read_text("utf-8")
    while IMPORT.search(text):
        text = IMPORT.sub(lambda one: (STATIC / one[1]).read_text("utf-8"), text)
    return text


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, app):
    """Open the twin of a case in a window."""
    contexts = []

    def open_in(name, **window):
        with app.test_request_context():
            html = render_report_html(page_of_case(name))
        contexts.append(browser.new_context(**window))
        page = contexts[-1].new_page()
        style = f"<style>{styles()}</style>"
        page.set_content(LINK.sub("", html).replace("</head>", f"{style}</head>"))
        return page

    yield open_in
    for context in contexts:
        context.close()


def too_wide(page):
    return page.evaluate(
        "[...document.querySelectorAll('main *')].filter(e => !e.closest('.scroll')"
        " && !e.closest('svg') && e.getBoundingClientRect().right"
        " > document.documentElement.clientWidth + 1).map(e => e.outerHTML)"
    )


def found_by_axe(page):
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(f"axe.run({AXE_OPTIONS})")
    return [(one["id"], len(one["nodes"])) for one in found["violations"]]


@pytest.mark.parametrize("name", SHOWN)
def test_axe_finds_nothing_at_400_percent_and_nothing_leaves_the_window(opened, name):
    page = opened(name, viewport=ZOOMED, device_scale_factor=4)
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"twin-{name}-320.png", full_page=True, scale="css")

    assert too_wide(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= ZOOMED["width"]
    assert found_by_axe(page) == []


@pytest.mark.parametrize("name", SHOWN)
def test_axe_finds_nothing_on_a_wide_window(opened, name):
    page = opened(name, viewport={"width": 1280, "height": 1024})
    page.screenshot(path=PICTURES / f"twin-{name}-1280.png", full_page=True)

    assert json.dumps(found_by_axe(page)) == "[]"


@pytest.mark.parametrize("name", SHOWN)
def test_it_prints_as_wide_as_the_paper_with_no_box_cut_in_two(opened, name):
    page = opened(name, viewport={"width": 794, "height": 1123})
    page.emulate_media(media="print")

    assert too_wide(page) == []
    kept = page.evaluate(
        "[...document.querySelectorAll('.box, .card, .visit')]"
        ".map(e => getComputedStyle(e).breakInside)"
    )
    assert set(kept) == {"avoid"}
    page.pdf(path=PICTURES / f"twin-{name}.pdf", prefer_css_page_size=True)
