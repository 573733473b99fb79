"""Passwords: which are taken, how they are kept (argon2id), how they are checked."""

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from service.access.errors import PasswordRefused
from service.access.ids import new_token

SHORTEST = 12
LONGEST = 200
_TELLING = 4  # a shorter username is in many good passwords by chance

HASHER = PasswordHasher()  # argon2id with the cost of RFC 9106's second choice

# The usual first guesses among long ones; letters only.
_COMMON = frozenset(
    """
    password passwordpassword mypassword newpassword secretpassword passwort
    qwerty qwertyuiop qwertyqwerty asdfghjkl asdfghjklzxcvbnm qwertyuiopasdfghjkl
    qwertyuiopasdfghjklzxcvbnm qazwsxedc qazwsxedcrfv zxcvbnm abcdefghijkl
    abcdefghijklmnop abcdefghijklmnopqrstuvwxyz letmein letmeinletmein welcome
    welcomewelcome iloveyou iloveyouforever administrator admin adminadmin changeme
    changemenow plainlab plainlabplainlab laboratory correcthorsebatterystaple
    football baseball superman sunshine princess dragon monkey hospital clinic
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
_COMMON_DIGITS = ("0123456789" * 4, "9876543210" * 4, "1234567890" * 4)


def check_rules(password: str, username: str) -> None:
    """Refuse a *password* that is too short, too long, or among the first guesses.

    No mixture of kinds is asked for: length is what counts.  12 characters are
    needed, 15 advised, 200 the most.

    Raises:
        PasswordRefused: with the code of the rule.
    """
    if len(password) < SHORTEST:
        raise PasswordRefused("too_short")
    if len(password) > LONGEST:
        raise PasswordRefused("too_long")
    if _is_a_first_guess(_normal(password).casefold(), username):
        raise PasswordRefused("too_common")


def hashed(password: str) -> str:
    """Return the argon2id hash to keep."""
    return HASHER.hash(_normal(password))


def fits(password: str, kept: str) -> bool:
    """Say whether *password* is the one whose hash is *kept*.

    It takes as long when nothing is kept, so that time does not tell who exists.
    """
    try:
        return HASHER.verify(kept or _nobodys(), _normal(password)) and bool(kept)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _normal(password: str) -> str:
    # the same letters typed on another system must be the same password
    return unicodedata.normalize("NFKC", password)


def _is_a_first_guess(password: str, username: str) -> bool:
    bare = "".join(letter for letter in password if letter.isalpha())
    if bare in _COMMON or len(set(password)) < 5:  # noqa: PLR2004 - "abababab…"
        return True
    if any(password in run for run in _COMMON_DIGITS):
        return True
    return len(username) >= _TELLING and username in password


@cache
def _nobodys() -> str:
    return hashed(new_token())
