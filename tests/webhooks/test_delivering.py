"""Webhooks: told with the panel or not at all, signed, again and again, in order."""

import base64
import hashlib
import hmac
import json
import logging
import os
import signal
import socket
import subprocess
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reference_ranges.results import Urgency
from service.access.audit import verify
from service.access.errors import UnknownWebhook
from service.store import tables
from service.store.engine import reading, writing
from service.store.interpretations import save
from service.store.outbox import Event
from service.webhooks import hooks, sending
from service.webhooks.addresses import AddressRefused
from service.webhooks.courier import CLAIM, MOST_ATTEMPTS, delay_after
from service.webhooks.signing import secret_of
from tests.server import PLAINLAB
from tests.store.values import NOW, STAMP, entry, key
from tests.webhooks.conftest import SECRET_KEY, receiving

CANARIES = ("Alex", "MRN-1", "1971", "6.80", "potassium")


@pytest.fixture
def patience(monkeypatch):
    """Set how long one attempt may last."""
    return lambda seconds: monkeypatch.setattr(sending, "PATIENCE", seconds)


@pytest.fixture
def hook(engine, receiver):
    return hooks.add(engine, receiver.url, Event, STAMP)


def states(engine):
    query = tables.delivery.select().order_by(tables.delivery.c.id)
    with reading(engine) as connection:
        return [(row.event, row.state) for row in connection.execute(query)]


def kinds(receiver):
    return [body["type"].removeprefix("interpretation.") for body in receiver.bodies]


def test_a_panel_is_told_by_ids_alone(engine, hook, receiver, courier):
    saved = save(engine, entry(), STAMP)

    assert courier.round() == 1

    ((path, headers, body),) = receiver.got
    assert path == "/hook?from=plainlab"
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body) == {
        "type": "interpretation.completed",
        "timestamp": "2026-11-23T08:30:00.000000+00:00",
        "data": {
            "id": saved.id,
            "version": 1,
            "urgency": "routine",
            "link": f"/v1/interpretations/{saved.id}",
        },
    }
    assert not [one for one in CANARIES if one in f"{headers}{body}"]
    assert states(engine) == [("interpretation.completed", "delivered")]
    assert hook.id not in f"{headers}{body}"


def test_a_receiver_can_check_who_sent_it(engine, hook, receiver, courier):
    save(engine, entry(), STAMP)
    courier.round()

    ((_, headers, body),) = receiver.got
    name, stamp = headers["webhook-id"], headers["webhook-timestamp"]
    shared = base64.b64decode(secret_of(hook.id, SECRET_KEY).removeprefix("whsec_"))
    signed = hmac.new(shared, f"{name}.{stamp}.".encode() + body, hashlib.sha256)
    expected = f"v1,{base64.b64encode(signed.digest()).decode()}"
    assert headers["webhook-signature"] == expected
    assert int(stamp) == NOW.timestamp()
    assert len(shared) == 32


def test_no_secret_is_in_the_store(engine, hook):
    with reading(engine) as connection:
        kept = repr(connection.execute(tables.webhook.select()).all())

    assert secret_of(hook.id, SECRET_KEY).removeprefix("whsec_") not in kept


@pytest.mark.usefixtures("hook")
def test_a_critical_panel_and_a_correction_are_told_in_order(engine, receiver, courier):
    first = save(engine, entry(Urgency.EMERGENCY, critical=True), STAMP)
    second = save(engine, entry(corrects=first.id), STAMP)

    courier.round()

    assert kinds(receiver) == ["completed", "critical", "superseded", "completed"]
    assert receiver.bodies[2]["data"] == {
        "id": first.id,
        "version": 1,
        "urgency": "emergency",
        "link": f"/v1/interpretations/{first.id}",
        "superseded_by": second.id,
    }


def test_only_what_was_asked_for_is_told(engine, receiver, courier):
    hooks.add(engine, receiver.url, [Event.CRITICAL], STAMP)

    save(engine, entry(), STAMP)
    save(engine, entry(Urgency.EMERGENCY, critical=True), STAMP)
    courier.round()

    assert kinds(receiver) == ["critical"]


@pytest.mark.usefixtures("hook")
def test_a_trial_message_and_a_repeat_tell_nothing(engine):
    trial = entry()
    trial = replace(trial, submission=replace(trial.submission, test_message=True))
    save(engine, trial, STAMP)
    save(engine, entry(), STAMP, key())
    save(engine, entry(), STAMP, key())

    assert len(states(engine)) == 1


