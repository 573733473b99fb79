"""``python -m tests.gallery``: every case as PDF and PNG into out/gallery, to look at.

Each case for the patient in standard and large print, on A4 and on Letter, and for the
clinician on A4; some in Spanish and Arabic, and some in grey.  Pictures need pdftoppm.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from reports.pdf import AnyPage, render_pdf
from tests.gallery.cases import (
    CASES,
    IN_OTHER_LANGUAGES,
    clinician_page_of_case,
    page_of_case,
)

OUT = Path("out/gallery")
LOOKS = [(p, s) for p in ("A4", "Letter") for s in ("standard", "large")]
IN_GREY = ("earlier-results", "emergency", "thirty-results")
DOTS = "90"  # an inch: the finest line can be judged
NO_PICTURES = "make gallery: no pdftoppm, so no pictures; install poppler-utils"


class Drawing(NamedTuple):
    """One file of the gallery: its name, what it shows, and how."""

    name: str
    page: AnyPage
    paper: str = "A4"
    size: str = "standard"
    grey: bool = False


def drawings():
    """Yield every file of the gallery."""
    for name in CASES:
        page = page_of_case(name)
        for paper, size in LOOKS:
            yield Drawing(f"{name}-{paper}-{size}", page, paper, size)
        yield Drawing(f"{name}-clinician", clinician_page_of_case(name))
    for name, locale in IN_OTHER_LANGUAGES:
        yield Drawing(f"{name}-{locale}", page_of_case(name, locale))
        clinician = clinician_page_of_case(name, locale)
        yield Drawing(f"{name}-{locale}-clinician", clinician)
    for name in IN_GREY:
        yield Drawing(f"{name}-grey", page_of_case(name), grey=True)


def main():
    """Write the gallery; return the error to end with, if any."""
    if shutil.which("pdftoppm") is None:
        return NO_PICTURES
    OUT.mkdir(parents=True, exist_ok=True)
    count = 0
    for one in drawings():
        out = OUT / f"{one.name}.pdf"
        out.write_bytes(render_pdf(one.page, paper=one.paper, size=one.size))
        _picture(out, grey=one.grey)
        count += 1
    print(f"{len(CASES)} cases, {count} drawings: {OUT}")
    return None


def _picture(file, *, grey):
    colours = ["-gray"] if grey else []
    command = ["pdftoppm", "-r", DOTS, "-png", *colours, file, file.with_suffix("")]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    sys.exit(main())
