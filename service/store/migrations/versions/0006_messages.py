"""Messages that were acknowledged, with the answer."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; of what was stored before, no message is known."""
    op.create_table(
        "message",
        sa.Column("sender", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("stored_at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    if op.get_bind().dialect.name == "sqlite":
        _forbid_changes()


def downgrade() -> None:
    """Take the table away; a message that is sent again is then a new one."""
    op.drop_table("message")


def _forbid_changes() -> None:
    for deed in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER message_no_{deed.lower()} BEFORE {deed} ON message "
            "BEGIN SELECT RAISE(ABORT, 'message is append-only'); END"
        )
