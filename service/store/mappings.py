"""What the heads of a sender's files mean: confirmed once, in versions, never lost."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple

from sqlalchemy import Engine, func, insert, select

from service.access.audit import Action, Stamp, record
from service.intake.files.heads import Meaning
from service.store.engine import reading, writing
from service.store.tables import file_mapping as table


def confirmed(engine: Engine, sender: str, heads: Sequence[str]) -> dict[str, Meaning]:
    """Return what exactly these *heads*, in this order, were confirmed to mean.

    Empty where nobody has confirmed them: a head more or less is another file.
    """
    same = (table.c.sender == sender) & (table.c.heads_sha256 == _digest(heads))
    return _newest(engine, same)


def last_confirmed(engine: Engine, sender: str) -> dict[str, Meaning]:
    """Return the last meanings that were confirmed for *sender*, to suggest them."""
    return _newest(engine, table.c.sender == sender)


def confirm(
    engine: Engine, sender: str, meanings: Mapping[str, Meaning], stamp: Stamp
) -> int:
    """Keep what the heads of *sender* mean, in order; return the version.

    Raises:
        StoreUnavailable: nothing was stored.
    """
    heads = list(meanings)
    with writing(engine) as connection:
        newest = select(func.max(table.c.version)).where(table.c.sender == sender)
        version = (connection.scalar(newest) or 0) + 1
        row = {
            "sender": sender,
            "version": version,
            "heads_sha256": _digest(heads),
            "heads": json.dumps(heads, ensure_ascii=False),
            "meanings": json.dumps([astuple(one) for one in meanings.values()]),
            "at": stamp.at,
            "actor": stamp.actor,
        }
        connection.execute(insert(table).values(row))
        object_id = f"{sender or 'nobody'}-{version}"
        record(connection, stamp, Action.CONFIRM_COLUMNS, object_id)
    return version


def _newest(engine: Engine, condition: object) -> dict[str, Meaning]:
    wanted = select(table.c.heads, table.c.meanings).where(condition)  # type: ignore[arg-type]  # a condition
    with reading(engine) as connection:
        row = connection.execute(wanted.order_by(table.c.version.desc())).first()
    if row is None:
        return {}
    meanings = [Meaning(*one) for one in json.loads(row.meanings)]
    return dict(zip(json.loads(row.heads), meanings, strict=True))


def _digest(heads: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(list(heads)).encode()).hexdigest()
