"""Whether a locale says the same as the one that it was translated from.

The words may be any; what may not change is counted here: which texts there are, the
numbers and units in them, and which of them say that something is not so.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources.abc import Traversable

from reports.skeletons import ORIGIN
from reports.wording import (
    FOLDER,
    Wording,
    WordingError,
    load_wording,
    read_wording,
)

INDEX = "index.toml"
"""The file beside the locale files that holds the digest of each of them."""

_NUMBER = re.compile(r"\d+")
_SLOT = re.compile(r"\{[^}]*\}")
_NO_SENTENCE = ("units", "formulas", "months", "settings")
_FOR_STAFF = "categories."  # what guidelines call a result: no patient reads it
_HEAD = """\
# The SHA-256 of each locale file, so that no word changes unseen.
# Written by 'plainlab locale lock'; never by hand.

"""


def faults_of(wording: Wording) -> list[str]:
    """Return what is wrong with *wording*, each fault with the key that it is about.

    Empty where nothing is.  The locale that was written first is only held against its
    own lists of what may not be said.
    """
    return [*_banned(wording), *_differences(wording)]


def faults_of_file(file: Traversable) -> list[str]:
    """Return all that is wrong with the locale in *file*, sorted by key.

    What it says is looked at once it is fit to be read.
    """
    try:
        return sorted(faults_of(read_wording(file)))
    except WordingError as error:
        return list(error.faults)


def locked(locale: str) -> bool:
    """Say whether the file of *locale* is the one whose digest is in the index."""
    return _index().get(locale) == digest(FOLDER / f"{locale}.toml")


def index_of(names: tuple[str, ...]) -> str:
    """Return the index of the locales *names* as the text of its file."""
    rows = (f'"{name}" = "{digest(FOLDER / f"{name}.toml")}"\n' for name in names)
    return _HEAD + "".join(rows)


def digest(file: Traversable) -> str:
    """Return the SHA-256 of *file*, in hexadecimal."""
    return sha256(file.read_bytes()).hexdigest()


def negative_keys(wording: Wording) -> frozenset[str]:
    """Return the keys whose text says that something is not so, without their form."""
    said = _negation(wording)
    return frozenset(
        _without_form(key, wording)
        for key, text in wording.texts.items()
        if said.search(text.lower()) and not key.startswith(_NO_SENTENCE)
    )


def _differences(wording: Wording) -> Iterator[str]:
    origin = load_wording(wording.language.translated_from or ORIGIN)
    keys, wanted = _keys(wording), _keys(origin)
    for key in sorted(wanted ^ keys):
        yield f"{key}: {'missing' if key in wanted else 'nothing asks for it'}"
    numbers, sent = _numbers(wording), _numbers(origin)
    for key in sorted(wanted & keys):
        if numbers[key] != sent[key]:
            yield f"{key}: not the numbers of {origin.locale}"
    for key in sorted(negative_keys(wording) ^ negative_keys(origin)):
        yield f"{key}: a negation in one of both languages only"
    for key in sorted(key for key in keys if key.startswith("units.")):
        if wording.texts.get(key) != origin.texts.get(key):
            yield f"{key}: not the unit of {origin.locale}"


def _banned(wording: Wording) -> Iterator[str]:
    phrases = (*wording.checks.normal, *wording.checks.banned)
    banned = [re.escape(phrase) for phrase in phrases]
    found = re.compile(rf"(?<!\w)(?:{'|'.join(banned)})(?!\w)", re.IGNORECASE)
    for key, text in wording.texts.items():
        said = found.search(text)
        if said and not key.startswith(_FOR_STAFF):
            yield f"{key}: says {said[0]!r}"


@cache
def _negation(wording: Wording) -> re.Pattern[str]:
    words = "|".join(map(re.escape, wording.checks.negations))
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)")


def _keys(wording: Wording) -> frozenset[str]:
    return frozenset(_without_form(key, wording) for key in wording.texts)


def _without_form(key: str, wording: Wording) -> str:
    """Return *key* without the plural's name: languages have different ones."""
    start, _, end = key.rpartition(".")
    return start if end in wording.plurals.names else key


def _numbers(wording: Wording) -> Mapping[str, Counter[str]]:
    """Return the numbers that stand in the texts of each key, words for them too."""
    found: dict[str, Counter[str]] = {}
    for key, text in wording.texts.items():
        bare = _SLOT.sub("", text)
        for word, number in wording.checks.numbers.items():
            bare = bare.replace(word, number)
        found[_without_form(key, wording)] = Counter(_NUMBER.findall(bare))
    return found


def _index() -> Mapping[str, str]:
    return tomllib.loads((FOLDER / INDEX).read_text("utf-8"))
