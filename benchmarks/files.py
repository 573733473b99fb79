"""A CSV of 10,000 rows to results, beside the csv module that only reads it."""

import csv
import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from benchmarks.clock import compare, show
from reference_ranges.interpretation import interpret
from reference_ranges.loading import load_catalogue
from service.intake.door import Door
from service.intake.files.reading import Manner, read_file

ROWS = 10_000
HEADS = ("patient_id", "birth_date", "sex", "collected_at", "test", "value", "unit")
TESTS = (
    ("sodium", "140", "mmol/L"),
    ("potassium", "4.1", "mmol/L"),
    ("chloride", "103", "mmol/L"),
    ("bicarbonate", "25", "mmol/L"),
    ("calcium_total", "2.35", "mmol/L"),
    ("magnesium", "0.80", "mmol/L"),
    ("phosphate", "1.10", "mmol/L"),
    ("vitamin_d_25oh", "48", "nmol/L"),
    ("vitamin_b12", "210", "pmol/L"),
    ("ferritin", "9", "ug/L"),
)


def main() -> None:
    """Print the times and their ratio."""
    catalogue = load_catalogue()
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    manner = Manner(Door(catalogue, ("en-GB",), ZoneInfo("Europe/London"), now))
    body = _body()

    def ours() -> int:
        panels = read_file("results.csv", body, manner).panels
        return sum(
            len(interpret(one.submission.panel, catalogue).results)
            for one in panels
            if one.submission is not None
        )

    def bare() -> int:
        return sum(1 for _ in csv.reader(io.StringIO(body.decode()))) - 1

    assert ours() == bare() == ROWS
    mine, other, ratio = compare(ours, bare, (1, 5))
    print(f"a CSV of {ROWS:,} rows, {ROWS // len(TESTS):,} patients")
    show("read, checked, interpreted", mine, f"{ROWS / mine:,.0f} rows/s")
    show("csv module: cells only", other, f"{1 / ratio:,.0f} times as fast")


def _body() -> bytes:
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet)
    writer.writerow(HEADS)
    for patient in range(ROWS // len(TESTS)):
        day = f"{patient % 28 + 1:02}"
        whose = (
            f"MRN-{patient}",
            f"1971-03-{day}",
            "female",
            "2026-11-20 08:40",
        )
        writer.writerows((*whose, *test) for test in TESTS)
    return sheet.getvalue().encode()
