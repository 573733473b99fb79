"""JSON with the digits of its numbers: 3.50 is written as 3.50 and read as 3.50."""

import json
from decimal import Decimal
from typing import Any

from reference_ranges.errors import CatalogueError
from service.intake.strict_json import Number, read_json
from service.problems import ProblemError


def dumps(value: object, indent: str = "") -> str:
    """Return *value* (objects, lists, texts, decimals, whole numbers) as JSON text."""
    inner = indent + "  "
    if isinstance(value, dict):
        members = [
            f"{inner}{_text(key)}: {dumps(v, inner)}" for key, v in value.items()
        ]
        return "{\n" + ",\n".join(members) + f"\n{indent}}}"
    if isinstance(value, list):
        entries = [f"{inner}{dumps(entry, inner)}" for entry in value]
        return "[\n" + ",\n".join(entries) + f"\n{indent}]"
    return f"{value:f}" if isinstance(value, Decimal) else _text(value)


def compact(value: object) -> str:
    """Return *value* as ``dumps`` does, in one line without spaces, for the wire."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        members = [f"{_text(key)}:{compact(v)}" for key, v in value.items()]
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(compact, value)) + "]"
    return f"{value:f}" if isinstance(value, Decimal) else _text(value)


def loads(body: bytes, where: str) -> Any:  # noqa: ANN401 - whatever the file holds
    """Return what *body* holds; numbers are decimals, or whole numbers.

    Raises:
        CatalogueError: it is not JSON that has one meaning; *where* names the file.
    """
    try:
        return _with_numbers(read_json(body))
    except ProblemError as error:
        why = ", ".join(fault.code for fault in error.faults)
        raise CatalogueError(f"{where}: not JSON as we read it: {why}") from error


def _with_numbers(value: object) -> object:
    if isinstance(value, Number):
        return int(value) if value.isdecimal() else Decimal(value)
    if isinstance(value, dict):
        return {key: _with_numbers(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_with_numbers(entry) for entry in value]
    return value


_text = json.JSONEncoder(ensure_ascii=False).encode
