"""The verdict on a result in a chip: words and a tone, the same wherever it stands."""

from reference_ranges.panel import Reason
from reference_ranges.results import Interpretation, Kind, Result
from reports.alarm import act_alone
from reports.model import Chip, Tone
from reports.phrasing import is_close, verdict_of, verdict_told
from reports.wording import Wording


def chip_of(result: Result, interpretation: Interpretation, wording: Wording) -> Chip:
    """Return the verdict on *result*, as urgent as it is itself."""
    act = act_alone(result, interpretation, wording)
    return Chip(_tone(result, act), verdict_of(result, wording, act))


def chip_told(result: Result, interpretation: Interpretation, wording: Wording) -> str:
    """Return the verdict of the chip on *result* in whole sentences."""
    act = act_alone(result, interpretation, wording)
    return verdict_told(result, wording, act)


def _tone(result: Result, act: str) -> Tone:
    kind = result.outcome.kind
    if kind is Kind.IN_RANGE:
        return Tone.EDGE if is_close(result) else Tone.USUAL
    if act:
        return Tone.URGENT
    if kind is Kind.OUT_OF_RANGE:
        return Tone(result.outcome.direction or "unknown")
    grey = result.outcome.reason is Reason.GREY_ZONE
    return Tone.EDGE if grey else Tone.UNKNOWN
