"""The answer to a transaction or batch: an entry for each that was sent."""

from collections.abc import Iterator, Sequence
from http import HTTPStatus

from service.api.fhir.keeping import Kept, bundle_of, places_of
from service.api.fhir.receiving import Read
from service.fhir.alone import alone, find
from service.fhir.answers import answered
from service.fhir.elements import Json
from service.fhir.ids import observation_id
from service.fhir.outcome import issues_of, outcome, outcome_of
from service.intake.fhir.element import Element
from service.intake.fhir.reading import RESULTS, Body
from service.problems import ProblemError

Done = tuple[Read, Kept | ProblemError]
_ROOT = "Bundle"


def answer_entries(body: Body, done: Sequence[Done]) -> Json:
    """Return the answer to a Bundle: for each entry, what became of it.

    An entry that is no result has served for those that are, and is not kept as a
    resource of its own.
    """
    made = {
        kept.stored.id: bundle_of(kept.stored)
        for _, kept in done
        if isinstance(kept, Kept)
    }
    bundle = body.pool.root
    entries = [
        _warned(_answer(entry, done, made), entry, body)
        for entry in bundle.many("entry")
    ]
    return answered(bundle.text("type"), entries)


def _warned(answer: Json, entry: Element, body: Body) -> Json:
    """Return *answer* with what was left out of the *entry* that it is to."""
    own = [one for one in body.warnings if _within(one.pointer, entry.place)]
    if own:
        response = answer["response"]
        known = response.get("outcome", {}).get("issue", [])
        issues = [*known, *issues_of(own, _ROOT, severity="warning")]
        response["outcome"] = outcome(issues)
    return answer


def _answer(entry: Element, done: Sequence[Done], made: dict[str, Json]) -> Json:
    place = entry.at("resource")
    concerned = [(read, kept) for read, kept in done if place in set(_places(read))]
    problems = [one for _, one in concerned if isinstance(one, ProblemError)]
    kept = [one for _, one in concerned if isinstance(one, Kept)]
    if problems and not kept:
        return _refused(problems[0])
    kind = entry.one("resource").text("resourceType")
    own = tuple(one for one in entry.faults if _within(one.pointer, entry.place))
    if own and not concerned:
        return _refused(ProblemError("invalid_submission", faults=own))
    if not kept or kind not in RESULTS:
        return {"response": {"status": _status(HTTPStatus.OK)}}
    first = kept[0]
    return _kept(place, kind, first, made[first.stored.id])


def _kept(place: str, kind: str, kept: Kept, bundle: Json) -> Json:
    name = _name(place, kind, kept)
    resource = find(bundle, kind, name) if name else None
    response: Json = {
        "status": _status(HTTPStatus.CREATED if kept.new else HTTPStatus.OK)
    }
    if resource is not None:
        response["location"] = f"{kind}/{name}"
    warnings = [one for one in kept.told if _within(one.pointer, place)]
    if warnings:
        issues = issues_of(warnings, _ROOT, severity="warning")
        response["outcome"] = outcome(issues)
    shown = {"resource": alone(bundle, resource)} if resource else {}
    return {**shown, "response": response}


def _name(place: str, kind: str, kept: Kept) -> str:
    """Return the id of the result that the entry at *place* has become."""
    if kind == "DiagnosticReport":
        return kept.stored.id
    if place not in kept.read.sent.parts:
        return ""
    number = places_of(kept, kept.read.sent.parts.index(place))
    return observation_id(kept.stored.id, number) if number else ""


def _refused(problem: ProblemError) -> Json:
    status = _status(HTTPStatus(problem.type.status))
    return {"response": {"status": status, "outcome": outcome_of(problem, _ROOT)}}


def _places(read: Read) -> Iterator[str]:
    """Yield the places of all entries that a document was made of."""
    for place in (*read.sent.parts, *read.sent.places.values()):
        yield "/".join(place.split("/")[:4])


def _within(pointer: str, place: str) -> bool:
    return f"{pointer}/".startswith(f"{place}/")


def _status(status: HTTPStatus) -> str:
    return f"{status.value} {status.phrase}"
