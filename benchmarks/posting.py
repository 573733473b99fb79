"""Panels stored per second over HTTP, beside what the disk and SQLite alone allow."""

import sqlite3
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.clock import per_call, show
from benchmarks.panels import TWELVE
from tests.server import Server

POSTS = 200


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        bare = per_call(_commit(Path(folder) / "bare.db"), POSTS)
        server = Server(Path(folder))
        server.start(workers=2)
        try:
            one = _posting(server, 1)
            eight = _posting(server, 8)
        finally:
            server.stop()
            server.engine.dispose()
    print("POST /v1/interpretations: 12 results, interpreted, synced to disk, answered")
    show("one sender", one, f"{1 / one:.0f}/s")
    show("eight senders", eight, f"{1 / eight:.0f}/s")
    show("SQLite alone: one synced row", bare, f"{1 / bare:.0f}/s")


def _commit(path: Path):
    line = sqlite3.connect(path, isolation_level=None)
    line.execute("PRAGMA journal_mode=WAL")
    line.execute("PRAGMA synchronous=FULL")
    line.execute("CREATE TABLE panel (body TEXT)")

    def write() -> None:
        line.execute("INSERT INTO panel VALUES (?)", (str(TWELVE),))

    return write


def _posting(server: Server, senders: int) -> float:
    """Seconds for each of the posts that *senders* make side by side."""
    server.post(TWELVE)
    start = time.perf_counter()
    with ThreadPoolExecutor(senders) as crowd:
        answers = list(crowd.map(lambda _: server.post(TWELVE)[0], range(POSTS)))
    assert set(answers) == {201}, set(answers)
    return (time.perf_counter() - start) / POSTS
