"""One catalogue of problems, also as OperationOutcome."""

import pytest

from service.fhir.outcome import ISSUE_TYPES, issues_of, outcome_of
from service.problems import FAULTS, PROBLEMS, Fault, ProblemError
from tests.fhir.made import bundle, concept, observation
from tests.fhir.oracle import ISSUES

PANEL = {
    "patient": {"birth_date": "2026-11-21", "sex": "female"},
    "specimen": {"collected_at": "2026-11-20T08:40:00+00:00"},
}


def test_every_code_of_the_catalogue_has_a_type_of_issue():
    assert set(ISSUE_TYPES) >= set(PROBLEMS) | set(FAULTS)


def test_every_type_of_issue_is_one_of_r4():
    assert set(ISSUE_TYPES.values()) <= ISSUES


@pytest.mark.parametrize("code", PROBLEMS)
def test_every_problem_can_be_told(code):
    (issue,) = outcome_of(ProblemError(code))["issue"]

    assert issue["severity"] == "error"
    assert issue["details"]["coding"][0]["code"] == code
    assert issue["details"]["text"]


@pytest.mark.parametrize("code", FAULTS)
def test_every_fault_is_told_in_the_words_of_the_catalogue(code):
    problem = ProblemError("invalid_submission", faults=(Fault("/a", code),))
    (issue,) = outcome_of(problem, "Observation")["issue"]

    assert issue["details"]["text"] == FAULTS[code]
    assert issue["expression"] == ["Observation.a"]


@pytest.mark.parametrize(
    ("pointer", "path"),
    [
        ("", "Bundle"),
        ("/entry/3/resource/valueQuantity", "Bundle.entry[3].resource.valueQuantity"),
        ("/note/0", "Bundle.note[0]"),
        ("Idempotency-Key", "Idempotency-Key"),
    ],
)
def test_a_place_is_told_as_fhirpath(pointer, path):
    (issue,) = issues_of([Fault(pointer, "required")], "Bundle")

    assert issue["expression"] == [path]


def test_what_was_received_and_what_is_allowed_are_told():
    fault = Fault("/x", "not_allowed", "c", ("a", "b"))

    assert issues_of([fault], "")[0]["diagnostics"] == "Received: c. Allowed: a, b."


# the same fault, in our JSON and in FHIR
SAME = {
    "a unit of no list": (
        {"value": "4", "unit": "furlong"},
        observation(value="4", unit="furlong"),
    ),
    "no unit": (
        {"value": "4", "unit": ""},
        observation(value=None, valueInteger=4),
    ),
    "no value": (
        {"value": "", "unit": "mmol/L"},
        observation(value=None, valueQuantity={"unit": "mmol/L"}),
    ),
    "below nothing": (
        {"value": "-4", "unit": "mmol/L"},
        observation(value=None, valueQuantity={"value": -4, "unit": "mmol/L"}),
    ),
    "another code": (
        {"value": "4", "unit": "mmol/L", "analyte": "sodium"},
        observation(value="4")
        | {
            "code": {
                "coding": concept("2823-3")["coding"]
                + concept("sodium", "https://plainlab.example/fhir/analyte")["coding"]
            }
        },
    ),
    "a control character": (
        {"value": "4", "unit": "mmol/L", "comment": "\u202e"},
        observation(value="4", note=[{"text": "\u202e"}]),
    ),
    "a status of no list": (
        {"value": "4", "unit": "mmol/L", "status": "bogus"},
        observation(value="4", status="bogus"),
    ),
}


@pytest.mark.parametrize("case", SAME)
def test_json_and_fhir_name_the_same_codes(fhir, case):
    row, resource = SAME[case]
    code = {"system": "http://loinc.org", "code": "2823-3"}
    document = {
        "specimen": {"collected_at": "2026-11-20T08:40:00+00:00"},
        "results": [{"code": code} | row],
    }
    answer = fhir.post("/v1/interpretations", document, "application/json")
    codes = [one["code"] for one in answer.json["errors"]]

    sent = bundle(resource, patient=None)
    assert [code for _, code in fhir.refusals("/fhir", sent)] == codes


def test_a_patient_born_after_the_specimen_is_refused_alike(fhir):
    document = PANEL | {"results": [{"analyte": "sodium", "value": "1", "unit": "x"}]}
    answer = fhir.post("/v1/interpretations", document, "application/json")
    codes = [one["code"] for one in answer.json["errors"]]

    born = {"resourceType": "Patient", "id": "p1", "birthDate": "2026-11-21"}
    sent = bundle(observation(unit="x", value="1"), patient=born)
    assert [code for _, code in fhir.refusals("/fhir", sent)] == codes
