"""Accounts, passwords, sessions, limits and links: who gets in, and for how long."""

import runpy
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import Type

from service.access import audit, passwords, sessions, users
from service.access.errors import (
    PasswordRefused,
    SignInRefused,
    TooManyAttempts,
    UnknownAccount,
    UsernameTaken,
)
from service.access.ids import sha256
from service.access.sessions import Lifetimes, end, find
from service.access.signin import (
    PER_ACCOUNT,
    PER_SOURCE,
    WINDOW,
    Credentials,
    issue_link,
    redeem_link,
    sign_in,
)
from service.access.users import Role, User
from service.store import tables
from service.store.engine import reading
from tests.store.people import account
from tests.store.values import MINUTE, NOW, STAMP

GOOD = "long enough for anyone"
LIFETIMES = Lifetimes(idle=timedelta(minutes=30), absolute=timedelta(hours=8))
SAM = Credentials("sam", GOOD, "192.0.2.1")
SECOND = timedelta(seconds=1)


@pytest.fixture
def sam(engine):
    """An account with a password."""
    return account(engine, password=GOOD)


@pytest.fixture
def token(engine):
    """A session of an account that signs in by link."""
    user = account(engine)
    return redeem_link(engine, issue_link(engine, user.id, MINUTE, STAMP), NOW)


def rows(engine, table):
    """All rows of a table."""
    with reading(engine) as connection:
        return connection.execute(table.select()).mappings().all()


# --- accounts and passwords ---------------------------------------------------------


def test_an_account_is_found_by_name_and_by_id(engine):
    sam = account(engine)

    assert sam == User(sam.id, "sam", "Sam Staff", Role.STAFF, disabled=False)
    assert users.by_id(engine, sam.id) == users.by_username(engine, " SAM ") == sam
    assert users.by_id(engine, "nobody") is None
    assert users.by_username(engine, "nobody") is None


def test_accounts_are_listed_by_name(engine):
    account(engine, username="zed")
    account(engine, username="amy")

    assert [user.username for user in users.everyone(engine)] == ["amy", "zed"]


@pytest.mark.parametrize("username", ["sam", "SAM", " sam ", "\uff53am"])
def test_names_that_look_alike_are_one_account(engine, username):
    account(engine)

    with pytest.raises(UsernameTaken):
        account(engine, username=username)

    assert len(users.everyone(engine)) == 1


def test_a_password_is_kept_as_an_argon2id_hash_only(engine, sam):
    (row,) = rows(engine, tables.user)

    assert row["id"] == sam.id
    assert row["password_hash"].startswith("$argon2id$")
    assert GOOD not in repr(row)


def test_a_hash_costs_what_rfc_9106_asks_where_memory_is_dear():
    shipped = runpy.run_path(passwords.__file__)["HASHER"]

    assert shipped.type is Type.ID
    assert (shipped.time_cost, shipped.memory_cost, shipped.parallelism) == (
        3,
        64 * 1024,
        4,
    )


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "too_short"),
        ("elevenchars", "too_short"),
        ("x" * 201, "too_long"),
        ("Password1234", "too_common"),
        ("\uff30assword1234", "too_common"),
        ("qwertyuiop123", "too_common"),
        ("123456789012", "too_common"),
        ("098765432109", "too_common"),
        ("aaaaaaaaaaaaaaa", "too_common"),
        ("abababababab", "too_common"),
        ("correcthorsebatterystaple", "too_common"),
        ("samantha-2026!", "too_common"),
    ],
)
def test_a_password_among_the_first_guesses_is_refused_by_name(password, code):
    with pytest.raises(PasswordRefused) as caught:
        passwords.check_rules(password, "samantha")

    assert caught.value.code == code
    assert not password or password not in str(caught.value)


@pytest.mark.parametrize(
    "password", [GOOD, "twelve chars", "ünïcödé härmöný", "x7" + "y z" * 66]
)
def test_a_long_password_is_taken_whatever_it_is_made_of(password):
    passwords.check_rules(password, "sam")


def test_an_account_with_a_bad_password_is_not_made(engine):
    with pytest.raises(PasswordRefused):
        account(engine, password="short")  # noqa: S106 - what is refused

    assert users.everyone(engine) == ()


# --- signing in ---------------------------------------------------------------------


def test_name_and_password_open_a_session(engine, sam):
    token = sign_in(engine, SAM, NOW)

    assert find(engine, token, LIFETIMES, NOW) == sam
    assert len(token) == 43


