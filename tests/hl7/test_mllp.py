"""Messages by MLLP: passed on as they are, answered one by one, never lost."""

import http.server
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import hl7
import pytest
from click.testing import CliRunner
from hl7.client import MLLPClient
from werkzeug.serving import make_server

from service.cli import plainlab
from service.mllp import LONGEST, Listener, Patience, Service
from tests.hl7.conftest import POTASSIUM, Ack, obx, panel, sender_key
from tests.long import LONG

PLAINLAB = Path(sys.executable).with_name("plainlab")
SHORT = Patience(idle=0.4, message=0.4, answer=5)


@pytest.fixture(scope="module")
def served(hl7_app):
    """The application on a port of its own, and a key to it."""
    server = make_server("127.0.0.1", 0, hl7_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield Service(f"http://127.0.0.1:{server.port}/hl7v2", sender_key(hl7_app))
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def listening(service, tls=None, patience=None):
    listener = Listener(("127.0.0.1", 0), service, tls, patience)
    thread = threading.Thread(target=listener.run)
    thread.start()
    try:
        yield listener
    finally:
        listener.stop()
        thread.join(10)
        assert not thread.is_alive()


@contextmanager
def line_to(listener):
    with socket.create_connection(("127.0.0.1", listener.port), timeout=10) as line:
        yield line


def framed(message):
    return b"\x0b" + message + b"\x1c\r"


def answer(line):
    """The next answer without its frame; empty where the line ended."""
    got = b""
    while not got.endswith(b"\x1c\r"):
        more = line.recv(65_536)
        if not more:
            return b""
        got += more
    assert got.startswith(b"\x0b")
    return got[1:-2]


def ack(line):
    return Ack(answer(line).decode())


def test_many_messages_on_one_line_are_answered_one_after_the_other(served):
    with listening(served) as listener, line_to(listener) as line:
        codes = []
        for n in range(5):
            line.sendall(framed(panel(POTASSIUM, control=f"L{n}")))
            told = ack(line)
            codes.append((told.code, told.msa[2]))

    assert codes == [("AA", f"L{n}") for n in range(5)]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (panel(POTASSIUM, control="C1"), "AA"),
        (panel(obx("4,2"), control="C2"), "AE"),
        (panel(POTASSIUM, control="C3").replace(b"ORU^R01", b"ADT^A01"), "AR"),
    ],
)
def test_an_independent_client_is_answered_aa_ae_and_ar(served, body, code):
    with (
        listening(served) as listener,
        MLLPClient("127.0.0.1", listener.port) as client,
    ):
        answer = hl7.parse(client.send_message(body).strip(b"\x0b\x1c\r").decode())

    assert str(answer.segment("MSA")[1]) == code
    assert str(answer.segment("MSH")[9]) == "ACK^R01^ACK"


def test_messages_in_one_burst_or_bit_by_bit_are_the_same(served):
    both = b"".join(framed(panel(POTASSIUM, control=c)) for c in ("X1", "X2"))
    with listening(served) as listener, line_to(listener) as line:
        line.sendall(b"\r\n" + both)
        burst = [ack(line).msa[:3], ack(line).msa[:3]]
        for byte in range(0, len(both), 97):
            line.sendall(both[byte : byte + 97])
        bits = [ack(line).msa[:3], ack(line).msa[:3]]

    assert burst == bits == [["MSA", "AA", "X1"], ["MSA", "AA", "X2"]]


def test_what_the_service_answers_is_passed_back_as_it_is(served):
    body = panel(obx("4,2"), control="word for word")
    with listening(served) as listener, line_to(listener) as line:
        line.sendall(framed(body))
        told = answer(line)
        line.sendall(framed(body))

        assert answer(line) == told
    assert Ack(told.decode()).told() == [("OBX^1^5", "102", "decimal_comma")]


def test_where_the_service_does_not_answer_nothing_is_acknowledged():
    nowhere = Service("http://127.0.0.1:1/hl7v2", "key")
    with listening(nowhere) as listener, line_to(listener) as line:
        line.sendall(framed(panel(POTASSIUM)))
        told = ack(line)

    assert (told.code, told.msa[2]) == ("AE", "M-1")
    assert told.told() == [("MSH^1", "207", "unavailable")]


def test_a_key_that_opens_nothing_is_said_to_be_so(served):
    wrong = Service(served.url, "pl_0123456789ab_" + "a" * 43)
    with listening(wrong) as listener, line_to(listener) as line:
        line.sendall(framed(panel(POTASSIUM)))

        assert ack(line).told() == [("MSH^1", "204", "unauthenticated")]


class Odd(http.server.BaseHTTPRequestHandler):
    """A service that answers anything but an acknowledgement."""

    body = b""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_):
        pass


@pytest.mark.parametrize("body", [b"", b"MSA|AA|1", b"[1]", b'{"code": "x"}', b"{"])
def test_an_answer_that_is_no_acknowledgement_is_never_passed_on(body):
    kind = type("Kind", (Odd,), {"body": body})
    with http.server.HTTPServer(("127.0.0.1", 0), kind) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        told = Service(f"http://127.0.0.1:{server.server_port}/x", "k").answer(
            panel(POTASSIUM), 5
        )
        thread.join()

    assert Ack(told.decode()).told() == [("MSH^1", "207", "unavailable")]


