"""Hand-made values for what is kept: small, whole, and easy to recognise."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from reference_ranges.panel import Comparator, Observation, Panel, Person, Reading
from reference_ranges.results import (
    CatalogueRef,
    Direction,
    Interpretation,
    Kind,
    Outcome,
    Overview,
    Result,
    Urgency,
)
from reports.identity import Identity
from service.access.audit import Stamp
from service.intake.submission import Submission
from service.store.idempotency import IdempotencyKey
from service.store.interpretations import Entry

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
STAMP = Stamp("system:tests", NOW)
MINUTE = timedelta(minutes=1)

POTASSIUM = Observation(
    analyte="potassium",
    name="Potassium",
    value_text="6.80",
    unit_text="MMOL/L",
    reading=Reading("6.80", Comparator.EQUAL, Decimal("6.80")),
    unit="mmol/L",
    sender_flag="N",
)
HIGH = Outcome(Kind.CRITICAL, Direction.HIGH)


def result(observation=POTASSIUM, outcome=HIGH, code="HH"):
    """One result with what became of it."""
    return Result(
        observation=observation,
        name="Potassium",
        outcome=outcome,
        code=code,
        severity=4,
        urgency=Urgency.EMERGENCY,
    )


def interpretation(urgency=Urgency.ROUTINE, *, critical=False, results=None):
    """An interpretation of one result, as urgent as asked."""
    return Interpretation(
        urgency=urgency,
        critical=critical,
        overview=Overview(1, 0, 0, 1, 0, 0, all_in_range=False, symptoms_asked=False),
        results=(result(),) if results is None else results,
        derived=(),
        symptoms=None,
        red_flags=(),
        findings=(),
        cautions=(),
        missing=(),
        factors=(),
        withheld_food=(),
        sources=(),
        catalogue=CatalogueRef("2026.1", "ab" * 32, "uk", "nobody yet"),
        engine="0.1.0",
    )


def submission(name="Alex Example", number="MRN-1", raw=b'{"as": "sent"}'):
    """A submission of one potassium result."""
    return Submission(
        identity=Identity(record_number=number, name=name, birth_date="1971-03"),
        panel=Panel("uk", Person(), (POTASSIUM,)),
        source="json",
        raw=raw,
        collected_at=datetime.fromisoformat("2026-11-20T08:40:00+02:00"),
    )


def entry(urgency=Urgency.ROUTINE, *, critical=False, corrects="", demo=False, **whose):
    """Something to save."""
    made = interpretation(urgency, critical=critical)
    return Entry(submission(**whose), made, corrects=corrects, demo=demo)


def key(name="k-1", body="0" * 64, sender="5eed"):
    """An idempotency key."""
    return IdempotencyKey(sender, name, body)
