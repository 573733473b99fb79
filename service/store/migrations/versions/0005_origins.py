"""What senders call their reports, so that a correction finds what it replaces."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; what was kept before has no name of a sender's own."""
    key = sa.ForeignKey("interpretation.id")
    op.create_table(
        "origin",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("identifier", sa.Text, nullable=False),
        sa.Column("interpretation", sa.Text, key, nullable=False),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("origin_by_identifier", "origin", ["sender", "identifier", "id"])
    if op.get_bind().dialect.name == "sqlite":
        _forbid_changes()


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("origin")


def _forbid_changes() -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER origin_no_{verb.lower()} BEFORE {verb} ON origin "
            "BEGIN SELECT RAISE(ABORT, 'origin is append-only'); END"
        )
