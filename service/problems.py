"""Every way in which the service says no: one catalogue of codes, one error type.

Nothing here knows HTTP beyond a status number; ``service.api.answers`` turns a
``ProblemError`` into an RFC 9457 answer and ``docs/problems.md`` is made from the two
tables.  The codes are stable: a client may build on them.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of refusal: its HTTP status, its title and what the caller can do."""

    status: int
    title: str
    meaning: str


PROBLEMS = {
    "invalid_parameter": ProblemType(
        400,
        "A parameter cannot be read",
        "A query parameter or header is unknown or has a value outside its closed "
        "list; `errors` names it and what is allowed.",
    ),
    "invalid_json": ProblemType(
        400,
        "The body is not JSON that we read",
        "The body must be UTF-8 JSON, at most 32 levels deep, without duplicate "
        "keys, NaN or Infinity; `errors` says which of these failed.",
    ),
    "bad_request": ProblemType(
        400,
        "The request cannot be read",
        "The request is not valid HTTP, or it is for a host that this service does "
        "not answer for.",
    ),
    "unauthenticated": ProblemType(
        401,
        "No valid key",
        "Send `Authorization: Bearer <key>`, or a token from `/oauth/token`.  A "
        "missing, unknown, expired and revoked one are answered alike.",
    ),
    "forbidden": ProblemType(
        403,
        "The key may not do this",
        "The key is valid but lacks the scope that this operation needs; `detail` "
        "names the scope.",
    ),
    "not_found": ProblemType(
        404,
        "Not found",
        "There is no such thing, or it is not yours: the two are answered alike.",
    ),
    "method_not_allowed": ProblemType(
        405,
        "Method not allowed",
        "The address exists and does not know this method; the `Allow` header lists "
        "those that it does.",
    ),
    "not_acceptable": ProblemType(
        406,
        "There is no answer of that type",
        "Ask for `application/fhir+json` or `application/json`.",
    ),
    "idempotency_in_flight": ProblemType(
        409,
        "The first request with this key is still being worked on",
        "Wait a second and send the same request again.",
    ),
    "superseded": ProblemType(
        409,
        "A newer version exists already",
        "`supersedes` must name the newest version; read it and send the "
        "correction to that one.",
    ),
    "prefetch_missing": ProblemType(
        412,
        "The prefetch lacks what the service needs",
        "Send the patient and the laboratory results as the service lists them: "
        "nothing is ever fetched from here.",
    ),
    "payload_too_large": ProblemType(
        413,
        "The body is too large",
        "A request body may have at most 1 MB.",
    ),
    "unsupported_media_type": ProblemType(
        415,
        "The body has the wrong type",
        "Send `Content-Type: application/json`, or `application/fhir+json` below "
        "`/fhir`, without a content encoding.",
    ),
    "invalid_submission": ProblemType(
        422,
        "The submission cannot be used as it is",
        "Each entry of `errors` points at one place in the body.  Nothing was stored.",
    ),
    "idempotency_mismatch": ProblemType(
        422,
        "The idempotency key was used for another body",
        "A key stands for one body: take a new key for new content.",
    ),
    "too_many_requests": ProblemType(
        429,
        "Too many keys were refused",
        "More than 60 wrong keys or tokens came from this address within 15 minutes. "
        "Wait as `Retry-After` says; a valid key is never held up.",
    ),
    "internal": ProblemType(
        500,
        "Something went wrong on our side",
        "Nothing is promised to be stored.  Send the same request again with the "
        "same idempotency key, and report the request id.",
    ),
    "unavailable": ProblemType(
        503,
        "The store cannot be reached",
        "Nothing was stored.  Wait as `Retry-After` says and send the same request "
        "again.",
    ),
}

