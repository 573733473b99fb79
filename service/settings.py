"""What the environment may set, each with one meaning; everything else is refused.

Every setting is ``PLAINLAB_`` and its name in capitals.  A secret may also stand in
a file, named by the same variable with ``_FILE`` at its end.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, timedelta, tzinfo
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from reports.identity import Letterhead

Network = IPv4Network | IPv6Network
PREFIX = "PLAINLAB_"
_SHORTEST_SECRET = 32
_KNOWN_SECRETS = (
    "changeme",
    "secret",
    "development",
    "plainlab",
    "password",
    "example",
)
_NOT_OURS = frozenset(
    {"PLAINLAB_LONG", "PLAINLAB_MLLP_KEY"}
)  # tests and mllp read them


class SettingsError(Exception):
    """The environment asks for something unknown, unreadable or unsafe.

    The message names the variable and never holds its value.
    """


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs from one installation to another.

    ``var`` is the folder of the embedded database and the secret made at first start.
    ``ranges`` is the folder of the site's own limits, if there is one.  ``locales`` are
    the languages that are offered, empty for all that there are.  ``production``
    refuses what is fit for a desk only.  ``behind_tls`` says that browsers reach us by
    https: cookies are then Secure and bound to the host.
    """

    var: Path
    ranges: Path | None
    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    production: bool
    debug: bool
    demo: bool
    behind_tls: bool
    trusted_hosts: tuple[str, ...]
    letterhead: Letterhead
    time_zone: tzinfo
    time_zone_set: bool
    profile: str
    locale: str
    locales: tuple[str, ...]
    session_idle: timedelta
    session_absolute: timedelta
    busy_timeout: float
    escalate_after: timedelta
    webhook_networks: tuple[Network, ...]

    @property
    def cookie_name(self) -> str:
        """The session cookie's name: ``__Host-`` binds it to one host, under TLS.

        Browsers take neither that prefix nor Secure over plain http, not even all of
        them on loopback, so a demo without TLS goes without both.
        """
        return "__Host-plainlab" if self.behind_tls else "plainlab"


@dataclass(frozen=True, slots=True)
class Variable:
    """One setting as the documentation lists it; ``secret`` allows ``_FILE``."""

    name: str
    default: str
    meaning: str
    secret: bool = False


