"""A whole interpretation of 12 results against 12 plain Pint conversions.

What is said of results that lie in the same zones is made once, and each observation
is judged once, so a panel costs less where one of its kind came before.  The first
line is such a panel.  No panel of it comes twice: each has its own last digits, and
what is computed of several results is computed anew.  Warm are each number by itself,
as there are ten last digits for each test, and what is said of the zones, as another
last digit changes none.  The second line is a feed of patients who all differ, from
the first one on: nothing is warm but what the patients before have left.
"""

from random import Random

import pint

from benchmarks.clock import ROUNDS, compare, per_call, show
from benchmarks.panels import TWELVE, feed, twelve
from reference_ranges.interpretation import interpret
from reference_ranges.loading import load_catalogue

PATIENTS = 2_000
REPEATS = 200


def main() -> None:
    catalogue = load_catalogue()
    strangers = iter(feed(catalogue, PATIENTS))
    fed = per_call(lambda: interpret(next(strangers), catalogue), PATIENTS)
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
    show("Pint alone: one conversion per result", other, f"{ratio:.1f} x the first")


def _pint_unit(text: str) -> str:
    return text.replace("ug", "microgram").replace("umol", "micromole")
