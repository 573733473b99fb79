"""The safety case: what can go wrong, what is done about it, and what proves it.

It is read from ``requirements.toml`` and ``hazards.toml`` beside this file, and from
the record of the last run of all proofs, where there is one.
"""

import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

_FOLDER = files("service") / "safety"


class SafetyError(Exception):
    """The safety case cannot be read; the message names the file and the entry."""


class Severity(StrEnum):
    """How bad the harm would be, from 1 to 5 (DCB0129)."""

    MINOR = "minor"
    SIGNIFICANT = "significant"
    CONSIDERABLE = "considerable"
    MAJOR = "major"
    CATASTROPHIC = "catastrophic"


class Status(StrEnum):
    """Whether the whole control is in this release; an open hazard says what is not."""

    CONTROLLED = "controlled"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Requirement:
    """What the software must show; ``note`` says where it shows less."""

    number: int
    sentence: str
    proofs: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Hazard:
    """What can go wrong for a patient.

    ``risk`` is 1 to 5 before and after the control; ``residual`` is what is left,
    ``missing`` what an open hazard still lacks.  ``proofs`` are ids of tests.

    Raises:
        ValueError: it claims to be controlled without a proof, is open without saying
            what is missing, or has a risk that its control raises.
    """

    id: str
    hazard: str
    cause: str
    severity: Severity
    risk: tuple[int, int]
    status: Status
    control: str
    residual: str
    proofs: tuple[str, ...]
    missing: str = ""

    def __post_init__(self) -> None:
        """Refuse what does not hold together."""
        before, after = self.risk
        if not 1 <= after <= before <= len(Severity):
            raise ValueError("a risk is 1 to 5, and no higher after than before")
        if not self.proofs:
            raise ValueError("no proof")
        if bool(self.missing) is (self.status is Status.CONTROLLED):
            raise ValueError("open hazards say what is missing, and no others")


@dataclass(frozen=True, slots=True)
class Run:
    """The last run in which all proofs passed: when, of what, and which they were."""

    day: str
    commit: str
    passed: frozenset[str]


@dataclass(frozen=True, slots=True)
class SafetyCase:
    """All of it; ``top_risks`` are hazards whose rest must be stated openly."""

    requirements: tuple[Requirement, ...]
    hazards: tuple[Hazard, ...]
    top_risks: tuple[str, ...]
    run: Run | None

    @property
    def open(self) -> tuple[Hazard, ...]:
        """The hazards whose control is not whole yet."""
        return tuple(one for one in self.hazards if one.status is Status.OPEN)

    def hazard(self, hazard_id: str) -> Hazard:
        """Return the hazard with this id."""
        return next(one for one in self.hazards if one.id == hazard_id)


def load_case(record: Path, folder: Traversable = _FOLDER) -> SafetyCase:
    """Read the safety case, and the record of the last run if that file exists.

    Raises:
        SafetyError: a file that is not as it must be.
    """
    required = _read(folder / "requirements.toml")
    feared = _read(folder / "hazards.toml")
    requirements = _entries(required["requirement"], _requirement, "requirements.toml")
    hazards = _entries(feared["hazard"], _hazard, "hazards.toml")
    ids, top = [one.id for one in hazards], tuple(feared["top_risks"])
    if sorted(set(ids)) != ids or not set(top) <= set(ids):
        raise SafetyError("hazards.toml: an id is unknown, twice or out of order")
    return SafetyCase(requirements, hazards, top, _last_run(record))


def _read(file: Traversable) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SafetyError(f"{file.name}: {error}") from error


def _requirement(*, proofs: Sequence[str], **row: Any) -> Requirement:  # noqa: ANN401 - checked by the class
    return Requirement(proofs=tuple(proofs), **row)


def _hazard(
    *,
    severity: str,
    status: str,
    risk: Sequence[int],
    proofs: Sequence[str],
    **row: str,
) -> Hazard:
    before, after = risk
    return Hazard(
        severity=Severity(severity),
        status=Status(status),
        risk=(before, after),
        proofs=tuple(proofs),
        **row,
    )


_EntryT = TypeVar("_EntryT", Requirement, Hazard)


def _entries(
    rows: Sequence[Mapping[str, Any]], make: Callable[..., _EntryT], file: str
) -> tuple[_EntryT, ...]:
    made = []
    for place, row in enumerate(rows, start=1):
        try:
            made.append(make(**row))
        except (TypeError, ValueError) as error:
            name = row.get("id") or row.get("number") or f"entry {place}"
            raise SafetyError(f"{file}: {name}: {error}") from error
    return tuple(made)


def _last_run(record: Path) -> Run | None:
    if not record.is_file():
        return None
    try:
        kept = json.loads(record.read_text("utf-8"))
        return Run(kept["day"], kept["commit"], frozenset(kept["passed"]))
    except (ValueError, KeyError, TypeError) as error:
        raise SafetyError(f"{record.name}: not a record of a run") from error
