"""The one thing that every way in ends in."""

from dataclasses import dataclass
from datetime import date, datetime

from reference_ranges.panel import Panel
from reports.identity import Identity


@dataclass(frozen=True, slots=True)
class Submission:
    """A panel, whose it is, and how it came.

    ``raw`` is the body as it came, kept for good; ``source`` is json, form, table or
    csv; ``collected_at`` is aware, or None where the sender did not say, and so is
    ``received_at``, when the laboratory had the specimen.  ``collected_on`` is the day
    of collection where no time of it was told, else None.  ``amended``: it corrects or
    withdraws, as a whole or in a result, what was sent before.  ``name_parts`` are the
    family name and then each given name, where the sender told them apart.
    """

    identity: Identity
    panel: Panel
    source: str
    raw: bytes
    locale: str = "en-GB"
    collected_at: datetime | None = None
    laboratory: str = ""
    requester: str = ""
    test_message: bool = False
    received_at: datetime | None = None
    collected_on: date | None = None
    amended: bool = False
    name_parts: tuple[str, ...] = ()
