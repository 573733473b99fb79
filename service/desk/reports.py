"""A file given back: what became of each row, or would, stands beside it."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from service.desk import uploads
from service.desk.uploads import Upload
from service.intake.files.faults import TableError
from service.intake.files.grid import read_grid
from service.intake.files.reading import FileRead
from service.intake.files.report import (
    Became,
    RowsDiffer,
    report_of,
    report_of_faults,
)
from service.services import services
from service.store.interpretations import get

_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def report_response(upload: Upload) -> ResponseReturnValue:
    """Return the file with four columns more; one that cannot be read, with why.

    Where the file is read so differently now that nobody can tell what became of its
    rows, that is said, and none of them is called not stored.
    """
    try:
        body = _report(upload, uploads.stored_of(upload))
    except RowsDiffer:
        return render_template("files_differ.html"), HTTPStatus.CONFLICT
    ending = "xlsx" if upload.ending == "xlsx" else "csv"
    named = f'attachment; filename="plainlab-report.{ending}"'
    headers = {"Content-Disposition": named}
    return Response(body, mimetype=_TYPES[ending], headers=headers)


def _report(upload: Upload, stored: Mapping[int, str]) -> bytes:
    try:
        read = uploads.read_upload(upload)
    except TableError as error:
        if stored:
            raise RowsDiffer from None
        grid = read_grid(upload.body, most=uploads.MOST_BYTES)
        return report_of_faults(grid, error.faults)
    became = _stored(read, stored) if stored else _would_become(upload, read)
    return report_of(read, became)


def _stored(read: FileRead, stored: Mapping[int, str]) -> Iterator[Became | None]:
    """Yield what became of each panel, known by its number however it reads now."""
    if max(stored) > len(read.panels):
        raise RowsDiffer
    for number in range(1, len(read.panels) + 1):
        yield _kept(stored[number]) if number in stored else None


def _kept(interpretation_id: str) -> Became:
    found = get(services().engine, interpretation_id)
    if found is None:
        raise RowsDiffer
    return Became(found.id, found.submission, found.interpretation)


def _would_become(upload: Upload, read: FileRead) -> Iterator[Became | None]:
    """Yield what would become of each panel, nothing of the file being stored.

    Of a file that is stored in parts nothing is worked out before it is stored.
    """
    looked = read.kept and not upload.in_parts
    kept = uploads.looked_at(upload, read)[0] if looked else ()
    if not kept:
        yield from [None] * len(read.panels)
    for seen in kept:
        made = seen.interpretation
        yield Became("", seen.submission, made) if made else None
