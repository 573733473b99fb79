"""What is sent of an order that was sent before: what it replaces, and what stays.

The one rule for every door that has corrections.  A result is the same as one before
only where test, code and ``sub_id`` say so and each of the two stands there once:
whatever is less certain stays beside the new, for no result may be lost by a guess.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reference_ranges.panel import (
    WITHDRAWN,
    Observation,
    ObservationStatus,
    Reason,
)
from service.intake.submission import Submission

_AMENDING = (ObservationStatus.CORRECTED, ObservationStatus.ENTERED_IN_ERROR)
_OF_THE_TEST = (
    Reason.WRONG_MEASURAND,
    Reason.ANALYTE_NOT_SUPPORTED,
    Reason.WRONG_SPECIMEN,
)


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


def within_one(
    observations: Sequence[Observation],
) -> tuple[tuple[Observation, ...], bool]:
    """Return the results of one message, those withdrawn that it corrects itself.

    A result that one correction or withdrawal of it follows is not judged any more,
    and stays to be seen.  Where one comes before it, or there are several that may be
    meant, all stand as they were sent, and the second part is true.

    The one rule for HL7 and FHIR.
    """
    kept, doubtful = list(observations), False
    for name in dict.fromkeys(map(_same, observations)):
        places = [n for n, one in enumerate(observations) if _same(one) == name]
        late = [n for n in places if observations[n].status in _AMENDING]
        open_to_it = [n for n in places if _is_correctable(observations[n])]
        if not (late and open_to_it):
            continue
        if len(open_to_it) == 1 and open_to_it[0] < late[0]:
            kept[open_to_it[0]] = _withdrawn(observations[open_to_it[0]])
        else:
            doubtful = True
    return tuple(kept), doubtful


def _is_correctable(seen: Observation) -> bool:
    return seen.status not in _AMENDING and seen.status not in WITHDRAWN


def _withdrawn(seen: Observation) -> Observation:
    """Return *seen* as it is read where its sender withdraws it."""
    refusal = seen.refusal if seen.refusal in _OF_THE_TEST else None
    return replace(
        seen,
        status=ObservationStatus.ENTERED_IN_ERROR,
        reading=None,
        unit=None,
        refusal=refusal or Reason.STATUS_NOT_USABLE,
    )


def _not_replaced(
    sent: Sequence[Observation], before: Sequence[Observation]
) -> Iterator[Observation]:
    """Yield each result of *before* that no one result of *sent* is the next word on.

    What came again as it was is set aside first: it leaves fewer to be told apart.
    """
    again = Counter(map(_whole, sent)) & Counter(map(_whole, before))
    new, old = _without(sent, again), _without(before, again)
    many_new, many_old = (Counter(map(_same, _live(some))) for some in (new, old))
    by_name = {_same(one): one for one in _live(new)}
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


def _live(some: Sequence[Observation]) -> list[Observation]:
    """Leave out what was withdrawn where its successor stands beside it."""
    usable = {_same(one) for one in some if one.status not in WITHDRAWN}
    return [
        one for one in some if one.status not in WITHDRAWN or _same(one) not in usable
    ]


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
