"""Who is asking: a bearer key and its scopes, looked at before any body is read."""

from math import ceil
from typing import cast

from flask import g, request

from service.access import keys, senders, tokens
from service.access.audit import Action, Stamp, note
from service.access.errors import TooManyAttempts
from service.access.guesses import note_guess
from service.access.keys import ApiKey, Scope
from service.intake.sender import Sender
from service.problems import ProblemError
from service.services import services


def authorise(scope: Scope) -> None:
    """Let the holder of a key with *scope* through.

    Raises:
        ProblemError: ``unauthenticated``, whatever is wrong with the key, or
            ``forbidden``.
    """
    key = _key()
    if scope not in key.scopes:
        raise ProblemError("forbidden", f"The key lacks the scope {scope}.")
    g.api_key = key


def stamp() -> Stamp:
    """Return who is asking, and when, for the audit."""
    key = cast("ApiKey", g.api_key)
    return Stamp(f"key:{key.prefix}", services().clock())


def current_sender() -> Sender:
    """Return how who is asking was set up; UNKNOWN where its key is nobody's.

    Raises:
        StoreUnavailable: it could not be looked up.
    """
    return senders.as_it_sends(services().engine, cast("ApiKey", g.api_key).sender)


def audited(action: Action, object_id: str) -> None:
    """Write down that something is read, before it is.

    Raises:
        StoreUnavailable: it could not be written down; then it is not read either.
    """
    note(services().engine, stamp(), action, object_id)


def refuse_guess() -> None:
    """Count a key or token that was refused, and refuse the sixty-first for a while.

    Raises:
        ProblemError: ``too_many_requests``, with the time to wait.
    """
    source = request.remote_addr or ""
    try:
        note_guess(services().engine, source, services().clock())
    except TooManyAttempts as error:
        wait = (("Retry-After", str(ceil(error.wait.total_seconds()))),)
        raise ProblemError("too_many_requests", headers=wait) from None


def _key() -> ApiKey:
    scheme, _, plain = request.headers.get("Authorization", "").partition(" ")
    sent = plain.strip() if scheme.lower() == "bearer" else ""
    engine, now = services().engine, services().clock()
    key = keys.check(engine, sent, now) or tokens.check(engine, sent, now)
    if key is None:
        if sent:
            refuse_guess()
        raise ProblemError("unauthenticated", headers=(("WWW-Authenticate", "Bearer"),))
    return key
