"""JSON, read strictly: what two readers could take differently is refused.

Numbers keep their digits: 6.80 stays ``Number("6.80")``, and ``1e5`` reaches the
grammar of readings, which refuses it by name.
"""

import json
import re
from typing import NoReturn

from service.problems import Fault, ProblemError

MAX_DEPTH = 32

# A string that never ends is taken to the end, so that the work stays linear.
_STRINGS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_BRACKETS = re.compile(r"[][{}]")


class Number(str):
    """A JSON number as it was written."""

    __slots__ = ()


def read_json(body: bytes) -> object:
    """Return the value that *body* holds; numbers come back as ``Number``.

    The caller limits the size; the work is linear in it.

    Raises:
        ProblemError: ``invalid_json``, with one fault that names the reason.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        _refuse("not_utf8")
    if _depth(text) > MAX_DEPTH:
        _refuse("too_deep", f"At most {MAX_DEPTH} levels are read.")
    return _parse(text)


def _parse(text: str) -> object:
    try:
        value: object = json.loads(
            text,
            parse_int=Number,
            parse_float=Number,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        _refuse("syntax", f"At line {error.lineno}, column {error.colno}.")
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:  # "\ud800" alone is no character
        _refuse("not_utf8")
    return value


def _depth(text: str) -> int:
    """Return how deep *text* nests, before any parser may recurse.

    Counting stops where it is too deep.
    """
    depth = deepest = 0
    for bracket in _BRACKETS.finditer(_STRINGS.sub("", text)):
        depth += 1 if bracket[0] in "[{" else -1
        deepest = max(deepest, depth)
        if deepest > MAX_DEPTH:
            break
    return deepest


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        _refuse("duplicate_key")
    return found


def _refuse_constant(_: str) -> NoReturn:
    _refuse("not_finite")


def _refuse(code: str, detail: str = "") -> NoReturn:
    raise ProblemError("invalid_json", detail, faults=(Fault("", code),))
