# ruff: noqa: F401, F811 - fixtures are imported, and then asked for by name
"""A file that was begun, when its columns or its sender's set-up change meanwhile."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from service.access import senders
from service.access.audit import Action, Stamp, deeds
from service.access.setups import Setup
from service.intake.files.heads import Meaning, exact
from service.store import files, tables
from service.store.engine import reading
from service.store.errors import StoreUnavailable
from service.store.interpretations import get
from service.store.mappings import confirm
from tests.desk.conftest import app, clock, counts, engine, staff
from tests.desk.pages import Page
from tests.files.books import HEADS, table
from tests.files.test_desk_files import rows_of, send, upload
from tests.files.test_large_files import (
    PANELS,
    TOGETHER,
    begin,
    large_upload,
    many,
    packed,
    records,
    smaller_parts,
)
from tests.long import LONG  # .ci/run tries in full what names it

HALF = f"{TOGETHER} of {PANELS}"
COLUMNS = {name: Meaning(exact(name)) for name in HEADS}
OTHER_SEX = COLUMNS | {"sex": Meaning("ignore")}
NO_VALUE = COLUMNS | {"value": Meaning("ignore")}
MADE_OF_SODIUM = Setup("", aliases={"own": "sodium"}, units={"mmoll": "mmol/L"})
NO_LONGER_READ = Setup("", aliases={"own": "potassium"})


class Lab:
    """A sender whose set-up and whose columns a test may change."""

    def __init__(self, engine, now):
        self._engine = engine
        self._stamp = Stamp("system:test", now)
        name = f"Changing {len(senders.every_sender(engine))}"
        units = {"mmoll": "mmol/L"}
        self.first = Setup(name, aliases={"own": "potassium"}, units=units)
        self.known = senders.add(engine, self.first, self._stamp)
        self.id = self.known.id

    def set_up(self, setup):
        made = replace(setup, name=self.first.name)
        self.known = senders.change(self._engine, self.known, made, self._stamp)

    def columns(self, told):
        confirm(self._engine, self.id, told, self._stamp)


@pytest.fixture
def lab(engine, clock):
    return Lab(engine, clock.now)


def of_lab(name, panels=PANELS):
    """A file in the sender's own words, a row to a patient."""
    said = ("1971-03-04", "F", "2026-11-20 08:40", "own", "4.1", "mmoll")
    return table(*((f"{name}-{n:05d}", *said) for n in range(panels)))


def file_id(engine, body):
    with reading(engine) as connection:
        found = select(tables.file.c.id).where(tables.file.c.body == body)
        return connection.scalar(found)


def press(client, engine, body, deed):
    """Press a button of the file in the list."""
    listed = Page(client.get("/desk/files"))
    return send(client, listed, f"/{file_id(engine, body)}/{deed}")


def told_of(rows):
    """How many rows are said to be stored, and how many not."""
    stored = [one for one in rows if one["plainlab_interpretation"]]
    left = [one for one in rows if one["plainlab_outcome"] == "not_stored"]
    return len(stored), len(left)


@pytest.mark.parametrize(
    "setup", [MADE_OF_SODIUM, NO_LONGER_READ], ids=["alias", "unit"]
)
def test_the_report_tells_what_is_stored_whatever_the_set_up_says_now(
    staff, engine, lab, setup
):
    body = of_lab(f"SETUP{setup.aliases['own']}")
    begin(staff, upload(staff, body, sender=lab.id), HALF)
    before = rows_of(press(staff, engine, body, "report"))
    lab.set_up(setup)

    report = rows_of(press(staff, engine, body, "report"))
    stopped = Page(press(staff, engine, body, "go-on"))
    lab.set_up(lab.first)
    done = Page(press(staff, engine, body, "go-on"))

    assert report[:TOGETHER] == before[:TOGETHER]
    assert told_of(report) == (TOGETHER, PANELS - TOGETHER)
    assert "would now be read differently" in stopped.text
    assert f"All {PANELS} panels are stored" in done.text


def test_the_report_tells_what_is_stored_whatever_a_column_of_the_patient_means_now(
    staff, engine, lab
):
    body = of_lab("OTHERSEX")
    begin(staff, upload(staff, body, sender=lab.id), HALF)
    lab.columns(OTHER_SEX)

    report = rows_of(press(staff, engine, body, "report"))

    assert told_of(report) == (TOGETHER, PANELS - TOGETHER)


