"""Who a limit applies to: age at collection, sex, pregnancy, condition."""

import calendar
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Sex(StrEnum):
    """The sex that reference intervals are printed for, as the sender states it."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


class Pregnancy(StrEnum):
    """What is known of a pregnancy at collection; weeks stand beside it."""

    NO = "no"
    YES = "yes"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, order=True)
class Age:
    """Age at collection in completed calendar years, months and days.

    The three numbers tell the same age in three units: 1 year is 12 months is
    365 or 366 days.  Someone born on 29 February completes a year on 1 March.
    """

    days: int
    months: int
    years: int

    @classmethod
    def between(cls, birth: date, day: date) -> "Age":
        """Return the age on *day* of someone born on *birth*.

        Raises:
            ValueError: *day* lies before *birth*.
        """
        if day < birth:
            raise ValueError("collected before birth")
        months = (day.year - birth.year) * 12 + day.month - birth.month
        if day.day < birth.day:
            months -= 1
        return cls(days=(day - birth).days, months=months, years=months // 12)


@dataclass(frozen=True, slots=True)
class AgeRange:
    """The youngest and the oldest that a person may be; equal when the age is known."""

    youngest: Age
    oldest: Age


def earliest_and_latest(text: str) -> tuple[date, date]:
    """Return the first and last day that a birth date of any precision may mean.

    *text* is ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``, in ASCII digits.

    Raises:
        ValueError: it is none of these, or no such day exists.

    >>> earliest_and_latest("1971-02")
    (datetime.date(1971, 2, 1), datetime.date(1971, 2, 28))
    """
    if not text.isascii() or not text.replace("-", "").isdigit():
        raise ValueError("not a date")
    parts = text.split("-")
    if [len(part) for part in parts] not in ([4], [4, 2], [4, 2, 2]):
        raise ValueError("not a date")
    year, month, day = ([int(part) for part in parts] + [0, 0])[:3]
    if day:
        return date(year, month, day), date(year, month, day)
    if month:
        last = calendar.monthrange(year, month)[1]
        return date(year, month, 1), date(year, month, last)
    return date(year, 1, 1), date(year, 12, 31)
