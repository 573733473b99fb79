"""Lines in which some words run from right to left: their parts in the order seen.

The levels are those of Unicode's own algorithm (python-bidi).  What stands between
isolates is one piece that runs its own way, whatever is around it.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple, TypeAlias

from bidi import algorithm as unicode_bidi

from reports.direction import (
    END_OF_ISOLATE,
    OPENING,
    begins_right_to_left,
    has_right_to_left,
)

_PIECE = "\ufffc"  # stands for an isolate: a thing without a direction of its own
_JOINERS = frozenset("\u200c\u200d")  # they shape the letter before them
_TOGETHER = 26  # an isolate of so many signs is never broken over two lines
_DROPPED = frozenset({"", "BN", "LRE", "RLE", "LRO", "RLO", "PDF"})
_NO_SIGNS = str.maketrans(dict.fromkeys((*OPENING, END_OF_ISOLATE), ""))
_KEPT_SPACE = "\u00a0"


class Segment(NamedTuple):
    """A stretch of text; ``isolate`` numbers the isolate that it is in, or is 0.

    ``turned`` says that the whole of that isolate runs from right to left.
    """

    text: str
    isolate: int = 0
    turned: bool = False


class Run(NamedTuple):
    """A stretch that runs one way, in logical order; ``turned`` is right to left."""

    text: str
    turned: bool


class _Levelled(NamedTuple):
    """A stretch with its level in Unicode's algorithm; an isolate is one."""

    segment: Segment
    level: int

    def goes_on(self, level: int) -> bool:
        return not self.segment.isolate and self.level == level


Word: TypeAlias = tuple[Segment, ...]
"""What stays together on a line: there is no place to break inside."""


def words_of(text: str) -> list[Word]:
    """Return the words of *text*; a short isolate is one word with its spaces."""
    words: list[list[Segment]] = [[]]
    for segment in _segments(text):
        first, *others = segment.text.split(" ")
        words[-1].append(segment._replace(text=first))
        words += [[segment._replace(text=one)] for one in others]
    return [tuple(s for s in word if s.text) for word in words]


def line_of(words: Iterable[Word]) -> tuple[Segment, ...]:
    """Return *words* as one line: the parts of one isolate are one segment again."""
    found: list[Segment] = []
    for word in words:
        if found and word:
            inside = found[-1].isolate == word[0].isolate
            found.append(word[0]._replace(text=" ") if inside else Segment(" "))
        found += word
    return tuple(
        Segment("".join(s.text for s in alike).replace(_KEPT_SPACE, " "), *which)
        for which, alike in groupby(found, key=lambda s: (s.isolate, s.turned))
    )


def logical(line: Sequence[Segment]) -> str:
    """Return the text of *line* as it is read."""
    return "".join(segment.text for segment in line).translate(_NO_SIGNS)


def runs_of(line: Sequence[Segment], *, right_to_left: bool) -> list[Run]:
    """Return the runs of *line* in the order that they are seen, from the left.

    *right_to_left* is the direction of the whole text that the line is of.
    """
    units = [unit for segment in line for unit in _units(segment)]
    marks = "".join(_PIECE if one.isolate else _mark(one.text[0]) for one in units)
    levels = _levels(marks, right_to_left=right_to_left)
    runs: list[_Levelled] = []
    for unit, level in zip(units, levels, strict=True):
        if runs and not unit.isolate and runs[-1].goes_on(level):
            before = runs[-1].segment
            runs[-1] = _Levelled(Segment(before.text + unit.text), level)
        else:
            runs.append(_Levelled(unit, level))
    return [run for one in _reordered(runs) for run in _inside(one)]


def _inside(one: _Levelled) -> list[Run]:
    """Return the run of *one*, or those of an isolate, which has its own direction."""
    segment, level = one
    if not segment.isolate:
        return [Run(segment.text, turned=bool(level % 2))]
    if not has_right_to_left(segment.text):
        return [Run(segment.text.translate(_NO_SIGNS), turned=False)]
    return runs_of(line_of(words_of(segment.text)), right_to_left=segment.turned)


def _segments(text: str) -> list[Segment]:
    """Return the parts of *text*, each outermost isolate numbered, without its signs.

    Those of an isolate inside another stay with its text.
    """
    found: list[list[str]] = [[]]
    numbers, depth, isolates = [0], 0, 0
    for sign in text:
        if sign in OPENING or sign == END_OF_ISOLATE:
            depth = depth + 1 if sign in OPENING else max(0, depth - 1)
            opened, closed = depth == 1 and sign in OPENING, depth == 0
            isolates += opened
            if opened or closed:
                found.append([])
                numbers.append(isolates if opened else 0)
                continue
        found[-1].append(sign)
    joined = ["".join(signs) for signs in found]
    return [_segment(one, number) for one, number in zip(joined, numbers, strict=True)]


def _segment(text: str, isolate: int) -> Segment:
    if not isolate:
        return Segment(text)
    kept = text.replace(" ", _KEPT_SPACE) if len(text) <= _TOGETHER else text
    return Segment(kept, isolate, begins_right_to_left(text))


def _mark(sign: str) -> str:
    """Return *sign* as the algorithm sees it, which drops what has no width."""
    return _PIECE if unicodedata.bidirectional(sign) in _DROPPED else sign


def _units(segment: Segment) -> list[Segment]:
    """Return a unit for each sign with its joiners; an isolate is one."""
    if segment.isolate:
        return [segment]
    found: list[str] = []
    for sign in segment.text:
        if sign in _JOINERS and found:
            found[-1] += sign
        elif sign not in _JOINERS:
            found.append(sign)
    return [Segment(one) for one in found]


def _levels(text: str, *, right_to_left: bool) -> list[int]:
    storage: dict[str, Any] = unicode_bidi.get_empty_storage()
    storage["base_level"] = int(right_to_left)
    storage["base_dir"] = "R" if right_to_left else "L"
    unicode_bidi.get_embedding_levels(text, storage)
    unicode_bidi.explicit_embed_and_overrides(storage)
    unicode_bidi.resolve_weak_types(storage)
    unicode_bidi.resolve_neutral_types(storage, debug=False)
    unicode_bidi.resolve_implicit_levels(storage, debug=False)
    return [sign["level"] for sign in storage["chars"]]


def _reordered(runs: list[_Levelled]) -> list[_Levelled]:
    """Return *runs* in the order seen: from the highest level on, each is turned."""
    levels = {one.level for one in runs}
    for least in range(max(levels, default=0), 0, -1):
        runs = _turned(runs, least)
    return runs


def _turned(runs: list[_Levelled], least: int) -> list[_Levelled]:
    """Return *runs* with each stretch of *least* level or more the other way round."""
    found: list[_Levelled] = []
    for high, together in groupby(runs, key=lambda one: one.level >= least):
        stretch = list(together)
        found += stretch[::-1] if high else stretch
    return found
