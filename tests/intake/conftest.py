from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from reference_ranges.loading import load_catalogue
from service.intake.door import Door

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def door():
    """A door in London on 23 November 2026, 9 o'clock."""
    return Door(
        catalogue=load_catalogue(),
        locales=("en-GB", "en-US"),
        zone=ZoneInfo("Europe/London"),
        now=NOW,
    )


@pytest.fixture
def document():
    """A panel with nothing wrong with it."""
    return {
        "patient": {
            "id": "MRN-1",
            "name": "Alex Example",
            "birth_date": "1971-03-04",
            "sex": "female",
            "pregnancy": {"status": "no"},
        },
        "specimen": {
            "collected_at": "2026-11-20T08:40:00+00:00",
            "type": "serum",
            "conditions": [],
        },
        "results": [{"analyte": "potassium", "value": "4.1", "unit": "mmol/L"}],
        "symptoms": [],
        "factors": [],
    }
