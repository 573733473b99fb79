"""The small elements that every resource is made of."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, TypeAlias

from service.fhir import terms

Json: TypeAlias = dict[str, Any]


def present(**members: object) -> Json:
    """Return the members that hold something: FHIR knows no empty element.

    A trailing underscore, as in ``class_``, only keeps a name apart from Python's.
    """
    return {
        name.removesuffix("_"): value
        for name, value in members.items()
        if value is not None and value not in ("", [], {})
    }


def coding(system: str, code: str, display: str = "") -> Json:
    """Return one code of *system*."""
    return present(system=system, code=code, display=display)


def concept(*codings: Json, text: str = "") -> Json:
    """Return a concept of *codings* that all mean the same, and its words."""
    return present(coding=list(codings), text=text)


def quantity(number: Decimal, unit: str, code: str | None, sign: str = "") -> Json:
    """Return an amount; *code* is its unit in UCUM, or None where it was not read."""
    coded = {"system": terms.UCUM, "code": code} if code else {}
    return {"value": number, **present(comparator=sign, unit=unit), **coded}


def extension(name: str, **value: object) -> Json:
    """Return one of our extensions with its only value."""
    return {"url": terms.EXTENSION + name, **value}


def unknown() -> Json:
    """Return what stands where an element must be and is not known."""
    return absent("unknown")


def absent(reason: str) -> Json:
    """Return why an element, or what must be in it, is not there: a code of R4's."""
    return {"extension": [{"url": terms.ABSENT, "valueCode": reason}]}


def reference(target: str) -> Json:
    """Return a reference to the resource at *target*."""
    return {"reference": target}


def references(targets: Iterable[str]) -> list[Json]:
    """Return one reference per target."""
    return [reference(target) for target in targets]
