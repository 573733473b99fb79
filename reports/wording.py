"""Tokens into sentences: one strict file of words for each locale.

``wording/schema.toml`` lists every text that a locale must have and what may be
filled into it.  A locale file has all of them and nothing else; nothing is ever
borrowed from another locale.
"""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

from reference_ranges.catalogue import Review
from reference_ranges.errors import ReferenceRangeError
from reference_ranges.panel import ObservationStatus, Reason
from reference_ranges.partitions import Sex
from reference_ranges.relations import ResultSummary, SymptomSummary, Token
from reference_ranges.results import Kind, Urgency
from reports.said import Said, grounds_of

_FOLDER = files("reports") / "wording"
_SLOT = re.compile(r"\{([a-z_]+)\}")
_REVIEW = ("drafted_by", "reviewed_by", "reviewed_on", "next_review")
_TOKENS: Mapping[str, type[StrEnum | IntEnum]] = {
    "kinds": Kind,
    "reasons": Reason,
    "relations": Token,
    "results": ResultSummary,
    "sexes": Sex,
    "statuses": ObservationStatus,
    "symptom_summaries": SymptomSummary,
    "urgencies": Urgency,
}


class WordingError(ReferenceRangeError):
    """A wording file is not fit for use; the message names the file and the key."""


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """All texts of one locale, by dotted key such as ``analytes.potassium.low``.

    ``settings`` are the locale's own words and numbers (the emergency number, the
    word for a doctor): every text may use them, and a site confirms them.
    """

    locale: str
    review: Review
    settings: Mapping[str, str]
    texts: Mapping[str, Said]

    def say(self, key: str, **filled: str) -> Said:
        """Return the text of *key* with its slots filled; fillings stay inert.

        It rests on its key and on whatever its fillings rest on.

        Raises:
            WordingError: the locale has no such text.
        """
        if key not in self.texts:
            raise WordingError(f"{self.locale}: no words for {key}")
        text = self.texts[key]
        if "{" not in text:
            return text
        known = {**self.settings, **filled}
        grounds = [ground for one in filled.values() for ground in grounds_of(one)]
        whole = _SLOT.sub(lambda slot: known[slot[1]], text)
        return Said(whole, (key, *grounds))

    def has(self, key: str) -> bool:
        """Say whether there is a text for *key*, for those that may be missing."""
        return key in self.texts

    def count(self, key: str, number: int, **filled: str) -> Said:
        """Return the text of *key* for one thing, or for *number* things."""
        form = "one" if number == 1 else "many"
        return self.say(f"{key}.{form}", number=str(number), **filled)

    def listed(self, items: Collection[str]) -> str:
        """Return *items* as a list in a sentence: one, two and three."""
        *most, last = items
        if not most:
            return last
        start = self.say("lists.between").join(most)
        grounds = [ground for item in items for ground in grounds_of(item)]
        return Said(start + self.say("lists.last") + last, tuple(grounds))

    def ids(self, group: str) -> frozenset[str]:
        """Return the ids that *group*, such as ``analytes``, has words for."""
        return frozenset(
            key.split(".")[1] for key in self.texts if key.startswith(f"{group}.")
        )


def locales() -> tuple[str, ...]:
    """Return the locales that there are words for, in order."""
    names = (file.name for file in _FOLDER.iterdir() if file.name.endswith(".toml"))
    return tuple(sorted(n.removesuffix(".toml") for n in names if n != "schema.toml"))


@cache
def load_wording(locale: str) -> Wording:
    """Return the checked words of *locale*, one of ``locales()``.

    Raises:
        WordingError: there is no such locale, or its file is not fit for use.
    """
    if locale not in locales():
        raise WordingError(f"no wording for this locale; there are {locales()}")
    return read_wording(_FOLDER / f"{locale}.toml")


def read_wording(file: Traversable) -> Wording:
    """Return the words in *file*, checked against the schema.

    Raises:
        WordingError: naming the file and the key, for unknown and missing keys,
            texts that are empty, and slots that are unknown, missing or unbalanced.
    """
    schema = tomllib.loads((_FOLDER / "schema.toml").read_text("utf-8"))
    try:
        return _checked(tomllib.loads(file.read_text("utf-8")), schema)
    except (WordingError, tomllib.TOMLDecodeError) as error:
        raise WordingError(f"{file.name}: {error}") from error


def check_complete(wording: Wording, ids: Mapping[str, Collection[str]]) -> None:
    """Check that each group of *wording* has words for exactly its *ids*.

    Raises:
        WordingError: naming what has no words, or words that nothing can ask for.
    """
    for group, wanted in ids.items():
        missing = sorted(set(wanted) - wording.ids(group))
        orphans = sorted(wording.ids(group) - set(wanted))
        if missing or orphans:
            place = f"{wording.locale}: {group}"
            raise WordingError(f"{place}: missing {missing}, orphans {orphans}")


def _checked(data: Mapping[str, Any], schema: Mapping[str, Any]) -> Wording:
    groups = set(schema["phrases"]) | set(schema["lines"]) | set(schema["records"])
    _same("the file", set(data), groups | {"locale", "review", "settings"})
    _same("review", set(data["review"]), set(_REVIEW))
    _same("settings", set(data["settings"]), set(schema["settings"]))
    for group, enum in _TOKENS.items():
        _same(group, set(data[group]), {_id(member) for member in enum})
    texts = _flat({group: data[group] for group in groups})
    slots = _slots_of_all(texts, schema)
    _same("texts", set(texts), set(slots))
    for key, text in texts.items():
        _check_text(key, text, slots[key], schema["settings"])
    return Wording(
        locale=data["locale"],
        review=Review(**data["review"]),
        settings=MappingProxyType(dict(data["settings"])),
        texts=MappingProxyType({key: Said(t, (key,)) for key, t in texts.items()}),
    )


def _id(member: StrEnum | IntEnum) -> str:
    return member.name.lower() if isinstance(member, IntEnum) else member.value


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{prefix}{name}.")
        else:
            found[f"{prefix}{name}"] = value
    return found


def _slots_of_all(
    texts: Mapping[str, Any], schema: Mapping[str, Any]
) -> dict[str, list[str]]:
    """Return every key that the file must have, with the slots of its text."""
    slots: dict[str, list[str]] = _flat(schema["phrases"])
    for place in {".".join(key.split(".")[:2]) for key in texts}:
        group = place.split(".")[0]
        if group in schema["lines"]:
            slots[place] = schema["lines"][group]
        for field, filled in schema["records"].get(group, {}).items():
            key = f"{place}.{field.removesuffix('?')}"
            if key in texts or not field.endswith("?"):
                slots[key] = filled
    return slots


def _same(place: str, found: set[str], wanted: set[str]) -> None:
    if found != wanted:
        unknown, missing = sorted(found - wanted), sorted(wanted - found)
        raise WordingError(f"{place}: unknown {unknown}, missing {missing}")


def _check_text(
    key: str, text: object, slots: Collection[str], settings: Collection[str]
) -> None:
    if not isinstance(text, str) or not text.strip():
        raise WordingError(f"{key}: not a text")
    if set("{}") & set(_SLOT.sub("", text)):
        raise WordingError(f"{key}: unbalanced braces")
    free = {slot.removesuffix("?") for slot in slots if slot.endswith("?")}
    found = set(_SLOT.findall(text)) - set(settings) - free
    _same(f"{key}: slots", found, {slot for slot in slots if not slot.endswith("?")})
