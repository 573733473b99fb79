"""What would settle a result that is left open: for every reason, the one fact."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from reference_ranges.panel import Reason
from reference_ranges.results import Kind, Missing, Outcome

SETTLED_BY: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.STRADDLES_LIMIT: "exact_value",
        Reason.GREY_ZONE: "doctors_view",
        Reason.AGE_NEEDED: "age",
        Reason.SEX_NEEDED: "sex",
        Reason.PREGNANCY_NEEDED: "pregnancy",
        Reason.WEEKS_NEEDED: "weeks",
        Reason.FACTS_NEEDED: "",
        Reason.UNIT_QUESTION: "unit_confirmed",
        Reason.SPECIMEN_UNFIT: "new_sample",
        Reason.FLAG_UNREAD: "flag_meaning",
        Reason.INTERVAL_DOUBTFUL: "interval_confirmed",
        Reason.ANALYTE_NOT_SUPPORTED: "laboratory_reading",
        Reason.WRONG_MEASURAND: "laboratory_reading",
        Reason.WRONG_SPECIMEN: "laboratory_reading",
        Reason.UNIT_MISSING: "unit",
        Reason.UNIT_NOT_ALLOWED: "unit",
        Reason.UNIT_PROPERTY_MISMATCH: "unit_or_code",
        Reason.VALUE_NOT_READ: "value",
        Reason.VALUE_MISSING: "value",
        Reason.IMPLAUSIBLE: "value_confirmed",
        Reason.SUSPECTED_UNIT_MIX_UP: "unit_confirmed",
        Reason.STATUS_NOT_USABLE: "new_result",
        Reason.NO_LIMIT: "laboratory_interval",
    }
)
"""The fact that settles each reason; empty where it takes the patient's own facts."""

CONFLICT_SETTLED_BY = "flag_confirmed"
"""The fact that settles a conflict with the sender's flag."""


def missing_for(
    outcome: Outcome,
    subject: str,
    in_question: Callable[[], tuple[str, ...]] = tuple,
    tests: tuple[str, ...] = (),
) -> tuple[Missing, ...]:
    """Name the fact that would settle *outcome*; nothing where it is settled.

    *subject* is the analyte, or the name of a test that we do not know.
    *in_question* gives the patient's facts, for where more than one is needed.
    *tests* are those that settle a grey zone, where a source names some.
    """
    if outcome.kind is Kind.CONFLICT:
        return (Missing(CONFLICT_SETTLED_BY, (subject,), outcome.kind.value),)
    if outcome.reason is None:
        return ()
    fact, why = SETTLED_BY[outcome.reason], outcome.reason.value
    facts = (fact,) if fact else in_question()
    if outcome.reason is Reason.GREY_ZONE and tests:
        facts = tests
    return tuple(Missing(one, (subject,), why) for one in facts)
