"""The first tables, and the triggers that make the record append-only."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_APPEND_ONLY = (
    "audit",
    "submission",
    "interpretation",
    "result",
    "idempotency",
    "review",
)


def upgrade() -> None:
    """Make the tables, the one row of ``instance``, and the triggers."""
    _instance()
    _panels()
    _answers()
    _people()
    _ways_in()
    if op.get_bind().dialect.name == "sqlite":
        _forbid_changes()


def downgrade() -> None:
    """Refuse: this would drop every record that was ever kept."""
    raise NotImplementedError("the first migration is never taken back")


def _text(
    name: str,
    *constraints: SchemaItem,
    nullable: bool = False,
    unique: bool = False,
    primary_key: bool = False,
) -> sa.Column[str]:
    return sa.Column(
        name,
        sa.Text,
        *constraints,
        nullable=nullable,
        unique=unique,
        primary_key=primary_key,
    )


def _number(
    name: str, *, primary_key: bool = False, autoincrement: bool = False
) -> sa.Column[int]:
    return sa.Column(
        name,
        sa.Integer,
        nullable=False,
        primary_key=primary_key,
        autoincrement=autoincrement,
    )


def _instance() -> None:
    table = op.create_table(
        "instance",
        sa.Column("id", sa.Integer, sa.CheckConstraint("id = 1"), primary_key=True),
        _text("kind", sa.CheckConstraint("kind IN ('new', 'demo', 'real')")),
        _number("audit_sequence"),
        _text("audit_hash"),
        sqlite_strict=True,
    )
    row = {"id": 1, "kind": "new", "audit_sequence": 0, "audit_hash": ""}
    op.bulk_insert(table, [row])
    op.create_table(
        "audit",
        _number("sequence", primary_key=True, autoincrement=False),
        _text("at"),
        _text("actor"),
        _text("action"),
        _text("object"),
        _text("outcome"),
        _text("hash"),
        sqlite_strict=True,
    )


def _panels() -> None:
    op.create_table(
        "submission",
        _text("id", primary_key=True),
        _text("received_at"),
        _text("source"),
        sa.Column("raw", sa.LargeBinary, nullable=False),
        _text("raw_sha256"),
        _text("record_number"),
        _text("name"),
        _text("search"),
        _text("document"),
        sqlite_strict=True,
    )
    op.create_table(
        "interpretation",
        _number("sequence", primary_key=True, autoincrement=True),
        _text("id", unique=True),
        _text("root"),
        _number("version"),
        _text(
            "supersedes", sa.ForeignKey("interpretation.id"), unique=True, nullable=True
        ),
        _text("submission", sa.ForeignKey("submission.id")),
        _text("made_at"),
        _text("made_by"),
        _number("urgency"),
        _number("critical"),
        _number("rank"),
        _text("document"),
        _text("document_sha256"),
        _text("catalogue_version"),
        _text("catalogue_sha256"),
        _text("profile"),
        _text("engine"),
        sa.UniqueConstraint("root", "version"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("interpretation_by_rank", "interpretation", ["rank", "sequence"])


def _answers() -> None:
    op.create_table(
        "result",
        _text("interpretation", sa.ForeignKey("interpretation.id"), primary_key=True),
        _number("position", primary_key=True),
        _text("analyte", nullable=True),
        _text("name"),
        _text("value_text"),
        _text("unit_text"),
        _text("outcome"),
        _text("direction", nullable=True),
        _text("reason", nullable=True),
        _text("code", nullable=True),
        _text("derived_by"),
        sqlite_strict=True,
    )
    op.create_table(
        "idempotency",
        _text("sender", primary_key=True),
        _text("key", primary_key=True),
        _text("body_sha256"),
        _text("interpretation", sa.ForeignKey("interpretation.id")),
        _text("stored_at"),
        sqlite_strict=True,
    )


def _people() -> None:
    op.create_table(
        "user",
        _text("id", primary_key=True),
        _text("username", unique=True),
        _text("name"),
        _text("role"),
        _text("password_hash"),
        _text("created_at"),
        _text("disabled_at", nullable=True),
        sqlite_strict=True,
    )
    op.create_table(
        "review",
        _text("interpretation", sa.ForeignKey("interpretation.id"), primary_key=True),
        _text("user", sa.ForeignKey("user.id")),
        _text("reviewer"),
        _text("reviewed_at"),
        sqlite_strict=True,
    )


def _ways_in() -> None:
    op.create_table(
        "session",
        _text("token_sha256", primary_key=True),
        _text("user", sa.ForeignKey("user.id")),
        _text("opened_at"),
        _text("seen_at"),
        sqlite_strict=True,
    )
    op.create_index("ix_session_user", "session", ["user"])
    op.create_table(
        "sign_in_link",
        _text("token_sha256", primary_key=True),
        _text("user", sa.ForeignKey("user.id")),
        _text("expires_at"),
        sqlite_strict=True,
    )
    op.create_table(
        "sign_in_attempt",
        _number("id", primary_key=True, autoincrement=True),
        _text("subject"),
        _text("at"),
        sqlite_strict=True,
    )
    op.create_index("sign_in_attempt_by_subject", "sign_in_attempt", ["subject", "at"])
    op.create_table(
        "api_key",
        _text("prefix", primary_key=True),
        _text("secret_sha256"),
        _text("label"),
        _text("scopes"),
        _text("created_at"),
        _text("expires_at"),
        _text("revoked_at", nullable=True),
        _text("last_used_at", nullable=True),
        sqlite_strict=True,
    )


def _forbid_changes() -> None:
    for table in _APPEND_ONLY:
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
