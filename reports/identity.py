"""Whose report it is and where it comes from: the facts that no judgement needs."""

from dataclasses import dataclass
from datetime import date, datetime

from reference_ranges.results import Result


@dataclass(frozen=True, slots=True)
class Identity:
    """The patient, as the sender wrote them; an empty text was not supplied.

    ``birth_date`` is ISO text of any precision; ``sex`` as in the panel.
    """

    record_number: str = ""
    name: str = ""
    birth_date: str = ""
    sex: str = "unknown"


_NUMBER = 24  # letters: what is longer says more than a number


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The clinic that hands the report over; an empty text is left out.

    ``urgent_phone`` is the number the clinic wants called today, where it is not that
    of the letterhead.  ``emergency`` and
    ``urgent_line`` are the public numbers of the place, as the clinic has confirmed
    them; an empty one is not printed.
    """

    clinic: str = ""
    address: str = ""
    phone: str = ""
    urgent_phone: str = ""
    emergency: str = ""
    urgent_line: str = ""

    @property
    def to_call(self) -> str:
        """The number to call today: the urgent one, else that of the letterhead.

        It is never broken over two lines, where one half could be dialled.
        """
        number = self.urgent_phone or self.phone
        return number.replace(" ", "\u00a0") if len(number) <= _NUMBER else number


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """One issue of a report.

    Times are aware; None was not supplied.  ``collected_on`` is the day of collection
    where no time of it was told.  ``issued_at`` is when the interpretation
    was made, never the time of drawing.  ``watermark`` is empty, ``DEMO`` or ``TEST``.
    ``corrected`` are the results of the version that this one takes the place of;
    ``code`` is the short code by which the paper is checked against the record.
    ``corrects_unknown``: it corrects a report, and it is not certain which.
    """

    report_id: str
    version: int
    issued_at: datetime
    collected_at: datetime | None = None
    received_at: datetime | None = None
    laboratory: str = ""
    requester: str = ""
    specimen: str = ""
    reviewed_by: str = ""
    reviewed_at: datetime | None = None
    supersedes: str = ""
    superseded_by: str = ""
    watermark: str = ""
    corrected: tuple[Result, ...] = ()
    code: str = ""
    collected_on: date | None = None
    corrects_unknown: bool = False

    @property
    def collection_day(self) -> date | None:
        """The day of collection by the clock of its time, or the day alone."""
        return self.collected_at.date() if self.collected_at else self.collected_on
