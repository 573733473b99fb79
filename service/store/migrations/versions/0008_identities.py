"""Panels held for whose they are; the audit found by what it is about."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; of what was stored before, nothing is held."""
    op.create_index(
        "submission_by_record_number", "submission", ["record_number", "received_at"]
    )
    op.create_index("interpretation_by_submission", "interpretation", ["submission"])
    op.create_index("audit_by_object", "audit", ["object", "action"])
    of_interpretation = sa.ForeignKey("interpretation.id")
    op.create_table(
        "identity_event",
        sa.Column("interpretation", sa.Text, of_interpretation, primary_key=True),
        sa.Column(
            "deed",
            sa.Text,
            sa.CheckConstraint("deed IN ('hold', 'release')"),
            primary_key=True,
        ),
        sa.Column("earlier", sa.Text, sa.ForeignKey("interpretation.id")),
        sa.Column("differs", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    if op.get_bind().dialect.name == "sqlite":
        _forbid_changes()


def downgrade() -> None:
    """Take the table away; what was held can be reviewed then."""
    op.drop_table("identity_event")
    op.drop_index("audit_by_object", "audit")
    op.drop_index("interpretation_by_submission", "interpretation")
    op.drop_index("submission_by_record_number", "submission")


def _forbid_changes() -> None:
    for deed in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER identity_event_no_{deed.lower()} BEFORE {deed} "
            "ON identity_event "
            "BEGIN SELECT RAISE(ABORT, 'identity_event is append-only'); END"
        )
