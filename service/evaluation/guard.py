"""The guard against mixed-up units, measured: what it finds, and what it holds in vain.

Honest values are sent under a wrong unit, as each signature says that they are, with
and without the interval that the laboratory prints beside them; and then as they are.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Any

from reference_ranges.catalogue import MixUp
from service.evaluation.outside import Measure, ask, doubted, measure
from service.intake.door import Door

_DATA = "mix-ups"
_VALUES = 21
"""So many values of each range are sent: even steps, both ends with them."""

LOOKED_FOR = ("certain", "likely", "possible")

Case = tuple[bool, str]


def measure_guard(door: Door) -> Iterator[Measure]:
    """Yield what the guard finds of each signature, then all together, and in vain."""
    found: dict[tuple[str, bool], list[Case]] = {}
    for mix_up in door.catalogue.mix_ups:
        for printed in (False, True):
            cases = list(_mixed(mix_up, door, printed=printed))
            found[mix_up.id, printed] = cases
            if cases:
                yield measure(_DATA, _title(mix_up, printed=printed), cases)
    for certainties, name in (
        (LOOKED_FOR, "looked for"),
        (("undetectable",), "unseen by size"),
    ):
        rows = [
            one.id for one in door.catalogue.mix_ups if one.certainty in certainties
        ]
        for printed in (False, True):
            every = chain.from_iterable(found[one, printed] for one in rows)
            yield measure(_DATA, f"all {name}, {_how(printed=printed)}", every)
    yield from _in_vain(door)


def _title(mix_up: MixUp, *, printed: bool) -> str:
    return f"{mix_up.id} ({mix_up.certainty}), {_how(printed=printed)}"


def _how(*, printed: bool) -> str:
    return "by size and printed interval" if printed else "by size alone"


def _mixed(mix_up: MixUp, door: Door, *, printed: bool) -> Iterator[Case]:
    """Yield whether each value under the wrong unit was held or asked about."""
    for kind in kinds().get(mix_up.id, ()):
        for value in _values(kind):
            sent = {
                "analyte": mix_up.analyte,
                "value": str(value * kind.get("times", 1)),
                "unit": kind["stated"],
                **(_interval(kind) if printed else {}),
            }
            yield _caught(sent, door), f"{mix_up.analyte} {value} {kind['unit']}"


def _in_vain(door: Door) -> Iterator[Measure]:
    """Yield what is held of the same values under their own unit."""
    for printed in (False, True):
        cases = {
            name: held
            for mix_up in door.catalogue.mix_ups
            for held, name in _honest(mix_up, door, printed=printed)
        }
        title = f"honest values held in vain, {_how(printed=printed)}"
        yield measure(_DATA, title, ((held, name) for name, held in cases.items()))


def _honest(mix_up: MixUp, door: Door, *, printed: bool) -> Iterator[Case]:
    for kind in kinds().get(mix_up.id, ()):
        analyte = kind.get("analyte", mix_up.analyte)
        for value in _values(kind):
            sent = {
                "analyte": analyte,
                "value": str(value),
                "unit": kind["unit"],
                **(_interval(kind) if printed else {}),
            }
            yield _caught(sent, door), f"{analyte} {value} {kind['unit']}"


def _caught(sent: Mapping[str, Any], door: Door) -> bool:
    found = ask([sent], door)
    refused = found.results[0].observation.refusal is not None
    return refused or doubted(found)


def _interval(kind: Mapping[str, Any]) -> dict[str, Any]:
    return {"interval": {end: kind[end] for end in ("low", "high") if end in kind}}


def _values(kind: Mapping[str, Any]) -> Sequence[Decimal]:
    """Return values from one end to the other, with the places that the ends have."""
    first, last = Decimal(kind["from"]), Decimal(kind["to"])
    step = (last - first) / (_VALUES - 1)
    made = [(first + step * number).quantize(first) for number in range(_VALUES)]
    return tuple(dict.fromkeys(made))


@cache
def kinds() -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return how each signature comes about, by its id."""
    text = files("service.evaluation").joinpath("guard.toml").read_text("utf-8")
    read = tomllib.loads(text)
    return {name: rows for name, rows in read.items() if isinstance(rows, list)}
