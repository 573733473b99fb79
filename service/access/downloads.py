"""Who downloaded a report that was replaced since: the list for a recall."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from service.access import users
from service.access.audit import Action, deeds
from service.store.errors import UnknownInterpretation
from service.store.feeds import sender_names
from service.store.interpretations import versions


@dataclass(frozen=True, slots=True)
class Download:
    """One download of one version: ``who`` is ``user:<id>`` or ``key:<prefix>``."""

    at: datetime
    who: str
    version: int
    id: str


def of_replaced(engine: Engine, interpretation_id: str) -> tuple[Download, ...]:
    """Return each download of a version that the newest one replaced, in order.

    Any version may be named.

    Raises:
        UnknownInterpretation: there is none with this id.
        StoreUnavailable: it could not be read.
    """
    known = versions(engine, interpretation_id)
    if not known:
        raise UnknownInterpretation("there is no interpretation with this id")
    number = {one: place for place, one in enumerate(known[:-1], start=1)}
    return tuple(
        Download(deed.at, deed.actor, number[deed.object], deed.object)
        for deed in deeds(engine, Action.DOWNLOAD, tuple(number))
    )


def names_of_actors(engine: Engine) -> dict[str, str]:
    """Return what staff call each other, and the labels of the keys."""
    people = {f"user:{one.id}": one.name for one in users.everyone(engine)}
    return people | sender_names(engine)
