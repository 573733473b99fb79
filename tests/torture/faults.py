"""What is done to the server while panels arrive; each leaves it in service again."""

import http
import os
import shutil
import signal
import subprocess
import time

STRACE = shutil.which("strace")
PATIENCE = 60
LOOK_EVERY = 0.01
BLOCK = 4096


def kill(server, feed, random):
    """Kill a worker, the master or a listener with signal 9, at a random moment.

    A server that is gone is started again, as its supervisor would do.
    """
    time.sleep(random.uniform(0, 0.2))
    workers = server.workers()
    victim = random.choice([server.process.pid, *workers, *feed.helpers()])
    os.kill(victim, signal.SIGKILL)
    time.sleep(random.uniform(0, 0.05))
    _wait_for_new(feed, server)


def fill_disk(server, feed, random):
    """Leave a random rest of the disk that the database lies on, then free it.

    The folder must be a small disk of its own.
    """
    ballast = server.folder / "ballast"
    rest = random.randrange(0, 300_000)
    before = feed.refused
    _fill(ballast, rest)
    _wait_for(lambda: feed.refused > before, server)
    time.sleep(random.uniform(0, 0.05))
    ballast.unlink()
    _wait_for_new(feed, server)


def fail_io(server, feed, random):
    """Let a random call of a random kind fail with EIO from then on, then end it."""
    call = random.choice(["fdatasync", "pwrite64"])
    first = random.randint(1, 4)  # of each thread
    before = feed.refused
    tracer = subprocess.Popen(
        [
            *(STRACE, "-f", "-qq", "-o", os.devnull, "-e", f"trace={call}"),
            *("-e", f"inject={call}:error=EIO:when={first}+"),
            *(word for worker in server.workers() for word in ("-p", f"{worker}")),
        ],
    )
    try:
        _wait_for(lambda: feed.refused > before, server)
        time.sleep(random.uniform(0, 0.05))
    finally:
        tracer.send_signal(signal.SIGINT)  # it lets go of them
        tracer.wait(PATIENCE)
    _wait_for_new(feed, server)


def put_in_service(server):
    """Wait until the server answers; start it again if the last fault ended it."""
    _wait_for(lambda: server.ask("GET", "/readyz")[0] == http.HTTPStatus.OK, server)


def _fill(ballast, rest):
    """Give *ballast* all that is free, whoever else writes, and then *rest* back."""
    size, chunk = 0, 2**26
    with ballast.open("wb") as file:
        while chunk >= BLOCK:
            try:
                os.posix_fallocate(file.fileno(), size, chunk)
                size += chunk
            except OSError:
                chunk //= 2
        file.truncate(max(0, size - rest))


FAULTS = {"kill": kill, "disk": fill_disk, "io": fail_io}


def _wait_for_new(feed, server):
    before = feed.acknowledged
    _wait_for(lambda: feed.acknowledged > before, server)


def _wait_for(happened, server):
    until = time.monotonic() + PATIENCE
    while True:
        if server.process.poll() is not None:
            server.stop()  # what is left of it
            server.start(workers=2)
        if happened():
            return
        if time.monotonic() > until:
            raise AssertionError("the fault, or the recovery, did not come")
        time.sleep(LOOK_EVERY)
