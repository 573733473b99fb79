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
    Urgency,
)
from reports.phrasing import heading_of, range_words, told
from reports.wording import Wording
from service.fhir.elements import Json

_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://plainlab.example/cds-services/")
_OUTSIDE = (Kind.CRITICAL, Kind.OUT_OF_RANGE, Kind.CONFLICT)


def cards_of(made: Interpretation, name: str, wording: Wording) -> list[Json]:
    """Return the cards of one panel: what is pressing, then the whole in one.

    *name* tells this panel from any other, so that the same panel has the same cards.
    """
    results = (*made.results, *made.derived)
    pressing = [_critical(one, wording) for one in results if _is_pressing(one)]
    signs = [one.id for one in made.red_flags if one.origin == "symptom"]
    if signs:
        words = wording.listed(told(signs[:2], wording))
        pressing.insert(0, wording.say("hooks.danger", symptoms=words))
    cards = [_card(summary, "critical", made, wording) for summary in pressing]
    cards.append(_overview(made, wording))
    for number, card in enumerate(cards):
        card["uuid"] = str(uuid.uuid5(_SPACE, f"{name}/{number}/{card['summary']}"))
    return cards


def _is_pressing(result: Result) -> bool:
    return result.outcome.kind is Kind.CRITICAL or result.urgency >= Urgency.TODAY


def _critical(result: Result, wording: Wording) -> str:
    way = result.outcome.direction
    if result.outcome.kind is not Kind.CRITICAL or way is None:
        return _say("hooks.check", result, wording)
    side = "low" if way is Direction.LOW else "high"
    return _say(f"hooks.critical_{side}", result, wording)


def _overview(made: Interpretation, wording: Wording) -> Json:
    """Return one card on the whole; only where all is in range does it say so."""
    seen, number = made.overview, str(made.overview.results)
    told = [one for one in made.results if one.outcome.kind is not Kind.IN_RANGE]
    if seen.all_in_range and not made.red_flags:
        summary = wording.count("hooks.all_in", seen.results)
        return _card(summary, "info", made, wording)
    summary = wording.say(
        "hooks.overview",
        outside=str(seen.out_of_range + seen.critical),
        open=str(seen.undecided),
        unjudged=str(seen.unsupported),
        number=number,
    )
    calm = seen.unsupported == seen.results
    card = _card(summary, "info" if calm else "warning", made, wording)
    lines = list(_lines([*told, *_notable(made.derived)], wording))
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


def _card(summary: str, indicator: str, made: Interpretation, wording: Wording) -> Json:
    version = made.catalogue.version
    return {
        "uuid": "",
        "summary": str(summary),
        "indicator": indicator,
        "source": {"label": wording.say("hooks.source", version=version)},
    }


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
