"""What can go wrong between the service and what it keeps."""


class StoreError(Exception):
    """Anything that the store refuses; the text never holds a value or a name."""


class StoreUnavailable(StoreError):  # noqa: N818 - it names a state, as HTTP 503 does
    """The database is locked, full, unreadable or gone: nothing was stored.

    The same call may succeed later, and is safe to repeat with the same key.
    """


class StoreDamaged(StoreError):  # noqa: N818 - it names a state
    """What was read is not what was written: its hash does not fit."""


class KeyReused(StoreError):  # noqa: N818 - the words of the idempotency standard
    """The idempotency key was used before, with another body."""


class KeyInFlight(StoreError):  # noqa: N818 - likewise
    """A request with this idempotency key is being stored at this moment."""


class UnknownInterpretation(StoreError):  # noqa: N818 - it names what is missing
    """There is no interpretation with this id."""


class Superseded(StoreError):  # noqa: N818 - it names a state
    """There is a newer version: this one can be neither reviewed nor corrected."""


class OtherPatient(StoreError):  # noqa: N818 - it names what is wrong
    """A correction is for another patient than the version that it would replace."""


class UnknownHold(StoreError):  # noqa: N818 - it names what is missing
    """There is no hold with this number that still stands."""


class IdentityHeld(StoreError):  # noqa: N818 - it names a state
    """The record number was another person's: someone must look before a review."""


class DemoRefused(StoreError):  # noqa: N818 - it names what happened
    """Demo data and real data do not share a database."""
