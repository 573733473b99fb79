"""Codes of others for what we have ids for, from ``codes.toml`` and the catalogue."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files

from reference_ranges.knowledge import Knowledge
from service.intake.fhir.element import Element

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
ICD10 = ("http://hl7.org/fhir/sid/icd-10", "http://hl7.org/fhir/sid/icd-10-cm")
OURS = "https://plainlab.example/fhir/"
ANALYTE = OURS + "analyte"
SYMPTOM = OURS + "symptom"
FACTOR = OURS + "factor"
CONDITION = OURS + "CodeSystem/specimen-condition"

Codes = Mapping[tuple[str, str], str]


@cache
def codes_of(group: str) -> Codes:
    """Return the ids of a *group* of ``codes.toml``, such as ``specimens``, by code."""
    found = _TABLES
    for part in group.split("."):
        found = found[part]
    return {
        (system, code): ours
        for system, codes in found.items()
        for code, ours in codes.items()
    }


_TABLES = tomllib.loads((files(__package__) / "codes.toml").read_text("utf-8"))


@cache
def ages() -> Mapping[str, str]:
    """Return our units of age by their UCUM codes and their English words."""
    units: dict[str, list[str]] = _TABLES["ages"]
    return {text: unit for unit, texts in units.items() for text in texts}


def days_before(kind: str) -> int:
    """Return how many days before a specimen what is of that *kind* may be told."""
    days: int = _TABLES["days"][kind]
    return days


def meaning_of(concept: Element, known: Codes) -> str:
    """Return our id for the first code of *concept* that is *known*, else nothing."""
    return next(meanings_of(concept, known), "")


def meanings_of(concept: Element, known: Codes) -> Iterator[str]:
    """Yield our id for each code of *concept* that is *known*."""
    for coding in concept.many("coding"):
        found = known.get((coding.text("system"), coding.text("code")))
        if found is not None:
            yield found


@lru_cache(maxsize=8)
def symptom_codes(rules: Knowledge) -> Codes:
    """Return our symptoms by their own ids and their SNOMED CT and ICD-10 codes.

    A code that stands with two symptoms leads to none of them.
    """
    found: dict[tuple[str, str], set[str]] = {}
    for one in rules.symptoms.values():
        pairs = [
            (SYMPTOM, one.id),
            *((SNOMED, code) for code in one.snomed),
            *((ICD10[0], code) for code in one.icd10),
            *((ICD10[1], code) for code in one.icd10cm),
        ]
        for pair in pairs:
            found.setdefault(pair, set()).add(one.id)
    return {pair: ids.pop() for pair, ids in found.items() if len(ids) == 1}


@lru_cache(maxsize=8)
def factor_codes(rules: Knowledge) -> Codes:
    """Return our factors by their own ids and the codes that we have for them."""
    own = {(FACTOR, one): one for one in rules.factors}
    known = codes_of("factors").items()
    return own | {pair: one for pair, one in known if one in rules.factors}
