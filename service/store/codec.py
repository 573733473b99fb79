"""Exact JSON of the core's value types: what was decided comes back as it was.

Decimals and fractions travel as text, so no digit is lost; a float is refused.
Reading is driven by the type hints, so that nothing is guessed from the data.
"""

import base64
import json
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from reference_ranges.errors import ReferenceRangeError

T = TypeVar("T")
Json = None | bool | int | str | list["Json"] | dict[str, "Json"]


class CodecError(Exception):
    """A type that we do not write, or data that its type does not allow."""


def dumps(value: object) -> str:
    """Return *value* as JSON text; the same value gives the same text, byte for byte.

    Raises:
        CodecError: it holds a type that is not written, such as a float.
    """
    return json.dumps(encode(value), sort_keys=True, separators=(",", ":"))


def loads(cls: type[T], text: str) -> T:
    """Return the *cls* that ``dumps`` wrote as *text*.

    Raises:
        CodecError: *text* is not JSON, or not of this type.
    """
    try:
        data = json.loads(text)
    except ValueError:
        raise CodecError("not JSON") from None
    return decode(cls, data)


def encode(value: object) -> Json:
    """Return *value* as JSON-able data.

    Raises:
        CodecError: it holds a type that is not written, such as a float.
    """
    if isinstance(value, Enum):
        return cast("Json", value.value)
    if value is None or type(value) in (bool, int, str):
        return cast("Json", value)
    names = _field_names(cast("Hashable", type(value)))
    if names:
        return {name: encode(getattr(value, name)) for name in names}
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    if isinstance(value, frozenset):
        return sorted((encode(item) for item in value), key=json.dumps)
    return _encode_scalar(value)


@cache
def _field_names(cls: Hashable) -> tuple[str, ...]:
    """Return the names of a record's fields; none for what is not a record."""
    if isinstance(cls, type) and is_dataclass(cls):
        return tuple(field.name for field in fields(cls) if field.init)
    return getattr(cls, "_fields", ())


def decode(cls: type[T], data: Json) -> T:
    """Return the *cls* that *data*, as ``encode`` gives it, stands for.

    A field that *data* lacks takes its default, so that older records stay readable
    when a type grows.

    Raises:
        CodecError: *data* does not fit the type.
    """
    make = _decoder(cast("Any", cls))
    return cast("T", make(data))


def _encode_scalar(value: object) -> Json:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    raise CodecError(f"{type(value).__name__} is not written")


_FROM_TEXT: dict[type, Callable[[str], object]] = {
    Decimal: Decimal,
    Fraction: Fraction,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    bytes: partial(base64.b64decode, validate=True),
}


@cache
def _decoder(hint: Any) -> Callable[[Json], object]:  # noqa: ANN401 - any type hint
    origin = get_origin(hint)
    if origin is not None:
        return _GENERIC.get(origin, _not_read)(hint)
    if isinstance(hint, type) and _field_names(hint):
        return partial(_decode_record, hint)
    if hint in (bool, int, str):
        return partial(_checked, kind=hint)
    if hint in _FROM_TEXT:
        return partial(_convert, _FROM_TEXT[hint], str)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return partial(_convert, hint, (str, int))
    return _not_read(hint)


def _not_read(hint: Any) -> Callable[[Json], object]:  # noqa: ANN401 - any type hint
    raise CodecError(f"{hint} is not read")


def _optional(hint: Any) -> Callable[[Json], object]:  # noqa: ANN401 - any type hint
    kinds = [kind for kind in get_args(hint) if kind is not NoneType]
    if len(kinds) != 1:
        raise CodecError(f"{hint} is not read: one type or None")
    inner = _decoder(kinds[0])
    return lambda data: None if data is None else inner(data)


def _tuple(hint: Any) -> Callable[[Json], object]:  # noqa: ANN401 - any type hint
    kinds = get_args(hint)
    if kinds[-1] is Ellipsis:
        item = _decoder(kinds[0])
        return lambda data: tuple(item(entry) for entry in _checked(data, list))
    return partial(_decode_pair, tuple(_decoder(kind) for kind in kinds))


def _frozenset(hint: Any) -> Callable[[Json], object]:  # noqa: ANN401 - any type hint
    item = _decoder(*get_args(hint))
    return lambda data: frozenset(item(entry) for entry in _checked(data, list))


_GENERIC: dict[Any, Callable[[Any], Callable[[Json], object]]] = {
    Union: _optional,
    UnionType: _optional,
    tuple: _tuple,
    frozenset: _frozenset,
}


def _decode_pair(items: tuple[Callable[[Json], object], ...], data: Json) -> object:
    entries = _checked(data, list)
    if len(entries) != len(items):
        raise CodecError(f"{len(entries)} entries where {len(items)} belong")
    return tuple(item(entry) for item, entry in zip(items, entries, strict=True))


def _decode_record(cls: type, data: Json) -> object:
    given = _checked(data, dict)
    known = _field_decoders(cls)
    if unknown := given.keys() - known.keys():
        raise CodecError(f"{cls.__name__} has no {sorted(unknown)}")
    try:
        return cls(**{name: known[name](value) for name, value in given.items()})
    except (TypeError, ReferenceRangeError):
        raise CodecError(f"not a whole {cls.__name__}") from None


@cache
def _field_decoders(cls: type) -> dict[str, Callable[[Json], object]]:
    return {name: _decoder(hint) for name, hint in get_type_hints(cls).items()}


def _checked(data: Json, kind: type) -> Any:  # noqa: ANN401 - the kind says which
    # exactly this type: True is not the number 1
    if type(data) is not kind:
        raise CodecError(f"{type(data).__name__} where {kind.__name__} belongs")
    return data


def _convert(
    make: Callable[[Any], object], kind: type | tuple[type, ...], data: Json
) -> object:
    try:
        return make(data if isinstance(data, kind) else None)
    except (ArithmeticError, TypeError, ValueError):
        raise CodecError("text that its type does not allow") from None
