"""The complete table, how to read the page, and what it rests on: for every reader."""

from collections.abc import Iterator, Sequence

from reference_ranges.catalogue import CITED_IN
from reference_ranges.results import Interpretation, Kind, Result, SourceRef
from reports.chips import chip_of
from reports.earlier import drawn_past
from reports.lines import band_of
from reports.model import Section, Table, Tone
from reports.notes import lab_range, range_sources, range_with_unit
from reports.phrasing import (
    apart,
    as_reported,
    level_words,
    row_name,
    source_words,
)
from reports.ranges import range_of
from reports.remarks import FALLBACK
from reports.said import (
    SENT,
    Said,
    foreign_to,
    grounds_of,
    resting,
    spoken,
    together,
)
from reports.summary import all_results, worst_first
from reports.wording import Wording

_COLUMNS = (
    "test",
    "result",
    "lab_range",
    "range",
    "outcome",
    "guideline",
    "flag",
)
_FROM_THE_LAB = ("lab_range", "flag")  # columns left out where it sent nothing at all
_RANGES = ("out", "in")  # how to read a result beside its range
_FEW = 3  # names in a sentence: some are long
_NOBODY = {"", "nobody yet"}

CATALOGUE = "/catalogue"
"""Where an interpretation holds which catalogue it was made with."""


def table_of(interpretation: Interpretation, wording: Wording) -> Table:
    """Return every result as it was reported, with what it was held against.

    A column for what the laboratory sends is left out where it sent nothing: the
    caption says so.
    """
    results = worst_first(interpretation, wording)
    rows = [_cells(result, interpretation, wording) for result in results]
    missing = [
        column for column in _FROM_THE_LAB if not any(cells[column] for cells in rows)
    ]
    columns = [column for column in _COLUMNS if column not in missing]
    none = wording.say("table.none")
    absent = [wording.say(f"table.no_{column}") for column in missing]
    said = [resting(text, f"{SENT}panel") for text in absent]
    return Table(
        heading=wording.say("table.heading"),
        caption=together([wording.say("table.caption"), *said]),
        columns=tuple(wording.say(f"table.{column}") for column in columns),
        rows=tuple(
            tuple([resting(cells[column] or none, result) for column in columns])
            for cells, result in zip(rows, results, strict=True)
        ),
    )


def how_to_read(interpretation: Interpretation, wording: Wording) -> Section:
    """Return the legend: what the band, the colours and the words mean.

    Number lines, each kind of range, diamonds and open circles are only explained
    where there may be some.
    """
    results = all_results(interpretation)
    found = [(one, range_of(one)) for one in results]
    lines = any(shown and one.axis for one, shown in found)
    kinds = {band_of(shown) for _, shown in found if shown}
    tones = {chip_of(one, interpretation, wording).tone for one in results}
    past = any(drawn_past(one) for one in interpretation.results)
    parts = [
        *(["band"] if lines else []),
        *sorted(kinds, reverse=True),  # the usual range first: it is the plainer one
        *(["colours"] if lines else []),
        *(["diamond"] if Tone.EDGE in tones else []),
        *(["uneven"] if lines else []),
        *(["past"] if past else []),
        *(_RANGES if kinds else ()),
        "software",
    ]
    texts = tuple(wording.say(f"how.{part}") for part in parts)
    return Section(heading=wording.say("how.heading"), texts=texts)


def sources_of(interpretation: Interpretation, wording: Wording) -> Section:
    """Return the publications, the catalogue's version and who has checked it.

    They are in the order of what is printed of them: so a reader finds one.
    """
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
    listed = (source_text(ref, wording) for ref in interpretation.sources)
    items = tuple(sorted(listed, key=str.casefold))
    intro = (wording.say("sources.intro"),) if items else ()
    return Section(
        heading=wording.say("sources.heading"),
        texts=(
            resting(version, CATALOGUE),
            *_borrowed(interpretation, wording),
            resting(review, CATALOGUE),
            resting(engine, "/engine"),
            *intro,
        ),
        items=items,
    )


def _borrowed(interpretation: Interpretation, wording: Wording) -> Iterator[str]:
    """Yield which tests were held against limits of other profiles, and of which."""
    borrowed = [one for one in interpretation.findings if one.code == FALLBACK]
    found: dict[str, list[str]] = {}
    for finding in borrowed:
        name = wording.say(f"analytes.{finding.subjects[0]}.name")
        found.setdefault(dict(finding.params)["from"], []).append(name)
    if found:
        profile = interpretation.catalogue.profile
        said = wording.say("sources.borrowed", profile=profile)
        yield resting(said, *borrowed)
    for other, names in sorted(found.items()):
        for few in _fews(sorted(set(names))):
            listed = wording.listed(few)
            said = wording.say("sources.borrowed_from", profile=other, names=listed)
            yield resting(said, *borrowed)


def _fews(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[at : at + _FEW] for at in range(0, len(names), _FEW))


def source_text(ref: SourceRef, wording: Wording) -> str:
    """Return a publication as it is listed: who, when, what."""
    year = str(ref.year)
    said = wording.say("sources.item", org=ref.org, year=year, title=ref.title)
    if ref.title.endswith("?"):  # which ends the sentence
        said = Said(said.removesuffix("."), grounds_of(said))
    return resting(spoken(said, foreign_to(wording.locale, CITED_IN)), ref)


def _cells(
    result: Result, interpretation: Interpretation, wording: Wording
) -> dict[str, str]:
    """Return the cells of a row by their columns; an empty one says nothing."""
    observation = result.observation
    marks = (observation.sender_flag, observation.comment)
    return {
        "test": row_name(result, wording),
        "result": as_reported(result, wording),
        "lab_range": lab_range(result, wording),
        "range": _range(result, interpretation, wording),
        "outcome": _outcome(result, interpretation, wording),
        "guideline": apart(_guidelines(result, interpretation, wording), wording),
        "flag": apart(marks, wording),
    }


def _range(result: Result, interpretation: Interpretation, wording: Wording) -> str:
    """Return the range that was used, and whose it is."""
    shown = range_of(result)
    if shown is None:
        return ""
    words = range_with_unit(shown, result, wording)
    source = range_sources(shown, interpretation, wording)
    return wording.say("table.range_from", range=words, source=source)


def _outcome(result: Result, interpretation: Interpretation, wording: Wording) -> str:
    """Return the verdict in the words of the result's chip."""
    if result.outcome.kind is Kind.NOT_INTERPRETED:
        return wording.say(f"kinds.{result.outcome.kind}")
    return chip_of(result, interpretation, wording).text


def _guidelines(
    result: Result, interpretation: Interpretation, wording: Wording
) -> Iterator[str]:
    """Yield what each guideline says, in plain words: labels are for staff."""
    for judgement in result.guidelines:
        source = source_words(judgement.source, interpretation)
        level = level_words(judgement, wording)
        yield wording.say("table.guideline_says", level=level, source=source)
