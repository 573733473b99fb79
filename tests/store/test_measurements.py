"""Numbers kept for later panels, also from a database that did not keep them yet."""

import json
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from alembic import command
from sqlalchemy.exc import IntegrityError

from reference_ranges.interpretation import interpret
from reference_ranges.loading import load_catalogue
from reference_ranges.panel import Panel
from reports.identity import Identity
from service.intake.submission import Submission
from service.store import measurements, migrate
from service.store.engine import WRITE, open_engine, reading, writing
from service.store.interpretations import Entry, save
from service.store.measurements import Known
from tests.core_panels import WOMAN, observation
from tests.store.values import NOW, STAMP

CATALOGUE = load_catalogue()


def entry(value="31", days=200, **more):
    seen = observation("ferritin", value, "ug/L", **more)
    panel = Panel("uk", WOMAN, (seen,))
    submission = Submission(
        identity=Identity("MRN-1", "Alex Example", "1981-06-01", "female"),
        panel=panel,
        source="json",
        raw=b"{}",
        collected_at=NOW - timedelta(days=days),
    )
    return Entry(submission, interpret(panel, CATALOGUE), sender="key:abc")


def earlier(engine):
    known = Known(entry(days=0).submission, ("ferritin",), UTC)
    with reading(engine) as connection:
        return measurements.earlier_of(connection, known)


@pytest.fixture
def old(url):
    """A database as it was before numbers were kept."""
    engine = open_engine(url)
    with engine.execution_options(**{WRITE: True}).begin() as connection:
        config = migrate._config()  # noqa: SLF001 - to stop half way
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    yield engine
    engine.dispose()


def test_a_database_from_before_is_filled_from_its_panels(old, tmp_path):
    other = open_engine(f"sqlite:///{tmp_path}/other/plainlab.db")
    migrate.upgrade(other)
    sent = [
        entry("31"),
        entry("32", status="preliminary"),
        entry("133", sender_flag="??"),
        entry("250000"),
        replace(entry("34"), submission=replace(entry().submission, collected_at=None)),
        replace(entry("35"), submission=replace(entry().submission, test_message=True)),
    ]
    for one in sent:
        save(other, one, STAMP)
    copied = ("submission", "interpretation")
    with reading(other) as there, writing(old) as here:
        for table in copied:
            rows = there.exec_driver_sql(f"SELECT * FROM {table}").mappings().all()  # noqa: S608 - our own words
            for row in rows:
                names = ", ".join(row)
                marks = ", ".join("?" * len(row))
                here.exec_driver_sql(
                    f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608
                    tuple(row.values()),
                )

    migrate.upgrade(old)

    assert [one.reading.text for one in earlier(old)] == ["31"]
    assert earlier(old) == earlier(other)
    other.dispose()


@pytest.mark.parametrize("table", ["measurement", "feed_event"])
@pytest.mark.parametrize("deed", ["DELETE FROM {}", "UPDATE {} SET id = id"])
def test_what_was_kept_is_neither_changed_nor_removed(engine, table, deed):
    save(engine, entry(), STAMP)
    with writing(engine) as connection:
        connection.exec_driver_sql(
            "INSERT INTO feed_event (deed, sender, analyte, factor, at, actor, reason,"
            " after) VALUES ('hold', 'key:abc', 'ferritin', '2', '2026', 'x:y', '', 0)"
        )

    with (
        pytest.raises(IntegrityError, match="append-only"),
        writing(engine) as connection,
    ):
        connection.exec_driver_sql(deed.format(table))


def test_a_unit_that_the_catalogue_no_longer_has_counts_for_nothing(engine):
    save(engine, entry(), STAMP)
    with writing(engine) as connection:
        connection.exec_driver_sql(
            "INSERT INTO measurement (interpretation, sender, record_number,"
            " birth_date, analyte, reading, comparator, number, unit, method,"
            " laboratory, usable)"
            " SELECT interpretation, sender, record_number, birth_date, analyte,"
            " reading, comparator, number, 'old unit', method, laboratory, usable"
            " FROM measurement"
        )

    with reading(engine) as connection:
        found = measurements.values_of(
            connection, "key:abc", {"ferritin": 0}, CATALOGUE
        )

    assert found == {"ferritin": [31]}


def test_the_numbers_that_are_kept_say_whose_they_are_and_nothing_more(engine):
    save(engine, entry(), STAMP)

    with reading(engine) as connection:
        (row,) = connection.exec_driver_sql("SELECT * FROM measurement").mappings()

    assert "Alex Example" not in json.dumps(dict(row))
    assert (row["sender"], row["record_number"]) == ("key:abc", "MRN-1")
