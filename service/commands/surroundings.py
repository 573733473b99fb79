"""What a command works with: the settings, the store, the time."""

import os
from datetime import UTC, datetime

from sqlalchemy import Engine

from reference_ranges.catalogue import Catalogue
from reference_ranges.loading import load_catalogue
from service.access.audit import Stamp
from service.settings import Settings, load_settings, site_ranges
from service.store.engine import open_engine

ACTOR = "system:cli"


def settings() -> Settings:
    """Return what the environment sets."""
    return load_settings(os.environ)


def catalogue() -> Catalogue:
    """Return the catalogue with the rows of the site that the environment names."""
    return load_catalogue(site=site_ranges(os.environ))


def store(chosen: Settings) -> Engine:
    """Open the database that *chosen* names."""
    return open_engine(chosen.database_url, chosen.busy_timeout)


def stamp() -> Stamp:
    """Say that the command line does it, now."""
    return Stamp(ACTOR, datetime.now(UTC))
