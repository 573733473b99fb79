"""The rows of a file become panels: one for each patient and specimen.

Each panel is the document that every other door makes too; what its texts mean is for
``service.intake.reading`` to find out.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reference_ranges.catalogue import Analyte, Catalogue
from reference_ranges.panel import ObservationStatus
from service.intake.door import Door
from service.intake.files.faults import TableError, TableFault
from service.intake.files.grid import Line
from service.intake.files.heads import IGNORE, RESULT, name_in, unit_fits, word
from service.intake.files.layout import RESULT_COLUMNS, Sheet
from service.intake.form import with_offset
from service.intake.rows import LOINC
from service.problems import Fault

_CODE = re.compile(r"[0-9]{1,7}-[0-9]", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_SHORTENED = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+[0-9]+", re.ASCII)
_BETWEEN = re.compile(r"[\s;,]+")
_LOINC_NAMES = frozenset({"", "ln", "loinc", LOINC})
_NUMBERS = ("value", "low", "high")
_OF_PERSON = ("name", "birth_date", "sex")
_OF_SPECIMEN = ("collected_at", "specimen")


@dataclass(frozen=True, slots=True)
class Sent:
    """One panel of a file, as the common document.

    ``raw`` is what is kept as it came: the patient's own lines and nobody else's.
    ``lines`` are the lines that the results stand on, one for each, in order.
    ``told`` is what its own door would find fault with besides, of a result by its
    place in the document.
    """

    document: object
    raw: bytes
    source: str
    lines: tuple[int, ...] = ()
    told: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the file: its cells, what they say of the panel, and its results."""

    line: int
    cells: tuple[str, ...]
    shared: Mapping[str, str]
    results: tuple[dict[str, object], ...]


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is said of a file as a whole, and not in it."""

    sha256: str
    on_problem: str = "refuse"


def panels_of(sheet: Sheet, door: Door, facts: FileFacts) -> tuple[Sent, ...]:
    """Return the panels of *sheet*, in the order of their first lines.

    Raises:
        TableError: rows of one panel disagree, or a row does not say whose it is.
    """
    tests = _tests(sheet, door.catalogue)
    rows = [_row(sheet, line, tests, door) for line in sheet.grid.lines[1:]]
    rows = [row for row in rows if row.results]
    patients = _patients(rows, anonymous=sheet.wide)
    groups = [part for group in patients for part in _by_specimen(group)]
    faults = [
        *(fault for group in patients for fault in _disagreements(group, _OF_PERSON)),
        *(fault for group in groups for fault in _disagreements(group)),
        *_corrections(rows),
        *_shortened(rows),
    ]
    if faults:
        raise TableError(list(dict.fromkeys(faults)))
    if not groups:
        raise TableError([TableFault(0, "", "empty_table")])
    return tuple(_sent(sheet, group, door, facts) for group in groups)


def _tests(sheet: Sheet, catalogue: Catalogue) -> list[dict[str, object]]:
    """Return, by column, the test and the unit of its results.

    Where the unit alone is ambiguous, as mg/dL of urea is, the head's name goes along.
    """
    tests: list[dict[str, object]] = []
    for head, meaning in zip(sheet.grid.heads, sheet.meanings, strict=True):
        test: dict[str, object] = {"analyte": meaning.analyte, "unit": meaning.unit}
        analyte = catalogue.analytes.get(meaning.analyte)
        if analyte is not None and not unit_fits(analyte, meaning.unit):
            test["name"] = name_in(head)
        tests.append(test)
    return tests


def _row(
    sheet: Sheet, line: Line, tests: Sequence[dict[str, object]], door: Door
) -> _Row:
    shared: dict[str, str] = {}
    own: dict[str, str] = {}
    results: list[dict[str, object]] = []
    for at, (meaning, cell) in enumerate(zip(sheet.meanings, line.cells, strict=False)):
        if meaning.column == RESULT and cell:
            results.append(tests[at] | {"value": cell})
        elif meaning.column in RESULT_COLUMNS:
            own[meaning.column] = _own(meaning.column, cell)
        elif cell and meaning.column != RESULT:
            shared[meaning.column] = str(word(meaning.column, cell))
    if not sheet.wide:
        results = [_result(own, door)] if any(own.values()) else []
    return _Row(line.number, line.cells, shared, tuple(results))


def _own(column: str, cell: str) -> str:
    """Return what a cell says of a result; only its numbers stay typed ones."""
    return cell if column in _NUMBERS else str(word(column, cell))


def _result(own: Mapping[str, str], door: Door) -> dict[str, object]:
    result = _what(own, door)
    result["value"] = own.get("value", "")
    result["unit"] = own.get("unit", "")
    if own.get("interval"):
        result["interval"] = own["interval"]
    elif own.get("low") or own.get("high"):
        result["interval"] = {"low": own.get("low", ""), "high": own.get("high", "")}
    for name in ("flag", "status", "comment", "method"):
        if own.get(name):
            result[name] = own[name]
    return result


def _what(own: Mapping[str, str], door: Door) -> dict[str, object]:
    """Return what a result is of: its LOINC code, else its name, else its own code.

    A code of the sender's own is looked up among its aliases, and so is a name.  What
    has the shape of a LOINC code counts under any system where it contradicts the name.
    """
    test, code = own.get("test", ""), own.get("code", "")
    system = own.get("code_system", "").strip()
    named: dict[str, object] = {"name": test} if test else {}
    if not code and _CODE.fullmatch(test):
        return {"code": {"system": LOINC, "code": test}}
    analyte = door.catalogue.analytes.get(test) or door.catalogue.analyte_named(test)
    of_loinc = system.casefold() in _LOINC_NAMES and _CODE.fullmatch(code)
    if of_loinc or _leads_elsewhere(code, analyte, door.catalogue):
        return {"code": {"system": LOINC, "code": code}} | named
    if code.casefold() in door.aliases:
        return _own_code(code, system) | named
    if test == (analyte.id if analyte else ""):
        return {"analyte": test} if test else _own_code(code, system)
    if analyte is not None or test.casefold() in door.aliases or not code:
        return named
    return _own_code(code, system) | named


def _leads_elsewhere(code: str, analyte: Analyte | None, catalogue: Catalogue) -> bool:
    """Say whether *code* is one of LOINC's that we know, and not of *analyte*."""
    if analyte is None:
        return False
    other = catalogue.codes.get(code, analyte.id) != analyte.id
    return other or code in catalogue.look_alikes


