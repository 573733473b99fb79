"""What the heads of a sender's files mean, as somebody confirmed it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TEXTS = ("heads_sha256", "heads", "meanings", "at", "actor")


def upgrade() -> None:
    """Make the table; nothing was confirmed before."""
    op.create_table(
        "file_mapping",
        sa.Column("sender", sa.Text, primary_key=True, nullable=False),
        sa.Column("version", sa.Integer, primary_key=True, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in _TEXTS),
        sqlite_strict=True,
    )
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER file_mapping_no_{deed.lower()} BEFORE {deed} "
                "ON file_mapping "
                "BEGIN SELECT RAISE(ABORT, 'file_mapping is append-only'); END"
            )


def downgrade() -> None:
    """Take the table away: somebody has to confirm the heads again."""
    op.drop_table("file_mapping")
