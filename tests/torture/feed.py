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

    def _send(self):
        while not self._stopped.is_set():
            with self._turn:
                number = next(self._numbers)
                key = f"order-{number}"
                self.sent.add(key)
            body = json.dumps(canary_panel(number)).encode()
            while not self._stopped.is_set() and not self._deliver(key, body):
                time.sleep(PAUSE)

    def _deliver(self, key, body):
        """Post once; whether it was acknowledged, which is then in the ledger."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        status, told, text = self.server.exchange(
            "POST",
            "/v1/interpretations",
            body,
            headers | self.server.authorization,
        )
        if status == http.HTTPStatus.CREATED:
            made = json.loads(text)["id"]
            self.ledger.add(Promise(key, made, sha256(body), sha256(text)))
        with self._turn:
            self._count(status, told)
        return status == http.HTTPStatus.CREATED

    def _count(self, status, told):
        self.acknowledged += status == http.HTTPStatus.CREATED
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
