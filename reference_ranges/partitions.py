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


@dataclass(frozen=True, slots=True)
class AgeLimit:
    """An age as a data file prints it: ``4w`` is AgeLimit(4, "w"); d, w, mo or y."""

    number: int
    unit: str

    @property
    def in_days(self) -> bool:
        """Whether it is printed in days or weeks, and not in months or years."""
        return self.unit in _DAYS_IN

    @property
    def age(self) -> Age:
        """Someone who reaches this age today, told in all three units.

        Only the unit that the limit is printed in is exact; the others are nominal,
        and serve to put the ages of one row file in order.
        """
        if self.unit in _DAYS_IN:
            days = self.number * _DAYS_IN[self.unit]
            months = days * 12 * 4 // _DAYS_IN_FOUR_YEARS
        else:
            months = self.number * _MONTHS_IN[self.unit]
            days = months * _DAYS_IN_FOUR_YEARS // (12 * 4)
        return Age(days=days, months=months, years=months // 12)


_DAYS_IN = {"d": 1, "w": 7}
_MONTHS_IN = {"mo": 1, "y": 12}
_DAYS_IN_FOUR_YEARS = 1461


def reached(age: Age, limit: AgeLimit) -> bool:
    """Say whether someone of *age* has reached *limit*, in the unit it is printed in.

    The day of the birthday counts: at 16 calendar years one has reached ``16y``.
    """
    if limit.unit in _DAYS_IN:
        return age.days >= limit.number * _DAYS_IN[limit.unit]
    return age.months >= limit.number * _MONTHS_IN[limit.unit]


@dataclass(frozen=True, slots=True)
class Partition:
    """Whom a row is for: from an age (in) to an age (out), sex, pregnancy, condition.

    ``sex`` is any, male or female.  ``pregnancy`` is any, no, yes (any trimester),
    t1, t2, t3 or t2_t3.  ``condition`` is a factor id, ``symptom:`` and a symptom id,
    or empty; a row with a condition holds only where it is known to be met.
    """

    age_from: AgeLimit
    age_to: AgeLimit | None
    sex: str
    pregnancy: str
    condition: str = ""

    @property
    def for_pregnancy(self) -> bool:
        """Whether the row is for pregnant people only."""
        return self.pregnancy not in {"any", "no"}


DENIED = "no_"
"""How a condition begins that is the absence of another: ``no_inflammation``."""


def without_contradictions(conditions: frozenset[str]) -> frozenset[str]:
    """Return *conditions* without those whose contrary is stated as well.

    >>> sorted(without_contradictions(frozenset({"no_inflammation", "inflammation"})))
    ['inflammation']
    """
    return conditions - {f"{DENIED}{condition}" for condition in conditions}


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
