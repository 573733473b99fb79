"""What every table is made of: one list of tables, and moments as text that sorts."""

from datetime import UTC, datetime

from sqlalchemy import Dialect, MetaData, Text, TypeDecorator

metadata = MetaData()


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, to the microsecond, as text that sorts by time.

    Naive times are refused: a time without a zone is a guess.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> str | None:
        """Return the text to store."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(
        self,
        value: str | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> datetime | None:
        """Return the moment, aware, in UTC."""
        return None if value is None else datetime.fromisoformat(value)
