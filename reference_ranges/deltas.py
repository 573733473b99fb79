"""What a result says beside an earlier one, and beside the limit that it is close to.

Value types only; ``delta_check`` makes them.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from reference_ranges.panel import Earlier


class Movement(StrEnum):
    """Whether a result differs from the one before by more than chance."""

    UP = "up"
    DOWN = "down"
    WITHIN = "within"
    CANNOT_TELL = "cannot_tell"


class Doubtful(StrEnum):
    """Why it cannot be told whether a change is more than chance."""

    RESULT_NOT_USABLE = "result_not_usable"
    NO_ACTIVE_FIGURE = "no_active_figure"
    OTHER_POPULATION = "other_population"
    SEVERAL_AT_ONCE = "several_at_once"
    DIFFERENT_METHOD = "different_method"
    METHOD_UNKNOWN = "method_unknown"
    CENSORED_READING = "censored_reading"
    OTHER_SEASON = "other_season"


class Trend(StrEnum):
    """Two real changes in a row, both the same way."""

    RISING = "rising"
    FALLING = "falling"


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier result beside a present one.

    ``number`` is its exact number in the unit of the present result, None where it
    is censored or that unit is not known.  ``same_method`` is None where nobody said
    how the two were measured.
    """

    earlier: Earlier
    number: Fraction | None
    same_method: bool | None


@dataclass(frozen=True, slots=True)
class Delta:
    """A result against the patient's earlier ones.

    ``past`` is newest first and never empty; the first is what the result is held
    against.  ``doubt`` stands with ``cannot_tell`` and with nothing else.
    ``difference`` is exact, in the unit of the result.  ``code`` is U or D of HL7
    table 0078, a further code beside the result's own, or None.  ``change_value`` is
    the reference change value in percent as printed, None where no active figure is
    there; ``source`` is where it comes from.
    """

    past: tuple[Past, ...]
    movement: Movement
    doubt: Doubtful | None = None
    difference: Fraction | None = None
    code: str | None = None
    trend: Trend | None = None
    rule: str = ""
    change_value: Decimal | None = None
    source: str = ""

    @property
    def previous(self) -> Past:
        """The newest of the earlier results."""
        return self.past[0]


@dataclass(frozen=True, slots=True)
class NearLimit:
    """That a value lies within the method's own scatter of a limit of its class.

    ``limit`` is in ``unit``, as it is printed; ``percent`` is the scatter (CVA) around
    it.  The class stands all the same.
    """

    rule: str
    limit: Decimal
    unit: str
    percent: Decimal
    source: str
