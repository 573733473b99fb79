"""How much results move by themselves: the [biological_variation] of an analyte."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from reference_ranges.catalogue import Analyte, BiologicalVariation
from reference_ranges.delta_check import squared_change_value
from reference_ranges.errors import CatalogueError
from reference_ranges.loading.limit_rows import STATUSES, Known
from reference_ranges.loading.tables import Table

_KEY = "biological_variation"


def read_variation(table: Table, known: Known) -> BiologicalVariation | None:
    """Take the block from an analyte's *table*, or None where there is none.

    Raises:
        CatalogueError: the block is not fit for use; the message names it.
    """
    if not table.has(_KEY):
        return None
    row = table.table(_KEY)
    found = BiologicalVariation(
        cvi=row.number("cvi_percent"),
        cvg=row.number("cvg_percent"),
        cva=row.number("cva_percent"),
        rcv95=row.number("rcv95_percent"),
        population=row.text("population"),
        season_days=row.optional_whole("season_days"),
        source=row.choice("source", known.sources),
        also=row.texts("also", optional=True),
        status=row.choice("status", STATUSES),
        note=row.text("note", ""),
    )
    for source in found.also:
        if source not in known.sources:
            row.refuse(f"unknown source {source!r}")
    if not (found.cvi and found.cva):
        row.refuse("'cvi_percent' and 'cva_percent' must be above 0")
    row.done()
    return found


def check_variations(analytes: Iterable[Analyte], z: Decimal) -> None:
    """Check that each printed reference change value follows from its parts.

    *z* is the standard score that the value is for.  The printed one may be rounded
    to its last digit, either way.

    Raises:
        CatalogueError: naming the file in which it does not.
    """
    for analyte in analytes:
        found = analyte.variation
        if found is not None and not _agrees(found, z):
            raise CatalogueError(
                f"analytes/{analyte.id}.toml: {_KEY}: 'rcv95_percent' does not follow "
                "from 'cva_percent' and 'cvi_percent'"
            )


def _agrees(found: BiologicalVariation, z: Decimal) -> bool:
    digit = Fraction(10) ** int(found.rcv95.as_tuple().exponent)
    printed, exact = Fraction(found.rcv95), squared_change_value(found, z)
    return max(printed - digit, Fraction(0)) ** 2 <= exact <= (printed + digit) ** 2
