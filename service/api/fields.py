"""The fields of an answer: what they look like on the wire and in the OpenAPI."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from reference_ranges.quantities import exact_text
from reference_ranges.results import Urgency


class AnswerSchema(ma.Schema):
    """Part of an answer: every field is always there, and there are no others."""

    class Meta:
        """An answer has the fields that it documents, and no more."""

        unknown = ma.RAISE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Document every field as present."""
        del field_name
        field_obj.required = True


class Exact(fields.Field[Decimal]):
    """A decimal as text, digit for digit: a JSON number would be rounded by readers."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 - marshmallow's options
        """Document the text."""
        shape = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
        super().__init__(metadata=shape, **kwargs)

    def _serialize(self, value: Decimal | None, *_: object, **__: object) -> str | None:
        return None if value is None else format(value, "f")


class ExactFraction(fields.Field[Fraction]):
    """An exact number as text: a decimal where it is one, else a fraction."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 - marshmallow's options
        """Document the text."""
        shape = {"type": "string", "pattern": r"^-?[0-9]+([./][0-9]+)?$"}
        super().__init__(metadata=shape, **kwargs)

    def _serialize(
        self, value: Fraction | None, *_: object, **__: object
    ) -> str | None:
        return None if value is None else exact_text(value)


class Word(fields.String):
    """A word of a closed list."""

    def __init__(self, words: Iterable[str], **kwargs: Any) -> None:  # noqa: ANN401 - marshmallow's options
        """Document the *words*."""
        super().__init__(validate=validate.OneOf(list(map(str, words))), **kwargs)


class UrgencyWord(fields.Field[Urgency]):
    """How soon someone must act, as a word."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 - marshmallow's options
        """Document the tiers, the least urgent first."""
        tiers = [tier.name.lower() for tier in Urgency]
        super().__init__(metadata={"type": "string", "enum": tiers}, **kwargs)

    def _serialize(self, value: Urgency | None, *_: object, **__: object) -> str | None:
        return None if value is None else value.name.lower()


class Pairs(fields.Field[tuple[tuple[str, str], ...]]):
    """Named texts, in order: a list of ``{"name": …, "text": …}``."""

    def __init__(self) -> None:
        """Document the list."""
        text = {"type": "string"}
        entry = {
            "type": "object",
            "properties": {"name": text, "text": text},
            "required": ["name", "text"],
            "additionalProperties": False,
        }
        super().__init__(metadata={"type": "array", "items": entry})

    def _serialize(
        self, value: tuple[tuple[str, str], ...] | None, *_: object, **__: object
    ) -> list[dict[str, str]]:
        return [{"name": name, "text": text} for name, text in value or ()]


def texts(**kwargs: Any) -> fields.List[Any]:  # noqa: ANN401 - marshmallow's options
    """Return a field that holds a list of texts."""
    return fields.List(fields.String(), **kwargs)
