"""The sender's flag, and what it does to an outcome that it does not agree with.

Where ours is the worse, ours stands; where the sender's is the worse, the two are in
conflict; a sender's critical flag is never lowered.
"""

from dataclasses import dataclass
from enum import IntEnum

from reference_ranges.panel import Comparator, Reason
from reference_ranges.results import Direction, Kind, Outcome


class Level(IntEnum):
    """How far from usual a flag says that a result is."""

    USUAL = 0
    OUTSIDE = 1
    CRITICAL = 2


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag of HL7 table 0078 that we read; ``direction`` None where it has none."""

    code: str
    level: Level
    direction: Direction | None = None


_FLAGS = (
    Flag("N", Level.USUAL),
    Flag("L", Level.OUTSIDE, Direction.LOW),
    Flag("H", Level.OUTSIDE, Direction.HIGH),
    Flag("LL", Level.CRITICAL, Direction.LOW),
    Flag("HH", Level.CRITICAL, Direction.HIGH),
    Flag("A", Level.OUTSIDE),
    Flag("AA", Level.CRITICAL),
    Flag("<", Level.OUTSIDE, Direction.LOW),
    Flag(">", Level.OUTSIDE, Direction.HIGH),
)
_BY_CODE = {flag.code: flag for flag in _FLAGS}

# What some sites send instead.
_ODDITIES = {
    "NORMAL": "N",
    "LOW": "L",
    "HIGH": "H",
    "L*": "L",
    "H*": "H",
    "LL*": "LL",
    "HH*": "HH",
    "CRITICAL LOW": "LL",
    "CRITICAL HIGH": "HH",
    "LU": "LL",
    "HU": "HH",
    "C": "AA",
    "CRIT": "AA",
    "CRITICAL": "AA",
    "PANIC": "AA",
    "PANIC!": "AA",
}


def read_flag(text: str | None) -> Flag | None:
    """Return the flag that a sender's *text* means, or None where we do not read it."""
    if text is None:
        return None
    code = text.strip(" ").upper()
    return _BY_CODE.get(_ODDITIES.get(code, code))


def is_unread(text: str | None) -> bool:
    """Say whether a sender's *text* is a mark that we cannot read: it may matter."""
    return bool(text and text.strip()) and read_flag(text) is None


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How our outcome and the sender's flag stand to each other.

    ``agrees`` is None where there was nothing to compare.  ``flag`` and ``level`` are
    the sender's, as far as we read them.
    """

    outcome: Outcome
    agrees: bool | None = None
    flag: str = ""
    level: Level = Level.USUAL

    @property
    def critical(self) -> bool:
        """Whether the sender's flag calls for someone to be told now."""
        return self.level is Level.CRITICAL


def reconcile(
    outcome: Outcome, flag: Flag | None, comparator: Comparator | None
) -> Reconciled:
    """Hold *outcome* against the sender's *flag*.

    A withdrawn result (``status_not_usable``) is beyond any flag.  ``<`` and ``>``
    say no more than the comparator of a reading that has the same one.
    """
    if flag is None or outcome.reason is Reason.STATUS_NOT_USABLE:
        return Reconciled(outcome)
    if _repeats(flag, comparator) or _unsaid(outcome, flag):
        return Reconciled(outcome)
    agrees = _agree(outcome, flag)
    if not agrees and not _ours_stands(outcome, flag):
        outcome = Outcome(Kind.CONFLICT, flag.direction)
    return Reconciled(outcome, agrees, flag.code, flag.level)


_LEVELS = {
    Kind.IN_RANGE: Level.USUAL,
    Kind.OUT_OF_RANGE: Level.OUTSIDE,
    Kind.CRITICAL: Level.CRITICAL,
}
_SAME_COMPARATOR = {
    "<": {Comparator.LESS, Comparator.AT_MOST},
    ">": {Comparator.GREATER, Comparator.AT_LEAST},
}


def _repeats(flag: Flag, comparator: Comparator | None) -> bool:
    return comparator in _SAME_COMPARATOR.get(flag.code, set())


def _agree(outcome: Outcome, flag: Flag) -> bool:
    if outcome.reason is Reason.GREY_ZONE and flag.level is Level.OUTSIDE:
        return flag.direction is None
    if _LEVELS.get(outcome.kind) is not flag.level:
        return False
    return flag.direction in {None, outcome.direction}


def _unsaid(outcome: Outcome, flag: Flag) -> bool:
    """Say whether we have no opinion that a usual flag could disagree with."""
    open_question = outcome.kind in {Kind.INDETERMINATE, Kind.NOT_INTERPRETED}
    grey = outcome.reason is Reason.GREY_ZONE
    return flag.level is Level.USUAL and open_question and not grey


def _ours_stands(outcome: Outcome, flag: Flag) -> bool:
    ours = _LEVELS.get(outcome.kind)
    if ours is None:
        return flag.level is not Level.CRITICAL
    opposite = flag.direction not in {None, outcome.direction}
    if opposite:
        return ours is Level.CRITICAL and flag.level is Level.OUTSIDE
    return ours >= flag.level
