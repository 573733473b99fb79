"""What else causes a symptom, and where the request already speaks of it."""

from typing import NamedTuple


class Cause(NamedTuple):
    """A usual cause of symptoms, and what says so of a patient or speaks against it.

    ``shown_by`` are the tests that show it, ``against`` the side on which a result of
    them speaks against it as one in range does, or nothing; ``told_as`` are the factors
    that are the same in other words.
    """

    id: str
    shown_by: tuple[str, ...]
    against: str
    told_as: frozenset[str]
    sources: tuple[str, ...]
