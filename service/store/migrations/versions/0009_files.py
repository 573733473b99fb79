"""Files that are stored part by part: what was to be stored, and that all of it is."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; no file was stored in parts before."""
    op.create_table(
        "file",
        sa.Column("id", sa.Text, primary_key=True, nullable=False),
        sa.Column("ending", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("keep_unread", sa.Integer, nullable=False),
        sa.Column("panels", sa.Integer, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "file_done",
        sa.Column("file", sa.Text, sa.ForeignKey("file.id"), primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    if op.get_bind().dialect.name == "sqlite":
        _forbid_changes()


def downgrade() -> None:
    """Take the tables away: what was stored of a file stays, and nothing goes on."""
    op.drop_table("file_done")
    op.drop_table("file")


def _forbid_changes() -> None:
    for table in ("file", "file_done"):
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} "
                f"ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
