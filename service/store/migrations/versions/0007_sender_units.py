"""How senders write units that we know under another spelling."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; the senders that there are write units as we do."""
    op.create_table(
        "sender_unit",
        sa.Column("sender", sa.Text, sa.ForeignKey("sender.id"), primary_key=True),
        sa.Column("spelling", sa.Text, primary_key=True),
        sa.Column("unit", sa.Text, nullable=False),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Take the table away; ``sender_version`` still says what was set up."""
    op.drop_table("sender_unit")
