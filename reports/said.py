"""A text of the page that knows what it rests on, and in which language it is.

It is a text like any other to whoever draws it.  What it rests on are the very values
that it was made from, so that an explanation can be found for each sentence and
nothing has to be kept in step.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from typing import Self, TypeAlias

from reference_ranges.deltas import Delta, NearLimit
from reference_ranges.panel import ReportedSymptom
from reference_ranges.relations import Relation, SymptomFinding
from reference_ranges.results import (
    Caution,
    Finding,
    Judgement,
    Missing,
    RedFlag,
    Result,
    SourceRef,
)

Ground: TypeAlias = (
    str
    | Caution
    | Delta
    | Finding
    | Judgement
    | Missing
    | NearLimit
    | RedFlag
    | Relation
    | ReportedSymptom
    | Result
    | SourceRef
    | SymptomFinding
)
"""What a text rests on: a part of the interpretation itself, or the name of one.

A name that begins with ``/`` is a place in the interpretation (``/urgency``), one that
begins with ``sent:`` stands for what came with the panel (``sent:patient``), and any
other is the key of the words that were used (``how.band``).
"""

SENT = "sent:"
"""How the name of something begins that came with the panel and was not judged."""


class Said(str):
    """A text with its ``grounds``; ``parts`` where it was put together from others."""

    __slots__ = ("grounds", "parts")

    grounds: tuple[Ground, ...]
    parts: tuple["Said", ...]
    lang: str = ""

    def __new__(
        cls,
        text: str,
        grounds: tuple[Ground, ...] = (),
        parts: tuple["Said", ...] = (),
    ) -> Self:
        """Return *text* as one that rests on *grounds*."""
        said = super().__new__(cls, text)
        said.grounds = grounds
        said.parts = parts
        return said


class _Foreign(Said):
    """A text in another language than that of its page."""

    __slots__ = ("lang",)


def spoken(text: str, lang: str) -> Said:
    """Return *text* as one in *lang*, or in that of its page where that is empty."""
    if not lang:
        return text if isinstance(text, Said) else Said(text)
    said = _Foreign(text, grounds_of(text))
    said.lang = lang
    return said


@cache
def foreign_to(page: str, lang: str) -> str:
    """Return *lang* without its country, or nothing where a *page* is in it."""
    own, other = page.partition("-")[0], lang.partition("-")[0]
    return "" if own == other else other


def lang_of(text: str) -> str:
    """Return the language of *text*, or nothing where it is that of its page."""
    return text.lang if isinstance(text, Said) else ""


def by_language(texts: Iterable[str]) -> tuple[Said, ...]:
    """Return *texts* as few: those in one language that follow each other are one."""
    return tuple([spoken(" ".join(run), lang) for lang, run in groupby(texts, lang_of)])


def grounds_of(text: str) -> tuple[Ground, ...]:
    """Return what *text* rests on; a text that was never said rests on nothing."""
    return text.grounds if isinstance(text, Said) else ()


def resting(text: str, *grounds: Ground) -> Said:
    """Return *text* as one that rests on *grounds* as well, and so do its parts."""
    if not isinstance(text, Said):
        return Said(text, grounds)
    parts = tuple([resting(part, *grounds) for part in text.parts])
    made = Said(text, grounds + text.grounds, parts)
    return spoken(made, text.lang) if text.lang else made


def together(texts: Iterable[str], between: str = " ") -> Said:
    """Return *texts* as one, each still resting on what it did."""
    parts = tuple([one if isinstance(one, Said) else Said(one) for one in texts])
    return Said(between.join(parts), (), parts)


def pieces(text: str) -> Iterator[Said]:
    """Yield the parts that *text* was put together from, or itself."""
    parts = text.parts if isinstance(text, Said) else ()
    if not parts:
        yield text if isinstance(text, Said) else Said(text)
    for part in parts:
        yield from pieces(part)
