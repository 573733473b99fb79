"""What a laboratory's comments say of the sample, by a closed list of words."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from reference_ranges.knowledge import CommentWords, Knowledge
from reference_ranges.panel import Panel

_CLAUSE_END = re.compile(r"[.,;:!?()\[\]\n\r]+")
_WORD = re.compile(r"[^\W\d_]+")


def with_comments_heard(panel: Panel, rules: Knowledge) -> Panel:
    """Return *panel* with the conditions that its comments state of the sample."""
    comments = {one.comment for one in panel.observations if one.comment}
    if not comments:
        return panel
    found = [conditions_in(comment, rules.comments) for comment in comments]
    return replace(panel, conditions=panel.conditions.union(*found))


@lru_cache(maxsize=1024)
def conditions_in(comment: str, known: CommentWords) -> frozenset[str]:
    """Return the conditions of a sample that *comment* states.

    A phrase that is negated within its clause does not count: "not haemolysed".
    """
    text = comment.casefold()
    clauses = [_WORD.findall(clause) for clause in _CLAUSE_END.split(text)]
    in_it = [one for one in known.phrases if one[0][0] in text]  # the others cannot be
    return frozenset(
        condition
        for phrase, condition in in_it
        for words in clauses
        if _states(words, phrase, known)
    )


def names_no_blood(name: str, known: CommentWords) -> bool:
    """Say whether a test of this *name* was done in something else than blood."""
    words = f" {' '.join(_WORD.findall(name.casefold()))} "
    return any(f" {one} " in words for one in known.no_blood)


def _states(words: Sequence[str], phrase: Sequence[str], known: CommentWords) -> bool:
    places = range(len(words) - len(phrase) + 1)
    return any(
        _stands_at(words, place, phrase) and not _negated(words[:place], known)
        for place in places
    )


def _stands_at(words: Sequence[str], place: int, phrase: Sequence[str]) -> bool:
    there = words[place : place + len(phrase)]
    return all(word.startswith(stem) for word, stem in zip(there, phrase, strict=True))


def _negated(before: Sequence[str], known: CommentWords) -> bool:
    """Say whether the last word that is not merely between negates what follows."""
    telling = [word for word in before if word not in known.between]
    return bool(telling) and telling[-1] in known.negations
