"""The first minute from the outside: start, paste the curl line, stop by Ctrl-C."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request

import pytest

from tests.long import SHORT
from tests.proofs import ROOT
from tests.server import PLAINLAB

PATIENCE = 60


@pytest.fixture
def demo(tmp_path):
    """A demo in a folder of its own, and what it printed."""
    printed = tmp_path / "printed"
    with printed.open("w") as file:
        process = subprocess.Popen(
            [
                PLAINLAB,
                "demo",
                "--port",
                "1024",
            ],  # in use or not ours: it finds another
            env={**os.environ, "PLAINLAB_VAR": str(tmp_path / "var")},
            cwd=tmp_path,
            start_new_session=True,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process, wait_for(printed)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for(printed):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        said = printed.read_text("utf-8")
        address = re.search(r"http://127\.0\.0\.1:\d+", said)
        if address and answers(f"{address[0]}/readyz"):
            return said
        time.sleep(0.1)
    raise AssertionError(printed.read_text("utf-8"))


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  loopback
            return answer.status == 200
    except OSError:
        return False


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not on this machine")
def test_the_printed_curl_line_gives_201_and_a_pdf(demo, tmp_path):
    process, said = demo
    line = next(line for line in said.splitlines() if line.startswith("  curl "))

    status = subprocess.run(
        ["bash", "-c", line],  # noqa: S607  any bash
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()

    assert process.poll() is None
    assert status == "201"
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")


def test_the_printed_link_leads_to_a_page_and_ctrl_c_ends_the_demo(demo):
    process, said = demo
    link = re.search(r"http://\S+/sign-in/link/\S+", said)[0]

    opened = answers(link)
    os.killpg(process.pid, signal.SIGINT)

    assert opened
    assert process.wait(timeout=10) == 0


LOOPBACK_ONLY = """
import fcntl, socket, struct, sys
import pytest
line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(line, 0x8914, struct.pack("16sh14x", b"lo", 0x43))  # lo: up and running
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "-k", "curl_line", sys.argv[1]]))
"""


@pytest.mark.skipif(
    not (shutil.which("unshare") and shutil.which("curl")),
    reason="unshare or curl is not on this machine",
)
@pytest.mark.skipif(SHORT, reason="a start without a network: .ci/run does")
def test_the_first_minute_needs_no_network():
    done = subprocess.run(
        ["unshare", "-n", sys.executable, "-c", LOOPBACK_ONLY, __file__],  # noqa: S607
        cwd=ROOT,
        env={name: text for name, text in os.environ.items() if name != "CI"},
        capture_output=True,
        text=True,
        check=False,
    )
    if "unshare" in done.stderr:
        pytest.skip("this user may not make a network namespace")

    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
