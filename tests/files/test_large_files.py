# ruff: noqa: F401, F811 - fixtures are imported, and then asked for by name
"""A file of many panels at the desk: stored in parts, once, come what may."""

import secrets

import pytest
from sqlalchemy import func, select

from service import keeping
from service.access.audit import Stamp
from service.access.users import Role
from service.desk import uploads
from service.intake.files.heads import Meaning, exact
from service.intake.files.limits import MAX_FILE, MAX_PANELS
from service.store import tables
from service.store.engine import reading
from service.store.files import standings
from service.store.mappings import confirm
from tests.desk.conftest import app, clock, counts, engine, signed_in, staff
from tests.desk.pages import Page
from tests.files.books import HEADS, table
from tests.files.test_desk_files import rows_of, send, upload
from tests.long import LONG

TAKEN = "2026-11-20 08:40"
SHIPPED = keeping.TOGETHER
TOGETHER = SHIPPED if LONG else 20
PANELS = TOGETHER + 10


@pytest.fixture(autouse=True)
def smaller_parts(monkeypatch):
    """Parts of a tenth: what holds of a part holds whatever its size, and sooner."""
    monkeypatch.setattr(keeping, "TOGETHER", TOGETHER)
    monkeypatch.setattr(uploads, "MOST_SHOWN", TOGETHER)


def many(name, panels=PANELS, value="4.1"):
    """A file of so many patients, each with two rows."""
    rows = [
        (f"{name}-{n:05d}", "1971-03-04", "F", TAKEN, test, number, "mmol/L")
        for n in range(panels)
        for test, number in (("potassium", value), ("sodium", "140"))
    ]
    return table(*rows)


def records(engine, name):
    """How often each record number of the file is stored."""
    number = tables.submission.c.record_number
    asked = select(number, func.count()).where(number.startswith(f"{name}-"))
    with reading(engine) as connection:
        return {row[0]: row[1] for row in connection.execute(asked.group_by(number))}


def once(name, panels=PANELS):
    return {f"{name}-{n:05d}": 1 for n in range(panels)}


def begin(client, page, until):
    """Store the file and hang up as soon as *until* stands in the page."""
    form = page.form("/desk/files/commit")
    answer = client.post(form.action, data=form.fields, buffered=False)
    seen = b""
    for piece in answer.response:
        seen += piece
        if until.encode() in seen:
            break
    answer.close()
    return seen.decode()


def test_a_large_file_is_stored_in_parts_with_its_progress_on_the_page(
    staff, engine, counts, monkeypatch
):
    monkeypatch.undo()  # parts as they are shipped
    panels = SHIPPED + 10
    listed = {one.id for one in standings(engine)}
    before = counts()
    page = upload(staff, many("LARGE", panels))
    shown = counts()
    stored = Page(send(staff, page, "/desk/files/commit"))

    assert f"{panels} panels of {2 * panels} rows" in page.text
    assert "stored in parts" in page.text
    assert shown == before
    told = [stored.text.index(f" {n} of {panels} panels") for n in (0, SHIPPED, panels)]
    assert told == sorted(told)
    assert f"All {panels} panels are stored" in stored.text
    assert records(engine, "LARGE") == once("LARGE", panels)
    (done,) = [one for one in standings(engine) if one.id not in listed]
    assert (done.done, done.stored, done.panels) == (True, panels, panels)


def test_the_file_comes_back_with_what_became_of_each_row(staff):
    stored = Page(send(staff, upload(staff, many("BACK", value="6.8")),
                       "/desk/files/commit"))  # fmt: skip
    report = rows_of(send(staff, stored, stored.forms[-1].action))

    assert len(report) == 2 * PANELS
    assert {one["plainlab_outcome"] for one in report} == {"critical high", "in_range"}
    assert len({one["plainlab_interpretation"] for one in report}) == PANELS


