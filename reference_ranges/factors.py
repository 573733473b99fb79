"""What reported factors and the sample do: remarks, questions, withheld food."""

from collections.abc import Iterable, Iterator

from reference_ranges.asking import tests_in_vain, tests_to_ask
from reference_ranges.facts import Facts
from reference_ranges.knowledge import Factor
from reference_ranges.relations import Relation, Token
from reference_ranges.results import Caution, Kind, Missing, WithheldFood
from reference_ranges.triggers import holds

_REMARKS = ("explain", "soften", "ask")
_SAMPLE = "sample"
_OPEN = (Token.MAY_CONTRIBUTE, Token.INDETERMINATE)


def cautions(facts: Facts) -> tuple[Caution, ...]:
    """Return all remarks on the results, those on the sample first."""
    found = [*_from_rules(facts), *_from_sample(facts), *_from_factors(facts)]
    return tuple(sorted(found, key=_sample_first))


def withheld_food(facts: Facts) -> tuple[WithheldFood, ...]:
    """Return the tests whose food text must not be printed, each with why, in order."""
    found = {(one.analyte, one.rule): one for one in _withheld(facts)}
    return tuple([found[place] for place in sorted(found)])


def _withheld(facts: Facts) -> Iterator[WithheldFood]:
    if facts.young:
        for analyte in facts.by_analyte:
            yield WithheldFood(analyte, "settings/symptom_rules_from_age")
        return
    for factor in _active(facts):
        for analyte in factor.withholds:
            yield WithheldFood(analyte, f"factor/{factor.id}", factor.sources)
    near = facts.rules.food.near(facts.if_true)
    for rule in [one for one in near if holds(one.when, facts.if_true)]:
        for analyte in rule.analytes:
            yield WithheldFood(analyte, f"food/{rule.id}")
    for analyte, sent in facts.by_analyte.items():
        if any(one.outcome.kind is Kind.CONFLICT for one in sent):
            yield WithheldFood(analyte, "sender_flag")


def missing_tests(relations: Iterable[Relation], facts: Facts) -> tuple[Missing, ...]:
    """Return the tests that would settle a link that goes through another finding."""
    asked: dict[str, set[str]] = {}
    for relation in relations:
        if relation.through and relation.token in _OPEN:
            asked.setdefault(relation.through, set()).add(relation.analyte)
    found = [
        one
        for name, analytes in sorted(asked.items())
        for one in _through(name, tuple(sorted(analytes)), facts)
    ]
    return (*found, *_missing_beside(facts))


def _through(name: str, analytes: tuple[str, ...], facts: Facts) -> Iterator[Missing]:
    tests, why = facts.rules.passages[name].ask, f"through_{name}"
    for test in tests_to_ask(tests, facts):
        yield Missing(test, analytes, why)
    for test in tests_in_vain(tests, facts):
        yield Missing(test, analytes, why, sent=True)


def _missing_beside(facts: Facts) -> Iterator[Missing]:
    """Yield what would make a test speak that proves nothing on its own."""
    for analyte, yielding in facts.rules.yields_to.items():
        if analyte in facts.by_analyte and analyte not in facts.silent:
            for test in yielding.ask:
                sent = test in facts.by_analyte
                if test not in facts.usable:
                    yield Missing(test, (analyte,), "proves_nothing_alone", sent)


def _from_rules(facts: Facts) -> Iterator[Caution]:
    for rule in facts.cautions:
        yield Caution(
            code=rule.id,
            analytes=tuple([one for one in rule.analytes if one in facts.by_analyte]),
            effect=rule.effect,
            rule=f"caution/{rule.id}",
            sources=rule.sources,
        )


def _from_sample(facts: Facts) -> Iterator[Caution]:
    """Yield what is stated of the sample and no rule speaks of: it may matter."""
    stated = [
        name for name in facts.rules.conditions if f"specimen:{name}:" in facts.held
    ]
    if not stated:
        return
    asked = frozenset[str]().union(
        *[line for one in facts.cautions for line in one.when]
    )
    for name in stated:
        if f"specimen:{name}:" not in asked:
            yield Caution(name, (), _SAMPLE, f"condition/{name}")


def _from_factors(facts: Facts) -> Iterator[Caution]:
    for factor in _active(facts):
        moved = tuple(
            dict.fromkeys(
                analyte
                for analyte, side in factor.pushes
                if analyte in facts.by_analyte
                and f"result:{analyte}:{side}" in facts.held
            )
        )
        for effect in _REMARKS:
            if moved and effect in factor.effects:
                rule = f"factor/{factor.id}"
                yield Caution(factor.id, moved, effect, rule, factor.sources)


def _active(facts: Facts) -> Iterator[Factor]:
    for name in facts.factors:
        factor = facts.rules.factors.get(name)
        if factor is not None and factor.active:
            yield factor


def _sample_first(caution: Caution) -> tuple[bool, str, str, str]:
    return caution.effect != _SAMPLE, caution.code, caution.effect, caution.rule
