"""Where each resource of a report stands: ids that follow from the report's own."""

import re
import uuid

_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://plainlab.example/fhir/")
_OBSERVATION = re.compile(r"([a-z2-7]{26})-([0-9]{1,3})")


def urn(report: str, name: str) -> str:
    """Return the address of the resource *name* within *report*, as in a Bundle."""
    return f"urn:uuid:{uuid.uuid5(_SPACE, f'{report}/{name}')}"


def observation_id(report: str, number: int) -> str:
    """Return the id of the observation at place *number*, from 1."""
    return f"{report}-{number}"


def report_of(observation: str) -> str | None:
    """Return the report that an observation's id leads to, or None for no such id."""
    match = _OBSERVATION.fullmatch(observation)
    return match[1] if match else None
