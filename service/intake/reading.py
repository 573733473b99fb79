"""From a document to a Submission: the one reader behind JSON, form, table and CSV."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from marshmallow import ValidationError

from reference_ranges.panel import BLOOD, Panel, Person, ReportedSymptom
from service.correcting import amends_earlier
from service.intake.door import Door
from service.intake.earlier import read_earlier
from service.intake.fields import faults_of, shown
from service.intake.people import (
    read_collected_at,
    read_collected_on,
    read_identity,
    read_person,
    read_received_at,
)
from service.intake.rows import read_rows
from service.intake.schema import SubmissionSchema
from service.intake.submission import Submission
from service.problems import Fault, ProblemError

MOST_FAULTS = 100
"""As many faults as anyone will mend in one go; the rest come with the next try."""

OTHER = "other"
SPECIMENS = (*BLOOD, "urine", "saliva", "cerebrospinal_fluid", OTHER)
"""Specimens that can be stated; there are no limits for those after blood."""


def one_kind(told: Sequence[str]) -> str:
    """Return the first of *told*, what one specimen is said to be; empty: nothing.

    Where blood is said of it and something else as well, it is ``OTHER``: nothing of
    it is judged.  The one rule for HL7 and FHIR.
    """
    blood = {one in BLOOD for one in told}
    return OTHER if len(blood) > 1 else next(iter(told), "")


_SCHEMA = SubmissionSchema()


@dataclass(frozen=True, slots=True)
class Draft:
    """What could be read of a document, and what could not.

    ``submission`` is None where something other than single results is at fault.
    ``faults`` that stand beside a submission are those of its rows, each of which
    it holds with the reason why it is not judged.
    """

    submission: Submission | None
    faults: tuple[Fault, ...]
    supersedes: str | None = None
    keep_unread: bool = False


def read_draft(document: object, raw: bytes, source: str, door: Door) -> Draft:
    """Read *document*, of the shape of ``SubmissionSchema``, as far as it goes.

    *raw* is the body as it came and *source* the kind of door: json, form, table or
    csv.  Numbers in *document* may be ``Number``; a float is refused.
    """
    try:
        loaded = _SCHEMA.load(document)  # type: ignore[arg-type]  # refuses what is no mapping
    except ValidationError as error:
        complaints = faults_of(error.messages_dict, document, _SCHEMA)
        return Draft(None, tuple(islice(complaints, MOST_FAULTS)))
    return _read(loaded, raw, source, door)


def read_submission(
    document: object, raw: bytes, source: str, door: Door
) -> tuple[Submission, str | None]:
    """Return the submission, and the id of the interpretation that it corrects.

    Raises:
        ProblemError: ``invalid_submission``, with one fault per place.
    """
    draft = read_draft(document, raw, source, door)
    if draft.submission is None or (draft.faults and not draft.keep_unread):
        raise ProblemError(
            "invalid_submission",
            "Nothing was stored; each error names its place in the body.",
            faults=draft.faults,
        )
    return draft.submission, draft.supersedes


def _read(loaded: Mapping[str, Any], raw: bytes, source: str, door: Door) -> Draft:
    faults: list[Fault] = []
    specimen = loaded["specimen"]
    collected = read_collected_at(specimen, door, faults)
    day = read_collected_on(specimen, collected, door, faults)
    received = read_received_at(specimen, door, faults)
    person = read_person(loaded, day, door.catalogue.settings, faults)
    _check_lists(loaded, door, faults)
    observations, row_faults = read_rows(loaded["results"], specimen["type"], door)
    earlier = read_earlier(loaded["earlier"], collected, door, faults)
    if faults:
        return Draft(None, (*faults, *row_faults)[:MOST_FAULTS])
    submission = Submission(
        identity=read_identity(loaded["patient"]),
        panel=replace(
            _panel(loaded, person, door), observations=observations, earlier=earlier
        ),
        source=source,
        raw=raw,
        locale=loaded["locale"] or door.locale,
        collected_at=collected,
        laboratory=loaded["laboratory"] or door.laboratory,
        requester=loaded["requester"],
        test_message=loaded["test"],
        received_at=received,
        collected_on=None if collected else day,
        amended=amends_earlier(observations),
    )
    return Draft(
        submission,
        row_faults[:MOST_FAULTS],
        loaded.get("supersedes"),
        keep_unread=loaded["on_problem"] == "report",
    )


def _panel(loaded: Mapping[str, Any], person: Person, door: Door) -> Panel:
    """Return all of the panel but its results."""
    return Panel(
        profile=loaded["profile"] or door.profile,
        person=person,
        observations=(),
        symptoms=_symptoms(loaded["symptoms"]),
        factors=frozenset(loaded["factors"]),
        specimen=loaded["specimen"]["type"],
        conditions=frozenset(loaded["specimen"]["conditions"]),
        laboratory=loaded["laboratory"] or door.laboratory,
    )


def _symptoms(
    sent: list[Mapping[str, str]] | None,
) -> tuple[ReportedSymptom, ...] | None:
    return None if sent is None else tuple(ReportedSymptom(**one) for one in sent)


def _check_lists(loaded: Mapping[str, Any], door: Door, faults: list[Fault]) -> None:
    """Add a fault for each id that is not in its closed list, or is there twice."""
    rules = door.catalogue.rules
    symptoms = [one["id"] for one in loaded["symptoms"] or []]
    _check_ids(symptoms, rules.symptoms, "/symptoms/{}/id", faults)
    _check_ids(loaded["factors"], rules.factors, "/factors/{}", faults)
    conditions = loaded["specimen"]["conditions"]
    _check_ids(conditions, rules.conditions, "/specimen/conditions/{}", faults)
    for pointer, text, known in (
        ("/specimen/type", loaded["specimen"]["type"], SPECIMENS),
        ("/profile", loaded["profile"], tuple(door.catalogue.profiles)),
        ("/locale", loaded["locale"], door.locales),
    ):
        if text and text not in known:
            faults.append(Fault(pointer, "not_allowed", shown(text), known))


def _check_ids(
    ids: list[str],
    known: Mapping[str, object] | tuple[str, ...],
    pointer: str,
    faults: list[Fault],
) -> None:
    for index, one in enumerate(ids):
        at = pointer.format(index)
        if one not in known:
            faults.append(Fault(at, "not_allowed", shown(one), tuple(known)))
        elif one in ids[:index]:
            faults.append(Fault(at, "duplicate", shown(one)))
