"""The server tells webhooks by itself, each once, however many workers it has."""

from click.testing import CliRunner

from service.cli import plainlab
from service.store.engine import open_engine, reading, writing
from service.store.interpretations import save
from service.store.outbox import Event
from service.webhooks import hooks
from service.webhooks.signing import secret_of
from tests.databases import shape
from tests.server import Server, panel
from tests.store.values import STAMP, entry
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


def test_what_was_given_up_is_listed_and_sent_again_on_the_command_line(
    tmp_path, receiver
):
    engine = open_engine(f"sqlite:///{tmp_path}/plainlab.db")
    shape(engine)
    hooks.add(engine, receiver.url, [Event.COMPLETED], STAMP)
    save(engine, entry(), STAMP)
    with writing(engine) as connection:
        connection.exec_driver_sql(
            "UPDATE delivery SET state='dead', answer='HTTP 500'"
        )

    def run(*words):
        told = {"PLAINLAB_VAR": str(tmp_path)}
        return CliRunner(env=told).invoke(plainlab, ["webhook", *words]).output

    listed = run("dead")
    replayed = run("replay", "--all")

    assert f"0 attempts  HTTP 500  {receiver.url}" in listed
    assert listed.startswith(replayed.strip())
    with reading(engine) as connection:
        kept = connection.exec_driver_sql("SELECT state FROM delivery").scalars().all()
    assert kept == ["pending"]
    engine.dispose()
