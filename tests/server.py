"""A real server in a process of its own, on loopback, for tests from the outside."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from service.access import keys
from service.access.audit import Stamp
from service.access.keys import NewKey, Scope
from service.store.engine import open_engine
from tests.databases import shape

PLAINLAB = Path(sys.executable).with_name("plainlab")
READY_WITHIN = 30


def panel(number=1, value="4.2"):
    """A small panel that anyone may post."""
    return {
        "patient": {
            "id": f"T-{number}",
            "birth_date": "1971-03-04",
            "sex": "female",
            "pregnancy": {"status": "no"},
        },
        "specimen": {"collected_at": "2026-10-05T08:40:00+00:00"},
        "results": [
            {"analyte": "potassium", "value": value, "unit": "mmol/L"},
            {"analyte": "sodium", "value": "140", "unit": "mmol/L"},
            {"analyte": "ferritin", "value": "9", "unit": "ug/L"},
        ],
        "symptoms": [],
    }


class Server:
    """The server of one folder; it can be started again after it was killed.

    What it prints is added to the file *log*.
    """

    def __init__(self, folder, log=os.devnull):
        self.folder = folder
        self.log = log
        self.database = f"sqlite:///{folder}/plainlab.db"
        self.engine = open_engine(self.database)
        shape(self.engine)
        now = datetime.now(UTC)
        self.key = keys.issue(
            self.engine,
            NewKey("test", frozenset(Scope), now + timedelta(hours=1)),
            Stamp("system:test", now),
        )
        self.process = None
        self.port = None

    def start(self, workers=1):
        self.port = _free_port()
        with Path(self.log).open("ab") as log:
            self.process = subprocess.Popen(
                [
                    PLAINLAB,
                    "serve",
                    "--port",
                    f"{self.port}",
                    "--workers",
                    f"{workers}",
                ],
                env={**os.environ, "PLAINLAB_VAR": str(self.folder)},
                start_new_session=True,
                stdout=log,
                stderr=log,
            )
        self.wait()

    def stop(self, how=signal.SIGTERM):
        """Stop it, and what it left behind where it was killed before."""
        if self.process is None:
            return
        gone = self.process.poll() is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL if gone else how)
        self.process.wait(timeout=20)

    def post(self, document, idempotency_key=None):
        """Post one panel; status and answer, or None and None where nobody answered."""
        headers = {"Content-Type": "application/json", **self.authorization}
        if idempotency_key:
            headers["Idempotency-Key"] = idempotency_key
        return self.ask("POST", "/v1/interpretations", json.dumps(document), headers)

    @property
    def authorization(self):
        return {"Authorization": f"Bearer {self.key}"}

    def ask(self, method, path, body=None, headers=None):
        """Ask once; status and answer, or None and None where nobody answered."""
        status, _, text = self.exchange(method, path, body, headers)
        return status, text and json.loads(text)

    def exchange(self, method, path, body=None, headers=None):
        """Ask once; status, headers and text, or None where nobody answered."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            line.request(method, path, body, headers or {})
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read()
        except (OSError, http.client.HTTPException):
            return None, None, None
        finally:
            line.close()

    def workers(self):
        """The process ids of those that answer for it at this moment."""
        master = self.process.pid
        listed = Path(f"/proc/{master}/task/{master}/children").read_text("ascii")
        return [int(pid) for pid in listed.split()]

    def wait(self):
        """Wait until it can store."""
        self.wait_for(lambda: self.ask("GET", "/readyz")[0] == http.HTTPStatus.OK)

    def wait_for(self, happened):
        """Wait until that *happened*, but not for ever."""
        until = time.monotonic() + READY_WITHIN
        while not happened():
            assert time.monotonic() < until, "the server did not get ready"
            time.sleep(0.1)


@contextmanager
def running(folder, workers=1):
    """A server that is stopped at the end, come what may."""
    server = Server(folder)
    try:
        server.start(workers)
        yield server
    finally:
        server.stop()
        server.engine.dispose()


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
