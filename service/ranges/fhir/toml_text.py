"""Data files written as TOML: every key in its order, every number with its digits.

The writers at hand put arrays of tables behind other arrays, and so change the order
of the scales of a decision set.
"""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def dumps(document: Mapping[str, Any]) -> str:
    """Return *document* (texts, whole numbers, decimals, booleans, lists, tables).

    Lists of tables stand under heads of their own at the top, and in one line for
    each table below it.
    """
    return "\n".join(_table(document, "")).strip() + "\n"


def _table(table: Mapping[str, Any], path: str) -> Iterator[str]:
    for key, value in table.items():
        if not _has_head(value, path):
            yield f"{_key(key)} = {_value(value)}"
    for key, value in table.items():
        if _has_head(value, path):
            yield from _heads(value, f"{path}.{_key(key)}".removeprefix("."))


def _has_head(value: object, path: str) -> bool:
    return isinstance(value, Mapping) or (not path and _is_rows(value))


def _is_rows(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, Mapping) for one in value)
    )


def _heads(value: Any, path: str) -> Iterator[str]:  # noqa: ANN401 - a table or a list of them
    rows, head = ([value], f"[{path}]") if isinstance(value, Mapping) else (value, "")
    for row in rows:
        yield ""
        yield head or f"[[{path}]]"
        yield from _table(row, path)


def _value(value: Any) -> str:  # noqa: ANN401 - whatever a data file holds
    if isinstance(value, Mapping):
        inside = [f"{_key(key)} = {_value(entry)}" for key, entry in value.items()]
        return f"{{ {', '.join(inside)} }}" if inside else "{}"
    if _is_rows(value):
        return "[\n" + "".join(f"  {_value(entry)},\n" for entry in value) + "]"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return f"{value:f}" if isinstance(value, Decimal) else _text(value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _text(value: object) -> str:
    """Return a text, whole number or boolean, which JSON writes as TOML does."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
