"""The entry form: its fields, and the document that they make.

A form, a pasted table and a file all become one ``Form``, which people can look at
and mend, and a ``Form`` becomes the document that the JSON door takes.  Whether the
texts in it mean anything is for ``reading`` to find out.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from reference_ranges.catalogue import Catalogue
from service.intake.files.faults import TableError, TableFault
from service.intake.rows import LOINC
from service.intake.table import ROW_COLUMNS, RawRow, RawTable
from service.problems import Fault

CELLS = ROW_COLUMNS
"""What one row of results may hold."""

SYMPTOM_DETAILS = ("when", "onset", "worsening", "severity")
"""What may be said of a symptom beside that it is there."""

FACTS = (
    "record_number",
    "name",
    "birth_date",
    "sex",
    "pregnancy",
    "pregnancy_weeks",
    "collected_date",
    "collected_time",
    "specimen",
    "laboratory",
    "requester",
    "asked",
    "profile",
    "locale",
    "decimal_comma",
    "keep_unread",
)
"""The fields that are there once; ``asked`` is empty, ``none`` or ``some``."""

SPARE_ROWS = 3

_SPOKEN_FOR = ("value", "low", "high", "interval", "flag", "comment")
_CODE = re.compile(r"[0-9]{1,7}-[0-9]")
_LOCAL_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOST_SENT_ROWS = 300


@dataclass(frozen=True, slots=True)
class Row:
    """A row of results: ``key`` is an analyte's id, or ``x1``, ``x2`` for others."""

    key: str
    cells: Mapping[str, str]

    @property
    def filled(self) -> bool:
        """Whether the row says anything; a unit alone does not."""
        return any(self.cells.get(name) for name in _SPOKEN_FOR) or bool(
            self.key.startswith("x") and self.cells.get("test")
        )


@dataclass(frozen=True, slots=True)
class Form:
    """Everything on the entry page, as it was typed."""

    facts: Mapping[str, str]
    rows: tuple[Row, ...]
    symptoms: Mapping[str, Mapping[str, str]]
    conditions: tuple[str, ...]
    factors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """The document of a form, and which row of the form each result came from."""

    document: dict[str, object]
    keys: tuple[str, ...]
    faults: tuple[Fault, ...]


def read_form(sent: Mapping[str, Sequence[str]], catalogue: Catalogue) -> Form:
    """Return the form that *sent*, field names and their texts, fills in.

    An empty mapping is the blank form.  Fields that are not the form's are ignored.
    """
    rows = [_sent_row(sent, key) for key in catalogue.analytes]
    others = (_sent_row(sent, f"x{n}") for n in range(1, _MOST_SENT_ROWS))
    rows += _renumbered([row for row in others if row.filled])
    return Form(
        facts={name: _first(sent, name) for name in FACTS},
        rows=tuple(rows),
        symptoms={
            one: {part: _first(sent, f"{part}.{one}") for part in SYMPTOM_DETAILS}
            for one in sent.get("symptom", ())
        },
        conditions=tuple(sent.get("condition", ())),
        factors=tuple(sent.get("factor", ())),
    )


def with_table(form: Form, table: RawTable, catalogue: Catalogue, zone: tzinfo) -> Form:
    """Return *form* with the rows and facts of *table* filled in.

    A row goes to the line of its analyte where that is still free, else to a line
    of its own.  What the table says of the patient fills what is still empty.

    Raises:
        TableError: form and table contradict each other, or a time cannot be read.
    """
    filled = {row.key: row for row in form.rows if row.filled}
    extra = [row for row in form.rows if row.filled and row.key.startswith("x")]
    for raw in table.rows:
        key = _analyte_of(raw.cells["test"], catalogue)
        if key and key not in filled:
            filled[key] = _row(key, raw)
            continue
        extra.append(_row("x", raw))
    rows = [filled.get(key, Row(key, {})) for key in catalogue.analytes]
    merged = replace(form, rows=(*rows, *_renumbered(extra)))
    return _with_shared(merged, table.shared, zone)


def document_of(form: Form, catalogue: Catalogue, zone: tzinfo) -> Written:
    """Return the document of *form*, in the shape of ``SubmissionSchema``.

    A local time is given the clinic's offset, a day alone stays a day; only filled
    rows are in it.
    """
    filled = [row for row in form.rows if row.filled]
    facts = form.facts
    document: dict[str, object] = {
        "patient": {
            "id": facts["record_number"],
            "name": facts["name"],
            "birth_date": facts["birth_date"],
            "sex": facts["sex"] or "unknown",
            "pregnancy": {
                "status": facts["pregnancy"] or "unknown",
                "weeks": facts["pregnancy_weeks"],
            },
        },
        "specimen": {
            **collection(facts["collected_date"], facts["collected_time"], zone),
            "type": facts["specimen"] or "serum",
            "conditions": list(form.conditions),
        },
        "results": [_result(row, catalogue) for row in filled],
        "symptoms": _symptoms(form),
        "factors": list(form.factors),
        "profile": facts["profile"],
        "locale": facts["locale"],
        "laboratory": facts["laboratory"],
        "requester": facts["requester"],
        "on_problem": "report" if facts["keep_unread"] else "refuse",
    }
    keys = tuple(row.key for row in filled)
    return Written(document, keys, tuple(_contradictions(form, filled)))


