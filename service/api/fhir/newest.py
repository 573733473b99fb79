"""Of everything that is in a record, the newest result of each test."""

from dataclasses import replace
from datetime import UTC, datetime, time, tzinfo

from service.api.fhir.receiving import Read
from service.correcting import test_of
from service.intake.submission import Submission

_EVER = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
_Span = tuple[datetime, datetime]


def newest(read: tuple[Read, ...], zone: tzinfo) -> list[tuple[Read, Submission]]:
    """Return what was read, without the results that a newer one has replaced.

    Only a result that can be judged replaces another, and only one that was certainly
    taken before it: a day lasts until its end, and what has no date may be of today.
    """
    known = [(one, one.submission, _span(one, zone)) for one in read if one.submission]
    since: dict[str, datetime] = {}
    for _, submission, (earliest, _) in known:
        for seen in submission.panel.observations:
            if seen.refusal is None:
                test = test_of(seen)
                since[test] = max(since.get(test, earliest), earliest)
    left = [
        (one, _with(submission, latest, since))
        for one, submission, (_, latest) in known
    ]
    return [(one, kept) for one, kept in left if kept.panel.observations]


def _with(
    submission: Submission, latest: datetime, since: dict[str, datetime]
) -> Submission:
    panel = submission.panel
    kept = tuple(
        seen
        for seen in panel.observations
        if latest >= since.get(test_of(seen), _EVER[0])
    )
    return replace(submission, panel=replace(panel, observations=kept))


def _span(one: Read, zone: tzinfo) -> _Span:
    """Return from when to when the specimen may have been taken."""
    moment = one.submission.collected_at if one.submission else None
    if moment is not None:
        return moment, moment
    day = one.submission.collected_on if one.submission else None
    if day is None:
        return _EVER
    start, end = (datetime.combine(day, at, zone) for at in (time.min, time.max))
    return start, end
