"""Which of an Observation's reference ranges is for this patient, and its limits."""

from dataclasses import dataclass

from reference_ranges.catalogue import Analyte
from reference_ranges.partitions import AgeLimit, Sex, reached
from service.fhir.terms import SENDER_RANGE
from service.intake.fhir.codes import codes_of, meaning_of
from service.intake.fhir.element import Element, words_of
from service.intake.fhir.ours import is_judged, sender_said
from service.intake.fhir.people import Who
from service.intake.fhir.values import unit_matches

_MEANINGS = (
    "http://terminology.hl7.org/CodeSystem/referencerange-meaning",
    "http://hl7.org/fhir/referencerange-meaning",
)
_AGE_UNITS = {"d": "d", "wk": "w", "mo": "mo", "a": "y"}


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
    all are kept as text: none is picked.  Beside a judgement of ours stand our own,
    and what the sender's was.
    """
    if is_judged(holder):
        return Chosen(sender_said(holder, SENDER_RANGE) or None, holder.at("extension"))
    ranges = holder.many("referenceRange")
    fit = [one for one in ranges if _is_normal(one) and _may_be_for(one, who)]
    if len(fit) == 1:
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
    people = [meaning_of(group, codes_of("people")) for group in one.many("appliesTo")]
    return all(_fits(group, who) for group in people) and _of_age(one.one("age"), who)


def _fits(group: str, who: Who) -> bool:
    """Say whether *who* may be of a *group*; one that we do not know fits nobody."""
    if group == "pregnant":
        return who.pregnancy != "no" and who.sex != Sex.MALE
    return group != "" and who.sex in {group, Sex.UNKNOWN, Sex.OTHER}


def _of_age(ages: Element, who: Who) -> bool:
    """Say whether *who* may be of that age; the year of the upper end may count."""
    if not ages or who.age is None:
        return True
    low, high = (_age(ages.one(side)) for side in ("low", "high"))
    if low is not None and not reached(who.age.oldest, low):
        return False
    if high is None:
        return True
    return not reached(who.age.youngest, AgeLimit(high.number + 1, high.unit))


def _age(quantity: Element) -> AgeLimit | None:
    number, unit = quantity.number("value"), _AGE_UNITS.get(quantity.text("code"))
    whole = number.isascii() and number.isdigit() and len(number) < len("10000")
    return AgeLimit(int(number), unit) if whole and unit else None


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
