"""MLLP: messages over a plain or TLS socket, passed on to the HTTP door as they are.

Nothing is read or decided here.  What the service answers goes back; where it gives
no answer, the sender is told AE with code 207 and may send the message again: it is
then answered as it was stored, and never stored twice.
"""

import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from service.intake.hl7.answering import Issue, acknowledgement
from service.intake.hl7.er7 import Er7Error, parse
from service.intake.hl7.header import Header, is_wanted, read_header
from service.intake.hl7.reading import Answer, Reading, Severity, Told
from service.problems import PROBLEMS, Fault

START, END = b"\x0b", b"\x1c\x0d"
LONGEST = 1_000_000
"""The largest message, in bytes: as much as the HTTP door takes."""

MOST_LINES = 64
"""Connections at one time; a further one is closed at once."""

_CHUNK = 65_536
_TYPE = "application/hl7-v2"
_NO_CONTENT = 204
_GLANCE = 0.1  # seconds between two looks at whether to stop


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds are waited for the next message, its end, and its answer."""

    idle: float = 600.0
    message: float = 30.0
    answer: float = 30.0


@dataclass(frozen=True, slots=True)
class Service:
    """The HTTP door that messages are passed on to, and the key that opens it."""

    url: str
    key: str

    def answer(self, message: bytes, patience: float) -> bytes:
        """Return the acknowledgement of *message*; empty where none is wanted.

        A service that is not there, or refuses, is an AE or AR, too.
        """
        try:
            status, kind, body = self._post(message, patience)
        except (OSError, http.client.HTTPException):
            return refusal(message, "unavailable")
        if status == _NO_CONTENT or kind.startswith(_TYPE):
            return body
        return refusal(message, _code(body))

    def _post(self, message: bytes, patience: float) -> tuple[int, str, bytes]:
        there = urlsplit(self.url)
        secure = there.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        line = kind(there.hostname or "", there.port, timeout=patience)
        try:
            headers = {"Authorization": f"Bearer {self.key}", "Content-Type": _TYPE}
            line.request("POST", there.path or "/", message, headers)
            answer = line.getresponse()
            return answer.status, answer.headers.get("Content-Type", ""), answer.read()
        finally:
            line.close()


def refusal(message: bytes, code: str) -> bytes:
    """Return an acknowledgement that nothing was stored, because of *code*."""
    try:
        header = read_header(parse(message).header)
    except Er7Error:
        header = Header()
    told = Told(Fault("MSH^1", code), Severity.ERROR)
    reading = Reading(header, Answer.ERROR, told=(told,))
    now = datetime.now(UTC)
    issue = Issue(f"{now:%Y%m%d%H%M%S%f}", now)
    wanted = is_wanted(header, good=False)
    return acknowledgement(reading, issue).encode() if wanted else b""


def _code(body: bytes) -> str:
    """Return the code of a problem+json; anything else is ``unavailable``."""
    try:
        code = json.loads(body)["code"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return "unavailable"
    return code if code in PROBLEMS else "unavailable"


class Broken(Exception):  # noqa: N818 - it names what happened to a line
    """A line cannot be used any more; ``code`` is what its sender is told, if any."""

    def __init__(self, begun: bytes = b"", code: str = "") -> None:
        """Keep what came of the message that was begun."""
        super().__init__(code)
        self.begun = begun
        self.code = code


class Listener:
    """A socket on which messages arrive, each line with one of them in flight."""

    def __init__(
        self,
        address: tuple[str, int],
        service: Service,
        tls: ssl.SSLContext | None = None,
        patience: Patience | None = None,
    ) -> None:
        """Listen from now on; ``port`` is the one that was given."""
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._socket = socket.create_server(address, family=family)
        self._socket.settimeout(_GLANCE)
        self._service, self._tls = service, tls
        self._patience = patience or Patience()
        self._stopping = threading.Event()
        self._lines: set[threading.Thread] = set()

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._socket.getsockname()[1])

    def stop(self) -> None:
        """Take no more messages; those in flight are still answered."""
        self._stopping.set()

    def run(self) -> None:
        """Serve until stopped, and until what is in flight has been answered."""
        with self._socket:
            while not self._stopping.is_set():
                with suppress(TimeoutError):
                    self._open(self._socket.accept()[0])
        for thread in tuple(self._lines):
            thread.join()

    def _open(self, line: socket.socket) -> None:
        self._lines = {one for one in self._lines if one.is_alive()}
        if len(self._lines) >= MOST_LINES:
            line.close()
            return
        thread = threading.Thread(target=self._serve, args=(line,))
        self._lines.add(thread)
        thread.start()

    def _serve(self, line: socket.socket) -> None:
        """Answer the messages of one line, one after the other, until it ends."""
        with suppress(OSError), self._secured(line) as safe:
            try:
                for message in self._messages(safe):
                    answer = self._service.answer(message, self._patience.answer)
                    self._send(safe, answer)
            except Broken as broken:
                if broken.code:
                    self._send(safe, refusal(broken.begun, broken.code))

    def _secured(self, line: socket.socket) -> socket.socket:
        line.settimeout(self._patience.message)
        try:
            return self._tls.wrap_socket(line, server_side=True) if self._tls else line
        except OSError:
            line.close()
            raise

    def _send(self, line: socket.socket, answer: bytes) -> None:
        line.settimeout(self._patience.answer)
        if answer:
            line.sendall(START + answer + END)

    def _messages(self, line: socket.socket) -> Iterator[bytes]:
        """Yield each message without its frame; what stands between them is dropped."""
        kept = b""
        while True:
            kept = self._begun(line, kept)
            message, kept = self._rest(line, kept)
            yield message
            if self._stopping.is_set():
                return

    def _begun(self, line: socket.socket, kept: bytes) -> bytes:
        """Return what comes after the next start mark.

        Raises:
            Broken: the line ended, stayed idle too long, or it is time to stop.
        """
        until = time.monotonic() + self._patience.idle
        while START not in kept:
            if self._stopping.is_set() or time.monotonic() > until:
                raise Broken
            kept = _received(line, _GLANCE) or b""
        return kept.partition(START)[2]

    def _rest(self, line: socket.socket, kept: bytes) -> tuple[bytes, bytes]:
        """Return the message that has begun, and what came after it.

        Raises:
            Broken: it is too long, takes too long, or the line ended within it.
        """
        until = time.monotonic() + self._patience.message
        parts = bytearray(kept)
        looked = 0
        while (end := parts.find(END, looked)) < 0:
            looked = max(0, len(parts) - 1)
            if len(parts) > LONGEST:
                raise Broken(bytes(parts), "payload_too_large")
            left = until - time.monotonic()
            if left <= 0:
                raise Broken(bytes(parts), "bad_request")
            parts += _received(line, min(left, _GLANCE)) or b""
        if end > LONGEST:
            raise Broken(bytes(parts), "payload_too_large")
        return bytes(parts[:end]), bytes(parts[end + len(END) :])


def _received(line: socket.socket, patience: float) -> bytes | None:
    """Return what came, None where nothing did in time.

    Raises:
        Broken: the line has ended.
    """
    line.settimeout(patience)
    try:
        data = line.recv(_CHUNK)
    except TimeoutError:
        return None
    if not data:
        raise Broken
    return data
