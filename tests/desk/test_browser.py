"""The desk in a real browser: by keyboard alone, at two widths, read by axe."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.access import signin, users
from service.access.audit import Stamp
from service.access.users import NewUser, Role
from tests.desk.conftest import PASSWORD
from tests.long import SHORT
from tests.server import running

ROOT = Path(__file__).parents[2]
AXE = ROOT / "build" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = ROOT / "build" / "pictures"
CHROMIUM = shutil.which("chromium")
QUIET = [
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE_OPTIONS = """{
  preload: false,
  resultTypes: ["violations"],
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
}"""
LONG_NAME = "Wilhelmina-Anneliese Featherstonehaugh-Cholmondeley van den Oudenhoven"

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not on this machine"),
    pytest.mark.skipif(not AXE.is_file(), reason="axe is not here: .ci/run fetches it"),
    pytest.mark.xdist_group("browser"),
]
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is missing")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("browser")) as server:
        now = datetime.now(UTC)
        stamp = Stamp("system:test", now)
        user = users.add(
            server.engine,
            NewUser("kim.keys", "Dr Kim Keys", Role.CLINICIAN, PASSWORD),
            stamp,
        )
        server.clinician = user
        server.administrator = users.add(
            server.engine,
            NewUser("ada.admin", "Ada Admin", Role.ADMIN, PASSWORD),
            stamp,
        )
        yield server


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


PHONE = pytest.mark.skipif(SHORT, reason="PLAINLAB_LONG is not set: .ci/run does")
WIDTHS = [
    pytest.param(1280, id="desktop"),
    pytest.param(360, id="phone", marks=PHONE),
    pytest.param(320, id="narrow", marks=PHONE),
]


@pytest.fixture(params=WIDTHS)
def page(browser, server, request):
    """A signed-in page at one width, and what it said on its console."""
    yield from open_page(browser, server, request.param, server.clinician)


@pytest.fixture(params=WIDTHS)
def admin_page(browser, server, request):
    """The same for somebody who may set up senders."""
    yield from open_page(browser, server, request.param, server.administrator)


@pytest.fixture
def desktop(browser, server):
    yield from open_page(browser, server, 1280, server.clinician)


def open_page(browser, server, width, user):
    context = browser.new_context(
        base_url=f"http://127.0.0.1:{server.port}",
        viewport={"width": width, "height": 800},
        reduced_motion="reduce",
    )
    page = context.new_page()
    said = []
    page.on("console", lambda message: _note(said, message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(link_for(server, user))
    page.get_by_role("button", name="Sign in now").click()
    yield page
    context.close()
    assert said == []


def _note(said, text):
    if not text.startswith("Failed to load resource"):  # a page refused by its status
        said.append(text)


def link_for(server, user):
    stamp = Stamp("system:test", datetime.now(UTC))
    token = signin.issue_link(server.engine, user.id, timedelta(minutes=5), stamp)
    return f"/sign-in/link/{token}"


def look(page, name, *, axe=True):
    """Take a picture, see that nothing leaves its sides, and let axe read the page."""
    page.wait_for_load_state("load")
    width = page.viewport_size["width"]
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}-{width}.png", full_page=True)
    over = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert over <= 0, f"{name} at {width}: {over} px too wide"
    if not axe:
        return
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(f"axe.run({AXE_OPTIONS})")
    problems = [
        (one["id"], node["html"][:200], node["failureSummary"])
        for one in found["violations"]
        for node in one["nodes"]
    ]
    assert problems == [], json.dumps(problems, indent=1)


def print_to_pdf(page):
    """Print the report as a browser does, to look at."""
    page.emulate_media(media="print")
    page.pdf(path=PICTURES / "report-printed.pdf", prefer_css_page_size=True)
    page.emulate_media(media="screen")


def fill(page, values):
    for name, value in values.items():
        field = page.locator(f'[id="{name}"]')
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
            continue
        field.fill(value)


PANEL = {
    "record_number": "MRN-1042",
    "name": LONG_NAME,
    "birth_date": "1971-03-04",
    "sex": "female",
    "pregnancy": "no",
    "collected_date": "2026-09-20",
    "collected_time": "08:40",
    "value.potassium": "6.8",
    "unit.potassium": "mmol/L",
    "flag.potassium": "N",
    "value.sodium": "134",
    "unit.sodium": "mmol/L",
    "value.vitamin_d_25oh": "20",
    "unit.vitamin_d_25oh": "ng/mL",
    "value.ferritin": "60",
    "unit.ferritin": "ug/L",
    "low.ferritin": "30",
    "high.ferritin": "300",
    "value.calcium_total": "2.31",
    "unit.calcium_total": "mmol/L",
    "value.magnesium": "<0.7",
    "unit.magnesium": "mmol/L",
    "test.x1": "Zinc in serum, an unknown test with a long name",
    "value.x1": "9.1",
    "unit.x1": "umol/L",
}


def test_axe_finds_nothing_before_signing_in(browser, server):
    context = browser.new_context(
        base_url=f"http://127.0.0.1:{server.port}",
        viewport={"width": 360, "height": 800},
    )
    page = context.new_page()
    page.goto("/sign-in")
    look(page, "sign-in")
    page.fill("#username", "kim.keys")
    page.fill("#password", "not the password")
    page.get_by_role("button", name="Sign in").click()
    look(page, "sign-in-refused")
    page.goto(link_for(server, server.clinician))
    look(page, "sign-in-link")
    context.close()


def test_axe_finds_nothing_on_any_page_or_state(page):
    look(page, "worklist")
    page.get_by_role("link", name="New panel").first.click()
    look(page, "new-panel", axe=False)
    page.get_by_role("button", name="Preview").click()
    look(page, "nothing-filled-in", axe=False)
    fill(page, PANEL | {"value.sodium": "13x4"})
    page.get_by_label("Asked: has those ticked below").check()
    page.get_by_label("Urge to move the legs", exact=False).first.check()
    page.locator("#symptom\\.muscle_cramp").check()
    page.locator("#symptom\\.muscle_cramp ~ details summary").click()
    look(page, "ticked")
    page.get_by_role("button", name="Preview").click()
    look(page, "preview-with-errors")
    page.locator('[id="value.sodium"]').fill("134")
    page.get_by_role("button", name="Preview").click()
    look(page, "preview")
    page.get_by_role("button", name="Store exactly this").click()
    look(page, "result")
    for summary in page.locator("details > summary").all():
        summary.click()
    look(page, "working")
    page.get_by_role("button", name="I have read these").click()
    look(page, "critical-read")
    page.get_by_role("link", name="as a web page").click()
    look(page, "report")
    print_to_pdf(page)
    page.go_back()
    page.get_by_role("button", name="Mark as reviewed").click()
    look(page, "reviewed")
    page.get_by_role("link", name="Worklist").click()
    look(page, "worklist-filled")
    page.get_by_role("link", name="New panel").first.click()
    fill(page, PANEL | {"name": "Another Person", "sex": "male"})
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Store exactly this").click()
    look(page, "result-held")
    page.get_by_role("link", name="Look at both").click()
    look(page, "identities")
    page.get_by_role("link", name="Worklist").click()
    look(page, "worklist-held")
    page.get_by_label("Record number or name").fill("nobody has this name")
    page.get_by_role("button", name="Search").click()
    look(page, "nothing-found")
    page.goto("/desk/results/none")
    look(page, "not-found")


FILE = """\
patient_id,name,birth_date,sex,pregnancy,collected_at,test_name,value,unit,Remark
MRN-7,Fay File,1971-03-04,female,no,2026-09-20 08:40,Potassium,4.1,mmol/L,none
MRN-7,,,,,2026-09-20 08:40,A test that nobody here has ever heard of,<9,ug/L,none
MRN-8,Sam Sheet,1980-01-31,male,,2026-09-20 09:05,Sodium,12x8,mmol/L,none
"""


def choose(page, text):
    page.goto("/desk/files")
    file = {"name": "results.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="Preview").click()


def test_axe_finds_nothing_on_the_way_of_a_file(page):
    page.goto("/desk/files")
    look(page, "files")
    choose(page, "a,b\n1\n")
    look(page, "files-nothing-known")
    file = FILE.replace("Remark", f"Remark {page.viewport_size['width']}")
    choose(page, file)
    page.get_by_role("heading", name="What the columns hold").wait_for()
    look(page, "files-columns")
    page.locator('[id="column.9"]').select_option("column:ignore")
    page.get_by_role("button", name="Confirm and preview").click()
    look(page, "files-with-errors")
    choose(page, file.replace("12x8", "128"))
    look(page, "files-preview")
    page.get_by_role("button", name="Store").click()
    look(page, "files-stored")


def test_axe_finds_nothing_on_the_pages_of_senders(admin_page):
    page = admin_page
    page.goto("/desk/senders")
    look(page, "senders")
    page.get_by_role("link", name="New sender").click()
    look(page, "sender-new")
    name = f"{LONG_NAME[:40]} {page.viewport_size['width']}"
    fill(page, {"name": name, "code-1": "Fe", "analyte-1": "iron"})
    page.locator("#code-2").fill("nowhere to go")
    page.get_by_role("button", name="Save").click()
    look(page, "sender-refused")
    page.locator("#code-2").fill("")
    page.get_by_role("button", name="Save").click()
    look(page, "sender-saved")
    page.goto("/desk/senders")
    page.get_by_role("link", name=name).click()
    look(page, "sender")


def test_search_text_never_stands_in_an_address(desktop):
    desktop.get_by_label("Record number or name").fill("Canary-Name")
    desktop.get_by_role("button", name="Search").click()

    assert "Canary" not in desktop.url
    assert desktop.get_by_label("Record number or name").input_value() == "Canary-Name"


def type_into(page, name, text):
    """Go on with Tab until the field has the focus, then type."""
    for _ in range(400):
        if page.evaluate("document.activeElement.id") == name:
            page.keyboard.type(text)
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {name}")


def press(page, words):
    """Go on with Tab until the button or link of these words has the focus."""
    for _ in range(600):
        focused = page.evaluate("document.activeElement.textContent || ''")
        if focused.strip() == words:
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {words!r}")


def test_a_panel_goes_from_sign_in_to_pdf_by_keyboard_alone(browser, server):
    context = browser.new_context(
        base_url=f"http://127.0.0.1:{server.port}",
        viewport={"width": 1280, "height": 800},
    )
    page = context.new_page()
    page.goto("/sign-in")
    type_into(page, "username", "kim.keys")
    type_into(page, "password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/worklist")
    press(page, "New panel")
    page.wait_for_url("**/desk/new")
    type_into(page, "record_number", "KEY-1")
    type_into(page, "name", "Kay Board")
    type_into(page, "birth_date", "1971-03-04")
    type_into(page, "sex", "fe")
    type_into(page, "value.potassium", "4,1")
    type_into(page, "unit.potassium", "mm")
    press(page, "Preview")
    page.wait_for_url("**/desk/preview")
    assert page.get_by_role("heading", name="1 to mend").is_visible()
    press(page, "Potassium: value")
    page.keyboard.press("Control+A")
    type_into(page, "value.potassium", "4.1")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Store exactly this").wait_for()
    press(page, "Store exactly this")
    page.wait_for_url("**/desk/results/*")
    with page.expect_download() as download:
        press(page, "Patient\u2019s report (PDF)")
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    assert "Kay" not in download.value.suggested_filename
    context.close()


def test_a_file_is_uploaded_and_stored_without_javascript(browser, server, tmp_path):
    file = tmp_path / "results.csv"
    file.write_text("test;value;unit\nFerritin;9;ug/L\n", encoding="utf-8")
    context = browser.new_context(
        base_url=f"http://127.0.0.1:{server.port}", java_script_enabled=False
    )
    page = context.new_page()
    page.goto(link_for(server, server.clinician))
    page.get_by_role("button", name="Sign in now").click()
    page.goto("/desk/new")
    page.set_input_files("#file", file)
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Store exactly this").click()

    assert "/desk/results/" in page.url
    context.close()
