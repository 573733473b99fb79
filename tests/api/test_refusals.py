"""Every refusal by its name: limits, media types, idempotency, corrections, outages."""

import json
import threading
from pathlib import Path

import pytest
from werkzeug.exceptions import (
    BadGateway,
    HTTPException,
    ImATeapot,
    NotFound,
    RequestURITooLarge,
)

from service.api.answers import problem_of, where
from service.api.problem_pages import problems_markdown
from service.problems import FAULTS, PROBLEMS, ProblemError
from service.store import idempotency
from tests.api.conftest import Client, issue, make_app, panel, rows_of

ROOT = Path(__file__).parent.parent.parent
PROBLEM = "application/problem+json"
REPEAT = {"Idempotency_Key": "order-1"}


def potassium(**changes):
    return {"analyte": "potassium", "value": "4.1", "unit": "mmol/L"} | changes


def test_one_error_per_row_and_nothing_stored(own, own_lab):
    answer = own_lab.post(
        panel(
            potassium(),
            potassium(unit=""),
            potassium(value="6.2 H"),
            potassium(unit="furlong"),
        )
    )

    assert (answer.status_code, answer.content_type) == (422, PROBLEM)
    assert answer.json["code"] == "invalid_submission"
    assert [(one["pointer"], one["code"]) for one in answer.json["errors"]] == [
        ("/results/1/unit", "unit_missing"),
        ("/results/2/value", "trailing_text"),
        ("/results/3/unit", "unit_not_allowed"),
    ]
    assert answer.json["errors"][2]["received"] == "furlong"
    assert "mmol/L" in answer.json["errors"][2]["allowed"]
    assert rows_of(own, "submission") == 0


def test_unread_rows_are_kept_on_request_with_their_reasons(lab):
    answer = lab.post(panel(potassium(), potassium(value="6.2 H"), on_problem="report"))

    assert answer.status_code == 201
    reasons = {one["reason"] for one in answer.json["results"]}
    assert reasons == {None, "value_not_read"}
    assert not answer.json["summary"]["all_in_range"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"results": [', "syntax"),
        (b"", "syntax"),
        (b"[" * 5000, "too_deep"),
        (b'{"results": [], "results": []}', "duplicate_key"),
        (b'{"results": [NaN]}', "not_finite"),
        ('{"results": []}'.encode("utf-16"), "not_utf8"),
        (b'{"results": ["\\ud800"]}', "not_utf8"),
        (b'{"results": ["\xff"]}', "not_utf8"),
    ],
)
def test_bodies_that_are_not_json_are_refused_by_name(lab, body, code):
    answer = lab.post_bytes(body)

    assert (answer.status_code, answer.content_type) == (400, PROBLEM)
    assert answer.json["code"] == "invalid_json"
    assert [one["code"] for one in answer.json["errors"]] == [code]


def test_a_body_of_more_than_a_megabyte_is_refused(lab):
    answer = lab.post_bytes(b'{"results": "' + b"x" * 1_000_000 + b'"}')

    assert (answer.status_code, answer.json["code"]) == (413, "payload_too_large")


@pytest.mark.parametrize(
    ("kind", "headers"),
    [
        ("text/plain", {}),
        ("application/x-www-form-urlencoded", {}),
        ("", {}),
        ("application/json", {"Content_Encoding": "gzip"}),
    ],
)
def test_another_kind_of_body_is_refused(lab, kind, headers):
    answer = lab.post_bytes(b"{}", kind=kind, **headers)

    assert (answer.status_code, answer.json["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/v1/interpretations", 405, "method_not_allowed"),
        ("delete", "/v1/analytes", 405, "method_not_allowed"),
        ("get", "/v2/interpretations", 404, "not_found"),
        ("get", "/v1/interpretations/" + "a" * 26, 404, "not_found"),
        ("get", "/v1/interpretations/..%2f..%2fetc", 404, "not_found"),
        ("get", "/v1/interpretations/%00", 404, "not_found"),
        ("get", "/docs/static/..%2froutes.py", 404, "not_found"),
        ("get", "/docs/static/nothing.js", 404, "not_found"),
    ],
)
def test_what_is_not_there_is_a_problem_too(lab, method, path, status, code):
    answer = getattr(lab.plain, method)(path, headers=lab.headers)

    assert (answer.status_code, answer.content_type) == (status, PROBLEM)
    assert answer.json["code"] == code


