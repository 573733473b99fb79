"""Entering a panel: type, paste or upload; look at it; then store what was shown."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from flask import (
    Blueprint,
    Response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from reference_ranges.catalogue import Analyte, Catalogue
from reference_ranges.interpretation import interpret
from reference_ranges.results import Interpretation
from service.desk import shown
from service.desk.guard import current_user, stamp
from service.desk.sealing import (
    Preview,
    SealBroken,
    digest_of,
    new_nonce,
    seal,
    unseal,
)
from service.desk.shown import Complaint
from service.history import with_history
from service.intake.files.faults import TableError
from service.intake.form import SPARE_ROWS, Form, document_of, read_form, with_table
from service.intake.reading import SPECIMENS, read_draft, read_submission
from service.intake.sender import Sender
from service.intake.submission import Submission
from service.intake.table import MAX_BYTES, read_table, template_csv
from service.interpreting import Order, accept
from service.problems import ProblemError
from service.services import services
from service.store.idempotency import IdempotencyKey

bp = Blueprint("entry", __name__)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at a form found: complaints, and what would be stored."""

    complaints: tuple[Complaint, ...]
    submission: Submission | None = None
    interpretation: Interpretation | None = None
    sealed: str = ""


@bp.get("/desk/new")
def show() -> ResponseReturnValue:
    """Show the blank form."""
    return _page(read_form({}, services().catalogue), None)


@bp.get("/desk/template.csv")
def template() -> ResponseReturnValue:
    """Hand out a table to fill in."""
    named = {"Content-Disposition": 'attachment; filename="plainlab-template.csv"'}
    return Response(template_csv(), mimetype="text/csv", headers=named)


@bp.post("/desk/preview")
def preview() -> ResponseReturnValue:
    """Show what would be stored, and store nothing."""
    form = read_form(request.form.to_dict(flat=False), services().catalogue)
    source, body = _table()
    if not source:
        return _page(form, _look(form, request.form.get("source", "") or "form"))
    zone = services().settings.time_zone
    try:
        form = with_table(form, read_table(body), services().catalogue, zone)
    except TableError as error:
        complaints = shown.table_complaints(error.faults)
        return _page(form, Looked(complaints), pasted=request.form.get("table", ""))
    return _page(form, _look(form, source), source=source)


@bp.post("/desk/commit")
def commit() -> ResponseReturnValue:
    """Store what the preview showed, once; anything else is refused."""
    try:
        shown_before = unseal(request.form.get("preview", ""))
        saved = accept(services(), _order(shown_before), stamp())
    except (SealBroken, ProblemError):
        return render_template("expired.html"), HTTPStatus.CONFLICT
    address = url_for("desk.results.show", interpretation_id=saved.id)
    return redirect(address, HTTPStatus.SEE_OTHER)


def _table() -> tuple[str, bytes]:
    """Return a table that came with the form, and whether as a file or pasted."""
    file = request.files.get("file")
    if file is not None and file.filename:
        return "csv", file.stream.read(MAX_BYTES + 1)
    pasted = request.form.get("table", "")
    return ("table", pasted.encode()) if pasted.strip() else ("", b"")


def _look(form: Form, source: str) -> Looked:
    written = document_of(form, services().catalogue, services().settings.time_zone)
    comma = bool(form.facts["decimal_comma"])
    text = json.dumps(written.document, ensure_ascii=False, sort_keys=True)
    door = services().door(Sender(decimal_comma=comma))
    draft = read_draft(written.document, _raw(text, comma), source, door)
    names = {one.id: one.name for one in services().catalogue.analytes.values()}
    faults = (*written.faults, *draft.faults)
    complaints = shown.complaints_of(faults, written.keys, form, names)
    if draft.submission is None:
        return Looked(complaints)
    submission = with_history(services(), draft.submission, stamp())
    interpretation = interpret(submission.panel, services().catalogue)
    if written.faults or (draft.faults and not draft.keep_unread):
        return Looked(complaints, submission, interpretation)
    made = Preview(text, source, comma, digest_of(interpretation), new_nonce())
    return Looked(complaints, submission, interpretation, seal(made))


