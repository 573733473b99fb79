"""Outside data: what every measure on it shares."""

import csv
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from reference_ranges.interpretation import interpret
from reference_ranges.results import Interpretation
from service.evaluation.errors import EvaluationError
from service.evaluation.figures import Share
from service.evaluation.vignettes import COLLECTED
from service.intake.door import Door
from service.intake.reading import read_submission

ALL = "all"
NONE = "none"
FIGURE = ""

DOUBTS = frozenset({"suspected_unit_mix_up", "implausible_value"})
"""The findings by which a value is held, or asked about."""

_MOST_EXAMPLES = 10
_MAN = {"birth_date": "1971-06-01", "sex": "male"}


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure over outside data.

    ``ought`` is ``ALL`` or ``NONE`` where the share must be so, else ``FIGURE``;
    ``examples`` are some of the cases that are not as they ought to be, or are of
    interest.
    """

    data: str
    what: str
    share: Share
    ought: str = FIGURE
    examples: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the share is not what it must be."""
        wanted = {ALL: self.share.of, NONE: 0, FIGURE: self.share.count}
        return self.share.count != wanted[self.ought]


def measure(
    data: str, what: str, cases: Iterable[tuple[bool, str]], ought: str = FIGURE
) -> Measure:
    """Return the share of *cases* that hold, with examples of those that stand out.

    A case is whether it holds, and how to name it.  Where it is a mere figure, the
    rarer ones stand out.
    """
    listed = list(cases)
    share = Share(sum(holds for holds, _ in listed), len(listed))
    most = 2 * share.count > share.of
    usual = {ALL: True, NONE: False, FIGURE: most}[ought]
    odd = dict.fromkeys(name for holds, name in listed if holds is not usual)
    return Measure(data, what, share, ought, tuple(odd)[:_MOST_EXAMPLES])


@cache
def words(part: str) -> Mapping[str, Any]:
    """Return how the data of *part* is read."""
    text = files("service.evaluation").joinpath("outside.toml").read_text("utf-8")
    found: Mapping[str, Any] = tomllib.loads(text)[part]
    return found


def rows_of(file: Path) -> list[dict[str, str]]:
    """Return the rows of a table of *file*; none where there is no such file.

    Raises:
        EvaluationError: it is not a table in UTF-8.
    """
    if not file.is_file():
        return []
    try:
        with file.open(encoding="utf-8", newline="") as table:
            return list(csv.DictReader(table))
    except (UnicodeDecodeError, csv.Error) as error:
        raise EvaluationError(f"{file.name}: not a table in UTF-8") from error


def ask(
    results: Sequence[Mapping[str, Any]],
    door: Door,
    patient: Mapping[str, str] | None = None,
) -> Interpretation:
    """Return what becomes of *results*, each kept even where it cannot be read."""
    document = {
        "patient": {**(patient or _MAN), "pregnancy": {"status": "no"}},
        "specimen": {"collected_at": COLLECTED},
        "results": [dict(one) for one in results],
        "on_problem": "report",
    }
    submission, _ = read_submission(document, b"", "json", door)
    return interpret(submission.panel, door.catalogue)


def doubted(found: Interpretation) -> bool:
    """Say whether a value of *found* is held, or its unit asked about."""
    return any(one.code in DOUBTS for one in found.findings)
