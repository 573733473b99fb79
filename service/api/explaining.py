"""Every statement of an interpretation with its rule, inputs, limit and sources."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reference_ranges.limits import Span
from reference_ranges.relations import Relation
from reference_ranges.results import (
    Caution,
    Finding,
    Interpretation,
    Judgement,
    RedFlag,
    Result,
    SourceRef,
    Step,
)

_Sources = Mapping[str, SourceRef]
_Inputs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement; ``about`` is a JSON pointer into the interpretation's answer.

    ``limit``, its unit, ``side`` and ``factor`` are there where a limit was compared
    with: ``factor`` of ``limit_unit`` make one of the reported unit.
    """

    about: str
    statement: str
    rule: str
    inputs: _Inputs
    sources: tuple[SourceRef, ...]
    limit: Span | None = None
    limit_unit: str | None = None
    side: str | None = None
    factor: str | None = None


def statements(made: Interpretation) -> Iterator[Statement]:
    """Yield all statements, in the order in which the answer holds them."""
    sources = {source.id: source for source in made.sources}
    for part, results in (("results", made.results), ("derived", made.derived)):
        for index, result in enumerate(results):
            yield from _of_result(f"/{part}/{index}", result, sources)
    beyond: tuple[tuple[str, Sequence[RedFlag | Finding | Caution]], ...] = (
        ("red_flags", made.red_flags),
        ("findings", made.findings),
        ("cautions", made.cautions),
    )
    for part, found in beyond:
        for index, one in enumerate(found):
            yield _of_finding(f"/{part}/{index}", one, sources)


def _of_result(at: str, result: Result, sources: _Sources) -> Iterator[Statement]:
    seen = result.observation
    inputs = (("value", seen.value_text), ("unit", seen.unit_text))
    for place, judgement in _judgements(result):
        yield _of_judgement(f"{at}/judgements/{place}", judgement, inputs, sources)
    for index, step in enumerate(result.trace):
        yield _of_step(f"{at}/trace/{index}", step, sources)
    for index, relation in enumerate(result.relations):
        yield _of_relation(f"{at}/relations/{index}", relation, result, sources)


def _judgements(result: Result) -> Iterator[tuple[str, Judgement]]:
    if result.interval is not None:
        yield "interval", result.interval
    for index, judgement in enumerate(result.guidelines):
        yield f"guidelines/{index}", judgement
    if result.critical is not None:
        yield "critical", result.critical
    for index, judgement in enumerate(result.targets):
        yield f"targets/{index}", judgement


def _of_judgement(
    about: str, judgement: Judgement, inputs: _Inputs, sources: _Sources
) -> Statement:
    facts = (("partition", judgement.partition), ("origin", judgement.origin))
    return Statement(
        about=about,
        statement=f"{judgement.kind}: {judgement.verdict}",
        rule=judgement.rule,
        inputs=(*inputs, *facts),
        sources=_known([judgement.source], sources),
        limit=judgement.span,
        limit_unit=judgement.unit,
        side=judgement.side,
        factor=judgement.factor,
    )


def _of_step(about: str, step: Step, sources: _Sources) -> Statement:
    return Statement(
        about, step.gave, step.rule, step.inputs, _known([step.source], sources)
    )


def _of_relation(
    about: str, relation: Relation, result: Result, sources: _Sources
) -> Statement:
    inputs = (
        ("symptom", relation.symptom),
        ("outcome", result.outcome.kind.value),
        ("grade", relation.grade),
        ("through", relation.through),
    )
    return Statement(
        about,
        relation.token.value,
        relation.rule,
        inputs,
        _known(relation.sources, sources),
    )


def _of_finding(
    about: str, found: RedFlag | Finding | Caution, sources: _Sources
) -> Statement:
    known = _known(found.sources, sources)
    match found:
        case RedFlag():
            subjects = (("subjects", " ".join(found.subjects)),)
            return Statement(about, found.id, found.rule, subjects, known)
        case Finding():
            inputs = (("subjects", " ".join(found.subjects)), *found.params)
            return Statement(about, found.code, found.rule, inputs, known)
    inputs = (("analytes", " ".join(found.analytes)), ("effect", found.effect))
    return Statement(about, found.code, found.rule, inputs, known)


def _known(ids: Sequence[str], sources: _Sources) -> tuple[SourceRef, ...]:
    return tuple(sources[one] for one in ids if one in sources)
