"""Noise at every reader: a short while here, ten minutes each by ``make fuzz``."""

import time

import pytest

from tests.fuzz.__main__ import SLOWEST, burst, taken
from tests.fuzz.doors import DOORS
from tests.long import LONG

INPUTS = 600 if LONG else 100


@pytest.mark.parametrize("name", DOORS)
def test_no_noise_stops_a_reader_or_holds_it_up(name):
    done, worst = burst(DOORS[name], 1, INPUTS)

    assert done == INPUTS
    assert worst < SLOWEST


@pytest.mark.parametrize("name", DOORS)
def test_what_once_found_something_is_taken_now(name):
    door = DOORS[name]

    for kept in sorted(door.KEPT.glob("*")):
        assert taken(door, kept.read_bytes()) < SLOWEST


class Broken:
    """A reader that falls over, or takes its time."""

    def __init__(self, folder, fault):
        self.KEPT = folder
        self.take = fault


def fall(_):
    raise ValueError


def dawdle(_):
    until = time.process_time() + SLOWEST + 0.05
    while time.process_time() < until:
        pass


@pytest.mark.parametrize("fault", [fall, dawdle])
def test_an_input_that_finds_something_is_kept(tmp_path, fault):
    with pytest.raises((ValueError, AssertionError)):
        taken(Broken(tmp_path, fault), b"found")

    assert [one.read_bytes() for one in tmp_path.iterdir()] == [b"found"]
