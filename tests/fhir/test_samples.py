"""Outside data: every file posted, nothing invented, what is known as it was sent.

fhir.resources reads the bytes of each file by itself: what it says stands at the place
of each of our rows is what the row says, and there is no row more and none less.
"""

import csv
import json
from decimal import Decimal

import pytest
from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

from service.problems import ProblemError
from tests.conftest import SAMPLES
from tests.fhir.made import LOINC

FOLDER = SAMPLES / "fhir"
FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/*.json"))
EACH = pytest.mark.parametrize("name", FILES or ["none"])


@pytest.fixture(scope="module")
def posted(samples, fhir):
    """The answer to each file, posted as its type asks, and what is stored of it."""
    answers = {}
    for name in FILES:
        body = (samples / "fhir" / name).read_bytes()
        kind = json.loads(body)["resourceType"]
        path = "/fhir" if kind == "Bundle" else f"/fhir/{kind}"
        answers[name] = fhir.post(path, body, Prefer="handling=lenient")
    return answers


@pytest.fixture(scope="module")
def samples():
    if not SAMPLES.is_dir():
        pytest.skip("the outside samples are not on this machine")
    return SAMPLES


@EACH
def test_no_file_is_answered_with_a_failure_of_ours(posted, name):
    answer = posted[name]

    assert answer.status_code < 500
    assert answer.content_type == "application/fhir+json"
    assert "Traceback" not in answer.text


@EACH
def test_a_file_is_refused_by_name_or_all_of_it_is_there(fhir, posted, expected, name):
    answer, wanted = posted[name], expected[name]
    if answer.status_code != 201:
        codes = {one["details"]["coding"][0]["code"] for one in answer.json["issue"]}
        assert wanted == []
        assert codes <= {"no_results", "not_found"}
        return
    if answer.json["resourceType"] == "Bundle":  # of five specimens come five reports
        found = len(_found(answer))
    else:
        found = len(fhir.stored(answer).submission.panel.observations)
    assert found == sum(1 for row in wanted if _is_result(row))


def _is_result(row):
    """Everything but a heading, which has neither a value nor a reason for none."""
    return bool(row["value"] or row["other_value_key"] or row["data_absent"]) or (
        row["status"] != "unknown" and not row["part"]
    )


@pytest.fixture(scope="module")
def expected(samples):
    table = samples / "fhir" / "expected_observations.csv"
    rows = list(csv.DictReader(table.read_text("utf-8").splitlines(keepends=True)))
    return {name: [row for row in rows if row["file"] == name] for name in FILES}


def test_what_we_know_is_read_as_it_was_written(posted, known, read_rows, capsys):
    found = {name: read_rows(name) for name in FILES if posted[name].status_code == 201}
    for wanted in known:
        assert _as_written(wanted) in found[wanted["file"]], wanted
    others = sum(map(len, found.values())) - len(known)
    with capsys.disabled():
        print(f"\n  FHIR samples: {len(known)} results that we know, {others} others")
    assert len(known) == 25


@pytest.fixture(scope="module")
def known(posted, expected, catalogue):
    """What is written of every result that we know."""
    return [
        row
        for name in FILES
        for row in expected[name]
        if posted[name].status_code == 201 and row["value"] and _analyte(row, catalogue)
    ]


@pytest.fixture(scope="module")
def read_rows(read, samples):
    """The rows that a file is read as."""

    def read_file(name):
        body = (samples / "fhir" / name).read_bytes()
        documents = [sent.document for sent in read(body).documents]
        return [_as_read(row) for one in documents for row in one["results"]]

    return read_file


def _analyte(wanted, catalogue):
    codes = [catalogue.analyte_for_code(code) for code in wanted["codes"].split()]
    return next(filter(None, codes), None)


_STATUSES = {"unknown": "preliminary", "registered": "preliminary"}


def _as_written(wanted):
    limits = {"low": wanted["ref_low"], "high": wanted["ref_high"]}
    return (
        wanted["comparator"] + wanted["value"],
        wanted["unit"] or wanted["unit_code"],
        _STATUSES.get(wanted["status"], wanted["status"]),
        {side: limit for side, limit in limits.items() if limit},
        wanted["interpretation"],
    )


def _as_read(row):
    interval = row.get("interval") or {}
    limits = interval if isinstance(interval, dict) else {}
    return row["value"], row["unit"], row["status"], limits, row["flag"]


@EACH
def test_what_we_do_not_know_is_not_interpreted(posted, catalogue, name):
    if posted[name].status_code != 201:
        return
    for one in _found(posted[name]):
        codings = one["code"].get("coding", [])
        loinc = [each["code"] for each in codings if each["system"] == LOINC]
        if not any(catalogue.analyte_for_code(code) for code in loinc):
            outcome = one["interpretation"][0]["coding"][-1]["code"]
            assert outcome in {"not_interpreted", "conflict"}
            assert "low" not in json.dumps(one.get("referenceRange", []))


@EACH
def test_no_number_is_invented(posted, samples, name):
    if posted[name].status_code != 201:
        return
    sent = (samples / "fhir" / name).read_text("utf-8")
    for one in _found(posted[name], read=Decimal):
        if "valueQuantity" in one and "derivedFrom" not in one:
            assert str(one["valueQuantity"]["value"]) in sent


def _found(answer, read=float):
    made = json.loads(answer.data, parse_float=read)
    bundled = made["resourceType"] == "Bundle"
    entries = made["entry"] if bundled else [{"resource": made}]
    resources = [entry["resource"] for entry in entries]
    return [
        one
        for one in resources
        if one["resourceType"] == "Observation" and "derivedFrom" not in one
    ]


# --- another reader says the same ---------------------------------------------------

TOO_STRICT = {
    "fhir-test-cases/obs-quantity.json": ("code", "missing"),
}
"""Files that fhir.resources refuses, and why.

An Observation without a code: R4 requires one.  We read the row, name what it lacks
and interpret nothing of it.
"""


def other_reader(body):
    """What fhir.resources reads in *body*, the numbers with all their digits."""
    kind = json.loads(body)["resourceType"]
    return get_fhir_model_class(kind).model_validate_json(body)


@EACH
def test_another_reader_says_the_same(samples, read, name):
    body = (samples / "fhir" / name).read_bytes()
    if name in TOO_STRICT:
        with pytest.raises(ValidationError) as refused:
            other_reader(body)
        assert [(one["loc"][-1], one["type"]) for one in refused.value.errors()] == [
            TOO_STRICT[name]
        ]
        return
    theirs = other_reader(body)
    ours = _rows_by_place(read, body)

    assert set(ours) == set(_places_of_results(theirs))
    for place, (row, document) in ours.items():
        holder, observation = _at(theirs, place)
        assert _ours(row, document) == _theirs(theirs, holder, observation), place
        for one, offered in _choices(row, holder):
            assert one in (offered or {""}), place


def _rows_by_place(read, body):
    """Each row that we read, with its document, by its place in the body."""
    try:
        documents = read(body).documents
    except ProblemError as problem:
        codes = {fault.code for fault in problem.faults}
        assert codes <= {"no_results", "not_allowed"}  # a Specimen is no result
        return {}
    return {
        sent.places[f"/results/{number}"]: (row, sent.document)
        for sent in documents
        for number, row in enumerate(sent.document["results"])
    }


def _places_of_results(theirs):
    """Where fhir.resources sees a value or a reason for none, or nothing but a code."""
    for place, resource in _resources(theirs):
        if resource.get_resource_type() != "Observation":
            continue
        components = resource.component or []
        if _has_value(resource) or not (components or resource.hasMember):
            yield place
        for number, _ in enumerate(components):
            yield f"{place}/component/{number}"


def _resources(theirs):
    if theirs.get_resource_type() != "Bundle":
        yield "", theirs
        return
    for number, entry in enumerate(theirs.entry):
        yield f"/entry/{number}/resource", entry.resource


def _has_value(holder):
    names = (*(name for name in type(holder).model_fields if name.startswith("value")),)
    return any(getattr(holder, one) is not None for one in (*names, "dataAbsentReason"))


def _at(root, place):
    """What stands at *place*, a JSON pointer, and the Observation that it is in."""
    holder = observation = root
    for step in place.split("/")[1:]:
        holder = holder[int(step)] if step.isdigit() else getattr(holder, step)
        observation = holder if step == "resource" else observation
    return holder, observation


def _theirs(root, holder, observation):
    """What the other reader says of a result, in words that both can say."""
    amount = holder.valueQuantity
    return {
        "number": amount and (amount.comparator or "", amount.value),
        "words": None if amount else _words(holder),
        "status": _STATUSES.get(observation.status, observation.status),
        "limits": _limits(holder.referenceRange or []) if amount else {},
        "patient": _patient(root, observation),
    }


def _choices(row, holder):
    """What we took of several that mean the same, and what there was to take."""
    amount, flags = holder.valueQuantity, holder.interpretation or []
    codings = [coding for one in flags for coding in one.coding or []]
    yield row["unit"], amount and {text for text in (amount.unit, amount.code) if text}
    yield row["flag"], {one.code for one in codings} or {one.text for one in flags}
    codes = {(one.system, one.code) for one in holder.code.coding or []}
    code = row.get("code", {})
    yield (code.get("system"), code.get("code")) if code else "", codes


def _words(holder):
    """The text of a value that is no number; None where there is none to compare."""
    concept = holder.valueCodeableConcept
    if concept is not None:
        first = next((one.display for one in concept.coding or [] if one.display), None)
        code = next((one.code for one in concept.coding or [] if one.code), "")
        return concept.text or first or code
    return holder.valueString or ""


def _limits(ranges):
    """The limits of the only range of a number; of a text, they are text."""
    if len(ranges) != 1:
        return {}
    ends = {"low": ranges[0].low, "high": ranges[0].high}
    return {side: end.value for side, end in ends.items() if end is not None}


def _patient(root, observation):
    """Birth date and sex of the subject, where the body has them."""
    target = observation.subject and observation.subject.reference
    entries = root.entry if root.get_resource_type() == "Bundle" else []
    for entry in entries:
        if target and entry.fullUrl and entry.fullUrl.endswith(target):
            person = entry.resource
            return str(person.birthDate or ""), person.gender or "unknown"
    return "", "unknown"


def _ours(row, document):
    """What our row says, in the same words."""
    value, interval = row["value"], row.get("interval")
    sign = value.rstrip("0123456789.-")
    limits = interval if isinstance(interval, dict) else {}
    patient = document["patient"]
    return {
        "number": (sign, Decimal(value.removeprefix(sign))) if row["unit"] else None,
        "words": None if row["unit"] else value.strip('"'),
        "status": row["status"],
        "limits": {side: Decimal(text) for side, text in limits.items()},
        "patient": (patient["birth_date"], patient["sex"]),
    }
