"""From what is stored to what is answered: dumped by schema, nothing decided."""

from typing import Any

from flask import url_for

from reports.working.explanation import Explanation, rests_on_the_patient
from service.api.schemas import ExplanationSchema, InterpretationSchema
from service.reporting import corrects_unknown
from service.services import services
from service.store.interpretations import Stored

_INTERPRETATION = InterpretationSchema()
_EXPLANATION = ExplanationSchema()
_PARTS = (
    "urgency",
    "critical",
    "results",
    "derived",
    "symptoms",
    "red_flags",
    "findings",
    "cautions",
    "missing",
    "factors",
    "withheld_food",
    "sources",
    "catalogue",
    "engine",
)


def interpretation_document(stored: Stored) -> dict[str, Any]:
    """Return the answer for *stored*, of the shape of ``InterpretationSchema``."""
    made = stored.interpretation
    document: dict[str, Any] = {part: getattr(made, part) for part in _PARTS}
    document |= {
        "withheld_food": made.withheld,
        "id": stored.id,
        "version": stored.version,
        "status": status_of(stored),
        "supersedes": stored.supersedes or None,
        "superseded_by": stored.superseded_by or None,
        "earlier_unknown": corrects_unknown(services(), stored),
        "made_at": stored.made_at.isoformat(),
        "summary": made.overview,
        "links": {
            "self": _link("show_interpretation", stored),
            "explain": _link("explain_interpretation", stored),
            "working": _link("working_pdf", stored),
            "report": _link("report_pdf", stored),
        },
    }
    dumped: dict[str, Any] = _INTERPRETATION.dump(document)
    return dumped


def status_of(stored: Stored) -> str:
    """Return ``superseded``, ``reviewed``, ``escalated`` or ``unreviewed``."""
    if stored.superseded_by:
        return "superseded"
    if stored.review:
        return "reviewed"
    return "escalated" if stored.escalated else "unreviewed"


def explanation_document(stored: Stored, found: Explanation) -> dict[str, Any]:
    """Return all that was *found* behind *stored* and its page.

    Sentences that repeat who the patient is stay on the page.
    """
    made = stored.interpretation
    dumped: dict[str, Any] = _EXPLANATION.dump(
        {
            "id": stored.id,
            "version": stored.version,
            "catalogue": made.catalogue,
            "engine": made.engine,
            "statements": found.statements,
            "sentences": [s for s in found.sentences if not rests_on_the_patient(s)],
        }
    )
    return dumped


def _link(endpoint: str, stored: Stored) -> str:
    return url_for(f"api.{endpoint}", interpretation_id=stored.id)
