"""A file, whatever its kind, into panels that are read and ready to be interpreted.

One row of ``KINDS`` for each kind of file, by the ending of its name.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from service.intake.door import Door
from service.intake.files.faults import TableError, TableFault
from service.intake.files.grid import Grid, read_grid
from service.intake.files.heads import UNSAID, Meaning, suggest
from service.intake.files.layout import Sheet, lay_out
from service.intake.files.limits import MAX_FILE, MAX_LINE, MAX_PANELS
from service.intake.files.messages import fhir_sent, hl7_sent
from service.intake.files.panels import FileFacts, Sent, panels_of
from service.intake.reading import read_draft
from service.intake.strict_json import read_json
from service.intake.submission import Submission
from service.problems import Fault, ProblemError

TABLES = ("csv", "xlsx")
"""What a panel of a table says that it came by."""

MOST_FAULTS = 500
"""As many faults of a file as are named; the rest come with the next try."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a file is to be read where it does not say so itself.

    ``confirmed`` gives what somebody confirmed that exactly these heads mean.
    ``on_problem`` is refuse or report, as in a submission.
    """

    door: Door
    confirmed: Callable[[Sequence[str]], Mapping[str, Meaning]] = lambda _: {}
    on_problem: str = "refuse"


@dataclass(frozen=True, slots=True)
class Read:
    """One panel of a file: as it was sent, and as it was read.

    ``kept`` says whether it may be stored; ``faults`` name lines of the file.
    ``corrects`` is the interpretation that it replaces, else empty.
    """

    sent: Sent
    submission: Submission | None
    faults: tuple[TableFault, ...]
    kept: bool
    corrects: str = ""


@dataclass(frozen=True, slots=True)
class FileRead:
    """All panels of a file; ``sheet`` is None where it was no table."""

    sha256: str
    panels: tuple[Read, ...]
    sheet: Sheet | None = None

    @property
    def faults(self) -> tuple[TableFault, ...]:
        """Every fault, those that keep a panel from being stored first."""
        ordered = sorted(self.panels, key=lambda one: one.kept)
        found = chain.from_iterable(one.faults for one in ordered)
        return tuple(found)[:MOST_FAULTS]

    @property
    def kept(self) -> bool:
        """Whether every panel may be stored: a file is stored whole or not at all."""
        return all(one.kept for one in self.panels)


def read_file(name: str, body: bytes, manner: Manner) -> FileRead:
    """Read *body*, of the kind that the ending of *name* tells.

    Raises:
        TableError: it cannot be read as a whole; a fault names each place.
        UnknownKind: there is no reader for this ending.
    """
    sent, sheet = sent_in(name, body, manner)
    panels = tuple(_read(one, manner.door) for one in sent)
    return FileRead(hashlib.sha256(body).hexdigest(), panels, sheet)


def sent_in(
    name: str, body: bytes, manner: Manner
) -> tuple[tuple[Sent, ...], Sheet | None]:
    """Return the documents of *body*, and the table that they were, if they were one.

    Raises:
        TableError: it cannot be read as a whole; a fault names each place.
        UnknownKind: there is no reader for this ending.
    """
    ending = name.rpartition(".")[2].lower()
    reader = KINDS.get(ending)
    if reader is None:
        raise UnknownKind(ending)
    sent, sheet = reader(body, manner)
    if len(sent) > MAX_PANELS:
        allowed = (f"at most {MAX_PANELS} panels",)
        raise TableError([TableFault(0, "", "too_many_rows", allowed)])
    return sent, sheet


class UnknownKind(Exception):  # noqa: N818 - it names what happened
    """A file whose ending is none that is read."""


def read_sheet(grid: Grid, manner: Manner) -> Sheet:
    """Return *grid* laid out by what was confirmed, or needs nobody to confirm it.

    Raises:
        TableError: see ``lay_out``; a head that somebody has to confirm is an
            ``unknown_column``.
    """
    catalogue, told = manner.door.catalogue, manner.confirmed(grid.heads)
    found = suggest(grid.heads, catalogue, {})
    meanings = [
        told.get(one.head) or (one.meaning if one.sure else UNSAID) for one in found
    ]
    return lay_out(grid, meanings, catalogue)


def _table(body: bytes, manner: Manner) -> tuple[tuple[Sent, ...], Sheet | None]:
    sheet = read_sheet(read_grid(body), manner)
    facts = FileFacts(hashlib.sha256(body).hexdigest(), manner.on_problem)
    return panels_of(sheet, manner.door, facts), sheet


def _json(body: bytes, manner: Manner) -> tuple[tuple[Sent, ...], Sheet | None]:
    if len(body) > MAX_LINE:
        raise TableError([TableFault(0, "", "too_large", (f"{MAX_LINE} bytes",))])
    document = _parsed(body, 0)
    if isinstance(document, dict) and "resourceType" in document:
        return fhir_sent(body, manner.door), None
    return (Sent(document, body, "json"),), None


def _hl7(body: bytes, manner: Manner) -> tuple[tuple[Sent, ...], Sheet | None]:
    return hl7_sent(body, manner.door), None


def _ndjson(body: bytes, _: Manner) -> tuple[tuple[Sent, ...], Sheet | None]:
    if len(body) > MAX_FILE:
        raise TableError([TableFault(0, "", "too_large", (f"{MAX_FILE} bytes",))])
    lines = [(n, one) for n, one in enumerate(body.split(b"\n"), 1) if one.strip()]
    if not lines:
        raise TableError([TableFault(0, "", "empty_table")])
    return tuple(Sent(_parsed(one, n), one, "json", (n,)) for n, one in lines), None


def _parsed(body: bytes, line: int) -> object:
    try:
        return read_json(body)
    except ProblemError as refused:
        faults = [TableFault(line, "", one.code, one.allowed) for one in refused.faults]
        raise TableError(faults) from None


Reader = Callable[[bytes, Manner], tuple[tuple[Sent, ...], Sheet | None]]

KINDS: dict[str, Reader] = {
    "csv": _table,
    "tsv": _table,
    "txt": _table,
    "xlsx": _table,
    "json": _json,
    "ndjson": _ndjson,
    "jsonl": _ndjson,
    "hl7": _hl7,
    "er7": _hl7,
}
"""Every kind of file that is read, by the ending of its name."""


def _read(sent: Sent, door: Door) -> Read:
    draft = read_draft(sent.document, sent.raw, sent.source, door)
    faults = tuple(_in_file(draft.faults, sent))
    kept = draft.submission is not None and (not draft.faults or draft.keep_unread)
    return Read(sent, draft.submission, faults, kept, draft.supersedes or "")


_FACTS = {
    "/patient/id": "record_number",
    "/patient/pregnancy/status": "pregnancy",
    "/patient/pregnancy/weeks": "pregnancy_weeks",
    "/specimen/collected_on": "collected_at",
    "/specimen/type": "specimen",
}


def _in_file(faults: Sequence[Fault], sent: Sent) -> Iterator[TableFault]:
    """Yield the faults of a document as places in the file that it came from."""
    of_table = bool(sent.lines) and sent.source in TABLES
    for one in faults:
        parts = one.pointer.split("/")
        line, column = sent.lines[0] if sent.lines else 0, one.pointer
        if of_table and parts[1:2] == ["results"] and len(parts) > 2:  # noqa: PLR2004  # /results/0
            line, column = sent.lines[int(parts[2])], "".join(parts[3:4])
        elif of_table:
            column = _FACTS.get(one.pointer, parts[2] if len(parts) > 2 else parts[-1])  # noqa: PLR2004  # /patient/sex
        yield TableFault(line, column, one.code, one.allowed, one.received)
