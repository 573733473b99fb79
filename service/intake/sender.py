"""Who sends results, and how that system writes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo


@dataclass(frozen=True, slots=True)
class Sender:
    """A system that sends results, as it was set up.

    ``aliases`` leads from its own codes and names, in small letters, to analytes, and
    ``units`` from its own spellings of units, case and all, to units of ours.
    What is empty or None is as the service has it.  ``laboratory`` is the name and
    address that the page shows where a panel names none.  ``decimal_comma`` is set
    only where the sender has declared it.  ``hl7_errors`` answers a refused HL7
    message with an HTTP error beside the acknowledgement.
    """

    name: str = ""
    laboratory: str = ""
    aliases: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    zone: tzinfo | None = None
    profile: str = ""
    locale: str = ""
    decimal_comma: bool = False
    hl7_errors: bool = False


UNKNOWN = Sender()
"""A sender that nobody has set up: everything is as the service has it."""
