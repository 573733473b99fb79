"""Senders as they are set up, tokens of keys, webhooks, and escalations."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_APPEND_ONLY = ("sender_version", "escalation")


def upgrade() -> None:
    """Make the tables; the keys that there are belong to no sender yet."""
    _senders()
    _tokens()
    _webhooks()
    op.create_table(
        "escalation",
        _text("interpretation", of="interpretation.id", primary_key=True),
        _text("at"),
        sqlite_strict=True,
    )
    if op.get_bind().dialect.name == "sqlite":
        _forbid_changes()


def downgrade() -> None:
    """Take the tables away, and with them what was set up and not yet delivered."""
    for table in ("escalation", "delivery", "webhook", "access_token"):
        op.drop_table(table)
    op.drop_column("api_key", "sender")
    for table in ("sender_version", "sender_alias", "sender"):
        op.drop_table(table)


def _text(name: str, *, of: str = "", **options: Any) -> sa.Column[str]:  # noqa: ANN401 - Column's own
    keys = [sa.ForeignKey(of)] if of else []
    return sa.Column(name, sa.Text, *keys, **{"nullable": False, **options})


def _number(name: str, **options: Any) -> sa.Column[int]:  # noqa: ANN401 - Column's own
    return sa.Column(name, sa.Integer, **{"nullable": False, **options})


def _senders() -> None:
    op.create_table(
        "sender",
        _text("id", primary_key=True),
        _number("version"),
        _text("name"),
        _text("folded", unique=True),
        _text("laboratory"),
        _text("zone"),
        _text("profile"),
        _text("locale"),
        _number("decimal_comma"),
        _number("hl7_errors"),
        _text("created_at"),
        _text("changed_at"),
        sqlite_strict=True,
    )
    op.create_table(
        "sender_alias",
        _text("sender", of="sender.id", primary_key=True),
        _text("code", primary_key=True),
        _text("analyte"),
        sqlite_strict=True,
    )
    op.create_table(
        "sender_version",
        _text("sender", of="sender.id", primary_key=True),
        _number("version", primary_key=True),
        _text("at"),
        _text("actor"),
        _text("document"),
        sqlite_strict=True,
    )
    key = _text("sender", of="sender.id", nullable=True)
    # SQLite takes a foreign key of a new column only within the column itself
    op.add_column("api_key", key, inline_references=True)


def _tokens() -> None:
    op.create_table(
        "access_token",
        _text("token_sha256", primary_key=True),
        _text("key", of="api_key.prefix"),
        _text("scopes"),
        _text("expires_at"),
        sqlite_strict=True,
    )
    op.create_index("ix_access_token_expires_at", "access_token", ["expires_at"])


def _webhooks() -> None:
    op.create_table(
        "webhook",
        _text("id", primary_key=True),
        _text("url"),
        _text("events"),
        _text("created_at"),
        _text("removed_at", nullable=True),
        sqlite_strict=True,
    )
    states = sa.CheckConstraint("state IN ('pending', 'delivered', 'dead')")
    op.create_table(
        "delivery",
        _number("id", primary_key=True, autoincrement=True),
        _text("message", unique=True),
        _text("webhook", of="webhook.id"),
        _text("root"),
        _text("interpretation", of="interpretation.id"),
        _text("event"),
        _text("body"),
        _text("made_at"),
        sa.Column("state", sa.Text, states, nullable=False),
        _number("attempts"),
        _text("due_at"),
        _text("answer"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("delivery_by_state", "delivery", ["state", "due_at"])
    op.create_index("delivery_by_root", "delivery", ["webhook", "root", "id"])


def _forbid_changes() -> None:
    for table in _APPEND_ONLY:
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
