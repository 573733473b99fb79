"""A whole interpretation of 12 results against 12 plain Pint conversions."""

import pint

from benchmarks.clock import compare, show
from benchmarks.panels import TWELVE, twelve
from reference_ranges.interpretation import interpret
from reference_ranges.loading import load_catalogue


def main() -> None:
    catalogue = load_catalogue()
    panel = twelve(catalogue).panel
    registry = pint.UnitRegistry()
    pairs = [
        (float(row["value"].lstrip("<>=")), _pint_unit(row["unit"]))
        for row in TWELVE["results"]
    ]

    def plain() -> None:
        for value, unit in pairs:
            registry.Quantity(value, unit).to_base_units()

    ours, other, ratio = compare(lambda: interpret(panel, catalogue), plain, (200, 20))
    print("interpret(): 12 results, 3 symptoms, 2 factors")
    show("interpret(): limits, symptoms, red flags, trace", ours)
    show("Pint alone: one conversion per result", other, f"{ratio:.1f} x ours")


def _pint_unit(text: str) -> str:
    return text.replace("ug", "microgram").replace("umol", "micromole")
