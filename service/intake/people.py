"""Whose panel it is and when it was taken: identity for the page, facts for the core.

Each function returns what it could read and adds a fault for what it could not.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from reference_ranges.panel import Person
from reference_ranges.partitions import (
    Age,
    AgeRange,
    Pregnancy,
    Sex,
    earliest_and_latest,
)
from reports.identity import Identity
from service.intake.door import Door
from service.intake.fields import shown
from service.names import folded
from service.problems import Fault

CLOCK_SKEW = timedelta(minutes=5)

_OLDEST_YEARS = 130  # beyond every documented human life: a slip in the century
_LONGEST_PREGNANCY = 45  # completed weeks
_TIME = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_A_TIME = "YYYY-MM-DDTHH:MM:SS+HH:MM"
_WEEKS = re.compile(r"[0-9]{1,2}")

_BIRTH = "/patient/birth_date"
_COLLECTED = "/specimen/collected_at"
_RECEIVED = "/specimen/received_at"
_COLLECTED_ON = "/specimen/collected_on"
_PREGNANCY = "/patient/pregnancy/status"
_WEEKS_AT = "/patient/pregnancy/weeks"


def read_identity(patient: Mapping[str, Any]) -> Identity:
    """Return the patient as the sender wrote them."""
    return Identity(
        record_number=patient["id"],
        name=patient["name"],
        birth_date=patient["birth_date"],
        sex=patient["sex"],
    )


def disagreement(one: Identity, other: Identity) -> str:
    """Return in what two people of one record number differ, empty where in nothing.

    It is ``birth_date``, ``sex`` or ``name``; what one of them does not say is no
    difference, and a year may be the year of a whole date.

    The one rule for one HL7 message, one FHIR body, and the store.
    """
    both = (fact for fact in FACTS if is_stated(fact, one) and is_stated(fact, other))
    return next((fact for fact in both if not is_same(fact, one, other)), "")


FACTS = ("birth_date", "sex", "name")
"""What tells two people apart who have one record number."""


def is_stated(fact: str, whose: Identity) -> bool:
    """Say whether a sender told this *fact*, one of ``FACTS``."""
    return getattr(whose, fact) not in {"", Sex.UNKNOWN}


def is_same(fact: str, one: Identity, other: Identity) -> bool:
    """Say whether two people may be one by this *fact*, which both of them state.

    A year or a month may be that of a whole birth date.  Words of a name may stand in
    another order, and differ in case, accents and commas.
    """
    if fact == "name":
        return _words(one.name) == _words(other.name)
    if fact == "birth_date":
        short, long = sorted((one.birth_date, other.birth_date), key=len)
        return long.startswith(short)
    return one.sex == other.sex


def _words(name: str) -> list[str]:
    return sorted(re.findall(r"\w+", folded(name)))


def read_collected_at(
    specimen: Mapping[str, Any], door: Door, faults: list[Fault]
) -> datetime | None:
    """Return when the specimen was collected, in the clinic's zone; None if not said.

    A time without an offset is refused, and so is one in the future, beyond what two
    clocks may differ by.  A day alone is no time: it has a field of its own.
    """
    text = specimen["collected_at"]
    if _DAY.fullmatch(text):
        allowed = (_A_TIME, "collected_on: YYYY-MM-DD")
        faults.append(Fault(_COLLECTED, "not_a_time", shown(text), allowed))
        return None
    return read_time(text, _COLLECTED, door, faults) if text else None


def read_received_at(
    specimen: Mapping[str, Any], door: Door, faults: list[Fault]
) -> datetime | None:
    """Return when the laboratory had the specimen; None if not said.

    It is read as a time of collection is, and judges nothing.
    """
    text = specimen["received_at"]
    return read_time(text, _RECEIVED, door, faults) if text else None


def read_collected_on(
    specimen: Mapping[str, Any],
    collected: datetime | None,
    door: Door,
    faults: list[Fault],
) -> date | None:
    """Return the day of collection, by the clinic's clocks; None if not said.

    A day that stands beside the time must be its day, and one in the future is
    refused.
    """
    text = specimen["collected_on"]
    day = collected.date() if collected else None
    if not text:
        return day
    try:
        stated = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        stated = None
    if stated is None:
        faults.append(Fault(_COLLECTED_ON, "not_a_date", shown(text), ("YYYY-MM-DD",)))
    elif stated > door.now.astimezone(door.zone).date():
        faults.append(Fault(_COLLECTED_ON, "in_the_future", shown(text)))
    elif day is not None and stated != day:
        faults.append(Fault(_COLLECTED_ON, "contradiction", shown(text)))
    return stated


def read_time(
    text: str, pointer: str, door: Door, faults: list[Fault]
) -> datetime | None:
    """Return the time that stands at *pointer*, in the clinic's zone."""
    try:
        moment = _time(text).astimezone(door.zone)
    except (ValueError, OverflowError):
        faults.append(Fault(pointer, "not_a_time", shown(text), (_A_TIME,)))
        return None
    if moment > door.now + CLOCK_SKEW:
        faults.append(Fault(pointer, "in_the_future", shown(text)))
        return None
    return moment


