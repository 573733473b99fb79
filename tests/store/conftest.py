import pytest

from service.store.engine import open_engine
from tests.databases import shape


@pytest.fixture
def url(tmp_path):
    """The URL of a database file that is not there yet."""
    return f"sqlite:///{tmp_path}/kept/plainlab.db"


@pytest.fixture
def engine(url):
    """A real SQLite file, as the service opens it, in its newest shape."""
    engine = open_engine(url, busy_timeout=5)
    shape(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def rough(engine):
    """The same file, opened by someone who does not care: no triggers, no keys."""

    def run(*statements):
        with engine.connect() as connection:
            for trigger in connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            ).scalars():
                connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
            for statement in statements:
                connection.exec_driver_sql(statement)
            connection.commit()

    return run
