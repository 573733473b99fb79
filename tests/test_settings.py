"""What the environment may set, and what a start in production refuses."""

import re
import stat
from datetime import UTC, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from reports.identity import Letterhead
from service.settings import PREFIX, VARIABLES, SettingsError, load_settings

ROOT = Path(__file__).parent.parent
STRONG = "u8Zk3vQ1xT7pLm0sWc5yRb9nHd2fGj4e"


@pytest.fixture
def load(tmp_path):
    """Load settings from a few variables; the var folder is a new one."""

    def loader(**variables):
        given = {PREFIX + name: value for name, value in variables.items()}
        return load_settings({PREFIX + "VAR": str(tmp_path / "var"), **given})

    return loader


@pytest.fixture
def production(load):
    """Load settings fit for production, with a few of them changed."""

    def loader(**changes):
        fit = {
            "PRODUCTION": "true",
            "BEHIND_TLS": "true",
            "SECRET_KEY": STRONG,
            "TRUSTED_HOSTS": "labs.example.org",
        }
        return load(**(fit | changes))

    return loader


def test_with_nothing_set_everything_has_a_safe_default(load, tmp_path):
    settings = load()

    assert settings.database_url == f"sqlite:///{tmp_path}/var/plainlab.db"
    assert settings.trusted_hosts == ("127.0.0.1", "localhost", "[::1]")
    assert settings.letterhead == Letterhead()
    assert (settings.time_zone, settings.time_zone_set) == (UTC, False)
    assert (settings.profile, settings.locale) == ("uk", "en-GB")
    assert settings.session_idle == timedelta(minutes=30)
    assert settings.session_absolute == timedelta(hours=12)
    assert settings.busy_timeout == 5.0
    flags = (settings.production, settings.debug, settings.demo, settings.behind_tls)
    assert flags == (False, False, False, False)


def test_what_is_set_is_what_is_used(load):
    settings = load(
        DATABASE_URL="postgresql://db/plainlab",
        CLINIC_NAME="Hill Surgery",
        CLINIC_ADDRESS="1 Hill Road",
        CLINIC_PHONE="01632 960000",
        CLINIC_URGENT_PHONE="01632 960001",
        TIME_ZONE="Europe/London",
        TRUSTED_HOSTS=" labs.example.org ,, desk.example.org",
        DEMO="TRUE",
        BUSY_TIMEOUT_SECONDS="9",
    )

    assert settings.database_url == "postgresql://db/plainlab"
    assert settings.letterhead == Letterhead(
        "Hill Surgery", "1 Hill Road", "01632 960000", "01632 960001"
    )
    assert (settings.time_zone, settings.time_zone_set) == (
        ZoneInfo("Europe/London"),
        True,
    )
    assert settings.trusted_hosts == ("labs.example.org", "desk.example.org")
    assert (settings.demo, settings.busy_timeout) == (True, 9.0)


def test_an_empty_variable_is_one_that_is_not_set(load):
    assert load(PROFILE="", DEBUG="", SECRET_KEY="") == load()


def test_other_programs_variables_are_no_concern_of_ours(load):
    assert load_settings({"PATH": "/bin", **environ_of(load)}) == load()


def environ_of(load):
    return {PREFIX + "VAR": str(load().var)}


@pytest.mark.parametrize("name", ["DATABSE_URL", "secret_key", "PROFILE_FILE", ""])
def test_a_variable_that_is_not_ours_is_refused_by_name(load, name):
    with pytest.raises(SettingsError, match=f"unknown: PLAINLAB_{name}$"):
        load(**{name: "canary"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "maybe"),
        ("TIME_ZONE", "Europe/Atlantis"),
        ("TIME_ZONE", "../../etc/passwd"),
        ("SESSION_HOURS", "0"),
        ("SESSION_HOURS", "-1"),
        ("SESSION_HOURS", "1.5"),
        ("SESSION_HOURS", "\u0663"),
        ("SESSION_HOURS", "1" * 5000),
        ("BUSY_TIMEOUT_SECONDS", "10001"),
        ("SECRET_KEY", "tiny-one"),
        ("SECRET_KEY", "changeme" * 8),
        ("SECRET_KEY", "a" * 64),
        ("SECRET_KEY_FILE", "no/such/file"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_the_name_of_its_variable(
    load, name, value
):
    with pytest.raises(
        SettingsError, match=PREFIX + name.removesuffix("_FILE")
    ) as caught:
        load(**{name: value})

    assert value not in str(caught.value) or len(value) < 3


def test_a_secret_may_stand_in_a_file(load, tmp_path):
    (tmp_path / "secret").write_text(STRONG + "\n", "utf-8")

    assert load(SECRET_KEY_FILE=str(tmp_path / "secret")).secret_key == STRONG


def test_a_secret_in_two_places_is_refused(load, tmp_path):
    with pytest.raises(SettingsError, match="both PLAINLAB_SECRET_KEY"):
        load(SECRET_KEY=STRONG, SECRET_KEY_FILE=str(tmp_path / "secret"))


def test_a_file_that_is_not_text_is_refused(load, tmp_path):
    (tmp_path / "secret").write_bytes(b"\xff\xfe")

    with pytest.raises(SettingsError, match="cannot be read"):
        load(SECRET_KEY_FILE=str(tmp_path / "secret"))


def test_a_secret_is_made_once_and_readable_by_its_owner_only(load, tmp_path):
    first, second = load().secret_key, load().secret_key

    assert first == second
    assert len(first) == 64
    assert stat.S_IMODE((tmp_path / "var" / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700


def test_no_two_installations_share_a_secret(tmp_path):
    made = {
        load_settings({PREFIX + "VAR": str(tmp_path / name)}).secret_key
        for name in "abc"
    }

    assert len(made) == 3


def test_a_secret_is_not_shown_with_the_settings(load):
    settings = load(SECRET_KEY=STRONG, DATABASE_URL="postgresql://user:canary@db/x")

    assert STRONG not in repr(settings)
    assert "canary" not in repr(settings)


def test_a_cookie_is_bound_to_its_host_where_browsers_allow_it(load):
    assert load().cookie_name == "plainlab"
    assert load(BEHIND_TLS="true").cookie_name == "__Host-plainlab"


def test_production_starts_with_what_is_safe(production):
    assert production().production


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "true"),
        ("DEMO", "true"),
        ("BEHIND_TLS", "false"),
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "too short"),
        ("TRUSTED_HOSTS", "*"),
        ("TRUSTED_HOSTS", "labs.example.org, *"),
        ("TRUSTED_HOSTS", "*.example.org"),
        ("TRUSTED_HOSTS", ".example.org"),
        ("TRUSTED_HOSTS", ","),
    ],
)
def test_production_refuses_what_is_not_safe(production, name, value):
    with pytest.raises(SettingsError, match=PREFIX + name):
        production(**{name: value})


def test_the_documentation_lists_every_variable_with_its_default():
    listed = (ROOT / "docs" / "settings.md").read_text("utf-8")

    rows = re.findall(r"^\| `(PLAINLAB_\w+)` \| (.*?) \|", listed, re.MULTILINE)

    assert rows == [
        (PREFIX + row.name, f"`{row.default}`" if row.default else "not set")
        for row in VARIABLES
    ]
