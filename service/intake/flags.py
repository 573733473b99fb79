"""The one flag that several of a sender's come to: the same rule for every door."""

from collections.abc import Iterable

from reference_ranges.judging.flags import Level, read_flag

_CHANGES = ("U", "D", "B", "W")  # how a result has moved since last time


def one_of(flags: Iterable[str]) -> str:
    """Return the worst of *flags*, as it was sent; all where they contradict.

    A critical one is never lowered, whatever stands beside it.  Else, where flags
    contradict, or one of them cannot be read, all are joined by ``~`` and so not read:
    any of them may be the one that matters.  How a result has moved adds nothing to
    that it is unusual; alone or beside a usual one it leaves the result open, as every
    mark does that names no place on the scale.

    The one rule for HL7 and FHIR; what a single flag means is for ``read_flag``.

    >>> one_of(["N", "HH", "odd"]), one_of(["H", "L"]), one_of(["H", "U"])
    ('HH', 'H~L', 'H')
    """
    read = {text: read_flag(text) for text in flags if text}
    found = {text: flag for text, flag in read.items() if flag is not None}
    worst = max((flag.level for flag in found.values()), default=Level.USUAL)
    told = [text for text, flag in found.items() if flag.level is worst]
    pointed = [text for text in told if found[text].direction is not None]
    told = pointed or told
    unread = [text for text in read if text not in found]
    if worst is not Level.USUAL:
        unread = [text for text in unread if text.strip().upper() not in _CHANGES]
    directions = {flag.direction for flag in found.values()} - {None}
    doubtful = len(directions) > 1 or bool(unread)
    if doubtful and worst is not Level.CRITICAL:
        return "~".join(read)
    return next(iter(told), "")
