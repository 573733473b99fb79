"""Vignettes: a patient as facts, and what must come of them, read from TOML.

The expectations are written from the knowledge before the program is asked.  A file
holds one theme; what it may say is a closed list, so that a slip of the pen is refused
and no expectation is ever left unread in silence.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.evaluation.errors import EvaluationError
from service.evaluation.expectations import ASPECTS

COLLECTED = "2026-11-20T08:40:00+00:00"
"""When every vignette's blood was taken: ages in them are ages on that day."""

_FACTS = {
    "patient",
    "specimen",
    "conditions",
    "results",
    "symptoms",
    "factors",
    "profile",
}
_KEYS = {"name", "sources", "expect", *_FACTS}
_FILE_KEYS = {"schema", "review", "patient", "results", "must_not_say", "vignette"}
_LOINC = "http://loinc.org"


@dataclass(frozen=True, slots=True, eq=False)  # told apart by identity
class Vignette:
    """One patient, and what must come of the facts.

    ``name`` says to a clinician what it is about; ``sources`` are ids of the
    catalogue's sources, or of the publication itself.  ``document`` is what a sender
    would post; ``expect`` maps aspects of ``expectations.ASPECTS`` to what each must
    be.  ``unread`` are words of an outside file that nothing here can check.
    """

    name: str
    origin: str
    sources: tuple[str, ...]
    document: Mapping[str, Any]
    expect: Mapping[str, Any]
    unread: tuple[str, ...] = ()


def read_vignettes(folder: Path) -> tuple[Vignette, ...]:
    """Return the vignettes of every TOML file in *folder*, in order.

    Raises:
        EvaluationError: a file cannot be read, or says something not in the list.
    """
    found: list[Vignette] = []
    for file in sorted(folder.glob("*.toml")):
        found.extend(_of_file(file))
    names = [one.name for one in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise EvaluationError(f"{folder.name}: two vignettes are called {twice[0]!r}")
    return tuple(found)


def _of_file(file: Path) -> Iterator[Vignette]:
    try:
        read = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise EvaluationError(f"{file.name}: {error}") from error
    _only(read, _FILE_KEYS, file.name)
    for number, row in enumerate(read.get("vignette", []), 1):
        yield _vignette(row, read, f"{file.name}, vignette {number}", file.stem)


def _vignette(
    row: Mapping[str, Any], file: Mapping[str, Any], place: str, theme: str
) -> Vignette:
    _only(row, _KEYS, place)
    absent = [key for key in ("name", "sources", "expect") if not row.get(key)]
    if absent:
        raise EvaluationError(f"{place}: {absent[0]} is missing")
    expect = _with_must_not(row["expect"], file.get("must_not_say", {}))
    _only(expect, set(ASPECTS), f"{place} ({row['name']})")
    return Vignette(
        name=row["name"],
        origin=theme,
        sources=tuple(row["sources"]),
        document=_document({**_shared(file), **row}),
        expect=expect,
    )


def _shared(file: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of *file* that hold where a vignette does not say its own."""
    return {"patient": {}, **{key: file[key] for key in file if key in _FACTS}}


def _with_must_not(
    expect: Mapping[str, Any], everywhere: Mapping[str, list[str]]
) -> dict[str, Any]:
    """Return *expect* with what no page of the file may say, in each locale."""
    own = expect.get("must_not_say", {})
    locales = {**everywhere, **own}
    said = {one: [*everywhere.get(one, ()), *own.get(one, ())] for one in locales}
    return {**expect, **({"must_not_say": said} if said else {})}


def _document(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a laboratory system would post for *row*."""
    patient = dict(row["patient"])
    pregnancy = {"status": patient.pop("pregnancy", "unknown")}
    if "weeks" in patient:
        pregnancy["weeks"] = str(patient.pop("weeks"))
    symptoms = row.get("symptoms")
    return {
        "patient": {**patient, "pregnancy": pregnancy},
        "specimen": {
            "collected_at": COLLECTED,
            "type": row.get("specimen", ""),
            "conditions": row.get("conditions", []),
        },
        "results": [_result(one) for one in row.get("results", [])],
        "symptoms": None if symptoms is None else [_symptom(one) for one in symptoms],
        "factors": row.get("factors", []),
        "profile": row.get("profile", "uk"),
        "on_problem": "report",
    }


def _result(result: Mapping[str, Any]) -> dict[str, Any]:
    code = result.get("code")
    coded = {} if code is None else {"code": {"system": _LOINC, "code": code}}
    return {**result, **coded}


def _symptom(symptom: str | Mapping[str, str]) -> Mapping[str, str]:
    return {"id": symptom} if isinstance(symptom, str) else symptom


def _only(found: Mapping[str, Any], allowed: set[str], place: str) -> None:
    unknown = sorted(found.keys() - allowed)
    if unknown:
        raise EvaluationError(
            f"{place}: {unknown[0]!r} is not known; allowed are "
            f"{', '.join(sorted(allowed))}"
        )
