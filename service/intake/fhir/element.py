"""A FHIR element with its place: whatever was sent, nothing but what we ask comes out.

What has the wrong JSON type is a fault at its place and reads as absent, so that no
reader needs to look twice.
"""

from dataclasses import dataclass, field
from typing import Any

from service.intake.fields import shown
from service.intake.reading import MOST_FAULTS
from service.intake.strict_json import Number
from service.problems import Fault


@dataclass(frozen=True, slots=True)
class Element:
    """A JSON object at ``place``, a JSON pointer; an absent one is empty.

    ``faults`` is shared by all elements of a body.
    """

    value: dict[str, Any]
    place: str
    faults: list[Fault] = field(compare=False)

    def __bool__(self) -> bool:
        """Say whether there is anything in it."""
        return bool(self.value)

    def at(self, name: str) -> str:
        """Return the place of the member *name*, a name of FHIR's own."""
        return f"{self.place}/{name}"

    def has(self, name: str) -> bool:
        """Say whether the member *name* was sent."""
        return name in self.value

    def text(self, name: str) -> str:
        """Return a text; empty where there is none."""
        found = self.value.get(name, "")
        if isinstance(found, str) and not isinstance(found, Number):
            return found
        self.refuse(name, "wrong_type", found)
        return ""

    def number(self, name: str) -> str:
        """Return a ``Number`` as it was written; empty where there is none."""
        found = self.value.get(name, Number())
        if isinstance(found, Number):
            return found
        self.refuse(name, "wrong_type", found)
        return ""

    def one(self, name: str) -> "Element":
        """Return the object *name*; an empty one where there is none."""
        found = self.value.get(name, {})
        if not isinstance(found, dict):
            self.refuse(name, "wrong_type", found)
            found = {}
        return Element(found, self.at(name), self.faults)

    def many(self, name: str) -> "list[Element]":
        """Return the objects of the list *name*."""
        if name not in self.value:
            return []
        found = self.value[name]
        if not isinstance(found, list):
            self.refuse(name, "wrong_type", found)
            return []
        objects = [
            Element(one, f"{self.place}/{name}/{index}", self.faults)
            for index, one in enumerate(found)
            if isinstance(one, dict)
        ]
        if len(objects) < len(found):
            self.refuse(name, "wrong_type", found, ("objects",))
        return objects

    def refuse(
        self, name: str, code: str, received: object, allowed: tuple[str, ...] = ()
    ) -> None:
        """Write down what is wrong with the member *name*."""
        fault = Fault(self.at(name), code, shown(received), allowed)
        if len(self.faults) < MOST_FAULTS and fault not in self.faults:
            self.faults.append(fault)


def texts_of(element: Element, name: str) -> list[str]:
    """Return the texts of the list *name*, such as the given names."""
    found = element.value.get(name, [])
    if not isinstance(found, list):
        element.refuse(name, "wrong_type", found)
        return []
    return [one for one in found if isinstance(one, str)]


def name_of(concept: Element) -> str:
    """Return what a CodeableConcept is called: its text, or else a display."""
    shown = (one.text("display") for one in concept.many("coding"))
    return _first(concept.text("text"), *shown)


def words_of(concept: Element) -> str:
    """Return what a CodeableConcept is called, or else a code of it."""
    codes = (one.text("code") for one in concept.many("coding"))
    return name_of(concept) or _first(*codes)


def _first(*texts: str) -> str:
    return next((" ".join(text.split()) for text in texts if text.strip()), "")
