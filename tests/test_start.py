"""What stops a start, and what it warns of."""

from datetime import UTC, datetime

import pytest

from service.access.audit import Stamp
from service.app import create_app
from service.settings import load_settings
from service.store.engine import open_engine
from service.store.errors import DemoRefused
from service.store.instance import mark_demo, require_fit
from service.store.interpretations import Entry, save
from tests.databases import shape
from tests.test_cases import CATALOGUE, DOOR, interpret, read_submission
from tests.test_cli import PANEL

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
STAMP = Stamp("system:test", NOW)


@pytest.fixture
def environ(tmp_path):
    return {"PLAINLAB_VAR": str(tmp_path)}


@pytest.fixture
def engine(environ):
    opened = open_engine(load_settings(environ).database_url)
    shape(opened)
    yield opened
    opened.dispose()


def test_a_demo_database_is_not_served_without_its_watermark(engine, environ):
    mark_demo(engine, STAMP)

    with pytest.raises(DemoRefused):
        create_app(load_settings(environ))


def test_real_data_is_not_served_as_a_demo(engine, environ):
    submission, _ = read_submission(PANEL, b"{}", "json", DOOR)
    save(engine, Entry(submission, interpret(submission.panel, CATALOGUE)), STAMP)

    with pytest.raises(DemoRefused):
        create_app(load_settings({**environ, "PLAINLAB_DEMO": "true"}))


def test_real_data_never_enters_a_demo(engine):
    mark_demo(engine, STAMP)
    submission, _ = read_submission(PANEL, b"{}", "json", DOOR)
    made = interpret(submission.panel, CATALOGUE)

    with pytest.raises(DemoRefused):
        save(engine, Entry(submission, made), STAMP)


@pytest.mark.parametrize("demo", [True, False])
def test_a_new_database_fits_either(engine, demo):
    require_fit(engine, demo=demo)

    assert create_app(load_settings({"PLAINLAB_VAR": str(engine.url.database) + ".d"}))


def test_a_review_that_is_overdue_is_warned_of_at_the_start(environ, caplog):
    late = datetime(2031, 1, 1, tzinfo=UTC)

    create_app(load_settings(environ), clock=lambda: late)

    warned = [one for one in caplog.records if one.message == "review_overdue"]
    assert "analytes/potassium.toml" in {one.file for one in warned}


def test_a_start_before_any_review_is_due_warns_of_nothing(environ, caplog):
    create_app(load_settings(environ), clock=lambda: NOW)

    assert [one for one in caplog.records if one.message == "review_overdue"] == []
