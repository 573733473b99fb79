"""Findings that limits see a result in another light, or are not the profile's own."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from reference_ranges.results import Finding, Judgement, Urgency, Verdict
from reference_ranges.scales import Ruling


def limits_differ(
    leading: Ruling | None, others: Sequence[Ruling], analyte: str
) -> tuple[Finding, ...]:
    """Name the gravest of *others* that asks for more, or points the other way."""
    if leading is None or leading.judgement.verdict not in _SAYS_SOMETHING:
        return ()
    first = leading.judgement
    differing = [one.judgement for one in others if _differs(one.judgement, first)]
    if not differing:
        return ()
    other = max(differing, key=lambda one: one.severity)
    return (_differ("limits_differ", first, other, analyte),)


def intervals_differ(
    theirs: Judgement, ours: Judgement, analyte: str
) -> tuple[Finding, ...]:
    """Name the laboratory's interval and ours where they say otherwise."""
    said = {theirs.verdict, ours.verdict}
    if len(said) == 1 or not said <= _SAYS_SOMETHING:
        return ()
    differ = _differ("intervals_differ", theirs, ours, analyte)
    return (replace(differ, rule="laboratory_interval"),)


def guidelines_differ(
    guidelines: Sequence[Ruling], analyte: str
) -> tuple[Finding, ...]:
    """Name every one of *guidelines* that says otherwise than the gravest of them.

    A guideline on the one side says nothing of the other: it does not differ.
    """
    gravest = max(guidelines, key=lambda one: one.judgement.severity, default=None)
    if gravest is None or gravest.judgement.verdict not in _SAYS_SOMETHING:
        return ()
    first = gravest.judgement
    return tuple(
        _differ(
            "guidelines_differ",
            first,
            other.judgement,
            analyte,
            (("guideline", first.title), ("other_guideline", other.judgement.title)),
        )
        for other in guidelines
        if _contradicts(other, gravest)
    )


def fallback_limits(
    rulings: Iterable[Ruling], borrowed: Collection[str], profile: str, analyte: str
) -> tuple[Finding, ...]:
    """Name the *borrowed* rows of other profiles among *rulings*, if there are any.

    A critical limit that is not met is not counted: it adds nothing.
    """
    told = (one.judgement for one in rulings)
    used = [one for one in told if one.rule in borrowed and one.verdict is not _QUIET]
    if not used:
        return ()
    rows = " ".join(dict.fromkeys(one.rule for one in used))
    sources = tuple(dict.fromkeys(one.source for one in used))
    code = "fallback_limits"
    others = ", ".join(dict.fromkeys(one.rule.split("/")[1] for one in used))
    params = (("profile", profile), ("from", others), ("rows", rows))
    return (Finding(code, (analyte,), Urgency.ROUTINE, code, params, sources),)


_SAYS_SOMETHING = {Verdict.LOW, Verdict.IN, Verdict.GREY, Verdict.HIGH}
_OUT = {Verdict.LOW, Verdict.HIGH}
_QUIET = Verdict.NOT_CRITICAL


def _differs(other: Judgement, first: Judgement) -> bool:
    """Say whether *other* asks for more than *first*, or points the other way."""
    if other.verdict not in _SAYS_SOMETHING or other.verdict is first.verdict:
        return False
    return other.severity > first.severity or {other.verdict, first.verdict} == _OUT


def _contradicts(other: Ruling, gravest: Ruling) -> bool:
    says = other.judgement.verdict
    if says not in _SAYS_SOMETHING or says is gravest.judgement.verdict:
        return False
    if says is not Verdict.IN or other.usual is None:
        return True
    high = _on_the_high_side(gravest)
    return (other.usual.high if high else other.usual.low) is not None


def _on_the_high_side(ruling: Ruling) -> bool:
    """Say whether *ruling*, which is not in range, lies above what is."""
    verdict, usual = ruling.judgement.verdict, ruling.usual
    if verdict is not Verdict.GREY or usual is None or usual.high is None:
        return verdict is Verdict.HIGH
    low = ruling.judgement.span.low
    return low is not None and low >= usual.high


def _differ(
    code: str,
    first: Judgement,
    other: Judgement,
    analyte: str,
    titles: tuple[tuple[str, str], ...] = (),
) -> Finding:
    return Finding(
        code=code,
        subjects=(analyte,),
        urgency=Urgency.ROUTINE,
        rule=code,
        params=(
            ("leading", first.rule),
            ("leading_says", first.verdict.value),
            ("other", other.rule),
            ("other_says", other.verdict.value),
            *titles,
        ),
        sources=tuple(source for source in (first.source, other.source) if source),
    )
