"""The way from the data files to the catalogue: read, check, refuse by name."""

from reference_ranges.loading.reader import (
    DATA,
    load_catalogue,
    overdue_reviews,
    read_catalogue,
    renew_version,
)

__all__ = [
    "DATA",
    "load_catalogue",
    "overdue_reviews",
    "read_catalogue",
    "renew_version",
]
