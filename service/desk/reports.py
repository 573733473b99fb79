"""A file given back: what became of each row, or would, stands beside it."""

from collections.abc import Iterator

from flask import Response

from service.desk import uploads
from service.desk.uploads import IN_PARTS, Upload
from service.intake.files.faults import TableError
from service.intake.files.grid import read_grid
from service.intake.files.reading import FileRead
from service.intake.files.report import Became, report_of, report_of_faults
from service.interpreting import answered_before
from service.services import services
from service.store.interpretations import get

_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def report_response(upload: Upload) -> Response:
    """Return the file with four columns more; one that cannot be read, with why."""
    try:
        read = uploads.read_upload(upload)
        body = report_of(read, _became(upload, read))
    except TableError as error:
        grid = read_grid(upload.body, most=uploads.MOST_BYTES)
        body = report_of_faults(grid, error.faults)
    ending = "xlsx" if upload.ending == "xlsx" else "csv"
    named = f'attachment; filename="plainlab-report.{ending}"'
    headers = {"Content-Disposition": named}
    return Response(body, mimetype=_TYPES[ending], headers=headers)


def _became(upload: Upload, read: FileRead) -> Iterator[Became | None]:
    """Yield what became of each panel, or would where nothing is stored yet.

    Of a file that is stored in parts nothing is worked out before it is stored.
    """
    if not read.kept:
        yield from [None] * len(read.panels)
        return
    engine = services().engine
    ids = [answered_before(engine, key) for key in uploads.keys_of(upload, read)]
    if any(ids) or upload.digest == IN_PARTS:
        for one in ids:
            found = get(engine, one) if one else None
            yield Became(found.id, found.interpretation) if found else None
        return
    kept, _ = uploads.looked_at(upload, read)
    for seen in kept:
        made = seen.interpretation
        yield Became("", made) if made else None
