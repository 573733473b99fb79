"""How observations come, all but their numbers, and what follows from it.

A laboratory sends the same tests in the same units with the same intervals, again
and again: what follows from the manner is found once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from reference_ranges.catalogue import Analyte
from reference_ranges.judging.answers import Answer
from reference_ranges.judging.benches import Bench, Standing
from reference_ranges.judging.compiling import laboratory_scale
from reference_ranges.judging.flags import Flag, is_unread, read_flag
from reference_ranges.panel import (
    BLOOD,
    WITHDRAWN,
    Comparator,
    LabInterval,
    Observation,
    ObservationStatus,
    Reason,
    Shift,
)
from reference_ranges.scales import Ruler, Scale, make_grid
from reference_ranges.sent_intervals import interval_is_doubtful

FLAG_UNREAD, INTERVAL_UNREAD = "flag_unread", "interval_unread"
INTERVAL_DOUBTFUL = "interval_doubtful"
_OPEN_TO = {
    FLAG_UNREAD: Reason.FLAG_UNREAD,
    INTERVAL_DOUBTFUL: Reason.INTERVAL_DOUBTFUL,
}


class Sample(NamedTuple):
    """What the specimen is, and the tests that a stated fault of it may have moved.

    ``shifts`` are the tests of which the sender's results seem to be in another unit.
    """

    specimen: str
    moved: frozenset[str]
    shifts: tuple[Shift, ...] = ()


class _Sent(NamedTuple):
    """All that an observation comes with but its number and its comment."""

    name: str
    analyte: str | None
    unit: str | None
    comparator: Comparator | None
    interval: LabInterval | None
    flag: str | None
    status: ObservationStatus
    refusal: Reason | None

    @property
    def subject(self) -> str:
        """The analyte, or the name of a test that we do not know."""
        return self.analyte or self.name


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """Where readings of one analyte in one unit are placed and judged.

    ``laboratory`` is the scale of the interval that they came with; ``ruler`` has its
    cuts and those of all our limits.
    """

    analyte: Analyte
    unit: str
    comparator: Comparator
    standing: Standing
    laboratory: Scale | None
    ruler: Ruler


@dataclass(frozen=True, slots=True, eq=False)
class Manner:
    """How observations come that differ in their number only.

    ``reason`` says why nothing can be judged.  ``unread`` is what came with them and
    cannot be read, ``asked`` all that has to be asked about it; ``open_to`` are
    reasons for which none of them is called in range.  ``setting`` is None where there
    is nothing to judge by; ``shift`` holds them all.  ``answers`` were made already,
    by the zones of the setting.
    """

    sent: _Sent
    bench: Bench
    analyte: Analyte | None
    reason: Reason | None
    flag: Flag | None
    unread: tuple[str, ...]
    asked: tuple[str, ...]
    open_to: tuple[Reason, ...]
    setting: Setting | None
    shift: Shift | None
    answers: dict[tuple[int, int] | None, Answer] = field(default_factory=dict)


def manner_of(observation: Observation, sample: Sample, bench: Bench) -> Manner:
    """Return the manner of *observation*: one for all that differ in number only."""
    reading = observation.reading
    sent = _Sent(
        observation.name,
        observation.analyte,
        observation.unit,
        None if reading is None else reading.comparator,
        observation.lab_interval,
        observation.sender_flag,
        observation.status,
        observation.refusal,
    )
    return _manner(sent, sample, bench)


@lru_cache(maxsize=8192)  # laboratories may send ever new intervals
def _manner(sent: _Sent, sample: Sample, bench: Bench) -> Manner:
    analyte = bench.catalogue.analytes.get(sent.analyte or "")
    unread = tuple(_unread(sent))
    doubtful = analyte is not None and _is_doubtful(sent, analyte, bench)
    asked = (*unread, INTERVAL_DOUBTFUL) if doubtful else unread
    open_to = tuple(_OPEN_TO[code] for code in asked if code in _OPEN_TO)
    if analyte is not None and analyte.id in sample.moved:
        open_to = (Reason.SPECIMEN_UNFIT, *open_to)
    return Manner(
        sent=sent,
        bench=bench,
        analyte=analyte,
        reason=_refusal(sent, analyte, sample.specimen),
        flag=read_flag(sent.flag),
        unread=unread,
        asked=asked,
        open_to=open_to,
        setting=None if analyte is None else _setting(sent, analyte, bench),
        shift=next((one for one in sample.shifts if one.analyte == sent.analyte), None),
    )


def _refusal(sent: _Sent, analyte: Analyte | None, specimen: str) -> Reason | None:
    if sent.status in WITHDRAWN:
        return Reason.STATUS_NOT_USABLE
    if sent.refusal is not None:
        return sent.refusal
    if analyte is None:
        return Reason.ANALYTE_NOT_SUPPORTED
    if specimen and specimen not in BLOOD:
        return Reason.WRONG_SPECIMEN
    return None


def _unread(sent: _Sent) -> Iterator[str]:
    """Yield what of a flag and an interval that were sent we cannot read."""
    if is_unread(sent.flag):
        yield FLAG_UNREAD
    interval = sent.interval
    if interval is not None and interval.span is None and interval.text.strip():
        yield INTERVAL_UNREAD


def _is_doubtful(sent: _Sent, analyte: Analyte, bench: Bench) -> bool:
    interval, unit = sent.interval, sent.unit
    if interval is None or interval.span is None or unit is None:
        return False
    return interval_is_doubtful(interval.span, analyte.id, unit, bench)


def _setting(sent: _Sent, analyte: Analyte, bench: Bench) -> Setting | None:
    if sent.comparator is None or sent.unit is None:
        return None
    standing = bench.standing(analyte, sent.unit)
    laboratory = _laboratory(sent.interval, sent.unit, bench)
    rulers = (standing.ruler, laboratory.ruler) if laboratory else (standing.ruler,)
    return Setting(
        analyte=analyte,
        unit=sent.unit,
        comparator=sent.comparator,
        standing=standing,
        laboratory=laboratory,
        ruler=make_grid(rulers).ruler,
    )


def _laboratory(interval: LabInterval | None, unit: str, bench: Bench) -> Scale | None:
    if interval is None:
        return None
    severity = bench.catalogue.settings["severity_outside_laboratory_interval"]
    return laboratory_scale(interval, unit, int(severity))
