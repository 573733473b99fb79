"""What a correction by FHIR takes the place of, and what it must leave standing."""

import pytest

from reference_ranges.panel import Reason
from reference_ranges.results import Urgency
from tests.fhir.made import PATIENT, bundle, observation, report


def potassium(value, name="", status="final"):
    named = {"identifier": [{"system": "urn:lab", "value": name}]} if name else {}
    return observation(value=value, status=status, **named)


def order(number, *results):
    """A report that the sender calls by that number."""
    named = {"identifier": [{"system": "urn:lab", "value": number}]}
    return bundle(report(*results, **named))


def values(stored):
    return [one.value_text for one in stored.submission.panel.observations]


@pytest.mark.parametrize(
    ("number", "names", "corrected", "kept"),
    [
        ("T-1", ("a", "b"), "b", ["6.8", "4.2"]),
        ("T-2", ("", ""), "", ["6.8", "4.1", "4.2"]),
        ("T-3", ("a", "b"), "", ["6.8", "4.1", "4.2"]),
    ],
)
def test_a_correction_of_one_of_two_results_loses_no_other(
    fhir, number, names, corrected, kept
):
    first, second = names
    fhir.post("/fhir", order(number, potassium("6.8", first), potassium("4.1", second)))
    again = order(number, potassium("4.2", corrected, "corrected"))

    stored = fhir.stored(fhir.post("/fhir", again))

    assert values(stored) == kept
    assert stored.version == 2
    assert stored.interpretation.urgency is Urgency.EMERGENCY


def test_what_a_body_corrects_in_itself_is_kept_and_not_judged(fhir):
    sent = order("T-4", potassium("6.8"), potassium("4.1", status="corrected"))

    stored = fhir.stored(fhir.post("/fhir", sent))

    first, second = stored.submission.panel.observations
    assert first.refusal is Reason.STATUS_NOT_USABLE
    assert second.refusal is None
    assert stored.interpretation.urgency < Urgency.EMERGENCY


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"birthDate": "1971-03-05"}, "birthDate"),
        ({"gender": "male"}, "gender"),
        ({"name": [{"text": "Pat Other"}]}, "name"),
    ],
)
def test_two_people_under_one_number_are_refused(fhir, change, place):
    other = PATIENT | {"id": "p2"} | change
    theirs = observation("2951-2", value="140", subject={"reference": "Patient/p2"})
    before = fhir.kept()

    ((where, code),) = fhir.refusals("/fhir", bundle(other, observation(), theirs))

    assert (place in where, code) == (True, "contradiction")
    assert fhir.kept() == before


def test_the_answer_to_a_correction_names_the_result_that_was_sent(fhir):
    named = {"identifier": [{"system": "urn:lab", "value": "T-5"}]}
    sodium = observation("2951-2", value="140", **named)
    fhir.post("/fhir", bundle(sodium, potassium("6.8", "T-5"), kind="transaction"))
    again = bundle(potassium("4.2", "T-5", "corrected"), kind="transaction")

    answer = fhir.post("/fhir", again)

    (place,) = [
        one["response"]["location"]
        for one in answer.json["entry"]
        if "Observation" in one["response"].get("location", "")
    ]
    found = fhir.get(f"/fhir/{place}" if not place.startswith("/") else place).json
    assert str(found["valueQuantity"]["value"]) == "4.2"
