"""What an Observation says was found: value and unit as they were sent."""

from dataclasses import dataclass

from reference_ranges.catalogue import Analyte
from service.intake.fhir.element import Element, words_of
from service.intake.strict_json import Number

UCUM = "http://unitsofmeasure.org"
_SIGNS = ("<", "<=", ">=", ">")
_LONGEST = 64
_ELSEWHERE = "\N{HORIZONTAL ELLIPSIS}"
_PLAIN = ("valueString", "valueInteger")
_WORDED = (
    "valueCodeableConcept",
    "valueRange",
    "valueRatio",
    "valueBoolean",
    "valueSampledData",
    "valueTime",
    "valueDateTime",
    "valuePeriod",
    "valueAttachment",
    "valueReference",
)


@dataclass(frozen=True, slots=True)
class Found:
    """A value and its unit as they were sent; ``place`` is where they stand.

    ``worded`` says that it is of a kind that is shown and never read as a number, or
    that the sender says why there is none: neither is a fault of the sender.
    ``remark`` is a text that is too long to be a value, and stands as a comment.
    """

    value: str
    unit: str
    place: str
    worded: bool = False
    remark: str = ""


def value_of(holder: Element, analyte: Analyte | None, known: frozenset[str]) -> Found:
    """Return what *holder*, an Observation or a component, says was found.

    *analyte* is what it is about, where we know it: by its units, and by all that are
    *known*, ``unit`` and ``code`` of a quantity are found to mean the same, or not.
    """
    if contradicts_itself(holder):
        return Found("", "", holder.place, worded=True)
    if holder.has("valueQuantity"):
        return _quantity(holder.one("valueQuantity"), analyte, known)
    for name in _PLAIN:
        if holder.has(name):
            read = holder.text if name == "valueString" else holder.number
            return _told(read(name), holder.at(name), worded=False)
    for name in _WORDED:
        if holder.has(name):
            return _told(_worded(holder, name), holder.at(name), worded=True)
    absent = holder.has("dataAbsentReason")
    return Found("", "", holder.at("dataAbsentReason"), worded=absent)


def contradicts_itself(holder: Element) -> bool:
    """Say whether *holder* has two values, or one and why there is none: a fault."""
    names = ("valueQuantity", *_PLAIN, *_WORDED, "dataAbsentReason")
    sent = [name for name in names if holder.has(name)]
    for name in sent[1:]:
        holder.refuse(name, "contradiction", "", tuple(sent[:1]))
    return len(sent) > 1


def _told(text: str, place: str, *, worded: bool) -> Found:
    if len(text) > _LONGEST:
        return Found(_ELSEWHERE, "", place, worded=True, remark=text)
    return Found(" ".join(text.split()) if worded else text, "", place, worded=worded)


def has_value(holder: Element) -> bool:
    """Say whether *holder* has any value, or says why it has none."""
    return any(name.startswith("value") for name in holder.value) or holder.has(
        "dataAbsentReason"
    )


def unit_matches(quantity: Element, unit: str, analyte: Analyte | None) -> bool:
    """Say whether a limit is in the *unit* of its result; one without a unit is."""
    sent = _unit(quantity, analyte)
    if not sent or sent == unit:
        return True
    if analyte is None:
        return quantity.text("code") == unit
    same = analyte.spellings.get(sent)
    return same is not None and same == analyte.spellings.get(unit)


def _quantity(
    quantity: Element, analyte: Analyte | None, known: frozenset[str]
) -> Found:
    sign = quantity.text("comparator")
    if sign and sign not in _SIGNS:
        quantity.refuse("comparator", "not_allowed", sign, _SIGNS)
    value = f"{sign}{quantity.number('value')}" if quantity.has("value") else ""
    return Found(Number(value), _unit(quantity, analyte, known), quantity.place)


def _unit(
    quantity: Element, analyte: Analyte | None, known: frozenset[str] = frozenset()
) -> str:
    """Return the unit as it was sent: in words where those mean the same as the code.

    Where the words say another unit than the code, both are returned, as no unit of
    any list: which of them is right is never guessed.
    """
    words = quantity.text("unit").strip()
    code = quantity.text("code").strip()
    coded = quantity.text("system") == UCUM and code
    if not coded or not words:
        return words or code
    if analyte is None:
        return words
    said, meant = analyte.spellings.get(words), analyte.spellings.get(code)
    if said == meant and said is not None:
        return words
    return f"{words} / {code}" if said is not None or words in known else code


def _worded(holder: Element, name: str) -> str:
    """Return words for a value that is no number, and that cannot be read as one."""
    if name == "valueCodeableConcept":
        return _never_a_number(words_of(holder.one(name)))
    if name == "valueRange":
        ends = holder.one(name)
        low, high = (ends.one(end).number("value") for end in ("low", "high"))
        return f"{low} - {high}"
    if name == "valueRatio":
        parts = holder.one(name)
        upper, lower = parts.one("numerator"), parts.one("denominator")
        return f"{_amount(upper)} : {_amount(lower)}"
    return name.removeprefix("value")


def _amount(quantity: Element) -> str:
    sign, number = quantity.text("comparator"), quantity.number("value")
    return f"{sign}{number} {quantity.text('unit')}".strip()


def _never_a_number(words: str) -> str:
    """Return *words*; those that begin like a number stand in quotes."""
    return f'"{words}"' if words[:1].isdigit() or words[:1] in "<>=≤≥" else words
