"""What the patient told us, and the questions to take to the visit."""

from collections.abc import Iterator, Sequence

from reference_ranges.partitions import without_contradictions
from reference_ranges.relations import (
    ResultSummary,
    SymptomFinding,
    SymptomSummary,
)
from reference_ranges.results import Interpretation, Kind, Result
from reports.alarm import alarm_of
from reports.model import Section
from reports.phrasing import finding_of, names_of, say_all, told
from reports.remarks import CONDITION_MEASURED, other_findings
from reports.said import resting, together
from reports.steps import tests_to_ask_for
from reports.summary import OVERVIEW, all_results, of_kind
from reports.wording import Wording

_QUESTIONS = 3
_MAY_BE_PREGNANT = {"pregnant", "pregnancy"}
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
        yield resting(wording.say("results.symptoms_not_asked"), OVERVIEW)
    elif not interpretation.symptoms:
        yield resting(wording.say("symptom_section.none"), OVERVIEW)
    for alike in _alike(interpretation.symptoms or ()):
        yield resting(together(_about(alike, interpretation, wording)), *alike)
    if unlinked := _unlinked(interpretation, wording):
        named = names_of(unlinked, wording)
        said = "unlinked" if interpretation.symptoms else "unfelt"
        yield wording.count(f"symptom_section.{said}", len(unlinked), names=named)
    yield from other_findings(interpretation, wording)
    if factors := _counted(interpretation):
        names = [wording.say(f"factors.{factor}") for factor in factors]
        said = say_all("symptom_section.facts", "factors", names, wording)
        yield resting(said, "/factors")


def _counted(interpretation: Interpretation) -> list[str]:
    """Return the stated factors, but for a "no" that a fact or a result contradicts."""
    shown = frozenset(
        dict(finding.params)["condition"]
        for finding in interpretation.findings
        if finding.code == CONDITION_MEASURED
    )
    counted = without_contradictions(shown.union(interpretation.factors))
    return [factor for factor in interpretation.factors if factor in counted]


def _unlinked(interpretation: Interpretation, wording: Wording) -> list[Result]:
    """Return what is outside and goes with nothing that was told, nor into an alert."""
    alarm = alarm_of(interpretation, wording)
    return [
        result
        for result in of_kind(all_results(interpretation), Kind.OUT_OF_RANGE)
        if result.summary is ResultSummary.OUT_NO_SYMPTOM
        and not alarm.act_on(result, wording)
    ]


def _alike(findings: Sequence[SymptomFinding]) -> list[list[SymptomFinding]]:
    """Return the symptoms of which the same is said, together: danger signs first."""
    groups: dict[object, list[SymptomFinding]] = {}
    for finding in findings:
        danger = finding.summary is SymptomSummary.RED_FLAG
        rest = () if danger else (finding.candidates, finding.other_causes)
        groups.setdefault((finding.summary, rest), []).append(finding)
    danger_first = lambda group: group[0].summary is not SymptomSummary.RED_FLAG  # noqa: E731 - read once, here
    return sorted(groups.values(), key=danger_first)


def _about(
    alike: Sequence[SymptomFinding], interpretation: Interpretation, wording: Wording
) -> Iterator[str]:
    first = alike[0]
    symptoms = told([finding.symptom for finding in alike], wording)
    yield say_all("cards.told", "symptoms", symptoms, wording)
    yield wording.say(_summary_of(alike))
    named = [n for one in alike for n in _candidates(one, interpretation, wording)]
    if named:
        yield say_all("symptom_section.candidates", "results", named, wording)
    if first.summary is SymptomSummary.RED_FLAG:
        return
    causes = _causes(first, interpretation, wording)
    if causes:
        yield say_all("symptom_section.causes", "causes", causes, wording)
    if first.summary in _OPEN or not causes:
        yield wording.say("symptom_section.watch")


def _summary_of(alike: Sequence[SymptomFinding]) -> str:
    """Return the key of what the results say of symptoms of which the same is said.

    What some results do not explain, tests that were not sent may.
    """
    summary = alike[0].summary
    more = any(finding.useful_tests for finding in alike)
    if summary is SymptomSummary.UNEXPLAINED and more:
        return "symptom_section.unexplained_yet"
    return f"symptom_summaries.{summary}"


def _causes(
    finding: SymptomFinding, interpretation: Interpretation, wording: Wording
) -> list[str]:
    """Return the other causes that fit what is known, in words.

    Pregnancy is left out where nobody speaks of it.
    """
    asked = {missing.fact for missing in interpretation.missing}
    known = asked | set(interpretation.factors)
    return [
        _cause(cause, wording)
        for cause in finding.other_causes
        if cause != "pregnancy" or known & _MAY_BE_PREGNANT
    ]


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
