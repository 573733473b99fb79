"""A whole application on a real database, and a key to it."""

from datetime import UTC, datetime, timedelta

import pytest

from service.access import keys
from service.access.audit import Stamp
from service.access.keys import NewKey, Scope
from service.app import create_app
from service.settings import load_settings
from tests.databases import shape

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SYSTEM = Stamp("system:test", NOW)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


def make_app(folder, clock, **settings):
    """An application of its own in *folder*, its database up to date."""
    app = create_app(
        load_settings({"PLAINLAB_VAR": str(folder), **settings}), clock=clock
    )
    shape(app.extensions["plainlab"].engine)
    return app


def issue(app, *scopes, until=NOW + timedelta(days=1), sender=None):
    """A new key with *scopes*; without any, with all."""
    engine = app.extensions["plainlab"].engine
    new = NewKey("test", frozenset(scopes or Scope), until, sender)
    return keys.issue(engine, new, SYSTEM)


def bearer(key):
    return {"Authorization": f"Bearer {key}"}


class Client:
    """What a laboratory system does: posts and gets, with its key."""

    def __init__(self, app, key):
        self.plain = app.test_client()
        self.headers = bearer(key)

    def get(self, path, **options):
        return self.plain.get(path, headers=self.headers, **options)

    def post(self, document, **headers):
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return self.plain.post(
            "/v1/interpretations", json=document, headers=self.headers | named
        )

    def post_bytes(self, body, kind="application/json", **headers):
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return self.plain.post(
            "/v1/interpretations",
            data=body,
            content_type=kind,
            headers=self.headers | named,
        )

    def codes(self, document):
        """The codes of the refusal of *document*, by place."""
        answer = self.post(document)
        assert answer.status_code == 422, answer.text
        return {error["pointer"]: error["code"] for error in answer.json["errors"]}


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    """One application for all tests that do not mind what else is stored."""
    app = make_app(tmp_path_factory.mktemp("shared"), Clock())
    yield app
    app.extensions["plainlab"].engine.dispose()


@pytest.fixture(scope="session")
def lab(shared):
    """A laboratory system that may do everything."""
    return Client(shared, issue(shared))


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def own(tmp_path, clock):
    """An application of one's own, nothing in it yet."""
    app = make_app(tmp_path, clock)
    yield app
    app.extensions["plainlab"].engine.dispose()


@pytest.fixture
def own_lab(own):
    return Client(own, issue(own))


@pytest.fixture
def document():
    """A panel with nothing wrong with it."""
    return panel({"analyte": "potassium", "value": "4.1", "unit": "mmol/L"})


def panel(*results, **parts):
    """A panel of *results* of a woman of 55."""
    return {
        "patient": {
            "id": "MRN-1",
            "name": "Alex Example",
            "birth_date": "1971-03-04",
            "sex": "female",
            "pregnancy": {"status": "no"},
        },
        "specimen": {"collected_at": "2026-11-20T08:40:00+00:00", "type": "serum"},
        "results": list(results),
        "symptoms": [],
        **parts,
    }


def rows_of(app, table):
    """How many rows *table* has."""
    engine = app.extensions["plainlab"].engine
    with engine.connect() as connection:
        return connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()  # noqa: S608 - our own word
