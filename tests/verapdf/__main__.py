"""``make verify-pdf``: does veraPDF pass every report of the release set?

Draws every case of the gallery, each for the patient and for the clinician, with the
results inside; in the languages that were translated some cases, and reports by
chance; and one page that says too little on purpose, which must fail.  Writes
docs/verapdf.md; ends with 1 where a report fails, or the control does not.
"""

import re
import subprocess
import sys
from collections import defaultdict
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from zipfile import ZipFile

from reports.pdf import Attachment, render_pdf
from tests.gallery.cases import (
    CASES,
    IN_OTHER_LANGUAGES,
    clinician_page_of_case,
    page_of_case,
)
from tests.gallery.untagged import untagged
from tests.reports.panels import CATALOGUE, random_page

HERE = Path(__file__).parent
OUT = Path("out/release")
DOC = Path("docs/verapdf.md")
PROFILES = "ua1,3a"
_UA = "PDFUA-1"
_BUILT = "META-INF/maven/org.verapdf/validation-model/pom.properties"
READERS = (("patient", page_of_case), ("clinician", clinician_page_of_case))
RANDOM = 10  # in each language that was translated
LOOKS = [(p, s) for p in ("A4", "Letter") for s in ("standard", "large")]
INSIDE = Attachment(
    "results.fhir.json",
    "application/fhir+json",
    b'{"resourceType":"Bundle","type":"collection"}',
    "The same results as data, for a computer: results.fhir.json",
)


def main(jar):
    OUT.mkdir(parents=True, exist_ok=True)
    files = list(_drawn())
    control = OUT / "control-untagged.pdf"
    control.write_bytes(untagged())
    found = _checked(jar, [*files, control])
    failed = [row for row in found if row[0] != str(control) and row[3] != "pass"]
    seen = {row[1]: row[3] for row in found if row[0] == str(control)}
    DOC.write_text(document(found, str(control), _version(jar)), "utf-8")
    print(f"{len(files)} reports, {len(failed)} failures; {DOC}")
    return int(bool(failed) or seen[_UA] == "pass" or len(found) != 2 * len(files) + 2)


def _drawn():
    for name in CASES:
        for paper, size in LOOKS:
            for reader, page_of in READERS:
                file = f"{name}-{reader}-{paper}-{size}"
                yield _written(file, page_of(name), paper=paper, size=size)
    for name, locale in IN_OTHER_LANGUAGES:
        for reader, page_of in READERS:
            yield _written(f"{name}-{reader}-{locale}", page_of(name, locale))
    for seed in range(RANDOM):
        for locale in ("es", "ar"):
            yield _written(f"random-{seed}-{locale}", random_page(seed, locale))


def _written(name, page, **look):
    file = OUT / f"{name}.pdf"
    file.write_bytes(render_pdf(page, INSIDE, **look))
    return file


def _checked(jar, files):
    said = subprocess.run(
        [
            *("java", "-cp", f"{jar}:/usr/share/java/*"),
            *(HERE / "Check.java", PROFILES, *files),
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    print("\n".join(line for line in said.splitlines() if line.startswith("\t")))
    return [
        line.split("\t")
        for line in said.splitlines()
        if line and not line.startswith("\t")
    ]


def _version(jar):
    """Return the version of veraPDF inside *jar*, as its own build wrote it down."""
    with ZipFile(jar) as archive:
        told = archive.read(_BUILT).decode()
    return re.search(r"^version=(\S+)", told, re.MULTILINE)[1]


def document(found, control, version, on=None):
    """Return the page that says what was *found* by veraPDF, and of what."""
    ours = metadata.version("plainlab")
    rows = defaultdict(list)
    for file, profile, rules, verdict, asserted in found:
        if file != control:
            rows[profile, rules].append((verdict, int(asserted)))
    lines = [
        "# veraPDF on the release set",
        "",
        "Made by `make verify-pdf`; not edited by hand.",
        "",
        f"Run on {on or datetime.now(UTC).date()}, on plainlab {ours}",
        f"with the catalogue {CATALOGUE.version}.",
        "",
        f"veraPDF {version}, the reference validator for PDF/A and PDF/UA.  The set",
        "is every case of `make gallery`, for patient and for clinician, on A4 and on",
        "Letter, in standard and in large print; and in Spanish and in Arabic some of",
        f"them, and {RANDOM} reports by chance.  Each has a file of results inside.",
        "",
        "| profile | rules | reports | pass | assertions |",
        "|---|---|---|---|---|",
    ]
    for (profile, rules), one in rows.items():
        passed = sum(verdict == "pass" for verdict, _ in one)
        total = sum(count for _, count in one)
        lines.append(f"| {profile} | {rules} | {len(one)} | {passed} | {total:,} |")
    verdicts = {
        profile: verdict for file, profile, _, verdict, _ in found if file == control
    }
    said = ", ".join(f"{profile}: {verdict}" for profile, verdict in verdicts.items())
    lines += [
        "",
        f"The control, a page with one untagged string, must fail PDF/UA-1: {said}.",
        "(No rule of PDF/A asks whether every string is tagged.)",
        "",
        "What a validator cannot see was not tried here: reading aloud with a screen",
        "reader, and PAC or Acrobat, which need a person at a computer with Windows.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
