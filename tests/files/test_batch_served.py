"""The batch on a real server: a sender may wait for each answer before it goes on."""

import http.client
import json
import shutil
import subprocess

import pytest

from tests.server import panel

ADDRESS = "/v1/interpretations:batch"
NDJSON = "application/x-ndjson"


def chunk(body):
    return f"{len(body):x}\r\n".encode() + body + b"\r\n"


def test_each_line_is_answered_before_the_next_is_sent(served):
    line = http.client.HTTPConnection("127.0.0.1", served.port, timeout=20)
    line.putrequest("POST", ADDRESS)
    headers = {"Content-Type": NDJSON, "Transfer-Encoding": "chunked"}
    for name, text in (headers | served.authorization).items():
        line.putheader(name, text)
    line.endheaders()
    found = []
    line.send(chunk(json.dumps(panel(1)).encode() + b"\n"))
    answer = line.getresponse()
    found.append(json.loads(answer.readline()))
    for body in (b'{"half": ', b"of a line}\n", json.dumps(panel(2)).encode() + b"\n"):
        line.send(chunk(body))
        if body.endswith(b"\n"):
            found.append(json.loads(answer.readline()))
    line.send(b"0\r\n\r\n")

    assert answer.read() == b""
    assert [(one["line"], one["status"]) for one in found] == [
        (1, 201),
        (2, 400),
        (3, 201),
    ]
    line.close()


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_curl_gets_a_line_for_a_line(served, tmp_path):
    file = tmp_path / "panels.ndjson"
    file.write_text("".join(json.dumps(panel(n)) + "\n" for n in range(20)))

    done = subprocess.run(
        [
            *("curl", "-sN", "--data-binary", f"@{file}"),
            *("-H", f"Authorization: Bearer {served.key}"),
            *("-H", f"Content-Type: {NDJSON}"),
            f"http://127.0.0.1:{served.port}{ADDRESS}",
        ],
        capture_output=True,
        check=True,
    )

    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["line"] for one in found] == list(range(1, 21))
    assert {one["status"] for one in found} == {201}
