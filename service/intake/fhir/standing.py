"""Whether what is told of a patient stands: not withdrawn, not over, of this time."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from reference_ranges.partitions import earliest_and_latest
from service.intake.fhir.codes import days_before
from service.intake.fhir.element import Element
from service.intake.fhir.modifiers import unknown_in
from service.intake.fhir.resources import type_of
from service.intake.fhir.values import contradicts_itself
from service.problems import Fault

_STATUSES: Mapping[str, tuple[str, ...]] = {
    "Observation": (
        "registered",
        "preliminary",
        "final",
        "amended",
        "corrected",
        "unknown",
    ),
    "QuestionnaireResponse": ("in-progress", "completed", "amended", "stopped"),
}
_LASTS = ("active", "recurrence", "relapse")
_NEVER_WAS = ("refuted", "entered-in-error", "differential")
_ABATED = "abatement"
_DAY = len("2026-11-20")


def reason_against(resource: Element) -> Fault | None:
    """Return why what *resource* tells counts at no time; None where it may count."""
    modified = unknown_in([resource])
    if modified:
        return modified[0]
    if type_of(resource) == "Condition":
        return _condition(resource)
    status = resource.text("status")
    if status and status not in _STATUSES[type_of(resource)]:
        return Fault(resource.at("status"), "not_current", status)
    if contradicts_itself(resource):
        return Fault(resource.place, "contradiction")
    return None


def _condition(condition: Element) -> Fault | None:
    over = next((name for name in condition.value if name.startswith(_ABATED)), "")
    if over:
        return Fault(condition.at(over), "not_current")
    if condition.has("clinicalStatus") and not _lasts(condition):
        return Fault(condition.at("clinicalStatus"), "not_current")
    if _states(condition, "verificationStatus").intersection(_NEVER_WAS):
        return Fault(condition.at("verificationStatus"), "not_current")
    return None


def is_present(condition: Element, day: str) -> bool:
    """Say whether *condition* lasts, or was told lately where it does not say so."""
    return _lasts(condition) or is_recent(condition, day)


def is_begun(condition: Element, day: str) -> bool:
    """Say whether a pregnancy may be one on *day*: begun, and not too long ago."""
    began = [text for text in _begun_on(condition) if text]
    told = began or [condition.text("recordedDate")]
    late = any(text[:_DAY] > day for text in began)
    return not late and _is_since(told, day, "begun")


def is_recent(resource: Element, day: str) -> bool:
    """Say whether what *resource* tells may still count for a specimen of *day*."""
    return _is_since(_told_on(resource), day, "seen")


def _is_since(texts: Iterable[str], day: str, kind: str) -> bool:
    """Say whether the latest of *texts*, dates, lies near enough before *day*.

    What has no date may count, and so may what was told after *day*; what has a date
    that cannot be read does not.
    """
    told = [text[:_DAY] for text in texts if text]
    try:
        latest = [earliest_and_latest(text)[1] for text in told]
        first = date.fromisoformat(day) - timedelta(days=days_before(kind))
    except (ValueError, OverflowError):  # no day, or none so long ago
        return not told
    return not latest or max(latest) >= first


def _told_on(resource: Element) -> list[str]:
    """Return the dates that *resource* was told or seen on; none where it lasts."""
    if type_of(resource) == "Condition":
        return [*_begun_on(resource), resource.text("recordedDate")]
    if type_of(resource) == "QuestionnaireResponse":
        return [resource.text("authored")]
    if resource.has("effectivePeriod"):
        return [resource.one("effectivePeriod").text("end")]
    names = ("effectiveDateTime", "effectiveInstant", "issued")
    return [text for name in names if (text := resource.text(name))][:1]


def _begun_on(condition: Element) -> list[str]:
    period = condition.one("onsetPeriod")
    return [condition.text("onsetDateTime"), period.text("start")]


def _lasts(condition: Element) -> bool:
    return bool(_states(condition, "clinicalStatus").intersection(_LASTS))


def _states(condition: Element, name: str) -> set[str]:
    return {one.text("code") for one in condition.one(name).many("coding")}


def is_same_day(resource: Element, day: str) -> bool:
    """Say whether *resource* is of that *day*, or does not say of which."""
    if resource.has("effectivePeriod"):
        period = resource.one("effectivePeriod")
        start, end = (period.text(side)[:_DAY] for side in ("start", "end"))
        return (not start or start <= day) and (not end or day <= end)
    names = ("effectiveDateTime", "effectiveInstant", "authored")
    return all(text[:_DAY] == day for name in names if (text := resource.text(name)))
