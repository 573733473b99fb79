"""A patient's name, values and record number stay out of logs, addresses and errors."""

import json
import logging

import pytest

from service.logs import FACTS, JsonLines
from tests.api.conftest import panel

NAME = "Canaryann Birdsong"
RECORD = "REC-7734501"
VALUE = "4.13337"
COMMENT = "canarycomment"
CANARIES = (NAME, "Canaryann", "Birdsong", RECORD, VALUE, COMMENT, "1971-03-04")


@pytest.fixture
def lines(caplog):
    """The log as it is written, line by line."""
    caplog.set_level(logging.DEBUG)
    return lambda: [JsonLines().format(record) for record in caplog.records]


@pytest.fixture
def canary():
    row = {"analyte": "potassium", "value": VALUE, "unit": "mmol/L", "comment": COMMENT}
    document = panel(row)
    document["patient"] |= {"id": RECORD, "name": NAME}
    return document


def holding(texts):
    return [text for text in texts if any(canary in text for canary in CANARIES)]


def test_a_panel_leaves_no_trace_in_the_log(own_lab, canary, lines, capfd):
    made = own_lab.post(canary, Idempotency_Key="order-1")
    for link in made.json["links"].values():
        own_lab.get(link)
    own_lab.get(f"{made.location}/report.html?size=large")

    assert len(lines()) >= 5
    assert holding(lines()) == []
    assert holding([*capfd.readouterr()]) == []


def test_no_address_and_no_file_name_holds_a_patient(own_lab, canary):
    made = own_lab.post(canary)
    report = own_lab.get(made.json["links"]["report"])

    told = [made.location, *made.json["links"].values(), str(report.headers)]
    assert holding(told) == []


def test_a_report_keeps_the_patient_out_of_its_metadata(own_lab, canary):
    report = own_lab.get(own_lab.post(canary).json["links"]["report"])

    # its streams are packed; what is left to read are its facts and descriptions
    told = [report.data.decode(code, "replace") for code in ("latin-1", "utf-16-be")]
    assert [text for text in told if NAME in text or RECORD in text] == []


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("row", {"unit": ""}),
        ("row", {"analyte": "sodium", "unit": "?"}),
        ("patient", {"sex": "f"}),
        ("document", {"profile": "mars"}),
        ("document", {"supersedes": "a" * 26}),
    ],
)
def test_a_refusal_shows_only_what_is_at_fault(own_lab, canary, lines, part, change):
    parts = {"row": canary["results"][0], "patient": canary["patient"]}
    parts.get(part, canary).update(change)

    answer = own_lab.post(canary)

    assert answer.status_code == 422
    assert holding([answer.text, *lines()]) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [("}}", "}"), ("{", '{"name": 1, "name": 2, '), ("[", "[" * 40)],
    ids=["cut", "double", "deep"],
)
def test_a_body_that_cannot_be_read_is_not_repeated(own_lab, canary, lines, old, new):
    body = json.dumps(canary).replace(old, new, 1).encode()

    answer = own_lab.post_bytes(body)

    assert answer.status_code == 400
    assert holding([answer.text, *lines()]) == []


def test_an_error_that_nobody_foresaw_is_logged_without_its_message(
    own, own_lab, canary, lines
):
    with own.extensions["plainlab"].engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER fail BEFORE INSERT ON submission "
            f"BEGIN SELECT RAISE(ABORT, '{NAME} {VALUE}'); END"
        )

    answer = own_lab.post(canary)

    assert (answer.status_code, answer.json["code"]) == (500, "internal")
    assert holding([answer.text, *lines()]) == []
    errors = [json.loads(line).get("error", "") for line in lines()]
    assert any(error.startswith("IntegrityError ") for error in errors)


def test_a_line_says_what_is_on_the_list_and_nothing_else(own_lab, lines):
    own_lab.get("/v1/interpretations/" + "a" * 26 + "?secret=1")

    line = json.loads(lines()[-1])
    assert set(line) <= {"time", "level", "event", *FACTS}
    assert line["route"] == "/v1/interpretations/<interpretation_id>"
    assert line["actor"].startswith("key:")
    assert "secret" not in json.dumps(line)


def test_a_traceback_is_left_out_of_a_line():
    with pytest.raises(ValueError, match=NAME) as raised:
        int(NAME)
    info = (raised.type, raised.value, raised.tb)
    record = logging.LogRecord("plainlab", logging.ERROR, "", 1, "oops", (), info)

    assert NAME not in JsonLines().format(record)
