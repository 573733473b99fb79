"""Every statement of an interpretation with its rule, inputs, limit and sources."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reference_ranges.limits import Span
from reference_ranges.panel import Reading
from reference_ranges.relations import Relation, SymptomFinding
from reference_ranges.results import (
    Caution,
    Finding,
    Interpretation,
    Judgement,
    Missing,
    RedFlag,
    Result,
    SourceRef,
    Step,
    WithheldFood,
)
from reports.wording import Wording
from reports.working.arithmetic import comparison, conversion

Inputs = tuple[tuple[str, str], ...]
_Sources = Mapping[str, SourceRef]
_NAME = re.compile(r"[a-z][a-z0-9_]*")  # of an input, in the text of a formula


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement; ``about`` is a JSON pointer into the interpretation's answer.

    ``kind`` says what it is (``judgement``, ``step``, ``finding`` …).  ``limit``, its
    unit, ``side`` and ``factor`` are there where a limit was compared with: ``factor``
    of ``limit_unit`` make one of the reported unit.  ``working`` is the sum or the
    comparison as a reader does it by hand.
    """

    about: str
    kind: str
    statement: str
    rule: str
    inputs: Inputs = ()
    sources: tuple[SourceRef, ...] = ()
    limit: Span | None = None
    limit_unit: str | None = None
    side: str | None = None
    factor: str | None = None
    working: str = ""


def statements(made: Interpretation, wording: Wording) -> Iterator[Statement]:
    """Yield all statements, in the order in which the answer holds them.

    *wording* is used for the sums alone: rules, inputs and tokens are the core's.
    """
    sources = {source.id: source for source in made.sources}
    yield _urgency(made)
    yield _overview(made)
    for part, results in (("results", made.results), ("derived", made.derived)):
        for index, result in enumerate(results):
            yield from _of_result(f"/{part}/{index}", result, sources, wording)
    for index, told in enumerate(made.symptoms or ()):
        yield _of_symptom(f"/symptoms/{index}", told)
    beyond: tuple[tuple[str, Sequence[RedFlag | Finding | Caution]], ...] = (
        ("red_flags", made.red_flags),
        ("findings", made.findings),
        ("cautions", made.cautions),
    )
    for part, found in beyond:
        for index, one in enumerate(found):
            yield _of_finding(f"/{part}/{index}", one, sources)
    for index, missing in enumerate(made.missing):
        yield _of_missing(f"/missing/{index}", missing)
    for index, food in enumerate(made.withheld):
        yield _of_food(f"/withheld_food/{index}", food, sources)
    yield from _of_the_whole(made)


def judgements_of(result: Result) -> Iterator[tuple[str, Judgement]]:
    """Yield the judgements of *result*, each with its place among them."""
    if result.interval is not None:
        yield "interval", result.interval
    if result.set_aside is not None:
        yield "set_aside", result.set_aside
    for index, judgement in enumerate(result.guidelines):
        yield f"guidelines/{index}", judgement
    if result.critical is not None:
        yield "critical", result.critical
    for index, judgement in enumerate(result.targets):
        yield f"targets/{index}", judgement
    for index, judgement in enumerate(result.closes):
        yield f"closes/{index}", judgement


def _urgency(made: Interpretation) -> Statement:
    """Return how soon someone must act, and each thing that asks for it."""
    results = [("results", r.name, r.urgency) for r in (*made.results, *made.derived)]
    raised: Iterable[tuple[str, str, int]] = (
        *results,
        *(("red_flags", flag.id, flag.urgency) for flag in made.red_flags),
        *(("findings", _named(found), found.urgency) for found in made.findings),
    )
    asking = tuple((part, name) for part, name, u in raised if u == made.urgency)
    critical = (("critical", str(made.critical).lower()),)
    said = made.urgency.name.lower()
    return Statement(
        "/urgency", "urgency", said, "highest_of_all", (*critical, *asking)
    )


def _named(found: Finding) -> str:
    return f"{found.code} ({' '.join(found.subjects)})"


