"""The list that people work down: urgent and unreviewed first, then newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, Select, and_, select

from reference_ranges.results import Urgency
from service.names import folded
from service.store import tables
from service.store.engine import reading
from service.store.identities import standing

_MOST_WORDS = 5  # of a search; more only slow it down
_made, _sent = tables.interpretation, tables.submission
_newer = tables.interpretation.alias("newer")
_OPEN = and_(_made.c.rank > 0, tables.review.c.reviewed_at.is_(None))


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended: the rank and sequence of its last line."""

    rank: int
    sequence: int

    def __str__(self) -> str:
        """Return the text that ``parse`` reads."""
        return f"{self.rank}-{self.sequence}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Return the cursor that *text* is.

        Raises:
            ValueError: it is none.
        """
        rank, _, sequence = text.partition("-")
        if not (text.isascii() and rank.isdigit() and sequence.isdigit()):
            raise ValueError("not a cursor")
        if len(text) > _LONGEST_CURSOR:
            raise ValueError("not a cursor")
        return cls(int(rank), int(sequence))


_LONGEST_CURSOR = 20  # rank, dash, and a sequence that SQLite's integers can hold


@dataclass(frozen=True, slots=True)
class Line:
    """One interpretation in the list, in its newest version.

    ``rank`` is above 0 while it is urgent and nobody has reviewed it; ``escalated``
    says that it is critical and that nobody has reviewed it in time; ``held`` that its
    record number was another person's.
    """

    id: str
    version: int
    made_at: datetime
    urgency: Urgency
    critical: bool
    record_number: str
    name: str
    reviewer: str
    reviewed_at: datetime | None
    escalated: bool
    held: bool
    rank: int
    sequence: int


@dataclass(frozen=True, slots=True)
class Worklist:
    """One page of the list; ``after`` begins the next one, None at the end."""

    lines: tuple[Line, ...]
    after: Cursor | None


def worklist(
    engine: Engine, query: str = "", after: Cursor | None = None, limit: int = 50
) -> Worklist:
    """Return up to *limit* lines that match *query*, after the cursor.

    Emergencies that nobody has reviewed come first, then today's, then those of the
    next days, then everything else, each newest first.  Each word of *query* must be
    in the record number or the name; case and accents do not matter.  What arrives
    while someone pages may show up on a later page; it hides no line and repeats none.
    """
    with reading(engine) as connection:
        lines = _urgent(connection, query, after, limit + 1)
        if len(lines) <= limit:
            lines += _others(connection, query, after, limit + 1 - len(lines))
    page = tuple(lines[:limit])
    more = len(lines) > limit
    return Worklist(page, Cursor(page[-1].rank, page[-1].sequence) if more else None)


def _urgent(
    connection: Connection, query: str, after: Cursor | None, limit: int
) -> list[Line]:
    if after is not None and after.rank == 0:
        return []
    wanted = _matching(query).where(_OPEN)
    if after is not None:
        wanted = wanted.where(
            (_made.c.rank < after.rank)
            | ((_made.c.rank == after.rank) & (_made.c.sequence < after.sequence))
        )
    ordered = wanted.order_by(_made.c.rank.desc(), _made.c.sequence.desc())
    rows = connection.execute(ordered.limit(limit)).mappings()
    return [_line(row, row["rank"]) for row in rows]


def _others(
    connection: Connection, query: str, after: Cursor | None, limit: int
) -> list[Line]:
    wanted = _matching(query).where(~_OPEN)
    if after is not None and after.rank == 0:
        wanted = wanted.where(_made.c.sequence < after.sequence)
    ordered = wanted.order_by(_made.c.sequence.desc())
    return [
        _line(row, 0) for row in connection.execute(ordered.limit(limit)).mappings()
    ]


def _matching(query: str) -> Select[Any]:
    newest = ~select(_newer.c.id).where(_newer.c.supersedes == _made.c.id).exists()
    wanted = (
        select(
            _made.c.id,
            _made.c.version,
            _made.c.made_at,
            _made.c.urgency,
            _made.c.critical,
            _made.c.rank,
            _made.c.sequence,
            _sent.c.record_number,
            _sent.c.name,
            tables.review.c.reviewer,
            tables.review.c.reviewed_at,
            tables.escalation.c.at.label("escalated_at"),
            standing(_made.c.id).label("held"),
        )
        .join(_sent, _sent.c.id == _made.c.submission)
        .outerjoin(tables.review, tables.review.c.interpretation == _made.c.id)
        .outerjoin(tables.escalation, tables.escalation.c.interpretation == _made.c.id)
        .where(newest)
    )
    for word in folded(query).split()[:_MOST_WORDS]:
        wanted = wanted.where(_sent.c.search.contains(word, autoescape=True))
    return wanted


def _line(row: RowMapping, rank: int) -> Line:
    return Line(
        id=row["id"],
        version=row["version"],
        made_at=row["made_at"],
        urgency=Urgency(row["urgency"]),
        critical=bool(row["critical"]),
        record_number=row["record_number"],
        name=row["name"],
        reviewer=row["reviewer"] or "",
        reviewed_at=row["reviewed_at"],
        escalated=row["escalated_at"] is not None and row["reviewed_at"] is None,
        held=bool(row["held"]),
        rank=rank,
        sequence=row["sequence"],
    )
