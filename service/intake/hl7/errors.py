"""The catalogue of problem codes as ERR says them: each has one of table 0357."""

from service.problems import FAULTS, PROBLEMS

_TITLES = {
    "100": "Segment sequence error",
    "101": "Required field missing",
    "102": "Data type error",
    "103": "Table value not found",
    "200": "Unsupported message type",
    "201": "Unsupported event code",
    "202": "Unsupported processing id",
    "203": "Unsupported version id",
    "204": "Unknown key identifier",
    "205": "Duplicate key identifier",
    "206": "Application record locked",
    "207": "Application internal error",
}

_BY_CONDITION = {
    "100": "segment_sequence not_found",
    "101": (
        "required null analyte_missing unit_missing value_missing no_results "
        "prefetch_missing"
    ),
    "102": (
        "syntax not_utf8 too_deep not_finite wrong_type too_long too_short "
        "control_character out_of_bounds not_a_date not_a_time in_the_future "
        "not_earlier collected_before_birth birth_date_implausible contradiction "
        "value_type separators charset_assumed time_not_exact not_ascii_digits "
        "negative exponent bare_point ambiguous_separator decimal_comma "
        "digit_separator trailing_text not_a_number invalid_json invalid_parameter "
        "bad_request payload_too_large invalid_submission"
    ),
    "103": (
        "unknown_field not_allowed unit_not_allowed analyte_code_conflict "
        "analyte_not_supported status_not_usable wrong_measurand wrong_specimen "
        "unit_property_mismatch not_repeated not_paired earlier_unknown "
        "reference_unclear "
        "modifier_not_known not_current fact_not_known of_nobody_here"
    ),
    "200": (
        "unsupported_message_type unsupported_media_type method_not_allowed "
        "not_acceptable"
    ),
    "201": "unsupported_event",
    "202": "unsupported_processing_id",
    "203": "unsupported_version",
    "204": "not_a_reference other_patient unauthenticated forbidden",
    "205": "duplicate duplicate_key idempotency_mismatch superseded",
    "206": "idempotency_in_flight",
    "207": "internal unavailable too_many_requests",
}

CONDITIONS = {
    code: condition
    for condition, codes in _BY_CONDITION.items()
    for code in codes.split()
}
"""Each code of ``service.problems`` with its code of HL7 table 0357."""


def condition(code: str) -> tuple[str, str]:
    """Return the code of table 0357 and its title; what has none is internal.

    >>> condition("unit_not_allowed")
    ('103', 'Table value not found')
    """
    found = CONDITIONS.get(code, "207")
    return found, _TITLES[found]


def meaning(code: str) -> str:
    """Return what the catalogue says of *code*."""
    if code in FAULTS:
        return FAULTS[code]
    return f"{PROBLEMS[code].title}."
