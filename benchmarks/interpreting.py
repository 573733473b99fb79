"""A whole interpretation of 12 results against 12 plain Pint conversions.

What is said of results that lie in the same zones is made once, and each observation
is judged once, so a panel costs less where one of its kind came before.  The first
line is such a panel.  No panel of it comes twice: each has its own last digits, and
what is computed of several results is computed anew.  Warm are each number by itself,
as there are ten last digits for each test, and what is said of the zones, as another
last digit changes none.  The second line is a feed of patients who all differ:
nothing is warm but what the strangers before have left.  In the third each of them
has an earlier result beside each of the twelve.
"""

import gc
from collections.abc import Iterable
from random import Random
from statistics import median

import pint

from benchmarks.clock import ROUNDS, compare, per_call, show
from benchmarks.panels import TWELVE, feed, twelve, with_earlier
from reference_ranges.catalogue import Catalogue
from reference_ranges.interpretation import interpret
from reference_ranges.loading import load_catalogue
from reference_ranges.panel import Panel

PATIENTS = 2_000
PART = 100
REPEATS = 200


def main() -> None:
    catalogue = load_catalogue()
    patients = feed(catalogue, 3 * PATIENTS)
    before, strangers, known = (patients[part::3] for part in range(3))
    known = with_earlier(known, before)
    gc.freeze()  # as the server does
    _fed(before, catalogue)
    fed, beside = _fed(strangers, catalogue), _fed(known, catalogue)
    panels = REPEATS * (ROUNDS + 1)  # one round to warm up
    alike = iter([twelve(catalogue, Random(n)).panel for n in range(panels)])
    registry = pint.UnitRegistry()
    pairs = [
        (float(row["value"]), _pint_unit(row["unit"])) for row in TWELVE["results"]
    ]

    def plain() -> None:
        for value, unit in pairs:
            registry.Quantity(value, unit).to_base_units()

    ours, other, ratio = compare(
        lambda: interpret(next(alike), catalogue), plain, (REPEATS, 20)
    )
    print("interpret(): 12 results with limits, symptoms, red flags and trace")
    show("a kind of panel that came before, other numbers", ours)
    show(f"a feed of {PATIENTS} patients who all differ", fed)
    show("the same with an earlier result beside each", beside)
    show("Pint alone: one conversion per result", other, f"{ratio:.1f} x the first")


def _fed(panels: Iterable[Panel], catalogue: Catalogue) -> float:
    """Seconds for one of *panels*, the median of the parts that they come in."""
    coming = iter(panels)
    parts = range(PATIENTS // PART)
    return median(
        [per_call(lambda: interpret(next(coming), catalogue), PART) for _ in parts]
    )


def _pint_unit(text: str) -> str:
    return text.replace("ug", "microgram").replace("umol", "micromole")
