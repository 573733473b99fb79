"""What senders call their reports: a correction finds what it takes the place of."""

from collections.abc import Iterable

from sqlalchemy import Connection, insert, select

from service.store.tables import origin


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
    """Return the newest interpretation of a report with one of *identifiers*."""
    found = (
        select(origin.c.interpretation)
        .where(origin.c.sender == sender, origin.c.identifier.in_(list(identifiers)))
        .order_by(origin.c.id.desc())
    )
    return connection.scalar(found.limit(1))
