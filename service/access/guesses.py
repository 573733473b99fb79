"""Bad keys and tokens, counted by where they come from, over all processes.

Only what was refused counts, and only what is refused is ever slowed down: a good key
is never shut out by someone who guesses beside it, behind the same proxy.
"""

from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, func, insert, select

from service.access.errors import TooManyAttempts
from service.access.ids import sha256
from service.store.engine import reading, writing
from service.store.tables import sign_in_attempt as attempts

WINDOW = timedelta(minutes=15)
PER_SOURCE = 60


def note_guess(engine: Engine, source: str, now: datetime) -> None:
    """Count a refusal of *source*, a network address.

    Raises:
        TooManyAttempts: there were 60 within 15 minutes; nothing more is written.
        StoreUnavailable: it could not be counted.
    """
    subject = sha256(f"key:{source}")
    since = (attempts.c.subject == subject) & (attempts.c.at > now - WINDOW)
    with reading(engine) as connection:
        made, first = connection.execute(
            select(func.count(), func.min(attempts.c.at)).where(since)
        ).one()
    if made >= PER_SOURCE:
        raise TooManyAttempts(first + WINDOW - now)
    with writing(engine) as connection:
        connection.execute(delete(attempts).where(attempts.c.at <= now - WINDOW))
        connection.execute(insert(attempts).values(subject=subject, at=now))
