"""Tokens into sentences: one strict file of words for each locale.

``wording/schema.toml`` lists every text that a locale must have and what may be
filled into it.  A locale file has all of them and nothing else; nothing is ever
borrowed from another locale.
"""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from functools import cache, lru_cache
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
from reports.direction import has_right_to_left, isolated
from reports.plurals import Plurals, read_plurals
from reports.said import Said, grounds_of

FOLDER = files("reports") / "wording"
"""Where the locale files are, with their schema and the index of their digests."""

UNTRANSLATED = "??"
"""What a text begins with that nobody has translated yet; such a file is refused."""

_OPEN = "not translated yet"
_NO_LOCALES = {"schema.toml", "index.toml"}
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


_BESIDE = {"locale", "language", "plurals", "checks", "review", "settings"}
_ONE_OR_MANY = {"one", "many"}
_NOBODY = {"", "nobody yet"}


class WordingError(ReferenceRangeError):
    """A wording file is not fit for use; the message names the file and the key.

    ``faults`` are all that it has, each with its key, where a file was read.
    """

    def __init__(self, message: str, faults: Sequence[str] = ()) -> None:
        """Keep the *faults* beside the *message*."""
        super().__init__(message)
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Language:
    """What is true of a whole locale: its own name, which way it is written.

    ``direction`` is ``ltr`` or ``rtl``.  ``translated_from`` is the locale that it was
    translated from, empty for one that was written first.
    """

    name: str
    direction: str
    translated_from: str


@dataclass(frozen=True, slots=True)
class Checks:
    """What a locale is held against, by ``locale_checks``: words of its own.

    ``negations`` are words that turn a sentence round, ``normal`` what would say that
    all is well, ``banned`` what else no text may say; ``numbers`` are numbers that
    stand as words, such as a dual.
    """

    negations: tuple[str, ...]
    normal: tuple[str, ...]
    banned: tuple[str, ...]
    numbers: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """All texts of one locale, by dotted key such as ``analytes.potassium.low``.

    ``settings`` are the locale's own words (the word for a doctor, what to call where
    no number is confirmed): every text may use them.
    """

    locale: str
    language: Language
    plurals: Plurals
    checks: Checks
    review: Review
    settings: Mapping[str, str]
    texts: Mapping[str, Said]

    @property
    def right_to_left(self) -> bool:
        """Whether the language is written from right to left."""
        return self.language.direction == "rtl"

    @property
    def unchecked(self) -> bool:
        """Whether this is a translation that no named person has reviewed."""
        nobody = self.review.reviewed_by in _NOBODY
        return nobody and bool(self.language.translated_from)

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
        known = {name: self._kept(text) for name, text in known.items()}
        grounds = [ground for one in filled.values() for ground in grounds_of(one)]
        whole = _SLOT.sub(lambda slot: known[slot[1]], text)
        return Said(whole, (key, *grounds))

    def _kept(self, text: str) -> str:
        """Return a filling so that its numbers, units and names are not turned."""
        if has_right_to_left(text) == self.right_to_left:
            return text
        return Said(isolated(text), grounds_of(text))

    def has(self, key: str) -> bool:
        """Say whether there is a text for *key*, for those that may be missing."""
        return key in self.texts

    def count(self, key: str, number: int, **filled: str) -> Said:
        """Return the text of *key* for *number* things, in the form for so many."""
        form = self.plurals.form(number)
        return self.say(f"{key}.{form}", number=str(number), **filled)

    def listed(self, items: Collection[str]) -> str:
        """Return *items* as a list in a sentence: one, two and three."""
        *most, last = [self._kept(item) for item in items]
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
    names = {file.name for file in FOLDER.iterdir() if file.name.endswith(".toml")}
    return tuple(sorted(name.removesuffix(".toml") for name in names - _NO_LOCALES))


@cache
def load_wording(locale: str) -> Wording:
    """Return the checked words of *locale*, one of ``locales()``.

    Raises:
        WordingError: there is no such locale, or its file is not fit for use.
    """
    if locale not in locales():
        raise WordingError(f"no wording for this locale; there are {locales()}")
    return read_wording(FOLDER / f"{locale}.toml")


@lru_cache(maxsize=64)  # a site has one number, whatever the language
def at_a_site(wording: Wording, emergency: str, urgent_line: str) -> Wording:
    """Return *wording* with the numbers that the clinic has confirmed.

    They belong to the place, not to the language; an empty one is not confirmed, and
    the locale's own words for it stay.
    """
    confirmed = {"emergency": emergency, "urgent_line": urgent_line}
    told = {name: number for name, number in confirmed.items() if number}
    settings = MappingProxyType({**wording.settings, **told})
    return replace(wording, settings=settings) if told else wording