def _overview(made: Interpretation) -> Statement:
    counted = made.overview
    names = ("results", "in_range", "out_of_range", "critical", "undecided")
    inputs = tuple((name, str(getattr(counted, name))) for name in names)
    asked = (("symptoms_asked", str(counted.symptoms_asked).lower()),)
    said = f"all_in_range: {str(counted.all_in_range).lower()}"
    return Statement("/summary", "summary", said, "counted", (*inputs, *asked))


def _of_result(
    at: str, result: Result, sources: _Sources, wording: Wording
) -> Iterator[Statement]:
    yield Statement(
        about=at,
        kind="result",
        statement=result.outcome.words,
        rule=result.leads or result.derived_by or "nothing_leads",
        inputs=tuple(_as_sent(result)),
    )
    for place, judgement in judgements_of(result):
        yield _of_judgement(
            f"{at}/judgements/{place}", judgement, result, sources, wording
        )
    for index, step in enumerate(result.trace):
        yield _of_step(f"{at}/trace/{index}", step, sources, wording)
    yield from _of_the_past(at, result, sources)
    for index, relation in enumerate(result.relations):
        yield _of_relation(f"{at}/relations/{index}", relation, result, sources)


def _as_sent(result: Result) -> Iterator[tuple[str, str]]:
    """Yield the row as it came, word for word, and what would settle it."""
    seen = result.observation
    interval = seen.lab_interval.text if seen.lab_interval else ""
    named = {
        "value": seen.value_text,
        "unit": seen.unit_text,
        "laboratory_interval": interval,
        "flag": seen.sender_flag or "",
        "status": seen.status.value,
    }
    yield from ((name, text) for name, text in named.items() if text)
    yield "severity", str(result.severity)
    yield "urgency", result.urgency.name.lower()
    if result.code:
        yield "code", result.code
    yield from (("missing", fact) for fact in result.settled_by)


def _of_judgement(
    about: str,
    judgement: Judgement,
    result: Result,
    sources: _Sources,
    wording: Wording,
) -> Statement:
    seen = result.observation
    inputs = {
        "value": seen.value_text,
        "unit": seen.unit_text,
        "partition": judgement.partition,
        "origin": judgement.origin,
        "label": judgement.label,
        "severity": str(judgement.severity),
        "missing": judgement.reason or "",
    }
    return Statement(
        about=about,
        kind="judgement",
        statement=f"{judgement.kind}: {judgement.verdict}",
        rule=judgement.rule,
        inputs=tuple(inputs.items()),
        sources=_known([judgement.source], sources),
        limit=judgement.span,
        limit_unit=judgement.unit,
        side=judgement.side,
        factor=judgement.factor,
        working=_sum(seen.reading, seen.unit_text, judgement, wording),
    )


def _sum(
    reading: Reading | None, unit: str, judgement: Judgement, wording: Wording
) -> str:
    """Return the sum behind a judgement; without a number there is none."""
    return (
        f"{conversion(reading, unit, judgement)}; "
        f"{comparison(reading, judgement, wording)}"
        if reading
        else ""
    )


def _of_the_past(at: str, result: Result, sources: _Sources) -> Iterator[Statement]:
    """Yield how the result stands to the one before, and to a limit close by.

    The sums are in the steps of the trace.
    """
    delta, near = result.delta, result.near_limit
    if delta is not None:
        before, known = delta.previous.earlier, _known([delta.source], sources)
        inputs = (("earlier", f"{before.reading.text} {before.unit} on {before.day}"),)
        said = delta.doubt or delta.trend or delta.movement
        rule = delta.rule or "no_figure"
        yield Statement(f"{at}/delta", "delta", said.value, rule, inputs, known)
    if near is not None:
        limit = (
            ("limit", f"{near.limit:f} {near.unit}"),
            ("cva", f"{near.percent:f} %"),
        )
        known, about = _known([near.source], sources), f"{at}/near_limit"
        yield Statement(about, "near_limit", "near_limit", near.rule, limit, known)


