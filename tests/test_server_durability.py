"""What was acknowledged is stored, once and whole, whatever happens to the server."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from service.store import tables
from tests.long import LONG, SHORT
from tests.server import Server, panel, running


def stored_panels(engine):
    """Each stored interpretation with the number of its results."""
    results = tables.result
    query = (
        select(tables.interpretation.c.id, func.count(results.c.interpretation))
        .join(
            results,
            results.c.interpretation == tables.interpretation.c.id,
            isouter=True,
        )
        .group_by(tables.interpretation.c.id)
    )
    with engine.connect() as connection:
        return dict(map(tuple, connection.execute(query)))


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("server"), workers=2) as server:
        yield server


def posted_at_once(server):
    before = stored_panels(server.engine)
    with ThreadPoolExecutor(64) as crowd:
        answers = list(crowd.map(lambda _: server.post(panel(), "once"), range(64)))
    made = stored_panels(server.engine).items() - before.items()
    return answers, [results for _, results in made]


def test_64_posts_at_once_with_one_key_make_one_panel(server):
    answers, made = posted_at_once(server)

    assert {status for status, _ in answers} <= {200, 201, 409}
    assert len({body["id"] for status, body in answers if status != 409}) == 1
    assert made == [3]


@pytest.mark.skipif(SHORT, reason="one worker beside two: .ci/run does")
def test_one_worker_makes_one_panel_of_64_posts_as_well(tmp_path):
    with running(tmp_path) as alone:
        _, made = posted_at_once(alone)

    assert made == [3]


def test_the_same_key_with_another_body_is_refused(server):
    server.post(panel(value="4.2"), "changed")

    status, answer = server.post(panel(value="4.3"), "changed")

    assert (status, answer["type"].rsplit("#", 1)[-1]) == (
        422,
        "idempotency_mismatch",
    )


@pytest.mark.skipif(SHORT, reason="a worker killed beside others: .ci/run does")
def test_a_worker_that_died_is_replaced(tmp_path):
    with running(tmp_path, workers=2) as server:
        died, *_ = server.workers()
        os.kill(died, signal.SIGKILL)
        server.wait_for(lambda: died not in server.workers())
        server.wait_for(lambda: len(server.workers()) == 2)

        # what had reached the dead one is asked again, as a sender would
        server.wait_for(lambda: server.post(panel(), "again")[0] in {200, 201})
        assert server.process.poll() is None


@pytest.mark.parametrize("killed_after", [5, 60, 140] if LONG else [60])
def test_kill_9_during_200_posts_loses_no_acknowledged_panel(tmp_path, killed_after):
    server = Server(tmp_path)
    server.start()
    acknowledged = []

    def send(number):
        status, answer = server.post(panel(number), f"order-{number}")
        if status == 201:
            acknowledged.append(answer["id"])
        if len(acknowledged) == killed_after:
            server.stop(signal.SIGKILL)

    try:
        with ThreadPoolExecutor(8) as senders:
            list(senders.map(send, range(200)))
        stored = stored_panels(server.engine)

        assert len(acknowledged) >= killed_after
        assert set(acknowledged) <= set(stored)
        assert set(stored.values()) == {3}

        server.start()
        assert server.post(panel(999))[0] == 201
    finally:
        server.stop()
        server.engine.dispose()