@lru_cache(maxsize=64)  # a site has few, and its numbers
def for_a_carer(wording: Wording) -> Wording:
    """Return *wording* for who reads of a child: a label is not about the reader."""
    ours, theirs = "line.", "line_for_carer."
    told = {
        ours + key.removeprefix(theirs): text
        for key, text in wording.texts.items()
        if key.startswith(theirs)
    }
    return replace(wording, texts=MappingProxyType({**wording.texts, **told}))


def read_wording(file: Traversable) -> Wording:
    """Return the words in *file*, checked against the schema.

    Raises:
        WordingError: naming the file and each key that is unknown or missing, each
            text that is empty or not translated, and slots that are unknown, missing
            or unbalanced.
    """
    try:
        data = tomllib.loads(file.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise WordingError(f"{file.name}: {error}", [str(error)]) from error
    schema = tomllib.loads((FOLDER / "schema.toml").read_text("utf-8"))
    # texts can be looked at only once the tables that hold them are right
    found = sorted(_of_tables(data, schema)) or sorted(_of_texts(data, schema))
    if found:
        raise WordingError(f"{file.name}: {'; '.join(found)}", found)
    return _made_of(data)


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


def _of_tables(data: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    tables = {one: set(schema[one]) for one in ("language", "checks", "settings")}
    tables |= {"review": set(_REVIEW)}
    tables |= {group: set(map(_id, enum)) for group, enum in _TOKENS.items()}
    groups = {*schema["phrases"], *schema["lines"], *schema["records"]}
    yield from _unlike("", set(data), groups | _BESIDE)
    for place in sorted(set(tables) & set(data)):
        yield from _unlike(f"{place}.", set(data[place]), tables[place])


def _of_texts(data: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    if data["language"]["direction"] not in {"ltr", "rtl"}:
        yield "language.direction: not ltr or rtl"
    texts = _texts(data)
    slots = _slots_of_all(texts, schema, read_plurals(data["plurals"]))
    yield from _unlike("", set(texts), set(slots))
    settings = {f"settings.{key}": text for key, text in data["settings"].items()}
    for key, text in (settings | texts).items():
        yield from _of_text(key, text, slots.get(key, []), schema["settings"])
    for table in ("language", "checks", "review"):
        for key, told in data[table].items():
            if UNTRANSLATED in str(told):
                yield f"{table}.{key}: {_OPEN}"
            if isinstance(told, list) and not (told and all(told)):
                yield f"{table}.{key}: not a text"


def _texts(data: Mapping[str, Any]) -> dict[str, Any]:
    return _flat({group: data[group] for group in set(data) - _BESIDE})


def _made_of(data: Mapping[str, Any]) -> Wording:
    texts = _texts(data)
    return Wording(
        locale=data["locale"],
        language=Language(**data["language"]),
        plurals=read_plurals(data["plurals"]),
        checks=Checks(
            negations=tuple(data["checks"]["negations"]),
            normal=tuple(data["checks"]["normal"]),
            banned=tuple(data["checks"]["banned"]),
            numbers=MappingProxyType(dict(data["checks"]["numbers"])),
        ),
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
    texts: Mapping[str, Any], schema: Mapping[str, Any], plurals: Plurals
) -> dict[str, list[str]]:
    """Return every key that the file must have, with the slots of its text."""
    slots: dict[str, list[str]] = _flat(_in_all_forms(schema["phrases"], plurals))
    for place in {".".join(key.split(".")[:2]) for key in texts}:
        group = place.split(".")[0]
        if group in schema["lines"]:
            slots[place] = schema["lines"][group]
        for field, filled in schema["records"].get(group, {}).items():
            key = f"{place}.{field.removesuffix('?')}"
            if key in texts or not field.endswith("?"):
                slots[key] = filled
    return slots


def _in_all_forms(table: Mapping[str, Any], plurals: Plurals) -> dict[str, Any]:
    """Return *table* with what is counted in each form that the locale has."""
    if set(table) == _ONE_OR_MANY:
        return {
            form: table["one" if plurals.is_one_number(form) else "many"]
            for form in plurals.names
        }
    return {
        name: _in_all_forms(value, plurals) if isinstance(value, dict) else value
        for name, value in table.items()
    }


def _unlike(place: str, found: set[str], wanted: set[str]) -> Iterator[str]:
    yield from (f"{place}{name}: nothing asks for it" for name in found - wanted)
    yield from (f"{place}{name}: missing" for name in wanted - found)


def _of_text(
    key: str, text: object, slots: Collection[str], settings: Collection[str]
) -> Iterator[str]:
    if not isinstance(text, str) or not text.strip():
        yield f"{key}: not a text"
        return
    if text.startswith(UNTRANSLATED):
        yield f"{key}: {_OPEN}"
    if set("{}") & set(_SLOT.sub("", text)):
        yield f"{key}: unbalanced braces"
    free = {slot.removesuffix("?") for slot in slots if slot.endswith("?")}
    found = set(_SLOT.findall(text)) - set(settings) - free
    asked = {slot for slot in slots if not slot.endswith("?")}
    yield from _unlike(f"{key}: slot ", found, asked)