@pytest.mark.parametrize(
    "told",
    [NO_VALUE, COLUMNS | {"patient_id": Meaning("ignore"), "sex": Meaning("ignore")}],
    ids=["unreadable", "one patient"],
)
def test_no_row_is_called_not_stored_where_nobody_can_tell(staff, engine, lab, told):
    body = of_lab(f"NOBODY{len(told)}{told['value'].column}")
    begin(staff, upload(staff, body, sender=lab.id), HALF)
    lab.columns(told)

    refused = press(staff, engine, body, "report")
    lab.columns(COLUMNS)
    report = rows_of(press(staff, engine, body, "report"))

    assert refused.status_code == 409
    assert "Set the columns back" in Page(refused).text
    assert "not_stored" not in refused.get_data(as_text=True)
    assert told_of(report) == (TOGETHER, PANELS - TOGETHER)


def test_the_report_of_a_small_file_stands_when_the_set_up_changes(staff, lab):
    page = upload(staff, of_lab("SMALL", 2), sender=lab.id)
    stored = Page(send(staff, page, "/desk/files/commit"))
    before = rows_of(send(staff, stored, "/desk/files/report"))
    lab.set_up(MADE_OF_SODIUM)
    after = rows_of(send(staff, stored, "/desk/files/report"))
    lab.columns(NO_VALUE)
    refused = send(staff, stored, "/desk/files/report")

    assert told_of(before) == (2, 0)
    assert after == before
    assert refused.status_code == 409


def test_a_large_file_is_not_stored_otherwise_than_it_was_read_for_the_preview(
    staff, engine, lab, counts
):
    body = of_lab("BOUND")
    for change in (
        lambda: lab.set_up(MADE_OF_SODIUM),
        lambda: lab.columns(OTHER_SEX),
    ):
        page = upload(staff, body, sender=lab.id)
        before = counts()
        change()
        stopped = Page(send(staff, page, "/desk/files/commit"))

        assert "would now be read differently" in stopped.text
        assert counts() == before
        assert file_id(engine, body) is None


def test_a_file_sent_again_is_not_stored_half_by_one_set_up_half_by_another(
    staff, engine, lab
):
    body = of_lab("HALVES")
    begin(staff, upload(staff, body, sender=lab.id), HALF)
    lab.set_up(MADE_OF_SODIUM)

    page = upload(staff, body, sender=lab.id)
    stopped = Page(send(staff, page, "/desk/files/commit"))

    assert "would now be read differently" in stopped.text
    assert len(records(engine, "HALVES")) == TOGETHER


def test_whoever_fetches_a_kept_file_is_written_down(staff, engine, lab):
    body = of_lab("AUDITED")
    begin(staff, upload(staff, body, sender=lab.id), HALF)
    mine = (file_id(engine, body),)
    before = deeds(engine, Action.DOWNLOAD, mine)

    press(staff, engine, body, "report")

    (deed,) = deeds(engine, Action.DOWNLOAD, mine)
    assert before == ()
    assert deed.actor.startswith("user:")


def test_all_is_stored_although_that_could_not_be_noted(staff, lab, monkeypatch):
    def fail(*_):
        raise StoreUnavailable("gone")

    page = upload(staff, of_lab("UNNOTED"), sender=lab.id)
    monkeypatch.setattr(files, "finish", fail)
    done = Page(send(staff, page, "/desk/files/commit"))

    assert f"All {PANELS} panels are stored" in done.text
    assert "Not all" not in done.text


def test_a_patient_listed_newest_first_is_held_against_what_came_before(staff, engine):
    newest, oldest = (
        ("PART-1", "1971-03-04", "F", f"2026-11-{day} 08:40", "ferritin", value, "ug/L")
        for day, value in ((20, "20"), (10, "200"))
    )
    others = many("PARTED", TOGETHER - 1)
    body = others + b"".join(table(newest, oldest).splitlines(keepends=True)[1:])
    done = Page(send(staff, upload(staff, body), "/desk/files/commit"))
    rows = rows_of(press(staff, engine, body, "report"))

    assert f"All {TOGETHER + 1} panels are stored" in done.text
    made = get(engine, rows[-2]["plainlab_interpretation"]).submission.panel
    assert [one.reading.text for one in made.earlier] == ["200"]


def test_a_file_that_is_too_large_is_not_carried_in_the_page_whatever_its_fault(staff):
    body = packed() + b"potassium,4.1,mmol/L," + b"x" * 200_000 + b"\r\n"
    page = large_upload(staff, body)

    assert page.status == 422
    assert not [form for form in page.forms if form.action.endswith("/files/report")]
