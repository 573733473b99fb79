"""``python -m tests.torture``: does acknowledged mean stored on this machine?

Kills, fills the disk and fails its calls while panels arrive, and prints what became
of every acknowledgement.  Ends with 1 where a promise was broken or not tried.
"""

import argparse
import secrets
import subprocess
import sys

from tests.torture.faults import FAULTS
from tests.torture.messages import FEEDS
from tests.torture.trials import obstacle, private_mounts, torture


def main():
    options = _options()
    if options.inside:
        return _verdict(options.inside, options)
    ended = [_tried(fault, options) for fault in options.fault or FAULTS]
    print("restarts of a database server: not tried; the database here is a file")
    return max(ended)


def _options():
    parser = argparse.ArgumentParser(prog="python -m tests.torture")
    parser.add_argument("fault", nargs="*", help=f"of {', '.join(FAULTS)}; else all")
    parser.add_argument("--trials", type=int, default=200, help="of each fault")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    parser.add_argument("--door", choices=sorted(FEEDS), default="json")
    parser.add_argument("--between", type=int, default=0, help="panels, of each fault")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    return parser.parse_args()


def _tried(fault, options):
    if why := obstacle(fault):
        print(f"{fault}: not tried: {why}")
        return 1
    if fault != "disk":
        return _verdict(fault, options)
    again = [sys.executable, "-m", "tests.torture", "--inside", fault]
    again += [
        "--trials",
        f"{options.trials}",
        "--seed",
        f"{options.seed}",
        "--door",
        options.door,
    ]
    return subprocess.run([*private_mounts(), *again], check=False).returncode


def _verdict(fault, options):
    verdict = torture(
        fault, options.trials, options.seed, options.door, options.between
    )
    print(verdict, *verdict.faults(), sep="\n  ", flush=True)
    return 0 if verdict.kept else 1


if __name__ == "__main__":
    sys.exit(main())
