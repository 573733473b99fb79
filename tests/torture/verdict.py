"""The judgement: what was promised, held against what is there."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import ClassVar

from sqlalchemy import func, select

from service.access.audit import Action, verify
from service.store import tables
from service.store.engine import reading
from service.store.interpretations import get
from tests.torture.feed import CANARY
from tests.torture.ledger import sha256

RESULTS_PER_PANEL = 3
READ_BACK = 50


@dataclass
class Verdict:
    """What was tried and what went wrong; nothing did where every list is empty.

    ``lost`` and ``twice`` break the promise itself (I1), ``half`` is not whole (I2),
    ``unsent`` and ``changed`` were shown or stored and never sent (I3), ``unaudited``
    breaks the record (I4), ``wrong`` are answers that must not be given (I5), and
    ``leaked`` counts names in the log (I6).
    """

    fault: str
    seed: int
    door: str = "json"
    trials: int = 0
    acknowledged: int = 0
    refused: int = 0
    unanswered: int = 0
    seconds: float = 0.0
    lost: list = field(default_factory=list)
    twice: list = field(default_factory=list)
    half: list = field(default_factory=list)
    unsent: list = field(default_factory=list)
    changed: list = field(default_factory=list)
    unaudited: list = field(default_factory=list)
    wrong: list = field(default_factory=list)
    leaked: int = 0

    FAULTY: ClassVar = (
        "lost",
        "twice",
        "half",
        "unsent",
        "changed",
        "unaudited",
        "wrong",
    )

    @property
    def kept(self):
        """Whether every promise was kept."""
        return not self.leaked and not any(getattr(self, one) for one in self.FAULTY)

    def faults(self):
        """The first few of each kind of fault, in words."""
        for kind in self.FAULTY:
            yield from (f"{kind}: {one}" for one in getattr(self, kind)[:5])

    def _what(self):
        return self.fault if self.door == "json" else f"{self.fault} by {self.door}"

    def __str__(self):
        counted = [f"{len(getattr(self, one))} {one}" for one in self.FAULTY]
        return (
            f"{self._what()}: {'kept' if self.kept else 'BROKEN'}; seed {self.seed}, "
            f"{self.trials} trials in {self.seconds:.0f} s; "
            f"{self.acknowledged} acknowledged, {self.refused} refused with 503, "
            f"{self.unanswered} unanswered and sent again; "
            f"{', '.join(counted)}, {self.leaked} leaked"
        )


def examine(verdict, server, feed):
    """Compare the ledger with the database and with the audit."""
    promises = feed.ledger.promises()  # first, for more may be stored meanwhile
    stored, keys, audited, bodies = _everything(server.engine)
    verdict.lost += [one for one in promises if keys.get(one.key) != one.id]
    verdict.lost += [one for one in promises if bodies.get(one.id) != one.body_sha256]
    verdict.twice += [
        each for each, times in Counter(keys.values()).items() if times > 1
    ]
    verdict.half += [one for one, count in stored.items() if count != RESULTS_PER_PANEL]
    verdict.half += sorted(stored.keys() ^ set(keys.values()))
    verdict.unsent += sorted(keys.keys() - feed.sent)
    everyone = stored.keys() | audited
    verdict.unaudited += [one for one in everyone if audited[one] != (one in stored)]
    damaged = verify(server.engine)
    if damaged is not None:
        verdict.unaudited.append(f"chain:{damaged}")


def conclude(verdict, server, feed):
    """Read acknowledged panels back, over the wire and whole; look through the log."""
    examine(verdict, server, feed)
    promises = feed.ledger.promises()
    random = Random(verdict.seed)  # noqa: S311 - repeatable, no secret
    for one in random.sample(promises, min(READ_BACK, len(promises))):
        text = feed.read_back(one)
        if text is None or sha256(text) != one.answer_sha256:
            verdict.changed.append(one)
        get(server.engine, one.id)  # raises where it is not as it was written
    verdict.leaked += Path(server.log).read_text("utf-8", "replace").count(CANARY)
    verdict.wrong += feed.wrong
    verdict.acknowledged += len(promises)
    verdict.refused += feed.refused
    verdict.unanswered += feed.unanswered


def _everything(engine):
    """Results per interpretation, keys, audited ids, and the bodies that came."""
    made, rows, sent = tables.interpretation.c, tables.result.c, tables.submission.c
    with reading(engine) as connection:
        stored = select(made.id, func.count(rows.position)).join_from(
            tables.interpretation,
            tables.result,
            rows.interpretation == made.id,
            isouter=True,
        )
        keys = select(tables.idempotency.c.key, tables.idempotency.c.interpretation)
        audit = tables.audit.c
        audited = select(audit.object).where(audit.action == Action.STORE.value)
        bodies = select(made.id, sent.raw_sha256).join_from(
            tables.interpretation, tables.submission, sent.id == made.submission
        )
        return (
            _pairs(connection, stored.group_by(made.id)),
            _pairs(connection, keys),
            Counter(connection.scalars(audited)),
            _pairs(connection, bodies),
        )


def _pairs(connection, query):
    return dict(map(tuple, connection.execute(query)))
