"""Magic patients: each one is sent, and shows exactly what the sandbox says."""

from pathlib import Path

import pytest

from reference_ranges.panel import Reason
from reference_ranges.results import Kind, Urgency
from service.demo.magic import apart, hazards, magic, sandbox_markdown
from service.problems import FAULTS, PROBLEMS
from service.safety.case import load_case
from service.store.instance import mark_demo
from tests.api.conftest import SYSTEM, Clock, bearer, issue, make_app

ROOT = Path(__file__).parent.parent.parent
BY_ID = {one.id: one for one in magic()}


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    app = make_app(tmp_path_factory.mktemp("demo"), Clock(), PLAINLAB_DEMO="true")
    mark_demo(app.extensions["plainlab"].engine, SYSTEM)
    yield app
    app.extensions["plainlab"].engine.dispose()


@pytest.fixture(scope="module")
def everything(demo):
    return bearer(issue(demo))


@pytest.fixture(scope="module")
def sent():
    """The answers to those that others build on, by id."""
    return {}


@pytest.fixture
def send(demo, everything, sent):
    """Send one, after those that it builds on; each of them once."""

    def post(one):
        if one.id in sent:
            return sent[one.id]
        body = one.body
        for before in one.after:
            made = (post(BY_ID[before]).json or {}).get("id", "")
            body = body.replace(f"<id of {before}>", made)
        key = bearer(issue(demo, one.scope)) if one.scope else everything
        asked = {
            "path": one.path,
            "method": one.method,
            "data": body.ljust(one.padded_to) or None,
            "headers": {"Content-Type": "application/json", **key, **one.headers},
        }
        answers = [demo.test_client().open(**asked) for _ in range(one.times)]
        sent[one.id] = answers[-1]
        return answers[-1]

    return post


def found(answer):
    """What of an answer a magic patient may speak of."""
    told = {"status": answer.status_code}
    if "hl7" in answer.content_type:
        return told | acknowledged(answer.text)
    document = answer.json
    if document.get("resourceType") == "OperationOutcome":
        first = document["issue"][0]["details"]["coding"][0]
        return told | {"code": first["code"]}
    if answer.status_code == 201:
        first = document["results"][0]
        told |= {"outcome": first["outcome"], "reason": first["reason"]}
        for raised in document["findings"][:1]:
            told |= {"finding": raised["code"], "settled_by": raised["settled_by"]}
        told |= {"all_in_range": document["summary"]["all_in_range"]}
        remarks = [*document["findings"], *document["cautions"]]
        told["tells"] = {one["code"] for one in remarks}.union(
            one["rule"] for one in document["withheld_food"]
        )
        return told | {"urgency": document["urgency"], "critical": document["critical"]}
    told["code"] = document["code"]
    first = next(iter(document["errors"]), {})
    return told | {"pointer": first.get("pointer"), "fault": first.get("code")}


def acknowledged(text):
    """The code of an acknowledgement, and that of its first ERR."""
    segments = [line.split("|") for line in text.splitlines()]
    (answer,) = (one[1] for one in segments if one[0] == "MSA")
    faults = [one[5].split("^")[0] for one in segments if one[0] == "ERR"]
    return {"answer": answer, "fault": next(iter(faults), None)}


@pytest.mark.parametrize("one", magic(), ids=lambda one: one.id)
def test_each_magic_patient_shows_exactly_what_is_written(send, one):
    told = found(send(one))

    expected = dict(one.expect)
    tells = expected.pop("tells", None)
    assert tells is None or tells in told["tells"]
    assert {key: told.get(key) for key in expected} == expected
    assert told.get("critical", False) == one.expect.get("critical", False)


def test_there_is_one_for_each_outcome_reason_urgency_and_code():
    shown = frozenset().union(*(one.proves for one in magic()))
    urgencies = {one.name.lower() for one in Urgency}
    codes = {*PROBLEMS, *FAULTS}

    wanted = {*Kind, *Reason, *urgencies, *codes} - set(apart())
    assert wanted - shown == set()
    assert set(apart()) <= codes - shown


def test_each_hazard_is_shown_by_somebody_or_seen_elsewhere(tmp_path):
    assert list(hazards()) == [one.id for one in load_case(tmp_path).hazards]
    shown = [one for one in hazards().values() if not isinstance(one, str)]
    assert {name for names in shown for name in names} <= set(BY_ID)


def test_the_first_panel_sent_again_is_the_same(send):
    first, again = send(BY_ID["MAGIC-FIRST"]), send(BY_ID["MAGIC-AGAIN"])

    assert first.json == again.json


def test_the_document_of_the_sandbox_is_current():
    assert (ROOT / "docs" / "sandbox.md").read_text("utf-8") == sandbox_markdown()


def test_a_demo_hands_them_out_and_a_real_service_does_not(demo, shared):
    told = demo.test_client().get("/sandbox").json["magic"]

    assert [one["id"] for one in told] == list(BY_ID)
    assert all(one["body"] == BY_ID[one["id"]].body for one in told)
    assert shared.test_client().get("/sandbox").status_code == 404
