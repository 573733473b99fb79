"""Time two things in turn, so that both meet the same machine."""

from collections.abc import Callable
from statistics import median
from time import perf_counter

ROUNDS = 15


def per_call(call: Callable[[], object], repeats: int) -> float:
    """Seconds for one call of *call*, over *repeats* calls in a row."""
    start = perf_counter()
    for _ in range(repeats):
        call()
    return (perf_counter() - start) / repeats


def compare(
    ours: Callable[[], object], other: Callable[[], object], repeats: tuple[int, int]
) -> tuple[float, float, float]:
    """Median seconds of both, and the median of other/ours, over rounds in turn."""
    per_call(ours, repeats[0])
    per_call(other, repeats[1])
    rounds = [
        (per_call(ours, repeats[0]), per_call(other, repeats[1])) for _ in range(ROUNDS)
    ]
    return (
        median(pair[0] for pair in rounds),
        median(pair[1] for pair in rounds),
        median(pair[1] / pair[0] for pair in rounds),
    )


def show(name: str, seconds: float, note: str = "") -> None:
    """Print one line of the table."""
    small = 0.001
    figure = (
        f"{seconds * 1e6:9.1f} us" if seconds < small else f"{seconds * 1e3:9.2f} ms"
    )
    print(f"  {name:<52}{figure}  {note}")
