"""One panel by JSON and by FHIR: the same stored values, classes and refusals."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.intake.reading import read_draft
from tests.desk.test_doors_agree import CASES, REFUSED
from tests.fhir.made import (
    ANALYTE,
    PATIENT,
    SERUM,
    bundle,
    concept,
    flagged,
    observation,
    pregnant,
    quantity,
)

SYMPTOM = "https://plainlab.example/fhir/symptom"


def by_json(rows, told):
    """The document of CASES, as a system that speaks our JSON sends it."""
    made = {
        "patient": {
            "id": "MRN-1",
            "name": "Alex Example",
            "birth_date": "1971-03-04",
            "sex": "female",
            "pregnancy": {"status": "no"},
        },
        "specimen": {"collected_at": "2026-11-20T08:40:00+00:00", "type": "serum"},
        "results": [_json_row(one) for one in rows],
    }
    if "symptoms" in told:
        made["symptoms"] = [{"id": one} for one in told["symptoms"]]
    return made


def _json_row(one):
    what = "name" if one["test"] == "Copper" else "analyte"
    made = {what: one["test"], "value": one["value"], "unit": one["unit"]}
    ends = {end: one[end] for end in ("low", "high") if end in one}
    made |= {"interval": ends} if ends else {}
    return made | {key: one[key] for key in ("flag", "comment") if key in one}


def by_fhir(rows, told):
    """The same as a system that speaks FHIR sends it."""
    symptoms = [
        {"resourceType": "Condition", "subject": {"reference": "Patient/p1"}}
        | {"code": concept(one, SYMPTOM)}
        for one in told.get("symptoms", ())
    ]
    return bundle(
        pregnant("60001007"),
        *symptoms,
        *(_resource(one) for one in rows),
        patient=PATIENT | {"name": [{"text": "Alex Example"}]},
        specimen=SERUM,
    )


def _resource(one):
    known = one["test"] != "Copper"
    code = concept(one["test"], ANALYTE) if known else {"text": one["test"]}
    made = observation(value=None) | {"code": code} | _value(one)
    ends = {
        end: quantity(one[end], one["unit"]) for end in ("low", "high") if end in one
    }
    if ends:
        made["referenceRange"] = [ends]
    if "flag" in one:
        made["interpretation"] = flagged(one["flag"])
    if "comment" in one:
        made["note"] = [{"text": one["comment"]}]
    return made


def _value(one):
    value = one["value"]
    if value.isascii() and value.lstrip("<>=").replace(".", "", 1).isdigit():
        return {"valueQuantity": quantity(value, one["unit"], code="")}
    return {"valueString": value}


@pytest.mark.parametrize("case", CASES)
def test_json_and_fhir_lead_to_the_same_stored_values(lab_of, fhir, case):
    rows, told, _ = CASES[case]

    ours = fhir.stored(fhir.post("/fhir", by_fhir(rows, told)))
    theirs = lab_of(by_json(rows, told))

    assert ours.submission.panel == theirs.submission.panel
    assert ours.submission.identity == theirs.submission.identity
    assert ours.submission.collected_at == theirs.submission.collected_at
    assert ours.interpretation == theirs.interpretation


@pytest.fixture(scope="module")
def lab_of(fhir):
    """Post our JSON to the same application, and return what is stored."""

    def post(document):
        answer = fhir.post("/v1/interpretations", document, "application/json")
        assert answer.status_code == 201, answer.text
        return fhir.stored(answer)

    return post


@pytest.mark.parametrize("case", REFUSED)
def test_json_and_fhir_refuse_alike(fhir, case):
    one, code = REFUSED[case]
    before = fhir.kept()
    answer = fhir.post("/v1/interpretations", by_json([one], {}), "application/json")

    assert answer.json["errors"][0]["code"] == code
    assert fhir.refusals("/fhir", by_fhir([one], {}))[0][1] == code
    assert fhir.kept() == before


def panels(catalogue):
    """Random rows: any analyte in any of its units, at any number."""
    units = [
        (analyte.id, unit)
        for analyte in catalogue.analytes.values()
        for unit in analyte.spellings
        if unit.isascii()
    ]
    number = st.decimals(0, 9999, places=2).map(lambda one: f"{one:f}")
    value = st.builds("{}{}".format, st.sampled_from(("", "<", ">")), number)
    row = st.fixed_dictionaries(
        {
            "what": st.sampled_from(units),
            "value": value.filter(lambda one: one != "<0.00"),
        },
        optional={
            "flag": st.sampled_from(("N", "H", "LL", "?")),
            "comment": st.sampled_from(("haemolysed", "no comment")),
            "ends": st.tuples(number, number),
        },
    )
    return st.lists(row.map(_row), min_size=1, max_size=6)


def _row(sent):
    test, unit = sent.pop("what")
    low, high = sorted(sent.pop("ends", ("", "")), key=lambda one: Decimal(one or 0))
    ends = {"low": low, "high": high} if low else {}
    return {"test": test, "unit": unit, **ends, **sent}


def test_any_panel_means_the_same_by_json_and_by_fhir(read, door, catalogue):
    @settings(max_examples=60)
    @given(panels(catalogue))
    def agrees(rows):
        (sent,) = read(by_fhir(rows, {})).documents
        ours = read_draft(sent.document, b"", "json", door)
        theirs = read_draft(by_json(rows, {}), b"", "json", door)
        if theirs.submission is None:
            assert ours.submission is None
        assert ours.submission == theirs.submission
        assert [one.code for one in ours.faults] == [one.code for one in theirs.faults]

    agrees()
