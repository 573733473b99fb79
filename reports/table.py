"""The complete table, how to read the page, and what it rests on: for every reader."""

from collections.abc import Iterator

from reference_ranges.results import Interpretation, Result, SourceRef
from reports.lines import lead_of
from reports.model import Section, Table
from reports.notes import LABORATORY
from reports.phrasing import (
    heading_of,
    range_words,
    source_words,
    unit_shown,
    unit_words,
)
from reports.summary import all_results
from reports.wording import Wording

_COLUMNS = (
    "test",
    "result",
    "unit",
    "range",
    "origin",
    "outcome",
    "guideline",
    "flag",
)
_READING = ("band", "colours", "uneven", "out", "in", "software")
_NOBODY = {"", "nobody yet"}


def table_of(interpretation: Interpretation, wording: Wording) -> Table:
    """Return every result as it was reported, with what it was held against."""
    return Table(
        heading=wording.say("table.heading"),
        caption=wording.say("table.caption"),
        columns=tuple(wording.say(f"table.{column}") for column in _COLUMNS),
        rows=tuple(
            _cells(result, interpretation, wording)
            for result in all_results(interpretation)
        ),
    )


def how_to_read(wording: Wording) -> Section:
    """Return the legend: what the band, the colours and the words mean."""
    texts = tuple(wording.say(f"how.{part}") for part in _READING)
    return Section(heading=wording.say("how.heading"), texts=texts)


def sources_of(interpretation: Interpretation, wording: Wording) -> Section:
    """Return the publications, the catalogue's version and who has checked it."""
    catalogue = interpretation.catalogue
    signed = catalogue.reviewed_by not in _NOBODY
    review = (
        wording.say("sources.signed", name=catalogue.reviewed_by)
        if signed
        else wording.say("sources.unsigned")
    )
    version = wording.say(
        "sources.version", version=catalogue.version, profile=catalogue.profile
    )
    engine = wording.say("sources.engine", engine=interpretation.engine)
    items = tuple(_source(ref, wording) for ref in interpretation.sources)
    intro = (wording.say("sources.intro"),) if items else ()
    return Section(
        heading=wording.say("sources.heading"),
        texts=(version, review, engine, *intro),
        items=items,
    )


def _source(ref: SourceRef, wording: Wording) -> str:
    year = str(ref.year)
    return wording.say("sources.item", org=ref.org, year=year, title=ref.title)


def _cells(
    result: Result, interpretation: Interpretation, wording: Wording
) -> tuple[str, ...]:
    observation, none = result.observation, wording.say("table.none")
    return (
        heading_of(result, wording),
        observation.value_text or none,
        unit_shown(result, wording) or none,
        _range(result, wording),
        _origin(result, interpretation, wording),
        _outcome(result, wording),
        "; ".join(_guidelines(result, interpretation)) or none,
        observation.sender_flag or none,
    )


def _range(result: Result, wording: Wording) -> str:
    """Return the range that was used; the laboratory's own text where it sent one."""
    lead, sent = lead_of(result), result.observation.lab_interval
    if lead and lead.origin == LABORATORY and sent:
        return sent.text
    if lead is None or result.usual is None:
        return wording.say("table.none")
    unit = unit_words(lead.unit, wording)
    return f"{range_words(result.usual, wording)} {unit}"


def _origin(result: Result, interpretation: Interpretation, wording: Wording) -> str:
    lead = lead_of(result)
    if lead is None:
        return wording.say("table.none")
    if lead.origin == LABORATORY:
        return wording.say("table.lab")
    return source_words(lead.source, interpretation)


def _outcome(result: Result, wording: Wording) -> str:
    outcome = wording.say(f"kinds.{result.outcome.kind}")
    if result.outcome.direction:
        key = f"table.outcome_{result.outcome.direction}"
        return wording.say(key, outcome=outcome)
    return outcome


def _guidelines(result: Result, interpretation: Interpretation) -> Iterator[str]:
    for judgement in result.guidelines:
        source = source_words(judgement.source, interpretation)
        yield f"{judgement.title} ({source}): {judgement.label}"
