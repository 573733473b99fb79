"""What is sent of an order that was sent before: what it replaces, and what stays.

The one rule for every door that has corrections.  A result is the same as one before
only where test, code and ``sub_id`` say so and each of the two stands there once:
whatever is less certain stays beside the new, for no result may be lost by a guess.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reference_ranges.panel import Observation, ObservationStatus
from service.intake.submission import Submission

_AMENDING = (ObservationStatus.CORRECTED, ObservationStatus.ENTERED_IN_ERROR)


@dataclass(frozen=True, slots=True)
class Standing:
    """What of an earlier panel a later one leaves standing.

    ``silent`` are the results of tests of which it says nothing, ``unpaired`` those
    that it may or may not have replaced.
    """

    silent: tuple[Observation, ...] = ()
    unpaired: tuple[Observation, ...] = ()


def settles(submission: Submission, before: Submission) -> bool:
    """Say whether *submission* is the next word on what *before* left open.

    It is where both are of one patient, specimen and collection, and a result comes
    again that was preliminary, or that had been corrected or withdrawn already: such
    a one may be late, and must not stand as a report of its own.
    """
    if not of_one_specimen(submission, before):
        return False
    waiting = {
        _same(one)
        for one in before.panel.observations
        if one.status is ObservationStatus.PRELIMINARY or one.status in _AMENDING
    }
    return any(_same(one) in waiting for one in submission.panel.observations)


def of_one_specimen(submission: Submission, before: Submission) -> bool:
    """Say whether both are of one patient, specimen and collection."""
    return _of(submission) == _of(before)


def has_same(submission: Submission, before: Submission) -> bool:
    """Say whether a result of *submission* stands in *before*."""
    known = {_same(one) for one in before.panel.observations}
    return any(_same(one) in known for one in submission.panel.observations)


def standing(submission: Submission, before: Submission) -> Standing:
    """Return what of *before* still stands beside *submission*."""
    sent = submission.panel.observations
    tests = {_test(one) for one in sent}
    kept = tuple(_not_replaced(sent, before.panel.observations))
    return Standing(
        silent=tuple(one for one in kept if _test(one) not in tests),
        unpaired=tuple(one for one in kept if _test(one) in tests),
    )


def with_the_rest(submission: Submission, before: Submission) -> Submission:
    """Return a correction with the results that it does not surely replace.

    A sender may send again only what has changed: what stood beside it still stands.
    """
    rest, panel = standing(submission, before), submission.panel
    observations = (*panel.observations, *rest.unpaired, *rest.silent)
    return replace(submission, panel=replace(panel, observations=observations))


def _not_replaced(
    sent: Sequence[Observation], before: Sequence[Observation]
) -> Iterator[Observation]:
    """Yield each result of *before* that no one result of *sent* is the next word on.

    What came again as it was is set aside first: it leaves fewer to be told apart.
    """
    again = Counter(map(_whole, sent)) & Counter(map(_whole, before))
    new, old = _without(sent, again), _without(before, again)
    many_new, many_old = (Counter(map(_same, some)) for some in (new, old))
    by_name = {_same(one): one for one in new}
    for one in old:
        name = _same(one)
        alone = many_new[name] == many_old[name] == 1
        if not (alone and _may_replace(by_name[name], one)):
            yield one


def _without(
    some: Sequence[Observation], again: Counter[tuple[object, ...]]
) -> list[Observation]:
    left = Counter(again)
    rest = []
    for one in some:
        if left[_whole(one)]:
            left[_whole(one)] -= 1
        else:
            rest.append(one)
    return rest


def _may_replace(new: Observation, old: Observation) -> bool:
    """Say whether *new* is later than *old*: what was corrected takes a correction."""
    return old.status not in _AMENDING or new.status in _AMENDING


def _of(submission: Submission) -> tuple[object, ...]:
    identity = submission.identity
    return (
        identity.record_number,
        identity.birth_date,
        submission.collected_at,
        submission.panel.specimen,
        submission.test_message,
    )


def _test(seen: Observation) -> str:
    return seen.analyte or seen.loinc or seen.name


def _same(seen: Observation) -> tuple[str, str, str]:
    """Return what tells a result from the others of its panel."""
    return _test(seen), seen.loinc or "", seen.sub_id


def _whole(seen: Observation) -> tuple[object, ...]:
    return (*_same(seen), seen.value_text, seen.unit_text)
