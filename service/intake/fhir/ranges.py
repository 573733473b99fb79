"""Which of an Observation's reference ranges is for this patient, and its limits."""

import re
from dataclasses import dataclass

from reference_ranges.catalogue import Analyte
from reference_ranges.partitions import Age, AgeLimit, Sex, reached
from service.fhir.terms import SENDER_RANGE
from service.intake.fhir.codes import ages, codes_of, meaning_of
from service.intake.fhir.element import Element, words_of
from service.intake.fhir.modifiers import unknown_in
from service.intake.fhir.ours import is_judged, sender_said
from service.intake.fhir.people import Who
from service.intake.fhir.values import unit_matches

_MEANINGS = (
    "http://terminology.hl7.org/CodeSystem/referencerange-meaning",
    "http://hl7.org/fhir/referencerange-meaning",
)
_WHOLE = re.compile(r"(\d{1,4})(\.0+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The interval as a row of the document has it; None where there is none."""

    interval: dict[str, str] | str | None
    place: str


def interval_of(
    holder: Element, who: Who, unit: str, analyte: Analyte | None
) -> Chosen:
    """Return the one range of *holder* that is normal and may be for *who*.

    Its limits are in the *unit* of the result, or it is text.  Where several may be,
    all are kept as text: none is picked.  So is one of which it is not sure that it
    is for *who*: a child's range would make much of an adult's look normal.  Beside a
    judgement of ours stand our own, and what the sender's was.
    """
    if is_judged(holder):
        return Chosen(sender_said(holder, SENDER_RANGE) or None, holder.at("extension"))
    ranges = holder.many("referenceRange")
    fit = [one for one in ranges if _is_normal(one) and _may_be_for(one, who)]
    if len(fit) == 1 and _is_for(fit[0], who):
        return Chosen(_limits(fit[0], unit, analyte), fit[0].place)
    told = "; ".join(_as_text(one) for one in fit)
    return Chosen(told or None, holder.at("referenceRange"))


def _is_normal(one: Element) -> bool:
    """Say whether a range is the reference interval: one without a type is."""
    if not one.has("type"):
        return True
    codings = one.one("type").many("coding")
    return any(
        coding.text("system") in _MEANINGS and coding.text("code") == "normal"
        for coding in codings
    )


def _may_be_for(one: Element, who: Who) -> bool:
    """Say whether nothing that is known of *who* speaks against it."""
    return all(_may_be(group, who) for group in _people(one)) and _may_be_of_age(
        one, who
    )


def _is_for(one: Element, who: Who) -> bool:
    """Say whether all that is asked of *who* is known to be so."""
    if unknown_in([one]):
        return False
    return all(_is(group, who) for group in _people(one)) and _is_of_age(one, who)


def _people(one: Element) -> list[str]:
    return [meaning_of(group, codes_of("people")) for group in one.many("appliesTo")]


def _may_be(group: str, who: Who) -> bool:
    """Say whether *who* may be of a *group*; one that we do not know fits nobody."""
    if group == "pregnant":
        return who.pregnancy != "no" and who.sex != Sex.MALE
    return group != "" and who.sex in {group, Sex.UNKNOWN, Sex.OTHER}


def _is(group: str, who: Who) -> bool:
    return who.pregnancy == "yes" if group == "pregnant" else who.sex == group


def _may_be_of_age(one: Element, who: Who) -> bool:
    """Say whether *who* may be of the age; what cannot be read speaks against none."""
    if who.age is None:
        return True
    low, high = (_age(one.one("age").one(side)) for side in ("low", "high"))
    return _reached(who.age.oldest, low) and not _is_past(who.age.youngest, high)


def _is_of_age(one: Element, who: Who) -> bool:
    """Say whether the age is known, can be read, and is that of *who*."""
    if not one.has("age"):
        return True
    age = one.one("age")
    ends = [side for side in ("low", "high") if age.has(side)]
    limits = {side: _age(age.one(side)) for side in ends}
    if who.age is None or not ends or None in limits.values():
        return False
    return _reached(who.age.youngest, limits.get("low")) and not _is_past(
        who.age.oldest, limits.get("high")
    )


def _reached(age: Age, low: AgeLimit | None) -> bool:
    return low is None or reached(age, low)


def _is_past(age: Age, high: AgeLimit | None) -> bool:
    """Say whether *age* is beyond the upper end; all of its last year is within."""
    return high is not None and reached(age, AgeLimit(high.number + 1, high.unit))


def _age(quantity: Element) -> AgeLimit | None:
    """Return an end of an age; None where it cannot be read as whole units of time."""
    whole = _WHOLE.fullmatch(quantity.number("value"))
    unit = _age_unit(quantity)
    if whole is None or not unit or quantity.has("comparator"):
        return None
    return AgeLimit(int(whole[1]), unit)


def _age_unit(quantity: Element) -> str:
    """Return the unit by its code, or else by its word; empty where they contradict."""
    known = ages()
    code, word = quantity.text("code"), quantity.text("unit").strip().casefold()
    if not code:
        return known.get(word, "")
    meant = known.get(code, "")
    return meant if known.get(word, meant) == meant else ""


def _limits(
    one: Element, unit: str, analyte: Analyte | None
) -> dict[str, str] | str | None:
    """Return low and high as they were sent; text where they cannot be compared."""
    ends = {side: one.one(side) for side in ("low", "high")}
    sent = {side: end for side, end in ends.items() if end.has("value")}
    if not sent:
        return _line(one.text("text")) or None
    if all(_plain(end, unit, analyte) for end in sent.values()):
        return {side: end.number("value") for side, end in sent.items()}
    return _as_text(one)


def _plain(end: Element, unit: str, analyte: Analyte | None) -> bool:
    return not end.has("comparator") and unit_matches(end, unit, analyte)


def _as_text(one: Element) -> str:
    """Return a range in words that are never taken for limits of the result."""
    said = _line(one.text("text"))
    ends = " - ".join(_amount(one.one(side)) for side in ("low", "high"))
    whom = [words_of(group) for group in one.many("appliesTo")]
    told = [said or f"[{ends}]", *whom]
    return ", ".join(filter(None, told))


def _line(text: str) -> str:
    """Return *text* in one line: a table of limits stays legible."""
    return "; ".join(filter(None, (line.strip() for line in text.splitlines())))


def _amount(quantity: Element) -> str:
    parts = (quantity.text("comparator"), quantity.number("value"))
    return f"{''.join(parts)} {quantity.text('unit') or quantity.text('code')}".strip()
