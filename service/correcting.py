"""What is sent of an order that was sent before: what it replaces, and what stays."""

from dataclasses import replace

from reference_ranges.panel import Observation, ObservationStatus
from service.intake.submission import Submission


def settles(submission: Submission, before: Submission) -> bool:
    """Say whether *submission* is the next word on what *before* left preliminary.

    It is where both are of one patient, specimen and collection, and a test that was
    preliminary comes again.
    """
    if _of(submission) != _of(before):
        return False
    waiting = {
        _what(one)
        for one in before.panel.observations
        if one.status is ObservationStatus.PRELIMINARY
    }
    return any(_what(one) in waiting for one in submission.panel.observations)


def not_repeated(submission: Submission, before: Submission) -> tuple[Observation, ...]:
    """Return the results of *before* whose tests *submission* says nothing about."""
    sent = {_what(one) for one in submission.panel.observations}
    return tuple(one for one in before.panel.observations if _what(one) not in sent)


def with_the_rest(submission: Submission, before: Submission) -> Submission:
    """Return a correction with the results that it does not repeat.

    A sender may send again only what has changed: what stood beside it still stands.
    """
    panel = submission.panel
    observations = (*panel.observations, *not_repeated(submission, before))
    return replace(submission, panel=replace(panel, observations=observations))


def _of(submission: Submission) -> tuple[object, ...]:
    identity = submission.identity
    return (
        identity.record_number,
        identity.birth_date,
        submission.collected_at,
        submission.panel.specimen,
        submission.test_message,
    )


def _what(observation: Observation) -> str:
    return observation.analyte or observation.loinc or observation.name