def _raw(document: str, decimal_comma: bool) -> bytes:  # noqa: FBT001  # what was declared
    """Return what is kept as it came: the document, and how its numbers are written."""
    declared = "true" if decimal_comma else "false"
    return f'{{"decimal_comma": {declared}, "document": {document}}}'.encode()


def _order(shown_before: Preview) -> Order:
    """Read the sealed document again, and see that it still means the same.

    Raises:
        SealBroken: the limits or the rules have changed since it was shown.
    """
    door = services().door(Sender(decimal_comma=shown_before.decimal_comma))
    raw = _raw(shown_before.document, shown_before.decimal_comma)
    document = json.loads(shown_before.document)
    submission, _ = read_submission(document, raw, shown_before.source, door)
    submission = with_history(services(), submission, stamp())
    again = interpret(submission.panel, services().catalogue)
    if digest_of(again) != shown_before.digest:
        raise SealBroken("it would be read differently now")
    key = IdempotencyKey(
        sender=f"user:{current_user().id}",
        key=f"preview:{shown_before.nonce}",
        body_sha256=hashlib.sha256(raw).hexdigest(),
    )
    return Order(submission, key=key, looked_back=True)


def _factor_groups(ticked: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """Return what can be ticked, by kind.

    What another field says already (age, pregnancy, the state of the specimen) is
    left out, unless a file has named it; a name that nobody knows stays to be seen.
    """
    known = services().catalogue.rules.factors
    groups: dict[str, list[tuple[str, str]]] = {}
    for factor in known.values():
        said_elsewhere = bool(factor.from_person or factor.specimen)
        if factor.id in ticked or not said_elsewhere:
            groups.setdefault(factor.kind, []).append((factor.id, factor.label))
    unknown = [(one, f"{one} (not in the list)") for one in ticked if one not in known]
    if unknown:
        groups["unknown"] = unknown
    return groups


# The order in which laboratories print them; any other analyte is in a part of its own.
_PRINTED = (
    "sodium",
    "potassium",
    "chloride",
    "bicarbonate",
    "calcium_total",
    "calcium_adjusted",
    "calcium_ionised",
    "magnesium",
    "phosphate",
    "vitamin_d_25oh",
    "vitamin_b12",
    "ferritin",
    "albumin",
    "creatinine",
    "egfr",
    "urea",
    "glucose",
    "crp",
    "haemoglobin",
    "tsat",
)


def _as_printed(catalogue: Catalogue) -> list[Analyte]:
    return [catalogue.analytes[one] for one in _PRINTED if one in catalogue.analytes]


def _rarer(catalogue: Catalogue) -> list[Analyte]:
    rest = [one for one in catalogue.analytes.values() if one.id not in _PRINTED]
    return sorted(rest, key=lambda analyte: analyte.name)


def _touched(form: Form, analytes: Iterable[Analyte]) -> bool:
    """Say whether anything is filled in for one of *analytes*: it must be seen."""
    ids = {analyte.id for analyte in analytes}
    return any(any(row.cells.values()) for row in form.rows if row.key in ids)


def _page(
    form: Form, looked: Looked | None, *, source: str = "", pasted: str = ""
) -> ResponseReturnValue:
    catalogue = services().catalogue
    spare = [row for row in form.rows if row.key not in catalogue.analytes]
    page = render_template(
        "entry.html",
        form=form,
        rows={row.key: row.cells for row in form.rows},
        others=[row.key for row in spare]
        + [f"x{len(spare) + n}" for n in range(1, SPARE_ROWS + 1)],
        looked=looked,
        source=source or request.form.get("source", ""),
        pasted=pasted,
        catalogue=catalogue,
        analytes=_as_printed(catalogue),
        rarer=_rarer(catalogue),
        rarer_open=_touched(form, _rarer(catalogue)),
        rules=catalogue.rules,
        profiles=[(one.id, one.title) for one in catalogue.profiles.values()],
        locales=[(one, one) for one in services().locales],
        specimens=SPECIMENS,
        conditions=dict.fromkeys((*catalogue.rules.conditions, *form.conditions)),
        factor_groups=_factor_groups(form.factors),
        services=services(),
        wrong={one.field for one in looked.complaints} if looked else set(),
    )
    faulty = looked is not None and looked.complaints and not looked.sealed
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if faulty else HTTPStatus.OK
