"""What is sent of an order that was sent before: what it replaces, and what stays.

The one rule for every door that has corrections.  A result is the same as one before
only where test, code and ``sub_id`` say so and each of the two stands there once:
whatever is less certain stays beside the new, for no result may be lost by a guess.
"""

from collections.abc import Iterable, Mapping, Sequence
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

    ``silent`` are the results that it does not repeat, ``unpaired`` those that it may
    or may not have replaced: it has one of the test that took no other's place.
    """

    silent: tuple[Observation, ...] = ()
    unpaired: tuple[Observation, ...] = ()


def takes_back(submission: Submission) -> bool:
    """Say whether *submission* corrects or withdraws what was sent before it.

    Where it takes no report's place, an earlier one may still stand: that must be
    said.  A trial takes nothing back.
    """
    return submission.amended and not submission.test_message


def amends_earlier(observations: Iterable[Observation]) -> bool:
    """Say whether results, as they were sent, correct or withdraw an earlier one.

    What stands among them to be corrected was not sent before: it is asked before
    ``within_one``, which withdraws it.
    """
    seen = tuple(observations)
    own = {_same(one) for one in seen if _is_correctable(one)}
    return any(one.status in _AMENDING and _same(one) not in own for one in seen)


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
    """Say whether both are of one patient, specimen and collection.

    Of what was stored before days were kept, the day counts for nothing.
    """
    own = submission
    if before.collected_on is None:
        own = replace(own, collected_on=None)
    return _of(own) == _of(before)


def has_same(submission: Submission, before: Submission) -> bool:
    """Say whether a result of *submission* stands in *before*."""
    known = {_same(one) for one in before.panel.observations}
    return any(_same(one) in known for one in submission.panel.observations)


def standing(submission: Submission, before: Submission) -> Standing:
    """Return what of *before* still stands beside *submission*."""
    sent, known = submission.panel.observations, before.panel.observations
    heirs = _heirs(sent, known)
    over = set(range(len(sent))).difference(heirs.values())
    doubtful = {test_of(sent[n]) for n in over}
    kept = [one for n, one in enumerate(known) if n not in heirs]
    return Standing(
        silent=tuple(one for one in kept if test_of(one) not in doubtful),
        unpaired=tuple(one for one in kept if test_of(one) in doubtful),
    )


def with_the_rest(submission: Submission, before: Submission) -> Submission:
    """Return a correction with the results that it does not surely replace.

    A sender may send again only what has changed: what stood beside it still stands.
    Each result stands where the one was that it replaces, and others follow: so what
    was changed can be told, old then new.
    """
    panel, known = submission.panel, before.panel.observations
    heirs = _heirs(panel.observations, known)
    own = dict(enumerate(panel.observations))
    kept = [
        own.pop(heirs[n], None) if n in heirs else one for n, one in enumerate(known)
    ]
    whole = tuple(one for one in (*kept, *own.values()) if one is not None)
    return replace(submission, panel=replace(panel, observations=whole))


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
    alike: dict[tuple[str, ...], list[int]] = {}
    for n, one in enumerate(observations):
        alike.setdefault(_same(one), []).append(n)
    for places in alike.values():
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


def _heirs(
    sent: Sequence[Observation], before: Sequence[Observation]
) -> dict[int, int]:
    """Return which of *sent* is the next word on each of *before*, where it is sure.

    What came again as it was is set aside first: it leaves fewer to be told apart.
    What was withdrawn comes back by no repeat: that may be late.  What had no value
    goes with the one beside it once that is settled, as it was or not.
    """
    again: dict[tuple[object, ...], list[int]] = {}
    for n, one in enumerate(sent):
        again.setdefault(_whole(one), []).append(n)
    found = {}
    for n, one in enumerate(before):
        twins = again.get(_whole(one), [])
        if twins and _may_repeat(sent[twins[0]], one):
            found[n] = twins.pop(0)
    taken = set(found.values())
    new = _places({n: one for n, one in enumerate(sent) if n not in taken})
    empty = _empty_in(before)
    over = found.keys() | empty.keys()
    old = _places({n: one for n, one in enumerate(before) if n not in over})
    waits = old.keys() | new.keys()
    settled: dict[tuple[str, ...], int] = {
        _same(before[n]): at
        for n, at in found.items()
        if n not in empty
        and _same(before[n]) not in waits
        and _is_settled(before[n], sent[at])
    }
    for name in old.keys() & new.keys():
        both = (*old[name], *new[name])
        alone = len(old[name]) == len(new[name]) == 1
        if alone and _may_replace(sent[both[1]], before[both[0]]):
            found[both[0]] = settled[name] = both[1]
    for n, one in empty.items():
        if n not in found and _same(one) in settled:
            found[n] = settled[_same(one)]
    return found


def _places(some: Mapping[int, Observation]) -> dict[tuple[str, ...], list[int]]:
    """Return where those of *some* stand that count, by what tells them apart.

    What was withdrawn does not, where its successor stands beside it.
    """
    usable = {_same(one) for one in some.values() if one.status not in WITHDRAWN}
    found: dict[tuple[str, ...], list[int]] = {}
    for n, one in some.items():
        if one.status not in WITHDRAWN or _same(one) not in usable:
            found.setdefault(_same(one), []).append(n)
    return found


def _empty_in(some: Sequence[Observation]) -> dict[int, Observation]:
    """Return those that have no value, beside a preliminary one of theirs that has."""
    waiting = {
        _same(one)
        for one in some
        if one.status is ObservationStatus.PRELIMINARY and one.refusal is None
    }
    return {
        n: one
        for n, one in enumerate(some)
        if _is_unread(one) and not one.value_text and _same(one) in waiting
    }


def _is_settled(old: Observation, new: Observation) -> bool:
    preliminary = ObservationStatus.PRELIMINARY
    return old.status is preliminary and new.status is not preliminary


def _is_unread(seen: Observation) -> bool:
    """Say whether *seen* stands, and cannot be judged for how it was sent."""
    return seen.refusal is not None and seen.status not in WITHDRAWN


def _may_replace(new: Observation, old: Observation) -> bool:
    """Say whether *new* is the next word on *old*: a correction is, of anything.

    What was corrected takes nothing else, and what could be read takes nothing that
    cannot be: an alarm would fall silent for a slip of the sender.
    """
    if new.status in _AMENDING:
        return True
    silences = _is_unread(new) and old.refusal is None
    return old.status not in _AMENDING and not silences


def _may_repeat(new: Observation, old: Observation) -> bool:
    return old.status not in WITHDRAWN or new.status in WITHDRAWN


def _of(submission: Submission) -> tuple[object, ...]:
    identity = submission.identity
    return (
        identity.record_number,
        identity.birth_date,
        submission.collected_at,
        submission.collected_on,
        submission.panel.specimen,
        submission.test_message,
    )


def test_of(seen: Observation) -> str:
    """Return what *seen* is a result of: its analyte, else LOINC code, else name."""
    return seen.analyte or seen.loinc or seen.name


def _same(seen: Observation) -> tuple[str, str, str]:
    """Return what tells a result from the others of its panel."""
    return test_of(seen), seen.loinc or "", seen.sub_id


def _whole(seen: Observation) -> tuple[object, ...]:
    return (*_same(seen), seen.value_text, seen.unit_text)
