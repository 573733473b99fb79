"""The report around the observations: its conclusion, what is pressing, who made it."""

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence

from reference_ranges.panel import ObservationStatus
from reference_ranges.results import (
    Direction,
    Finding,
    Interpretation,
    Kind,
    RedFlag,
    Result,
    Urgency,
)
from reports.beyond import CAUTION, FINDING, MISSING, RED_FLAG, beyond
from reports.frame import status_of
from reports.phrasing import plain_of
from reports.summary import summary_of, without_held_back, without_second
from reports.wording import Wording
from service.fhir import terms
from service.fhir.elements import (
    Json,
    coding,
    concept,
    extension,
    present,
    reference,
    references,
)
from service.fhir.observations import Surroundings, effective, performers
from service.store.interpretations import Stored

_SEVERITIES = {
    Urgency.EMERGENCY: "high",
    Urgency.TODAY: "high",
    Urgency.SOON: "moderate",
}
_PRESSING = (Kind.CRITICAL, Kind.CONFLICT)
_HEADINGS = {
    Urgency.EMERGENCY: "alerts.emergency",
    Urgency.TODAY: "alerts.today",
}


def diagnostic_report(
    stored: Stored,
    around: Surroundings,
    observations: Sequence[str],
    page: bytes | None,
) -> Json:
    """Return the report over *observations*, which are addresses."""
    facts = around.facts
    reviewer = [{"display": facts.reviewed_by}] if facts.reviewed_by else []
    return {
        "resourceType": "DiagnosticReport",
        "id": stored.id,
        "identifier": [{"system": terms.REPORT, "value": stored.id}],
        "status": _status(stored),
        "category": [concept(coding(terms.DIAGNOSTIC_SERVICE, "LAB"))],
        "code": concept(coding(terms.LOINC, terms.LABORATORY_REPORT)),
        "subject": reference(around.patient),
        **effective(facts),
        "issued": facts.issued_at.isoformat(),
        "performer": performers(around.laboratory),
        **present(resultsInterpreter=reviewer),
        "specimen": [reference(around.specimen)],
        **present(result=references(observations)),
        "conclusion": _conclusion(stored.interpretation, around),
        **present(conclusionCode=list(_codes(stored.interpretation, around.wording))),
        **present(presentedForm=_presented(page, around.wording)),
    }


def _status(stored: Stored) -> str:
    """Return how final the report is: final only once a clinician has looked at it."""
    seen = [one.observation.status for one in stored.interpretation.results]
    if stored.supersedes:
        corrected = ObservationStatus.CORRECTED in seen
        return "corrected" if corrected else "amended"
    return "final" if stored.review else "preliminary"


def _conclusion(made: Interpretation, around: Surroundings) -> str:
    """Return the page's own short answer, what is pressing before everything else."""
    wording = around.wording
    key = _HEADINGS.get(made.urgency, "alerts.today" if made.critical else "")
    first = [f"{wording.say(key)}."] if key else []
    shown = without_second(without_held_back(made, wording))
    lead = summary_of(shown, wording).lead
    return " ".join([*first, *lead, status_of(around.facts, wording)])


_SYSTEMS = {
    RED_FLAG: terms.ISSUE,
    FINDING: terms.ISSUE,
    CAUTION: terms.CAUTION,
    MISSING: terms.MISSING,
}


def _codes(made: Interpretation, wording: Wording) -> Iterator[Json]:
    """Yield all that was found beyond single results, each by its code and in words."""
    for one in beyond(made, wording):
        told = concept(coding(_SYSTEMS[one.kind], one.code), text=one.text or one.about)
        why = [extension("why", valueCode=one.why)] if one.why else []
        yield {**present(extension=why), **told}


def _presented(page: bytes | None, wording: Wording) -> list[Json]:
    if page is None:
        return []
    return [
        {
            "contentType": "application/pdf",
            "language": wording.locale,
            "data": b64encode(page).decode("ascii"),
            "title": wording.say("header.title"),
        }
    ]


def detected_issues(
    made: Interpretation, around: Surroundings, addresses: Mapping[str, Sequence[str]]
) -> Iterator[Json]:
    """Yield what is critical, urgent or in conflict; *addresses* go by analyte."""
    for result in (*made.results, *made.derived):
        if result.outcome.kind in _PRESSING:
            code = result.outcome.kind.value
            urgency = max(result.urgency, Urgency.TODAY)
            about = addresses.get(result.observation.analyte or "", ())
            yield _issue(code, urgency, _words(result, around.wording), about, around)
    raised: list[tuple[RedFlag | Finding, str]] = [
        *((flag, f"red_flags.{flag.id}") for flag in made.red_flags),
        *((found, f"findings.{found.code}") for found in made.findings),
    ]
    for one, key in raised:
        if one.urgency >= Urgency.TODAY:
            about = [at for name in one.subjects for at in addresses.get(name, ())]
            code = key.partition(".")[2]
            yield _issue(code, one.urgency, around.wording.say(key), about, around)


def _words(result: Result, wording: Wording) -> str:
    name = plain_of(result, wording)
    way = result.outcome.direction
    if result.outcome.kind is Kind.CONFLICT or way is None:
        return wording.say("alerts.result_other", name=name)
    key = "result_low" if way is Direction.LOW else "result_high"
    return wording.say(f"alerts.{key}", name=name)


def _issue(
    code: str,
    urgency: Urgency,
    text: str,
    about: Sequence[str],
    around: Surroundings,
) -> Json:
    return {
        "resourceType": "DetectedIssue",
        "status": "final",
        "code": concept(coding(terms.ISSUE, code)),
        "severity": _SEVERITIES[urgency],
        "patient": reference(around.patient),
        "identifiedDateTime": around.facts.issued_at.isoformat(),
        **present(implicated=references(dict.fromkeys(about))),
        "detail": text,
    }


def provenance(stored: Stored, around: Surroundings, target: str) -> Json:
    """Return what made the report, with which limits, and what it replaces."""
    made = stored.interpretation
    used = f"{around.catalogue}, sha256 {made.catalogue.sha256}"
    before = {"system": terms.REPORT, "value": stored.supersedes}
    sources = [{"role": "source", "what": {"display": used}}]
    if stored.supersedes:
        sources.append({"role": "revision", "what": {"identifier": before}})
    people = [_agent("assembler", made.engine)]
    if around.facts.reviewed_by:
        people.append(_agent("verifier", around.facts.reviewed_by))
    return {
        "resourceType": "Provenance",
        "target": [reference(target)],
        "recorded": around.facts.issued_at.isoformat(),
        "agent": people,
        "entity": sources,
    }


def _agent(role: str, name: str) -> Json:
    return {"type": concept(coding(terms.AGENT, role)), "who": {"display": name}}