@pytest.mark.usefixtures("hook")
def test_a_panel_that_is_not_stored_is_told_to_nobody(engine, rough):
    rough(
        "CREATE TRIGGER no BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'x'); END"
    )

    with suppress(Exception):
        save(engine, entry(), STAMP)

    assert states(engine) == []


CUT = {
    "TimeoutError",
    "RemoteDisconnected",
    "BadStatusLine",
    "ConnectionResetError",
}


@pytest.mark.usefixtures("hook")
@pytest.mark.parametrize(
    ("answer", "seconds", "told"),
    [
        (500, 15, {"HTTP 500"}),
        (302, 15, {"HTTP 302"}),
        (410, 15, {"HTTP 410"}),
        ("close", 15, CUT),
        ("hang", 0.4, CUT),
        ("drip", 0.4, CUT),
    ],
)
def test_what_was_not_taken_is_tried_again(  # noqa: PLR0913, PLR0917  a table
    engine, receiver, courier, patience, answer, seconds, told
):
    receiver.answers = [answer, 204]
    save(engine, entry(), STAMP)

    patience(seconds)
    courier.round()
    patience(15)
    with reading(engine) as connection:
        after = connection.execute(tables.delivery.select()).one()
    courier.round()
    courier.clock.now += delay_after(1)
    courier.round()

    assert (after.state, after.attempts) == ("pending", 1)
    assert after.answer in told
    assert states(engine) == [("interpretation.completed", "delivered")]
    first, second = receiver.got
    assert first[1]["webhook-id"] == second[1]["webhook-id"]
    assert first[2] == second[2]


@pytest.mark.usefixtures("hook")
def test_a_later_event_of_a_report_waits_for_the_one_before(
    engine, receiver, courier, clock
):
    receiver.answers = [500, 204]
    first = save(engine, entry(), STAMP)
    courier.round()
    save(
        engine, entry(corrects=first.id), replace(STAMP, at=NOW + timedelta(seconds=9))
    )

    clock.now += timedelta(seconds=9)
    courier.round()

    assert kinds(receiver) == ["completed", "completed", "superseded", "completed"]


@pytest.mark.usefixtures("hook")
def test_a_receiver_that_fails_does_not_hold_up_another(engine, receiver, courier):
    receiver.answers = [500]
    with receiving() as other:
        hooks.add(engine, other.url, Event, STAMP)
        for _ in range(5):
            save(engine, entry(), STAMP)

        courier.round()

        assert (len(receiver.got), len(other.got)) == (1, 5)


@pytest.mark.usefixtures("hook")
def test_after_ten_attempts_it_is_given_up_and_can_be_sent_again(
    engine, receiver, courier, clock
):
    receiver.answers = [503]
    save(engine, entry(), STAMP)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        courier.round()
        clock.now += delay_after(attempt)

    (lost,) = hooks.dead(engine)
    courier.round()
    assert (lost.attempts, lost.answer, len(receiver.got)) == (10, "HTTP 503", 10)

    receiver.answers = [204]
    hooks.replay(engine, lost.message, replace(STAMP, at=clock.now))
    courier.round()

    assert hooks.dead(engine) == ()
    assert {headers["webhook-id"] for _, headers, _ in receiver.got} == {lost.message}
    assert verify(engine) is None


def test_the_delays_grow_and_end_at_half_a_day():
    delays = [delay_after(attempt) for attempt in range(1, MOST_ATTEMPTS)]

    assert delays[:3] == [timedelta(seconds=one) for one in (5, 20, 80)]
    assert delays == sorted(delays)
    assert delays[-1] == timedelta(hours=12)


@pytest.mark.usefixtures("hook")
def test_a_private_address_is_never_connected_to(engine, receiver, strict):
    save(engine, entry(), STAMP)

    strict.round()

    with reading(engine) as connection:
        row = connection.execute(tables.delivery.select()).one()
    assert (row.state, row.answer) == ("pending", "address_refused")
    assert receiver.got == []


