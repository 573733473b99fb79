"""What differs between two catalogues: each change, whom it is for, in words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, fields, is_dataclass
from typing import Any

from reference_ranges.catalogue import Analyte, Catalogue
from service.ranges.row_changes import row_changes
from service.ranges.saying import Change, Sayer
from service.ranges.words import limits_text, plausible_spans

_FACTS = (
    "name",
    "group",
    "specimen",
    "si_unit",
    "us_unit",
    "decimals_si",
    "decimals_us",
    "lead",
)


def changes(old: Catalogue, new: Catalogue) -> tuple[Change, ...]:
    """Return what differs between two catalogues, analyte by analyte, then the rest.

    The rules and the formulas are compared in ``rule_changes``.
    """
    return (
        *_analytes(old, new),
        *_keyed("profile", old.profiles, new.profiles),
        *_keyed("rule number", old.settings, new.settings),
        *_keyed("trimester", _by_id(old.trimesters), _by_id(new.trimesters)),
        *_keyed("unit mix-up", _by_id(old.mix_ups), _by_id(new.mix_ups)),
        *_keyed("look-alike", old.look_alikes, new.look_alikes),
        *_keyed("source", old.sources, new.sources),
        *_keyed("review of", old.reviews, new.reviews),
    )


def documents(found: Iterable[Change]) -> list[dict[str, str]]:
    """Return the changes as data, with their sentence."""
    return [{**asdict(one), "sentence": one.sentence} for one in found]


def _analytes(old: Catalogue, new: Catalogue) -> Iterator[Change]:
    for name in sorted({*old.analytes, *new.analytes}):
        before, after = old.analytes.get(name), new.analytes.get(name)
        say = Sayer(about=name)
        if before is None:
            yield say("analyte added", "this test is new in the catalogue")
        elif after is None:
            yield say("analyte removed", "this test is no longer in the catalogue")
        if after is not None and before is not None:
            yield from _facts(before, after, say)
        rows = row_changes(before, after, old, new)
        yield from rows


def _facts(old: Analyte, new: Analyte, say: Sayer) -> Iterator[Change]:
    for fact in _FACTS:
        yield from say.changed(
            "fact", fact, _text(getattr(old, fact)), _text(getattr(new, fact))
        )
    yield from _listed("name", "the name", dict.fromkeys(old.aliases), new.aliases, say)
    yield from _units(old, new, say)
    yield from _meanings(old, new, say)
    yield from _codes(old, new, say)
    yield from _plausible(old, new, say)
    yield from _variation(old, new, say)
    for fact, was, now in _differing(old.axis, new.axis):
        yield from say.changed("number line", f"the number line's {fact}", was, now)


def _variation(old: Analyte, new: Analyte, say: Sayer) -> Iterator[Change]:
    if old.variation is None or new.variation is None:
        sides = ["there" if one.variation else "" for one in (old, new)]
        yield from say.changed("variation", "the biological variation", *sides)
        return
    for fact, was, now in _differing(old.variation, new.variation):
        yield from say.changed("variation", f"biological variation, {fact}", was, now)


def _listed(
    kind: str,
    title: str,
    old: Mapping[str, object],
    new: Iterable[str],
    say: Sayer,
) -> Iterator[Change]:
    added = dict.fromkeys(new)
    for one in (one for one in added if one not in old):
        yield say(f"{kind} added", f"{title} {one} is accepted now", now=one)
    for one in (one for one in old if one not in added):
        yield say(f"{kind} removed", f"{title} {one} is no longer accepted", was=one)


def _units(old: Analyte, new: Analyte, say: Sayer) -> Iterator[Change]:
    yield from _listed("unit", "the unit", old.units, new.units, say)
    for name in (name for name in old.units if name in new.units):
        was, now = (f"{one.units[name].to_si} {one.si_unit}" for one in (old, new))
        yield from say.changed("factor", f"1 {name}", was, now)


def _meanings(old: Analyte, new: Analyte, say: Sayer) -> Iterator[Change]:
    for key in sorted({*old.units_by_name, *new.units_by_name}):
        spelling, name = key
        was, now = (one.units_by_name.get(key, "") for one in (old, new))
        title = f"what {spelling} means under {name}"
        yield from say.changed("unit by name", title, was, now)


def _codes(old: Analyte, new: Analyte, say: Sayer) -> Iterator[Change]:
    yield from _listed("code", "the LOINC code", old.loinc, new.loinc, say)
    for code in (code for code in old.loinc if code in new.loinc):
        for fact, was, now in _differing(old.loinc[code], new.loinc[code]):
            yield from say.changed("code", f"the {fact} of {code}", was, now)


def _plausible(old: Analyte, new: Analyte, say: Sayer) -> Iterator[Change]:
    pairs = zip(
        plausible_spans(old.plausible), plausible_spans(new.plausible), strict=True
    )
    for (name, was), (_, now) in pairs:
        texts = (
            f"{limits_text(was)} {old.plausible.unit}",
            f"{limits_text(now)} {new.plausible.unit}",
        )
        yield from say.changed("plausibility", f"a result is {name}: this", *texts)
    sources = old.plausible.source, new.plausible.source
    yield from say.changed("source", "the source of plausibility", *sources)


def _keyed(
    kind: str, old: Mapping[str, object], new: Mapping[str, object]
) -> Iterator[Change]:
    for name in sorted({*old, *new}):
        say = Sayer(about=f"{kind} {name}")
        if name not in old:
            yield say("added", "is new")
        elif name not in new:
            yield say("removed", "is gone")
        else:
            for fact, was, now in _differing(old[name], new[name]):
                yield from say.changed("changed", fact, was, now)


def _differing(old: object, new: object) -> Iterator[tuple[str, str, str]]:
    """Give the fields that differ, or the values themselves where there are none."""
    if not is_dataclass(old):
        if old != new:
            yield "it", _text(old), _text(new)
        return
    for field in fields(old):
        was, now = getattr(old, field.name), getattr(new, field.name)
        name = field.name.replace("_", " ")
        if isinstance(was, Mapping):
            for key in sorted({*was, *now}):
                if was.get(key) != now.get(key):
                    yield f"{name} of {key}", _text(was.get(key)), _text(now.get(key))
        elif was != now:
            yield name, _text(was), _text(now)


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _by_id(rows: Iterable[Any]) -> dict[str, object]:
    return {row.id: row for row in rows}
