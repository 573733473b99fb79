"""Keys for machines: what they open, until when, and how little a refusal says."""

import re
from datetime import timedelta

import pytest

from service.access.errors import UnknownAccount
from service.access.keys import NewKey, Scope, check, every_key, issue, revoke
from service.store import tables
from service.store.engine import reading
from tests.store.values import MINUTE, NOW, STAMP

DAY = timedelta(days=1)
NEW = NewKey("analyser 1", frozenset({Scope.WRITE, Scope.READ}), NOW + DAY)


@pytest.fixture
def plain(engine):
    """A key in plain text."""
    return issue(engine, NEW, STAMP)


def prefix(plain):
    """Its public part."""
    return plain.split("_")[1]


def test_a_key_opens_what_it_was_issued_for(engine, plain):
    key = check(engine, plain, NOW)

    assert key.scopes == {Scope.WRITE, Scope.READ}
    assert Scope.CATALOGUE not in key.scopes
    assert (key.label, key.prefix) == ("analyser 1", prefix(plain))
    assert (key.created_at, key.expires_at, key.revoked_at) == (NOW, NOW + DAY, None)


def test_a_key_has_a_public_prefix_and_a_secret_of_256_bits(plain):
    assert re.fullmatch(r"pl_[0-9a-f]{12}_[A-Za-z0-9_-]{43}", plain)


def test_only_the_hash_of_the_secret_is_kept(engine, plain):
    with reading(engine) as connection:
        kept = repr(connection.execute(tables.api_key.select()).all())

    assert prefix(plain) in kept
    assert plain.split("_", 2)[2] not in kept


def test_every_wrong_key_is_refused_alike(engine, plain):
    expired = issue(engine, NEW, STAMP)
    revoked = issue(engine, NEW, STAMP)
    revoke(engine, prefix(revoked), STAMP)
    wrong = [
        "",
        "pl_",
        "Bearer " + plain,
        plain + "\n",
        plain[:-1] + ("A" if plain[-1] != "A" else "B"),
        f"pl_{'0' * 12}_{plain.split('_', 2)[2]}",
        f"pl_{prefix(plain)}_{revoked.split('_', 2)[2]}",
        revoked,
    ]

    answers = [check(engine, each, NOW) for each in wrong]
    answers.append(check(engine, expired, NOW + DAY))

    assert answers == [None] * 9
    assert check(engine, plain, NOW) is not None


def test_a_key_works_until_the_moment_that_it_expires(engine, plain):
    assert check(engine, plain, NOW + DAY - timedelta(microseconds=1)) is not None
    assert check(engine, plain, NOW + DAY) is None


def test_last_use_is_written_down_at_most_once_a_minute(engine, plain):
    times = [NOW, NOW + MINUTE / 2, NOW + MINUTE]

    seen = []
    for time in times:
        check(engine, plain, time)
        seen.append(every_key(engine)[0].last_used_at)

    assert seen == [NOW, NOW, NOW + MINUTE]


def test_a_wrong_key_is_not_a_use(engine, plain):
    check(engine, f"pl_{prefix(plain)}_{'A' * 43}", NOW)

    assert every_key(engine)[0].last_used_at is None


def test_a_key_is_revoked_once_and_for_good(engine, plain):
    revoke(engine, prefix(plain), STAMP)
    revoke(engine, prefix(plain), STAMP)

    (key,) = every_key(engine)
    assert key.revoked_at == NOW
    with reading(engine) as connection:
        deeds = connection.execute(tables.audit.select()).mappings().all()
    assert [deed["action"] for deed in deeds] == ["issue_key", "revoke_key"]


def test_a_key_that_does_not_exist_cannot_be_revoked(engine):
    with pytest.raises(UnknownAccount):
        revoke(engine, "0" * 12, STAMP)


@pytest.mark.parametrize(
    "new",
    [NewKey("opens nothing", frozenset(), NOW + DAY), NewKey("old", NEW.scopes, NOW)],
)
def test_a_key_that_could_open_nothing_is_not_issued(engine, new):
    with pytest.raises(ValueError, match="a key needs"):
        issue(engine, new, STAMP)

    assert every_key(engine) == ()