def test_what_breaks_off_is_listed_and_anyone_goes_on_with_it(app, staff, engine):
    seen = begin(staff, upload(staff, many("BROKEN")), f"{TOGETHER} of {PANELS}")
    assert len(records(engine, "BROKEN")) == TOGETHER
    assert "are stored</strong>" not in seen

    other = signed_in(app, Role.STAFF)
    listed = Page(other.get("/desk/files"))
    assert f"unfinished, {TOGETHER} of {PANELS} panels" in listed.text
    form = listed.form("/go-on")
    report = rows_of(send(other, listed, form.action.replace("go-on", "report")))
    assert [one["plainlab_outcome"] for one in report].count("not_stored") == 2 * (
        PANELS - TOGETHER
    )
    done = Page(send(other, listed, form.action))

    assert f"All {PANELS} panels are stored" in done.text
    assert records(engine, "BROKEN") == once("BROKEN")
    assert "unfinished" not in Page(other.get("/desk/files")).text


def test_the_same_file_sent_again_stores_nothing_again(staff, engine):
    begin(staff, upload(staff, many("AGAIN")), f"{TOGETHER} of {PANELS}")
    for _ in range(2):
        done = Page(send(staff, upload(staff, many("AGAIN")), "/desk/files/commit"))
        assert f"All {PANELS} panels are stored" in done.text

    assert records(engine, "AGAIN") == once("AGAIN")


def test_a_file_that_would_be_read_differently_now_is_not_gone_on_with(
    staff, engine, clock
):
    begin(staff, upload(staff, many("CHANGED")), f"{TOGETHER} of {PANELS}")
    told = {name: Meaning(exact(name)) for name in HEADS} | {"sex": Meaning("ignore")}
    confirm(engine, "", told, Stamp("system:test", clock.now))
    form = Page(staff.get("/desk/files")).form("/go-on")

    stopped = Page(send(staff, Page(staff.get("/desk/files")), form.action))
    confirm(engine, "", told | {"sex": Meaning("sex")}, Stamp("system:t", clock.now))
    done = Page(send(staff, Page(staff.get("/desk/files")), form.action))

    assert "would now be read differently" in stopped.text
    assert f"All {PANELS} panels are stored" in done.text
    assert records(engine, "CHANGED") == once("CHANGED")


def test_one_faulty_row_keeps_a_large_file_out(staff, counts):
    before = counts()
    page = upload(staff, many("FAULT") + b"X-1,1971-03-04,F,,sodium,=1+1,mmol/L\r\n")

    assert page.status == 422
    assert "trailing_text" in str(
        rows_of(send(staff, page, "/desk/files/report"))[-1]["plainlab_reason"]
    )
    assert not [form for form in page.forms if form.action.endswith("commit")]
    assert counts() == before


def large_upload(client, body):
    """Send a file as a browser does: what the test's own client makes is left open."""
    token = Page(client.get("/desk/files")).token
    head = 'Content-Disposition: form-data; name="{}"'
    parts = (
        (head.format("form_token"), token[0].encode()),
        (head.format("file") + '; filename="large.csv"', body),
    )
    sent = b"".join(
        f"--edge\r\n{told}\r\n\r\n".encode() + part + b"\r\n" for told, part in parts
    )
    kind = "multipart/form-data; boundary=edge"
    address = "/desk/files/preview"
    return Page(client.post(address, data=sent + b"--edge--\r\n", content_type=kind))


def packed():
    """A table that is small enough, and cannot be packed any smaller."""
    row = "potassium,4.1,mmol/L,{}\r\n"
    rows = (row.format(secrets.token_urlsafe(900)) for _ in range(2000))
    return "".join(["test,value,unit,comment\r\n", *rows]).encode()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (many("MOST", MAX_PANELS + 1), "make several files of it"),
        (b"x" * (MAX_FILE + 1), "make several files of it"),
        (packed(), "have plainlab import store it"),
    ],
    ids=["panels", "bytes", "packed"],
)
def test_a_limit_says_what_to_do_instead(staff, counts, body, said):
    before = counts()
    page = large_upload(staff, body)

    assert page.status == 422
    assert said in page.text
    assert counts() == before
