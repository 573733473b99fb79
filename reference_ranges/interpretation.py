"""The one door: a panel and the catalogue in, an interpretation out.

Pure and deterministic: no clock, no chance, no order of input.  Whatever panel the
intake admits, there is an answer; where nothing can be said, the answer says so.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from reference_ranges.assessment import Assessment, assess
from reference_ranges.catalogue import Catalogue
from reference_ranges.classification import classify_all
from reference_ranges.comments import with_comments_heard
from reference_ranges.derivation import Derivation, derive
from reference_ranges.facts import stated_conditions
from reference_ranges.judging.answers import Classified
from reference_ranges.panel import Observation, Panel, Reason
from reference_ranges.results import (
    CatalogueRef,
    Finding,
    Interpretation,
    Kind,
    Missing,
    Overview,
    Result,
    SourceRef,
    Urgency,
)

ENGINE = "plainlab 0.1.0"
"""The version of the rules in code; it stands on every interpretation."""

_WORST_FIRST = (
    Kind.CRITICAL,
    Kind.CONFLICT,
    Kind.OUT_OF_RANGE,
    Kind.INDETERMINATE,
    Kind.NOT_INTERPRETED,
    Kind.IN_RANGE,
)
_RANK = {kind: rank for rank, kind in enumerate(_WORST_FIRST)}


def interpret(panel: Panel, catalogue: Catalogue) -> Interpretation:
    """Say what *panel* means, by *catalogue* and nothing else.

    The results come back worst first.  Never raises for a panel that the intake
    admits; *panel.profile* must be one of ``catalogue.profiles``.
    """
    panel = with_comments_heard(panel, catalogue.rules)
    observations = sorted(panel.observations, key=_place)
    reported = classify_all(observations, panel, catalogue)
    derivation = derive(reported, panel, catalogue)
    assessment = assess(reported, derivation.classified, panel, catalogue)
    classified = (*reported, *derivation.classified)
    findings = _findings(classified, derivation, assessment)
    urgency = max(
        (
            assessment.urgency,
            assessment.if_true,
            *(finding.urgency for finding in findings),
        )
    )
    return Interpretation(
        urgency=urgency,
        critical=any(one.critical for one in classified),
        overview=_overview(
            assessment.results,
            asked=panel.symptoms is not None,
            remarked=_remarked(panel, catalogue),
        ),
        results=_worst_first(assessment.results),
        derived=_worst_first(assessment.derived),
        symptoms=assessment.symptoms,
        red_flags=assessment.red_flags,
        findings=findings,
        cautions=assessment.cautions,
        missing=_missing(classified, derivation, assessment),
        factors=assessment.factors,
        withheld_food=tuple(
            dict.fromkeys([one.analyte for one in assessment.withheld_food])
        ),
        sources=_sources(assessment, findings, catalogue),
        catalogue=_reference(catalogue, panel.profile),
        engine=ENGINE,
        withheld=assessment.withheld_food,
    )


def _place(observation: Observation) -> tuple[str, ...]:
    """Return what orders observations, however they came: everything they say."""
    interval = observation.lab_interval
    return (
        observation.analyte or "",
        observation.name,
        observation.value_text,
        observation.unit_text,
        interval.text if interval else "",
        observation.sender_flag or "",
        observation.status,
        observation.loinc or "",
        observation.comment,
        observation.refusal or "",
        observation.detail,
    )


def _worst_first(results: Iterable[Result]) -> tuple[Result, ...]:
    """Return *results*, which stand in their place already, worst first."""
    return tuple(sorted(results, key=_badness))


def _badness(result: Result) -> tuple[int, int, int, str]:
    return (
        -result.urgency,
        _RANK[result.outcome.kind],
        -result.severity,
        result.name,
    )


def _findings(
    classified: Sequence[Classified], derivation: Derivation, assessment: Assessment
) -> tuple[Finding, ...]:
    """Return all findings once, most urgent first."""
    found = {
        _lifted(finding, assessment.if_true)
        for one in classified
        for finding in one.findings
    }
    found.update(derivation.findings, assessment.findings, _repeated(classified))
    return tuple(sorted(found, key=_soonest))


def _repeated(classified: Iterable[Classified]) -> Iterator[Finding]:
    """Yield the tests that came more than once: which of them counts is a question."""
    sent = Counter(
        one.observation.analyte
        for one in classified
        if one.answer.settled.outcome.reason is not Reason.STATUS_NOT_USABLE
    )
    for analyte, times in sent.items():
        if analyte is not None and times > 1:
            code = "repeated_analyte"
            yield Finding(code, (analyte,), Urgency.ROUTINE, code)


_CONTESTED = {"critical_if_true", "flag_conflict"}


def _lifted(finding: Finding, urgency: Urgency) -> Finding:
    """Return *finding*, as urgent as the value that it is about if that is true."""
    if finding.code not in _CONTESTED or urgency <= finding.urgency:
        return finding
    return replace(finding, urgency=urgency)


@lru_cache(maxsize=4096)  # a panel repeats what others found, and repr is slow
def _soonest(finding: Finding) -> tuple[int, str, str]:
    return -finding.urgency, finding.code, repr(finding)


def _missing(
    classified: Sequence[Classified], derivation: Derivation, assessment: Assessment
) -> tuple[Missing, ...]:
    """Return each missing fact once, with all the analytes that it would settle."""
    asked: dict[tuple[str, str], set[str]] = {}
    everything = [missing for one in classified for missing in one.missing]
    for missing in (*everything, *derivation.missing, *assessment.missing):
        asked.setdefault((missing.fact, missing.why), set()).update(missing.analytes)
    return tuple(
        Missing(fact, tuple(sorted(analytes)), why)
        for (fact, why), analytes in sorted(asked.items())
    )


def _remarked(panel: Panel, catalogue: Catalogue) -> bool:
    """Say whether anything was said of the sample or a result that may matter."""
    comments = any(one.comment.strip() for one in panel.observations)
    return comments or bool(stated_conditions(panel, catalogue.rules))


def _overview(results: Sequence[Result], *, asked: bool, remarked: bool) -> Overview:
    kinds = [result.outcome.kind for result in results]
    unsupported = sum(
        result.outcome.reason is Reason.ANALYTE_NOT_SUPPORTED for result in results
    )
    decided = (Kind.IN_RANGE, Kind.OUT_OF_RANGE, Kind.CRITICAL)
    in_range, out_of_range, critical = (kinds.count(kind) for kind in decided)
    return Overview(
        results=len(kinds),
        in_range=in_range,
        out_of_range=out_of_range,
        critical=critical,
        undecided=len(kinds) - in_range - out_of_range - critical - unsupported,
        unsupported=unsupported,
        all_in_range=bool(kinds) and in_range == len(kinds) and not remarked,
        symptoms_asked=asked,
    )


def _sources(
    assessment: Assessment, findings: Sequence[Finding], catalogue: Catalogue
) -> tuple[SourceRef, ...]:
    """Return every publication that a statement of this interpretation rests on."""
    results = (*assessment.results, *assessment.derived)
    relations = [relation for result in results for relation in result.relations]
    named = {step.source for result in results for step in result.trace}
    named.update(*{relation.sources for relation in relations})
    named.update(
        *(flag.sources for flag in assessment.red_flags),
        *(caution.sources for caution in assessment.cautions),
        *(food.sources for food in assessment.withheld_food),
        *(finding.sources for finding in findings),
    )
    return tuple(
        catalogue.sources[name] for name in sorted(named) if name in catalogue.sources
    )


@lru_cache(maxsize=64)
def _reference(catalogue: Catalogue, profile: str) -> CatalogueRef:
    signed = {analyte.review.reviewed_by for analyte in catalogue.analytes.values()}
    return CatalogueRef(
        version=catalogue.version,
        sha256=catalogue.sha256,
        profile=profile,
        reviewed_by="; ".join(sorted(signed)),
    )
