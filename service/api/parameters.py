"""Query parameters and headers: closed lists, and nothing is passed over in silence."""

import re

from flask import request

from service.intake.fields import shown
from service.intake.reading import MOST_FAULTS
from service.intake.strict_json import Number
from service.problems import Fault, ProblemError
from service.reporting import ATTACH, PAPERS, READERS, SIZES, ReportOptions
from service.services import services

_KEY = re.compile(r"[\x21-\x7e]{1,255}")


REPORT = ("locale", "size", "paper")
"""The parameters of everything that is set as a report is."""

PRINTED = (*REPORT, "attach", "for")
"""The parameters of everything that may answer with a report on paper."""


def report_options() -> ReportOptions:
    """Return how the report is wanted; an empty locale is the submission's own.

    Raises:
        ProblemError: ``invalid_parameter``, naming each parameter at fault.
    """
    choices = (services().locales, SIZES, PAPERS, ATTACH, READERS)
    allowed = dict(zip(PRINTED, choices, strict=True))
    faults = tuple(
        Fault(name, "not_allowed", shown(value), allowed[name])
        for name, values in request.args.lists()
        for value in values
        if value not in allowed[name] or len(values) > 1
    )
    if faults:
        raise ProblemError("invalid_parameter", faults=faults)
    asked = request.args.to_dict()
    reader = asked.pop("for", READERS[0])
    return ReportOptions(**asked, reader=reader)


def refuse_unknown(known: tuple[str, ...]) -> None:
    """Refuse query parameters that are not *known*: they may be misspelt.

    Raises:
        ProblemError: ``invalid_parameter``, naming each of them.
    """
    faults = tuple(
        Fault(shown(name), "unknown_field", allowed=known)
        for name in request.args
        if name not in known
    )
    if faults:
        raise ProblemError("invalid_parameter", faults=faults[:MOST_FAULTS])


def idempotency_key() -> str | None:
    """Return the key that came with the request, if one did.

    Raises:
        ProblemError: ``invalid_parameter``: it is empty, too long, or not plain.
    """
    sent = request.headers.get("Idempotency-Key")
    return None if sent is None else require_key(sent, "Idempotency-Key")


def require_key(sent: object, pointer: str) -> str:
    """Return an idempotency key, once it is one.

    Raises:
        ProblemError: ``invalid_parameter``: it is empty, too long, or not plain.
    """
    plain = isinstance(sent, str) and not isinstance(sent, Number)
    if not plain or not _KEY.fullmatch(str(sent)):
        allowed = ("1 to 255 visible ASCII characters",)
        fault = Fault(pointer, "not_allowed", allowed=allowed)
        raise ProblemError("invalid_parameter", faults=(fault,))
    return str(sent)
