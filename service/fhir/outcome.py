"""Refusals and remarks as OperationOutcome: the catalogue of problems, rendered."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from service.fhir import terms
from service.fhir.elements import Json, coding, concept, present
from service.problems import FAULTS, Fault, ProblemError

ISSUE_TYPES: Mapping[str, str] = MappingProxyType(
    {
        # problems
        "invalid_parameter": "invalid",
        "invalid_json": "structure",
        "bad_request": "invalid",
        "unauthenticated": "login",
        "forbidden": "forbidden",
        "not_found": "not-found",
        "method_not_allowed": "not-supported",
        "not_acceptable": "not-supported",
        "idempotency_in_flight": "transient",
        "superseded": "conflict",
        "prefetch_missing": "incomplete",
        "payload_too_large": "too-costly",
        "unsupported_media_type": "not-supported",
        "invalid_submission": "processing",
        "idempotency_mismatch": "conflict",
        "internal": "exception",
        "unavailable": "transient",
        "too_many_requests": "throttled",
        # how the body is written
        "syntax": "structure",
        "not_utf8": "structure",
        "too_deep": "too-costly",
        "duplicate_key": "structure",
        "not_finite": "structure",
        # what every field must keep to
        "required": "required",
        "null": "structure",
        "wrong_type": "structure",
        "unknown_field": "structure",
        "not_allowed": "code-invalid",
        "too_long": "too-long",
        "too_short": "required",
        "control_character": "value",
        "out_of_bounds": "value",
        "duplicate": "duplicate",
        # who and when
        "not_a_date": "value",
        "not_a_time": "value",
        "in_the_future": "business-rule",
        "not_earlier": "business-rule",
        "collected_before_birth": "business-rule",
        "birth_date_implausible": "business-rule",
        "contradiction": "business-rule",
        # results
        "analyte_missing": "required",
        "analyte_code_conflict": "conflict",
        "unit_missing": "required",
        "unit_not_allowed": "code-invalid",
        "value_missing": "required",
        "no_results": "required",
        # values that are not written as we read them
        "not_ascii_digits": "value",
        "negative": "value",
        "exponent": "value",
        "bare_point": "value",
        "ambiguous_separator": "value",
        "decimal_comma": "value",
        "digit_separator": "value",
        "trailing_text": "value",
        "not_a_number": "value",
        # how a FHIR resource is written, and what of it is not counted
        "reference_unclear": "value",
        "modifier_not_known": "extension",
        "not_current": "business-rule",
        "fact_not_known": "code-invalid",
        "of_nobody_here": "business-rule",
        # how an HL7 message is written, and why a result of it is not judged
        "invalid_message": "structure",
        "value_type": "not-supported",
        "separators": "structure",
        "segment_sequence": "structure",
        "charset_assumed": "structure",
        "time_not_exact": "value",
        "unsupported_message_type": "not-supported",
        "unsupported_event": "not-supported",
        "unsupported_processing_id": "not-supported",
        "unsupported_version": "not-supported",
        "analyte_not_supported": "not-supported",
        "status_not_usable": "business-rule",
        "wrong_measurand": "code-invalid",
        "wrong_specimen": "business-rule",
        "unit_property_mismatch": "business-rule",
        "not_repeated": "business-rule",
        "not_paired": "business-rule",
        "earlier_unknown": "business-rule",
        # the interpretation to correct
        "not_a_reference": "not-found",
        "other_patient": "conflict",
    }
)
"""The type of issue, of R4's list, of every code of the catalogue."""

_INDEX = re.compile(r"/(\d+)(?=/|$)")


def outcome_of(problem: ProblemError, root: str = "") -> Json:
    """Return *problem* as an OperationOutcome: an issue per fault, or one for itself.

    *root* is the type of the body's resource, with which every expression begins.
    """
    faults = problem.faults or (Fault("", problem.code),)
    about = problem.detail or problem.type.meaning
    return outcome(issues_of(faults, root, about=about))


def outcome(issues: Iterable[Json]) -> Json:
    """Return *issues* as an OperationOutcome; where there is none, it says so."""
    all_well = [{"severity": "information", "code": "informational"}]
    return {"resourceType": "OperationOutcome", "issue": [*issues] or all_well}


def issues_of(
    faults: Iterable[Fault], root: str, severity: str = "error", about: str = ""
) -> list[Json]:
    """Return one issue per fault, with its place in the body as FHIRPath."""
    return [_issue(fault, root, severity, about) for fault in faults]


def _issue(fault: Fault, root: str, severity: str, about: str) -> Json:
    code = fault.code
    words = FAULTS.get(code) or about
    where = _expression(fault.pointer, root)
    return {
        "severity": severity,
        "code": ISSUE_TYPES.get(code, "processing"),
        "details": concept(coding(terms.PROBLEM, code), text=words),
        **present(diagnostics=_received(fault), expression=[where] if where else []),
    }


def _received(fault: Fault) -> str:
    told = [
        f"Received: {fault.received}." if fault.received else "",
        f"Allowed: {', '.join(fault.allowed)}." if fault.allowed else "",
    ]
    return " ".join(filter(None, told))


def _expression(pointer: str, root: str) -> str:
    """Return a JSON pointer as FHIRPath; what is no pointer stays as it is."""
    if not pointer.startswith("/"):
        return pointer or root
    steps = _INDEX.sub(r"[\1]", pointer).replace("~1", "/").replace("~0", "~")
    return f"{root}{steps.replace('/', '.')}".removeprefix(".")
