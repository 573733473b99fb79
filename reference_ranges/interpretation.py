"""The one door: a panel and the catalogue in, an interpretation out.

Pure and deterministic: no clock, no chance, no order of input.  Whatever panel the
intake admits, there is an answer; where nothing can be said, the answer says so.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from reference_ranges.assessment import Assessment, assess
from reference_ranges.catalogue import Catalogue
from reference_ranges.classification import court_of
from reference_ranges.comments import with_comments_heard
from reference_ranges.delta_check import compared
from reference_ranges.derivation import derive
from reference_ranges.facts import Circumstances, circumstances_of
from reference_ranges.judging.answers import Answer, Classified
from reference_ranges.measured import judged, measured_findings, shown_by
from reference_ranges.panel import Observation, Panel, Reason
from reference_ranges.relations import Standing, SymptomFinding
from reference_ranges.results import (
    CatalogueRef,
    Caution,
    Finding,
    Interpretation,
    Kind,
    Missing,
    Overview,
    RedFlag,
    Result,
    SourceRef,
    Urgency,
    WithheldFood,
)

ENGINE = "plainlab 0.1.0"
"""The version of the rules in code; it stands on every interpretation."""

WORST_FIRST = (
    Kind.CRITICAL,
    Kind.CONFLICT,
    Kind.OUT_OF_RANGE,
    Kind.INDETERMINATE,
    Kind.NOT_INTERPRETED,
    Kind.IN_RANGE,
)
"""The kinds of outcome in the order in which results of one urgency are told."""

_RANK = {kind: rank for rank, kind in enumerate(WORST_FIRST)}


def interpret(panel: Panel, catalogue: Catalogue) -> Interpretation:
    """Say what *panel* means, by *catalogue* and nothing else.

    The results come back worst first.  Never raises for a panel that the intake
    admits; *panel.profile* must be one of ``catalogue.profiles``.
    """
    panel = with_comments_heard(panel, catalogue.rules)
    court = court_of(panel, catalogue)
    shown = shown_by(panel, court, catalogue)
    observations = _in_order(panel.observations)
    reported = judged(observations, panel, court, shown, catalogue)
    derivation = derive(reported, panel, catalogue, court)
    derived = derivation.classified
    said = _say(
        tuple([one.answer for one in reported]),
        tuple([one.answer for one in derived]),
        (*derivation.findings, *measured_findings(reported, shown, catalogue)),
        derivation.missing,
        tuple([one.result.trace[0].source for one in derived]),
        _around(panel, catalogue),
        any(one.comment.strip() for one in panel.observations if one.comment),
        catalogue,
    )
    results = compared(
        _results(reported, said.results), said.cautions, panel, catalogue
    )
    return Interpretation(
        urgency=said.urgency,
        critical=said.critical,
        overview=said.overview,
        results=results,
        derived=_results(derived, said.derived),
        symptoms=said.symptoms,
        red_flags=said.red_flags,
        findings=said.findings,
        cautions=said.cautions,
        missing=said.missing,
        factors=said.factors,
        withheld_food=said.withheld_food,
        sources=_with_those_of(results, said.sources, catalogue),
        catalogue=_reference(catalogue, panel.profile),
        engine=ENGINE,
        withheld=said.withheld,
    )


def _around(panel: Panel, catalogue: Catalogue) -> Circumstances:
    from_age = catalogue.settings["symptom_rules_from_age"]
    return circumstances_of(panel, catalogue.rules, rules_from_age=from_age)


def _in_order(observations: Sequence[Observation]) -> list[Observation]:
    """Return *observations* in one order, however they came."""
    tests = {one.analyte or "": one for one in observations}
    if len(tests) == len(observations):  # one of each: no need to look any further
        return [tests[name] for name in sorted(tests)]
    return sorted(observations, key=_place)


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
        observation.method,
    )


Places = tuple[tuple[int, Standing], ...]
"""Where each result comes from, worst first, and how it stands to the symptoms."""


@dataclass(frozen=True, slots=True, eq=False)
class _Said:
    """All that is said of a panel but its numbers."""

    urgency: Urgency
    critical: bool
    overview: Overview
    results: Places
    derived: Places
    symptoms: tuple[SymptomFinding, ...] | None
    red_flags: tuple[RedFlag, ...]
    findings: tuple[Finding, ...]
    cautions: tuple[Caution, ...]
    missing: tuple[Missing, ...]
    factors: tuple[str, ...]
    withheld_food: tuple[str, ...]
    withheld: tuple[WithheldFood, ...]
    sources: tuple[SourceRef, ...]


@lru_cache(maxsize=1024)  # panels are alike: most of most panels lies in range
def _say(  # noqa: PLR0913, PLR0917 - all that a panel is known by, but for its numbers
    reported: tuple[Answer, ...],
    derived: tuple[Answer, ...],
    findings: tuple[Finding, ...],
    missing: tuple[Missing, ...],
    formulas: tuple[str, ...],
    around: Circumstances,
    commented: bool,  # noqa: FBT001 - a key of the cache, as the others are
    catalogue: Catalogue,
) -> _Said:
    """Say what results mean whose answers these are; no number changes any of it.

    An answer is the same for every value in the same zones, and so is what is made of
    several: it is made once.
    """
    answers = (*reported, *derived)
    evidence = [one.evidence for one in answers]
    assessment = assess(evidence, around, catalogue.rules)
    found = _findings(answers, findings, assessment)
    if_true = assessment.if_true.values()
    tiers = (assessment.urgency, *if_true, *(one.urgency for one in found))
    remarked = commented or bool(around.conditions)
    asked = around.symptoms is not None
    standings = assessment.standings
    lead = list(dict.fromkeys([one.subjects[0] for one in assessment.findings]))
    return _Said(
        urgency=max(tiers),
        critical=any(one.settled.critical for one in answers),
        overview=_overview(reported, asked=asked, remarked=remarked),
        results=_worst_first(reported, standings[: len(reported)], lead),
        derived=_worst_first(derived, standings[len(reported) :], lead),
        symptoms=assessment.symptoms,
        red_flags=assessment.red_flags,
        findings=found,
        cautions=assessment.cautions,
        missing=_missing(answers, (*missing, *assessment.missing)),
        factors=assessment.factors,
        withheld_food=tuple(
            dict.fromkeys([one.analyte for one in assessment.withheld_food])
        ),
        withheld=assessment.withheld_food,
        sources=_sources(answers, formulas, assessment, found, catalogue),
    )


def _worst_first(
    answers: Sequence[Answer], standings: Sequence[Standing], lead: Sequence[str]
) -> Places:
    """Return the places of *answers*, which stand in order already, worst first.

    Of those that are alike pressing, what a pattern names first goes before the rest:
    magnesium before the potassium that it holds down.
    """
    worst = sorted(range(len(answers)), key=lambda at: _badness(answers[at], lead))
    return tuple([(at, standings[at]) for at in worst])


def _badness(answer: Answer, lead: Sequence[str]) -> tuple[int, int, int, int, str]:
    settled, analyte = answer.settled, answer.evidence.analyte
    return (
        -settled.urgency,
        _RANK[settled.outcome.kind],
        lead.index(analyte) if analyte in lead else len(lead),
        -settled.severity,
        answer.name,
    )


def _results(classified: Sequence[Classified], places: Places) -> tuple[Result, ...]:
    return tuple([classified[at].related(standing) for at, standing in places])


def _findings(
    answers: Sequence[Answer], derivation: Iterable[Finding], assessment: Assessment
) -> tuple[Finding, ...]:
    """Return all findings once, most urgent first, patterns before the others."""
    found = {
        assessment.lifted(finding) if one.evidence.if_true else finding
        for one in answers
        for finding in one.findings
    }
    found.update(derivation, assessment.findings, _repeated(answers))
    places = {one: place for place, one in enumerate(assessment.findings)}
    return tuple(sorted(found, key=lambda one: _soonest(one, places)))


def _repeated(answers: Iterable[Answer]) -> Iterator[Finding]:
    """Yield the tests that came more than once: which of them counts is a question."""
    sent = [
        one.evidence.analyte
        for one in answers
        if one.settled.outcome.reason is not Reason.STATUS_NOT_USABLE
    ]
    if len(set(sent)) == len(sent):  # one of each: no need to look any further
        return
    for analyte, times in Counter(sent).items():
        if analyte is not None and times > 1:
            code = "repeated_analyte"
            yield Finding(code, (analyte,), Urgency.ROUTINE, code)


def _soonest(
    finding: Finding, places: Mapping[Finding, int]
) -> tuple[int, int, str, str]:
    """Order findings; patterns of one urgency stand as their file has them."""
    place = places.get(finding, len(places))
    return -finding.urgency, place, finding.code, repr(finding)


def _missing(
    answers: Sequence[Answer], beyond: Iterable[Missing]
) -> tuple[Missing, ...]:
    """Return each missing fact once, with all the analytes that it would settle.

    A test that would settle a result is none where it was sent, and could be used.
    """
    usable = {answer.evidence.analyte for answer in answers if answer.evidence.usable}
    asked: dict[tuple[str, str, bool], set[str]] = {}
    own = [one for answer in answers for one in answer.missing]
    for one in (*[one for one in own if one.fact not in usable], *beyond):
        asked.setdefault((one.fact, one.why, one.sent), set()).update(one.analytes)
    return tuple(
        Missing(fact, tuple(sorted(analytes)), why, sent)
        for (fact, why, sent), analytes in sorted(asked.items())
    )


def _overview(answers: Sequence[Answer], *, asked: bool, remarked: bool) -> Overview:
    outcomes = [one.settled.outcome for one in answers]
    kinds = [outcome.kind for outcome in outcomes]
    reasons = [outcome.reason for outcome in outcomes]
    unsupported = reasons.count(Reason.ANALYTE_NOT_SUPPORTED)
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
    answers: Sequence[Answer],
    formulas: Iterable[str],
    assessment: Assessment,
    findings: Sequence[Finding],
    catalogue: Catalogue,
) -> tuple[SourceRef, ...]:
    """Return every publication that a statement of this interpretation rests on."""
    relations = [one for standing in assessment.standings for one in standing.relations]
    named = set(formulas).union(
        *[answer.sources for answer in answers],
        *[relation.sources for relation in relations if relation.sources],
        *[flag.sources for flag in assessment.red_flags],
        *[caution.sources for caution in assessment.cautions],
        *[food.sources for food in assessment.withheld_food],
        *[finding.sources for finding in findings],
    )
    return tuple(
        [catalogue.sources[name] for name in sorted(named) if name in catalogue.sources]
    )


def _with_those_of(
    results: Sequence[Result], sources: tuple[SourceRef, ...], catalogue: Catalogue
) -> tuple[SourceRef, ...]:
    """Return *sources* and those of what the numbers say beside earlier ones."""
    said = [one.delta or one.near_limit for one in results]
    more = {one.source for one in said if one is not None and one.source}
    if not more:
        return sources
    named = sorted(more.union(one.id for one in sources))
    return tuple(catalogue.sources[name] for name in named)


@lru_cache(maxsize=64)
def _reference(catalogue: Catalogue, profile: str) -> CatalogueRef:
    signed = {analyte.review.reviewed_by for analyte in catalogue.analytes.values()}
    return CatalogueRef(
        version=catalogue.version,
        sha256=catalogue.sha256,
        profile=profile,
        reviewed_by="; ".join(sorted(signed)),
    )
