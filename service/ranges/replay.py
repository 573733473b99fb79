"""Stored panels judged by another catalogue: what would be said differently."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from reference_ranges.catalogue import Catalogue
from reference_ranges.interpretation import interpret
from reference_ranges.panel import Panel
from reference_ranges.results import (
    Interpretation,
    Judgement,
    JudgementKind,
    Result,
)
from service.intake.door import Door
from service.intake.rereading import read_again
from service.store.walking import Kept

PANEL = "panel"
UNKNOWN = "unknown_test"
NOT_THERE = "not_there"
NOT_COMPARED = (
    "not compared: findings, cautions, food, change since earlier results, and what "
    "is said of symptoms, except for the urgency of the whole"
)
_CATEGORIES = frozenset({JudgementKind.GUIDELINE, JudgementKind.CONDITION_TARGET})


@dataclass(frozen=True, slots=True)
class Shift:
    """One class that changes: never a name, a value or a record number.

    ``analyte`` is a catalogue id, ``unknown_test``, or ``panel`` where it is the
    urgency of the whole that changes; outcomes are texts such as
    ``out_of_range high``, or ``not_there`` for a value that is computed by one side
    only.  ``about`` is empty for the class itself, and else names what else is printed
    of the result: the code, or a limit by its kind and title.
    """

    interpretation: str
    analyte: str
    was: str
    now: str
    urgency_was: str
    urgency_now: str
    about: str = ""

    @property
    def line(self) -> str:
        """The change in one line."""
        if self.about:
            told = f"{self.analyte}, {self.about}: {self.was} -> {self.now}"
            return f"{self.interpretation}  {told}"
        urgency = f"urgency {self.urgency_was} -> {self.urgency_now}"
        classes = f"{self.was} -> {self.now}, " if self.was or self.now else ""
        return f"{self.interpretation}  {self.analyte}: {classes}{urgency}"


@dataclass(frozen=True, slots=True)
class Unfit:
    """A panel that the other catalogue cannot judge at all, and what it lacks."""

    interpretation: str
    lacks: tuple[str, ...]

    @property
    def line(self) -> str:
        """Why, in one line."""
        return f"{self.interpretation}  cannot be replayed: no {', '.join(self.lacks)}"


class Tally:
    """The counts so far: panels, and results seen and changed, by analyte."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.panels = self.changed_panels = self.unfit = 0
        self.seen: Counter[str] = Counter()
        self.changed: Counter[str] = Counter()

    @property
    def clean(self) -> bool:
        """Whether nothing changed and nothing was left out."""
        return not (self.changed_panels or self.unfit)

    def lines(self) -> Iterator[str]:
        """Give the summary: the whole, then each analyte that changes, most first."""
        yield (
            f"{self.panels} panels replayed, {self.changed_panels} of them change"
            + (f", {self.unfit} cannot be replayed" if self.unfit else "")
        )
        for analyte, count in sorted(
            self.changed.items(), key=lambda item: (-item[1], item[0])
        ):
            yield f"  {analyte}: {count} of {self.seen[analyte]} change"


def replay(
    kept: Iterable[Kept], door: Door, before: Catalogue, tally: Tally
) -> Iterator[Shift | Unfit]:
    """Give each change, panel by panel, and count into *tally*; holds one at a time.

    ``door.catalogue`` is the other catalogue; *before* is the one in use.  What is
    compared is what was kept, whatever catalogue and engine it was made with.
    """
    for one in kept:
        lacks = _lacks(one.panel, door.catalogue)
        if lacks:
            tally.unfit += 1
            yield Unfit(one.id, lacks)
            continue
        tally.panels += 1
        panel = read_again(one.panel, door, before)
        shifts = tuple(_shifts(one, interpret(panel, door.catalogue), tally))
        tally.changed_panels += bool(shifts)
        yield from shifts


