"""Going through everything that is kept, a little at a time; nothing is written."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, RowMapping, func, select

from reference_ranges.panel import Panel
from reference_ranges.results import Interpretation
from service.intake.submission import Submission
from service.store import tables
from service.store.codec import loads
from service.store.engine import reading
from service.store.interpretations import intact

_BATCH = 100
_made, _sent = tables.interpretation, tables.submission
_newer = tables.interpretation.alias("newer")


@dataclass(frozen=True, slots=True)
class Kept:
    """A panel and what it was found to mean; nothing of whose it is."""

    id: str
    panel: Panel
    interpretation: Interpretation


def count_newest(engine: Engine) -> int:
    """Return how many interpretations there are that no newer version replaces.

    Raises:
        StoreUnavailable: the database cannot be reached or read.
    """
    with reading(engine) as connection:
        newest = select(func.count()).select_from(_made).where(_is_newest())
        found = connection.scalar(newest)
        return int(found or 0)


def walk_newest(engine: Engine) -> Iterator[Kept]:
    """Give each interpretation that no newer version replaces, oldest first.

    They are read a hundred at a time, in transactions of their own: memory stays
    small and no writer waits.

    Raises:
        StoreDamaged: what was read is not what was written.
        StoreUnavailable: the database cannot be reached or read.
    """
    after = 0
    while rows := _batch(engine, after):
        for row in rows:
            yield _kept(row)
        after = rows[-1]["sequence"]


def _batch(engine: Engine, after: int) -> list[RowMapping]:
    wanted = (
        select(
            _made.c.sequence,
            _made.c.id,
            _made.c.document,
            _made.c.document_sha256,
            _sent.c.document.label("submission"),
        )
        .join(_sent, _sent.c.id == _made.c.submission)
        .where(_made.c.sequence > after, _is_newest())
        .order_by(_made.c.sequence)
        .limit(_BATCH)
    )
    with reading(engine) as connection:
        return list(connection.execute(wanted).mappings())


def _is_newest() -> ColumnElement[bool]:
    return ~select(_newer.c.id).where(_newer.c.supersedes == _made.c.id).exists()


def _kept(row: RowMapping) -> Kept:
    return Kept(
        id=row["id"],
        panel=loads(Submission, row["submission"]).panel,
        interpretation=loads(Interpretation, intact(row)),
    )
