# ruff: noqa: F401, F811 - fixtures are imported, and then asked for by name
"""Many panels in one request: line by line, each for itself, in bounded memory."""

import json
import tracemalloc
from io import BytesIO

import pytest

from service.access.keys import Scope
from service.api import batch
from tests.api.conftest import (
    bearer,
    clock,
    issue,
    make_app,
    own,
    panel,
    rows_of,
)
from tests.long import LONG

ADDRESS = "/v1/interpretations:batch"
NDJSON = "application/x-ndjson"
POTASSIUM = panel({"analyte": "potassium", "value": "4.1", "unit": "mmol/L"})


def post(app, body, *, key=None, kind=NDJSON, **headers):
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return app.test_client().post(
        ADDRESS,
        data=body,
        content_type=kind,
        headers=bearer(key or issue(app)) | named,
    )


def answers(response):
    assert response.status_code == 200, response.text
    return [json.loads(line) for line in response.data.splitlines()]


def lines(*documents):
    return b"".join(json.dumps(one).encode() + b"\n" for one in documents)


def test_one_bad_line_spoils_no_other_and_each_is_answered_by_its_number(own):
    wrong_unit = panel({"analyte": "potassium", "value": "4.1", "unit": "stone"})
    body = lines(POTASSIUM) + b"{not json\n\n" + lines(wrong_unit, [1], POTASSIUM)

    found = answers(post(own, body))

    assert [(one["line"], one["status"]) for one in found] == [
        (1, 201), (2, 400), (4, 422), (5, 422), (6, 201),
    ]  # fmt: skip
    assert found[1]["problem"]["code"] == "invalid_json"
    (error,) = found[2]["problem"]["errors"]
    assert (error["pointer"], error["code"]) == ("/results/0/unit", "unit_not_allowed")
    assert rows_of(own, "interpretation") == 2


def test_each_answer_names_what_can_be_read_again(own):
    (one,) = answers(post(own, lines(POTASSIUM)))

    stored = own.test_client().get(
        f"/v1/interpretations/{one['id']}", headers=bearer(issue(own))
    )

    assert stored.json["results"][0]["analyte"] == "potassium"


def test_the_last_line_needs_no_end_and_a_bare_cr_is_space(own):
    body = lines(POTASSIUM).replace(b"\n", b"\r\n") + lines(POTASSIUM).rstrip()

    assert [one["status"] for one in answers(post(own, body))] == [201, 201]


def test_a_repeat_is_known_by_the_lines_own_key_or_by_the_requests(own):
    key = issue(own)
    body = lines(POTASSIUM | {"idempotency_key": "order-1"}, POTASSIUM)

    first = answers(post(own, body, key=key, Idempotency_Key="day-1"))
    again = answers(post(own, body, key=key, Idempotency_Key="day-1"))

    assert [one["id"] for one in first] == [one["id"] for one in again]
    assert [one.get("replayed") for one in first] == [None, None]
    assert [one.get("replayed") for one in again] == [True, True]
    assert rows_of(own, "interpretation") == 2


def test_a_key_that_stands_for_another_line_or_is_none_is_refused(own):
    other = panel({"analyte": "sodium", "value": "140", "unit": "mmol/L"})
    body = lines(
        POTASSIUM | {"idempotency_key": "order-1"},
        other | {"idempotency_key": "order-1"},
        other | {"idempotency_key": "ü"},
        other | {"idempotency_key": 7},
    )

    found = answers(post(own, body))

    assert [one["status"] for one in found] == [201, 422, 400, 400]
    assert found[1]["problem"]["code"] == "idempotency_mismatch"
    assert found[2]["problem"]["errors"][0]["pointer"] == "/idempotency_key"


def test_who_asks_is_looked_at_before_anything_is_read(own):
    body = lines(POTASSIUM)

    nobody = own.test_client().post(ADDRESS, data=body, content_type=NDJSON)
    reader = post(own, body, key=issue(own, Scope.READ))

    assert (nobody.status_code, reader.status_code) == (401, 403)
    assert rows_of(own, "interpretation") == 0


@pytest.mark.parametrize("kind", ["application/json", "text/plain", ""])
def test_another_type_is_refused(own, kind):
    assert post(own, lines(POTASSIUM), kind=kind).status_code == 415


def test_a_line_too_long_or_too_deep_is_refused_and_the_next_is_read(own):
    long = b'{"a": "' + b"x" * batch.MAX_LINE + b'"}\n'
    deep = b"[" * 40 + b"]" * 40 + b"\n"

    found = answers(post(own, long + deep + lines(POTASSIUM)))

    assert [one["status"] for one in found] == [413, 400, 201]
    assert found[1]["problem"]["errors"][0]["code"] == "too_deep"


def test_more_lines_than_are_read_at_once_are_told_and_stop(own, monkeypatch):
    monkeypatch.setattr(batch, "MAX_LINES", 2)

    found = answers(post(own, lines(*[POTASSIUM] * 4)))

    assert [(one["line"], one["status"]) for one in found] == [
        (1, 201),
        (2, 201),
        (3, 413),
    ]


def test_a_store_out_of_reach_ends_it_and_what_has_no_answer_was_not_kept(
    tmp_path,
    clock,
):
    app = make_app(tmp_path, clock, PLAINLAB_BUSY_TIMEOUT_SECONDS="1")
    key = issue(app)
    engine = app.extensions["plainlab"].engine
    post(app, b"", key=key)  # the key was used today: it is not written down again
    with engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        found = answers(post(app, lines(POTASSIUM, POTASSIUM), key=key))
        connection.exec_driver_sql("ROLLBACK")

    assert [one["status"] for one in found] == [503]
    assert rows_of(app, "interpretation") == 0
    engine.dispose()


def test_every_answer_is_sent_before_the_next_line_is_asked_for(own):
    events = []

    class Body(BytesIO):
        def readinto(self, room):
            events.append("read")
            return super().readinto(memoryview(room)[: len(lines(POTASSIUM))])

    response = own.test_client().post(
        ADDRESS,
        input_stream=Body(lines(POTASSIUM, POTASSIUM)),
        content_length=2 * len(lines(POTASSIUM)),
        content_type=NDJSON,
        headers=bearer(issue(own)),
        buffered=False,
    )
    events.extend("answer" for _ in response.response)

    assert events[:4] == ["read", "answer", "read", "answer"]


@pytest.mark.usefixtures("usual_collector")
def test_memory_is_bounded_however_many_lines_there_are(own):
    many = 2000 if LONG else 300
    key, line = issue(own), b'{"results": []}\n'
    refused = own.test_client().post(
        ADDRESS,
        input_stream=BytesIO(line * many),
        content_length=len(line) * many,
        content_type=NDJSON,
        headers=bearer(key),
        buffered=False,
    )
    tracemalloc.start()
    count = sum(1 for _ in refused.response)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == many
    assert peak < 3_000_000


def test_a_name_in_a_refused_line_is_in_no_log(own, caplog):
    canary = POTASSIUM | {"patient": {"name": "Canary Bird", "sex": "Canary"}}

    post(own, lines(canary) + b'{"Canary": \n')

    assert "Canary" not in caplog.text