def test_a_refused_method_says_which_are_allowed(lab):
    answer = lab.get("/v1/interpretations")

    assert set(answer.allow) == {"POST", "OPTIONS"}


def test_another_host_is_refused(lab):
    answer = lab.plain.get("/healthz", base_url="http://evil.example")

    assert (answer.status_code, answer.json["code"]) == (400, "bad_request")


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 256])
def test_an_idempotency_key_must_be_plain(lab, document, key):
    answer = lab.post(document, Idempotency_Key=key)

    assert (answer.status_code, answer.json["code"]) == (400, "invalid_parameter")
    assert answer.json["errors"][0]["pointer"] == "Idempotency-Key"


def test_a_repeat_is_answered_the_same_and_stored_once(own, own_lab, document):
    first = own_lab.post(document, **REPEAT)
    second = own_lab.post(document, **REPEAT)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.data == second.data
    assert first.location == second.location
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert rows_of(own, "interpretation") == 1


def test_a_repeat_is_answered_the_same_after_a_correction(own_lab, document):
    first = own_lab.post(document, **REPEAT)
    own_lab.post(document | {"supersedes": first.json["id"]})

    assert own_lab.post(document, **REPEAT).data == first.data


def test_a_key_that_was_used_for_another_body_is_refused(own, own_lab, document):
    own_lab.post(document, **REPEAT)

    answer = own_lab.post(document | {"profile": "us"}, **REPEAT)

    assert (answer.status_code, answer.json["code"]) == (422, "idempotency_mismatch")
    assert rows_of(own, "interpretation") == 1


def test_two_senders_may_use_the_same_key(own, own_lab, document):
    other = Client(own, issue(own))

    assert (
        own_lab.post(document, **REPEAT).json["id"]
        != (other.post(document, **REPEAT).json["id"])
    )


def test_a_repeat_while_the_first_is_being_stored_must_wait(own, own_lab, document):
    engine = own.extensions["plainlab"].engine
    body = json.dumps(document).encode()
    prefix = own_lab.headers["Authorization"].split("_")[1]
    held = idempotency.IdempotencyKey(f"key:{prefix}", "order-1", "whatever")

    with idempotency.claimed(engine, held):
        answer = own_lab.post_bytes(body, **REPEAT)

    assert (answer.status_code, answer.json["code"]) == (409, "idempotency_in_flight")
    assert answer.headers["Retry-After"] == "1"


def test_a_correction_is_a_new_version(own_lab, document):
    first = own_lab.post(document).json
    document["results"][0]["value"] = "5.9"

    second = own_lab.post(document | {"supersedes": first["id"]})

    assert second.status_code == 201
    assert (second.json["version"], second.json["supersedes"]) == (2, first["id"])
    old = own_lab.get(first["links"]["self"]).json
    assert (old["status"], old["superseded_by"]) == ("superseded", second.json["id"])
    assert old["results"] == first["results"]


def test_only_the_newest_version_can_be_corrected(own_lab, document):
    first = own_lab.post(document).json
    own_lab.post(document | {"supersedes": first["id"]})

    answer = own_lab.post(document | {"supersedes": first["id"]})

    assert (answer.status_code, answer.json["code"]) == (409, "superseded")


@pytest.mark.parametrize("wrong", [{"id": "MRN-2"}, {"birth_date": "1999-09-09"}])
def test_another_patient_cannot_take_the_place_of_a_panel(own_lab, document, wrong):
    first = own_lab.post(document).json
    other = document | {"patient": document["patient"] | wrong}

    answer = own_lab.post(other | {"supersedes": first["id"]})

    assert answer.status_code == 422
    assert [fault["code"] for fault in answer.json["errors"]] == ["other_patient"]
    assert own_lab.get(first["links"]["self"]).json["superseded_by"] is None


