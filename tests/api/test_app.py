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


def test_a_language_that_is_switched_off_is_neither_offered_nor_printed(tmp_path):
    app = create_app(settings(tmp_path, PLAINLAB_LOCALES="es, en-GB"))

    assert app.extensions[NAME].locales == ("en-GB", "es")
    app.extensions[NAME].engine.dispose()


@pytest.mark.parametrize(
    ("offered", "told"),
    [
        ("en-GB, tlh", "PLAINLAB_LOCALES: there are no words for tlh"),
        ("es, ar", "PLAINLAB_LOCALE is not a locale that is offered"),
    ],
)
def test_languages_that_cannot_be_offered_stop_the_start(tmp_path, offered, told):
    with pytest.raises(SettingsError, match=told):
        create_app(settings(tmp_path, PLAINLAB_LOCALES=offered))
