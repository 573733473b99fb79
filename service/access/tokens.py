"""Short-lived tokens that a key is exchanged for: OAuth 2.0 client credentials."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, insert, select

from service.access import keys
from service.access.errors import ScopeRefused
from service.access.ids import new_token, sha256
from service.access.keys import ApiKey, Scope
from service.store.engine import reading, writing
from service.store.tables import access_token, api_key

LONGEST = timedelta(hours=1)
"""How long a token opens anything; never longer than its key."""


@dataclass(frozen=True, slots=True)
class Granted:
    """A token in plain text, now and never again; what it opens, and for how long."""

    token: str
    scopes: frozenset[Scope]
    lifetime: timedelta


def grant(
    engine: Engine, key: ApiKey, scopes: frozenset[Scope], now: datetime
) -> Granted:
    """Return a token of *key* for *scopes*, or for all that it has where none is named.

    Tokens that have expired are cleared away on the way.

    Raises:
        ScopeRefused: the key does not have each of *scopes*.
        StoreUnavailable: no token was made.
    """
    if not scopes <= key.scopes:
        raise ScopeRefused("the key lacks a scope that was asked for")
    opens = scopes or key.scopes
    made = Granted(new_token(), opens, min(LONGEST, key.expires_at - now))
    row = {
        "token_sha256": sha256(made.token),
        "key": key.prefix,
        "scopes": " ".join(sorted(opens)),
        "expires_at": now + made.lifetime,
    }
    with writing(engine) as connection:
        connection.execute(delete(access_token).where(access_token.c.expires_at <= now))
        connection.execute(insert(access_token).values(row))
    return made


def check(engine: Engine, plain: str, now: datetime) -> ApiKey | None:
    """Return the key behind a token, with the token's scopes alone, or None.

    A token ends with its own time, and with its key: by time or revoked.
    """
    wanted = (
        select(api_key, access_token.c.scopes.label("granted"))
        .join(access_token, access_token.c.key == api_key.c.prefix)
        .where(
            access_token.c.token_sha256 == sha256(plain),
            access_token.c.expires_at > now,
            api_key.c.expires_at > now,
            api_key.c.revoked_at.is_(None),
        )
    )
    with reading(engine) as connection:
        row = connection.execute(wanted).mappings().first()
    if row is None:
        return None
    granted = frozenset(Scope(scope) for scope in row["granted"].split())
    return replace(keys.from_row(row), scopes=granted)
