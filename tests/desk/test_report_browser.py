"""The HTML twin of every case in a browser: read by axe, narrow, zoomed, printed."""

import json
import re
import shutil
import subprocess

import pytest

from service.desk.twin import render_report_html
from tests.desk.test_browser import AXE, AXE_OPTIONS, CHROMIUM, PICTURES, QUIET, ROOT
from tests.gallery.cases import CASES, IN_OTHER_LANGUAGES, page_of_case
from tests.long import LONG
from tests.test_reports_pdf import squeezed

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not on this machine"),
    pytest.mark.skipif(not AXE.is_file(), reason="axe is not here: .ci/run fetches it"),
    pytest.mark.xdist_group("browser"),
]
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is missing")

PDFTOTEXT = shutil.which("pdftotext")
STATIC = ROOT / "service" / "desk" / "static"
TRANSLATED = IN_OTHER_LANGUAGES if LONG else [("emergency", "es"), ("emergency", "ar")]
SHOWN = [(name, "en-GB") for name in (CASES if LONG else ("corrected", "child"))]
SHOWN += TRANSLATED
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

    def open_in(name, locale="en-GB", size="standard", **window):
        with app.test_request_context():
            html = render_report_html(page_of_case(name, locale), size=size)
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
        "[...document.querySelectorAll('main *')]"
        ".filter(e => !e.closest('.scroll, svg')"
        " && (e.getBoundingClientRect().left < -1 || e.getBoundingClientRect().right"
        " > document.documentElement.clientWidth + 1)).map(e => e.outerHTML)"
    )


def picture(page, name, **how):
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"twin-{name}.png", full_page=True, **how)


def found_by_axe(page):
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(f"axe.run({AXE_OPTIONS})")
    return [(one["id"], len(one["nodes"])) for one in found["violations"]]


@pytest.mark.parametrize(("name", "locale"), SHOWN)
def test_axe_finds_nothing_at_400_percent_and_nothing_leaves_the_window(
    opened, name, locale
):
    page = opened(name, locale, viewport=ZOOMED, device_scale_factor=4)
    picture(page, f"{name}-{locale}-320", scale="css")

    assert too_wide(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= ZOOMED["width"]
    assert found_by_axe(page) == []


@pytest.mark.parametrize(("name", "locale"), SHOWN)
def test_axe_finds_nothing_on_a_wide_window_and_no_chip_is_broken(opened, name, locale):
    page = opened(name, locale, viewport={"width": 1280, "height": 1024})
    picture(page, f"{name}-{locale}-1280")

    heights = page.evaluate(
        "[...document.querySelectorAll('.chip > span')].map(e => e.getClientRects()[0]"
        ".height / parseFloat(getComputedStyle(e).fontSize))"
    )
    assert [height for height in heights if height > 2] == []
    assert json.dumps(found_by_axe(page)) == "[]"


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize(("name", "locale"), TRANSLATED)
def test_large_print_is_half_as_large_again_and_stays_in_the_window(
    opened, name, locale, width
):
    window = {"width": width, "height": 900}
    usual = opened(name, locale, viewport=window)
    page = opened(name, locale, size="large", viewport=window)
    picture(page, f"{name}-{locale}-{width}-large")

    assert type_of(page) == 1.5 * type_of(usual)
    assert too_wide(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def type_of(page):
    told = "getComputedStyle(document.querySelector('.box li')).fontSize"
    return float(page.evaluate(told).removesuffix("px"))


@pytest.mark.parametrize("locale", ["en-GB", "es", "ar"])
def test_on_a_phone_an_emergency_begins_in_the_first_half_of_the_window(opened, locale):
    page = opened("emergency", locale, viewport={"width": 320, "height": 740})

    top = page.evaluate(
        "document.querySelector('.box-emergency').getBoundingClientRect().top"
    )
    assert top < 370


@pytest.mark.parametrize(("name", "locale"), SHOWN)
def test_it_prints_as_wide_as_the_paper_with_no_box_cut_in_two(opened, name, locale):
    page = opened(name, locale, viewport={"width": 794, "height": 1123})
    page.emulate_media(media="print")

    assert too_wide(page) == []
    kept = page.evaluate(
        "[...document.querySelectorAll('.box, .card, .visit')]"
        ".map(e => getComputedStyle(e).breakInside)"
    )
    assert set(kept) == {"avoid"}
    page.pdf(path=PICTURES / f"twin-{name}-{locale}.pdf", prefer_css_page_size=True)


@pytest.mark.skipif(PDFTOTEXT is None, reason="pdftotext is not on this machine")
@pytest.mark.parametrize("locale", ["en-GB", "es"])
@pytest.mark.parametrize(
    ("name", "paper"),
    [("emergency", "A4"), ("emergency", "Letter"), ("corrected", "A4")],
)
def test_what_to_do_is_printed_on_page_one(opened, name, locale, paper):
    content = page_of_case(name, locale)
    page = opened(name, locale)

    printed = subprocess.run(
        [PDFTOTEXT, "-l", "1", "-", "-"],
        input=page.pdf(format=paper, prefer_css_page_size=True),
        capture_output=True,
        check=True,
    ).stdout.decode()

    seen = squeezed(printed)
    boxes = (*content.alerts, content.next_steps, content.get_help)
    told = [text for box in boxes for text in (box.heading, *box.items, box.closing)]
    assert [text for text in told if squeezed(text) not in seen] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_numbers_of_a_line_are_seen_in_the_colours_that_a_reader_forces(
    opened, scheme
):
    window = {"width": 700, "height": 900}
    page = opened(
        "emergency", viewport=window, forced_colors="active", color_scheme=scheme
    )
    picture(page, f"emergency-forced-{scheme}")

    ink = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
    labels = page.evaluate(
        "[...document.querySelectorAll('.number-line .label')]"
        ".map(e => getComputedStyle(e).fill)"
    )
    assert set(labels) == {ink}


@pytest.mark.parametrize("locale", ["en-GB", "es", "ar"])
@pytest.mark.parametrize("width", [700, 1280])
def test_number_and_unit_stay_on_one_line_of_the_table(opened, locale, width):
    page = opened("emergency", locale, viewport={"width": width, "height": 900})

    lines = page.evaluate(
        "[...document.querySelectorAll('tbody td:nth-child(2)')].map(e =>"
        " e.firstElementChild.getBoundingClientRect().height"
        " / parseFloat(getComputedStyle(e).lineHeight))"
    )
    assert lines
    assert [one for one in lines if one > 1.5] == []


def test_on_a_phone_an_arabic_number_stands_under_the_other_cells(opened):
    page = opened("emergency", "ar", viewport={"width": 320, "height": 740})

    ends = page.evaluate(
        "[...document.querySelectorAll('tbody td > bdi')].map(e => {"
        " const words = document.createRange(); words.selectNodeContents(e);"
        " return Math.round(words.getBoundingClientRect().right); })"
    )
    assert len(ends) > 10
    assert max(ends) - min(ends) <= 2
