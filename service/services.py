"""What the blueprints need to do their work: one value on ``app.extensions``."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from flask import current_app
from sqlalchemy import Engine

from reference_ranges.catalogue import Catalogue
from service.intake.door import Door
from service.intake.sender import UNKNOWN, Sender
from service.measuring import Measured
from service.settings import Settings

NAME = "plainlab"


@dataclass(frozen=True, slots=True)
class Services:
    """The settings, the store, the catalogue and the clock of one application.

    ``locales`` are those that a report can be written in; ``clock`` gives aware
    times; ``demo`` says that everything in the store is invented; ``measured`` counts
    what this process answers.
    """

    settings: Settings
    engine: Engine
    catalogue: Catalogue
    locales: tuple[str, ...]
    clock: Callable[[], datetime]
    demo: bool
    measured: Measured = field(default_factory=Measured)

    def door(self, sender: Sender = UNKNOWN) -> Door:
        """Return what reading a submission of *sender* depends on, at this moment."""
        return Door(
            catalogue=self.catalogue,
            locales=self.locales,
            zone=sender.zone or self.settings.time_zone,
            now=self.clock(),
            profile=sender.profile or self.settings.profile,
            locale=sender.locale or self.settings.locale,
            decimal_comma=sender.decimal_comma,
            aliases=sender.aliases,
            units=sender.units,
            laboratory=sender.laboratory,
        )


def services() -> Services:
    """Return the services of the application that is answering."""
    return cast("Services", current_app.extensions[NAME])
