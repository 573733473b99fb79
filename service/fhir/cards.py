"""What a clinician is shown beside a patient's record: CDS Hooks cards.

Nothing that a sender wrote stands in a card but numbers that were read and units of
the closed list: a card is Markdown, and would be drawn as such.
"""

import uuid
from collections.abc import Iterator, Sequence

from reference_ranges.panel import Comparator
from reference_ranges.results import (
    Direction,
    Interpretation,
    Kind,
    Result,
)
from reports.alarm import is_urgent
from reports.phrasing import heading_of, range_words, told
from reports.wording import Wording
from service.fhir.elements import Json

_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://plainlab.example/cds-services/")
_OUTSIDE = (Kind.CRITICAL, Kind.OUT_OF_RANGE, Kind.CONFLICT)


def cards_of(
    made: Sequence[Interpretation], name: str, wording: Wording, left_out: int
) -> list[Json]:
    """Return the cards of some panels: what is pressing, then the whole in one.

    *name* tells these panels from any others, so that the same ones have the same
    cards.  *left_out* is how many entries stand in none of them.
    """
    pressing = dict.fromkeys(
        said for one in made for said in _pressing(one, wording)
    )  # a danger sign told with two panels is told once
    cards = [_card(summary, "critical") for summary in pressing]
    if left_out:
        summary = wording.count("hooks.left_out", left_out)
        cards.append(_card(summary, "warning"))
    if made:
        cards.append(_overview(made, wording, whole=not left_out))
    for number, card in enumerate(cards):
        card["uuid"] = str(uuid.uuid5(_SPACE, f"{name}/{number}/{card['summary']}"))
    return cards


def _pressing(made: Interpretation, wording: Wording) -> list[str]:
    results = (*made.results, *made.derived)
    pressing = [_critical(one, wording) for one in results if is_urgent(one)]
    signs = [one.id for one in made.red_flags if one.origin == "symptom"]
    if signs:
        words = wording.listed(told(signs[:2], wording))
        pressing.insert(0, wording.say("hooks.danger", symptoms=words))
    return pressing


def _critical(result: Result, wording: Wording) -> str:
    way = result.outcome.direction
    if result.outcome.kind is not Kind.CRITICAL or way is None:
        return _say("hooks.check", result, wording)
    side = "low" if way is Direction.LOW else "high"
    return _say(f"hooks.critical_{side}", result, wording)


def _overview(made: Sequence[Interpretation], wording: Wording, *, whole: bool) -> Json:
    """Return one card on all; only where the *whole* is in range does it say so."""
    seen = [one.overview for one in made]
    number = sum(one.results for one in seen)
    red_flags = any(one.red_flags for one in made)
    if whole and not red_flags and all(one.all_in_range for one in seen):
        return _card(wording.count("hooks.all_in", number), "info")
    unjudged = sum(one.unsupported for one in seen)
    summary = wording.say(
        "hooks.overview",
        outside=str(sum(one.out_of_range + one.critical for one in seen)),
        open=str(sum(one.undecided for one in seen)),
        unjudged=str(unjudged),
        number=str(number),
    )
    told = [
        result
        for one in made
        for result in (*one.results, *_notable(one.derived))
        if result.outcome.kind is not Kind.IN_RANGE
    ]
    card = _card(summary, "info" if unjudged == number else "warning")
    lines = list(_lines(told, wording))
    return {**card, "detail": "\n".join(lines)} if lines else card


def _notable(derived: Sequence[Result]) -> list[Result]:
    return [one for one in derived if one.outcome.kind in _OUTSIDE]


def _lines(results: Sequence[Result], wording: Wording) -> Iterator[str]:
    """Yield one line of Markdown per result of a test that we know."""
    for result in results:
        if not result.observation.analyte:
            continue
        kind = wording.say(f"kinds.{result.outcome.kind.value}")
        said = [f"- **{heading_of(result, wording)}** {_value(result)}: {kind}"]
        used = result.interval
        if used is not None and result.observation.unit == used.unit:
            limits = range_words(used.span, wording, used.unit)
            said.append(wording.say("hooks.range", range=limits))
        if result.outcome.reason:
            said.append(f"`{result.outcome.reason.value}`")
        yield "; ".join(said)


def _card(summary: str, indicator: str) -> Json:
    return {"uuid": "", "summary": str(summary), "indicator": indicator}


def _say(key: str, result: Result, wording: Wording) -> str:
    if not result.observation.analyte:
        return wording.say("hooks.marked")
    name = heading_of(result, wording)
    return wording.say(key, name=name, value=_value(result)).replace("  ", " ")


def _value(result: Result) -> str:
    seen = result.observation
    if seen.reading is None or seen.unit is None:
        return ""
    equal = seen.reading.comparator is Comparator.EQUAL
    sign = "" if equal else seen.reading.comparator.value
    return f"{sign}{seen.reading.number:f} {seen.unit}"
