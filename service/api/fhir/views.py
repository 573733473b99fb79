"""The FHIR interface: results in, results out, what they are judged by."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from http import HTTPStatus

from flask import Response, current_app, request

from reference_ranges.catalogue import Catalogue
from service.access.audit import Action
from service.api.answers import problem_of
from service.api.fhir.entries import Done, answer_entries
from service.api.fhir.keeping import (
    Kept,
    at_once,
    bundle_of,
    document_of,
    keep,
    numbered,
    places_of,
)
from service.api.fhir.receiving import Read, read_all, refuse_faults
from service.api.fhir.wire import (
    MEDIA_TYPE,
    body,
    check_accepted,
    fhir_response,
    is_lenient,
    key_of,
    once_of,
    wants_nothing_back,
)
from service.api.security import audited
from service.fhir.alone import alone, find, warned
from service.fhir.answers import searchset, together
from service.fhir.bundle import resource_bytes
from service.fhir.elements import Json
from service.fhir.ids import observation_id, report_of
from service.fhir.outcome import issues_of, outcome
from service.intake.fhir.reading import Body
from service.problems import Fault, ProblemError
from service.ranges.fhir.export import observation_definition
from service.services import services
from service.store.errors import StoreError
from service.store.idempotency import IdempotencyKey
from service.store.interpretations import Stored, get

_ENTRY_BY_ENTRY = ("transaction", "batch")
_OBSERVATION, _REPORT, _BUNDLE = "Observation", "DiagnosticReport", "Bundle"
_ID_LENGTH = 26


def fhir_bundle() -> Response:
    """Interpret every report of a Bundle and keep them."""
    if "If-None-Exist" in request.headers:
        fault = Fault("If-None-Exist", "not_allowed", allowed=("entry.request",))
        raise ProblemError("invalid_parameter", faults=(fault,))
    sent = body()
    found, read = read_all(sent, (_BUNDLE,))
    kind = found.pool.root.text("type")
    once = _once_of_entries(found)
    if kind == "batch":
        return _batch(found, read, key_of(sent), once)
    refuse_faults(found, read, lenient=is_lenient())
    kept = keep(read, key_of(sent), once)
    if kind in _ENTRY_BY_ENTRY:
        done: list[Done] = [(one.read, one) for one in kept]
        return _located(fhir_response(answer_entries(found, done)), kept)
    status = HTTPStatus.CREATED if any(one.new for one in kept) else HTTPStatus.OK
    told = [fault for one in kept for fault in one.told]
    made = together([bundle_of(one.stored) for one in kept], *_warnings(found, told))
    return _located(_unless_minimal(fhir_response(made, status)), kept)


def fhir_observation() -> Response:
    """Interpret one Observation and keep it."""
    return _create(_OBSERVATION)


def fhir_report() -> Response:
    """Interpret one DiagnosticReport, its results contained in it, and keep it."""
    return _create(_REPORT)


def fhir_interpret_observation() -> Response:
    """Interpret an Observation, or a Bundle of them, and keep nothing."""
    return _interpret(_OBSERVATION)


def fhir_interpret_report() -> Response:
    """Interpret a DiagnosticReport, or a Bundle with one, and keep nothing."""
    return _interpret(_REPORT)


def fhir_validate() -> Response:
    """Say what of a Bundle would not be read, and keep nothing."""
    found, read = read_all(body(), (_BUNDLE, _OBSERVATION, _REPORT))
    faults = [*found.faults, *(fault for one in read for fault in one.faults)]
    doubts = [*found.warnings, *(fault for one in read for fault in one.warnings)]
    root = found.pool.root.text("resourceType")
    issues = issues_of(dict.fromkeys(faults), root)
    return fhir_response(outcome([*issues, *issues_of(doubts, root, "warning")]))


def fhir_show_report(report_id: str) -> Response:
    """Return a DiagnosticReport with the patient's page in it."""
    check_accepted()
    stored = _stored(report_id)
    audited(Action.DOWNLOAD, stored.id)
    return _shown(stored, _REPORT, stored.id, with_page=True)


def fhir_document(report_id: str) -> Response:
    """Return a report as a document, with the patient's page in it."""
    check_accepted()
    stored = _stored(report_id)
    audited(Action.DOWNLOAD, stored.id)
    response = fhir_response(document_of(stored))
    response.headers["ETag"] = f'W/"{stored.version}"'
    return response


def fhir_show_observation(observation_id: str) -> Response:
    """Return one Observation with what was found of it."""
    check_accepted()
    stored = _stored(report_of(observation_id) or "")
    response = _shown(stored, _OBSERVATION, observation_id)
    audited(Action.READ, stored.id)
    return response


def fhir_definitions() -> Response:
    """Return every analyte with its limits."""
    check_accepted()
    made = _definitions(services().catalogue)
    return Response(made, content_type=MEDIA_TYPE)


