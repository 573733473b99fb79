"""What goes into an interpretation: a panel of observations, and facts to judge by.

Nothing here identifies a person: no name, no address, no record number.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from reference_ranges.limits import Span
from reference_ranges.partitions import AgeRange, Pregnancy, Sex

BLOOD = ("serum", "plasma", "whole_blood", "blood")
"""The specimens that limits for blood are for; an empty one was not named."""


class Comparator(StrEnum):
    """How the true value stands to the number that was reported."""

    EQUAL = "="
    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="


DECIMAL_PLACES = 9
"""The most digits that a value may have after its decimal point."""


class Extent(NamedTuple):
    """All values that a reading may stand for, in billionths of its unit.

    ``low_open`` is 1 where the low end is left out, ``high_open`` -1 where the high
    end is; ``high`` is None where there is no upper end.
    """

    low: int
    low_open: int
    high: int | None
    high_open: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A reported value: its text as sent, its comparator and its exact number.

    ``extent`` follows from them; a concentration is never below 0.
    """

    text: str
    comparator: Comparator
    number: Decimal
    extent: Extent = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Say once what the reading reaches over: every limit asks for it."""
        number = int(self.number.scaleb(DECIMAL_PLACES))
        object.__setattr__(self, "extent", _extent(self.comparator, number))

    def __hash__(self) -> int:
        """Go by the text: readings are looked up for each result."""
        return hash(self.text)


def _extent(comparator: Comparator, number: int) -> Extent:
    if comparator is Comparator.EQUAL:
        return Extent(number, 0, number, 0)
    if comparator is Comparator.LESS:
        return Extent(0, 0, number, -1)
    if comparator is Comparator.AT_MOST:
        return Extent(0, 0, number, 0)
    return Extent(number, int(comparator is Comparator.GREATER), None, 0)


@dataclass(frozen=True, slots=True)
class LabInterval:
    """The laboratory's own interval, in the unit of the result it came with.

    ``span`` is None where the text could not be parsed: it is then kept and shown
    as it came, and not used.
    """

    text: str
    span: Span | None

    def __hash__(self) -> int:
        """Go by the text: intervals are looked up for each result."""
        return hash(self.text)


class ObservationStatus(StrEnum):
    """How final the sender says a result is."""

    FINAL = "final"
    PRELIMINARY = "preliminary"
    CORRECTED = "corrected"
    CANCELLED = "cancelled"
    ENTERED_IN_ERROR = "entered_in_error"


WITHDRAWN = (ObservationStatus.CANCELLED, ObservationStatus.ENTERED_IN_ERROR)
"""What a sender says of a result that must not be read any more."""


class Reason(StrEnum):
    """Why a result is indeterminate, or was not interpreted."""

    # indeterminate
    STRADDLES_LIMIT = "straddles_limit"
    GREY_ZONE = "grey_zone"
    AGE_NEEDED = "age_needed"
    SEX_NEEDED = "sex_needed"
    PREGNANCY_NEEDED = "pregnancy_needed"
    WEEKS_NEEDED = "weeks_needed"
    FACTS_NEEDED = "facts_needed"
    UNIT_QUESTION = "unit_question"
    SPECIMEN_UNFIT = "specimen_unfit"
    FLAG_UNREAD = "flag_unread"
    INTERVAL_DOUBTFUL = "interval_doubtful"
    # not interpreted
    ANALYTE_NOT_SUPPORTED = "analyte_not_supported"
    WRONG_MEASURAND = "wrong_measurand"
    WRONG_SPECIMEN = "wrong_specimen"
    UNIT_MISSING = "unit_missing"
    UNIT_NOT_ALLOWED = "unit_not_allowed"
    UNIT_PROPERTY_MISMATCH = "unit_property_mismatch"
    VALUE_NOT_READ = "value_not_read"
    VALUE_MISSING = "value_missing"
    IMPLAUSIBLE = "implausible"
    SUSPECTED_UNIT_MIX_UP = "suspected_unit_mix_up"
    STATUS_NOT_USABLE = "status_not_usable"
    NO_LIMIT = "no_limit"


@dataclass(frozen=True, slots=True)
class Observation:
    """One reported result, as far as it could be read.

    ``analyte`` is a catalogue id, or None for a test that we do not know; ``name``
    is then what the sender called it.  ``unit`` is the catalogue's spelling;
    ``unit_text`` the sender's.  ``refusal`` says why a row cannot be interpreted:
    such a row is kept and shown, never judged.  ``detail`` is the catalogue's id of
    the look-alike or mix-up behind a refusal, if there is one.  ``method`` is what
    the sender says it was measured with; empty where not stated.  ``sub_id`` is what
    the sender tells it by from others of the same test; nothing is judged by it.
    """

    analyte: str | None
    name: str
    value_text: str
    unit_text: str
    reading: Reading | None = None
    unit: str | None = None
    loinc: str | None = None
    lab_interval: LabInterval | None = None
    sender_flag: str | None = None
    status: ObservationStatus = ObservationStatus.FINAL
    comment: str = ""
    refusal: Reason | None = None
    detail: str = ""
    method: str = ""
    sub_id: str = ""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A result that the same patient had before, as far as comparing needs it.

    ``seconds_before`` counts from its collection to that of the panel and is above 0.
    ``day`` is the day of its collection, to be printed; nothing is ever decided by
    it.  ``origin`` is the interpretation that it was taken from, as an opaque id;
    empty where it was sent with the panel.
    """

    analyte: str
    reading: Reading
    unit: str
    seconds_before: int
    day: date
    method: str = ""
    laboratory: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Shift:
    """That a sender's results of one analyte have moved as if by a change of unit.

    ``factor`` is how many times too large they seem, that of two accepted units.
    """

    analyte: str
    factor: Fraction


@dataclass(frozen=True, slots=True)
class Person:
    """What judgement needs to know of the patient; everything may be unknown.

    ``weeks`` are completed weeks of pregnancy, None where not stated.
    """

    age: AgeRange | None = None
    sex: Sex = Sex.UNKNOWN
    pregnancy: Pregnancy = Pregnancy.UNKNOWN
    weeks: int | None = None

    def is_under(self, years: int | Decimal) -> bool:
        """Say whether the person is known to be younger than *years*."""
        return self.age is not None and self.age.oldest.years < years


@dataclass(frozen=True, slots=True)
class ReportedSymptom:
    """A symptom from the closed list, as the patient told it.

    ``when`` (day, night, any) never changes which analyte a symptom is linked to.
    """

    id: str
    when: str = "any"
    where: str = "general"
    onset: str = "unknown"
    worsening: str = "unknown"
    severity: str = "unknown"
    duration: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """The results of one specimen, and what is known of the patient.

    ``symptoms`` is None when nobody asked, and empty when asked and there were
    none: the two are never confused.  ``conditions`` are specimen conditions of the
    closed list, such as ``haemolysed``.  ``earlier`` are results of the same patient
    from before, in any order; ``shifts`` the analytes of which this sender's results
    are held.  ``laboratory`` says who measured, as far as it was told.
    """

    profile: str
    person: Person
    observations: tuple[Observation, ...]
    symptoms: tuple[ReportedSymptom, ...] | None = None
    factors: frozenset[str] = field(default_factory=frozenset)
    specimen: str = "serum"
    conditions: frozenset[str] = field(default_factory=frozenset)
    earlier: tuple[Earlier, ...] = ()
    shifts: tuple[Shift, ...] = ()
    laboratory: str = ""
