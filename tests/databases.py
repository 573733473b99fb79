"""A new database as a copy of one, for tests to which its making is no matter.

A hundred tests want one of their own, and the migrations take as long as the tests
themselves.  That they make what a copy holds, tests/store/test_database.py says.
"""

import sqlite3
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from service.store.engine import open_engine
from service.store.migrate import upgrade


def shape(engine):
    """Give the database of *engine* the newest shape, as ``upgrade`` does."""
    with engine.connect() as connection:
        file = connection.connection.dbapi_connection
        if not file.execute("SELECT 1 FROM sqlite_master").fetchone():
            _migrated().backup(file)
            return
    upgrade(engine)


@cache
def _migrated():
    kept = sqlite3.connect(":memory:", check_same_thread=False)
    with TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{Path(folder, 'migrated.db')}")
        upgrade(engine)
        with engine.connect() as connection:
            connection.connection.dbapi_connection.backup(kept)
        engine.dispose()
    return kept