FAULTS = {
    # how the body is written
    "syntax": "This is not JSON.",
    "not_utf8": "The body is not UTF-8, or holds half of a surrogate pair.",
    "too_deep": "Arrays and objects are nested more than 32 deep.",
    "duplicate_key": "An object names the same key twice.",
    "not_finite": "NaN and Infinity are not JSON.",
    # what every field must keep to
    "required": "The field must be there.",
    "null": "The field must not be null.",
    "wrong_type": "The field has the wrong JSON type.",
    "unknown_field": "There is no such field: it may be misspelt.",
    "not_allowed": "The value is not in the field's closed list.",
    "too_long": "The text or list is longer than allowed; nothing is ever cut.",
    "too_short": "The text or list is shorter than allowed.",
    "control_character": "The text holds a character that cannot be seen; `received` "
    "names it and its place.",
    "out_of_bounds": "The number is outside the allowed bounds.",
    "duplicate": "The list names the same thing twice.",
    # who and when
    "not_a_date": "Not an ISO 8601 date: YYYY, YYYY-MM or YYYY-MM-DD.",
    "not_a_time": "Not an ISO 8601 time with an offset from UTC.",
    "in_the_future": "The time lies in the future.",
    "not_earlier": "An earlier result was collected before this specimen.",
    "collected_before_birth": "The specimen was collected before the birth date.",
    "birth_date_implausible": "Nobody has reached the age that this would mean.",
    "contradiction": "Two of the stated facts cannot both be true.",
    # results
    "analyte_missing": "A result needs an analyte id, a code or a name.",
    "analyte_code_conflict": "The analyte id, the code and the name mean different "
    "tests.",
    "unit_missing": "A result needs its unit; a unit is never guessed.",
    "unit_not_allowed": "The unit is not in the closed list of this analyte.",
    "value_missing": "A result needs its value.",
    "no_results": "There is no result of a test in it.",
    "value_type": "A value of this type is not read as a result.",
    # how a FHIR resource is written, and what of it is not counted
    "reference_unclear": "What this leads to in the body is not one resource that can "
    "be read.",
    "modifier_not_known": "A modifier that is not known may change the meaning: what "
    "it stands with was not used.",
    "not_current": "What was told is withdrawn, over or of another time: it was not "
    "counted.",
    "fact_not_known": "Nothing of this is known by its code: it was not counted.",
    "of_nobody_here": "It is not told whose this is, or there is no result of theirs "
    "here: it was not counted.",
    # how an HL7 message is written
    "separators": "MSH-1 and MSH-2 do not declare three to five different separators.",
    "segment_sequence": "The segment does not belong here, or what follows it is none.",
    "charset_assumed": "The declared character set does not fit; another was used.",
    "time_not_exact": "The time is not told to the minute: its day counts, if any.",
    "unsupported_message_type": "This type of message is not taken.",
    "unsupported_event": "This event is not taken.",
    "unsupported_processing_id": "The processing id must be P, T or D.",
    "unsupported_version": "This version of HL7 is not taken.",
    # why a result is kept and not judged, where an HL7 message is answered
    "analyte_not_supported": "The test is not one that is interpreted.",
    "status_not_usable": "The status says that there is no valid result.",
    "wrong_measurand": "The code is that of something else with a similar name.",
    "wrong_specimen": "There are no limits for this kind of specimen.",
    "unit_property_mismatch": "The unit measures something else than the code says.",
    # values that are not written as we read them
    "not_ascii_digits": "The value holds a digit that is not 0 to 9.",
    "negative": "A concentration is never below 0.",
    "exponent": "Exponents are not read: write the digits out.",
    "bare_point": "A decimal point needs a digit on both sides.",
    "ambiguous_separator": "1,234 may be one or one thousand.",
    "decimal_comma": "A decimal comma is read only where it was declared.",
    "digit_separator": "Digits must not be grouped.",
    "trailing_text": "Something follows the number: a flag has its own field.",
    "not_a_number": "The value is not a number.",
    # the interpretation to correct
    "not_repeated": "Results of the order that come no more stand as before: withdraw "
    "them by their status.",
    "not_paired": "It is not certain which of several results of one test this takes "
    "the place of: they stand beside each other.",
    "earlier_unknown": "It corrects or withdraws what was sent before, and it is not "
    "certain which report that is: it stands as one of its own, and an earlier one may "
    "still stand.",
    "not_a_reference": "There is no interpretation with this id.",
    "other_patient": "A correction keeps the record number and the birth date.",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One place in a submission that cannot be used, and why.

    ``pointer`` is a JSON pointer into the body, or the name of a parameter.
    ``received`` is shown to the sender only and never logged; ``allowed`` says what
    would have been taken.
    """

    pointer: str
    code: str
    received: str = ""
    allowed: tuple[str, ...] = ()


class ProblemError(Exception):
    """A refusal that the caller is told by name; it never holds a traceback.

    ``code`` is of ``PROBLEMS``; ``detail`` is a sentence without anything from the
    request; ``headers`` go out with the answer.
    """

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        faults: tuple[Fault, ...] = (),
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """Keep what the answer is made of; the message is the code alone."""
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.faults = faults
        self.headers = headers

    @property
    def type(self) -> ProblemType:
        """What the catalogue says of this code."""
        return PROBLEMS[self.code]
