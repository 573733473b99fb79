# ruff: noqa: ANN401 - marshmallow passes on whatever it is given
"""The fields of a submission, and their complaints as ``Fault``.

A field's error message is a code of ``service.problems.FAULTS`` and nothing else;
what was received and what is allowed are looked up afterwards, in one place.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from service.intake.strict_json import Number
from service.problems import Fault

_CODES: dict[str, Any] = {
    "required": "required",
    "null": "null",
    "invalid": "wrong_type",
}
_SHOWN = 64  # enough to recognise what was sent, too little to carry a document

# Marks that turn the direction of what follows: 5.3 could be read as 3.5.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Spaces without width: two names that look alike would be two.  Joiners are letters'
# companions in several scripts, and stay.
_NO_WIDTH = frozenset("\u200b\u2060\ufeff")


class StrictSchema(ma.Schema):
    """A schema that refuses what it does not know, and complains in codes."""

    error_messages = {"type": "wrong_type", "unknown": "unknown_field"}  # noqa: RUF012  marshmallow declares it so

    class Meta:
        """A misspelt field is an error, never a silent default."""

        unknown = ma.RAISE


class Text(fields.String):
    """Text of at most *limit* characters; over-limit text is refused, never cut.

    Control characters are refused, and with them those that turn the direction of
    writing and spaces without width; ``lines`` lets line breaks and tabs through.
    """

    default_error_messages = {**_CODES, "control": "control_character"}  # noqa: RUF012  marshmallow declares it so

    def __init__(
        self, limit: int, *, least: int = 0, lines: bool = False, **kwargs: Any
    ) -> None:
        """Take *least* to *limit* characters."""
        super().__init__(validate=_lengths(least, limit), **kwargs)
        self._spared = frozenset("\n\r\t") if lines else frozenset()

    def _deserialize(self, value: object, *_: object, **__: object) -> str:
        if not isinstance(value, str) or isinstance(value, Number):
            raise self.make_error("invalid")
        if self.control_in(value) is not None:
            raise self.make_error("control")
        return value

    def control_in(self, text: str) -> int | None:
        """Return where the first character stands that is not let through."""
        if text.isprintable():  # none of them is
            return None
        controls = (
            place
            for place, char in enumerate(text)
            if _is_control(char) and char not in self._spared
        )
        return next(controls, None)


class OneOf(Text):
    """A text of a closed list."""

    def __init__(self, choices: tuple[str, ...], **kwargs: Any) -> None:
        """Take one of *choices*."""
        super().__init__(64, **kwargs)
        self.validators = [validate.OneOf(choices, error="not_allowed")]
        self.validate = self.validators[0]


class ReportedNumber(Text):
    """A number as a JSON string or a JSON number: its digits stay as they were sent.

    A float is refused, its digits are gone.  Null and an absent field are both an
    empty text: nothing was reported.  A number stays a ``Number``: it has a point,
    whatever its sender writes in texts.
    """

    def __init__(self, **kwargs: Any) -> None:
        """Take what a grammar will read later."""
        about = {"type": ["string", "number"]} | kwargs.pop("metadata", {})
        super().__init__(64, load_default="", allow_none=True, metadata=about, **kwargs)

    def deserialize(self, value: object, *args: Any, **kwargs: Any) -> str:
        """Return the text of *value*."""
        if value is None:
            return ""
        if type(value) in {Number, int}:
            return Number(super().deserialize(str(value), *args, **kwargs))
        return super().deserialize(value, *args, **kwargs)


class Truth(fields.Field[bool]):
    """A JSON true or false, and nothing that merely looks like one."""

    default_error_messages = _CODES

    def __init__(self, **kwargs: Any) -> None:
        """Take true or false."""
        about = {"type": "boolean"} | kwargs.pop("metadata", {})
        super().__init__(metadata=about, **kwargs)

    def _deserialize(self, value: object, *_: object, **__: object) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return value


class ListOf(fields.List[Any]):
    """A JSON array of at most *limit* entries; counted before any is looked at."""

    default_error_messages = {**_CODES, "long": "too_long"}  # noqa: RUF012  marshmallow declares it so

    def __init__(
        self, inner: fields.Field[Any], limit: int, *, least: int = 0, **kwargs: Any
    ) -> None:
        """Take *least* to *limit* of *inner*."""
        super().__init__(inner, validate=_lengths(least, limit), **kwargs)
        self._limit = limit

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> list[Any]:
        if not isinstance(value, list):  # an object is a collection, and no list
            raise self.make_error("invalid")
        if len(value) > self._limit:
            raise self.make_error("long")
        return super()._deserialize(value, *args, **kwargs)


def nested(schema: type[StrictSchema], **kwargs: Any) -> fields.Nested:
    """Return a field that holds one *schema*, complaining in codes."""
    return fields.Nested(schema, error_messages=_CODES, **kwargs)


def _lengths(least: int, limit: int) -> list[validate.Validator]:
    longest = validate.Length(max=limit, error="too_long")
    shortest = validate.Length(min=least, error="too_short")
    return [longest, shortest] if least else [longest]


def _is_control(char: str) -> bool:
    return unicodedata.category(char) == "Cc" or char in _TURNING | _NO_WIDTH


def faults_of(
    messages: Mapping[Any, Any], document: object, schema: ma.Schema
) -> Iterator[Fault]:
    """Yield one fault per complaint of *schema* about *document*."""
    yield from _walk(messages, document, schema, "")


def _walk(
    messages: Any, received: object, place: object, pointer: str
) -> Iterator[Fault]:
    if isinstance(messages, list):
        for code in messages:
            seen = _unseen(received, place) if code == "control_character" else ""
            yield Fault(pointer, code, seen or shown(received), _allowed(code, place))
        return
    for key, inner in messages.items():
        if key == "_schema":
            yield from _walk(inner, received, place, pointer)
            continue
        step = str(key).replace("~", "~0").replace("/", "~1")
        at = f"{pointer}/{step[:_SHOWN]}"
        yield from _walk(inner, _member(received, key), _field(place, key), at)


def shown(received: object) -> str:
    """Return the beginning of a text or number as it was sent; else its type."""
    if isinstance(received, str):
        return received[:_SHOWN]
    return _TYPES.get(type(received), "")


_TYPES = {dict: "an object", list: "an array", bool: "a boolean"}


def _unseen(received: object, place: object) -> str:
    """Return which character *place* refused, and where it stands; nothing else."""
    if not (isinstance(received, str) and isinstance(place, Text)):
        return ""
    at = place.control_in(received)
    return "" if at is None else f"U+{ord(received[at]):04X}, character {at + 1}"


def _member(received: object, key: object) -> object:
    if isinstance(received, list) and isinstance(key, int):
        return received[key]
    return received.get(key) if isinstance(received, dict) else None


def _field(place: object, key: object) -> object:
    if isinstance(place, fields.List):
        return _schema_of(place.inner)
    found = place.fields.get(str(key)) if isinstance(place, ma.Schema) else None
    return _schema_of(found)


def _schema_of(field: object) -> object:
    return field.schema if isinstance(field, fields.Nested) else field


def _allowed(code: str, place: object) -> tuple[str, ...]:
    """Say what *place*, a field or schema, would have taken instead."""
    if code == "unknown_field":
        return ()
    if isinstance(place, ma.Schema):
        return ("an object",)
    if isinstance(place, fields.List):
        return ("an array",)
    return tuple(_bounds(place)) if isinstance(place, fields.Field) else ()


def _bounds(field: fields.Field[Any]) -> Iterator[str]:
    for bound in field.validators:
        if isinstance(bound, validate.OneOf):
            yield from map(str, bound.choices)
        if isinstance(bound, validate.Length) and bound.max is not None:
            yield f"at most {bound.max} characters"
