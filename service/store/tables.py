"""The tables, as SQLAlchemy Core; the migrations are what makes them."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from service.store.columns import Instant, metadata

# One row, made by the first migration.  Every writer locks it first, so that writers
# take turns on any database; it also ends the audit chain, so that a cut shows.
instance = Table(
    "instance",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True),
    Column(
        "kind", Text, CheckConstraint("kind IN ('new', 'demo', 'real')"), nullable=False
    ),
    Column("audit_sequence", Integer, nullable=False),
    Column("audit_hash", Text, nullable=False),
    sqlite_strict=True,
)

submission = Table(
    "submission",
    metadata,
    Column("id", Text, primary_key=True),
    Column("received_at", Instant, nullable=False),
    Column("source", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("raw_sha256", Text, nullable=False),
    Column("record_number", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("search", Text, nullable=False),
    Column("document", Text, nullable=False),
    Index("submission_by_record_number", "record_number", "received_at"),
    sqlite_strict=True,
)

interpretation = Table(
    "interpretation",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, unique=True, nullable=False),
    Column("root", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("supersedes", Text, ForeignKey("interpretation.id"), unique=True),
    Column("submission", Text, ForeignKey("submission.id"), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("critical", Integer, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("document", Text, nullable=False),
    Column("document_sha256", Text, nullable=False),
    Column("catalogue_version", Text, nullable=False),
    Column("catalogue_sha256", Text, nullable=False),
    Column("profile", Text, nullable=False),
    Column("engine", Text, nullable=False),
    UniqueConstraint("root", "version"),
    Index("interpretation_by_rank", "rank", "sequence"),
    Index("interpretation_by_submission", "submission"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)

result = Table(
    "result",
    metadata,
    Column("interpretation", Text, ForeignKey("interpretation.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("analyte", Text),
    Column("name", Text, nullable=False),
    Column("value_text", Text, nullable=False),
    Column("unit_text", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("direction", Text),
    Column("reason", Text),
    Column("code", Text),
    Column("derived_by", Text, nullable=False),
    sqlite_strict=True,
)

# One row for each reported number that later panels may be held against: those of the
# same patient where ``usable``, and those of the same sender where there is one.
measurement = Table(
    "measurement",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("interpretation", Text, ForeignKey("interpretation.id"), nullable=False),
    Column("sender", Text, nullable=False),
    Column("record_number", Text, nullable=False),
    Column("birth_date", Text, nullable=False),
    Column("collected_at", Instant),
    Column("analyte", Text, nullable=False),
    Column("reading", Text, nullable=False),
    Column("comparator", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("laboratory", Text, nullable=False),
    Column("usable", Integer, nullable=False),
    Index("measurement_by_patient", "record_number", "analyte", "collected_at"),
    Index("measurement_by_sender", "sender", "analyte", "id"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)

# The last word on a sender and an analyte stands: held, or released again.
# ``after`` is the newest measurement at that time; a release looks at none before it.
feed_event = Table(
    "feed_event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column(
        "deed", Text, CheckConstraint("deed IN ('hold', 'release')"), nullable=False
    ),
    Column("sender", Text, nullable=False),
    Column("analyte", Text, nullable=False),
    Column("factor", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("interpretation", Text, ForeignKey("interpretation.id")),
    Column("after", Integer, nullable=False),
    Index("feed_event_by_sender", "sender", "analyte", "id"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)

# A panel whose record number came before with another birth date, sex or name; it is
# held until it is released.  ``earlier`` is the panel that it was held against.
identity_event = Table(
    "identity_event",
    metadata,
    Column("interpretation", Text, ForeignKey("interpretation.id"), primary_key=True),
    Column(
        "deed", Text, CheckConstraint("deed IN ('hold', 'release')"), primary_key=True
    ),
    Column("earlier", Text, ForeignKey("interpretation.id")),
    Column("differs", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    sqlite_strict=True,
)

# What a sender calls the report that an interpretation was made of.
origin = Table(
    "origin",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("sender", Text, nullable=False),
    Column("identifier", Text, nullable=False),
    Column("interpretation", Text, ForeignKey("interpretation.id"), nullable=False),
    Index("origin_by_identifier", "sender", "identifier", "id"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("sender", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("body_sha256", Text, nullable=False),
    Column("interpretation", Text, ForeignKey("interpretation.id"), nullable=False),
    Column("stored_at", Instant, nullable=False),
    sqlite_strict=True,
)

# A message that was acknowledged, with its acknowledgement: a repeat gets the same.
message = Table(
    "message",
    metadata,
    Column("sender", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("answer", Text, nullable=False),
    Column("stored_at", Instant, nullable=False),
    sqlite_strict=True,
)

review = Table(
    "review",
    metadata,
    Column("interpretation", Text, ForeignKey("interpretation.id"), primary_key=True),
    Column("user", Text, ForeignKey("user.id"), nullable=False),
    Column("reviewer", Text, nullable=False),
    Column("reviewed_at", Instant, nullable=False),
    sqlite_strict=True,
)

audit = Table(
    "audit",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("object", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("audit_by_object", "object", "action"),
    sqlite_strict=True,
)

user = Table(
    "user",
    metadata,
    Column("id", Text, primary_key=True),
    Column("username", Text, unique=True, nullable=False),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("disabled_at", Instant),
    sqlite_strict=True,
)

session = Table(
    "session",
    metadata,
    Column("token_sha256", Text, primary_key=True),
    Column("user", Text, ForeignKey("user.id"), nullable=False, index=True),
    Column("opened_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    sqlite_strict=True,
)

sign_in_link = Table(
    "sign_in_link",
    metadata,
    Column("token_sha256", Text, primary_key=True),
    Column("user", Text, ForeignKey("user.id"), nullable=False),
    Column("expires_at", Instant, nullable=False),
    sqlite_strict=True,
)

sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("subject", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index("sign_in_attempt_by_subject", "subject", "at"),
    sqlite_strict=True,
)

# As it is now; ``sender_version`` keeps every state that it ever had.
sender = Table(
    "sender",
    metadata,
    Column("id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("folded", Text, unique=True, nullable=False),
    Column("laboratory", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("profile", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("decimal_comma", Integer, nullable=False),
    Column("hl7_errors", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    sqlite_strict=True,
)

sender_alias = Table(
    "sender_alias",
    metadata,
    Column("sender", Text, ForeignKey("sender.id"), primary_key=True),
    Column("code", Text, primary_key=True),
    Column("analyte", Text, nullable=False),
    sqlite_strict=True,
)

sender_unit = Table(
    "sender_unit",
    metadata,
    Column("sender", Text, ForeignKey("sender.id"), primary_key=True),
    Column("spelling", Text, primary_key=True),
    Column("unit", Text, nullable=False),
    sqlite_strict=True,
)

sender_version = Table(
    "sender_version",
    metadata,
    Column("sender", Text, ForeignKey("sender.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("document", Text, nullable=False),
    sqlite_strict=True,
)

api_key = Table(
    "api_key",
    metadata,
    Column("prefix", Text, primary_key=True),
    Column("secret_sha256", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("last_used_at", Instant),
    Column("sender", Text, ForeignKey("sender.id")),
    sqlite_strict=True,
)

# A token that a key was exchanged for; it never opens more, nor longer, than the key.
access_token = Table(
    "access_token",
    metadata,
    Column("token_sha256", Text, primary_key=True),
    Column("key", Text, ForeignKey("api_key.prefix"), nullable=False),
    Column("scopes", Text, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    sqlite_strict=True,
)

webhook = Table(
    "webhook",
    metadata,
    Column("id", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("events", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("removed_at", Instant),
    sqlite_strict=True,
)

# What is still to be told to whom: written with the interpretation, or not at all.
delivery = Table(
    "delivery",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("message", Text, unique=True, nullable=False),
    Column("webhook", Text, ForeignKey("webhook.id"), nullable=False),
    Column("root", Text, nullable=False),
    Column("interpretation", Text, ForeignKey("interpretation.id"), nullable=False),
    Column("event", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column(
        "state",
        Text,
        CheckConstraint("state IN ('pending', 'delivered', 'dead')"),
        nullable=False,
    ),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("answer", Text, nullable=False),
    Index("delivery_by_state", "state", "due_at"),
    Index("delivery_by_root", "webhook", "root", "id"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)

# A critical result that nobody acknowledged in time.
escalation = Table(
    "escalation",
    metadata,
    Column("interpretation", Text, ForeignKey("interpretation.id"), primary_key=True),
    Column("at", Instant, nullable=False),
    sqlite_strict=True,
)

# What the heads of a sender's files were confirmed to mean; its newest version with the
# same heads holds.  ``sender`` is empty where nobody has set it up.
file_mapping = Table(
    "file_mapping",
    metadata,
    Column("sender", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("heads_sha256", Text, nullable=False),
    Column("heads", Text, nullable=False),
    Column("meanings", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    sqlite_strict=True,
)

# A file of many panels that somebody had stored, part by part; all of it is stored once
# ``file_done`` says so.  ``id`` is made of its content and of how it is read,
# ``digest`` of what was read in it.
file = Table(
    "file",
    metadata,
    Column("id", Text, primary_key=True),
    Column("ending", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("sender", Text, nullable=False),
    Column("keep_unread", Integer, nullable=False),
    Column("panels", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    sqlite_strict=True,
)

file_done = Table(
    "file_done",
    metadata,
    Column("file", Text, ForeignKey("file.id"), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    sqlite_strict=True,
)
