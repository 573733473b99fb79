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


def told(answer):
    """The codes of the warnings that came with an answer."""
    outcomes = [
        one
        for entry in answer.json["entry"]
        for one in (entry.get("resource", {}), entry.get("response", {}).get("outcome"))
        if one and one.get("resourceType") == "OperationOutcome"
    ]
    issues = [issue for one in outcomes for issue in one["issue"]]
    assert {one["severity"] for one in issues} <= {"warning"}
    return [one["details"]["coding"][0]["code"] for one in issues]


@pytest.mark.parametrize("kind", ["collection", "transaction"])
def test_what_is_not_paired_is_told(fhir, kind):
    number = {"identifier": [{"system": "urn:lab", "value": f"N-{kind}"}]}
    first = bundle(report(potassium("6.8"), potassium("4.1"), **number), kind=kind)
    again = bundle(report(potassium("4.2", status="corrected"), **number), kind=kind)

    assert told(fhir.post("/fhir", first)) == []
    assert told(fhir.post("/fhir", again)) == ["not_paired"]


def test_what_is_not_repeated_is_told(fhir):
    sodium = observation("2951-2", value="140")
    fhir.post("/fhir", order("N-2", potassium("6.8"), sodium))

    answer = fhir.post("/fhir", order("N-2", potassium("4.2", status="corrected")))

    assert told(answer) == ["not_repeated"]


@pytest.mark.parametrize("path", ["/fhir", "/fhir/Observation/$interpret"])
def test_a_body_that_corrects_itself_in_no_certain_way_is_told_so(fhir, path):
    results = potassium("6.8"), potassium("4.1"), potassium("4.2", status="corrected")

    assert "not_paired" in told(fhir.post(path, order(f"N-3 {path}", *results)))


@pytest.mark.parametrize(
    "sent",
    [
        bundle(observation(value="4.2", status="corrected")),
        bundle(report(observation(value="4.2", status="corrected"))),
        bundle(report(observation(value="4.2"), status="corrected")),
        bundle(report(observation(value="4.2"), status="cancelled")),
        order("N-never-sent", potassium("4.2", status="corrected")),
    ],
    ids=[
        "a result",
        "a result of a report",
        "a report",
        "a cancelled one",
        "an unknown report",
    ],
)
def test_a_correction_of_what_is_not_found_says_so_everywhere(fhir, sent):
    answer = fhir.post("/fhir", sent)
    (report_of,) = (
        one["resource"]
        for one in answer.json["entry"]
        if one["resource"]["resourceType"] == "DiagnosticReport"
    )

    assert told(answer) == ["earlier_unknown"]
    assert "corrects or takes back an earlier result" in report_of["conclusion"]


def test_a_correction_of_what_is_found_is_told_to_be_none_of_that(fhir):
    fhir.post("/fhir", order("N-5", potassium("6.8")))
    answer = fhir.post("/fhir", order("N-5", potassium("4.2", status="corrected")))

    assert told(answer) == []
    assert fhir.stored(answer).version == 2


def conclusion_of(answer):
    (found,) = (
        one["resource"]["conclusion"]
        for one in answer.json["entry"]
        if one["resource"]["resourceType"] == "DiagnosticReport"
    )
    return found


@pytest.mark.parametrize("key", [{}, {"Idempotency_Key": "again-1"}])
def test_what_is_not_found_is_told_again_when_it_is_sent_again(fhir, key):
    number = "N-6" if key else "N-7"
    sent = order(number, potassium("4.2", status="corrected"))
    fhir.post("/fhir", sent, **key)

    answer = fhir.post("/fhir", sent, **key)

    assert fhir.stored(answer).version == (1 if key else 2)
    assert "earlier_unknown" in told(answer)
    assert "corrects or takes back an earlier result" in conclusion_of(answer)


@pytest.mark.parametrize("right", ["corrected", "entered-in-error"])
def test_what_was_wrong_beside_what_is_right_corrects_an_earlier_report(fhir, right):
    wrong = potassium("6.8", status="entered-in-error")

    answer = fhir.post("/fhir", bundle(report(wrong, potassium("4.1", status=right))))

    assert told(answer) == ["earlier_unknown"]
