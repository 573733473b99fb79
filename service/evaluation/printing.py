"""What ``plainlab evaluate`` prints: the figures, others' beside them, each miss."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from importlib.resources import files
from typing import Any

from service.evaluation.figures import Figures, Share, figures_of
from service.evaluation.outside import FIGURE, Measure
from service.evaluation.running import Run

_LABELS = {
    "met": "every expectation met",
    "emergency": "sensitivity, emergency",
    "today": "sensitivity, today",
    "accuracy": "triage exactly right",
    "over": "over-triage",
    "under": "under-triage",
    "false_alarms": "false alarms",
}


def as_text(runs: Sequence[Run], measures: Sequence[Measure]) -> Iterator[str]:
    """Yield the lines for people: the figures, then each miss in full."""
    if runs:
        yield from _figures(figures_of(runs))
        yield from _beside()
        yield from _misses(runs)
        yield from _not_understood(runs)
    for one in measures:
        yield from _measured(one)


def _figures(figures: Figures) -> Iterator[str]:
    yield f"{figures.vignettes} vignettes"
    for field, share in _shares(figures):
        yield f"  {_LABELS[field]:<23} {share}"


def _beside() -> Iterator[str]:
    """Yield what was published of another service, with its caution."""
    text = files("service.evaluation").joinpath("published.toml").read_text("utf-8")
    published = tomllib.loads(text)["beside"]
    yield ""
    yield f"Published beside it ({published['caution']}):"
    for label, figure in published["figures"].items():
        yield f"  {label:<23} {figure}"


def _misses(runs: Sequence[Run]) -> Iterator[str]:
    for one in runs:
        if one.misses:
            yield ""
            yield f"MISS  {one.vignette.origin}: {one.vignette.name}"
            yield f"  source: {', '.join(one.vignette.sources)}"
        for miss in one.misses:
            yield f"  expected {miss.expected}"
            yield f"  got      {miss.got}"


def _not_understood(runs: Sequence[Run]) -> Iterator[str]:
    unread = _unread(runs)
    if unread:
        yield ""
        yield "Not understood, and held against nothing:"
    for name, texts in unread.items():
        yield f"  {name}: {'; '.join(texts)}"


def _measured(one: Measure) -> Iterator[str]:
    must = "" if one.ought == FIGURE else f", must be {one.ought}"
    mark = "MISS  " if one.failed else ""
    yield f"{mark}{one.data}: {one.what}: {one.share}{must}"
    if one.examples:
        yield f"    such as {'; '.join(one.examples)}"


def as_json(runs: Sequence[Run], measures: Sequence[Measure]) -> dict[str, Any]:
    """Return the same for programs."""
    return {
        "vignettes": len(runs),
        "figures": {
            field: {"count": share.count, "of": share.of}
            for field, share in _shares(figures_of(runs))
        },
        "misses": [
            {
                "origin": one.vignette.origin,
                "vignette": one.vignette.name,
                "sources": list(one.vignette.sources),
                "expected": miss.expected,
                "got": miss.got,
            }
            for one in runs
            for miss in one.misses
        ],
        "not_understood": _unread(runs),
        "measures": [
            {
                "data": one.data,
                "what": one.what,
                "count": one.share.count,
                "of": one.share.of,
                "must_be": one.ought or None,
                "examples": list(one.examples),
            }
            for one in measures
        ],
    }


def _unread(runs: Sequence[Run]) -> Mapping[str, list[str]]:
    return {
        one.vignette.name: list(one.vignette.unread)
        for one in runs
        if one.vignette.unread
    }


def _shares(figures: Figures) -> Iterator[tuple[str, Share]]:
    for field in fields(figures):
        share = getattr(figures, field.name)
        if isinstance(share, Share):
            yield field.name, share
