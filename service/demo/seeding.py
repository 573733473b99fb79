"""Fill a new demo database, and let one person and one machine in."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from reference_ranges.catalogue import Catalogue
from reference_ranges.interpretation import interpret
from reference_ranges.loading import load_catalogue
from service.access import keys, signin, users
from service.access.audit import Stamp
from service.access.keys import NewKey, Scope
from service.access.users import NewUser, Role
from service.commands.surroundings import stamp
from service.intake.door import Door
from service.intake.reading import read_submission
from service.settings import Settings
from service.store.idempotency import IdempotencyKey
from service.store.instance import mark_demo
from service.store.interpretations import Entry, save
from service.store.migrate import upgrade

_PANELS = Path(__file__).parent / "panels.json"
_USERNAME = "demo"
_LINK_LASTS = timedelta(hours=1)
_KEY_LASTS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Prepared:
    """The token of a sign-in link that works once, and a key in plain text."""

    link: str
    key: str


def prepare(engine: Engine, settings: Settings) -> Prepared:
    """Make the demo ready, at its first start and at each later one.

    Raises:
        DemoRefused: the database holds real data.
    """
    now = stamp()
    upgrade(engine)
    mark_demo(engine, now)
    known = users.by_username(engine, _USERNAME)
    if known is None:
        _seed(engine, settings, now)
        known = users.add(
            engine, NewUser(_USERNAME, "Dr Demo (invented)", Role.CLINICIAN), now
        )
    link = signin.issue_link(engine, known.id, _LINK_LASTS, now)
    key = keys.issue(engine, NewKey("demo", frozenset(Scope), now.at + _KEY_LASTS), now)
    return Prepared(link, key)


def _seed(engine: Engine, settings: Settings, now: Stamp) -> None:
    catalogue = load_catalogue(site=settings.ranges)
    door = _door(catalogue, settings, now.at)
    for document in json.loads(_PANELS.read_text("utf-8")):
        raw = json.dumps(document).encode()
        submission, _ = read_submission(document, raw, "json", door)
        made = interpret(submission.panel, catalogue)
        # A start that was cut off is taken up again, without a patient twice.
        once = IdempotencyKey(
            "demo", document["patient"]["id"], hashlib.sha256(raw).hexdigest()
        )
        save(engine, Entry(submission, made, demo=True), now, once)


def _door(catalogue: Catalogue, settings: Settings, now: datetime) -> Door:
    return Door(
        catalogue=catalogue,
        locales=(settings.locale,),
        zone=settings.time_zone,
        now=now,
    )
