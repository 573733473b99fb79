"""``python -m tests.gallery``: every case as PDF and PNG into out/gallery, to look at.

Each case in standard and large print, on A4 and on Letter.  Pictures need pdftoppm.
"""

import shutil
import subprocess
from pathlib import Path

from reports.pdf import render_pdf
from tests.gallery.cases import CASES, page_of_case

OUT = Path("out/gallery")
LOOKS = [(p, s) for p in ("A4", "Letter") for s in ("standard", "large")]
DOTS = "60"  # an inch: enough to judge a page, quick to draw


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    for name in CASES:
        for paper, size in LOOKS:
            out = OUT / f"{name}-{paper}-{size}.pdf"
            out.write_bytes(render_pdf(page_of_case(name), paper=paper, size=size))
            _picture(out)
    print(f"{len(CASES)} cases, each in {len(LOOKS)} ways: {OUT}")


def _picture(file):
    if shutil.which("pdftoppm"):
        command = ["pdftoppm", "-r", DOTS, "-png", file, file.with_suffix("")]
        subprocess.run(command, check=True)


main()
