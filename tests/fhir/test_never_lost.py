"""What an odd resource must not do: hide a result, change it, or tell it of another."""

import pytest

from reference_ranges.panel import Reason
from reference_ranges.results import Kind
from tests.fhir.made import (
    FLAGS,
    LOINC,
    PATIENT,
    SERUM,
    UCUM,
    bundle,
    concept,
    flagged,
    normal,
    observation,
    pregnant,
    quantity,
    report,
)

SNOMED = "http://snomed.info/sct"
SPECIMENS = "http://terminology.hl7.org/CodeSystem/v2-0487"
CONDITION = {
    "resourceType": "Condition",
    "clinicalStatus": concept("active", "x"),
    "code": concept("77386006", SNOMED),
    "subject": {"reference": "Patient/p1"},
}


def coded(*codes, **more):
    """A result with these codes of LOINC, in this order."""
    codings = [{"system": LOINC, "code": one} for one in codes]
    return observation(**more) | {"code": {"coding": codings}}


@pytest.fixture
def judged(fhir):
    """What became of the results of a resource that is sent."""

    def send(resource, path="/fhir", **headers):
        answer = fhir.post(path, resource, **headers)
        assert answer.status_code in {200, 201}, answer.text
        return fhir.stored(answer).interpretation.results

    return send


@pytest.fixture
def outcome(judged):
    """The outcome of the only result."""

    def of_resource(resource):
        (found,) = judged(resource)
        return found.outcome.kind, found.outcome.reason

    return of_resource


UNREAD = (Kind.NOT_INTERPRETED, Reason.WRONG_SPECIMEN)


# --- what was measured, of whom ------------------------------------------------------


@pytest.mark.parametrize("codes", [("2823-3", "2828-2"), ("2828-2", "2823-3")])
def test_a_code_of_something_alike_counts_wherever_it_stands(outcome, codes):
    found = outcome(bundle(coded(*codes)))

    assert found == (Kind.NOT_INTERPRETED, Reason.WRONG_MEASURAND)


@pytest.mark.parametrize(
    "text",
    [
        "Potassium [Moles/volume] in Urine",
        "Urine potassium",
        "Kalium i. Urin",
        "Potassium, CSF",
        "Potassium (pleural fluid)",
        "Potassium 24h urine",
    ],
)
def test_a_name_that_speaks_of_no_blood_is_heard(outcome, text):
    sent = observation() | {"code": concept("2823-3", text=text)}

    assert outcome(bundle(sent)) == UNREAD


@pytest.mark.parametrize("text", ["Potassium", "K+ in serum", "Purine-free potassium"])
def test_a_name_that_speaks_of_blood_changes_nothing(outcome, text):
    sent = observation() | {"code": concept("2823-3", text=text)}

    assert outcome(bundle(sent)) == (Kind.IN_RANGE, None)


def test_a_display_is_heard_though_there_is_a_text(fhir):
    coding = {"system": LOINC, "code": "2823-3", "display": "Sodium"}
    sent = observation() | {"code": {"coding": [coding], "text": "Potassium"}}

    refused = fhir.refusals("/fhir", bundle(sent))

    assert [code for _, code in refused] == ["analyte_code_conflict"]


def test_a_result_whose_focus_is_not_the_patient_is_not_judged(outcome):
    sent = observation(focus=[{"reference": "Patient/fetus"}])

    kind, _ = outcome(bundle(sent))

    assert kind is Kind.NOT_INTERPRETED


@pytest.mark.parametrize(
    "subject",
    [
        {"reference": "Device/1"},
        {"reference": "https://lab.example/fhir/Group/7/_history/2"},
        {"type": "Location", "identifier": {"value": "L-1"}},
        {"reference": "Specimen/s1"},
    ],
)
def test_a_result_of_what_is_no_patient_is_refused(fhir, subject):
    refused = fhir.refusals("/fhir", bundle(observation(subject=subject)))

    place = "Bundle.entry[2].resource.subject.reference"
    assert (place, "not_allowed") in refused


def test_rules_that_a_bundle_asks_for_keep_all_of_it_from_being_read(outcome):
    sent = bundle(observation()) | {"implicitRules": "https://lab.example/rules"}

    kind, _ = outcome(sent)

    assert kind is Kind.NOT_INTERPRETED


@pytest.mark.parametrize(
    "kind",
    [
        {"coding": [{"system": SPECIMENS, "code": "SER"}], "text": "Urine"},
        {
            "coding": [
                {"system": SPECIMENS, "code": "SER"},
                {"system": SNOMED, "code": "122575003"},
            ]
        },
    ],
)
def test_a_specimen_that_is_said_to_be_two_things_is_none_of_blood(outcome, kind):
    sent = bundle(observation(), specimen=SERUM | {"type": kind})

    assert outcome(sent) == UNREAD


def test_blood_of_two_names_is_still_blood(outcome):
    kind = {"coding": [{"system": SPECIMENS, "code": "SER"}], "text": "Whole blood"}

    assert outcome(bundle(observation(), specimen=SERUM | {"type": kind})) == (
        Kind.IN_RANGE,
        None,
    )


