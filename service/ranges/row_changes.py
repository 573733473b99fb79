"""What differs between the limits of one analyte in two catalogues."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TypeVar

from reference_ranges.catalogue import (
    Analyte,
    Band,
    Catalogue,
    CriticalLimit,
    DecisionSet,
    ReferenceInterval,
)
from reference_ranges.limits import Span
from service.ranges.rows import Row, rows_of_analyte
from service.ranges.saying import Change, Sayer
from service.ranges.words import cited, limits_text, whom

RowT = TypeVar("RowT", ReferenceInterval, DecisionSet, CriticalLimit)


def row_changes(
    before: Analyte | None, after: Analyte | None, old: Catalogue, new: Catalogue
) -> Iterator[Change]:
    """Give what differs between the rows of an analyte, which may be new or gone.

    Rows are told by their ids: one that is for other people now has another id, and
    shows as one removed and one added.
    """
    gone, here = _rows(before), _rows(after)
    for name in dict.fromkeys((*gone, *here)):
        was, now = gone.get(name), here.get(name)
        if was is not None and type(was) is not type(now):
            yield _say(was, old)("removed", f"no longer there: {_what(was)}")
        if now is not None and type(was) is not type(now):
            yield _say(now, new)("added", f"new: {_what(now)}")
        if was is not None and now is not None and type(was) is type(now):
            say = _say(now, new)
            yield from _common(was, now, (old, new), say)
            yield from _particular(was, now, say)


def _rows(analyte: Analyte | None) -> dict[str, Row]:
    return {row.id: row for row in rows_of_analyte(analyte)} if analyte else {}


def _say(row: Row, catalogue: Catalogue) -> Sayer:
    return Sayer(
        about=row.id.split("/")[0],
        row=row.id,
        whom=whom(row.profile, row.partition),
        source=cited(catalogue, row.source),
    )


def _what(row: Row) -> str:
    """Return the whole of a row in words, and whether it is in use."""
    off = "" if row.status == "active" else ", proposed and switched off"
    if isinstance(row, ReferenceInterval):
        return f"reference interval {limits_text(row.span)} {row.unit}{off}"
    if isinstance(row, DecisionSet):
        bands = "; ".join(_band_text(label, row) for label in _labels(row))
        return f"decision limits {row.title!r} ({row.role}): {bands}{off}"
    sides = (("low", row.low), ("high", row.high))
    told = ", ".join(f"{name} {limits_text(span)}" for name, span in sides if span)
    return f"critical limit {told} {row.unit}{off}"


def _common(
    was: Row, now: Row, catalogues: tuple[Catalogue, Catalogue], say: Sayer
) -> Iterator[Change]:
    if was.status != now.status:
        on = now.status == "active"
        kind, words = (
            ("switched on", "is switched on: it was proposed, and is in use now")
            if on
            else ("switched off", "is switched off: it was in use")
        )
        yield say(kind, f"{_what(now)}: {words}", was.status, now.status)
    people = [whom(row.profile, row.partition) for row in (was, now)]
    yield from say.changed("people", "whom it is for", *people)
    if was.source != now.source:
        cites = [
            cited(one, row.source)
            for one, row in zip(catalogues, (was, now), strict=True)
        ]
        yield say("source", f"{_kind(now)} rests on {cites[1]} now, not on {cites[0]}")
    yield from say.changed("note", f"the note of {_kind(now)}", was.note, now.note)


def _kind(row: Row) -> str:
    if isinstance(row, ReferenceInterval):
        return "the reference interval"
    return row.title if isinstance(row, DecisionSet) else "the critical limit"


def _particular(was: Row, now: Row, say: Sayer) -> Iterator[Change]:
    if isinstance(was, ReferenceInterval) and isinstance(now, ReferenceInterval):
        yield from _interval(was, now, say)
    elif isinstance(was, DecisionSet) and isinstance(now, DecisionSet):
        yield from _decision_set(was, now, say)
    elif isinstance(was, CriticalLimit) and isinstance(now, CriticalLimit):
        yield from _critical(was, now, say)


def _interval(
    was: ReferenceInterval, now: ReferenceInterval, say: Sayer
) -> Iterator[Change]:
    units = was.unit, now.unit
    for side, before, after in (
        ("lower", was.span.low, now.span.low),
        ("upper", was.span.high, now.span.high),
    ):
        title = f"the {side} limit of the reference interval"
        texts = (_number(before), _number(after))
        yield from _moved("limit", title, texts, units, say)


def _number(limit: Decimal | None) -> str:
    return "" if limit is None else str(limit)


def _moved(
    kind: str, title: str, texts: tuple[str, str], units: tuple[str, str], say: Sayer
) -> Iterator[Change]:
    """Say that a limit moved, came or went; its unit once, if it is the same."""
    was, now = (
        f"{text} {unit}" if text else "none"
        for text, unit in zip(texts, units, strict=True)
    )
    if was == now:
        return
    same_unit = units[0] == units[1] and all(texts)
    first = texts[0] if same_unit else was
    yield say(kind, f"{title} changes from {first} to {now}", was, now)


def _critical(was: CriticalLimit, now: CriticalLimit, say: Sayer) -> Iterator[Change]:
    for side, before, after in (
        ("low", was.low, now.low),
        ("high", was.high, now.high),
    ):
        texts = (_span(before), _span(after))
        title = f"the {side} critical limit"
        yield from _moved("critical limit", title, texts, (was.unit, now.unit), say)
    reasons = was.inside_because, now.inside_because
    yield from say.changed("note", "why it reaches into an interval", *reasons)


def _span(span: Span | None) -> str:
    return "" if span is None else limits_text(span)


Label = tuple[str, int]
"""The label of a band, and the how-manieth of that label it is in its set."""


def _labels(row: DecisionSet) -> list[Label]:
    bands = next(iter(row.scales.values()))
    seen: dict[str, int] = {}
    labels = []
    for band in bands:
        labels.append((band.label, seen.setdefault(band.label, 0)))
        seen[band.label] += 1
    return labels


def _bands(row: DecisionSet) -> Mapping[Label, Band]:
    return dict(zip(_labels(row), next(iter(row.scales.values())), strict=True))


def _spans(row: DecisionSet, label: Label) -> dict[str, Span]:
    place = _labels(row).index(label)
    return {unit: bands[place].span for unit, bands in row.scales.items()}


def _band_text(label: Label, row: DecisionSet) -> str:
    band = _bands(row)[label]
    spans = _spans(row, label).items()
    limits = " = ".join(f"{limits_text(span)} {unit}" for unit, span in spans)
    return f"{band.label} {limits}, reads as {band.status}, severity {band.severity}"


def _decision_set(was: DecisionSet, now: DecisionSet, say: Sayer) -> Iterator[Change]:
    title = repr(now.title)
    yield from say.changed("title", "the title", was.title, now.title)
    yield from say.changed("role", f"the role of {title}", was.role, now.role)
    also = ", ".join(was.also), ", ".join(now.also)
    yield from say.changed("source", f"further sources of {title}", *also)
    yield from _scales(was, now, say)
    before, after = _bands(was), _bands(now)
    for label in (label for label in before if label not in after):
        yield say("band removed", f"band gone from {title}: {_band_text(label, was)}")
    for label in (label for label in after if label not in before):
        yield say("band added", f"new band in {title}: {_band_text(label, now)}")
    for label in (label for label in after if label in before):
        yield from _band((was, now), label, say)


def _scales(was: DecisionSet, now: DecisionSet, say: Sayer) -> Iterator[Change]:
    for unit in (unit for unit in now.scales if unit not in was.scales):
        limits = _scale_text(now.scales[unit])
        yield say("scale added", f"{now.title!r} has a scale in {unit} now: {limits}")
    for unit in (unit for unit in was.scales if unit not in now.scales):
        limits = _scale_text(was.scales[unit])
        words = f"{now.title!r} has no scale in {unit} any more; it was {limits}"
        yield say("scale removed", words)


def _scale_text(bands: tuple[Band, ...]) -> str:
    return "; ".join(f"{band.label} {limits_text(band.span)}" for band in bands)


def _band(
    sets: tuple[DecisionSet, DecisionSet], label: Label, say: Sayer
) -> Iterator[Change]:
    was, now = (_bands(one)[label] for one in sets)
    before, after = (_spans(one, label) for one in sets)
    name = f"the band {label[0]!r}"
    for unit in (unit for unit in after if unit in before):
        texts = limits_text(before[unit]), limits_text(after[unit])
        if texts[0] != texts[1]:
            moved = f"{name} moves from {texts[0]} to {texts[1]} {unit}"
            yield say("band moved", moved, *texts)
    yield from say.changed("band", f"what {name} reads as", was.status, now.status)
    severities = str(was.severity), str(now.severity)
    yield from say.changed("severity", f"the severity of {name}", *severities)