def test_each_sign_in_opens_another_session(engine, sam):
    first, second = sign_in(engine, SAM, NOW), sign_in(engine, SAM, NOW)

    assert first != second
    assert (
        find(engine, first, LIFETIMES, NOW)
        == find(engine, second, LIFETIMES, NOW)
        == sam
    )


def test_only_the_hash_of_a_token_is_kept(engine, token):
    assert token not in repr(rows(engine, tables.session))


def test_every_refusal_looks_the_same(engine, sam):
    closed = account(engine, username="closed", password=GOOD)
    users.disable(engine, closed.id, STAMP)
    linked = account(engine, username="linked")
    tries = [
        replace(SAM, password="wrong wrong wrong"),  # noqa: S106 - made up
        replace(SAM, username="nobody"),
        replace(SAM, username=closed.username),
        replace(SAM, username=linked.username, password=""),
    ]

    shapes = {refusal(engine, attempt) for attempt in tries}

    assert len(shapes) == 1
    assert sam.username not in str(shapes)


def refusal(engine, credentials):
    with pytest.raises(SignInRefused) as caught:
        sign_in(engine, credentials, NOW)
    return repr(caught.value)


def test_a_refusal_is_recorded_without_the_name_that_was_tried(engine):
    refusal(engine, replace(SAM, username="canary"))

    (row,) = rows(engine, tables.audit)

    assert (row["action"], row["outcome"], row["object"]) == ("sign_in", "refused", "")


@pytest.mark.parametrize("username", ["sam", "nobody"])
def test_an_account_is_paused_after_five_attempts_whether_or_not_it_exists(
    engine, sam, username
):
    tried = [
        replace(SAM, username=username, password=f"wrong {n}")
        for n in range(PER_ACCOUNT)
    ]
    [refusal(engine, attempt) for attempt in tried]

    with pytest.raises(TooManyAttempts) as caught:
        sign_in(engine, replace(SAM, username=username), NOW + MINUTE)

    assert caught.value.wait == WINDOW - MINUTE
    assert users.by_id(engine, sam.id) == sam


def test_the_pause_ends_when_the_window_has_passed(engine, sam):
    [refusal(engine, replace(SAM, password=f"wrong {n}")) for n in range(PER_ACCOUNT)]

    assert (
        find(engine, sign_in(engine, SAM, NOW + WINDOW), LIFETIMES, NOW + WINDOW) == sam
    )


def test_a_success_clears_the_count(engine, sam):
    [
        refusal(engine, replace(SAM, password=f"wrong {n}"))
        for n in range(PER_ACCOUNT - 1)
    ]
    sign_in(engine, SAM, NOW)

    refusal(engine, replace(SAM, password="wrong again"))  # noqa: S106 - what is refused

    assert find(engine, sign_in(engine, SAM, NOW), LIFETIMES, NOW) == sam


def test_attempts_side_by_side_cannot_outrun_the_limit(engine, sam):
    tries = [replace(SAM, password=f"wrong {n}") for n in range(12)]

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda attempt: shape(engine, attempt), tries))

    assert answers.count(SignInRefused) == PER_ACCOUNT
    assert users.by_id(engine, sam.id) == sam


def shape(engine, credentials):
    try:
        sign_in(engine, credentials, NOW)
    except (SignInRefused, TooManyAttempts) as error:
        return type(error)


def test_a_source_is_paused_after_thirty_attempts_on_any_accounts(engine):
    subject = "source:192.0.2.1"
    with engine.begin() as connection:
        connection.execute(
            tables.sign_in_attempt.insert(),
            [{"subject": sha256(subject), "at": NOW}] * PER_SOURCE,
        )

    with pytest.raises(TooManyAttempts):
        sign_in(engine, replace(SAM, username="another"), NOW + SECOND)
    with pytest.raises(SignInRefused):
        sign_in(engine, replace(SAM, source="192.0.2.2"), NOW + SECOND)


# --- sessions -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("later", "alive"),
    [
        (timedelta(0), True),
        (LIFETIMES.idle - SECOND, True),
        (LIFETIMES.idle, False),
        (timedelta(days=1), False),
    ],
)
def test_an_unused_session_ends(engine, token, later, alive):
    assert (find(engine, token, LIFETIMES, NOW + later) is not None) is alive


def test_use_keeps_a_session_alive_until_its_absolute_end(engine, token):
    steps = [NOW + n * timedelta(minutes=20) for n in range(1, 25)]

    alive = [find(engine, token, LIFETIMES, step) is not None for step in steps]

    assert alive == [True] * 23 + [False]