VARIABLES = (
    Variable("VAR", "var", "folder of the embedded database and of the made secret"),
    Variable(
        "RANGES", "", "folder of the site's own limits, laid over the shipped ones"
    ),
    Variable(
        "DATABASE_URL",
        "sqlite:///<VAR>/plainlab.db",
        "where everything is kept, as a SQLAlchemy URL",
        secret=True,
    ),
    Variable(
        "SECRET_KEY",
        "made at first start, in <VAR>/secret_key",
        "signs forms; at least 32 characters, needed in production",
        secret=True,
    ),
    Variable("PRODUCTION", "false", "refuse to start with anything unsafe"),
    Variable("DEBUG", "false", "show errors in the browser; never in production"),
    Variable("DEMO", "false", "invented patients and a watermark on every page"),
    Variable(
        "BEHIND_TLS",
        "false",
        "browsers come by https: Secure cookies, HSTS; needed in production",
    ),
    Variable(
        "TRUSTED_HOSTS",
        "127.0.0.1, localhost, [::1]",
        "host names that requests may be for, by commas; no wildcard in production",
    ),
    Variable("CLINIC_NAME", "", "letterhead: name"),
    Variable("CLINIC_ADDRESS", "", "letterhead: address, on one line"),
    Variable("CLINIC_PHONE", "", "letterhead: telephone"),
    Variable(
        "CLINIC_URGENT_PHONE",
        "",
        "letterhead: the number to call today; where none is set, pages name the"
        " telephone",
    ),
    Variable(
        "EMERGENCY_NUMBER",
        "",
        "the emergency number of the place, confirmed by the clinic; until then a page "
        "says: your local emergency number",
    ),
    Variable(
        "URGENT_LINE", "", "the public line for urgent advice, confirmed by the clinic"
    ),
    Variable(
        "TIME_ZONE",
        "UTC",
        "IANA name of the clinic's zone, for ages and printed times",
    ),
    Variable("PROFILE", "uk", "limits that apply where the sender names no profile"),
    Variable("LOCALE", "en-GB", "language of reports where the sender names none"),
    Variable(
        "LOCALES",
        "all that are shipped",
        "languages of reports that are offered, by commas; others are refused by name",
    ),
    Variable("SESSION_IDLE_MINUTES", "30", "an unused session ends after this"),
    Variable("SESSION_HOURS", "12", "any session ends after this"),
    Variable(
        "BUSY_TIMEOUT_SECONDS", "5", "how long SQLite waits for its turn to write"
    ),
    Variable(
        "ESCALATE_MINUTES",
        "60",
        "a critical result that nobody reviewed for so long is escalated",
    ),
    Variable(
        "WEBHOOK_NETWORKS",
        "",
        "private networks that webhooks may lead to, by commas, such as 10.1.0.0/16",
    ),
)


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings that *environ* asks for, everything unset at its default.

    Where no secret is set, one is made once and kept in the ``var`` folder, readable
    by its owner only.

    Raises:
        SettingsError: a variable is unknown, cannot be read, or is not safe.
    """
    read = _Reader(environ)
    var = Path(read.text("VAR"))
    production = read.flag("PRODUCTION")
    settings = Settings(
        var=var,
        ranges=read.folder("RANGES"),
        database_url=read.secret("DATABASE_URL") or f"sqlite:///{var}/plainlab.db",
        secret_key=read.secret("SECRET_KEY") or _made_secret(var, needed=production),
        production=production,
        debug=read.flag("DEBUG"),
        demo=read.flag("DEMO"),
        behind_tls=read.flag("BEHIND_TLS"),
        trusted_hosts=read.listed("TRUSTED_HOSTS"),
        letterhead=_letterhead(read),
        time_zone=read.zone("TIME_ZONE"),
        time_zone_set=bool(environ.get(f"{PREFIX}TIME_ZONE")),
        profile=read.text("PROFILE"),
        locale=read.text("LOCALE"),
        locales=read.listed("LOCALES") if read.is_set("LOCALES") else (),
        session_idle=timedelta(minutes=read.number("SESSION_IDLE_MINUTES")),
        session_absolute=timedelta(hours=read.number("SESSION_HOURS")),
        busy_timeout=float(read.number("BUSY_TIMEOUT_SECONDS")),
        escalate_after=timedelta(minutes=read.number("ESCALATE_MINUTES")),
        webhook_networks=read.networks("WEBHOOK_NETWORKS"),
    )
    _refuse_weak_secret(settings.secret_key)
    if production:
        _refuse_unsafe(settings)
    return settings


def site_ranges(environ: Mapping[str, str]) -> Path | None:
    """Return the folder of the site's own limits; nothing else is asked for or made.

    Raises:
        SettingsError: a variable is unknown.
    """
    return _Reader(environ).folder("RANGES")


class _Reader:
    """Reads one variable at a time, by its kind."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Refuse unknown names before anything is read."""
        self._environ = environ
        self._variables = {variable.name: variable for variable in VARIABLES}
        known = {PREFIX + name for name in self._variables} | _NOT_OURS
        known |= {f"{PREFIX}{row.name}_FILE" for row in VARIABLES if row.secret}
        ours = {name for name in environ if name.startswith(PREFIX)}
        if unknown := sorted(ours - known):
            raise SettingsError(f"unknown: {', '.join(unknown)}")

    def text(self, name: str) -> str:
        """Return the text that is set, or the default."""
        return self._environ.get(PREFIX + name) or self._variables[name].default

    def is_set(self, name: str) -> bool:
        """Say whether there is more than the default."""
        return bool(self._environ.get(PREFIX + name))

    def folder(self, name: str) -> Path | None:
        """Return the folder that is set, or None."""
        text = self.text(name)
        return Path(text) if text else None

    def secret(self, name: str) -> str:
        """Return what is set, here or in a file; empty where neither is."""
        direct = self._environ.get(PREFIX + name, "")
        file = self._environ.get(f"{PREFIX}{name}_FILE", "")
        if direct and file:
            raise SettingsError(f"both {PREFIX}{name} and {PREFIX}{name}_FILE are set")
        if not file:
            return direct
        try:
            return Path(file).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise SettingsError(f"{PREFIX}{name}_FILE cannot be read") from None

    def flag(self, name: str) -> bool:
        """Return true or false; other words are refused."""
        text = self.text(name).casefold()
        if text not in ("true", "false", "1", "0"):
            raise SettingsError(f"{PREFIX}{name} is true or false")
        return text in ("true", "1")

    def number(self, name: str) -> int:
        """Return a whole number above 0, of at most five digits."""
        text = self.text(name)
        if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) <= _MOST):
            raise SettingsError(f"{PREFIX}{name} is a whole number from 1 to {_MOST}")
        return int(text)

    def listed(self, name: str) -> tuple[str, ...]:
        """Return the parts between commas, at least one."""
        parts = [part.strip() for part in self.text(name).split(",")]
        if not any(parts):
            raise SettingsError(f"{PREFIX}{name} is empty")
        return tuple(part for part in parts if part)

    def networks(self, name: str) -> tuple[Network, ...]:
        """Return the networks between commas; none where nothing is set."""
        parts = [part.strip() for part in self.text(name).split(",")]
        try:
            return tuple(ip_network(part) for part in parts if part)
        except ValueError:
            raise SettingsError(f"{PREFIX}{name} is a list of networks") from None

    def zone(self, name: str) -> tzinfo:
        """Return a time zone by its IANA name."""
        text = self.text(name)
        if text == "UTC":
            return UTC  # needs no zone files, which a small machine may lack
        if text not in available_timezones():
            raise SettingsError(f"{PREFIX}{name} is not an IANA time zone")
        return ZoneInfo(text)


