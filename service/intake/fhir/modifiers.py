"""Modifiers: what may change the meaning of all that it stands with.

By the rules of FHIR, who does not understand a modifier must not use what it is on.
"""

from collections.abc import Iterable

from reference_ranges.knowledge import Knowledge
from service.intake.fhir.element import Element
from service.intake.fhir.people import conditions_of
from service.problems import Fault

MODIFIED = "modifierExtension"
_RULES = "implicitRules"
_FOCUS = "focus"  # of an Observation: it is of somebody, or something, else
_OTHERS = (_RULES, _FOCUS)


def unknown_in(elements: Iterable[Element]) -> list[Fault]:
    """Return a fault for each modifier of *elements*."""
    return [
        Fault(one.at(name), "modifier_not_known")
        for one in elements
        for name in (MODIFIED, *_OTHERS)
        if one.has(name)
    ]


def modifiers_of(
    elements: Iterable[Element], rules: Knowledge
) -> tuple[tuple[Fault, ...], frozenset[str]]:
    """Return the modifiers of *elements* that are not known, and what the others say.

    A coded state of the specimen is all that is known.
    """
    strange: dict[Fault, None] = {}
    conditions: frozenset[str] = frozenset()
    for element in elements:
        modifiers = element.many(MODIFIED)
        known = [_condition(one, rules) for one in modifiers]
        conditions = conditions.union(*known)
        others = any(element.has(name) for name in _OTHERS)
        if not modifiers or not all(known) or others:
            strange |= dict.fromkeys(unknown_in([element]))
    return tuple(strange), conditions


def _condition(modifier: Element, rules: Knowledge) -> frozenset[str]:
    coding = modifier.one("valueCoding")
    if not coding:
        return frozenset()
    concept = Element({"coding": [coding.value]}, modifier.place, modifier.faults)
    return conditions_of(concept, rules)