@lru_cache(maxsize=2)
def _definitions(catalogue: Catalogue) -> bytes:
    made = [
        observation_definition(one, catalogue) for one in catalogue.analytes.values()
    ]
    named = [(f"/fhir/ObservationDefinition/{one['id']}", one) for one in made]
    return resource_bytes(searchset(named))


def fhir_definition(definition_id: str) -> Response:
    """Return one analyte with its limits."""
    check_accepted()
    catalogue = services().catalogue
    analyte = catalogue.analytes.get(definition_id.replace("-", "_"))
    if analyte is None:
        raise ProblemError("not_found")
    return fhir_response(observation_definition(analyte, catalogue))


def fhir_metadata() -> Response:
    """Return the CapabilityStatement, made once when the application starts."""
    check_accepted()
    return fhir_response(current_app.extensions["plainlab_fhir"])


def _create(kind: str) -> Response:
    sent = body()
    found, read = read_all(sent, (kind,))
    refuse_faults(found, read, lenient=is_lenient())
    once = once_of(request.headers.get("If-None-Exist", ""), "If-None-Exist")
    kept = keep(read, key_of(sent), frozenset(filter(None, (once,))))
    first = kept[0]
    name = first.stored.id
    if kind == _OBSERVATION:
        name = observation_id(name, places_of(first, 0) or 1)
    bundle = bundle_of(first.stored)
    made = alone(bundle, find(bundle, kind, name) or {})
    made = warned(made, next(iter(_warnings(found, first.told)), None))
    status = HTTPStatus.CREATED if first.new else HTTPStatus.OK
    response = _unless_minimal(fhir_response(made, status))
    response.location = f"/fhir/{kind}/{name}"
    return _marked(response, kept)


def _interpret(kind: str) -> Response:
    found, read = read_all(body(), (kind, _BUNDLE))
    refuse_faults(found, read, lenient=is_lenient())
    faults = [fault for one in read for fault in (*one.faults, *one.warnings)]
    made = [bundle_of(at_once(one)) for one in read]
    return fhir_response(together(made, *_warnings(found, faults)))


def _warnings(found: Body, faults: Iterable[Fault] = ()) -> list[Json]:
    """Return what was left out as an outcome; nothing where all was counted."""
    told = [*faults, *found.warnings]
    root = found.pool.root.text("resourceType")
    return [outcome(issues_of(told, root, "warning"))] if told else []


def _batch(
    found: Body,
    read: tuple[Read, ...],
    key: IdempotencyKey | None,
    once: frozenset[str],
) -> Response:
    """Keep each document by itself: one that is refused spoils no other.

    Raises:
        ProblemError: ``invalid_submission``: nothing in it is a result, or an entry is
            no entry, so that no answer could be told by its place.
    """
    if not read or any(one.pointer == "/entry" for one in found.faults):
        raise ProblemError("invalid_submission", faults=found.faults)
    done = [
        (one, _one_of_batch(one, key, number, once)) for number, one in enumerate(read)
    ]
    kept = [one for _, one in done if isinstance(one, Kept)]
    return _located(fhir_response(answer_entries(found, done)), kept)


def _one_of_batch(
    one: Read, key: IdempotencyKey | None, number: int, once: frozenset[str]
) -> Kept | ProblemError:
    if one.submission is None or (one.faults and not is_lenient()):
        return ProblemError("invalid_submission", faults=one.faults)
    try:
        (kept,) = keep((one,), numbered(key, number), once)
    except StoreError as error:
        return problem_of(error)
    return kept


def _once_of_entries(found: Body) -> frozenset[str]:
    """Return the identifiers that entries ask to be kept once only."""
    asked = [
        once_of(entry.one("request").text("ifNoneExist"), entry.at("request"))
        for entry in found.pool.root.many("entry")
    ]
    return frozenset(filter(None, asked))


def _stored(report_id: str) -> Stored:
    """Return what is stored under an id; malformed and unknown ids are one.

    Raises:
        ProblemError: ``not_found``.
    """
    known = report_of(observation_id(report_id, 1))
    stored = get(services().engine, known) if known else None
    if stored is None:
        raise ProblemError("not_found")
    return stored


def _shown(
    stored: Stored, kind: str, name: str, *, with_page: bool = False
) -> Response:
    bundle = bundle_of(stored, with_page=with_page)
    resource = find(bundle, kind, name)
    if resource is None:
        raise ProblemError("not_found")
    response = fhir_response(alone(bundle, resource))
    response.headers["ETag"] = f'W/"{stored.version}"'
    return response


def _located(response: Response, kept: Sequence[Kept]) -> Response:
    """Say where the first report can be read, and whether all were there before."""
    if kept:
        response.location = f"/fhir/{_REPORT}/{kept[0].stored.id}"
    return _marked(response, kept)


def _marked(response: Response, kept: Sequence[Kept]) -> Response:
    if kept and not any(one.new for one in kept):
        response.headers["Idempotent-Replayed"] = "true"
    return response


def _unless_minimal(response: Response) -> Response:
    if wants_nothing_back():
        response.set_data(b"")
    return response
