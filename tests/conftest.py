"""What all tests share: laws that repeat, and the record of which proofs were run."""

import gc
import os
from pathlib import Path

import pytest
from argon2 import PasswordHasher, profiles
from hypothesis import settings

from service.access import passwords
from tests.proofs import Ledger

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

passwords.HASHER = PasswordHasher.from_parameters(profiles.CHEAPEST)
# a password is slow to try on purpose; what the cost is, tests/access says

SAMPLES = Path(__file__).parent.parent.parent / "shared" / "samples"


USUAL = gc.get_threshold()


@pytest.fixture
def usual_collector():
    """The collector as the service has it, where a test measures memory."""
    seldom = gc.get_threshold()
    gc.set_threshold(*USUAL)
    yield
    gc.set_threshold(*seldom)


@pytest.fixture
def samples():
    """The folder of outside data, which never goes into the tree."""
    if not SAMPLES.is_dir():
        pytest.skip("the outside samples are not on this machine")
    return SAMPLES


def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Ledger(strict="CI" in os.environ), "ledger")


def pytest_collection_finish():
    """Keep the collector off what stays, as the server does, and let it come seldom.

    A quarter of the suite's time was its.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)