def _lacks(panel: Panel, catalogue: Catalogue) -> tuple[str, ...]:
    """Return what *panel* names and *catalogue* does not know."""
    rules = catalogue.rules
    symptoms = [
        f"symptom {s.id}" for s in panel.symptoms or () if s.id not in rules.symptoms
    ]
    return (
        *(
            (f"profile {panel.profile}",)
            if panel.profile not in catalogue.profiles
            else ()
        ),
        *symptoms,
        *(f"factor {one}" for one in sorted(panel.factors - set(rules.factors))),
        *(f"condition {c}" for c in sorted(panel.conditions - set(rules.conditions))),
    )


def _shifts(one: Kept, now: Interpretation, tally: Tally) -> Iterator[Shift]:
    before = _by_place(one.interpretation)
    after = _by_place(now)
    for place in dict.fromkeys((*before, *after)):
        was, is_now = before.get(place), after.get(place)
        analyte = _analyte(is_now) if is_now else _analyte(was)
        tally.seen[analyte] += 1
        shifts = tuple(_of_result(one.id, analyte, was, is_now))
        if shifts:
            tally.changed[analyte] += 1
        yield from shifts
    tally.seen[PANEL] += 1
    urgencies = one.interpretation.urgency.name.lower(), now.urgency.name.lower()
    if urgencies[0] != urgencies[1]:
        tally.changed[PANEL] += 1
        yield Shift(one.id, PANEL, "", "", *urgencies)


def _of_result(
    kept: str, analyte: str, was: Result | None, now: Result | None
) -> Iterator[Shift]:
    """Give the changed class, then what else is printed of it and changes.

    Where the class changes, the interval, the critical limit and the code only say so
    again.
    """
    shift = Shift(kept, analyte, *_classes(was, now))
    if shift.was != shift.now or shift.urgency_was != shift.urgency_now:
        yield shift
    if was is None or now is None:
        return
    whole = shift.was == shift.now
    before, after = _said(was, whole=whole), _said(now, whole=whole)
    for about in sorted({*before, *after}):
        texts = before.get(about, NOT_THERE), after.get(about, NOT_THERE)
        if texts[0] != texts[1]:
            yield replace(shift, was=texts[0], now=texts[1], about=about)


def _said(result: Result, *, whole: bool) -> dict[str, str]:
    """Return what is printed of *result* beside its class, by kind and title."""
    said = {"code": result.code or "none"} if whole else {}
    for one in _judgements(result):
        if whole or one.kind in _CATEGORIES:
            about = f"{one.kind.value} {one.title}"
            said[about] = "; ".join(filter(None, (said.get(about), _verdict(one))))
    return said


def _judgements(result: Result) -> Iterator[Judgement]:
    single = (result.interval, result.critical, result.set_aside)
    yield from (one for one in single if one is not None)
    yield from (*result.guidelines, *result.targets)


def _verdict(one: Judgement) -> str:
    return f"{one.label} ({one.verdict.value})" if one.label else one.verdict.value


Place = tuple[str, ...]


def _by_place(made: Interpretation) -> dict[Place, Result]:
    """Return the results by what was sent, so that both sides can be laid together."""
    found: dict[Place, Result] = {}
    for result in (*made.results, *made.derived):
        sent = _sent(result)
        again = sum(place[:-1] == sent for place in found)
        found[(*sent, str(again))] = result
    return found


def _sent(result: Result) -> Place:
    seen = result.observation
    if result.derived_by:
        return ("derived", seen.analyte or "", result.derived_by)
    interval = seen.lab_interval.text if seen.lab_interval else ""
    return (
        seen.name,
        seen.loinc or "",
        seen.value_text,
        seen.unit_text,
        interval,
        seen.sender_flag or "",
        seen.status,
        seen.comment,
    )


def _analyte(result: Result | None) -> str:
    return (result.observation.analyte if result else None) or UNKNOWN


def _classes(was: Result | None, now: Result | None) -> tuple[str, str, str, str]:
    return _outcome(was), _outcome(now), _urgency(was), _urgency(now)


def _urgency(result: Result | None) -> str:
    return result.urgency.name.lower() if result else NOT_THERE


def _outcome(result: Result | None) -> str:
    if result is None:
        return NOT_THERE
    outcome = result.outcome
    parts = (outcome.kind, outcome.direction, outcome.reason)
    return " ".join(part.value for part in parts if part is not None)
