"""Outside data: every file posted, nothing invented, what is known as it was sent."""

import csv
import json
from decimal import Decimal

import pytest

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