_MOST = 10_000


def _letterhead(read: _Reader) -> Letterhead:
    return Letterhead(
        clinic=read.text("CLINIC_NAME"),
        address=read.text("CLINIC_ADDRESS"),
        phone=read.text("CLINIC_PHONE"),
        urgent_phone=read.text("CLINIC_URGENT_PHONE"),
        emergency=read.text("EMERGENCY_NUMBER"),
        urgent_line=read.text("URGENT_LINE"),
    )


def _made_secret(var: Path, *, needed: bool) -> str:
    if needed:
        raise SettingsError(f"{PREFIX}SECRET_KEY is needed in production")
    file = var / "secret_key"
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text("ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as made:
        made.write(secrets.token_urlsafe(48))
    return file.read_text("ascii")


def _refuse_weak_secret(secret: str) -> None:
    known = any(word in secret.casefold() for word in _KNOWN_SECRETS)
    if (
        len(secret) < _SHORTEST_SECRET
        or known
        or len(set(secret)) < _SHORTEST_SECRET // 4
    ):
        raise SettingsError(f"{PREFIX}SECRET_KEY is too short or too easily guessed")


def _refuse_unsafe(settings: Settings) -> None:
    refusals = {
        "DEBUG is for a desk, not for production": settings.debug,
        "DEMO is for a desk, not for production": settings.demo,
        "BEHIND_TLS is needed in production": not settings.behind_tls,
        "TRUSTED_HOSTS has a wildcard": any(
            host.startswith((".", "*")) for host in settings.trusted_hosts
        ),
    }
    for reason, broken in refusals.items():
        if broken:
            raise SettingsError(PREFIX + reason)
