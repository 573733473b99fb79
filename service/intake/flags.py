"""The one flag that several of a sender's come to: the same rule for every door."""

from collections.abc import Iterable, Sequence

from reference_ranges.judging.flags import Level, read_flag

_CHANGES = ("U", "D", "B", "W")  # how a result has moved since last time


def told_in(codes: Sequence[str], words: Iterable[str]) -> list[str]:
    """Return the flags that one mark of a sender tells by *codes* and *words*.

    Of several codes for one mark those count that we read, else all.  Words count
    beside them where they are a flag that we read, and in any case where there is no
    code: "N" that is called "Critical high" is not usual.

    >>> told_in(["N"], ["Critical high"]), told_in(["7", "H"], ["so"])
    (['N', 'Critical high'], ['H'])
    """
    said = [text for text in words if text.strip()]
    known = [code for code in codes if read_flag(code)] or list(codes)
    return [*known, *(text for text in said if not codes or read_flag(text))]


def is_telling(flag: str) -> bool:
    """Say whether *flag* is there and says anything but that all is usual."""
    read = read_flag(flag)
    return bool(flag) and (read is None or read.level is not Level.USUAL)


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
