# ruff: noqa: F401, F811 - fixtures are imported, and then asked for by name
"""One panel by CSV, XLSX, wide sheet and JSON: the same stored values and classes."""

import pytest

from service.store.interpretations import get
from tests.desk.conftest import (
    app,
    engine,
    staff,
)
from tests.desk.pages import Page
from tests.desk.test_doors_agree import CASES, REFUSED, post
from tests.files.books import book, table
from tests.files.test_desk_files import send, upload

WHOSE = (
    "record_number", "name", "birth_date", "sex", "pregnancy", "collected_at",
    "specimen", "symptoms",
)  # fmt: skip
ROW = ("test", "value", "unit", "low", "high", "flag")
PATIENT = (
    "MRN-77",
    "Alex Example",
    "1971-03-04",
    "F",
    "no",
    "2026-11-20 08:40",
    "serum",
)


def cells(rows, told):
    symptoms = " ".join(told["symptoms"]) if "symptoms" in told else ""
    return [(*PATIENT, symptoms, *(one.get(name, "") for name in ROW)) for one in rows]


def sent(client, rows, told, door):
    if door == "csv":
        body = table(*cells(rows, told), heads=WHOSE + ROW, delimiter=";")
        return upload(client, body)
    if door == "xlsx":
        body = book(*cells(rows, told), heads=WHOSE + ROW)
        return upload(client, body, "a.xlsx")
    heads = tuple(f"{one['test']} ({one['unit']})" for one in rows)
    line = (*cells(rows, told)[0][: len(WHOSE)], *(one["value"] for one in rows))
    return upload(client, table(line, heads=WHOSE + heads))


def wide(case):
    rows = CASES[case][0]
    return (
        all(set(one) == {"test", "value", "unit"} for one in rows)
        and "unknown" not in case
    )


WAYS = [(case, door) for case in CASES for door in ("csv", "xlsx")]
WAYS += [(case, "wide") for case in CASES if wide(case)]


@pytest.mark.parametrize(("case", "door"), WAYS)
def test_a_file_leads_to_the_same_stored_values_as_json(
    staff,
    engine,
    post,
    case,
    door,
):
    rows, told, _ = CASES[case]

    page = Page(send(staff, sent(staff, rows, told, door), "/desk/files/commit"))
    (link,) = [one for one in page.links if "/desk/results/" in one]
    ours = get(engine, link.rsplit("/", 1)[1])
    theirs = get(engine, post(rows, told).get_json()["id"])

    assert ours.submission.panel == theirs.submission.panel
    assert ours.submission.identity == theirs.submission.identity
    assert ours.submission.collected_at == theirs.submission.collected_at
    assert ours.interpretation == theirs.interpretation


@pytest.mark.parametrize("door", ["csv", "xlsx"])
@pytest.mark.parametrize("case", REFUSED)
def test_a_file_refuses_alike(staff, case, door):
    one, _ = REFUSED[case]

    page = sent(staff, [one], {}, door)

    assert page.status == 422
    assert "1 to mend" in page.text
