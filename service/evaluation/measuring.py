"""Everything that there is to measure, in the order in which it is printed."""

from itertools import chain
from pathlib import Path

from reference_ranges.catalogue import Catalogue
from service.evaluation.conversions import (
    measure_pairs,
    measure_people,
    measure_ucum,
    measure_vectors,
)
from service.evaluation.country import measure_country
from service.evaluation.errors import EvaluationError
from service.evaluation.feeds import measure_feed
from service.evaluation.guard import measure_guard
from service.evaluation.outside import Measure
from service.evaluation.published import read_published
from service.evaluation.running import Run, evaluation_door, run
from service.evaluation.vignettes import read_vignettes


def evaluate_vignettes(folder: Path, catalogue: Catalogue) -> tuple[Run, ...]:
    """Run every vignette of *folder*, those of TOML files and the published cases.

    Raises:
        EvaluationError: there are none, or one cannot be used.
    """
    vignettes = (*read_vignettes(folder), *read_published(folder, catalogue))
    if not vignettes:
        raise EvaluationError(f"{folder.name}: there are no vignettes in it")
    door = evaluation_door(catalogue)
    return tuple(run(one, door) for one in vignettes)


def measure_samples(samples: Path, catalogue: Catalogue) -> tuple[Measure, ...]:
    """Return every figure over the outside data in *samples*, and over mix-ups.

    Data that is not there is left out; the guard is measured in any case.

    Raises:
        EvaluationError: a file of the data cannot be read.
    """
    door = evaluation_door(catalogue)
    outside = (
        measure_of(samples, door)
        for measure_of in (
            measure_feed,
            measure_pairs,
            measure_people,
            measure_vectors,
            measure_ucum,
            measure_country,
        )
    )
    return (*chain.from_iterable(outside), *measure_guard(door))
