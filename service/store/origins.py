"""What senders call their reports: a correction finds what it takes the place of."""

from collections.abc import Iterable

from sqlalchemy import Connection, insert, select

from service.store.tables import interpretation, origin


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
    named = (
        select(interpretation.c.root)
        .join(origin, origin.c.interpretation == interpretation.c.id)
        .where(origin.c.sender == sender, origin.c.identifier.in_(list(identifiers)))
        .order_by(origin.c.id.desc())
        .limit(1)
    )
    versions = (
        select(interpretation.c.id)
        .where(interpretation.c.root == named.scalar_subquery())
        .order_by(interpretation.c.version.desc())
    )
    return connection.scalar(versions.limit(1))
