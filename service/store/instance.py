"""What this database is for: once it holds real panels, no demo data may enter."""

from sqlalchemy import Connection, Engine, select, update

from service.access.audit import Action, Stamp, record
from service.store.engine import reading, writing
from service.store.errors import DemoRefused
from service.store.tables import instance


def mark_demo(engine: Engine, stamp: Stamp) -> None:
    """Make an empty database a demo for good; again on a demo changes nothing.

    Raises:
        DemoRefused: it holds real data.
    """
    with writing(engine) as connection:
        kind = kind_of(connection)
        if kind == "real":
            raise DemoRefused("this database holds real data")
        if kind == "new":
            connection.execute(update(instance).values(kind="demo"))
            record(connection, stamp, Action.MARK_DEMO)


def is_demo(engine: Engine) -> bool:
    """Say whether everything in this database is invented, and must say so."""
    with reading(engine) as connection:
        return kind_of(connection) == "demo"


def require_fit(engine: Engine, *, demo: bool) -> None:
    """Check that a service that is a *demo*, or is not, may use this database.

    Raises:
        DemoRefused: one of the two is a demo, and the other is not.
    """
    with reading(engine) as connection:
        kind = kind_of(connection)
    if kind == ("real" if demo else "demo"):
        raise DemoRefused("PLAINLAB_DEMO does not fit what this database holds")


def kind_of(connection: Connection) -> str:
    """Return ``new``, ``demo`` or ``real``."""
    return str(connection.scalars(select(instance.c.kind)).one())


def admit(connection: Connection, *, demo: bool) -> None:
    """Let a panel in; the first one into a new database makes it real.

    Raises:
        DemoRefused: a *demo* panel and this is not a demo, or the other way round.
    """
    kind = kind_of(connection)
    if demo != (kind == "demo"):
        raise DemoRefused("demo data and real data never share a database")
    if kind == "new":
        connection.execute(update(instance).values(kind="real"))
