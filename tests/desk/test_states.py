"""What people see when things are corrected, damaged, busy or cannot be printed."""

import json
import logging
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from reference_ranges.limits import Span
from service.access import keys
from service.access.audit import Action, Stamp, deeds
from service.access.keys import NewKey, Scope
from service.access.users import Role
from service.app import create_app
from service.desk.shown import complaints_of, span_text
from service.intake.form import Form, Row
from service.problems import Fault
from service.services import NAME
from service.settings import load_settings
from tests.databases import shape
from tests.desk.conftest import PASSWORD, Clock, add_user, signed_in
from tests.desk.pages import Page
from tests.desk.panels import commit, id_of, potassium, preview


@pytest.fixture(scope="module")
def fragile(tmp_path_factory):
    """An application of its own, that hardly waits for its turn."""
    made = load_settings({"PLAINLAB_VAR": str(tmp_path_factory.mktemp("fragile"))})
    app = create_app(replace(made, busy_timeout=0.05), clock=Clock())
    shape(app.extensions[NAME].engine)
    add_user(app, "staff.person", Role.STAFF)
    return app


@pytest.fixture
def writer(fragile):
    return signed_in(fragile, Role.STAFF)


@pytest.fixture
def sealed(writer):
    return preview(writer, potassium())


@pytest.fixture
def locked(fragile, sealed):  # noqa: ARG001  the preview comes first
    """Somebody else is writing, for as long as the test lasts."""
    connection = fragile.extensions[NAME].engine.raw_connection()
    connection.execute("BEGIN IMMEDIATE")
    yield
    connection.rollback()
    connection.close()


@pytest.mark.usefixtures("locked")
def test_a_store_that_is_busy_is_said_and_nothing_is_promised(writer, sealed):
    answer = commit(writer, sealed)

    assert answer.status == 503
    assert "Nothing was stored" in answer.text


def test_the_same_preview_can_be_stored_when_the_store_is_back(writer, sealed):
    assert commit(writer, sealed).status == 303


def test_a_damaged_record_is_not_shown_and_not_told_to_the_log(
    fragile, writer, sealed, caplog
):
    made = id_of(commit(writer, sealed))
    connection = fragile.extensions[NAME].engine.raw_connection()
    for (name,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("UPDATE interpretation SET document_sha256 = 'x'")
    connection.commit()
    connection.close()
    caplog.set_level(logging.DEBUG)

    answer = writer.get(f"/desk/results/{made}")

    assert answer.status_code == 500
    assert "Something went wrong" in answer.text
    assert "StoreDamaged" in str([vars(one) for one in caplog.records])
    assert "Alex" not in str([vars(one) for one in caplog.records])


@pytest.fixture
def corrected(app, staff):
    """A panel that came with a wrong number, and its correction by the laboratory."""
    old = id_of(commit(staff, preview(staff, potassium("6.8"))))
    return old, send(app, "4.8", supersedes=old)


def send(app, value, status="final", **more):
    """What potassium is kept as that a laboratory sends."""
    services = app.extensions[NAME]
    now = services.clock()
    new = NewKey("correcting", frozenset(Scope), now + timedelta(days=1))
    key = keys.issue(services.engine, new, Stamp("system:test", now))
    result = {"analyte": "potassium", "value": value, "unit": "mmol/L"}
    document = {
        "patient": {"id": "MRN-77", "birth_date": "1971-03-04"},
        "specimen": {"collected_at": "2026-11-20T08:40:00+00:00"},
        "results": [result | {"status": status}],
        **more,
    }
    answer = app.test_client().post(
        "/v1/interpretations",
        data=json.dumps(document),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    return answer.get_json()["id"]


def test_a_correction_of_a_report_that_is_not_found_says_so_in_each_version(
    app, staff, see, corrected
):
    first = send(app, "4.8", "corrected")
    second = send(app, "4.9", "corrected", supersedes=first)

    pages = [see(staff, f"/desk/results/{one}") for one in (first, second, *corrected)]

    notice = "This corrects or withdraws an earlier result."
    assert [notice in page.text for page in pages] == [True, True, False, False]


def test_a_corrected_version_leads_to_the_newer_one_and_back(staff, see, corrected):
    old, new = (f"/desk/results/{one}" for one in corrected)

    before, after = see(staff, old), see(staff, new)

    assert "This has been corrected." in before.text
    assert new in before.links
    assert "this is version 2" in after.text
    assert old in after.links


def test_a_corrected_version_can_no_longer_be_reviewed(clinician, see, corrected):
    old, new = corrected
    token = see(clinician, f"/desk/results/{new}").form("/review").fields

    answer = clinician.post(f"/desk/results/{old}/review", data=token)

    assert "Mark as reviewed" not in see(clinician, f"/desk/results/{old}").text
    assert answer.status_code == 409


def test_a_name_that_paper_cannot_show_still_gets_its_page_on_screen(staff, see):
    changes = potassium() | {"name": ["\U00013000\U00013001"]}
    made = id_of(commit(staff, preview(staff, changes)))

    paper = staff.get(f"/desk/results/{made}/report.pdf")

    assert paper.data.startswith(b"%PDF-")
    assert "\U00013000" in see(staff, f"/desk/results/{made}/report.html").text


def test_the_front_door_leads_to_the_worklist(staff):
    assert staff.get("/").headers["Location"] == "/desk/worklist"


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ({"at_least": 3, "at_most": 5}, "3 to 5 mmol/L"),
        ({"at_least": 3, "below": 5}, "from 3 below 5 mmol/L"),
        ({"above": 3, "at_most": 5}, "above 3 to 5 mmol/L"),
        ({"above": 3, "below": 5}, "above 3 below 5 mmol/L"),
        ({"at_least": 3}, "3 mmol/L or more"),
        ({"above": 3}, "more than 3 mmol/L"),
        ({"at_most": 5}, "5 mmol/L or less"),
        ({"below": 5}, "less than 5 mmol/L"),
        ({}, "any value"),
    ],
)
def test_a_limit_says_which_side_owns_its_edge(ends, words):
    span = Span(**{end: Decimal(number) for end, number in ends.items()})

    assert span_text(span, "mmol/L") == words


