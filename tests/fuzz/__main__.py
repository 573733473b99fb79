"""``python -m tests.fuzz DOOR [MINUTES]``: noise at one reader until time is up.

Stops at the first exception, or at an input that takes longer than a second, and
keeps that input beside the others that once found something.
"""

import argparse
import hashlib
import sys
import time
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.doors import DOORS

SLOWEST = 1.0  # seconds
_AT_ONCE = 2_000


def main():
    options = _options()
    door = DOORS[options.door]
    until = time.monotonic() + options.minutes * 60
    tried, slowest, first = 0, 0.0, getrusage(RUSAGE_SELF).ru_maxrss
    while time.monotonic() < until:
        count, worst = burst(door, options.seed + tried, _AT_ONCE, until)
        tried, slowest = tried + count, max(slowest, worst)
    grown = (getrusage(RUSAGE_SELF).ru_maxrss - first) // 1024
    print(
        f"{options.door}: {tried} inputs in {options.minutes:g} min, nothing found; "
        f"slowest {slowest * 1000:.0f} ms, memory grew by {grown} MB"
    )


def burst(door, number, count, until=float("inf")):
    """Give *door* so many inputs; return how many it took, and the longest time."""
    door.take(b"")  # what it loads at its first call is no input's fault
    done, worst = 0, 0.0

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(door.inputs())
    def one(body):
        nonlocal done, worst
        if time.monotonic() > until:
            return
        worst = max(worst, taken(door, body))
        done += 1

    one()
    return done, worst


def taken(door, body):
    """Return the seconds that *door* took; keep *body* if it is a finding.

    Seconds of the processor: a busy machine is no finding.
    """
    started = time.process_time()
    try:
        door.take(body)
        seconds = time.process_time() - started
        assert seconds < SLOWEST, f"{seconds:.1f} s for one input"
    except BaseException:
        _keep(door, body)
        raise
    return seconds


def _keep(door, body):
    folder = Path(door.KEPT)
    folder.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(body).hexdigest()[:16]
    (folder / name).write_bytes(body)
    print(f"kept in {folder.name}/{name}", file=sys.stderr)


def _options():
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("door", choices=sorted(DOORS))
    parser.add_argument("minutes", type=float, nargs="?", default=10.0)
    parser.add_argument("--seed", type=int, default=20261126)
    return parser.parse_args()


if __name__ == "__main__":
    main()
