"""Where values stop being credible, made ready for readings in every reported unit."""

from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from reference_ranges.catalogue import Catalogue, MixUp
from reference_ranges.judging.compiling import factor_between
from reference_ranges.scales import Ruler, Start, make_ruler


class Checks(NamedTuple):
    """Hard and soft limits, and the mix-ups to look for, for readings in one unit."""

    plausible: Ruler
    mix_ups: tuple[tuple[MixUp, Ruler], ...]


@lru_cache(maxsize=1024)
def checks_for(catalogue: Catalogue, analyte_id: str, unit: str) -> Checks:
    """Return the checks of readings of an analyte in *unit*."""
    analyte = catalogue.analytes[analyte_id]
    limits = analyte.plausible
    starts = (
        Start(limits.hard_min, inside=True),
        Start(limits.soft_min, inside=True),
        Start(limits.soft_max, inside=False),
        Start(limits.hard_max, inside=False),
    )
    looked_for = [
        row
        for row in catalogue.mix_ups
        if row.analyte == analyte_id
        and row.stated_unit == unit
        and row.certainty in {"certain", "likely", "possible"}
    ]
    return Checks(
        make_ruler(starts, factor_between(analyte, unit, limits.unit)),
        tuple((row, _mix_up_ruler(row)) for row in looked_for),
    )


def _mix_up_ruler(row: MixUp) -> Ruler:
    starts = (Start(row.value_from, inside=True), Start(row.value_to, inside=False))
    return make_ruler(starts, Fraction(1))
