"""``/sandbox``: the magic patients, for whoever tries the demo."""

from flask import Response

from service.api.json_answer import json_response
from service.api.schemas import SandboxSchema
from service.demo.magic import magic
from service.problems import ProblemError
from service.services import services

_SANDBOX = SandboxSchema()


def sandbox() -> Response:
    """List the magic patients; where patients are real, there is no such thing.

    Raises:
        ProblemError: ``not_found``: this is not a demo.
    """
    if not services().demo:
        raise ProblemError("not_found")
    return json_response(_SANDBOX.dump({"magic": magic()}))
