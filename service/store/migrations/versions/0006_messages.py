"""Messages that were acknowledged, with the answer; and the numbers of their orders."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TABLES = ("order_number", "message")


def upgrade() -> None:
    """Make the tables; of what was stored before, no message is known."""
    op.create_table(
        "message",
        sa.Column("sender", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("stored_at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "order_number",
        sa.Column("sender", sa.Text, primary_key=True),
        sa.Column("number", sa.Text, primary_key=True),
        sa.Column(
            "interpretation",
            sa.Text,
            sa.ForeignKey("interpretation.id"),
            primary_key=True,
        ),
        sqlite_strict=True,
    )
    if op.get_bind().dialect.name == "sqlite":
        _forbid_changes()


def downgrade() -> None:
    """Take the tables away; a message that is sent again is then a new one."""
    for table in _TABLES:
        op.drop_table(table)


def _forbid_changes() -> None:
    for table in _TABLES:
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
