"""The clinician's page: one table with every judgement, patterns, change over time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from reference_ranges.results import (
    Interpretation,
    Judgement,
    Kind,
    Result,
    Verdict,
)
from reference_ranges.scales import ALTERNATIVES
from reports.alarm import alarm_of, urgent_flags
from reports.alerts import faults_of_the_sample
from reports.beyond import CAUTION, FINDING, MISSING, RED_FLAG, beyond
from reports.cards import comment_texts
from reports.chips import chip_of
from reports.corrections import changed_of, corrected_of
from reports.direction import isolated
from reports.earlier import comparable_past, past_words
from reports.frame import (
    DATA_FILE,
    footer_of,
    header_of,
    mark_of,
    status_of,
    watermark_of,
)
from reports.identity import Identity, Letterhead, ReportFacts
from reports.model import Box, BoxKind, ClinicianPage, Section, Table
from reports.notes import (
    interval_beside,
    intervals_differ,
    lab_range,
    limits_of,
    range_with_unit,
)
from reports.phrasing import (
    apart,
    as_reported,
    level_words,
    row_name,
    verdict_of,
)
from reports.ranges import LABORATORY, range_of
from reports.said import lang_of, spoken, together
from reports.summary import all_results, worst_first
from reports.table import source_text, sources_of
from reports.trends import trends_of
from reports.whom import beside_age_and_sex
from reports.wording import Wording

_COMMENT = "comment"
_COLUMNS = ("test", "result", "interval", "outcome", "category", "earlier")


def clinician_page(
    made: Interpretation,
    identity: Identity,
    facts: ReportFacts,
    letterhead: Letterhead,
    wording: Wording,
) -> ClinicianPage:
    """Return the clinician's page as data, to be drawn on one or two sheets.

    Worked-out values that are held back from the patient are shown here.
    """
    title = wording.say("clinician_page.title")
    header = replace(
        header_of(identity, facts, letterhead, wording), title=title, reader=""
    )
    return ClinicianPage(
        lang=wording.locale,
        title=title,
        subject=title,
        issued_at=facts.issued_at.isoformat(),
        header=header,
        alert=_alert(made, wording),
        corrected=corrected_of(made, facts, wording),
        lead=tuple(_lead(made, wording)),
        table=_table(made, wording),
        sections=tuple(_sections(made, facts, wording)),
        trends_heading=wording.say("clinician_page.trends"),
        trends=trends_of(made, facts.collected_at, wording),
        sources=_sources(made, wording),
        footer=footer_of(identity, facts, wording),
        page_of=wording.say("footer.page_of", n="{n}", m="{m}"),
        status_line=status_of(facts, wording),
        watermark=watermark_of(facts, wording),
        unprintable=wording.say("print.unprintable"),
        direction=wording.language.direction,
        mark=mark_of(facts),
        attached=wording.say("print.attached", file=DATA_FILE),
    )


def _alert(made: Interpretation, wording: Wording) -> Box | None:
    """Return what is to be acted on now or today by name and value, or nothing."""
    alarm = alarm_of(made, wording)
    if not alarm.act:
        return None
    named = [one for one in all_results(made) if alarm.act_on(one, wording)]
    named.sort(key=lambda result: -result.urgency)
    told = [one.id for one in urgent_flags(made) if one.origin == "symptom"]
    signs = _labels(told, wording)
    danger = (wording.say("hooks.danger", symptoms=signs),) if signs else ()
    return Box(
        BoxKind.EMERGENCY if alarm.act == "now" else BoxKind.TODAY,
        heading=wording.say(f"clinician_page.{alarm.act}"),
        lead=tuple(_danger(result, made, wording) for result in named),
        items=(*danger, *faults_of_the_sample(made, wording)),
    )


def _danger(result: Result, made: Interpretation, wording: Wording) -> str:
    return wording.say(
        "clinician_page.danger",
        name=row_name(result, wording),
        value=as_reported(result, wording),
        verdict=chip_of(result, made, wording).text,
    )


def _labels(symptoms: Sequence[str], wording: Wording) -> str:
    """Return symptoms as they stand on the list that they were chosen from."""
    labels = [wording.say(f"symptoms.{one}.label") for one in symptoms]
    return apart(labels, wording)


def _lead(made: Interpretation, wording: Wording) -> Iterator[str]:
    when = wording.say(f"urgencies.{made.urgency.name.lower()}")
    yield wording.say("clinician_page.urgency", urgency=when)
    if made.symptoms is None:
        yield wording.say("clinician_page.not_asked")
    elif not made.symptoms:
        yield wording.say("clinician_page.none_told")
    else:
        names = _labels([one.symptom.id for one in made.symptoms], wording)
        yield wording.say("clinician_page.reported", symptoms=names)
    judgements = [one for result in all_results(made) for one in _shown(result, made)]
    whom = [beside_age_and_sex(one.partition, wording) for one in judgements]
    if chosen := list(dict.fromkeys(filter(None, whom))):
        yield wording.say("clinician_page.chosen", whom=apart(chosen, wording))


def _table(made: Interpretation, wording: Wording) -> Table:
    """Return every result; a column for earlier ones only where there are some."""
    cited = _cited(made, wording)
    rows = [_row(one, made, cited, wording) for one in worst_first(made, wording)]
    columns, none = list(_COLUMNS), wording.say("table.none")
    caption = [wording.say("clinician_page.caption")]
    if not any(cells[-1] for cells in rows):
        columns.remove("earlier")
        caption.append(wording.say("clinician_page.no_earlier"))
    return Table(
        heading=wording.say("clinician_page.table"),
        caption=together(caption),
        columns=tuple(wording.say(f"clinician_page.{column}") for column in columns),
        rows=tuple(
            tuple(cell or none for cell in cells[: len(columns)]) for cells in rows
        ),
    )


def _row(
    result: Result, made: Interpretation, cited: Mapping[str, int], wording: Wording
) -> tuple[str, ...]:
    """Return the cells of a row; an empty one says nothing."""
    past = [past_words(p, result, wording) for p in comparable_past(result)[:1]]
    categories = [_category(one, cited, wording) for one in _categories(result)]
    return (
        row_name(result, wording),
        as_reported(result, wording),
        apart(_intervals(result, made, cited, wording), wording),
        _outcome(result, wording),
        apart(categories, wording),
        *(past or [""]),
    )


def _cited(made: Interpretation, wording: Wording) -> dict[str, int]:
    """Return the number of each source that the table names, in its order."""
    found: dict[str, int] = {}
    for result in worst_first(made, wording):
        for judgement in _shown(result, made):
            found.setdefault(judgement.source, len(found) + 1)
    return found


def _shown(result: Result, made: Interpretation) -> Iterator[Judgement]:
    """Yield the judgements of a row that have a source, in the order of its cells."""
    shown = range_of(result)
    ranges = shown.judgements if shown else ()
    yield from (one for one in ranges if one.origin != LABORATORY)
    if ours := _our_other(result, made):
        yield ours
    yield from _categories(result)


def _our_other(result: Result, made: Interpretation) -> Judgement | None:
    """Return our interval where it was not used and says otherwise."""
    if result.set_aside and intervals_differ(result, made):
        return result.set_aside
    return interval_beside(result)


def _categories(result: Result) -> tuple[Judgement, ...]:
    """Return those of guidelines, and of targets for what was told."""
    return (*result.guidelines, *result.targets)


def _sources(made: Interpretation, wording: Wording) -> Section:
    """Return the catalogue, and a line for each numbered source."""
    known = {one.id: one for one in made.sources}
    cited = _cited(made, wording)
    listed = [source_text(known[source], wording) for source in cited]
    numbered = [
        spoken(f"[{number}] {text}", lang_of(text))
        for number, text in zip(cited.values(), listed, strict=True)
    ]
    whole = sources_of(made, wording)
    return Section(whole.heading, (" ".join(whole.texts), *numbered))


def _intervals(
    result: Result, made: Interpretation, cited: Mapping[str, int], wording: Wording
) -> Iterator[str]:
    """Yield the interval that was used, then all that was not."""
    shown, sent = range_of(result), lab_range(result, wording)
    if shown is not None:
        words = range_with_unit(shown, result, wording)
        limits = shown.judgements
        published = [one for one in limits if one.origin != LABORATORY]
        if any(one.origin == LABORATORY for one in limits):
            lab = wording.say("clinician_page.lab")
            words = wording.say("table.range_from", range=words, source=lab)
        numbers = dict.fromkeys(cited[one.source] for one in published)
        yield " ".join([words, *(_mark(number, wording) for number in numbers)])
    if sent and not (shown and shown.is_the_labs):
        yield wording.say("clinician_page.lab_interval", range=sent)
    if ours := _our_other(result, made):
        number = cited[ours.source]
        words = f"{limits_of(ours, result, wording)} {_mark(number, wording)}"
        yield wording.say("clinician_page.our_interval", range=words)


def _outcome(result: Result, wording: Wording) -> str:
    """Return the verdict, its code, the sender's flag, and why it is left open."""
    reason, kind = result.outcome.reason, result.outcome.kind
    judged = kind is not Kind.NOT_INTERPRETED
    said = verdict_of(result, wording) if judged else wording.say(f"kinds.{kind}")
    code = _mark(result.code, wording) if result.code else ""
    flag = result.observation.sender_flag
    marked = wording.say("clinician_page.flag", flag=flag) if flag else ""
    verdict = apart([" ".join(filter(None, (said, code))), marked], wording)
    why = wording.say(f"reasons.{reason}.staff") if reason else ""
    return f"{verdict}. {why}" if why else verdict


