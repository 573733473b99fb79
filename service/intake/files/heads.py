"""What the head of a column means: taken where it is beyond doubt, else suggested.

Nothing is guessed by likeness: a suggestion comes from the closed list of
``heads.toml``, or from the names of the catalogue's tests, and somebody confirms it.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from reference_ranges.catalogue import Analyte, Catalogue
from reference_ranges.errors import UnitError
from reference_ranges.quantities import unit_of

IGNORE = "ignore"
RESULT = "result"
"""The meaning of a column that holds the results of one test, in one unit."""

_APART = re.compile(r"[\s_\-.]+")
_WITH_UNIT = re.compile(
    r"(?P<name>.+?)\s*(?:\((?P<round>[^()]*)\)|\[(?P<square>[^\[\]]*)\]"
    r"|,\s*(?P<comma>[^,]*)|\s(?P<space>\S+))",
)
_BEFORE = re.compile(r"^(?:serum|plasma|blood|s|p|b)[\s_\-]+", re.IGNORECASE)
_AFTER = re.compile(
    r"[\s_\-,]+(?:serum|plasma|blood|level|result|value|conc|concentration)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column holds.

    ``column`` is one of the closed list, ``RESULT`` with a test and its unit, or
    ``IGNORE``; empty where nobody has said yet.
    """

    column: str
    analyte: str = ""
    unit: str = ""


UNSAID = Meaning("")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A head, what it may mean, and whether that needs nobody to confirm it."""

    head: str
    meaning: Meaning
    sure: bool


def columns() -> tuple[str, ...]:
    """Return every meaning of the closed list, as the template orders them."""
    return tuple(_lists()["exact"])


def exact(head: str) -> str:
    """Return the column that *head* is beyond doubt, or an empty text."""
    return _by_head("exact").get(folded(head), "")


def word(column: str, cell: str) -> str:
    """Return the word that *cell* stands for in this column, or *cell* itself."""
    words: Mapping[str, str] = _lists()["words"].get(column, {})
    return words.get(cell.casefold(), cell)


def suggest(
    heads: Sequence[str], catalogue: Catalogue, before: Mapping[str, Meaning]
) -> tuple[Suggestion, ...]:
    """Return what each of *heads* may mean.

    *before* is what the same sender's heads meant in another file: it is suggested,
    and confirmed again.
    """
    return tuple(_suggest(head, catalogue, before) for head in heads)


def unit_fits(analyte: Analyte, unit: str, head: str = "") -> bool:
    """Say whether *unit* is in the test's closed list, by the name in *head* too."""
    try:
        unit_of(analyte, unit, name_in(head))
    except UnitError:
        return False
    return True


def called(text: str, catalogue: Catalogue) -> Analyte | None:
    """Return the test that *text* may be, its specimen before or behind it left out.

    Only to be suggested: NA-S is sodium where somebody says so.
    """
    found = catalogue.analyte_named(text)
    plain = _AFTER.sub("", _BEFORE.sub("", text.strip()))
    for spelling in (plain, _APART.sub(" ", plain), plain.rpartition("-")[0]):
        found = found or catalogue.analyte_named(spelling)
    return found


def name_in(head: str) -> str:
    """Return what is called by its name in a head such as ``BUN (mg/dL)``."""
    return _parted(head)[0]


def folded(head: str) -> str:
    """Return *head* so that case and what stands between words make no difference."""
    return _APART.sub("_", head.strip().casefold()).strip("_")


def _suggest(
    head: str, catalogue: Catalogue, before: Mapping[str, Meaning]
) -> Suggestion:
    if column := exact(head):
        return Suggestion(head, Meaning(column), sure=True)
    name, unit = _parted(head)
    analyte = catalogue.analyte_named(name) if unit else None
    if analyte is not None and unit_fits(analyte, unit, head):
        meaning = Meaning(RESULT, analyte.id, unit)
        return Suggestion(head, meaning, sure=_bracketed(head))
    if head in before:
        return Suggestion(head, before[head], sure=False)
    if column := _by_head("likely").get(folded(head), ""):
        return Suggestion(head, Meaning(column), sure=False)
    return Suggestion(head, _test_in(head, catalogue), sure=False)


def _test_in(head: str, catalogue: Catalogue) -> Meaning:
    """Return the test that *head* may name; its unit only where that is told, too."""
    name, unit = _parted(head)
    for text, sent in ((name, unit), (head, "")):
        analyte = called(text, catalogue)
        if analyte is not None:
            known = unit_fits(analyte, sent, head)
            return Meaning(RESULT, analyte.id, sent if known else "")
    return UNSAID


def _parted(head: str) -> tuple[str, str]:
    """Return the name and the unit in a head such as ``Sodium (mmol/L)``."""
    found = _WITH_UNIT.fullmatch(head.strip())
    if found is None:
        return head.strip(), ""
    units = (found[one] for one in ("round", "square", "comma", "space"))
    return found["name"].strip(), next((one.strip() for one in units if one), "")


def _bracketed(head: str) -> bool:
    return head.strip().endswith((")", "]"))


@cache
def _by_head(kind: str) -> dict[str, str]:
    return {head: name for name, heads in _lists()[kind].items() for head in heads}


@cache
def _lists() -> dict[str, Any]:
    text = files("service.intake.files").joinpath("heads.toml").read_text("utf-8")
    return tomllib.loads(text)
