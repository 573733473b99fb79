"""The working sheet: every class and every remark, to be checked with a pencil."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from reference_ranges.catalogue import CITED_IN
from reference_ranges.results import Interpretation, Result, SourceRef
from reports.direction import has_right_to_left, isolated
from reports.frame import footer_of, header_of, status_of, watermark_of
from reports.identity import Identity, Letterhead, ReportFacts
from reports.model import Section, Table, Working
from reports.phrasing import as_reported
from reports.said import foreign_to, spoken
from reports.whom import whom_words
from reports.wording import Wording
from reports.working.readings import Readings, plain_units, readings_of
from reports.working.statements import Statement, judgements_of, statements

_COLUMNS = ("step", "sum", "gives", "source")
_FIRST = ("urgency", "red_flag")
_BEYOND = ("finding", "caution", "symptom", "missing", "food")
_IN_SUM = ("value", "unit", "missing")
_IN_STEPS = ("delta", "near_limit")  # the trace has them, with their sums
_NO_LINK = "not_related"


def working_of(
    made: Interpretation,
    identity: Identity,
    facts: ReportFacts,
    letterhead: Letterhead,
    wording: Wording,
) -> Working:
    """Return the working of the whole interpretation as data, to be drawn.

    First how soon someone must act, and why.  For each result: what was sent, each
    limit with the sum that leads to its side, which judgement led and why, the
    sender's flag, and how soon to act.
    """
    found = list(statements(made, wording))
    title = wording.say("working.title")
    header = replace(header_of(identity, facts, letterhead, wording), title=title)
    return Working(
        lang=wording.locale,
        title=title,
        subject=title,
        issued_at=facts.issued_at.isoformat(),
        header=header,
        lead=(wording.say("working.lead"), wording.say("working.signs")),
        tables=tuple(_tables(made, found, wording)),
        sources=_sources(made, wording),
        footer=footer_of(identity, facts, wording),
        page_of=wording.say("footer.page_of", n="{n}", m="{m}"),
        status_line=status_of(facts, wording),
        watermark=watermark_of(facts, wording),
        unprintable=wording.say("print.unprintable"),
        direction=wording.language.direction,
    )


def working_tables(made: Interpretation, wording: Wording) -> tuple[Table, ...]:
    """Return the tables of the working alone, for a page that has its own frame."""
    return tuple(_tables(made, list(statements(made, wording)), wording))


def _tables(
    made: Interpretation, found: Sequence[Statement], wording: Wording
) -> Iterator[Table]:
    told = readings_of(made, wording)
    first = [one for kind in _FIRST for one in found if one.kind == kind]
    yield _table(wording.say("working.first"), "", first, told)
    for part, results in (("results", made.results), ("derived", made.derived)):
        for index, result in enumerate(results):
            at = f"/{part}/{index}"
            own = [s for s in found if s.about == at or s.about.startswith(f"{at}/")]
            yield _of_result(result, own, told)
    beyond = [one for kind in _BEYOND for one in found if one.kind == kind]
    if beyond:
        yield _table(wording.say("working.beyond"), "", beyond, told)


def _of_result(result: Result, found: Sequence[Statement], told: Readings) -> Table:
    wording = told.wording
    whole, *steps = found
    judged = {f"{one.kind}:{one.rule}" for _, one in judgements_of(result)}
    known = {one.rule for one in steps if one.kind == "judgement" and not _closes(one)}
    rest = [one for one in steps if one.kind not in _IN_STEPS]
    rest = [one for one in rest if not (_closes(one) and one.rule in known)]
    rest = [one for one in rest if one.kind != "step" or one.rule not in judged]
    reading = [one for one in rest if one.rule.startswith(("formula:", "reading"))]
    others = [one for one in rest if one not in reading and one.statement != _NO_LINK]
    named = f"{result.name}: {as_reported(result, wording)}"
    became = told.token(result.outcome.words)
    heading = wording.say("working.heading", name=named.strip(": "), outcome=became)
    caption = plain_units(_listed(whole.inputs))
    return _table(heading, caption, [*reading, *others], told)


def _closes(one: Statement) -> bool:
    """Say whether it is one limit of a row by itself, that closes a usual range."""
    return "/judgements/closes/" in one.about


def _table(
    heading: str, caption: str, found: Iterable[Statement], told: Readings
) -> Table:
    return Table(
        heading=heading,
        caption=caption,
        columns=tuple(told.wording.say(f"working.{column}") for column in _COLUMNS),
        rows=tuple(_row(one, told) for one in found),
    )


def _row(one: Statement, told: Readings) -> tuple[str, ...]:
    working = (one.working, _listed(_not_in_sum(one, told)))
    return (
        _step(one, told.wording),
        plain_units(_in_pieces(working, told.wording)),
        plain_units(told.gives(one)),
        _in_pieces([told.rule(one), *(_cited(one, told.wording))], told.wording),
    )


def _in_pieces(texts: Iterable[str], wording: Wording) -> str:
    """Return *texts* as one, of which no sum is turned round: 1 < 2 stays 1 < 2."""
    said = "; ".join(filter(None, texts))
    if not wording.right_to_left:
        return said
    pieces = said.split("; ")
    kept = [one if has_right_to_left(one) else isolated(one) for one in pieces]
    return "; ".join(kept)


def _step(one: Statement, wording: Wording) -> str:
    """Return what kind of step it is, in words."""
    if one.kind == "judgement":
        aside = one.about.endswith("/set_aside")
        kind = "set_aside" if aside else one.statement.split(": ", maxsplit=1)[0]
    elif one.kind == "step":
        kind = one.rule.split(":", maxsplit=1)[0]
    else:
        kind = one.kind
    key = f"working_steps.{kind}"
    return wording.say(key if wording.has(key) else "working_steps.doubt")


def _not_in_sum(one: Statement, told: Readings) -> Iterator[tuple[str, str]]:
    """Yield the inputs that the sum does not show, whom a limit is for in words."""
    judged = one.kind == "judgement"
    for name, text in one.inputs:
        if judged and name == "partition":
            yield told.wording.say("working.whom"), whom_words(text, told.wording)
        elif not (judged and name in _IN_SUM):
            yield name, told.text(name, text)


def _listed(inputs: Iterable[tuple[str, str]]) -> str:
    said = (f"{name.replace('_', ' ')}: {text}" for name, text in inputs if text)
    return "; ".join(said)


def _cited(one: Statement, wording: Wording) -> Iterator[str]:
    for source in one.sources:
        cited = wording.say("working.cited", org=source.org, year=str(source.year))
        yield ", ".join(filter(None, (cited, source.where)))


def _sources(made: Interpretation, wording: Wording) -> Section:
    used = made.catalogue
    items = tuple(_source(source, wording) for source in made.sources)
    made_with = wording.say(
        "working.catalogue",
        version=used.version,
        hash=used.sha256,
        profile=used.profile,
        reviewed=used.reviewed_by,
    )
    engine = wording.say("sources.engine", engine=made.engine)
    return Section(wording.say("sources.heading"), (made_with, engine), items)


def _source(source: SourceRef, wording: Wording) -> str:
    item = wording.say(
        "working.source_item",
        org=source.org,
        year=str(source.year),
        title=", ".join(filter(None, (source.title, source.where))),
        evidence=source.evidence,
    )
    if source.via:  # which says so in the language of the page
        return wording.say("working.via", source=item, via=source.via)
    return spoken(item, foreign_to(wording.locale, CITED_IN))
