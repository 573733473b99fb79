"""What the page about veraPDF says of its run."""

from datetime import date
from importlib import metadata

from tests.reports.panels import CATALOGUE
from tests.verapdf.__main__ import document

FOUND = [
    ["a.pdf", "PDFUA-1", "106", "pass", "1000"],
    ["b.pdf", "PDFUA-1", "106", "FAIL", "234"],
    ["control.pdf", "PDFUA-1", "106", "FAIL", "9"],
]


def test_the_page_says_the_day_the_versions_and_what_failed():
    said = document(FOUND, "control.pdf", "1.2.3", on=date(2026, 11, 26))

    assert "Run on 2026-11-26" in said
    assert f"plainlab {metadata.version('plainlab')}\n" in said
    assert f"the catalogue {CATALOGUE.version}." in said
    assert "veraPDF 1.2.3" in said
    assert "| PDFUA-1 | 106 | 2 | 1 | 1,234 |" in said
    assert "must fail PDF/UA-1: PDFUA-1: FAIL." in said