def test_a_limit_without_a_unit_is_a_bare_number():
    assert span_text(Span(at_least=Decimal("3.0"))) == "3.0 or more"
    assert span_text(None) == ""


@pytest.mark.parametrize(
    ("pointer", "field", "where"),
    [
        ("", "", "The form"),
        ("/nowhere", "", "The form"),
        ("/results", "results", "Results"),
        ("/results/0", "test.x1", "Other test: test"),
        ("/results/0/interval/low", "interval.x1", "Other test: interval"),
        ("/specimen/conditions/3", "conditions", "State of the specimen"),
    ],
)
def test_every_fault_has_a_place_on_the_page(pointer, field, where):
    form = Form({}, (Row("x1", {}),), {}, (), ())
    (found,) = complaints_of([Fault(pointer, "required")], ("x1",), form, {})

    assert (found.field, found.where) == (field, where)


def test_behind_tls_cookies_are_secure_and_bound_to_the_host(tmp_path):
    made = load_settings({"PLAINLAB_VAR": str(tmp_path)})
    app = create_app(replace(made, behind_tls=True), clock=Clock())
    shape(app.extensions[NAME].engine)
    add_user(app, "staff.person", Role.STAFF)
    client = app.test_client()
    first = client.get("/sign-in", base_url="https://localhost")
    fields = {
        "form_token": Page(first).token,
        "username": "staff.person",
        "password": PASSWORD,
    }

    answer = client.post("/sign-in", data=fields, base_url="https://localhost")

    cookies = first.headers.getlist("Set-Cookie") + answer.headers.getlist("Set-Cookie")
    assert answer.status_code == 303
    assert len(cookies) == 3
    assert all(one.startswith("__Host-plainlab") for one in cookies)
    assert all("; Secure" in one and "; Path=/" in one for one in cookies)
    assert not [one for one in cookies if "Domain" in one]


def test_a_corrected_report_lists_who_downloaded_what_it_replaced(
    staff, clinician, see, corrected
):
    old, new = (f"/desk/results/{one}" for one in corrected)
    before = see(staff, new)
    read_critical(clinician, see, old)

    clinician.get(f"{old}/report.pdf")
    page = see(staff, new)

    assert "Who has what was replaced" not in before.text
    assert "Who has what was replaced" in page.text
    assert "Dr Clinician Person 23 Nov 2026, 09:00 version 1" in page.text


def read_critical(client, see, address):
    """Say that one has read what is critical: only then is the report handed out."""
    return see(client, address).form("/read").send(client)


@pytest.mark.parametrize("end", ["report.pdf", "report.html", "working.pdf"])
def test_a_critical_report_opens_for_who_has_read_what_is_critical(
    staff, clinician, see, engine, end
):
    made = id_of(commit(staff, preview(staff, potassium("6.8"))))
    address = f"/desk/results/{made}"
    page = see(staff, address)

    early = staff.get(f"{address}/{end}")
    done = read_critical(staff, see, address)
    mine, theirs = (one.get(f"{address}/{end}") for one in (staff, clinician))
    after = see(staff, address)

    assert "I have read these" in page.text
    assert not [one for one in page.links if one.endswith((".pdf", ".html"))]
    assert (early.status_code, early.headers["Location"]) == (303, f"{address}#report")
    assert (done.status, mine.status_code) == (303, 200)
    assert theirs.status_code == 303  # each who hands it out has read it
    assert "What is critical was read by Dr Staff Person on 23 Nov 2026" in after.text
    assert "I have read these" not in after.text
    assert [one.object for one in deeds(engine, Action.READ_CRITICAL, [made])] == [made]
    assert len(deeds(engine, Action.DOWNLOAD, [made])) == 1


def test_what_is_critical_is_not_said_to_be_read_by_a_forged_request(staff, see):
    made = id_of(commit(staff, preview(staff, potassium("6.8"))))
    address = f"/desk/results/{made}"

    assert staff.post(f"{address}/read").status_code == 400
    assert "I have read these" in see(staff, address).text


def test_where_nothing_is_critical_nothing_needs_to_be_read_first(staff, see, engine):
    made = id_of(commit(staff, preview(staff, potassium())))
    address = f"/desk/results/{made}"
    page = see(staff, address)

    staff.post(f"{address}/read", data={"form_token": page.token})

    assert "I have read these" not in page.text
    assert staff.get(f"{address}/report.pdf").status_code == 200
    assert deeds(engine, Action.READ_CRITICAL, [made]) == ()