def _of_step(about: str, step: Step, sources: _Sources, wording: Wording) -> Statement:
    known = _known([step.source], sources)
    working = _formula(step, wording)
    return Statement(
        about, "step", step.gave, step.rule, step.inputs, known, working=working
    )


def _formula(step: Step, wording: Wording) -> str:
    """Return the sum of a computed value with its numbers in their places."""
    kind, _, formula = step.rule.partition(":")
    if kind != "formula":
        return ""
    inputs, key = dict(step.inputs), f"formulas.{formula}"
    if wording.has(key):
        return f"{wording.say(key, **inputs)} = {step.gave}"
    numbers = {name: text.split(" ")[0] for name, text in step.inputs}
    filled = _NAME.sub(lambda one: numbers.get(one[0], one[0]), inputs["formula"])
    return f"{filled} = {step.gave}"


def _of_relation(
    about: str, relation: Relation, result: Result, sources: _Sources
) -> Statement:
    inputs = (
        ("symptom", relation.symptom),
        ("outcome", result.outcome.kind.value),
        ("grade", relation.grade),
        ("through", relation.through),
    )
    known = _known(relation.sources, sources)
    said = relation.token.value
    return Statement(about, "relation", said, relation.rule, inputs, known)


def _of_symptom(about: str, told: SymptomFinding) -> Statement:
    inputs = {
        "symptom": told.symptom.id,
        "when": told.symptom.when,
        "candidates": " ".join(told.candidates),
        "other_causes": " ".join(told.other_causes),
        "useful_tests": " ".join(told.useful_tests),
    }
    given = tuple((name, text) for name, text in inputs.items() if text)
    said = told.summary.value
    return Statement(about, "symptom", said, "strongest_relation", given)


def _of_finding(
    about: str, found: RedFlag | Finding | Caution, sources: _Sources
) -> Statement:
    known = _known(found.sources, sources)
    match found:
        case RedFlag():
            urgency = ("urgency", found.urgency.name.lower())
            subjects = ("subjects", " ".join(found.subjects))
            inputs: Inputs = (subjects, ("origin", found.origin), urgency)
            return Statement(about, "red_flag", found.id, found.rule, inputs, known)
        case Finding():
            urgency = ("urgency", found.urgency.name.lower())
            settled = (("settled_by", found.settled_by),) if found.settled_by else ()
            subjects = ("subjects", " ".join(found.subjects))
            inputs = (subjects, urgency, *found.params, *settled)
            return Statement(about, "finding", found.code, found.rule, inputs, known)
    inputs = (("analytes", " ".join(found.analytes)), ("effect", found.effect))
    return Statement(about, "caution", found.code, found.rule, inputs, known)


def _of_missing(about: str, missing: Missing) -> Statement:
    sent = (("sent", "gave no result"),) if missing.sent else ()
    inputs = (("analytes", " ".join(missing.analytes)), *sent)
    return Statement(about, "missing", missing.fact, missing.why, inputs)


def _of_food(about: str, food: WithheldFood, sources: _Sources) -> Statement:
    known, inputs = _known(food.sources, sources), (("analyte", food.analyte),)
    return Statement(about, "food", "food_text_withheld", food.rule, inputs, known)


def _of_the_whole(made: Interpretation) -> Iterator[Statement]:
    for index, source in enumerate(made.sources):
        place = f"/sources/{index}"
        yield Statement(place, "source", source.title, source.id, (), (source,))
    if made.factors:
        inputs = tuple(("factor", factor) for factor in made.factors)
        yield Statement("/factors", "factors", "reported or known", "as_sent", inputs)
    used = made.catalogue
    named = (
        ("sha256", used.sha256),
        ("profile", used.profile),
        ("reviewed_by", used.reviewed_by),
    )
    yield Statement("/catalogue", "catalogue", used.version, "made_with", named)
    yield Statement("/engine", "engine", made.engine, "made_with")


def _known(ids: Sequence[str], sources: _Sources) -> tuple[SourceRef, ...]:
    return tuple(sources[one] for one in ids if one in sources)
