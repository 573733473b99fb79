"""The paragraphs beside a result: links to symptoms, cautions, what goes together."""

from collections.abc import Iterator
from itertools import groupby

from reference_ranges.relations import Relation, Token
from reference_ranges.results import Caution, Finding, Interpretation, Kind, Result
from reports.phrasing import (
    finding_of,
    say_all,
    sentence_start,
    subject_words,
    told,
)
from reports.said import resting, together
from reports.summary import all_results
from reports.wording import Wording

LIMITS_DIFFER = "limits_differ"
"""The code of the finding that a guideline sees a result in another light."""

GUIDELINES_DIFFER = "guidelines_differ"
"""The code of the finding that two guidelines see a result in another light."""

FALLBACK = "fallback_limits"
"""The code of the finding that limits of another profile were used."""

CONDITION_MEASURED = "condition_measured"
"""The code of the finding that another result called for the limits that were used."""

STAFF_ONLY = "not_computed"
"""The code of the finding that a value could not be computed; staff see why."""

INTERVALS_DIFFER = "intervals_differ"
"""The code of the finding that the laboratory's interval and ours do not agree."""

_ELSEWHERE = {LIMITS_DIFFER, GUIDELINES_DIFFER, INTERVALS_DIFFER, FALLBACK}
_CONFLICT = "flag_conflict"
_NONE = "no reason"
_ASK = "ask"
_NO_OTHER: frozenset[str] = frozenset()
_SAID_BY = {"pregnant": frozenset({"pregnancy_b12", "pregnancy_dilution"})}
"""Factors, and the cautions whose words say what they do."""

_ORDER = list(Token)
_BY_WAY_OF = {Token.CONSISTENT_WITH, Token.MAY_CONTRIBUTE}


def relation_texts(result: Result, wording: Wording) -> Iterator[str]:
    """Yield a paragraph for each way in which *result* stands to reported symptoms."""
    shown = [r for r in result.relations if r.token is not Token.NOT_RELATED]
    shown.sort(key=_sort_key)
    for _, relations in groupby(shown, key=lambda one: one.token):
        alike = list(relations)
        yield resting(together(_relation(alike, result, wording)), *alike)


def caution_texts(
    result: Result, interpretation: Interpretation, wording: Wording, *effects: str
) -> Iterator[str]:
    """Yield the cautions on *result* that have one of these *effects*.

    Those that come from a reported factor make one sentence together; with it, what
    else could be asked about such factors need not be said.  A factor is not named
    where one of the others says what it does.
    """
    found = [
        caution
        for caution in interpretation.cautions
        if caution.effect in effects and applies(caution, result)
    ]
    worded = [one for one in found if wording.has(f"cautions.{one.code}")]
    said = {one.code for one in worded}
    factors = [
        one
        for one in found
        if one not in worded and said.isdisjoint(_SAID_BY.get(one.code, _NO_OTHER))
    ]
    for caution in worded:
        if caution.effect != _ASK or not factors:
            yield resting(wording.say(f"cautions.{caution.code}"), caution)
    if factors:
        names = [resting(wording.say(f"factors.{one.code}"), one) for one in factors]
        yield say_all("cards.factors", "factors", names, wording)


def applies(caution: Caution, result: Result) -> bool:
    """Say whether *caution* is on *result*."""
    return (
        result.observation.analyte in caution.analytes
        or caution.code in result.cautions
    )


def finding_texts(
    result: Result, interpretation: Interpretation, wording: Wording
) -> Iterator[str]:
    """Yield what was found that *result* is the worst subject of.

    What its own reason says already is left out, and so is what stands elsewhere: that
    limits differ with the limits it is about, whose they are among the sources.
    """
    reason = result.outcome.reason or _NONE
    for finding in interpretation.findings:
        said = finding.code in _ELSEWHERE or finding.code.startswith(reason)
        if not said and stands_with(finding, interpretation) is result:
            yield resting(finding_text(finding, result, wording), finding)


def finding_text(finding: Finding, result: Result | None, wording: Wording) -> str:
    """Return the words of *finding*; we do not differ where we have not judged.

    *result* is the one that it stands with, if there is one.
    """
    unjudged = result is not None and result.leads is None
    if finding.code == _CONFLICT and unjudged:
        return wording.say("cards.marked")
    if finding.code == CONDITION_MEASURED:
        told = dict(finding.params)
        tests = [subject_words(one, wording) for one in told["shown_by"].split()]
        return wording.say(
            "cards.condition_measured",
            tests=wording.listed(tests),
            condition=wording.say(f"factors.{told['condition']}"),
        )
    return wording.say(f"findings.{finding.code}")


def other_findings(interpretation: Interpretation, wording: Wording) -> Iterator[str]:
    """Yield what was found that has no result on the page to stand with."""
    for finding in interpretation.findings:
        alone = stands_with(finding, interpretation) is None
        if alone and finding.code != STAFF_ONLY:
            yield resting(finding_text(finding, None, wording), finding)


def stands_with(finding: Finding, interpretation: Interpretation) -> Result | None:
    """Return the worst result that *finding* is about; none where all are in range.

    What results in range show together belongs to the symptoms, not to one of them.
    """
    results = all_results(interpretation)
    worst = next((r for r in results if _subject(r) in finding.subjects), None)
    together = len(finding.subjects) > 1
    if worst and worst.outcome.kind is Kind.IN_RANGE and together:
        return None
    return worst


def _subject(result: Result) -> str:
    return result.observation.analyte or result.observation.name


def _sort_key(relation: Relation) -> tuple[int, str, tuple[str, ...]]:
    return _ORDER.index(relation.token), relation.through, relation.notes


def _relation(
    relations: list[Relation], result: Result, wording: Wording
) -> Iterator[str]:
    """Yield what all *relations* come to, what some go through, and what is to note."""
    token = relations[0].token
    symptoms = told([relation.symptom for relation in relations], wording)
    finding = finding_of(result, wording)
    yield say_all("cards.told", "symptoms", symptoms, wording)
    yield sentence_start(wording.say(f"relations.{token}", finding=finding))
    if token in _BY_WAY_OF:
        yield from _passages(relations, wording)
    for note in dict.fromkeys(note for one in relations for note in one.notes):
        yield wording.say(f"remarks.{note}")


def _passages(relations: list[Relation], wording: Wording) -> Iterator[str]:
    for name in dict.fromkeys(one.through for one in relations if one.through):
        through = [one.symptom for one in relations if one.through == name]
        yield say_all(f"through.{name}", "symptoms", told(through, wording), wording)
