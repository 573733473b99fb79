"""Senders of HL7 messages, over HTTP and by MLLP, that repeat until answered AA."""

import hashlib
import re
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress

from tests.torture.feed import CANARY, Feed
from tests.torture.ledger import sha256

_HEADERS = {"Content-Type": "application/hl7-v2"}
_STORED = re.compile(rb"\rMSA\|AA\|[^|]*\|Stored as ([a-z2-7]{26})\r")
_REFUSED = re.compile(rb"\rMSA\|AE\|[^|]*\|Nothing was stored\rERR\|[^\r]*\|20[67]\^")
_SIDECAR = """
import signal, sys
from service.mllp import Listener, Service
service = Service(sys.argv[1], sys.stdin.readline().strip())
listener = Listener(("127.0.0.1", 0), service)
signal.signal(signal.SIGTERM, lambda *_: listener.stop())
print(listener.port, flush=True)
listener.run()
"""


def message(number):
    """A message of three results, in the name that would show if it leaked."""
    rows = [("2823-3^Potassium", "4.2", "mmol/L"), ("2951-2^Sodium", "140", "mmol/L")]
    rows.append(("2276-4^Ferritin", "9", "ug/L"))
    segments = [
        f"MSH|^~\\&|LIS|LAB|||20261120||ORU^R01|{number}|P|2.5.1",
        f"PID|1||{CANARY}-{number}||{CANARY}||19710304|F",
        f"OBR|1|P{number}|F{number}|U|||20261005084000+0000",
    ]
    segments += [
        f"OBX|{n}|NM|{code}^LN||{value}|{unit}|||||F"
        for n, (code, value, unit) in enumerate(rows, start=1)
    ]
    return "".join(f"{one}\r" for one in segments).encode()


class MessageFeed(Feed):
    """Threads that post messages to ``/hl7v2``."""

    def _body(self, number):
        return message(number)

    def _key(self, number, body):
        """The key that the store has for a message of one panel."""
        feed = f"key:{self.server.key.split('_')[1]}"
        told = f"{feed}\nLIS\nLAB\n{number}\n{sha256(body)}"
        return f"message:{hashlib.sha256(told.encode()).hexdigest()}:0"

    def _exchange(self, key, body):  # noqa: ARG002 - the message has its key in it
        headers = _HEADERS | self.server.authorization
        return self.server.exchange("POST", "/hl7v2", body, headers)[2]

    def _text(self, answer):
        return answer

    def _made(self, answer):
        stored = _STORED.search(answer or b"")
        return stored and stored[1].decode()

    def read_back(self, promise):
        """The answer to the same message once more."""
        return self._exchange(promise.key, self.bodies[promise.key])

    def _count(self, text, made):
        self.acknowledged += bool(made)
        self.unanswered += not text
        if not text or made:
            return
        if _REFUSED.search(text) or b'"code": "unavailable"' in text:
            self.refused += 1
        else:
            self.wrong.append(text[:200])


class MllpFeed(MessageFeed):
    """Threads that send messages to a listener, which is killed as well."""

    def __init__(self, *args):
        super().__init__(*args)
        self._restarting = threading.Lock()
        self._process = self._to = self._port = None

    def helpers(self):
        """The listener, as one more that can be killed."""
        process = self._process
        return [process.pid] if process and process.poll() is None else []

    def __exit__(self, *caught):
        super().__exit__(*caught)
        self._stop()

    def _exchange(self, key, body):  # noqa: ARG002 - likewise
        with suppress(OSError, ValueError):
            return self._sent(body)
        time.sleep(0.05)
        return None

    def read_back(self, promise):
        """The answer to the same message by HTTP: it is the same."""
        return super()._exchange(promise.key, self.bodies[promise.key])

    def _sent(self, body):
        with socket.create_connection(("127.0.0.1", self._listener()), 20) as line:
            line.sendall(b"\x0b" + body + b"\x1c\r")
            got = b""
            while not got.endswith(b"\x1c\r"):
                more = line.recv(65_536)
                if not more:
                    return None
                got += more
            return got[1:-2]

    def _listener(self):
        """The port of the listener, which is started anew where it has gone."""
        with self._restarting:
            gone = self._process is None or self._process.poll() is not None
            if gone or self._to != self.server.port:
                self._stop()
                self._start()
            return self._port

    def _start(self):
        self._to = self.server.port
        self._process = subprocess.Popen(
            [sys.executable, "-c", _SIDECAR, f"http://127.0.0.1:{self._to}/hl7v2"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._process.stdin.write(f"{self.server.key}\n")
        self._process.stdin.flush()
        self._port = int(self._process.stdout.readline())

    def _stop(self):
        if self._process is None:
            return
        self._process.terminate()
        self._process.wait(40)
        self._process.stdin.close()
        self._process.stdout.close()


FEEDS = {"json": Feed, "hl7": MessageFeed, "mllp": MllpFeed}
"""The doors that can be tortured."""
