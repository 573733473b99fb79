"""No body holds the reader up, or does anything by what it says."""

import time

import pytest

from tests.desk.test_hostile_text import CORPUS
from tests.fhir.made import PATIENT, SERUM, bundle, observation
from tests.fhir.oracle import breaches, parts_of
from tests.long import untraced

SECOND = 1.0


LARGE = {
    "many patients": bundle(
        *(observation(subject={"reference": f"Patient/{n}"}) for n in range(101))
    ),
    "many entries": {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": {"resourceType": "Observation"}}] * 2000,
    },
    "members in a ring": bundle(
        {
            "resourceType": "DiagnosticReport",
            "result": [{"reference": "Observation/o1"}],
        },
        observation(id="o1", hasMember=[{"reference": "Observation/o2"}]),
        observation(id="o2", hasMember=[{"reference": "Observation/o1"}]),
    ),
    "a flood of codings": observation(
        code=None, interpretation=[{"coding": [{"code": "H"}] * 20_000}]
    ),
    "a flood of ranges": observation(referenceRange=[{"text": "x"}] * 20_000),
}


@pytest.mark.parametrize("case", LARGE)
def test_a_large_body_takes_less_than_a_second(fhir, case):
    with untraced():
        started = time.process_time()
        answer = fhir.post("/fhir/Observation/$interpret", LARGE[case])
        taken = time.process_time() - started

    assert answer.status_code in {200, 422}
    assert taken < SECOND


def everywhere(text):
    """A report whose every text is *text*."""
    who = PATIENT | {"name": [{"text": text}], "identifier": [{"value": text}]}
    lab = {"resourceType": "Organization", "id": "o", "name": text}
    one = observation(
        note=[{"text": text}],
        interpretation=[{"text": text}],
        referenceRange=[{"text": text}],
        method={"text": text},
        performer=[{"reference": "Organization/o"}],
    )
    strange = observation(code=None, value=None, valueString=text) | {
        "code": {"text": text, "coding": [{"system": text, "code": text}]}
    }
    return bundle(lab, one, strange, patient=who, specimen=SERUM)


@pytest.mark.parametrize("text", CORPUS)
def test_hostile_text_comes_back_as_text_and_nowhere_else(fhir, text):
    sent = everywhere(text)
    answer = fhir.post("/fhir", sent, Prefer="handling=lenient")

    assert answer.status_code == 201, answer.text
    assert breaches(answer.json) == []
    texts = [part.get("text") for part in parts_of(answer.json)]
    assert text in texts
    assert text not in answer.location
    assert {part.get("reference", "urn:")[:4] for part in parts_of(answer.json)} == {
        "urn:"
    }
