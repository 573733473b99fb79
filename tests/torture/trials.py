"""One run: a server, a feed, so many faults at random moments, and the verdict."""

import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager, nullcontext
from pathlib import Path
from random import Random

from tests.server import Server
from tests.torture.faults import FAULTS, STRACE, put_in_service
from tests.torture.feed import PAUSE
from tests.torture.ledger import Ledger
from tests.torture.messages import FEEDS
from tests.torture.verdict import Verdict, conclude, examine

SENDERS = 4
SMALL_DISK = 512_000_000
STRETCH = 20
"""Trials with one database: what more of them stored would fill the small disk."""
UNSHARE = shutil.which("unshare")


def torture(fault, trials, seed, door="json", between=0):
    """Do *fault* to a server so many times, a new one after each stretch.

    *between* is how many more panels are acknowledged before the next fault.
    """
    verdict = Verdict(fault, seed, door)
    random = Random(seed)  # noqa: S311 - repeatable, no secret
    started = time.monotonic()
    while verdict.trials < trials:
        until = min(trials, verdict.trials + STRETCH)
        with tempfile.TemporaryDirectory() as work:
            folder = Path(work, "var")
            folder.mkdir(mode=0o700)
            disk = _small_disk(folder) if fault == "disk" else nullcontext()
            with disk:
                _run(verdict, Path(work), until, random, between)
    verdict.seconds = time.monotonic() - started
    return verdict


def obstacle(fault):
    """Say what this machine lacks for *fault*, or nothing."""
    if fault == "io" and STRACE is None:
        return "strace is not on this machine"
    if fault == "disk" and not _own_disks():
        return "no mount namespaces on this machine"
    return ""


def private_mounts():
    """Return the words before a command that give it mounts of its own."""
    return [UNSHARE, "--mount", "--map-root-user", "--"]


def _own_disks():
    if UNSHARE is None:
        return False
    asked = [*private_mounts(), *_MOUNT, tempfile.gettempdir()]
    return not subprocess.run(asked, capture_output=True, check=False).returncode


_MOUNT = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs"]


@contextmanager
def _small_disk(folder):
    subprocess.run([*_MOUNT, folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)  # noqa: S607


def _run(verdict, work, until, random, between):
    server = Server(work / "var", work / "server.log")
    ledger = Ledger(work / "ledger")
    try:
        server.start(workers=2)
        with FEEDS[verdict.door](server, ledger, SENDERS) as feed:
            while verdict.trials < until:
                FAULTS[verdict.fault](server, feed, random)
                wanted = feed.acknowledged + between
                while feed.acknowledged < wanted:
                    time.sleep(PAUSE)
                examine(verdict, server, feed)
                verdict.trials += 1
        put_in_service(server)
        conclude(verdict, server, feed)
    finally:
        server.stop()
        server.engine.dispose()
        ledger.close()
