from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from reference_ranges.loading import load_catalogue
from service.intake.door import Door
from service.intake.files.reading import Manner
from tests.server import running

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CATALOGUE = load_catalogue()
DOOR = Door(CATALOGUE, ("en-GB",), ZoneInfo("Europe/London"), NOW)


@pytest.fixture
def manner():
    """How a file is read where nobody has set anything up."""
    return Manner(DOOR)


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """A real server."""
    with running(tmp_path_factory.mktemp("served")) as server:
        yield server
