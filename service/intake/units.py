"""What is a unit at all: to notice where words name another than the code does."""

from functools import lru_cache

from reference_ranges.catalogue import Catalogue


@lru_cache(maxsize=8)
def known_units(catalogue: Catalogue) -> frozenset[str]:
    """Return every spelling of a unit that means something for any test."""
    spellings = (analyte.spellings for analyte in catalogue.analytes.values())
    return frozenset().union(*spellings)
