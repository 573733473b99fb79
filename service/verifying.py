"""A printed report against the record: a short code, and the same bytes again."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import product

from service.reporting import (
    ATTACH,
    PAPERS,
    READERS,
    SIZES,
    ReportOptions,
    code_of,
    report_pdf,
)
from service.services import Services
from service.store.interpretations import Stored

_MARK = re.compile(
    rb"<pdf:Keywords>report ([a-z2-7]{26}) code ([A-Z2-7-]{19})</pdf:Keywords>"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Which report a paper says that it is, and by which code."""

    report: str
    code: str


def mark_of(data: bytes) -> Mark | None:
    """Return the mark in a report's metadata, or None where there is none."""
    found = _MARK.search(data)
    return Mark(found[1].decode(), found[2].decode()) if found else None


def is_of(mark: Mark, stored: Stored) -> bool:
    """Say whether *mark* is that of *stored*: nothing that it rests on has changed."""
    return mark.report == stored.id and mark.code.upper() == code_of(stored)


def drawn_as(app: Services, stored: Stored, data: bytes) -> ReportOptions | None:
    """Return how *stored* has to be drawn to give *data* byte for byte, or None.

    A report may have been handed out before it was reviewed or replaced.
    """
    wanted = sha256(data).digest()
    for state, options in product(_states(stored), _ways(app)):
        if sha256(report_pdf(app, state, options)).digest() == wanted:
            return options
    return None


def _states(stored: Stored) -> Iterator[Stored]:
    """Yield *stored* as it is, and as it was before."""
    yield stored
    if stored.review is not None:
        yield replace(stored, review=None)
    if stored.superseded_by:
        yield replace(stored, superseded_by="")
        yield replace(stored, superseded_by="", review=None)


def _ways(app: Services) -> Iterator[ReportOptions]:
    for reader, attach, size, paper, locale in product(
        READERS, ATTACH, SIZES, PAPERS, ("", *app.locales)
    ):
        yield ReportOptions(locale, size, paper, attach, reader)
