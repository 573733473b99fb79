"""Which judgement leads, and what becomes of the result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from reference_ranges.judging.differences import (
    guidelines_differ,
    intervals_differ,
    limits_differ,
)
from reference_ranges.limits import Span
from reference_ranges.panel import Reason
from reference_ranges.results import (
    Direction,
    Finding,
    Judgement,
    JudgementKind,
    Kind,
    Outcome,
    Urgency,
    Verdict,
)
from reference_ranges.scales import Ruling


@dataclass(frozen=True, slots=True)
class Judged:
    """All that was judged of one reading; ``main`` are the guidelines that may lead.

    ``aside`` is a laboratory's interval where it is silent on the side on which our
    own, which is then ``interval``, says otherwise.  ``ours`` is our own where the
    laboratory's is used in its place: it decides nothing.
    """

    interval: Ruling | None
    main: tuple[Ruling, ...]
    beside: tuple[Ruling, ...]
    critical: Ruling | None
    targets: tuple[Ruling, ...]
    aside: Ruling | None = None
    ours: Ruling | None = None

    @property
    def guidelines(self) -> tuple[Judgement, ...]:
        """The judgements by guidelines, those that may lead first."""
        return tuple([one.judgement for one in (*self.main, *self.beside)])

    @property
    def rulings(self) -> tuple[Ruling, ...]:
        """All of them, in the order in which they are shown."""
        intervals = (self.aside, self.interval, self.ours)
        present = (one for one in (*intervals, *self.main) if one is not None)
        rest = (*self.beside, *self.targets)
        return (*present, *rest, *((self.critical,) if self.critical else ()))


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a result, and the ruling that decided it, if one did.

    ``open_to`` are reasons for which it must not be called in range all the same.
    ``because`` says in (name, text) pairs how it was made.
    """

    outcome: Outcome
    severity: int
    urgency: Urgency
    leads: JudgementKind | None = None
    ruling: Ruling | None = None
    findings: tuple[Finding, ...] = ()
    open_to: tuple[Reason, ...] = ()
    because: tuple[tuple[str, str], ...] = ()


def decide(
    judged: Judged,
    lead: Sequence[str],
    analyte: str,
    settings: Mapping[str, Decimal],
) -> Decision:
    """Weigh the judgements: the first that applies leads, unless one is more cautious.

    *lead* are kinds of judgement in order.  A judgement that says otherwise than the
    leading one takes over where it is graver and at least ``take_over_severity``.
    Critical beats everything.  Where nothing leads there is no outcome but
    ``not_interpreted(no_limit)``.
    """
    leading = _leading(judged, lead)
    because = _order(lead, leading, settings)
    beside = judged.aside is not None and leading is judged.interval
    first = judged.aside if beside else leading
    for other in _others(judged, leading):
        if _takes_over(other, leading, settings):
            leading = other
            because.append(("took_over", _said(other)))
    findings = (*_differences(first, judged, analyte), *_theirs(judged, analyte))
    severity = _severity(judged, leading)
    outcome = _outcome(judged, leading)
    urgency = urgency_of(severity, settings)
    if _possibly_critical(judged):
        urgency = max(urgency, Urgency.TODAY)
        findings = (*findings, _possibly(judged, analyte, urgency))
    kind = leading.judgement.kind if leading else None
    if outcome.kind is Kind.CRITICAL:
        urgency = max(urgency, Urgency.TODAY)
        kind = JudgementKind.CRITICAL
        because.append(("beaten_by", _said(judged.critical)))
    return Decision(
        outcome,
        severity,
        urgency,
        kind,
        leading or judged.critical,
        findings,
        because=tuple(because),
    )


def urgency_of(severity: int, settings: Mapping[str, Decimal]) -> Urgency:
    """Return how soon someone must act on a result of *severity*."""
    if severity >= settings["urgency_emergency_from"]:
        return Urgency.EMERGENCY
    if severity >= settings["urgency_today_from"]:
        return Urgency.TODAY
    if severity >= settings["urgency_soon_from"]:
        return Urgency.SOON
    return Urgency.ROUTINE


_CRITICAL = {
    Verdict.CRITICAL_LOW: Outcome(Kind.CRITICAL, Direction.LOW),
    Verdict.CRITICAL_HIGH: Outcome(Kind.CRITICAL, Direction.HIGH),
}
_PLAIN = {
    Verdict.IN: Outcome(Kind.IN_RANGE),
    Verdict.LOW: Outcome(Kind.OUT_OF_RANGE, Direction.LOW),
    Verdict.HIGH: Outcome(Kind.OUT_OF_RANGE, Direction.HIGH),
    Verdict.GREY: Outcome(Kind.INDETERMINATE, reason=Reason.GREY_ZONE),
}
_NO_LIMIT = Outcome(Kind.NOT_INTERPRETED, reason=Reason.NO_LIMIT)


def _said(one: Ruling | None) -> str:
    """Return which row spoke, and what it said."""
    if one is None:
        return "none"
    found = one.judgement
    return f"{found.kind} {found.rule}: {found.verdict}, severity {found.severity}"