def _category(judgement: Judgement, cited: Mapping[str, int], wording: Wording) -> str:
    number = _mark(cited[judgement.source], wording)
    return f"{_category_words(judgement, wording)} {number}"


def _mark(sign: str | int, wording: Wording) -> str:
    """Return *sign* in brackets, which are turned round by nothing that is before."""
    mark = f"[{sign}]"
    return isolated(mark) if wording.right_to_left else mark


def _category_words(judgement: Judgement, wording: Wording) -> str:
    """Return the source's own word; where nothing can be told, that."""
    labels = judgement.label.split(ALTERNATIVES)
    if judgement.verdict is Verdict.CANNOT_TELL or not judgement.label:
        return level_words(judgement, wording)
    return ALTERNATIVES.join(_named(label, wording) for label in labels)


def _named(label: str, wording: Wording) -> str:
    """Return the words for a category; those of the source for one of a site's own."""
    key = f"categories.{label}"
    return wording.say(key) if wording.has(key) else label


def _comments(made: Interpretation, wording: Wording) -> Iterator[str]:
    """Yield what the laboratory wrote under each result, word for word."""
    for result in made.results:
        name = row_name(result, wording)
        for text in comment_texts(result, wording):
            yield wording.say("clinician_page.about", names=name, text=text)


def _sections(
    made: Interpretation, facts: ReportFacts, wording: Wording
) -> Iterator[Section]:
    if changed := changed_of(made, facts, wording):
        yield changed
    said = [(one.kind, one.text) for one in beyond(made, wording) if one.text]
    said += [(_COMMENT, text) for text in _comments(made, wording)]
    whose: tuple[str, ...] = (wording.say("clinician_page.whose_words"),)
    for key, kinds in (
        ("patterns", (RED_FLAG, FINDING)),
        ("cautions", (_COMMENT, CAUTION)),
        ("missing", (MISSING,)),
    ):
        items = (text for kind, text in said if kind in kinds)
        if found := tuple(dict.fromkeys(items)):
            yield Section(wording.say(f"clinician_page.{key}"), whose, found)
            whose = ()
