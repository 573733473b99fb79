"""Bringing a database to the shape that this version of the service needs."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from service.store.engine import WRITE, mapped_errors, reading

_FOLDER = Path(__file__).parent / "migrations"


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest shape, in one transaction; safe to repeat.

    Two processes that start together take turns: the second finds nothing to do.

    Raises:
        StoreUnavailable: the database could not be written to; it is as it was.
    """
    with (
        mapped_errors(),
        engine.execution_options(**{WRITE: True}).begin() as connection,
    ):
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def at_head(engine: Engine) -> bool:
    """Say whether the database has exactly the shape that this version needs.

    Raises:
        StoreUnavailable: it could not be read.
    """
    with reading(engine) as connection:
        return MigrationContext.configure(connection).get_current_heads() == _heads()


@cache
def _heads() -> tuple[str, ...]:
    return tuple(ScriptDirectory.from_config(_config()).get_heads())


def _config() -> Config:
    config = Config()
    # a percent sign in the path would be read as a reference to another setting
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config
