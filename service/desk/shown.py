"""Numbers and limits as staff read them, and where in a form a fault lies."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reference_ranges.limits import Span
from reference_ranges.results import Result
from reports.phrasing import unit_words
from reports.wording import Wording
from service.intake.files.faults import TABLE_FAULTS, TableFault
from service.intake.form import Form
from service.problems import FAULTS, Fault


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing to mend: where, what was typed, what is wrong and what is allowed.

    ``field`` is the id of the field on the page, or empty.
    """

    field: str
    where: str
    received: str
    why: str
    allowed: tuple[str, ...]


_FIELDS = {
    "/patient/id": ("record_number", "Record number"),
    "/patient/name": ("name", "Name"),
    "/patient/birth_date": ("birth_date", "Birth date"),
    "/patient/sex": ("sex", "Sex"),
    "/patient/pregnancy/status": ("pregnancy", "Pregnancy"),
    "/patient/pregnancy/weeks": ("pregnancy_weeks", "Weeks of pregnancy"),
    "/specimen/collected_at": ("collected_date", "Collected"),
    "/specimen/collected_on": ("collected_date", "Collected"),
    "/specimen/type": ("specimen", "Specimen"),
    "/specimen/conditions": ("conditions", "State of the specimen"),
    "/results": ("results", "Results"),
    "/symptoms": ("asked", "Symptoms"),
    "/factors": ("factors", "Medicines and conditions"),
    "/profile": ("profile", "Limits"),
    "/locale": ("locale", "Language"),
    "/laboratory": ("laboratory", "Laboratory"),
    "/requester": ("requester", "Requested by"),
}
_CELLS = {
    "value": "value",
    "unit": "unit",
    "interval": "interval",
    "flag": "flag",
    "name": "test",
    "code": "test",
    "analyte": "test",
    "status": "status",
    "comment": "comment",
}
_MOST_ALLOWED = 24
_UNSEEN = {"Cc", "Cf", "Zl", "Zp"}


def complaints_of(
    faults: Iterable[Fault], keys: Sequence[str], form: Form, names: dict[str, str]
) -> tuple[Complaint, ...]:
    """Return *faults* as people read them.

    *keys* are the rows of *form* that the document's results came from, in order;
    *names* are the analytes' names by id.
    """
    rows = {row.key: row for row in form.rows}
    found = []
    for fault in faults:
        field, where = _place(fault.pointer, keys)
        key = field.partition(".")[2]
        if key in rows:
            test = names.get(key) or rows[key].cells.get("test") or "Other test"
            where = f"{test}: {where}"
        found.append(_complaint(fault, field, where))
    return tuple(found)


def table_complaints(faults: Iterable[TableFault]) -> tuple[Complaint, ...]:
    """Return the faults of a table as people read them, each with its row."""
    return tuple(
        Complaint(
            field="table",
            where=_row_and_column(fault),
            received=visible(fault.received),
            why=TABLE_FAULTS.get(fault.code) or FAULTS[fault.code],
            allowed=fault.allowed,
        )
        for fault in faults
    )


def _row_and_column(fault: TableFault) -> str:
    parts = ["Table" if not fault.line else f"Table, line {fault.line}"]
    if fault.column:
        parts.append(f"column “{fault.column}”")
    return ", ".join(parts)


def _complaint(fault: Fault, field: str, where: str) -> Complaint:
    why = FAULTS.get(fault.code, "This cannot be read.")
    received = visible(fault.received)
    return Complaint(field, where, received, why, fault.allowed[:_MOST_ALLOWED])


def visible(text: str) -> str:
    """Return *text* with what is not seen written out, as ``[U+202E]``."""
    return "".join(
        f"[U+{ord(one):04X}]" if unicodedata.category(one) in _UNSEEN else one
        for one in text
    )


def _place(pointer: str, keys: Sequence[str]) -> tuple[str, str]:
    """Return the id of the field that *pointer* is about, and its name."""
    parts = pointer.split("/")[1:]
    if parts[:1] == ["results"] and len(parts) > 1:
        key = keys[int(parts[1])]
        cell = _CELLS.get(parts[2], "value") if len(parts) > 2 else "test"  # noqa: PLR2004  # /results/0/value
        return f"{cell}.{key}", cell
    for end in range(len(parts), 0, -1):
        known = _FIELDS.get("/" + "/".join(parts[:end]))
        if known:
            return known
    return "", "The form"


def span_text(span: Span | None, unit: str = "") -> str:
    """Return the words of a limit: ``3.5 to 5.3 mmol/L``, ``50 or more nmol/L``."""
    if span is None:
        return ""
    after = f" {unit}" if unit else ""
    low = None if span.low is None else f"{span.low:f}"
    high = None if span.high is None else f"{span.high:f}"
    if low is None and high is None:
        return "any value"
    if high is None:
        return f"{low}{after} or more" if span.low_in else f"more than {low}{after}"
    if low is None:
        return f"{high}{after} or less" if span.high_in else f"less than {high}{after}"
    if span.low_in and span.high_in:
        return f"{low} to {high}{after}"
    start = "from" if span.low_in else "above"
    end = "to" if span.high_in else "below"
    return f"{start} {low} {end} {high}{after}"


def also_text(result: Result, wording: Wording) -> str:
    """Return the value in the other units, beside how it was reported.

    Empty where there is nothing to add: the reported unit is shown already.
    """
    reported = result.observation.unit
    reading = result.observation.reading
    comparator = reading.comparator.value if reading else ""
    sign = "" if comparator == "=" else comparator
    amounts = [result.si, result.conventional]
    texts = [
        f"{sign}{amount.number:f} {unit_words(amount.unit, wording)}"
        for amount in amounts
        if amount is not None and amount.unit != reported
    ]
    return " = ".join(dict.fromkeys(texts))
