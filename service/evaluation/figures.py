"""The figures of a run of vignettes: how often, and which way, the triage errs."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from reference_ranges.results import Urgency
from service.evaluation.running import Run


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; no share of none is ever a percentage."""

    count: int
    of: int

    def __str__(self) -> str:
        """Write it as people do: ``29 of 30 (96.7 %)``."""
        if not self.of:
            return "none to measure"
        return f"{self.count} of {self.of} ({100 * self.count / self.of:.1f} %)"


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run of vignettes comes to.

    ``emergency`` and ``today`` are sensitivities: of the vignettes that expect that
    urgency, those that came out at least so urgent.  ``accuracy`` counts the exact
    tier.  ``over`` and ``under`` are those that came out more, and less, urgent.
    ``false_alarms`` are those asked to act today or now that should not have been.
    Vignettes that only name the least urgency count in none of these, but for misses.
    """

    vignettes: int
    met: Share
    emergency: Share
    today: Share
    accuracy: Share
    over: Share
    under: Share
    false_alarms: Share


def figures_of(runs: Sequence[Run]) -> Figures:
    """Return the figures of *runs*."""
    triaged = [(expected, one.urgency) for one in runs for expected in _expected(one)]
    calm = [pair for pair in triaged if pair[0] < Urgency.TODAY]
    return Figures(
        vignettes=len(runs),
        met=Share(sum(not one.misses for one in runs), len(runs)),
        emergency=_sensitivity(triaged, Urgency.EMERGENCY),
        today=_sensitivity(triaged, Urgency.TODAY),
        accuracy=_share(triaged, lambda expected, got: got == expected),
        over=_share(triaged, lambda expected, got: got > expected),
        under=_share(triaged, lambda expected, got: got < expected),
        false_alarms=_share(calm, lambda _, got: got >= Urgency.TODAY),
    )


Pair = tuple[Urgency, Urgency]


def _expected(one: Run) -> Iterable[Urgency]:
    tier = one.vignette.expect.get("urgency")
    return () if tier is None else (Urgency[tier.upper()],)


def _sensitivity(triaged: Iterable[Pair], tier: Urgency) -> Share:
    meant = [pair for pair in triaged if pair[0] is tier]
    return _share(meant, lambda expected, got: got >= expected)


def _share(pairs: Sequence[Pair], holds: Callable[[Urgency, Urgency], bool]) -> Share:
    return Share(sum(holds(*pair) for pair in pairs), len(pairs))
