"""The lock files install the same packages tomorrow as today."""

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
_LINE = re.compile(r"^([A-Za-z0-9._-]+)(?:\[([^\]]+)\])?==", re.MULTILINE)


def locked(name):
    """Each package that a lock file pins, with the extras that it names."""
    text = (ROOT / "requirements" / name).read_text("utf-8")
    return {
        package.lower().replace("_", "-"): set((extras or "").split(","))
        for package, extras in _LINE.findall(text)
    }


def needed(packages):
    """Each requirement of *packages* that holds on this machine."""
    for package in packages:
        try:
            lines = distribution(package).requires or ()
        except PackageNotFoundError:
            continue  # locked for another system
        wanted = [Requirement(line) for line in lines]
        yield from (
            one
            for one in wanted
            if one.marker is None or one.marker.evaluate({"extra": ""})
        )


@pytest.mark.parametrize("name", ["run.txt", "test.txt"])
def test_a_package_that_is_needed_with_an_extra_is_locked_with_it(name):
    # pip takes the newest "coverage[toml]" where only "coverage" is pinned, and then
    # refuses it for want of a hash: the lock would last until the next release.
    lock = locked(name)

    left_out = [
        str(one)
        for one in needed(lock)
        if one.extras - lock[one.name.lower().replace("_", "-")]
    ]

    assert left_out == []