def test_use_is_written_down_at_most_once_a_minute(engine, token):
    find(engine, token, LIFETIMES, NOW + MINUTE - SECOND)
    (row,) = rows(engine, tables.session)
    assert row["seen_at"] == NOW

    find(engine, token, LIFETIMES, NOW + MINUTE)
    (row,) = rows(engine, tables.session)
    assert row["seen_at"] == NOW + MINUTE


def test_a_session_that_was_ended_opens_nothing(engine, token):
    end(engine, token, NOW)
    end(engine, token, NOW)

    assert find(engine, token, LIFETIMES, NOW) is None
    assert [row["action"] for row in rows(engine, tables.audit)].count("sign_out") == 1


@pytest.mark.parametrize("wrong", ["", "x", "\ud800"])
def test_a_token_that_is_none_opens_nothing(engine, token, wrong):
    assert find(engine, wrong, LIFETIMES, NOW) is None
    assert find(engine, token + "x", LIFETIMES, NOW) is None


def test_closing_an_account_ends_its_sessions_and_links_at_once(engine, token):
    user = find(engine, token, LIFETIMES, NOW)
    link = issue_link(engine, user.id, MINUTE, STAMP)

    users.disable(engine, user.id, STAMP)

    assert find(engine, token, LIFETIMES, NOW) is None
    assert rows(engine, tables.session) == []
    with pytest.raises(SignInRefused):
        redeem_link(engine, link, NOW)
    assert users.by_id(engine, user.id).disabled


def test_a_new_password_ends_all_sessions_and_is_the_only_one(engine, sam):
    token = sign_in(engine, SAM, NOW)

    users.set_password(engine, sam.id, "another long password", STAMP)

    assert find(engine, token, LIFETIMES, NOW) is None
    refusal(engine, SAM)
    changed = replace(SAM, password="another long password")  # noqa: S106 - made up
    assert find(engine, sign_in(engine, changed, NOW), LIFETIMES, NOW) == sam


def test_all_sessions_of_one_user_end_and_no_others(engine, token):
    other = account(engine, username="other")
    kept = redeem_link(engine, issue_link(engine, other.id, MINUTE, STAMP), NOW)

    users.disable(engine, find(engine, token, LIFETIMES, NOW).id, STAMP)

    assert find(engine, token, LIFETIMES, NOW) is None
    assert find(engine, kept, LIFETIMES, NOW) == other


@pytest.mark.parametrize(
    "change",
    [
        lambda engine: users.disable(engine, "nobody", STAMP),
        lambda engine: users.set_password(engine, "nobody", GOOD, STAMP),
        lambda engine: issue_link(engine, "nobody", MINUTE, STAMP),
    ],
    ids=["disable", "set_password", "issue_link"],
)
def test_an_account_that_does_not_exist_cannot_be_changed(engine, change):
    with pytest.raises(UnknownAccount):
        change(engine)

    assert rows(engine, tables.audit) == []


# --- links --------------------------------------------------------------------------


def test_a_link_works_once(engine):
    user = account(engine)
    link = issue_link(engine, user.id, MINUTE, STAMP)

    token = redeem_link(engine, link, NOW)

    assert find(engine, token, LIFETIMES, NOW) == user
    with pytest.raises(SignInRefused):
        redeem_link(engine, link, NOW)


def test_a_link_works_once_even_when_opened_many_times_at_once(engine):
    link = issue_link(engine, account(engine).id, MINUTE, STAMP)

    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: opens(engine, link), range(8)))

    assert opened.count(True) == 1


def opens(engine, link):
    try:
        return bool(redeem_link(engine, link, NOW))
    except SignInRefused:
        return False


def test_a_link_expires(engine):
    link = issue_link(engine, account(engine).id, MINUTE, STAMP)

    with pytest.raises(SignInRefused):
        redeem_link(engine, link, NOW + MINUTE)


def test_a_closed_account_gets_no_link(engine):
    user = account(engine)
    users.disable(engine, user.id, STAMP)

    with pytest.raises(UnknownAccount):
        issue_link(engine, user.id, MINUTE, STAMP)


def test_only_the_hash_of_a_link_is_kept(engine):
    link = issue_link(engine, account(engine).id, MINUTE, STAMP)

    assert link not in repr(rows(engine, tables.sign_in_link))


def test_ways_in_and_out_are_recorded(engine, token):
    end(engine, token, NOW)

    assert [row["action"] for row in rows(engine, tables.audit)] == [
        "add_user",
        "issue_link",
        "sign_in",
        "sign_out",
    ]
    assert audit.verify(engine) is None
    assert sessions.find(engine, token, LIFETIMES, NOW) is None
