"""The paragraphs beside a result: links to symptoms, cautions, what goes together."""

from collections.abc import Iterator
from itertools import groupby

from reference_ranges.relations import Relation, Token
from reference_ranges.results import Caution, Finding, Interpretation, Result
from reports.phrasing import finding_of, listed, sentence_start, symptoms_told
from reports.summary import all_results
from reports.wording import Wording

LIMITS_DIFFER = "limits_differ"
"""The code of the finding that a guideline sees a result in another light."""

STAFF_ONLY = "not_computed"
"""The code of the finding that a value could not be computed; staff see why."""

_NONE = "no reason"
_ORDER = list(Token)
_BY_WAY_OF = {Token.CONSISTENT_WITH, Token.MAY_CONTRIBUTE}


def relation_texts(result: Result, wording: Wording) -> Iterator[str]:
    """Yield a paragraph for each way in which *result* stands to reported symptoms."""
    shown = [r for r in result.relations if r.token is not Token.NOT_RELATED]
    shown.sort(key=_sort_key)
    for _, relations in groupby(shown, key=_sort_key):
        yield " ".join(_relation(list(relations), result, wording))


def caution_texts(
    result: Result, interpretation: Interpretation, wording: Wording, *effects: str
) -> Iterator[str]:
    """Yield the cautions on *result* that have one of these *effects*.

    Those that come from a reported factor make one sentence together.
    """
    codes = dict.fromkeys(
        caution.code
        for caution in interpretation.cautions
        if caution.effect in effects and _applies(caution, result)
    )
    factors = [code for code in codes if not wording.has(f"cautions.{code}")]
    for code in codes:
        if code not in factors:
            yield wording.say(f"cautions.{code}")
    if factors:
        names = listed((wording.say(f"factors.{one}") for one in factors), wording)
        yield wording.say("cards.factors", factors=names)


def _applies(caution: Caution, result: Result) -> bool:
    return (
        result.observation.analyte in caution.analytes
        or caution.code in result.cautions
    )


def finding_texts(
    result: Result, interpretation: Interpretation, wording: Wording
) -> Iterator[str]:
    """Yield what was found that *result* is the worst subject of.

    What its own reason says already is left out, and so is that limits differ, which
    stands with the guideline it is about.
    """
    reason = result.outcome.reason or _NONE
    for finding in interpretation.findings:
        said = finding.code == LIMITS_DIFFER or finding.code.startswith(reason)
        if not said and _stands_with(finding, interpretation) is result:
            yield wording.say(f"findings.{finding.code}")


def other_findings(interpretation: Interpretation, wording: Wording) -> Iterator[str]:
    """Yield what was found that has no result on the page to stand with."""
    for finding in interpretation.findings:
        alone = _stands_with(finding, interpretation) is None
        if alone and finding.code != STAFF_ONLY:
            yield wording.say(f"findings.{finding.code}")


def _stands_with(finding: Finding, interpretation: Interpretation) -> Result | None:
    results = all_results(interpretation)
    return next((r for r in results if _subject(r) in finding.subjects), None)


def _subject(result: Result) -> str:
    return result.observation.analyte or result.observation.name


def _sort_key(relation: Relation) -> tuple[int, str, tuple[str, ...]]:
    return _ORDER.index(relation.token), relation.through, relation.notes


def _relation(
    relations: list[Relation], result: Result, wording: Wording
) -> Iterator[str]:
    first, *_ = relations
    told = symptoms_told([relation.symptom for relation in relations], wording)
    finding = sentence_start(finding_of(result, wording))
    yield wording.say("cards.told", symptoms=told)
    yield wording.say(f"relations.{first.token}", finding=finding)
    if first.through and first.token in _BY_WAY_OF:
        yield wording.say(f"through.{first.through}")
    for note in first.notes:
        yield wording.say(f"remarks.{note}")