def test_the_connection_goes_to_the_address_that_was_checked(
    engine, receiver, courier, monkeypatch
):
    """A name that answers with another address the second time gains nothing."""
    asked = []
    port = receiver.server.server_port
    real = socket.getaddrinfo

    def changing(host, *rest, **options):
        if host != "hook.example":
            return real(host, *rest, **options)
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "192.0.2.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    hooks.add(engine, f"http://hook.example:{port}/", Event, STAMP)
    save(engine, entry(), STAMP)

    courier.round()

    ((_, headers, _),) = receiver.got
    assert (asked, headers["Host"]) == (["hook.example"], f"hook.example:{port}")


def test_a_certificate_that_nobody_vouches_for_is_refused(engine, courier, receiver):
    url = receiver.url.replace("http:", "https:")
    hooks.add(engine, url, Event, STAMP)
    save(engine, entry(), STAMP)

    courier.round()

    with reading(engine) as connection:
        answer = connection.execute(tables.delivery.select()).one().answer
    assert answer.startswith("SSL")
    assert receiver.got == []


def test_what_is_removed_is_told_nothing_more(engine, hook, receiver, courier):
    save(engine, entry(), STAMP)
    hooks.remove(engine, hook.id, STAMP)
    save(engine, entry(), STAMP)

    courier.round()

    assert (receiver.got, hooks.every_webhook(engine)) == ([], ())
    assert states(engine) == [("interpretation.completed", "dead")]
    with pytest.raises(UnknownWebhook):
        hooks.remove(engine, hook.id, STAMP)
    with pytest.raises(UnknownWebhook):
        hooks.replay(engine, "msg_none", STAMP)


def test_an_address_that_cannot_be_told_is_not_added(engine):
    with pytest.raises(AddressRefused):
        hooks.add(engine, "ftp://a.example/", Event, STAMP)

    assert hooks.every_webhook(engine) == ()


@pytest.mark.usefixtures("hook")
def test_a_courier_that_died_after_sending_leaves_the_message_to_the_next(
    tmp_path, engine, receiver, courier, clock
):
    """Killed by the receiver before it could write down that the message arrived."""
    clock.now = datetime.now(UTC)
    save(engine, entry(), STAMP)
    environment = {
        **os.environ,
        "PLAINLAB_VAR": str(tmp_path),
        "PLAINLAB_DATABASE_URL": str(engine.url),
        "PLAINLAB_SECRET_KEY": SECRET_KEY,
        "PLAINLAB_WEBHOOK_NETWORKS": "127.0.0.0/8",
    }
    process = subprocess.Popen([PLAINLAB, "webhook", "run"], env=environment)
    receiver.answers = [lambda: process.kill() or 204, 204]
    try:
        ended = process.wait(timeout=30)
    finally:
        process.kill()  # one that was not told to end must not outlive the test
        process.wait()
    assert ended == -signal.SIGKILL

    clock.now = datetime.now(UTC)
    too_early = courier.round()
    clock.now += CLAIM
    sent = courier.round()

    assert (too_early, sent) == (0, 1)
    first, second = receiver.got
    assert first[1]["webhook-id"] == second[1]["webhook-id"]
    assert first[2] == second[2]
    assert states(engine) == [("interpretation.completed", "delivered")]


def test_a_critical_result_that_nobody_reviews_is_escalated_once(
    engine, courier, clock, caplog
):
    saved = save(engine, entry(Urgency.EMERGENCY, critical=True), STAMP)
    with caplog.at_level(logging.WARNING, "plainlab"):
        clock.now += courier.patience - timedelta(seconds=1)
        courier.look()
        early = len(caplog.records)
        clock.now += timedelta(seconds=1)
        courier.look()
        courier.look()

    (line,) = caplog.records
    assert early == 0
    assert (line.message, line.object) == ("critical_escalated", saved.id)
    with reading(engine) as connection:
        (row,) = connection.execute(tables.escalation.select())
    assert (row.interpretation, row.at) == (saved.id, clock.now)
    assert verify(engine) is None


def test_a_courier_outlives_what_goes_wrong(engine, courier, caplog):
    class Stop:
        """Stops at the third look."""

        def __init__(self):
            self.waits = []

        def wait(self, pause):
            self.waits.append(pause)
            return len(self.waits) > 2

    stop = Stop()

    with writing(engine) as connection:
        connection.exec_driver_sql("DROP TABLE delivery")

    courier.run(stop)

    assert [record.message for record in caplog.records] == ["courier_failed"] * 2
    assert stop.waits[0] < stop.waits[1]
