"""Published cases, as facts in JSON: read into vignettes by the words we understand."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from reference_ranges.catalogue import Analyte, Catalogue
from service.evaluation.errors import EvaluationError
from service.evaluation.vignettes import COLLECTED, Vignette
from service.intake.strict_json import read_json
from service.problems import ProblemError

NAME = "cases.json"
"""The file of published cases in a folder of vignettes."""

_YEAR = datetime.fromisoformat(COLLECTED).year
_RULES = ("must", "must_not", "relations")


def read_published(folder: Path, catalogue: Catalogue) -> tuple[Vignette, ...]:
    """Return the cases of ``cases.json`` in *folder*; none where there is no such file.

    Numbers keep the digits that the file has.  A word that is not understood is kept
    in ``unread`` and nothing is held against it.

    Raises:
        EvaluationError: the file is not of the shape that it should be.
    """
    file = folder / NAME
    if not file.is_file():
        return ()
    words = tomllib.loads(_text("published.toml"))
    try:
        cases = read_json(file.read_bytes())
        return tuple(_vignette(one, words, catalogue) for one in cases["cases"])  # type: ignore[index]  # the except says what it is not
    except (ProblemError, json.JSONDecodeError) as error:
        raise EvaluationError(f"{NAME}: not JSON") from error
    except (KeyError, TypeError) as error:
        raise EvaluationError(f"{NAME}: no such field: {error}") from error


def _text(name: str) -> str:
    return files("service.evaluation").joinpath(name).read_text("utf-8")


def _vignette(
    case: Mapping[str, Any], words: Mapping[str, Any], catalogue: Catalogue
) -> Vignette:
    unread = [
        *_unknown(case["symptoms"], words["symptoms"]),
        *_unknown(case["context"], words["factors"]),
    ]
    expected: Mapping[str, Any] = case["expected"]
    for kind in _RULES:
        unread += _unknown(expected.get(kind, ()), words[kind])
    return Vignette(
        name=f"{case['id']}: {case['stated_diagnosis']}",
        origin="published",
        sources=(case["source"],),
        document=_document(case, words),
        expect=_expect(case, words, catalogue),
        unread=tuple(unread),
    )


def _unknown(said: list[str], known: Mapping[str, Any]) -> Iterator[str]:
    return (text for text in said if text not in known)


def _document(case: Mapping[str, Any], words: Mapping[str, Any]) -> dict[str, Any]:
    told = case["age_years"]
    age = words["adult"]["years"] if told is None else int(told)
    symptoms = [words["symptoms"].get(one) for one in case["symptoms"]]
    factors = [words["factors"].get(one) for one in case["context"]]
    return {
        "patient": {
            "sex": words["sex"][case["sex"]],
            "pregnancy": {"status": "no"},
            "birth_date": str(_YEAR - age - 1),
        },
        "specimen": {"collected_at": COLLECTED},
        "results": [_result(one, words["names"]) for one in case["results"]],
        "symptoms": [{"id": one} for one in dict.fromkeys(symptoms) if one],
        "factors": list(dict.fromkeys(one for one in factors if one)),
        "profile": "uk",
        "on_problem": "report",
    }


def _result(result: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    limits = {"low": "ref_low", "high": "ref_high"}
    interval = {end: str(result[key]) for end, key in limits.items() if key in result}
    return {
        "analyte": names.get(result["analyte"], result["analyte"]),
        "name": result["analyte"],
        "value": f"{result.get('comparator', '')}{result['value']}",
        "unit": result["unit"],
        **({"interval": interval} if interval else {}),
    }


def _expect(
    case: Mapping[str, Any], words: Mapping[str, Any], catalogue: Catalogue
) -> dict[str, Any]:
    """Return what the case expects, of tests that we know and words that we read."""
    flags = {}
    for one in case["results"]:
        name = words["names"].get(one["analyte"], one["analyte"])
        analyte = catalogue.analytes.get(name)
        if analyte is not None:
            flags[name] = _flags(one["expected_flag"], analyte, words)
    expect: dict[str, Any] = {"flags": flags}
    expected: Mapping[str, Any] = case["expected"]
    for kind in _RULES:
        for text in expected.get(kind, ()):
            _add(expect, words[kind].get(text, {}))
    return expect


def _flags(said: str, analyte: Analyte, words: Mapping[str, Any]) -> list[str]:
    right: list[str] = words["flags"][said]
    more = words["flags_without_critical_limits"].get(said, [])
    return right if analyte.critical else [*right, *more]


def _add(expect: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Put what one phrase asks for beside what others do."""
    for aspect, wanted in more.items():
        known = expect.get(aspect)
        if isinstance(known, list):
            expect[aspect] = [*known, *wanted]
        elif isinstance(known, dict):
            expect[aspect] = {**known, **wanted}
        else:
            expect[aspect] = wanted
