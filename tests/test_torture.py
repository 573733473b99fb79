"""Acknowledged means stored, whatever is done to the server: a few trials of each.

10 trials of each fault where PLAINLAB_LONG is set, one of each in a build (.ci/run does
both), else one of kills by JSON alone; ``make torture`` does 200 of each.
"""

import subprocess
import sys

import pytest
from sqlalchemy import select

from service.store import tables
from service.store.engine import writing
from service.store.interpretations import Entry, save
from tests.long import LONG, SHORT
from tests.proofs import ROOT
from tests.server import Server
from tests.store.values import (
    NOW,
    STAMP,
    entry,
    interpretation,
    key,
    result,
    submission,
)
from tests.torture.feed import Feed
from tests.torture.ledger import Ledger, Promise, sha256
from tests.torture.trials import obstacle
from tests.torture.verdict import Verdict, examine

TRIALS = 10 if LONG else 1
SEED = 20261125


def tortured(fault, *more):
    if why := obstacle(fault):
        pytest.skip(why)
    words = [fault, "--trials", f"{TRIALS}", "--seed", f"{SEED}", *more]
    return subprocess.run(
        [sys.executable, "-m", "tests.torture", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_kill_9_of_a_worker_or_the_master_breaks_no_promise():
    done = tortured("kill")

    assert f"kill: kept; seed {SEED}, {TRIALS} trials" in done.stdout, done.stderr
    assert done.returncode == 0


@pytest.mark.skipif(SHORT, reason="kills by other doors than JSON: .ci/run does")
@pytest.mark.parametrize("door", ["hl7", "mllp"])
def test_kill_9_loses_no_message_that_was_acknowledged(door):
    done = tortured("kill", "--door", door)

    assert f"kill by {door}: kept; seed {SEED}, {TRIALS} trials" in done.stdout, (
        done.stdout + done.stderr
    )
    assert done.returncode == 0


@pytest.mark.skipif(SHORT, reason="full disks: .ci/run does")
def test_a_full_disk_breaks_no_promise_and_once_freed_is_used_again():
    done = tortured("disk")

    assert f"disk: kept; seed {SEED}, {TRIALS} trials" in done.stdout, done.stderr
    assert done.returncode == 0


@pytest.mark.skipif(SHORT, reason="failing calls of the disk: .ci/run does")
def test_failing_calls_of_the_disk_break_no_promise():
    done = tortured("io")

    assert f"io: kept; seed {SEED}, {TRIALS} trials" in done.stdout, done.stderr
    assert done.returncode == 0


@pytest.fixture
def examined(tmp_path):
    """One stored panel, and the verdict on what its sender was promised of it."""
    server, ledger = Server(tmp_path), Ledger(tmp_path / "ledger")
    whole = Entry(submission(raw=b"{}"), interpretation(results=(result(),) * 3))
    kept = save(server.engine, whole, STAMP, key("order-1"))
    feed = Feed(server, ledger, senders=0)
    feed.sent.add("order-1")

    def verdict(promised="order-1", made=kept.id, body=b"{}"):
        ledger.add(Promise(promised, made, sha256(body), ""))
        found = Verdict("none", seed=0)
        examine(found, server, feed)
        return found

    yield verdict, server, feed
    server.engine.dispose()
    ledger.close()


def test_a_promise_that_was_kept_is_found_kept(examined):
    verdict, *_ = examined

    assert verdict().kept


@pytest.mark.parametrize(
    "promised",
    [{"promised": "order-2"}, {"made": "another"}, {"body": b"{ }"}],
)
def test_a_broken_promise_is_found(examined, promised):
    verdict, *_ = examined

    assert verdict(**promised).lost


def test_what_was_never_sent_is_found(examined):
    verdict, _, feed = examined
    feed.sent.clear()

    assert verdict().unsent == ["order-1"]


def test_a_panel_without_its_key_or_audit_is_found(examined):
    verdict, server, _ = examined
    save(server.engine, entry(), STAMP)
    with writing(server.engine) as connection:
        head = {"audit_sequence": tables.instance.c.audit_sequence - 1}
        connection.execute(tables.instance.update().values(head))

    found = verdict()

    assert len(set(found.half)) == 1
    assert found.unaudited


def test_a_panel_stored_twice_is_found(examined):
    verdict, server, _ = examined
    again = key("order-2")
    with writing(server.engine) as connection:
        made = connection.scalar(select(tables.interpretation.c.id))
        row = {"sender": again.sender, "key": "order-2", "interpretation": made}
        more = {"body_sha256": again.body_sha256, "stored_at": NOW}
        connection.execute(tables.idempotency.insert().values(row | more))

    assert verdict().twice