def _own_code(code: str, system: str) -> dict[str, object]:
    return {"code": {"system": system or "local", "code": code}} if code else {}


def _patients(rows: Sequence[_Row], *, anonymous: bool) -> list[list[_Row]]:
    """Return the rows of each patient together; an empty cell says nothing.

    *anonymous* rows without a record number are a panel each.
    """
    numbers = {one for row in rows if (one := row.shared.get("record_number"))}
    single = len(numbers) <= 1 and not anonymous
    groups: dict[str, list[_Row]] = {}
    whose = next(iter(numbers), "") if single else ""
    for row in rows:
        number = row.shared.get("record_number", "") or whose
        if not number and not single:
            if not anonymous:
                raise TableError(_without_number(rows))
            number = f"\0{row.line}"
        groups.setdefault(number, []).append(row)
    return list(groups.values())


def _without_number(rows: Sequence[_Row]) -> list[TableFault]:
    return [
        TableFault(row.line, "record_number", "patient_missing")
        for row in rows
        if not row.shared.get("record_number")
    ]


def _by_specimen(rows: list[_Row]) -> list[list[_Row]]:
    """Part the rows of one patient by when they were collected, and of what.

    Where there is one such time, a row without takes it.

    Raises:
        TableError: there are several, and a row says none.
    """
    told = {
        column: {one for row in rows if (one := row.shared.get(column))}
        for column in _OF_SPECIMEN
    }
    faults = [
        TableFault(row.line, column, "rows_disagree")
        for row in rows
        for column in _OF_SPECIMEN
        if len(told[column]) > 1 and not row.shared.get(column)
    ]
    if faults:
        raise TableError(faults)
    groups: dict[tuple[str, ...], list[_Row]] = {}
    for row in rows:
        key = tuple(
            row.shared.get(name, "") if len(told[name]) > 1 else ""
            for name in _OF_SPECIMEN
        )
        groups.setdefault(key, []).append(row)
    return list(groups.values())


