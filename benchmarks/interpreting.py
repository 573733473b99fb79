"""A whole interpretation of 12 results against 12 plain Pint conversions.

What is said of results that lie in the same zones is made once, so a panel costs less
where one of its kind came before.  The first line is such a panel, with other numbers
each time; the second is a feed of patients who all differ, from the first one on.
"""

from itertools import cycle
from random import Random

import pint

from benchmarks.clock import compare, per_call, show
from benchmarks.panels import TWELVE, feed, twelve
from reference_ranges.interpretation import interpret
from reference_ranges.loading import load_catalogue

PATIENTS = 2_000


def main() -> None:
    catalogue = load_catalogue()
    strangers = iter(feed(catalogue, PATIENTS))
    fed = per_call(lambda: interpret(next(strangers), catalogue), PATIENTS)
    alike = cycle([twelve(catalogue, Random(n)).panel for n in range(200)])
    registry = pint.UnitRegistry()
    pairs = [
        (float(row["value"]), _pint_unit(row["unit"])) for row in TWELVE["results"]
    ]

    def plain() -> None:
        for value, unit in pairs:
            registry.Quantity(value, unit).to_base_units()

    ours, other, ratio = compare(
        lambda: interpret(next(alike), catalogue), plain, (200, 20)
    )
    print("interpret(): 12 results with limits, symptoms, red flags and trace")
    show("a kind of panel that came before, other numbers", ours)
    show(f"a feed of {PATIENTS} patients who all differ", fed)
    show("Pint alone: one conversion per result", other, f"{ratio:.1f} x the first")


def _pint_unit(text: str) -> str:
    return text.replace("ug", "microgram").replace("umol", "micromole")
