"""What later panels are held against: earlier numbers, and a sender's held analytes."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_APPEND_ONLY = ("measurement", "feed_event")
_USABLE_KINDS = ("in_range", "out_of_range", "critical", "indeterminate")
_DOUBTED = ("unit_question", "specimen_unfit", "flag_unread", "interval_doubtful")


def upgrade() -> None:
    """Make the tables, and fill them from the panels that are kept already."""
    measurement = _measurement()
    _feed_event()
    rows = list(_kept())
    if rows:
        op.bulk_insert(measurement, rows)
    if op.get_bind().dialect.name == "sqlite":
        _forbid_changes()


def downgrade() -> None:
    """Take the tables away; what they held stands in the panels, but for releases."""
    for table in _APPEND_ONLY:
        op.drop_table(table)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True, autoincrement=True)


def _of_interpretation(*, nullable: bool) -> sa.Column[str]:
    key = sa.ForeignKey("interpretation.id")
    return sa.Column("interpretation", sa.Text, key, nullable=nullable)


def _measurement() -> sa.Table:
    table = op.create_table(
        "measurement",
        _key(),
        _of_interpretation(nullable=False),
        _text("sender"),
        _text("record_number"),
        _text("birth_date"),
        _text("collected_at", nullable=True),
        _text("analyte"),
        _text("reading"),
        _text("comparator"),
        _text("number"),
        _text("unit"),
        _text("method"),
        _text("laboratory"),
        sa.Column("usable", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        "measurement_by_patient",
        "measurement",
        ["record_number", "analyte", "collected_at"],
    )
    op.create_index("measurement_by_sender", "measurement", ["sender", "analyte", "id"])
    return table


def _feed_event() -> None:
    op.create_table(
        "feed_event",
        _key(),
        sa.Column(
            "deed",
            sa.Text,
            sa.CheckConstraint("deed IN ('hold', 'release')"),
            nullable=False,
        ),
        _text("sender"),
        _text("analyte"),
        _text("factor"),
        _text("at"),
        _text("actor"),
        _text("reason"),
        _of_interpretation(nullable=True),
        sa.Column("after", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("feed_event_by_sender", "feed_event", ["sender", "analyte", "id"])


def _kept() -> Iterator[dict[str, Any]]:
    """Yield the numbers of the panels that are kept; their senders are not known."""
    panels = op.get_bind().execute(
        sa.text(
            "SELECT interpretation.id, interpretation.document, submission.document, "
            "submission.record_number FROM interpretation "
            "JOIN submission ON submission.id = interpretation.submission "
            "ORDER BY interpretation.sequence"
        )
    )
    for key, made, sent, number in panels:
        submission = json.loads(sent)
        if submission["test_message"] or submission["collected_at"] is None:
            continue
        whose = {
            "interpretation": key,
            "sender": "",
            "record_number": number,
            "birth_date": submission["identity"]["birth_date"],
            "collected_at": _in_utc(submission["collected_at"]),
            "laboratory": submission["laboratory"],
        }
        interpretation = json.loads(made)
        spoilt = [
            analyte
            for caution in interpretation["cautions"]
            if caution["effect"] == "sample"
            for analyte in caution["analytes"]
        ]
        for result in interpretation["results"]:
            if _is_usable(result, spoilt):
                yield whose | _number(result["observation"])


def _is_usable(result: dict[str, Any], spoilt: list[str]) -> bool:
    seen, outcome = result["observation"], result["outcome"]
    if seen["reading"] is None or seen["unit"] is None or seen["analyte"] in spoilt:
        return False
    if seen["status"] not in {"final", "corrected"}:
        return False
    no_limit = outcome["reason"] == "no_limit"
    known = outcome["kind"] in _USABLE_KINDS and outcome["reason"] not in _DOUBTED
    return known or no_limit


def _number(seen: dict[str, Any]) -> dict[str, Any]:
    return {
        "analyte": seen["analyte"],
        "reading": seen["reading"]["text"],
        "comparator": seen["reading"]["comparator"],
        "number": seen["reading"]["number"],
        "unit": seen["unit"],
        "method": "",
        "usable": 1,
    }


def _in_utc(text: str) -> str:
    moment = datetime.fromisoformat(text).astimezone(UTC)
    return moment.isoformat(timespec="microseconds")


def _forbid_changes() -> None:
    for table in _APPEND_ONLY:
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
