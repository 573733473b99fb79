"""Files of many patients: say what the columns hold, look at it, then store it all."""

from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from reference_ranges.catalogue import Catalogue
from service.access import senders
from service.desk import parts, reports, shown, uploads
from service.desk.guard import stamp, takes
from service.desk.sealing import SealBroken
from service.desk.uploads import MOST_SHOWN, Upload
from service.intake.files.faults import TableError, TableFault
from service.intake.files.grid import Grid, read_grid
from service.intake.files.heads import IGNORE, RESULT, UNSAID, Meaning, columns, suggest
from service.intake.files.layout import lay_out
from service.intake.files.limits import MAX_PANELS, MAX_ROWS
from service.services import services
from service.store.files import standings
from service.store.mappings import confirm, confirmed, last_confirmed

bp = Blueprint("files", __name__, url_prefix="/desk/files")

_SAMPLES = 3


@bp.get("")
def show() -> ResponseReturnValue:
    """Show where a file is chosen."""
    return _page()


@bp.get("/template.csv")
def template() -> ResponseReturnValue:
    """Hand out a table to fill in, one row to a result."""
    heads = [one for one in columns() if one != IGNORE]
    named = {"Content-Disposition": 'attachment; filename="plainlab-many.csv"'}
    return Response(",".join(heads) + "\r\n", mimetype="text/csv", headers=named)


@bp.post("/preview")
@takes(uploads.MOST_BYTES)
def preview() -> ResponseReturnValue:
    """Show what would be stored, or ask what the columns hold; store nothing."""
    upload = _sent()
    if upload is None:
        return _page([TableFault(0, "", "empty_table")])
    if upload.ending not in uploads.TABLES:
        fault = TableFault(0, "", "unknown_kind", uploads.TABLES)
        return _page([fault], upload)
    if uploads.is_too_large(upload.body):
        return _page([_too_large()])
    try:
        grid = read_grid(upload.body, most=uploads.MOST_BYTES)
    except TableError as error:
        return _page(error.faults, upload)
    if _unsure(grid, upload):
        return _columns(grid, upload, _suggested(grid, upload))
    return _preview(upload)


@bp.post("/columns")
@takes(uploads.MOST_SEALED)
def say_columns() -> ResponseReturnValue:
    """Keep what the columns of this sender's files hold, then show the preview."""
    try:
        upload = uploads.unseal_upload(request.form.get("upload", ""))
    except SealBroken:
        return _expired()
    grid = read_grid(upload.body, most=uploads.MOST_BYTES)
    meanings = [_chosen(at) for at in range(len(grid.heads))]
    try:
        lay_out(replace(grid, faults=()), meanings, services().catalogue)
    except TableError as error:
        head = grid.lines[0].number
        faults = [one for one in error.faults if one.line in {0, head}]
        if faults:
            return _columns(grid, upload, meanings, faults)
    told = dict(zip(grid.heads, meanings, strict=True))
    confirm(services().engine, upload.sender, told, stamp())
    return _preview(upload)


@bp.post("/commit")
@takes(uploads.MOST_SEALED)
def commit() -> ResponseReturnValue:
    """Store all that the preview showed, once; anything else is refused."""
    try:
        upload = uploads.unseal_upload(request.form.get("upload", ""))
        if upload.in_parts:
            return parts.store_in_parts(upload)
        read = uploads.read_upload(upload)
        kept = uploads.store(upload, read)
    except (SealBroken, TableError):
        return _expired()
    return render_template(
        "files_stored.html",
        panels=list(zip(read.panels, kept, strict=True)),
        sealed=uploads.seal_upload(upload),
    )


@bp.post("/report")
@takes(uploads.MOST_SEALED)
def report() -> ResponseReturnValue:
    """Hand out the file with what became of each row, or would, beside it."""
    try:
        upload = uploads.unseal_upload(request.form.get("upload", ""))
    except SealBroken:
        return _expired()
    return reports.report_response(upload)