def _disagreements(
    rows: Sequence[_Row], columns: Sequence[str] = ()
) -> Iterator[TableFault]:
    """Yield what rows say differently, of *columns* or else of any."""
    agreed: dict[str, str] = {}
    for row in rows:
        for column, text in row.shared.items():
            if columns and column not in columns:
                continue
            if column != IGNORE and agreed.setdefault(column, text) != text:
                yield TableFault(row.line, column, "rows_disagree")


def _corrections(rows: Sequence[_Row]) -> Iterator[TableFault]:
    """Yield the rows that take back or correct what an earlier file said."""
    for row in rows:
        if any(one.get("status") in _CORRECTING for one in row.results):
            yield TableFault(row.line, "status", "correction")


def _shortened(rows: Sequence[_Row]) -> Iterator[TableFault]:
    """Yield the record numbers whose digits a spreadsheet lost: of many people's."""
    for row in rows:
        number = row.shared.get("record_number", "")
        if _SHORTENED.fullmatch(number):
            yield TableFault(row.line, "record_number", "exponent", received=number)


_CORRECTING = (ObservationStatus.CORRECTED, ObservationStatus.ENTERED_IN_ERROR)


def _sent(sheet: Sheet, rows: Sequence[_Row], door: Door, facts: FileFacts) -> Sent:
    shared: dict[str, str] = {}
    for row in rows:
        shared |= {name: text for name, text in row.shared.items() if name != IGNORE}
    document = _document(shared, door) | {"on_problem": facts.on_problem}
    document["results"] = [one for row in rows for one in row.results]
    kept = {
        "file_sha256": facts.sha256,
        "decimal_comma": door.decimal_comma,
        "head": sheet.grid.heads,
        "lines": {f"{row.line}": row.cells for row in rows},
        "document": document,
    }
    raw = json.dumps(kept, ensure_ascii=False, sort_keys=True).encode()
    lines = tuple(row.line for row in rows for _ in row.results)
    return Sent(document, raw, sheet.grid.kind, lines)


def _document(shared: Mapping[str, str], door: Door) -> dict[str, object]:
    return {
        "patient": {
            "id": shared.get("record_number", ""),
            "name": shared.get("name", ""),
            "birth_date": shared.get("birth_date", ""),
            "sex": shared.get("sex", "unknown"),
            "pregnancy": {
                "status": shared.get("pregnancy", "unknown"),
                "weeks": shared.get("pregnancy_weeks", ""),
            },
        },
        "specimen": {
            **_collection(shared.get("collected_at", ""), door),
            "type": shared.get("specimen", ""),
            "conditions": _listed(shared.get("conditions", "")),
        },
        "symptoms": _symptoms(shared.get("symptoms", "")),
        "factors": _listed(shared.get("factors", "")),
        "profile": shared.get("profile", ""),
        "locale": shared.get("locale", ""),
        "laboratory": shared.get("laboratory", ""),
        "requester": shared.get("requester", ""),
    }


def _collection(text: str, door: Door) -> dict[str, str]:
    """Give a local time the sender's offset; any other text stays as it is.

    A day without a time is enough for an age.
    """
    if _DAY.fullmatch(text):
        return {"collected_on": text}
    day, _, time = text.replace("T", " ", 1).partition(" ")
    return {"collected_at": with_offset(day, time, door.zone) if day and time else text}


def _listed(text: str) -> list[str]:
    return [one for one in _BETWEEN.split(text) if one]


def _symptoms(text: str) -> list[dict[str, str]] | None:
    """Return the symptoms; no text is not asked, ``none`` is asked and none."""
    listed = _listed(text)
    if listed == ["none"]:
        return []
    return [{"id": one} for one in listed] or None