@pytest.mark.parametrize(
    ("who", "number", "name"),
    [
        (
            {
                "identifier": [
                    {"use": "old", "value": "OLD"},
                    {"use": "official", "value": "NEW"},
                ]
            },
            "NEW",
            "Alex Example",
        ),
        ({"identifier": [{"use": "old", "value": "OLD"}]}, "OLD", "Alex Example"),
        (
            {"name": [{"use": "maiden", "text": "A Before"}, {"text": "A Now"}]},
            "MRN-1",
            "A Now",
        ),
        ({"name": [{"use": "old", "text": "A Before"}]}, "MRN-1", "A Before"),
    ],
)
def test_what_is_old_stands_for_the_patient_only_where_nothing_else_does(
    read, who, number, name
):
    (sent,) = read(bundle(observation(), patient=PATIENT | who)).documents

    patient = sent.document["patient"]
    assert (patient["id"], patient["name"]) == (number, name)


# --- what was found ------------------------------------------------------------------


@pytest.mark.parametrize("words", ["umol/L", "g/L", "ng/mL"])
def test_words_of_another_unit_contradict_the_code(fhir, words):
    amount = quantity("4.1", words, "mmol/L")

    refused = fhir.refusals("/fhir", bundle(observation(valueQuantity=amount)))

    assert [code for _, code in refused] == ["unit_not_allowed"]


def test_words_that_are_no_unit_that_we_know_leave_it_to_the_code(outcome):
    amount = {"value": 4, "unit": "Millimol je Liter", "system": UCUM, "code": "mmol/L"}

    assert outcome(bundle(observation(valueQuantity=amount))) == (Kind.IN_RANGE, None)


@pytest.mark.parametrize(
    "said",
    [
        {"coding": [{"system": FLAGS, "code": "N"}], "text": "CRITICAL HIGH"},
        {"coding": [{"system": FLAGS, "code": "N", "display": "Critical high"}]},
        {"coding": [{"system": "https://lab.example", "code": "9"}], "text": "HH"},
    ],
)
def test_words_beside_a_flag_are_heard(judged, said):
    sent = observation(interpretation=[said], referenceRange=[normal("3.5", "5.3")])

    (found,) = judged(bundle(sent))

    assert found.outcome.kind is Kind.CONFLICT
    assert found.critical


@pytest.mark.parametrize(
    "said",
    [
        {"interpretation": flagged("HH")},
        {"interpretation": [{"text": "odd"}]},
        {"note": [{"text": "Haemolysed"}]},
    ],
)
@pytest.mark.parametrize("inner", ["member", "component"])
def test_what_is_said_of_a_whole_panel_is_not_lost(judged, said, inner):
    holder = coded("24326-1", value=None, **said)
    part = observation()
    if inner == "member":
        sent = bundle(
            holder | {"hasMember": [{"reference": "Observation/k"}]}, part | {"id": "k"}
        )
    else:
        within = {name: part[name] for name in ("code", "valueQuantity")}
        sent = bundle(holder | {"component": [within]})

    found = judged(sent)

    by_test = {one.observation.analyte: one for one in found}
    if "note" in said:
        assert by_test["potassium"].outcome.reason is Reason.SPECIMEN_UNFIT
    else:
        assert by_test[None].observation.sender_flag in {"HH", "odd"}


def test_a_panel_that_says_nothing_unusual_is_no_result(judged):
    holder = coded("24326-1", value=None, interpretation=flagged("N"))
    within = {name: observation()[name] for name in ("code", "valueQuantity")}

    assert len(judged(bundle(holder | {"component": [within]}))) == 1


@pytest.mark.parametrize("lost", ["Observation/lost", "#lost", "urn:uuid:1-2-3"])
def test_a_result_of_a_report_that_is_not_there_is_told(fhir, lost):
    sent = report(observation())
    sent["result"].append({"reference": lost})

    refused = fhir.refusals("/fhir/DiagnosticReport", sent)

    place = "DiagnosticReport.result[1].reference"
    assert refused == [(place, "reference_unclear")]


# --- whose it is, and what is said of them -------------------------------------------


def test_a_reference_that_is_a_search_leads_to_nobody(fhir):
    sent = bundle(observation(subject={"reference": "Patient?identifier=x|1"}))

    refused = fhir.refusals("/fhir", sent)

    place = "Bundle.entry[2].resource.subject.reference"
    assert refused == [(place, "reference_unclear")]


def test_an_update_under_a_condition_is_refused(fhir):
    sent = bundle(observation(), kind="transaction")
    for entry in sent["entry"]:
        url = entry["resource"]["resourceType"]
        entry["request"] = {"method": "PUT", "url": f"{url}?identifier=x|1"}

    refused = fhir.refusals("/fhir", sent)

    assert ("Bundle.entry[2].request.url", "not_allowed") in refused


@pytest.mark.parametrize(
    "said",
    [
        (pregnant(), pregnant("60001007")),
        (pregnant("60001007"), pregnant()),
        (pregnant(), pregnant("60001007"), pregnant()),
        (CONDITION, pregnant("60001007")),
        (CONDITION, pregnant("60001007"), pregnant()),
    ],
)
def test_a_pregnancy_that_is_told_both_ways_is_not_known(read, said):
    body = read(bundle(observation(), *said))

    (sent,) = body.documents
    assert sent.document["patient"]["pregnancy"] == {"status": "unknown"}
    assert "contradiction" in {one.code for one in body.warnings}


@pytest.mark.parametrize("said", [(pregnant(), pregnant()), (CONDITION, pregnant())])
def test_a_pregnancy_that_is_told_twice_is_one(read, said):
    body = read(bundle(observation(), *said))

    (sent,) = body.documents
    assert sent.document["patient"]["pregnancy"] == {"status": "yes"}
    assert body.warnings == ()
