"""A folder that files of results are dropped into: each is stored once, then moved.

What was stored is known by the file's name and content, in the transaction of the
panels themselves.  So a file that is met again, because the power failed before it was
moved, is stored no second time.
"""

import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from service.access.audit import Stamp
from service.intake.files.faults import TABLE_FAULTS, TableError, TableFault
from service.intake.files.grid import read_grid
from service.intake.files.limits import MAX_FILE
from service.intake.files.messages import FHIR, HL7
from service.intake.files.reading import (
    KINDS,
    FileRead,
    Manner,
    UnknownKind,
    read_file,
)
from service.intake.files.report import (
    Became,
    RowsDiffer,
    report_of,
    report_of_faults,
)
from service.intake.hl7.reading import Answer
from service.interpreting import Order
from service.keeping import Kept, accept_in_parts
from service.problems import FAULTS
from service.receiving import Arrival, receive
from service.services import Services
from service.store.errors import (
    OtherPatient,
    StoreUnavailable,
    Superseded,
    UnknownInterpretation,
)
from service.store.idempotency import IdempotencyKey
from service.store.interpretations import get

DONE, FAILED = "done", "failed"
QUIET = 10
"""Seconds for which a file must not have changed: it may still be written."""

_MESSAGES = frozenset({".hl7", ".er7"})
_PASSING = ("unavailable", "idempotency_in_flight")
_UNFINISHED = (".part", ".partial", ".tmp", ".filepart", ".crdownload", "~")
_NOT_OURS = (UnknownInterpretation, Superseded, OtherPatient)


