"""Every row of the rule files as flat texts: what is compared, printed and signed.

Taken from the files and not from the loaded rules, so that a row that is switched off
and a field that the loader turns into something else stand there as they were written.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

_NOT_RULES = frozenset({"review", "schema"})
_NAMES = (
    ("id",),
    ("analyte", "direction", "symptom"),
    ("condition", "words"),
    ("analyte", "code"),
    ("code",),
)


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One row: the section and the name that it has there, and its fields as texts.

    ``sources`` are ids.  A table without rows of its own is one row without a name.
    """

    section: str
    name: str
    fields: Mapping[str, str]
    sources: tuple[str, ...]

    @property
    def id(self) -> str:
        """The row's place in its file, such as ``patterns/addison``."""
        return "/".join(filter(None, (self.section, self.name)))

    @property
    def words(self) -> str:
        """All fields in one text."""
        return self.words_without(frozenset())

    def words_without(self, fields: frozenset[str]) -> str:
        """Return all but these fields in one text."""
        return "; ".join(
            f"{name.replace('_', ' ')}: {text}"
            for name, text in self.fields.items()
            if name not in fields
        )


def read_rules(file: Path) -> tuple[RuleRow, ...]:
    """Return the rows of one data file, in its order; its review is none of them."""
    content = tomllib.loads(file.read_text("utf-8"), parse_float=Decimal)
    return tuple(
        row
        for section, value in content.items()
        if section not in _NOT_RULES
        for row in _rows(section, value)
    )


def text_of(value: object) -> str:
    """Return one value of a data file as a text for people.

    >>> text_of([{"any": [{"band": "low"}, {"analytes": ["iron"], "is": "low"}]}])
    '{any: [(1) {band: low} (2) {analytes: iron, is: low}]}'
    >>> text_of([{"analytes": ["iron", "ferritin"], "is": "low"}])
    '{analytes: [iron, ferritin], is: low}'
    """
    match value:
        case bool():
            return "yes" if value else "no"
        case dict():
            inner = ", ".join(f"{name}: {_inner(one)}" for name, one in value.items())
            return f"{{{inner}}}"
        case [dict(), _, *_]:
            parts = (f"({n}) {text_of(one)}" for n, one in enumerate(value, start=1))
            return " ".join(parts)
        case list():
            return ", ".join(map(text_of, value))
    return str(value)


def _inner(value: object) -> str:
    """Return a value within another: a list of several is told from what follows."""
    several = isinstance(value, list) and len(value) > 1
    return f"[{text_of(value)}]" if several else text_of(value)


def _rows(section: str, value: object) -> Iterator[RuleRow]:
    match value:
        case [dict(), *_]:
            yield from _listed(section, value)
        case dict() if value and all(isinstance(one, dict) for one in value.values()):
            for name, fields in value.items():
                yield _row(section, name, fields)
        case dict():
            yield _row(section, value.get("id", ""), value)
        case _:
            yield _row("", "", {section: value})


def _listed(section: str, rows: Sequence[Any]) -> Iterator[RuleRow]:
    taken: dict[str, int] = {}
    for fields in (one for row in rows for one in _each_symptom(row)):
        name = _name(fields)
        taken[name] = again = taken.get(name, 0) + 1
        yield _row(section, name if again == 1 else f"{name} #{again}", fields)


def _each_symptom(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give a link of several symptoms as one for each: so each can be told apart."""
    if "direction" not in row:
        yield row
        return
    rest = {name: value for name, value in row.items() if name != "symptoms"}
    for symptom in row["symptoms"]:
        yield {**rest, "symptom": symptom}


def _name(fields: Mapping[str, Any]) -> str:
    """Return what tells a row from the others of its section."""
    for names in _NAMES:
        if all(name in fields for name in names):
            return " ".join(text_of(fields[name]) for name in names)
    return text_of(fields)


def _row(section: str, name: str, fields: Mapping[str, Any]) -> RuleRow:
    stated = fields.get("sources", fields.get("source", ()))
    sources = (stated,) if isinstance(stated, str) else tuple(stated)
    texts = {one: text_of(value) for one, value in fields.items() if one != "id"}
    return RuleRow(section, name, texts, sources)
