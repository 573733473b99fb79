"""The database itself: its shape, its durability, and what it refuses."""

import sqlite3
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.exc import IntegrityError, StatementError

from service.store import tables
from service.store.engine import open_engine, reading, write_probe, writing
from service.store.errors import StoreUnavailable
from service.store.interpretations import save
from service.store.migrate import at_head, upgrade
from service.store.reviews import review
from service.store.worklist import worklist
from tests.store.people import clinician
from tests.store.values import MINUTE, NOW, STAMP, entry, key


def test_an_empty_database_is_not_at_head_and_an_upgraded_one_is(url):
    engine = open_engine(url)

    before = at_head(engine)
    upgrade(engine)

    assert (before, at_head(engine)) == (False, True)
    engine.dispose()


def test_the_empty_database_of_the_tests_is_what_the_migrations_make(engine, tmp_path):
    migrated = open_engine(f"sqlite:///{tmp_path}/migrated.db")
    upgrade(migrated)

    assert at_head(engine)
    assert all_of(engine) == all_of(migrated)
    migrated.dispose()


def all_of(engine):
    """Every table, trigger and row of the file, as statements."""
    with engine.connect() as connection:
        return list(connection.connection.dbapi_connection.iterdump())


def test_an_upgrade_of_a_database_in_use_loses_nothing(engine):
    save(engine, entry(), STAMP)

    upgrade(engine)

    assert len(worklist(engine).lines) == 1


def test_services_that_start_together_make_one_database(url):
    engines = [open_engine(url) for _ in range(4)]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, engines))

    assert [at_head(engine) for engine in engines] == [True] * 4
    [engine.dispose() for engine in engines]


def test_the_migrations_make_the_tables_that_the_queries_use(engine):
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, tables.metadata) == []


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("synchronous", 2),  # FULL: an acknowledged commit survives a power cut
        ("journal_mode", "wal"),
        ("foreign_keys", 1),
        ("recursive_triggers", 1),
        ("busy_timeout", 5000),
    ],
)
def test_every_connection_is_durable_and_strict(engine, pragma, value):
    with engine.connect() as one, engine.connect() as other:
        found = [
            each.exec_driver_sql(f"PRAGMA {pragma}").scalar() for each in (one, other)
        ]

    assert found == [value, value]


def test_the_folder_is_readable_by_its_owner_only(engine):
    folder = Path(engine.url.database).parent

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_that_would_keep_nothing_is_refused(url):
    with pytest.raises(ValueError, match="keeps nothing"):
        open_engine(url)


@pytest.mark.parametrize(
    "statement",
    [
        f"{deed} {table}{what}"
        for table in (
            "audit",
            "submission",
            "interpretation",
            "result",
            "idempotency",
            "review",
        )
        for deed, what in (("DELETE FROM", ""), ("UPDATE", " SET rowid = rowid"))
    ]
    + ["INSERT OR REPLACE INTO audit SELECT * FROM audit"],
)
def test_what_was_kept_is_neither_changed_nor_removed(engine, statement):
    saved = save(engine, entry(), STAMP, key())
    review(engine, saved.id, clinician(engine), NOW)

    with (
        pytest.raises(IntegrityError, match="append-only"),
        writing(engine) as connection,
    ):
        connection.exec_driver_sql(statement)


def test_a_locked_database_is_unavailable_within_the_busy_timeout(url):
    engine = open_engine(url, busy_timeout=0.3)
    upgrade(engine)
    holder = sqlite3.connect(engine.url.database, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    started = time.monotonic()

    with pytest.raises(StoreUnavailable, match="locked"):
        save(engine, entry(), STAMP, key())

    assert time.monotonic() - started < 1.3
    holder.execute("ROLLBACK")
    holder.close()
    assert not save(engine, entry(), STAMP, key()).replayed
    engine.dispose()


def test_readers_are_served_while_a_writer_is_at_work(engine):
    save(engine, entry(), STAMP)

    with writing(engine) as connection:
        connection.execute(tables.instance.update().values(kind="demo"))
        lines = worklist(engine).lines

    assert len(lines) == 1


def test_a_full_disk_is_unavailable_and_nothing_half_is_stored(engine):
    save(engine, entry(), STAMP)
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    crowded = create_engine(engine.url, creator=_crowded(engine, pages))

    with pytest.raises(StoreUnavailable, match="full"):
        save(crowded, entry(raw=b"x" * 500_000), STAMP)

    crowded.dispose()
    with reading(engine) as connection:
        kept = connection.execute(tables.submission.select()).all()
    assert len(kept) == len(worklist(engine).lines) == 1


def _crowded(engine, pages):
    def connect():
        connection = sqlite3.connect(engine.url.database, isolation_level=None)
        connection.execute(f"PRAGMA max_page_count = {pages + 8}")
        return connection

    return connect


@pytest.mark.parametrize("use", [at_head, write_probe, upgrade])
def test_a_file_that_is_no_database_is_unavailable(tmp_path, use):
    file = tmp_path / "plainlab.db"
    file.write_bytes(b"this is a shopping list, not a database" * 50)

    with pytest.raises(StoreUnavailable):
        use(open_engine(f"sqlite:///{file}"))


def test_the_probe_finds_a_database_that_can_be_written(engine):
    before = _snapshot(engine)

    write_probe(engine)

    assert _snapshot(engine) == before


def test_the_probe_finds_a_database_that_cannot_be_written(engine):
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
    with pytest.raises(StoreUnavailable, match="readonly"):
        write_probe(engine)


def test_an_error_text_holds_no_value(engine, rough):
    rough("DROP TABLE result")

    with pytest.raises(StoreUnavailable) as caught:
        save(engine, entry(name="Canary Bird"), STAMP)

    assert "6.80" not in str(caught.value)
    assert "Canary" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_writers_side_by_side_take_turns(engine):
    gate = threading.Barrier(16)

    def post(number):
        gate.wait()
        return save(engine, entry(number=f"MRN-{number}"), STAMP).id

    with ThreadPoolExecutor(16) as pool:
        ids = set(pool.map(post, range(16)))

    assert {line.id for line in worklist(engine).lines} == ids
    assert len(ids) == 16


def _snapshot(engine):
    with reading(engine) as connection:
        return connection.execute(tables.instance.select()).all()


def test_a_time_without_a_zone_is_not_kept(engine):
    with (
        pytest.raises(StatementError, match="without a zone"),
        writing(engine) as connection,
    ):
        connection.execute(tables.session.update().values(seen_at=datetime(2026, 1, 1)))  # noqa: DTZ001 - what is refused


def test_times_sort_as_text_whatever_zone_they_came_in():
    zone = timezone(timedelta(hours=14))
    moments = [NOW, NOW.astimezone(zone) + MINUTE, NOW + 2 * MINUTE]

    written = [tables.Instant().process_bind_param(each, None) for each in moments]

    assert written == sorted(written)
    assert tables.Instant().process_bind_param(None, None) is None
