"""What was told beside the results, as answers: symptoms, factors, pregnancy.

A judgement rests on it: without it a document could not be judged again.
"""

from collections.abc import Iterator, Mapping

from reference_ranges.panel import Panel, Person
from reports.wording import Wording
from service.fhir import terms
from service.fhir.elements import Json, coding, present


def answers(panel: Panel, subject: Json, wording: Wording) -> Json | None:
    """Return what was told with *panel* of *subject*; None where nothing was."""
    items = [*_listed(panel, wording), *_pregnancy(panel.person, wording)]
    if not items:
        return None
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": terms.TOLD,
        "status": "completed",
        "subject": subject,
        "item": items,
    }


def words_of(answered: Json) -> Iterator[str]:
    """Yield the words of what was *answered*, a text for each."""
    for item in answered["item"]:
        yield from (one["text"] for one in item.get("item", [item]))


def _listed(panel: Panel, wording: Wording) -> Iterator[Json]:
    """Yield symptoms and factors; who was asked and has none is told to have none."""
    symptoms = {
        one.id: wording.say(f"symptoms.{one.id}.label") for one in panel.symptoms or ()
    }
    none = wording.say("symptom_section.none")
    if panel.symptoms is not None:
        yield {"linkId": terms.SYMPTOMS, **(_ticked(symptoms) or {"text": none})}
    if panel.factors:
        factors = {one: wording.say(f"factors.{one}") for one in sorted(panel.factors)}
        yield {"linkId": terms.FACTORS, **_ticked(factors)}


def _ticked(texts: Mapping[str, str]) -> Json:
    yes = [{"valueBoolean": True}]
    items = [
        {"linkId": one, "text": text, "answer": yes} for one, text in texts.items()
    ]
    return present(item=items)


def _pregnancy(person: Person, wording: Wording) -> Iterator[Json]:
    known = terms.PREGNANCIES.get(person.pregnancy)
    if known is None:
        return
    yield {
        "linkId": terms.PREGNANCY,
        "text": wording.say(f"whom.pregnancy_{person.pregnancy.value}"),
        "answer": [{"valueCoding": coding(terms.LOINC, known)}],
    }
    if person.weeks is not None:
        yield {
            "linkId": terms.WEEKS,
            "text": wording.count("whom.w", person.weeks),
            "answer": [{"valueInteger": person.weeks}],
        }
