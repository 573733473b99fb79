"""The page as we draw it against other engines, which are given the same content.

All figures are processor time, on however many cores, of the quietest of some rounds:
the only one that means something on a machine with other work.
"""

import re
import resource
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from random import Random
from time import process_time

from benchmarks.clock import show
from benchmarks.content import content
from benchmarks.engines import Engine, others, platypus
from benchmarks.panels import TWELVE, few, twelve
from reference_ranges.catalogue import Catalogue
from reference_ranges.interpretation import interpret
from reference_ranges.loading import load_catalogue
from reports.identity import Letterhead, ReportFacts
from reports.model import Page
from reports.page import build_page
from reports.pdf import render_pdf
from reports.wording import load_wording

ROUNDS, EACH, SLOW = 6, 12, 2  # pages of a round: for us, for the other engines
REPORTS = 1_500
PANELS = (["sodium"], ["potassium", "chloride", "bicarbonate"], None)  # None: all


def main() -> None:
    """Print a table; each report is another patient's, so that none is drawn twice."""
    catalogue = load_catalogue()
    print("the patient's page, drawn: each report another patient's")
    _many(catalogue)
    engines = [("platypus, untagged, built-in font", platypus), *others()]
    for analytes in PANELS:
        pages = [_page(catalogue, analytes, n) for n in range((1 + ROUNDS) * EACH)]
        rounds = [pages[n : n + EACH] for n in range(0, len(pages), EACH)]
        _compare(rounds, engines, len(analytes or TWELVE["results"]))


def _many(catalogue: Catalogue) -> None:
    """Draw many reports; show the most memory held at any time up to then."""
    held = [f"{_megabytes():.0f} MB before"]
    for number in range(1, REPORTS + 1):
        render_pdf(_page(catalogue, PANELS[1], number))
        if number % (REPORTS // 3) == 0:
            held.append(f"{_megabytes():.0f} after {number:,}")
    print(f"  {REPORTS:,} reports in one process: {', '.join(held)}")


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _compare(
    rounds: Sequence[Sequence[Page]],
    engines: Sequence[tuple[str, Engine]],
    results: int,
) -> None:
    """Draw each round by all engines in turn; the first round only warms them up."""
    ours: list[float] = []
    theirs: list[list[float]] = [[] for _ in engines]
    for pages in rounds:
        ours.append(_each(render_pdf, pages))
        for (_, engine), found in zip(engines, theirs, strict=True):
            found.append(_each(partial(_draw, engine), pages[:SLOW]))
    data = render_pdf(rounds[0][0])
    sheets = max(map(int, re.findall(rb"/Count (\d+)", data)))
    seconds = min(ours[1:])
    note = f"{1 / seconds:4.0f}/s {len(data) / 1000:6.1f} kB"
    show(f"{sheets} pages ({results} results): ours, tagged, PDF/UA-1", seconds, note)
    for (name, engine), found in zip(engines, theirs, strict=True):
        size, other = len(_draw(engine, rounds[0][0])) / 1000, min(found[1:])
        note = f"{1 / other:4.0f}/s {size:6.1f} kB {other / seconds:6.1f} x ours"
        show(f"  {name}", other, note)


def _draw(engine: Engine, page: Page) -> bytes:
    return engine(page.title, content(page))


def _each(draw: Callable[[Page], bytes], pages: Sequence[Page]) -> float:
    """Seconds for each of *pages*, none of which was drawn by this engine before."""
    start = process_time()
    for page in pages:
        draw(page)
    return (process_time() - start) / len(pages)


def _page(catalogue: Catalogue, analytes: Sequence[str] | None, number: int) -> Page:
    random = Random(number)
    if analytes is None:
        submission = twelve(catalogue, random)
    else:
        submission = few(catalogue, analytes, random)
    now = datetime(2026, 11, 23, tzinfo=UTC)
    return build_page(
        interpret(submission.panel, catalogue),
        replace(submission.identity, name=f"Alex Example {number}"),
        ReportFacts(report_id=f"benchmark-{number}", version=1, issued_at=now),
        Letterhead(clinic="Example Clinic"),
        load_wording("en-GB"),
    )
