"""A receiver on loopback that answers as a test wants, and remembers what came."""

import json
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network

import pytest

from service.webhooks.courier import Courier
from tests.store.conftest import engine, rough, url
from tests.store.values import NOW

__all__ = ["engine", "rough", "url"]

LOOPBACK = (ip_network("127.0.0.0/8"),)
SECRET_KEY = "k" * 20 + "slow purple tram"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


class Receiver:
    """What it was sent; ``answers`` are given in turn, the last for ever.

    An answer is a status, what gives one, or "close", "hang" or "drip".
    """

    def __init__(self):
        self.got = []
        self.answers = [204]
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?from=plainlab"

    @property
    def bodies(self):
        return [json.loads(body) for _, _, body in self.got]

    def next_answer(self):
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def _handler(receiver):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append((self.path, self.headers, body))
            answer = receiver.next_answer()
            if answer == "close":
                return
            if answer == "hang":
                time.sleep(1)
                return
            if answer == "drip":
                self.drip()
                return
            if callable(answer):
                answer = answer()
            self.send_response(answer)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()

        def drip(self):
            with suppress(OSError):
                for byte in b"HTTP/1.1 200 OK":
                    self.wfile.write(bytes([byte]))
                    time.sleep(0.1)

        def log_message(self, *_):
            pass

    return Handler


@contextmanager
def receiving():
    receiver = Receiver()
    thread = threading.Thread(
        target=receiver.server.serve_forever, args=(0.02,), daemon=True
    )
    thread.start()
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        receiver.server.server_close()
        thread.join()


@pytest.fixture
def receiver():
    with receiving() as made:
        yield made


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def courier(engine, clock):
    return Courier(engine, SECRET_KEY, LOOPBACK, timedelta(hours=1), clock)


@pytest.fixture
def strict(courier):
    """The same courier, to whom no private network is allowed."""
    return replace(courier, allowed=())
