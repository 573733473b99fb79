"""What the patient told us, and the questions to take to the visit."""

from collections.abc import Iterator

from reference_ranges.relations import SymptomFinding, SymptomSummary
from reference_ranges.results import Interpretation, Kind, Result
from reports.model import Section
from reports.phrasing import finding_of, names_of, say_all, told
from reports.remarks import other_findings
from reports.steps import tests_to_ask_for
from reports.summary import all_results, of_kind
from reports.wording import Wording

_QUESTIONS = 3
_OPEN = {SymptomSummary.UNEXPLAINED, SymptomSummary.NOT_EXCLUDED}


def symptoms_of(interpretation: Interpretation, wording: Wording) -> Section:
    """Return what all results say of each reported symptom.

    Not asked, asked and none, and told are three different texts.
    """
    return Section(
        heading=wording.say("symptom_section.heading"),
        texts=tuple(_texts(interpretation, wording)),
    )


def visit_of(interpretation: Interpretation, wording: Wording) -> Section:
    """Return three questions that follow from what was found."""
    questions = list(dict.fromkeys(_questions(interpretation, wording)))
    return Section(
        heading=wording.say("visit.heading"),
        texts=(wording.say("visit.lead"),),
        items=tuple(questions[:_QUESTIONS]),
    )


def _texts(interpretation: Interpretation, wording: Wording) -> Iterator[str]:
    if interpretation.symptoms is None:
        yield wording.say("results.symptoms_not_asked")
    elif not interpretation.symptoms:
        yield wording.say("symptom_section.none")
    for finding in interpretation.symptoms or ():
        yield " ".join(_about(finding, interpretation, wording))
    yield from other_findings(interpretation, wording)
    if interpretation.factors:
        names = [wording.say(f"factors.{factor}") for factor in interpretation.factors]
        yield say_all("symptom_section.facts", "factors", names, wording)


def _about(
    finding: SymptomFinding, interpretation: Interpretation, wording: Wording
) -> Iterator[str]:
    yield say_all("cards.told", "symptoms", told([finding.symptom], wording), wording)
    yield wording.say(f"symptom_summaries.{finding.summary}")
    if names := _candidates(finding, interpretation, wording):
        yield say_all("symptom_section.candidates", "results", names, wording)
    if finding.summary is SymptomSummary.RED_FLAG:
        return
    if finding.other_causes:
        causes = [_cause(cause, wording) for cause in finding.other_causes]
        yield say_all("symptom_section.causes", "causes", causes, wording)
    if finding.summary in _OPEN:
        yield wording.say("symptom_section.watch")


def _cause(cause: str, wording: Wording) -> str:
    """Return a cause in words; a factor that was reported is one by its own name."""
    group = "causes" if wording.has(f"causes.{cause}") else "factors"
    return wording.say(f"{group}.{cause}")


def _candidates(
    finding: SymptomFinding, interpretation: Interpretation, wording: Wording
) -> list[str]:
    by_analyte = {r.observation.analyte: r for r in all_results(interpretation)}
    found = [by_analyte[a] for a in finding.candidates if a in by_analyte]
    return [finding_of(result, wording) for result in found]


def _questions(interpretation: Interpretation, wording: Wording) -> Iterator[str]:
    results = all_results(interpretation)
    outside = of_kind(results, Kind.CRITICAL, Kind.OUT_OF_RANGE)
    unclear = of_kind(results, Kind.CONFLICT, Kind.INDETERMINATE)
    unjudged = of_kind(results, Kind.NOT_INTERPRETED)
    yield from _about_results("visit.ask_result", outside, wording)
    yield from _about_results("visit.ask_repeat", unclear, wording)
    yield from _about_results("visit.ask_unjudged", unjudged, wording)
    for finding in interpretation.symptoms or ():
        if finding.summary is not SymptomSummary.RED_FLAG:
            (symptom,) = told([finding.symptom], wording)
            yield wording.say("visit.ask_symptom", symptoms=symptom)
            break
    if asked := tests_to_ask_for(interpretation, wording):
        tests = wording.listed(asked[:_QUESTIONS])
        yield wording.say("visit.ask_test", tests=tests)
    yield wording.say("visit.ask_next")
    yield wording.say("visit.ask_medicines")
    yield wording.say("visit.ask_ranges")


def _about_results(
    question: str, results: list[Result], wording: Wording
) -> Iterator[str]:
    if results:
        yield wording.say(question, names=names_of(results, wording))
