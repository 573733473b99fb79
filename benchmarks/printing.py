"""The page as we draw it against other engines, which draw the same page.

All figures are processor time, on however many cores, of the quietest of some rounds:
the only one that means something on a machine with other work.  What is to be drawn is
made before the clock runs: for us the Page, for the others the same as their parts.
"""

import gc
import re
import resource
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from time import process_time
from typing import NamedTuple, TypeVar

from benchmarks.clock import show
from benchmarks.engines import Engine, engines
from benchmarks.engines.content import content
from benchmarks.panels import TWELVE, UNKNOWN, few, twelve
from reference_ranges.catalogue import Catalogue
from reference_ranges.interpretation import interpret
from reference_ranges.loading import load_catalogue
from reports.clinician import clinician_page
from reports.identity import Letterhead, ReportFacts
from reports.model import ClinicianPage, Page
from reports.page import build_page
from reports.pdf import Attachment, render_pdf
from reports.wording import load_wording
from service.reporting import results_attached
from service.store.interpretations import Stored

# Reports of a round, for us and for the other engines: of two sheets, so many take a
# sixth of the time that WeasyPrint takes for its two.  Fewer would measure how soon a
# processor forgets what another engine has just filled its caches with.
ROUNDS, EACH, SLOW = 6, 36, 2
REPORTS = 1_500

Drawn = TypeVar("Drawn")


class Kind(NamedTuple):
    """Which results of the panel are reported, and for whom."""

    analytes: Sequence[str] = tuple(row["analyte"] for row in TWELVE["results"])
    for_clinician: bool = False


_FEW = ("potassium", "chloride", "bicarbonate")
KINDS = (  # a patient's report has two sheets where nothing of it can be judged
    Kind(("sodium",)),
    Kind(UNKNOWN),
    Kind((*_FEW, "sodium", "calcium_total"), for_clinician=True),
    Kind(_FEW),
    Kind(),
)


class Report(NamedTuple):
    """A page, and the results as data that are put inside the paper."""

    page: Page | ClinicianPage
    data: Attachment


def main() -> None:
    """Print a table; each report is another patient's, so that none is drawn twice."""
    catalogue = load_catalogue()
    print("the patient's page, drawn: each report another patient's")
    _many(catalogue)
    others = list(engines())
    gc.collect()
    gc.freeze()  # as the server does
    for kind in KINDS:
        numbers = range((1 + ROUNDS) * EACH)
        reports = [report(catalogue, kind, number) for number in numbers]
        rounds = [reports[n : n + EACH] for n in range(0, len(reports), EACH)]
        _compare(rounds, others, kind)


def _many(catalogue: Catalogue) -> None:
    """Draw many reports; show the most memory held at any time up to then."""
    held = [f"{_megabytes():.0f} MB before"]
    for number in range(1, REPORTS + 1):
        _ours(report(catalogue, Kind(_FEW), number))
        if number % (REPORTS // 3) == 0:
            held.append(f"{_megabytes():.0f} after {number:,}")
    print(f"  {REPORTS:,} reports in one process: {', '.join(held)}")


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _ours(one: Report) -> bytes:
    return render_pdf(one.page, one.data)


def _compare(
    rounds: Sequence[Sequence[Report]],
    others: Sequence[tuple[str, Engine]],
    kind: Kind,
) -> None:
    """Draw each round by all engines in turn; the first round only warms them up."""
    ours: list[float] = []
    theirs: list[list[float]] = [[] for _ in others]
    for reports in rounds:
        ours.append(_each(_ours, reports))
        contents = [content(*one) for one in reports[:SLOW]]
        for (_, engine), found in zip(others, theirs, strict=True):
            found.append(_each(engine, contents))
    first, seconds = rounds[0][0], min(ours[1:])
    data = _ours(first)
    note = f"{1 / seconds:4.0f}/s {len(data) / 1000:6.1f} kB"
    whose = f"{len(kind.analytes)} results{', clinician' * kind.for_clinician}"
    name = f"{_sheets(data)} pages ({whose}): ours, UA-1 + A-3a"
    show(name, seconds, note)
    for (name, engine), found in zip(others, theirs, strict=True):
        size, other = len(engine(content(*first))) / 1000, min(found[1:])
        note = f"{1 / other:4.0f}/s {size:6.1f} kB {other / seconds:6.1f} x ours"
        show(f"  {name}", other, note)


def _sheets(data: bytes) -> int:
    return max(map(int, re.findall(rb"/Count (\d+)", data)))


def _each(draw: Callable[[Drawn], bytes], reports: Sequence[Drawn]) -> float:
    """Seconds for each of *reports*, none of which was drawn by this engine before."""
    start = process_time()
    for one in reports:
        draw(one)
    return (process_time() - start) / len(reports)


def report(catalogue: Catalogue, kind: Kind, number: int) -> Report:
    """Return the report of another patient for each *number*."""
    random = Random(number)
    if kind == Kind():
        submission = twelve(catalogue, random)
    else:
        submission = few(catalogue, kind.analytes, random)
    identity = replace(submission.identity, name=f"Alex Example {number}")
    submission = replace(submission, identity=identity)
    now = datetime(2026, 11, 23, tzinfo=UTC)
    facts = ReportFacts(report_id=f"benchmark-{number}", version=1, issued_at=now)
    made, wording = interpret(submission.panel, catalogue), load_wording("en-GB")
    name = facts.report_id
    stored = Stored(name, name, 1, "", "", now, submission, made, None, escalated=False)
    build = clinician_page if kind.for_clinician else build_page
    return Report(
        build(made, identity, facts, Letterhead(clinic="Example Clinic"), wording),
        results_attached(stored, facts, wording),
    )
