"""Query parameters and headers: closed lists, and nothing is passed over in silence."""

import re
from collections.abc import Mapping

from flask import request

from service.intake.fields import shown
from service.problems import Fault, ProblemError
from service.reporting import PAPERS, SIZES, ReportOptions
from service.services import services

_KEY = re.compile(r"[\x21-\x7e]{1,255}")


def report_options() -> ReportOptions:
    """Return how the report is wanted; an empty locale is the submission's own.

    Raises:
        ProblemError: ``invalid_parameter``, naming each parameter at fault.
    """
    allowed = {"locale": services().locales, "size": SIZES, "paper": PAPERS}
    faults = [*_unknown(allowed), *_outside(allowed)]
    if faults:
        raise ProblemError("invalid_parameter", faults=tuple(faults))
    return ReportOptions(**request.args.to_dict())


def idempotency_key() -> str | None:
    """Return the key that came with the request, if one did.

    Raises:
        ProblemError: ``invalid_parameter``: it is empty, too long, or not plain.
    """
    sent = request.headers.get("Idempotency-Key")
    if sent is not None and not _KEY.fullmatch(sent):
        allowed = ("1 to 255 visible ASCII characters",)
        fault = Fault("Idempotency-Key", "not_allowed", allowed=allowed)
        raise ProblemError("invalid_parameter", faults=(fault,))
    return sent


def _unknown(allowed: Mapping[str, tuple[str, ...]]) -> list[Fault]:
    names = tuple(allowed)
    return [
        Fault(shown(name), "unknown_field", allowed=names)
        for name in request.args
        if name not in allowed
    ]


def _outside(allowed: Mapping[str, tuple[str, ...]]) -> list[Fault]:
    return [
        Fault(name, "not_allowed", shown(value), allowed[name])
        for name, values in request.args.lists()
        for value in values
        if name in allowed and (value not in allowed[name] or len(values) > 1)
    ]
