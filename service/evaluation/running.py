"""One vignette through the doors that every panel goes through, pages included."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime

from reference_ranges.catalogue import Catalogue
from reference_ranges.interpretation import interpret
from reference_ranges.results import Interpretation, Urgency
from reports.identity import Letterhead, ReportFacts
from reports.page import build_page
from reports.wording import load_wording, locales
from service.evaluation.errors import EvaluationError
from service.evaluation.expectations import (
    Difference,
    Outcome,
    differences,
    plain,
)
from service.evaluation.vignettes import Vignette
from service.intake.door import Door
from service.intake.reading import read_submission
from service.intake.submission import Submission
from service.problems import ProblemError

_NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
_FACTS = ReportFacts(report_id="vignette", version=1, issued_at=_NOW)
_LETTERHEAD = Letterhead(clinic="Clinic", phone="020 0000 0000")


@dataclass(frozen=True, slots=True)
class Run:
    """A vignette, how urgent it came out, and every expectation that was not met."""

    vignette: Vignette
    urgency: Urgency
    misses: tuple[Difference, ...]


def evaluation_door(catalogue: Catalogue) -> Door:
    """Return a door that is the same on every day: figures can be had again."""
    return Door(catalogue=catalogue, locales=tuple(locales()), zone=UTC, now=_NOW)


def run(vignette: Vignette, door: Door) -> Run:
    """Interpret *vignette*, draw its pages, and compare.

    Raises:
        EvaluationError: its facts are refused at the door; the message says why.
    """
    submission = _submitted(vignette, door)
    found = interpret(submission.panel, door.catalogue)
    named = [vignette.expect.get(one, {}) for one in ("must_say", "must_not_say")]
    asked = dict.fromkeys(locale for texts in named for locale in texts)
    unknown = sorted(asked.keys() - set(door.locales))
    if unknown:
        raise EvaluationError(f"{vignette.name}: there is no locale {unknown[0]}")
    pages = {locale: page_text(found, submission, locale) for locale in asked}
    missed = differences(Outcome(found, pages), vignette.expect)
    return Run(vignette, found.urgency, missed)


def page_text(found: Interpretation, submission: Submission, locale: str) -> str:
    """Return all that the patient's page says in *locale*, fit to be compared."""
    wording = load_wording(locale)
    page = build_page(found, submission.identity, _FACTS, _LETTERHEAD, wording)
    return plain("\n".join(_texts(page)))


def _submitted(vignette: Vignette, door: Door) -> Submission:
    try:
        submission, _ = read_submission(vignette.document, b"", "json", door)
    except ProblemError as refused:
        places = ", ".join(f"{one.pointer} {one.code}" for one in refused.faults)
        raise EvaluationError(f"{vignette.name}: refused: {places}") from refused
    return submission


def _texts(part: object) -> Iterator[str]:
    """Yield every text of a page, in order."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for one in part:
            yield from _texts(one)
    elif is_dataclass(part):
        for field in fields(part):
            yield from _texts(getattr(part, field.name))
