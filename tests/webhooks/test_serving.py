"""The server tells webhooks by itself, each once, however many workers it has."""

from service.store.outbox import Event
from service.webhooks import hooks
from service.webhooks.signing import secret_of
from tests.server import Server, panel
from tests.store.values import STAMP
from tests.webhooks.test_documented import is_ours

__all__ = ["is_ours"]

PANELS = 6


def test_two_workers_tell_each_panel_once(tmp_path, monkeypatch, receiver, is_ours):
    monkeypatch.setenv("PLAINLAB_WEBHOOK_NETWORKS", "127.0.0.0/8")
    server = Server(tmp_path)
    hook = hooks.add(server.engine, receiver.url, [Event.COMPLETED], STAMP)
    try:
        server.start(workers=2)
        stored = [server.post(panel(number))[1]["id"] for number in range(PANELS)]
        server.wait_for(lambda: len(receiver.got) >= PANELS)
    finally:
        server.stop()
        server.engine.dispose()

    assert sorted(body["data"]["id"] for body in receiver.bodies) == sorted(stored)
    secret = secret_of(hook.id, (tmp_path / "secret_key").read_text("ascii"))
    assert all(is_ours(secret, headers, body) for _, headers, body in receiver.got)
