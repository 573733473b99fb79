"""Senders that behave as a laboratory system does: they repeat until answered."""

import http
import itertools
import json
import threading
import time

from tests.server import panel
from tests.torture.ledger import Promise, sha256

CANARY = "Canary-Bird"
ANSWERS = {201, 409, 503}
"""All that a well-formed panel may be answered; 409 is a repeat that came too soon."""
PAUSE = 0.05


class Feed:
    """Threads that post panels, one after the other, until they are told to stop.

    ``sent`` are the keys of all panels that were ever sent; ``wrong`` are the
    answers that must never be given.
    """

    def __init__(self, server, ledger, senders):
        self.server = server
        self.ledger = ledger
        self.sent = set()
        self.bodies = {}
        self.wrong = []
        self.refused = self.unanswered = self.acknowledged = 0
        self._numbers = itertools.count()
        self._stopped = threading.Event()
        self._turn = threading.Lock()
        self._threads = [threading.Thread(target=self._send) for _ in range(senders)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def helpers(self):
        """The ids of processes of its own that can be killed, too."""
        return []

    def read_back(self, promise):
        """What is told of an acknowledged panel when it is asked for again."""
        address = f"/v1/interpretations/{promise.id}"
        return self.server.exchange("GET", address, headers=self.server.authorization)[
            2
        ]

    def _send(self):
        while not self._stopped.is_set():
            with self._turn:
                number = next(self._numbers)
                body = self._body(number)
                key = self._key(number, body)
                self.sent.add(key)
                self.bodies[key] = body
            while not self._stopped.is_set() and not self._deliver(key, body):
                time.sleep(PAUSE)

    def _deliver(self, key, body):
        """Send once; whether it was acknowledged, which is then in the ledger."""
        answer = self._exchange(key, body)
        made = self._made(answer)
        if made:
            self.ledger.add(
                Promise(key, made, sha256(body), sha256(self._text(answer)))
            )
        with self._turn:
            self._count(answer, made)
        return bool(made)

    def _body(self, number):
        return json.dumps(canary_panel(number)).encode()

    def _key(self, number, body):  # noqa: ARG002 - other doors make it of the body
        return f"order-{number}"

    def _exchange(self, key, body):
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        return self.server.exchange(
            "POST",
            "/v1/interpretations",
            body,
            headers | self.server.authorization,
        )

    def _text(self, answer):
        return answer[2]

    def _made(self, answer):
        """The id of what was acknowledged, or None."""
        status, _, text = answer
        return json.loads(text)["id"] if status == http.HTTPStatus.CREATED else None

    def _count(self, answer, made):
        status, told, _ = answer
        self.acknowledged += bool(made)
        self.unanswered += status is None
        self.refused += status == http.HTTPStatus.SERVICE_UNAVAILABLE
        if status is None:
            return
        unavailable = status == http.HTTPStatus.SERVICE_UNAVAILABLE
        if status not in ANSWERS or (unavailable and "Retry-After" not in told):
            self.wrong.append(status)


def canary_panel(number):
    """A panel whose names would show wherever they leaked to."""
    document = panel(f"{CANARY}-{number}")
    document["patient"]["name"] = CANARY
    return document
