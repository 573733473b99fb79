"""What senders call their reports: a correction finds what it takes the place of."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, func, insert, select

from service.store.tables import interpretation, origin

MOST_REPORTS = 20
"""Reports under one number that are looked at."""


def keep(
    connection: Connection,
    sender: str,
    identifiers: Iterable[str],
    interpretation_id: str,
) -> None:
    """Keep the *identifiers* that *sender* gave the report of an interpretation."""
    rows = [
        {"sender": sender, "identifier": one, "interpretation": interpretation_id}
        for one in dict.fromkeys(identifiers)
    ]
    if rows:
        connection.execute(insert(origin), rows)


def newest(
    connection: Connection, sender: str, identifiers: Iterable[str]
) -> str | None:
    """Return the newest version of the report that had one of *identifiers* last."""
    wanted = origin.c.identifier.in_(list(identifiers))
    return next(iter(_newest(connection, sender, wanted, 1)), None)


def all_newest(connection: Connection, sender: str, identifier: str) -> tuple[str, ...]:
    """Return the newest version of each report that had *identifier*, last one first.

    Of very many, as where a number is given to everything, the last count.
    """
    wanted = origin.c.identifier == identifier
    return _newest(connection, sender, wanted, MOST_REPORTS)


def of_parts(connection: Connection, sender: str, identifier: str) -> frozenset[str]:
    """Return the newest versions of the reports that are a part of *identifier*.

    Those are known by it and, after a space, by the number of their part.
    """
    wanted = origin.c.identifier.startswith(f"{identifier} ", autoescape=True)
    return frozenset(_newest(connection, sender, wanted, 2 * MOST_REPORTS))


def _newest(
    connection: Connection, sender: str, wanted: ColumnElement[bool], most: int
) -> tuple[str, ...]:
    last = func.max(origin.c.id)
    roots = (
        select(interpretation.c.root)
        .join(origin, origin.c.interpretation == interpretation.c.id)
        .where(origin.c.sender == sender, wanted)
        .group_by(interpretation.c.root)
        .order_by(last.desc())
        .limit(most)
    )
    return tuple(
        connection.scalars(
            select(interpretation.c.id)
            .where(interpretation.c.root == root)
            .order_by(interpretation.c.version.desc())
            .limit(1)
        ).one()
        for root in connection.scalars(roots).all()
    )
