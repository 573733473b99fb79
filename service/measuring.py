"""What this process has answered, counted without anybody in it.

Counts are of one worker and say so by its process id: another worker answers the next
scrape with its own.  What is true of all of them is read from the store.
"""

import os
import threading
from collections import Counter
from dataclasses import dataclass, field

BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_ANSWER = ("method", "route", "status")
_METHODS = frozenset({"GET", "POST", "HEAD", "OPTIONS"})

Labels = tuple[tuple[str, str], ...]
Sample = tuple[str, Labels, float]


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric for Prometheus; a sample is a name's ending, labels and a number."""

    name: str
    kind: str
    help: str
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """The counts of one process; routes are templates, never paths."""

    answers: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    within: Counter[tuple[str, float]] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer and how long it took."""
        named = method if method in _METHODS else "other"
        with self.lock:
            self.answers[named, route, status] += 1
            self.within.update((route, one) for one in BUCKETS if seconds <= one)
            self.seconds[route] += seconds  # type: ignore[assignment]  # a sum of floats

    def note_refusal(self, code: str) -> None:
        """Count one refusal by its code."""
        with self.lock:
            self.refusals[code] += 1

    def metrics(self) -> tuple[Metric, ...]:
        """Return what was counted so far."""
        with self.lock:
            return (self._answers(), self._refusals(), self._durations())

    def _answers(self) -> Metric:
        samples = tuple(
            ("", (_worker(), *zip(_ANSWER, map(str, one), strict=True)), count)
            for one, count in sorted(self.answers.items())
        )
        text = "Requests that this worker answered."
        return Metric("plainlab_requests_total", "counter", text, samples)

    def _refusals(self) -> Metric:
        samples = tuple(
            ("", (_worker(), ("code", code)), count)
            for code, count in sorted(self.refusals.items())
        )
        text = "Refusals of this worker, by problem code."
        return Metric("plainlab_refusals_total", "counter", text, samples)

    def _durations(self) -> Metric:
        samples: list[Sample] = []
        for route, seconds in sorted(self.seconds.items()):
            labels = (_worker(), ("route", route))
            count = sum(n for (_, one, _), n in self.answers.items() if one == route)
            for top in BUCKETS:
                reached = self.within[route, top]
                samples.append(("_bucket", (*labels, ("le", f"{top}")), reached))
            samples.append(("_bucket", (*labels, ("le", "+Inf")), count))
            samples.append(("_sum", labels, round(seconds, 6)))
            samples.append(("_count", labels, count))
        text = "Seconds until this worker had an answer."
        return Metric("plainlab_request_seconds", "histogram", text, tuple(samples))


def _worker() -> tuple[str, str]:
    return "worker", f"{os.getpid()}"


def exposition(metrics: tuple[Metric, ...]) -> str:
    """Return *metrics* in the text format of Prometheus, version 0.0.4."""
    lines = [
        line
        for one in metrics
        for line in (
            f"# HELP {one.name} {one.help}",
            f"# TYPE {one.name} {one.kind}",
            *(_line(one.name, sample) for sample in one.samples),
        )
    ]
    return "\n".join(lines) + "\n"


def _line(name: str, sample: Sample) -> str:
    ending, labels, number = sample
    told = ",".join(f'{key}="{_quoted(text)}"' for key, text in labels)
    return f"{name}{ending}{{{told}}} {number}" if told else f"{name}{ending} {number}"


def _quoted(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
