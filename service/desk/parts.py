"""A file of many panels: kept whole first, then stored part by part while one looks on.

The page is sent as the work goes on.  Where it breaks off, what is stored stays, the
file is listed as unfinished, and whoever goes on with it stores the rest and no panel
twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, abort, stream_template
from flask.typing import ResponseReturnValue

from service.access.audit import Action, Stamp, note
from service.desk import reports, uploads
from service.desk.guard import stamp
from service.desk.uploads import Upload
from service.intake.files.faults import TableError
from service.keeping import accept_in_parts
from service.services import Services, services
from service.store import files
from service.store.errors import KeyReused, StoreUnavailable

bp = Blueprint("parts", __name__, url_prefix="/desk/files")


@dataclass(frozen=True, slots=True)
class Step:
    """How many panels are stored of how many; ``state`` is empty while it goes on.

    It ends as ``done``, ``changed`` (the file would be read differently now) or
    ``unavailable`` (the store could not be reached).
    """

    stored: int
    panels: int
    state: str = ""


def store_in_parts(upload: Upload) -> ResponseReturnValue:
    """Answer with a page that grows while the file is stored."""
    steps = _steps(services(), upload, stamp())
    page = stream_template(
        "files_storing.html", steps=steps, file_id=uploads.id_of_upload(upload)
    )
    return Response(page)


@bp.post("/<file_id>/go-on")
def go_on(file_id: str) -> ResponseReturnValue:
    """Store what is not stored yet of a file that was begun."""
    return store_in_parts(_begun(file_id))


@bp.post("/<file_id>/report")
def report(file_id: str) -> ResponseReturnValue:
    """Hand out a file that was begun with what became of each row beside it."""
    begun = _begun(file_id)
    note(services().engine, stamp(), Action.DOWNLOAD, file_id)
    return reports.report_response(begun)


def _begun(file_id: str) -> Upload:
    sent = files.find(services().engine, file_id)
    if sent is None:
        abort(HTTPStatus.NOT_FOUND)
    kept = (sent.ending, sent.body, sent.sender, sent.keep_unread)
    return Upload(*kept, digest=sent.digest, in_parts=True)


def _steps(app: Services, upload: Upload, by: Stamp) -> Iterator[Step]:
    """Keep the file, then its panels; yield how far it is, before the first as well."""
    yield Step(0, 0)
    stored = panels = 0
    try:
        read = uploads.read_upload(upload)
        orders = uploads.orders_of(upload, read)
        panels = len(read.panels)
        if not read.kept or uploads.digest_of(orders) != upload.digest:
            yield Step(0, panels, "changed")
            return
        files.begin(app.engine, _file(upload, panels), by)
        yield Step(0, panels)
        for part in accept_in_parts(app, orders, by):
            stored += len(part)
            yield Step(stored, panels)
        files.finish(app.engine, uploads.id_of_upload(upload), by)
    except (KeyReused, TableError):
        yield Step(stored, panels, "changed")
    except StoreUnavailable:
        all_stored = 0 < panels == stored  # and only that could not be noted
        yield Step(stored, panels, "done" if all_stored else "unavailable")
    else:
        yield Step(stored, panels, "done")


def _file(upload: Upload, panels: int) -> files.File:
    return files.File(
        id=uploads.id_of_upload(upload),
        ending=upload.ending,
        body=upload.body,
        sender=upload.sender,
        keep_unread=upload.keep_unread,
        panels=panels,
        digest=upload.digest,
    )