def _first(sent: Mapping[str, Sequence[str]], name: str) -> str:
    texts = sent.get(name, ())
    return texts[0].strip() if texts else ""


def _sent_row(sent: Mapping[str, Sequence[str]], key: str) -> Row:
    return Row(key, {cell: _first(sent, f"{cell}.{key}") for cell in CELLS})


def _row(key: str, raw: RawRow) -> Row:
    return Row(key, raw.cells)


def _renumbered(rows: Sequence[Row]) -> list[Row]:
    return [replace(row, key=f"x{n}") for n, row in enumerate(rows, start=1)]


def _analyte_of(test: str, catalogue: Catalogue) -> str:
    """Return the id of the analyte that *test* names; a code is not a name."""
    if test in catalogue.analytes:
        return test
    analyte = catalogue.analyte_named(test)
    return analyte.id if analyte else ""


def _with_shared(form: Form, shared: Mapping[str, str], zone: tzinfo) -> Form:
    facts = dict(form.facts)
    offered = {name: text for name, text in shared.items() if name in FACTS}
    offered |= _local_time(shared.get("collected_at", ""), zone)
    for name, text in offered.items():
        if facts[name] and facts[name] != text:
            raise TableError([TableFault(0, name, "several_patients")])
        facts[name] = text
    listed = shared.get("symptoms", "").split()
    if listed:
        facts["asked"] = "none" if listed == ["none"] else "some"
    named = [] if listed == ["none"] else listed
    return replace(
        form,
        facts=facts,
        symptoms={one: {} for one in named} | dict(form.symptoms),
        conditions=_joined(form.conditions, shared.get("conditions", "")),
        factors=_joined(form.factors, shared.get("factors", "")),
    )


def _joined(ticked: Sequence[str], text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*ticked, *text.split()]))


def _local_time(text: str, zone: tzinfo) -> dict[str, str]:
    if not text:
        return {}
    if _DAY.fullmatch(text):
        return {"collected_date": text}
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise TableError([_no_time()]) from None
    if moment.tzinfo is not None:
        moment = moment.astimezone(zone)
    elif not _LOCAL_TIME.fullmatch(text):
        raise TableError([_no_time()])
    return {
        "collected_date": moment.date().isoformat(),
        "collected_time": moment.time().isoformat().removesuffix(":00"),
    }


def _no_time() -> TableFault:
    allowed = ("YYYY-MM-DD HH:MM", "YYYY-MM-DD")
    return TableFault(0, "collected_at", "not_a_time", allowed)


def collection(day: str, time: str, zone: tzinfo) -> dict[str, str]:
    """Return a day with no time as a day, and all else as a time in *zone*."""
    if day and not time:
        return {"collected_on": day}
    return {"collected_at": with_offset(day, time, zone)}


def with_offset(day: str, time: str, zone: tzinfo) -> str:
    """Return day and time with the offset of *zone*; what is no time stays as typed."""
    if not day and not time:
        return ""
    text = f"{day}T{time}"
    if not _LOCAL_TIME.fullmatch(text):
        return text
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=zone)
    except ValueError:
        return text
    # An hour that the clocks skipped comes back as another one: it never was.
    there_and_back = moment.astimezone(UTC).astimezone(zone)
    if there_and_back.replace(tzinfo=None) != moment.replace(tzinfo=None):
        return text
    return moment.isoformat()


def _result(row: Row, catalogue: Catalogue) -> dict[str, object]:
    cells = row.cells
    result: dict[str, object] = _what(row, catalogue)
    result["value"] = cells.get("value", "")
    result["unit"] = cells.get("unit", "")
    if cells.get("interval"):
        result["interval"] = cells["interval"]
    elif cells.get("low") or cells.get("high"):
        result["interval"] = {
            "low": cells.get("low", ""),
            "high": cells.get("high", ""),
        }
    for name in ("flag", "status", "comment"):
        if cells.get(name):
            result[name] = cells[name]
    return result


def _what(row: Row, catalogue: Catalogue) -> dict[str, object]:
    if row.key in catalogue.analytes:
        return {"analyte": row.key}
    test = row.cells.get("test", "")
    analyte = _analyte_of(test, catalogue)
    if analyte:
        return {"analyte": analyte}
    if _CODE.fullmatch(test):
        return {"code": {"system": LOINC, "code": test}}
    return {"name": test} if test else {}


def _symptoms(form: Form) -> list[dict[str, str]] | None:
    if not form.facts["asked"] and not form.symptoms:
        return None
    return [
        {"id": one} | {name: text for name, text in details.items() if text}
        for one, details in form.symptoms.items()
    ]


def _contradictions(form: Form, filled: Sequence[Row]) -> list[Fault]:
    """Return what the form says twice, differently; the document can hold it once."""
    faults = [
        Fault(f"/results/{index}/interval", "contradiction")
        for index, row in enumerate(filled)
        if row.cells.get("interval") and (row.cells.get("low") or row.cells.get("high"))
    ]
    asked = form.facts["asked"]
    if (asked == "some") != bool(form.symptoms):
        faults.append(Fault("/symptoms", "contradiction", asked))
    if asked not in {"", "none", "some"}:
        faults.append(Fault("/symptoms", "not_allowed", asked, ("none", "some")))
    return faults
