"""Limits, and the people that they are for, in words for a clinical scientist."""

from reference_ranges.catalogue import Catalogue, Plausibility
from reference_ranges.limits import Span
from reference_ranges.partitions import AgeLimit, Partition
from reference_ranges.results import SourceRef

_UNITS_OF_AGE = {"d": "day", "w": "week", "mo": "month", "y": "year"}
_SEXES = {"any": "", "female": "female", "male": "male"}
_STAGES = {
    "any": "",
    "no": "not pregnant",
    "yes": "pregnant",
    "t1": "pregnant, 1st trimester",
    "t2": "pregnant, 2nd trimester",
    "t3": "pregnant, 3rd trimester",
    "t2_t3": "pregnant, 2nd or 3rd trimester",
}
_DENIED = "no_"  # begins a condition that is the absence of another
_ADULT_YEARS = 16  # from here on a row without an end is called one for adults


def limits_text(span: Span) -> str:
    """Return the limits of *span* with the digits that its source prints.

    Two limits that both belong to it are written ``3.5 to 5.3``; every other end
    shows which side owns the limit: ``>=5.5 and <6.0``.

    >>> limits_text(Span(at_least=Decimal("5.5"), below=Decimal("6.0")))
    '>=5.5 and <6.0'
    """
    if span.low is not None and span.high is not None and span.low_in and span.high_in:
        return f"{span.low} to {span.high}"
    ends = (
        (">=", span.at_least),
        (">", span.above),
        ("<=", span.at_most),
        ("<", span.below),
    )
    return " and ".join(f"{sign}{limit}" for sign, limit in ends if limit is not None)


def plausible_spans(limits: Plausibility) -> tuple[tuple[str, Span], ...]:
    """Return the hard and the soft limits as named spans, both ends inside."""
    return (
        ("held outside", Span(at_least=limits.hard_min, at_most=limits.hard_max)),
        ("confirmed outside", Span(at_least=limits.soft_min, at_most=limits.soft_max)),
    )


def age_text(partition: Partition) -> str:
    """Return the ages of *partition* as its file prints them, such as ``4w-1y``."""
    until = "" if partition.age_to is None else _short(partition.age_to)
    return f"{_short(partition.age_from)}-{until}"


def ages_in_words(partition: Partition) -> str:
    """Return the ages of *partition* in words: ``from 4 weeks to under 1 year``."""
    start, end = partition.age_from, partition.age_to
    if end is None:
        if start.number == 0:
            return "all ages"
        adult = start.unit == "y" and start.number >= _ADULT_YEARS
        return f"{'adults ' if adult else ''}from {_long(start)}"
    if start.number == 0:
        return f"from birth to under {_long(end)}"
    if start.unit == end.unit:
        return f"from {start.number} to under {_long(end)}"
    return f"from {_long(start)} to under {_long(end)}"


def people(partition: Partition) -> str:
    """Return whom a row is for, in words: ages, sex, pregnancy, condition."""
    facts = [
        ages_in_words(partition),
        _SEXES.get(partition.sex, partition.sex),
        _STAGES.get(partition.pregnancy, partition.pregnancy),
        condition_in_words(partition.condition),
    ]
    return ", ".join(filter(None, facts))


def condition_in_words(condition: str) -> str:
    """Return what must be known of a patient, in words; empty for no condition."""
    if not condition:
        return ""
    name = condition.removeprefix("symptom:")
    without = name.startswith(_DENIED)
    plain = name.removeprefix(_DENIED).replace("_", " ")
    return f"{'without' if without else 'with'} {plain}"


def whom(profile: str, partition: Partition) -> str:
    """Return the profile and whom a row is for: ``uk, adults from 16 years``."""
    return f"{profile}, {people(partition)}"


def citation(source: SourceRef) -> str:
    """Return the publication in short: who and when."""
    return f"{source.org} {source.year}"


def cited(catalogue: Catalogue, *sources: str) -> str:
    """Return the publications of these ids in short, in order."""
    return "; ".join(citation(catalogue.sources[one]) for one in sources)


def _short(limit: AgeLimit) -> str:
    return f"{limit.number}{limit.unit}"


def _long(limit: AgeLimit) -> str:
    plural = "" if limit.number == 1 else "s"
    return f"{limit.number} {_UNITS_OF_AGE[limit.unit]}{plural}"
