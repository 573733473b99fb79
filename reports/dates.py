"""Dates and times in words, so that a day is never taken for a month."""

from datetime import datetime

from reports.wording import Wording


def date_words(text: str, wording: Wording) -> str:
    """Return an ISO date of any precision in words: a year, a month or a day.

    *text* is ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.
    """
    year, *rest = text.split("-")
    if not rest:
        return year
    month = wording.say(f"months.m{int(rest[0])}")
    if len(rest) == 1:
        return wording.say("dates.month", month=month, year=year)
    return wording.say("dates.day", day=str(int(rest[1])), month=month, year=year)


def moment_words(moment: datetime, wording: Wording) -> str:
    """Return date and time in words, as the clock stood where *moment* was taken."""
    clock = moment.strftime(wording.settings["clock"]).removeprefix("0")
    day = date_words(moment.date().isoformat(), wording)
    return wording.say("dates.moment", date=day, time=clock)
