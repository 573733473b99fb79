"""What all tests share: laws that repeat, and the record of which proofs were run."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.proofs import Ledger

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

SAMPLES = Path(__file__).parent.parent.parent / "shared" / "samples"


@pytest.fixture
def samples():
    """The folder of outside data, which never goes into the tree."""
    if not SAMPLES.is_dir():
        pytest.skip("the outside samples are not on this machine")
    return SAMPLES


def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Ledger(strict="CI" in os.environ), "ledger")