def _sent() -> Upload | None:
    file = request.files.get("file")
    if file is None or not file.filename:
        return None
    body = file.stream.read(uploads.MOST_BYTES + 1)
    sender = request.form.get("sender", "")
    known = {one.id for one in senders.every_sender(services().engine)}
    return Upload(
        ending=file.filename.rpartition(".")[2].lower(),
        body=body,
        sender=sender if sender in known else "",
        keep_unread=bool(request.form.get("keep_unread")),
    )


def _too_large() -> TableFault:
    most = f"at most {uploads.MOST_PACKED // 1000} kB when packed"
    allowed = (f"{most}: make two files of it, or have plainlab import store it",)
    return TableFault(0, "", "too_large", allowed)


def _unsure(grid: Grid, upload: Upload) -> bool:
    """Say whether somebody has to confirm what the columns hold."""
    told = confirmed(services().engine, upload.sender, grid.heads)
    found = suggest(grid.heads, services().catalogue, {})
    return any(not one.sure and one.head not in told for one in found)


def _suggested(grid: Grid, upload: Upload) -> list[Meaning]:
    before = last_confirmed(services().engine, upload.sender)
    return [one.meaning for one in suggest(grid.heads, services().catalogue, before)]


def _chosen(at: int) -> Meaning:
    """Return what somebody chose for one column."""
    kind, _, name = request.form.get(f"column.{at}", "").partition(":")
    unit = request.form.get(f"unit.{at}", "").strip()
    if kind == RESULT:
        return Meaning(RESULT, name, unit)
    return Meaning(name) if kind == "column" and name in columns() else UNSAID


def _preview(upload: Upload) -> ResponseReturnValue:
    try:
        read = uploads.read_upload(upload)
    except TableError as error:
        return _page(error.faults, upload)
    kept, upload = uploads.looked_at(upload, read) if read.kept else ((), upload)
    page = render_template(
        "files_preview.html",
        read=read,
        panels=list(zip(read.panels, kept, strict=True)) if kept else (),
        in_parts=upload.in_parts,
        results=sum(len(one.sent.lines) for one in read.panels),
        complaints=shown.table_complaints(read.faults),
        sealed=uploads.seal_upload(upload),
        zone=services().settings.time_zone,
        whose=_name_of(upload),
    )
    return page, HTTPStatus.OK if read.kept else HTTPStatus.UNPROCESSABLE_ENTITY


def _page(
    faults: Sequence[TableFault] = (), upload: Upload | None = None
) -> ResponseReturnValue:
    readable = upload is not None and faults and faults[0].line > 0
    page = render_template(
        "files.html",
        complaints=shown.table_complaints(faults),
        senders=senders.every_sender(services().engine),
        chosen=upload.sender if upload else "",
        keep_unread=upload.keep_unread if upload else False,
        sealed=uploads.seal_upload(upload) if upload and readable else "",
        most=uploads.MOST_BYTES // 1_000_000,
        rows=MAX_ROWS,
        panels=MAX_PANELS,
        shown=MOST_SHOWN,
        files=standings(services().engine),
        zone=services().settings.time_zone,
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK


def _columns(
    grid: Grid,
    upload: Upload,
    meanings: Sequence[Meaning],
    faults: Sequence[TableFault] = (),
) -> ResponseReturnValue:
    samples = [
        [
            line.cells[at]
            for line in grid.lines[1 : 1 + _SAMPLES]
            if at < len(line.cells)
        ]
        for at in range(len(grid.heads))
    ]
    page = render_template(
        "files_columns.html",
        rows=list(zip(grid.heads, samples, meanings, strict=True)),
        columns=[one for one in columns() if one != IGNORE],
        tests=sorted(services().catalogue.analytes.values(), key=lambda one: one.name),
        units=_units(services().catalogue, meanings),
        complaints=shown.table_complaints(faults),
        sealed=uploads.seal_upload(upload),
        whose=_name_of(upload),
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK


def _units(catalogue: Catalogue, meanings: Sequence[Meaning]) -> list[str]:
    units = {unit for one in catalogue.analytes.values() for unit in one.units}
    return sorted(units | {one.unit for one in meanings if one.unit})


def _name_of(upload: Upload) -> str:
    return senders.as_it_sends(services().engine, upload.sender or None).name


def _expired() -> ResponseReturnValue:
    return render_template("expired.html"), HTTPStatus.CONFLICT