def read_person(
    document: Mapping[str, Any],
    day: date | None,
    settings: Mapping[str, Decimal],
    faults: list[Fault],
) -> Person:
    """Return what judgement needs to know of the patient.

    The age is the calendar age on the *day* of collection in the clinic's zone; it is
    None where either date is not known.
    """
    patient = document["patient"]
    sex = Sex(patient["sex"])
    pregnancy = _pregnancy(document, faults)
    age = _age(patient["birth_date"], day, faults)
    if age is not None and pregnancy is Pregnancy.YES:
        _check_credible(age, settings, faults)
    return Person(
        age=age,
        sex=sex,
        pregnancy=pregnancy,
        weeks=_weeks(patient["pregnancy"]["weeks"], pregnancy, faults),
    )


def _time(text: str) -> datetime:
    if not _TIME.fullmatch(text):
        raise ValueError("not a time with an offset")
    return datetime.fromisoformat(text)


def _age(text: str, day: date | None, faults: list[Fault]) -> AgeRange | None:
    if not text:
        return None
    try:
        earliest, latest = earliest_and_latest(text)
    except ValueError:
        allowed = ("YYYY", "YYYY-MM", "YYYY-MM-DD")
        faults.append(Fault(_BIRTH, "not_a_date", shown(text), allowed))
        return None
    if day is None:
        return None
    if earliest > day:
        faults.append(Fault(_BIRTH, "collected_before_birth", shown(text)))
        return None
    age = AgeRange(Age.between(min(latest, day), day), Age.between(earliest, day))
    if age.youngest.years > _OLDEST_YEARS:
        faults.append(Fault(_BIRTH, "birth_date_implausible", shown(text)))
        return None
    return age


def _pregnancy(document: Mapping[str, Any], faults: list[Fault]) -> Pregnancy:
    """Return the stated pregnancy; the factor ``pregnant`` states one as well."""
    status = Pregnancy(document["patient"]["pregnancy"]["status"])
    ticked = "pregnant" in document["factors"]
    pregnant = ticked or status is Pregnancy.YES
    male = document["patient"]["sex"] == Sex.MALE
    if (ticked and status is Pregnancy.NO) or (pregnant and male):
        faults.append(Fault(_PREGNANCY, "contradiction", status.value))
    return Pregnancy.YES if pregnant else status


def _check_credible(
    age: AgeRange, settings: Mapping[str, Decimal], faults: list[Fault]
) -> None:
    """Add a fault where nobody of *age* is pregnant: one of the two is a slip."""
    start, end = (settings[f"pregnancy_credible_{way}_age"] for way in ("from", "to"))
    if age.oldest.years < start or age.youngest.years >= end:
        received = f"pregnancy yes, at an age of {age.oldest.years} years"
        allowed = (f"pregnancy from {start:f} to {end - 1:f} years",)
        faults.append(Fault(_PREGNANCY, "contradiction", received, allowed))


def _weeks(text: str, pregnancy: Pregnancy, faults: list[Fault]) -> int | None:
    if not text:
        return None
    if not _WEEKS.fullmatch(text) or int(text) > _LONGEST_PREGNANCY:
        allowed = (f"0 to {_LONGEST_PREGNANCY} completed weeks",)
        faults.append(Fault(_WEEKS_AT, "out_of_bounds", shown(text), allowed))
        return None
    if pregnancy is not Pregnancy.YES:
        faults.append(Fault(_WEEKS_AT, "contradiction", shown(text)))
    return int(text)