def test_no_answer_is_sent_where_none_is_wanted(served):
    silent = panel(POTASSIUM, control="N").replace(b"|2.5.1", b"|2.5.1|||NE|NE")
    with listening(served) as listener, line_to(listener) as line:
        line.sendall(framed(silent) + framed(panel(POTASSIUM, control="M")))

        assert ack(line).msa[2] == "M"


@pytest.mark.parametrize("end", [b"", b"\x1c\r"])
def test_a_message_that_is_too_long_is_refused_and_the_line_closed(served, end):
    long = panel(POTASSIUM, "NTE|1||" + "x" * LONGEST)
    with listening(served) as listener, line_to(listener) as line:
        line.sendall(b"\x0b" + long + end)

        assert ack(line).told() == [("MSH^1", "102", "payload_too_large")]
        assert answer(line) == b""


def test_a_message_that_never_ends_is_refused_and_the_line_closed(served):
    with listening(served, patience=SHORT) as listener, line_to(listener) as line:
        line.sendall(b"\x0bMSH|^~\\&|")

        assert ack(line).code == "AE"
        assert answer(line) == b""


def test_an_idle_line_is_closed(served):
    with listening(served, patience=SHORT) as listener, line_to(listener) as line:
        assert answer(line) == b""


def test_half_a_message_is_forgotten_when_its_line_ends(served):
    with listening(served) as listener:
        with line_to(listener) as line:
            line.sendall(b"\x0b" + panel(POTASSIUM, control="half")[:-30])
        with line_to(listener) as line:
            line.sendall(framed(panel(POTASSIUM, control="whole")))

            assert ack(line).msa[2] == "whole"


def test_what_is_in_flight_is_answered_before_it_stops(served):
    with listening(served) as listener, line_to(listener) as line:
        line.sendall(framed(panel(POTASSIUM, control="last")))
        first = line.recv(1)
        listener.stop()

        assert Ack((first + answer_rest(line))[1:-2].decode()).code == "AA"


def answer_rest(line):
    got = b""
    while more := line.recv(65_536):
        got += more
    return got


def test_more_lines_than_allowed_are_closed_at_once(served, monkeypatch):
    monkeypatch.setattr("service.mllp.MOST_LINES", 1)
    with listening(served) as listener, line_to(listener) as line:
        line.sendall(framed(panel(POTASSIUM, control="one")))
        assert ack(line).code == "AA"
        with line_to(listener) as another:
            assert answer(another) == b""


# --- TLS and the command ------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
    more = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = subprocess.run(
        ["openssl", *words.split(), *more, "-keyout", key, "-out", cert],  # noqa: S607
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("openssl is not on this machine")
    return cert, key


def test_tls_and_only_tls_is_spoken_where_there_is_a_certificate(served, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    trusting = ssl.create_default_context(cafile=certificate[0])
    with listening(served, context, SHORT) as listener:
        with (
            line_to(listener) as line,
            trusting.wrap_socket(line, server_hostname="127.0.0.1") as safe,
        ):
            safe.sendall(framed(panel(POTASSIUM, control="tls")))
            assert ack(safe).code == "AA"
        with line_to(listener) as line, suppress(ConnectionResetError):
            line.sendall(framed(panel(POTASSIUM)))
            assert b"MSA" not in line.recv(1000)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("--host 0.0.0.0", "not loopback"),
        ("--to ftp://127.0.0.1/", "http or https"),
        ("--to http://example.org/hl7v2", "use https"),
        ("", "no key"),
        ("--cert-key {here}", "need --cert"),
        ("--cert {here}", "cannot be used"),
    ],
)
def test_what_is_not_safe_is_refused_by_name(words, why, monkeypatch):
    monkeypatch.delenv("PLAINLAB_MLLP_KEY", raising=False)
    asked = words.format(here=__file__).split()

    done = CliRunner().invoke(plainlab, ["mllp", "--port", "0", *asked])

    assert done.exit_code == 2
    assert why in done.output


@pytest.mark.parametrize("by", ["file", "variable"] if LONG else ["file"])
def test_the_command_passes_messages_on_and_ends_by_term(served, tmp_path, by):
    key = tmp_path / "key"
    key.write_text(f"{served.key}\n")
    words = ["mllp", "--port", "0", "--to", served.url]
    words += ["--key-file", key] if by == "file" else []
    told = {"PLAINLAB_MLLP_KEY": served.key} if by == "variable" else {}
    process = subprocess.Popen(
        [PLAINLAB, *words],
        env={**os.environ, **told},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        port = int(process.stdout.readline().rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            line.sendall(framed(panel(POTASSIUM, control=by)))
            assert ack(line).code == "AA"
            started = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
            assert time.monotonic() - started < 5
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_the_key_is_never_an_argument():
    help_text = CliRunner().invoke(plainlab, ["mllp", "--help"]).output

    assert "--key-file" in help_text
    assert "--key " not in help_text
    assert json.dumps(help_text).count("TEXT") == 2  # host and address
