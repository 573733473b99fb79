"""The application starts whole or not at all."""

from datetime import UTC, datetime

import pytest

from service.app import create_app
from service.services import NAME
from service.settings import SettingsError, load_settings


def settings(folder, **changes):
    return load_settings({"PLAINLAB_VAR": str(folder), **changes})


@pytest.mark.parametrize(
    ("name", "value"), [("PLAINLAB_PROFILE", "mars"), ("PLAINLAB_LOCALE", "tlh")]
)
def test_a_setting_that_names_nothing_stops_the_start(tmp_path, name, value):
    with pytest.raises(SettingsError, match=name):
        create_app(settings(tmp_path, **{name: value}))


def test_without_another_clock_it_is_now(tmp_path):
    app = create_app(settings(tmp_path))

    found = app.extensions[NAME].clock()

    assert abs((found - datetime.now(UTC)).total_seconds()) < 5
    app.extensions[NAME].engine.dispose()


def test_two_applications_share_nothing(tmp_path):
    one = create_app(settings(tmp_path / "one"))
    other = create_app(settings(tmp_path / "other", PLAINLAB_DEMO="true"))

    assert one.extensions[NAME].engine.url != other.extensions[NAME].engine.url
    assert (one.extensions[NAME].demo, other.extensions[NAME].demo) == (False, True)
