"""How results stand to the symptoms that were reported: tokens, never sentences."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from reference_ranges.panel import ReportedSymptom


class Token(StrEnum):
    """How a result stands to a reported symptom: exactly one of nine."""

    CONSISTENT_WITH = "consistent_with"
    MAY_CONTRIBUTE = "may_contribute"
    BELOW_CONDITION_TARGET = "below_condition_target"
    UNLIKELY_TO_EXPLAIN = "unlikely_to_explain"
    DOES_NOT_EXPLAIN = "does_not_explain"
    DOES_NOT_RULE_OUT = "does_not_rule_out"
    INDETERMINATE = "indeterminate"
    CANNOT_ASSESS = "cannot_assess"
    NOT_RELATED = "not_related"


POSSIBLE = (Token.MAY_CONTRIBUTE, Token.BELOW_CONDITION_TARGET)
"""A result that may play its part in a symptom."""

NOT_EXCLUDED = (Token.DOES_NOT_RULE_OUT, Token.INDETERMINATE)
"""A result that leaves it open whether it does."""


@dataclass(frozen=True, slots=True)
class Relation:
    """How one result stands to one reported symptom, by which rule and source.

    ``grade`` is strong, moderate, weak, mechanism, null or empty; ``through`` names
    what the link goes by way of (``anaemia``, ``calcium``); ``notes`` are ids of
    standing remarks, such as ``magnesium_studies``.
    """

    analyte: str
    symptom: str
    token: Token
    grade: str
    rule: str
    sources: tuple[str, ...]
    through: str = ""
    notes: tuple[str, ...] = ()


class SymptomSummary(StrEnum):
    """What all results together say of one reported symptom, strongest first."""

    RED_FLAG = "red_flag"
    HAS_CANDIDATE = "has_candidate"
    POSSIBLE_CONTRIBUTOR = "possible_contributor"
    NOT_EXCLUDED = "not_excluded"
    UNEXPLAINED = "unexplained"
    NOT_TESTED = "not_tested"
    NOT_ASSESSABLE = "not_assessable"


@dataclass(frozen=True, slots=True)
class SymptomFinding:
    """One reported symptom with everything that the results say of it.

    ``candidates`` are analytes by grade; ``other_causes`` are ids of causes to
    talk about, some of them from reported factors, but for those that a result or a
    factor already speaks of; ``useful_tests`` are analytes
    that were not sent and would help.
    """

    symptom: ReportedSymptom
    summary: SymptomSummary
    candidates: tuple[str, ...] = ()
    other_causes: tuple[str, ...] = ()
    useful_tests: tuple[str, ...] = ()


class ResultSummary(StrEnum):
    """What one result says, next to the symptoms that were reported."""

    OUT_WITH_SYMPTOM = "out_with_symptom"
    OUT_NO_SYMPTOM = "out_no_symptom"
    IN_RANGE = "in_range"
    IN_RANGE_CAVEAT = "in_range_caveat"
    NOT_USABLE = "not_usable"
    SYMPTOMS_NOT_ASKED = "symptoms_not_asked"


class Standing(NamedTuple):
    """How one result stands to the reported symptoms, and the remarks on its test."""

    relations: tuple[Relation, ...]
    summary: ResultSummary
    cautions: tuple[str, ...]