def _order(
    lead: Sequence[str], leading: Ruling | None, settings: Mapping[str, Decimal]
) -> list[tuple[str, str]]:
    least = f"{settings['take_over_severity']:f}"
    said = ("first", _said(leading))
    return [("order", ", ".join(lead)), said, ("take_over_severity", least)]


def _outcome(judged: Judged, leading: Ruling | None) -> Outcome:
    critical = judged.critical.judgement if judged.critical else None
    if critical and critical.verdict in _CRITICAL:
        return _CRITICAL[critical.verdict]
    if leading is None:
        return _NO_LIMIT
    verdict = leading.judgement.verdict
    if verdict is Verdict.CANNOT_TELL:
        return Outcome(Kind.INDETERMINATE, reason=leading.judgement.reason)
    if verdict is Verdict.IN and critical and critical.verdict is Verdict.CANNOT_TELL:
        return Outcome(Kind.INDETERMINATE, reason=critical.reason)
    return _PLAIN[verdict]


def _gravest(rulings: Sequence[Ruling]) -> Ruling | None:
    return max(rulings, key=lambda one: one.judgement.severity, default=None)


def _leading(judged: Judged, lead: Sequence[str]) -> Ruling | None:
    # A set beside the main one covers what that one is silent on, such as a B12 that
    # is far too high: it may be the graver, and never speaks alone.
    guidelines = (*judged.main, *judged.beside) if judged.main else ()
    for kind in lead:
        guideline = kind == JudgementKind.GUIDELINE
        found = _gravest(guidelines) if guideline else judged.interval
        if found is not None and guideline and _silent(guidelines, judged.interval):
            return judged.interval
        if found is not None:
            return found
    return None


def _silent(guidelines: Sequence[Ruling], interval: Ruling | None) -> bool:
    """Say whether no guideline has a limit on the side on which *interval* has one.

    Guidelines on a lack say nothing of too much: what is enough for them may still be
    above the interval.
    """
    side = interval.judgement.verdict if interval else Verdict.IN
    if any(one.judgement.verdict is not Verdict.IN for one in guidelines):
        return False
    ranges = [one.usual or _ENDLESS for one in guidelines]
    silent = {
        Verdict.LOW: all(one.low is None for one in ranges),
        Verdict.HIGH: all(one.high is None for one in ranges),
    }
    silent[Verdict.CANNOT_TELL] = any(silent.values())
    return silent.get(side, False)


_ENDLESS = Span()


def _others(judged: Judged, leading: Ruling | None) -> list[Ruling]:
    interval = () if judged.interval is None else (judged.interval,)
    everything = (*interval, *judged.main, *judged.beside)
    return [one for one in everything if one is not leading]


def _takes_over(
    other: Ruling, leading: Ruling | None, settings: Mapping[str, Decimal]
) -> bool:
    """Say whether *other* is the more cautious, and grave enough to lead."""
    severity = other.judgement.severity
    if severity < settings["take_over_severity"]:
        return False
    if leading is None:
        return True
    differs = other.judgement.verdict is not leading.judgement.verdict
    return differs and severity > leading.judgement.severity


def _severity(judged: Judged, leading: Ruling | None) -> int:
    """Return the gravest severity of all judgements that say what the outcome says."""
    critical = judged.critical.judgement if judged.critical else None
    everything = [one.judgement for one in _others(judged, None)]
    if critical and critical.verdict in _CRITICAL:
        return max([critical.severity, *(one.severity for one in everything)])
    if leading is None:
        return 0
    verdict = leading.judgement.verdict
    return max(one.severity for one in everything if one.verdict is verdict)


def _differences(
    first: Ruling | None, judged: Judged, analyte: str
) -> tuple[Finding, ...]:
    guidelines = (*judged.main, *judged.beside)
    others = _others(judged, first)
    if first in guidelines:  # how guidelines differ among themselves is said below
        others = [one for one in others if one is judged.interval]
    return (
        *limits_differ(first, others, analyte),
        *guidelines_differ(guidelines, analyte),
    )


def _theirs(judged: Judged, analyte: str) -> tuple[Finding, ...]:
    """Return that a laboratory's interval says otherwise than ours: both are shown."""
    if judged.interval is None or judged.ours is None:
        return ()
    theirs, ours = judged.interval.judgement, judged.ours.judgement
    return intervals_differ(theirs, ours, analyte)


def _possibly_critical(judged: Judged) -> bool:
    critical = judged.critical
    return critical is not None and critical.judgement.verdict is Verdict.CANNOT_TELL


def _possibly(judged: Judged, analyte: str, urgency: Urgency) -> Finding:
    assert judged.critical is not None  # noqa: S101 - asked just before
    critical = judged.critical.judgement
    reason = critical.reason.value if critical.reason else ""
    return Finding(
        code="possibly_critical",
        subjects=(analyte,),
        urgency=urgency,
        rule=critical.rule,
        params=(("reason", reason),),
        sources=(critical.source,),
    )
