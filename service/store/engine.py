"""The way to the database: how it is opened, and the only two ways to use it."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, select
from sqlalchemy.exc import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from service.store import tables
from service.store.errors import StoreUnavailable

# The option that makes a transaction a writing one from its first moment.
WRITE = "plainlab_write"


def open_engine(url: str, busy_timeout: float = 5.0) -> Engine:
    """Return an engine for *url*; for SQLite, made durable and strict.

    SQLite waits *busy_timeout* seconds for its turn to write; every commit is synced
    to the disk before it is acknowledged.  The file's folder is made if missing,
    readable by its owner only.

    Raises:
        ValueError: a database in memory, which would keep nothing.
    """
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    _make_folder(make_url(url).database)
    # No upper limit on connections: the server limits its threads, and waiting twice
    # (for a connection, then for a turn) would outlast the promised timeout.
    engine = create_engine(
        url, connect_args={"timeout": busy_timeout}, pool_size=4, max_overflow=-1
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def mapped_errors() -> Iterator[None]:
    """Turn every way in which a database can be out of reach into one error.

    Raises:
        StoreUnavailable: with the driver's own words, never a statement's values.
    """
    try:
        yield
    except (DataError, IntegrityError, ProgrammingError):
        raise  # the statement is at fault, not the database
    except (DatabaseError, InterfaceError, PoolTimeoutError) as error:
        reason = getattr(error, "orig", None) or type(error).__name__
        raise StoreUnavailable(str(reason)) from None


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection that sees one consistent state and changes nothing.

    Raises:
        StoreUnavailable: the database cannot be reached or read.
    """
    with mapped_errors(), engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection whose changes are all kept, durably, or not at all.

    Writers take turns: the turn is taken before the first look, so that nothing
    read inside can be out of date.  Leaving without an error is the commit.

    Raises:
        StoreUnavailable: no turn in time, disk full, or any other failure; nothing
            was kept.
    """
    with (
        mapped_errors(),
        engine.execution_options(**{WRITE: True}).begin() as connection,
    ):
        connection.execute(select(tables.instance.c.id).with_for_update())
        yield connection


def write_probe(engine: Engine) -> None:
    """Write to the database and take it back.

    Raises:
        StoreUnavailable: it could not be written to.
    """
    with writing(engine) as connection:
        connection.execute(tables.instance.update().values(kind=tables.instance.c.kind))


def _make_folder(database: str | None) -> None:
    if not database or database == ":memory:":
        raise ValueError("a database in memory keeps nothing")
    Path(database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Turn on the write-ahead log; for this SQLite does not wait for its turn."""
    for patience in (*_PATIENCE, None):
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
        except sqlite3.OperationalError:
            if patience is None:
                raise
            time.sleep(patience)
        else:
            return


_PATIENCE = (0.02, 0.05, 0.1)  # seconds; only services that start together meet there


def _set_up(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's pool record
    # We begin transactions ourselves; the driver would begin them too late.
    connection.isolation_level = None
    _write_ahead(connection)
    for pragma in (
        "synchronous = FULL",
        "foreign_keys = ON",
        # without it, INSERT OR REPLACE would slip past the append-only triggers
        "recursive_triggers = ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get(WRITE)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
