"""What reading a submission depends on: the same for every way in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from reference_ranges.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Door:
    """The closed lists, the clinic's zone and the time at which a submission came.

    ``decimal_comma`` is set only where the sender has declared it; ``aliases`` leads
    from the sender's own codes and names, in small letters, to analytes, ``units`` from
    its own spellings to units, and ``laboratory`` stands in where a panel names none.
    """

    catalogue: Catalogue
    locales: tuple[str, ...]
    zone: tzinfo
    now: datetime
    profile: str = "uk"
    locale: str = "en-GB"
    decimal_comma: bool = False
    aliases: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    laboratory: str = ""
