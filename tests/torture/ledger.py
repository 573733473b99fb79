"""What the client was promised: one line per acknowledgement, on the disk at once."""

import hashlib
import json
import os
import threading
from typing import NamedTuple


class Promise(NamedTuple):
    """An acknowledged panel: the sender's key, our id, and what went over the wire."""

    key: str
    id: str
    body_sha256: str
    answer_sha256: str


class Ledger:
    """The acknowledgements; each is synced before its sender goes on."""

    def __init__(self, path):
        self.path = path
        self._file = path.open("a", encoding="utf-8")
        self._turn = threading.Lock()

    def add(self, promise):
        with self._turn:
            self._file.write(json.dumps(promise) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())

    def promises(self):
        """All of them, read back from the disk."""
        lines = self.path.read_text("utf-8").splitlines()
        return [Promise(*json.loads(line)) for line in lines]

    def close(self):
        self._file.close()


def sha256(data):
    return hashlib.sha256(data).hexdigest()
