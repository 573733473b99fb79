"""What reading a submission depends on: the same for every way in."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from reference_ranges.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Door:
    """The closed lists, the clinic's zone and the time at which a submission came.

    ``decimal_comma`` is set only where the sender has declared it.
    """

    catalogue: Catalogue
    locales: tuple[str, ...]
    zone: tzinfo
    now: datetime
    profile: str = "uk"
    locale: str = "en-GB"
    decimal_comma: bool = False
