"""A reading held against all limits of everyone the patient may be.

Where the patient is not fully known, everyone the patient may be is judged; what
they agree on stands, and where they differ the fact that would settle it is named.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace

from reference_ranges.judging.benches import Standing
from reference_ranges.judging.compiling import Limits
from reference_ranges.judging.decision import Judged
from reference_ranges.limits import Side
from reference_ranges.panel import Extent, Reason
from reference_ranges.persons import KnownPerson
from reference_ranges.results import Judgement, Verdict
from reference_ranges.scales import UNTOLD_SEVERITY, Ruling, Scale, ruling


def judge(standing: Standing, extent: Extent, laboratory: Scale | None) -> Judged:
    """Judge a reading by all limits; the *laboratory*'s own interval wins over ours."""
    each = [_judge_one(one, extent, laboratory) for one in standing.limits]
    first, *others = each
    if not others:
        return first
    persons = standing.persons
    interval = _agreed([one.interval for one in each], persons)
    return Judged(
        interval=interval,
        main=_present(_agreed_main(each, interval, persons)),
        beside=_present(_agreed([_gravest(one.beside) for one in each], persons)),
        critical=_agreed_critical([one.critical for one in each], persons),
        targets=_present(_agreed([_gravest(one.targets) for one in each], persons)),
        aside=next((one.aside for one in each if one.aside is not None), None),
        ours=_agreed([one.ours for one in each], persons),
    )


def facts_in_question(standing: Standing) -> tuple[str, ...]:
    """Return the facts in which the people that the patient may be differ."""
    persons = [person for same in standing.persons for person in same]
    return tuple(
        name
        for name, _, fact in _facts(persons)
        if len({fact(person) for person in persons}) > 1
    )


def _judge_one(limits: Limits, extent: Extent, laboratory: Scale | None) -> Judged:
    own = limits.interval.judge(extent) if limits.interval else None
    theirs = laboratory.judge(extent) if laboratory else None
    filled = own is not None and theirs is not None and _fills_in(own, theirs)
    main: tuple[Ruling, ...] = ()
    if limits.main is not None:
        main = (limits.main.judge(extent),)
    if limits.spare is not None:
        spare = limits.spare.judge(extent)
        if spare.judgement.verdict in _OUT - limits.graded:
            main = (*main, spare)
    return Judged(
        interval=own if filled else theirs or own,
        main=main,
        beside=tuple([scale.judge(extent) for scale in limits.beside]),
        critical=limits.critical.judge(extent) if limits.critical else None,
        targets=tuple([scale.judge(extent) for scale in limits.targets]),
        aside=theirs if filled else None,
        ours=own if theirs and not filled else None,
    )


def _fills_in(own: Ruling, theirs: Ruling) -> bool:
    """Say whether a laboratory's interval has no limit where ours is not met.

    A low limit of 0 is none: laboratories print it where they mean nothing by it.
    """
    if theirs.judgement.verdict is not Verdict.IN:
        return False
    span = theirs.judgement.span
    silent = {Verdict.LOW: not span.low, Verdict.HIGH: span.high is None}
    silent[Verdict.CANNOT_TELL] = any(silent.values())
    return silent.get(own.judgement.verdict, False)


_OUT = frozenset({Verdict.LOW, Verdict.HIGH})

_Fact = tuple[str, Reason, Callable[[KnownPerson], Hashable]]
_SEX: _Fact = ("sex", Reason.SEX_NEEDED, lambda person: person.sex)
_PREGNANCY: _Fact = (
    "pregnancy",
    Reason.PREGNANCY_NEEDED,
    lambda person: person.trimester,
)
_WEEKS: _Fact = ("weeks", Reason.WEEKS_NEEDED, lambda person: person.trimester)
_AGE: _Fact = ("age", Reason.AGE_NEEDED, lambda person: person.age)