@dataclass(frozen=True, slots=True)
class Drop:
    """A folder and how its files are read: ``feed`` is whose results they are."""

    folder: Path
    manner: Manner
    stamp: Stamp
    feed: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one file: done or failed, and how much it held of *what*."""

    name: str
    state: str
    panels: int = 0
    repeated: int = 0
    why: str = ""
    what: str = "panels"


Progress = Callable[[str, int, int], None]
"""Told the name of a file, how many of its panels are stored, and of how many."""


def import_folder(app: Services, drop: Drop, progress: Progress) -> Iterator[Imported]:
    """Store every file of the folder that is ready, oldest first, and move it.

    Raises:
        StoreUnavailable: the file stays where it is, and what was stored of it is
            found again.
    """
    for part in (DONE, FAILED):
        (drop.folder / part).mkdir(exist_ok=True)
    for path in _ready(drop):
        yield from _import(app, drop, path, progress)


def _ready(drop: Drop) -> list[Path]:
    """Return the files that nobody is writing any more, oldest first."""
    found = []
    for path in drop.folder.iterdir():
        with suppress(FileNotFoundError):
            told = path.lstat()
            old = drop.stamp.at.timestamp() - told.st_mtime >= QUIET
            if stat.S_ISREG(told.st_mode) and old and _is_whole(path.name):
                found.append((told.st_mtime_ns, path.name, path))
    return [path for *_, path in sorted(found)]


def _is_whole(name: str) -> bool:
    return not name.startswith(".") and not name.lower().endswith(_UNFINISHED)


def _import(
    app: Services, drop: Drop, path: Path, progress: Progress
) -> Iterator[Imported]:
    before = path.stat()
    body = path.read_bytes() if before.st_size <= MAX_FILE else b""
    if _mark(path) != _mark_of(before):
        return  # it was written to while we read
    if path.suffix.lower() in _MESSAGES and before.st_size <= MAX_FILE:
        yield _receive(app, drop, path, body)
        return
    try:
        read = _read(path.name, body, before.st_size, drop)
        kept = _store(app, drop, path.name, read, progress)
    except (_Refused, *_NOT_OURS) as refused:
        faults = refused.faults if isinstance(refused, _Refused) else _of_store(refused)
        yield _failed(drop, path, body, faults)
    else:
        yield _done(app, drop, path, read, kept)


def _receive(app: Services, drop: Drop, path: Path, body: bytes) -> Imported:
    """Take HL7 messages by their own door, which answers a repeat as the first time.

    Raises:
        StoreUnavailable: the file stays where it is.
    """
    arrival = Arrival(drop.stamp, feed=drop.feed.format(source=HL7))
    answers = receive(app, body, drop.manner.door, arrival)
    if any(one.failure in _PASSING for one in answers):
        raise StoreUnavailable("the messages could not be stored")
    good = all(one.answer is Answer.ACCEPTED for one in answers)
    state = DONE if good else FAILED
    target = _target(drop.folder / state, path.name, hashlib.sha256(body).hexdigest())
    text = "".join(one.text for one in answers)
    _write(target.with_name(f"{target.name}.ack"), text.encode())
    _move(path, target)
    worst = sorted({str(one.answer) for one in answers})
    why = ", ".join(worst)
    return Imported(path.name, state, len(answers), why=why, what="messages")


class _Refused(Exception):  # noqa: N818 - it names what happened
    """A file that is not stored; ``faults`` say why."""

    def __init__(self, faults: Sequence[TableFault]) -> None:
        super().__init__("refused")
        self.faults = tuple(faults)


def _read(name: str, body: bytes, size: int, drop: Drop) -> FileRead:
    if size > MAX_FILE:
        raise _Refused([TableFault(0, "", "too_large", (f"at most {MAX_FILE} bytes",))])
    try:
        read = read_file(name, body, drop.manner)
    except UnknownKind:
        raise _Refused([TableFault(0, "", "unknown_kind", tuple(KINDS))]) from None
    except TableError as error:
        raise _Refused(error.faults) from None
    if any(one.sent.source == FHIR for one in read.panels):
        raise _Refused([TableFault(0, "", "fhir_file")])
    if not read.kept:
        raise _Refused(read.faults)
    return read


def _of_store(error: Exception) -> tuple[TableFault, ...]:
    other = isinstance(error, OtherPatient)
    code = "other_patient" if other else "not_a_reference"
    return (TableFault(0, "/supersedes", code),)


def _store(
    app: Services, drop: Drop, name: str, read: FileRead, progress: Progress
) -> list[Kept]:
    """Store the panels, some at a time; each by a key of its own."""
    whole = hashlib.sha256(f"{name}\0{read.sha256}".encode()).hexdigest()
    orders = [
        Order(
            one.submission,
            one.corrects,
            IdempotencyKey("import", f"file:{whole}:{number}", read.sha256),
            sender=drop.feed.format(source=one.sent.source),
        )
        for number, one in enumerate(read.panels, start=1)
        if one.submission is not None
    ]
    kept: dict[int, Kept] = {}
    for part in accept_in_parts(app, orders, drop.stamp):
        kept |= part
        progress(name, len(kept), len(orders))
    return [kept[at] for at in range(len(orders))]


def _done(
    app: Services, drop: Drop, path: Path, read: FileRead, kept: Sequence[Kept]
) -> Imported:
    target = _target(drop.folder / DONE, path.name, read.sha256)
    table = _table(app, read, kept)
    if table is None:
        lines = [
            {"panel": number, "id": one.saved.id}
            for number, one in enumerate(kept, start=1)
        ]
        told = "".join(json.dumps(line) + "\n" for line in lines).encode()
        _write(target.with_name(f"{target.name}.report.ndjson"), told)
    else:
        _write(target.with_name(f"{target.stem}.report{target.suffix}"), table)
    _move(path, target)
    repeated = sum(one.saved.replayed for one in kept)
    return Imported(path.name, DONE, len(kept), repeated)


def _table(app: Services, read: FileRead, kept: Sequence[Kept]) -> bytes | None:
    """Return the table with what became of each row, where that can be told."""
    if read.sheet is None:
        return None
    try:
        return report_of(read, [_became(app, one) for one in kept])
    except RowsDiffer:  # stored before, of other rows: the ids are told by panel
        return None


def _became(app: Services, kept: Kept) -> Became | None:
    if kept.interpretation is not None:
        return Became(kept.saved.id, kept.submission, kept.interpretation)
    stored = get(app.engine, kept.saved.id)
    if stored is None:
        return None
    return Became(stored.id, stored.submission, stored.interpretation)


def _failed(
    drop: Drop, path: Path, body: bytes, faults: Sequence[TableFault]
) -> Imported:
    sha256 = hashlib.sha256(body).hexdigest()
    target = _target(drop.folder / FAILED, path.name, sha256)
    told = "".join(f"{_said(one)}\n" for one in faults)
    _write(target.with_name(f"{target.name}.reason.txt"), told.encode())
    with suppress(TableError):  # what is no table is not given back
        if path.suffix.lower() in {".csv", ".tsv", ".txt", ".xlsx"}:
            report = target.with_name(f"{target.stem}.report{target.suffix}")
            _write(report, report_of_faults(read_grid(body), faults))
    _move(path, target)
    why = ", ".join(sorted({one.code for one in faults}))
    return Imported(path.name, FAILED, why=why)


def _said(fault: TableFault) -> str:
    """Return a fault as a line; what the cell held stays in the file itself."""
    where = f"line {fault.line}" if fault.line else "file"
    column = f", {fault.column}" if fault.column else ""
    why = TABLE_FAULTS.get(fault.code) or FAULTS[fault.code]
    allowed = f" Allowed: {', '.join(fault.allowed)}." if fault.allowed else ""
    return f"{where}{column}: {fault.code}: {why}{allowed}"


def _target(folder: Path, name: str, sha256: str) -> Path:
    """Return where the file goes; one of that name that is there already stays."""
    plain = folder / name
    marked = f"{plain.stem}.{sha256[:12]}{plain.suffix}"
    return folder / marked if plain.exists() else plain


def _write(path: Path, body: bytes) -> None:
    """Write a file whole or not at all, and make it durable."""
    half = path.with_name(f".{path.name}.half")
    with half.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
    _sync(path.parent)


def _move(path: Path, target: Path) -> None:
    path.replace(target)
    _sync(target.parent)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _mark(path: Path) -> tuple[int, int, int]:
    return _mark_of(path.stat())


def _mark_of(told: os.stat_result) -> tuple[int, int, int]:
    return told.st_ino, told.st_size, told.st_mtime_ns