def test_a_report_that_was_replaced_says_so(own_lab, document):
    first = own_lab.post(document).json
    before = own_lab.get(f"{first['links']['self']}/report.html").text
    second = own_lab.post(document | {"supersedes": first["id"]}).json

    old = own_lab.get(f"{first['links']['self']}/report.html").text
    new = own_lab.get(f"{second['links']['self']}/report.html").text

    notice = "Do not use this page."
    assert [notice in text for text in (before, old, new)] == [False, True, False]


def test_what_is_not_there_cannot_be_corrected(lab, document):
    assert lab.codes(document | {"supersedes": "a" * 26}) == {
        "/supersedes": "not_a_reference"
    }


def test_a_store_that_is_locked_is_unavailable_and_nothing_is_acknowledged(
    tmp_path, clock, document
):
    app = make_app(tmp_path, clock, PLAINLAB_BUSY_TIMEOUT_SECONDS="1")
    lab = Client(app, issue(app))
    lab.get("/v1/analytes")
    engine = app.extensions["plainlab"].engine

    with engine.connect() as other:
        other.exec_driver_sql("COMMIT")
        other.exec_driver_sql("BEGIN EXCLUSIVE")
        answer = lab.post(document)
        ready = lab.plain.get("/readyz")
        other.exec_driver_sql("ROLLBACK")

    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert (ready.status_code, ready.json["reasons"]) == (503, ["store_unwritable"])
    assert rows_of(app, "submission") == 0
    assert lab.post(document).status_code == 201
    engine.dispose()


def test_a_database_of_another_version_is_not_ready(own, own_lab):
    with own.extensions["plainlab"].engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM alembic_version")

    answer = own_lab.plain.get("/readyz")

    assert (answer.status_code, answer.json["reasons"]) == (503, ["migrations_lag"])


def test_what_nobody_foresaw_is_internal_without_a_traceback(own, own_lab, document):
    made = own_lab.post(document).json
    with own.extensions["plainlab"].engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS interpretation_no_update")
        _spoil(connection)

    answer = own_lab.get(made["links"]["self"])

    assert (answer.status_code, answer.json["code"]) == (500, "internal")
    assert "Traceback" not in answer.text
    assert "StoreDamaged" not in answer.text


def _spoil(connection):
    triggers = connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    ).scalars()
    for name in triggers.all():  # the store guards itself well
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    connection.exec_driver_sql("UPDATE interpretation SET document_sha256 = 'x'")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotFound(), "not_found"),
        (ImATeapot(), "bad_request"),
        (RequestURITooLarge(), "bad_request"),
        (BadGateway(), "internal"),
        (HTTPException(), "internal"),
        (KeyError("x"), "internal"),
    ],
)
def test_every_error_has_its_problem(error, code):
    assert problem_of(error).code == code


def test_the_place_of_an_error_is_told_without_its_message():
    with pytest.raises(ValueError, match="Alex") as raised:
        int("Alex Example")

    told = where(raised.value)

    assert told.startswith("ValueError test_the_place_of_an_error")
    assert "Alex" not in told
    assert where(ValueError("Alex")) == "ValueError"


@pytest.mark.parametrize("code", PROBLEMS)
def test_every_problem_has_a_title_and_a_meaning(code):
    kind = ProblemError(code).type

    assert 400 <= kind.status < 600
    assert kind.title
    assert kind.meaning.endswith(".")


def test_the_document_of_problems_is_current():
    text = (ROOT / "docs" / "problems.md").read_text("utf-8")

    assert text == problems_markdown()
    assert all(f"`{code}`" in text for code in (*PROBLEMS, *FAULTS))


def test_each_problem_and_fault_code_is_produced_by_a_test():
    tests = Path(__file__).parent.parent
    texts = "".join(
        path.read_text("utf-8")
        for folder in ("api", "fhir", "hl7", "intake")
        for path in (tests / folder).glob("test_*.py")
    )

    unproven = [code for code in (*PROBLEMS, *FAULTS) if f'"{code}"' not in texts]
    assert unproven == []


def test_answers_of_two_requests_at_once_are_not_mixed(lab):
    values = [f"4.{n}" for n in range(8)]
    found = {}

    def send(value):
        answer = lab.post(panel(potassium(value=value)))
        found[value] = answer.json["results"][0]["as_reported"]["value"]

    threads = [threading.Thread(target=send, args=(value,)) for value in values]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert found == {value: value for value in values}
