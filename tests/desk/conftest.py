from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from service.access import sessions, users
from service.access.audit import Stamp
from service.access.users import NewUser, Role
from service.app import create_app
from service.services import NAME
from service.settings import load_settings
from service.store import tables
from service.store.engine import reading, writing
from service.store.interpretations import get
from tests.databases import shape
from tests.desk.pages import Page
from tests.desk.panels import id_of

PASSWORD = "slow purple tram at seven"  # noqa: S105  of nobody


class Clock:
    """A clock that a test may turn."""

    def __init__(self):
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self):
        return self.now


@pytest.fixture(scope="session")
def app(tmp_path_factory):
    """The whole application on a database of its own; tests share what is in it."""
    settings = load_settings({"PLAINLAB_VAR": str(tmp_path_factory.mktemp("desk"))})
    settings = replace(settings, time_zone=ZoneInfo("Europe/London"))
    app = create_app(settings, clock=Clock())
    shape(app.extensions[NAME].engine)
    for role in Role:
        add_user(app, f"{role}.person", role)
    return app


@pytest.fixture
def clock(app):
    """The application's clock, put right again afterwards."""
    clock = app.extensions[NAME].clock
    before = clock.now
    yield clock
    clock.now = before


@pytest.fixture
def engine(app):
    return app.extensions[NAME].engine


@pytest.fixture
def staff(app):
    return signed_in(app, Role.STAFF)


@pytest.fixture
def clinician(app):
    return signed_in(app, Role.CLINICIAN)


@pytest.fixture
def visitor(app):
    return app.test_client()


@pytest.fixture
def see():
    """Fetch a page and read it."""
    return lambda client, address: Page(client.get(address))


@pytest.fixture
def stored(engine):
    """What was stored, from the answer that led to it."""
    return lambda answer: get(engine, id_of(answer))


@pytest.fixture
def counts(engine):
    """How many rows there are in each table that a preview must not touch."""
    kept = (
        tables.submission,
        tables.interpretation,
        tables.result,
        tables.idempotency,
        tables.review,
    )

    def count():
        with reading(engine) as connection:
            return {
                table.name: connection.scalar(select(func.count()).select_from(table))
                for table in kept
            }

    return count


def add_user(app, username, role, password=PASSWORD):
    services = app.extensions[NAME]
    new = NewUser(username, f"Dr {role.title()} Person", role, password)
    return users.add(services.engine, new, Stamp("system:test", services.clock()))


def signed_in(app, role):
    """A browser with a session, without the slow password."""
    services = app.extensions[NAME]
    user = users.by_username(services.engine, f"{role}.person")
    with writing(services.engine) as connection:
        token = sessions.start(connection, user.id, services.clock())
    client = app.test_client()
    client.set_cookie(services.settings.cookie_name, token)
    return client


SOON = timedelta(minutes=1)
