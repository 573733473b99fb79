"""What ``plainlab evaluate`` prints: the figures, those of others, each miss in full."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from service.evaluation.figures import Figures, Share
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
PUBLISHED = (
    "Published figures to stand beside (other cases, and people instead of vignettes: 101 "
    "adults, so no contest):",
    "  triage exactly right    74.3 %",
    "  sensitivity, emergency  100 %",
    "  sensitivity, urgent     92.3 %",
)
"""What was published of another service, with the caution that goes with it."""


def as_text(runs: Sequence[Run], figures: Figures) -> Iterator[str]:
    """Yield the lines for people: the figures, then each miss in full."""
    yield f"{figures.vignettes} vignettes"
    for field, share in _shares(figures):
        yield f"  {_LABELS[field]:<23} {share}"
    yield ""
    yield from PUBLISHED
    for one in runs:
        for number, miss in enumerate(one.misses):
            if not number:
                yield ""
                yield f"MISS  {one.vignette.origin}: {one.vignette.name}"
                yield f"  source: {', '.join(one.vignette.sources)}"
            yield f"  expected {miss.expected}"
            yield f"  got      {miss.got}"
    unread = [(one.vignette.name, text) for one in runs for text in one.vignette.unread]
    if unread:
        yield ""
        yield "Not understood, and held against nothing:"
    for name, text in unread:
        yield f"  {name}: {text}"


def as_json(runs: Sequence[Run], figures: Figures) -> dict[str, Any]:
    """Return the same for programs."""
    return {
        "vignettes": figures.vignettes,
        "figures": {
            field: {"count": share.count, "of": share.of}
            for field, share in _shares(figures)
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
