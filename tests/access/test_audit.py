"""The audit chain: an edit, a removal, a swap or a cut names the first bad entry."""

import hashlib
import json
from datetime import datetime

import pytest

from service.access.audit import Action, AuditOutcome, Stamp, note, record, verify
from service.store.engine import reading, writing
from service.store.tables import audit
from tests.store.values import MINUTE, NOW, STAMP


@pytest.fixture
def chain(engine):
    """Five entries."""
    for number in range(1, 6):
        note(
            engine, Stamp("user:abc", NOW + number * MINUTE), Action.READ, f"r{number}"
        )
    return engine


def test_a_chain_that_nobody_touched_is_whole(chain):
    assert verify(chain) is None


def test_an_empty_chain_is_whole(engine):
    assert verify(engine) is None


@pytest.mark.parametrize(
    ("statements", "first_bad"),
    [
        (["UPDATE audit SET actor = 'user:other' WHERE sequence = 3"], 3),
        (["UPDATE audit SET object = 'r9' WHERE sequence = 1"], 1),
        (["UPDATE audit SET at = 'never' WHERE sequence = 5"], 5),
        (["UPDATE audit SET outcome = 'refused' WHERE sequence = 2"], 2),
        (["UPDATE audit SET hash = 'x' WHERE sequence = 4"], 4),
        (["DELETE FROM audit WHERE sequence = 1"], 1),
        (["DELETE FROM audit WHERE sequence = 3"], 3),
        (["DELETE FROM audit WHERE sequence = 5"], 5),
        (["DELETE FROM audit WHERE sequence > 2"], 3),
        (["DELETE FROM audit"], 1),
        (
            [
                "UPDATE audit SET sequence = 9 WHERE sequence = 2",
                "UPDATE audit SET sequence = 2 WHERE sequence = 4",
                "UPDATE audit SET sequence = 4 WHERE sequence = 9",
            ],
            2,
        ),
        (
            [
                """
                INSERT INTO audit SELECT 6, at, actor, action, object, outcome, hash
                FROM audit WHERE sequence = 5
                """,
            ],
            6,
        ),
        (["UPDATE instance SET audit_hash = 'x'"], 6),
    ],
)
def test_tampering_names_the_first_bad_entry(chain, rough, statements, first_bad):
    rough(*statements)

    assert verify(chain) == first_bad


def test_an_edit_with_a_hash_of_its_own_breaks_the_next_entry(chain, rough):
    with reading(chain) as connection:
        first, second = connection.execute(audit.select().limit(2)).all()
    at = second.at.isoformat(timespec="microseconds")
    forged = [first.hash, 2, at, "user:forged", *second[3:6]]
    digest = hashlib.sha256(json.dumps(forged).encode()).hexdigest()

    rough(
        f"UPDATE audit SET actor = 'user:forged', hash = '{digest}' WHERE sequence = 2"  # noqa: S608 - the forger is us
    )

    assert verify(chain) == 3


def test_what_is_taken_back_is_not_recorded(engine):
    with pytest.raises(ValueError, match="object"), writing(engine) as connection:
        [record(connection, STAMP, Action.STORE, each) for each in ("x", "not an id")]

    with reading(engine) as connection:
        assert connection.execute(audit.select()).all() == []
    assert verify(engine) is None


def test_an_entry_says_who_did_what_to_which_when_and_whether_it_was_done(engine):
    with writing(engine) as connection:
        record(connection, STAMP, Action.REVIEW, "x1", AuditOutcome.REFUSED)

    with reading(engine) as connection:
        (row,) = connection.execute(audit.select()).all()
    assert row[:-1] == (1, NOW, "system:tests", "review", "x1", "refused")


@pytest.mark.parametrize(
    "actor", ["", "Alex Example", "user:Alex Example", "user:", "alex"]
)
def test_an_actor_that_could_be_a_name_is_refused(actor):
    with pytest.raises(ValueError, match="actor"):
        Stamp(actor, NOW)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        Stamp("user:abc", datetime(2026, 1, 1))  # noqa: DTZ001 - what is refused


@pytest.mark.parametrize("what", ["Alex Example", "6.80 mmol/L", "a" * 65])
def test_an_object_that_could_be_a_name_or_a_value_is_refused(engine, what):
    with pytest.raises(ValueError, match="object"):
        note(engine, STAMP, Action.READ, what)
