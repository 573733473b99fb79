"""What a new sender's results would come to, told before it goes live.

Its codes and units are read by the same reader as every panel; nothing is kept.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from reference_ranges.catalogue import Analyte, Catalogue
from reference_ranges.feeds import find_shift, median_is_far_off
from reference_ranges.interpretation import interpret
from reference_ranges.panel import Observation, Reason
from reference_ranges.results import Kind, Result
from service.intake.door import Door
from service.intake.files.heads import called
from service.intake.files.panels import Sent
from service.intake.reading import Draft, read_draft
from service.intake.submission import Submission
from service.problems import Fault
from service.store.measurements import exact_values

UNDERSTOOD, SUSPICIOUS, REFUSED = "understood", "suspicious", "refused"
MEDIAN, SHIFT = "median_far_off", "unit_shifted"

_DOUBTS = frozenset({
    Reason.UNIT_QUESTION,
    Reason.FLAG_UNREAD,
    Reason.INTERVAL_DOUBTFUL,
    Reason.IMPLAUSIBLE,
    Reason.SUSPECTED_UNIT_MIX_UP,
})  # fmt: skip


@dataclass(slots=True)
class Tally:
    """What is called the same and comes in the same unit: how often, and why not.

    ``reasons`` counts why results are refused or doubted; ``factor`` is how many
    times too large the results seem, None where they do not.
    """

    name: str
    loinc: str
    unit: str
    analyte: str
    count: int = 0
    refused: int = 0
    doubted: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    values: list[Fraction] = field(default_factory=list)
    factor: Fraction | None = None
    proposals: list[str] = field(default_factory=list)

    @property
    def state(self) -> str:
        """The worst that is said of it."""
        if self.refused:
            return REFUSED
        asked = self.doubted or MEDIAN in self.reasons or SHIFT in self.reasons
        return SUSPICIOUS if asked else UNDERSTOOD


@dataclass(frozen=True, slots=True)
class FeedCheck:
    """Everything that a feed holds, the worst first; ``panels`` that cannot be read.

    ``unread`` counts the faults of panels of which nothing can be told.
    """

    panels: int
    lines: tuple[Tally, ...]
    unread: Counter[str]

    @property
    def clean(self) -> bool:
        """Whether all of it is understood, and nothing has to be asked."""
        return not self.unread and all(one.state == UNDERSTOOD for one in self.lines)


def check_feed(sent: Iterable[Sent], door: Door) -> FeedCheck:
    """Return what *sent*, in the order of time, comes to behind *door*."""
    lines: dict[tuple[str, ...], Tally] = {}
    unread: Counter[str] = Counter()
    panels = 0
    for one in sent:
        panels += 1
        draft = _drafted(one, door)
        if draft.submission is None:
            unread.update(f"{_place(fault)}: {fault.code}" for fault in draft.faults)
            continue
        whole = [fault for fault in one.told if not _is_of_row(fault)]
        unread.update(f"{_place(fault)}: {fault.code}" for fault in whole)
        both = replace(draft, faults=(*draft.faults, *one.told))
        _count(both, draft.submission, lines, door.catalogue)
    for line in lines.values():
        _look_at_all(line, door)
    order = (REFUSED, SUSPICIOUS, UNDERSTOOD)
    found = sorted(lines.values(), key=lambda one: (order.index(one.state), -one.count))
    return FeedCheck(panels, tuple(found), unread)


def _drafted(one: Sent, door: Door) -> Draft:
    document = one.document
    if isinstance(document, dict):
        document = {**document, "on_problem": "report"}
        document.pop("idempotency_key", None)
    return read_draft(document, one.raw, one.source, door)


def _place(fault: Fault) -> str:
    parts = [one for one in fault.pointer.split("/") if one and not one.isdigit()]
    return ".".join(parts) or "panel"


def _count(
    draft: Draft,
    submission: Submission,
    lines: dict[tuple[str, ...], Tally],
    catalogue: Catalogue,
) -> None:
    observations = submission.panel.observations
    found = {
        one.observation: one for one in interpret(submission.panel, catalogue).results
    }
    faults = _by_row(draft.faults)
    for at, seen in enumerate(observations):
        key = (seen.name, seen.loinc or "", seen.unit_text)
        line = lines.setdefault(key, Tally(*key, seen.analyte or ""))
        line.count += 1
        _judge(line, seen, found[seen], faults.get(at, ()))
        values = exact_values([seen], catalogue)
        line.values += values.get(seen.analyte or "", [])


def _by_row(faults: Sequence[Fault]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for fault in filter(_is_of_row, faults):
        codes = found.setdefault(int(fault.pointer.split("/")[2]), [])
        if fault.code not in codes:
            codes.append(fault.code)
    return found


def _is_of_row(fault: Fault) -> bool:
    return fault.pointer.startswith("/results/")


def _judge(
    line: Tally, seen: Observation, result: Result, faults: Sequence[str]
) -> None:
    if faults or seen.refusal is not None:
        line.refused += 1
        line.reasons.update(faults or [str(seen.refusal)])
        return
    reason = result.outcome.reason
    doubts = [str(reason)] if reason in _DOUBTS else []
    if result.outcome.kind is Kind.CONFLICT:
        doubts.append("flag_conflict")
    if seen.lab_interval is not None and seen.lab_interval.span is None:
        doubts.append("interval_unread")
    line.doubted += bool(doubts)
    line.reasons.update(doubts)


def _look_at_all(line: Tally, door: Door) -> None:
    """Look at all results of a line together, and say what could be done."""
    analyte = door.catalogue.analytes.get(line.analyte)
    if analyte is not None:
        newest = line.values[::-1]
        shift = find_shift(newest, analyte, door.profile, door.catalogue)
        if shift is not None:
            line.factor = shift.factor
            line.reasons[SHIFT] = len(newest)
        elif median_is_far_off(newest, analyte, door.profile, door.catalogue):
            line.reasons[MEDIAN] = len(newest)
    line.proposals += _proposals(line, analyte, door.catalogue)


def _proposals(
    line: Tally, analyte: Analyte | None, catalogue: Catalogue
) -> Iterator[str]:
    if Reason.ANALYTE_NOT_SUPPORTED in line.reasons and not line.loinc:
        likely = called(line.name, catalogue)
        if likely is not None:
            yield f'plainlab sender alias SENDER "{line.name}" {likely.id}'
    if analyte is None:
        return
    if Reason.UNIT_NOT_ALLOWED in line.reasons:
        same = _folded(line.unit)
        likely_units = {
            unit for text, unit in analyte.spellings.items() if _folded(text) == same
        }
        if len(likely_units) == 1:
            (unit,) = likely_units
            yield f'plainlab sender unit SENDER "{line.unit}" "{unit}"'
        else:
            allowed = ", ".join(sorted(likely_units) or analyte.units)
            yield f"write the unit as one of: {allowed}"
    if Reason.UNIT_MISSING in line.reasons:
        yield f"send the unit, one of: {', '.join(analyte.units)}"
    if "decimal_comma" in line.reasons:
        yield "plainlab sender set SENDER --decimal-comma"
    if line.factor is not None and line.unit in analyte.spellings:
        yield from _other_units(line, analyte)


def _other_units(line: Tally, analyte: Analyte) -> Iterator[str]:
    stated = analyte.units[analyte.spellings[line.unit]]
    likely = [
        name
        for name, unit in analyte.units.items()
        if stated.to_si == (line.factor or 0) * unit.to_si
    ]
    if likely:
        yield f"ask whether the unit is {' or '.join(likely)}"


def _folded(unit: str) -> str:
    return (
        unit.casefold().replace(" ", "").replace("/", "").replace("μ", "u")
    )  # casefold makes one micro sign of both
