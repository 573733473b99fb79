"""Dates and times as HL7 writes them, 20261120084000+0000, in the ISO way."""

import re
from datetime import UTC, datetime, tzinfo

_TIME = re.compile(
    r"(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(\.\d{1,4})?)?)?)?)?)?"
    r"([+-]\d{4})?",
    re.ASCII,
)


def iso_time(text: str, zone: tzinfo) -> str | None:
    """Return *text* as an ISO time with an offset, by *zone* where it has none.

    None where it is a time that is not told to the minute: nothing is added to it.
    What is no time, or one that the clocks skipped, comes back as it is.
    """
    match = _TIME.fullmatch(text)
    if match is None:
        return text
    year, month, day, hour, minute, second, fraction, offset = match.groups("")
    if not minute:
        return None
    told = f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{fraction}"
    if offset:
        return f"{told}{offset[:3]}:{offset[3:]}"
    try:
        moment = datetime.fromisoformat(told).replace(tzinfo=zone)
        there_and_back = moment.astimezone(UTC).astimezone(zone)
    except (ValueError, OverflowError):
        return text
    skipped = there_and_back.replace(tzinfo=None) != moment.replace(tzinfo=None)
    return text if skipped else moment.isoformat()


def iso_day(text: str) -> str:
    """Return the day of *text*, empty where it tells none."""
    day = iso_date(text)
    return day if len(day) == len("2026-11-20") and day != text else ""


def iso_date(text: str) -> str:
    """Return the day, month or year of *text*; what is none comes back as it is."""
    match = _TIME.fullmatch(text)
    if match is None:
        return text
    return "-".join(part for part in match.groups()[:3] if part)


def hl7_time(moment: datetime) -> str:
    """Return *moment*, which is aware, as HL7 writes it."""
    return moment.strftime("%Y%m%d%H%M%S%z")