def _facts(persons: Iterable[KnownPerson]) -> tuple[_Fact, ...]:
    """Return what *persons* may differ in: of a known pregnancy, only in its weeks."""
    pregnant = all(person.trimester for person in persons)
    return (_SEX, _WEEKS if pregnant else _PREGNANCY, _AGE)


def _present(one: Ruling | None) -> tuple[Ruling, ...]:
    return () if one is None else (one,)


def _gravest(rulings: Sequence[Ruling]) -> Ruling | None:
    return max(rulings, key=lambda one: one.judgement.severity, default=None)


def _agreed(
    rulings: Sequence[Ruling | None], persons: Sequence[Sequence[KnownPerson]]
) -> Ruling | None:
    """Return what all *rulings* say, or that it cannot be told.

    Someone for whom no limit is printed does not agree with someone who has one.
    """
    gravest = _gravest([one for one in rulings if one is not None])
    if gravest is None:
        return None
    verdicts = [one and one.judgement.verdict for one in rulings]
    if len(set(verdicts)) == 1:
        return _without_another_range(gravest, rulings)
    reason = _reason(verdicts, persons)
    return ruling(_untold(gravest.judgement, reason), gravest.usual)


def _without_another_range(gravest: Ruling, rulings: Sequence[Ruling | None]) -> Ruling:
    """Return *gravest* without a usual range that may be somebody else's."""
    if len({one and one.usual for one in rulings}) == 1:
        return gravest
    return gravest._replace(usual=None)


def _agreed_main(
    each: Sequence[Judged],
    interval: Ruling | None,
    persons: Sequence[Sequence[KnownPerson]],
) -> Ruling | None:
    """Do as ``_agreed`` does, but grade what every interval calls low, or high.

    A guideline for adults then counts for someone who may be one.
    """
    mains = [_gravest(one.main) for one in each]
    gravest = _gravest([one for one in mains if one is not None])
    if gravest is None or interval is None:
        return _agreed(mains, persons)
    side = interval.judgement.verdict
    said = {one.judgement.verdict for one in mains if one is not None}
    if side in _OUT and said == {side}:
        return gravest
    led = [main or one.interval for main, one in zip(mains, each, strict=True)]
    verdicts = [one and one.judgement.verdict for one in led]
    if None in mains and len(set(verdicts)) > 1:  # the interval leads for some
        reason = _reason(verdicts, persons)
        return ruling(_untold(gravest.judgement, reason), gravest.usual)
    return _agreed(mains, persons)


def _agreed_critical(
    rulings: Sequence[Ruling | None], persons: Sequence[Sequence[KnownPerson]]
) -> Ruling | None:
    """Do as ``_agreed`` does; someone without a critical limit is not critical."""
    present = [one for one in rulings if one is not None]
    quiet = Verdict.NOT_CRITICAL
    verdicts = [one.judgement.verdict if one else quiet for one in rulings]
    gravest = _gravest(present)
    if gravest is None or len(set(verdicts)) == 1:
        return gravest
    reason = _reason(verdicts, persons)
    return ruling(_untold(gravest.judgement, reason), gravest.usual)


def _reason(
    verdicts: Sequence[Verdict | None], persons: Sequence[Sequence[KnownPerson]]
) -> Reason:
    """Name the one fact that would settle it, or say that more than one is needed.

    The *verdicts* differ: a fact that is the same for everybody does not settle it.
    """
    told = [
        (person, verdict)
        for verdict, same in zip(verdicts, persons, strict=True)
        for person in same
    ]
    for _, reason, fact in _facts(person for person, _ in told):
        settled = {(fact(person), verdict) for person, verdict in told}
        values = {value for value, _ in settled}
        if len(values) == len(settled):
            return reason
    return Reason.FACTS_NEEDED


def _untold(judgement: Judgement, reason: Reason) -> Judgement:
    return replace(
        judgement,
        verdict=Verdict.CANNOT_TELL,
        severity=UNTOLD_SEVERITY,
        label="",
        side=Side.STRADDLES,
        reason=reason,
    )
