"""FHIR over HTTP: what is stored, what is answered, and what a repeat changes."""

import json
from base64 import b64decode

import pytest

from service.access.keys import Scope
from service.fhir.ids import observation_id
from tests.api.conftest import bearer, issue
from tests.fhir.made import (
    PATIENT,
    SERUM,
    bundle,
    concept,
    observation,
    quantity,
    report,
)

BAD = observation(value="5", unit="furlong")


def named(number, *results, status="final", **more):
    """A report with a number of the sender's own, and its results beside it."""
    ids = [one | {"id": f"o{n}"} for n, one in enumerate(results)]
    head = {
        "resourceType": "DiagnosticReport",
        "status": status,
        "identifier": [{"system": "urn:lab", "value": number}],
        "subject": {"reference": "Patient/p1"},
        "result": [{"reference": f"Observation/{one['id']}"} for one in ids],
    }
    return bundle(head, *ids, **more)


@pytest.mark.parametrize("kind", ["collection", "message"])
def test_a_bundle_is_answered_with_its_results(fhir, kind):
    answer = fhir.post("/fhir", bundle(observation(value="6.80"), kind=kind))

    assert answer.status_code == 201
    assert answer.content_type == "application/fhir+json"
    assert b'"value":6.80' in answer.data
    shown = fhir.get(answer.location)
    assert shown.json["id"] == fhir.stored(answer).id


def test_a_transaction_is_answered_entry_by_entry(fhir):
    sent = bundle(
        observation(), observation("2951-2", "140"), report(), kind="transaction"
    )
    sent["entry"].pop()
    answer = fhir.post("/fhir", sent)

    made = answer.json
    assert (made["type"], len(made["entry"])) == ("transaction-response", 4)
    statuses = [one["response"]["status"] for one in made["entry"]]
    assert statuses == ["200 OK", "200 OK", "201 Created", "201 Created"]
    for entry, code in zip(made["entry"][2:], ("2823-3", "2951-2"), strict=True):
        place = entry["response"]["location"]
        shown = fhir.get(f"/fhir/{place}").json
        assert shown["code"]["coding"][0]["code"] == code
        assert shown["id"] == entry["resource"]["id"]


def test_a_report_in_a_transaction_leads_to_its_report(fhir):
    sent = named("T-1", observation())
    sent["type"] = "transaction"
    entries = fhir.post("/fhir", sent).json["entry"]

    place = entries[2]["response"]["location"]
    assert place.startswith("DiagnosticReport/")
    assert fhir.get(f"/fhir/{place}").status_code == 200


def test_a_transaction_is_kept_whole_or_not_at_all(fhir):
    before = fhir.kept()
    sent = bundle(observation(), BAD | {"specimen": {"display": "x"}})
    sent["type"] = "transaction"

    assert fhir.refusals("/fhir", sent) == [
        ("Bundle.entry[3].resource.valueQuantity", "unit_not_allowed")
    ]
    assert fhir.kept() == before


def test_one_that_is_refused_spoils_no_other_of_a_batch(fhir):
    other = PATIENT | {"id": "p2", "identifier": [{"value": "MRN-2"}]}
    bad = BAD | {"subject": {"reference": "Patient/p2"}}
    sent = bundle(observation(), other, bad, kind="batch")
    before = fhir.kept()
    entries = fhir.post("/fhir", sent).json["entry"]

    statuses = [one["response"]["status"] for one in entries]
    assert statuses[2] == "201 Created"
    assert statuses[4] == "422 Unprocessable Entity"
    issue = entries[4]["response"]["outcome"]["issue"][0]
    assert issue["details"]["coding"][0]["code"] == "unit_not_allowed"
    assert fhir.kept() == before + 1


def test_a_lenient_sender_has_the_rest_interpreted(fhir):
    sent = bundle(observation(), BAD, kind="transaction")
    answer = fhir.post("/fhir", sent, Prefer="handling=lenient")
    entry = answer.json["entry"][3]

    assert entry["response"]["outcome"]["issue"][0]["severity"] == "warning"
    assert _outcome(entry["resource"]) == ["not_interpreted", "unit_not_allowed"]
    assert _outcome(answer.json["entry"][2]["resource"]) != ["not_interpreted"]


def _outcome(resource):
    return [one["coding"][-1]["code"] for one in resource["interpretation"]]


@pytest.mark.parametrize(
    "absent",
    [
        {"dataAbsentReason": concept("not-performed", "x")},
        {"valueCodeableConcept": {"text": "Haemolysed"}},
    ],
)
def test_a_value_of_another_kind_is_no_fault(fhir, absent):
    answer = fhir.post("/fhir/Observation", observation(value=None, **absent))

    assert answer.status_code == 201
    assert _outcome(answer.json)[0] == "not_interpreted"


def test_an_observation_is_created_where_it_can_be_read(fhir):
    answer = fhir.post("/fhir/Observation", observation(value="<3.60"))

    assert answer.status_code == 201
    assert answer.json["valueQuantity"]["comparator"] == "<"
    assert fhir.get(answer.location).json == answer.json


def test_a_report_is_created_with_the_results_that_it_contains(fhir):
    answer = fhir.post("/fhir/DiagnosticReport", report(observation(value="6.8")))

    assert answer.status_code == 201
    shown = fhir.get(answer.location)
    form = shown.json.pop("presentedForm")[0]
    page = fhir.get(f"/v1/interpretations/{shown.json['id']}/report.pdf")
    assert b64decode(form["data"]) == page.data
    assert form["contentType"] == "application/pdf"
    assert "presentedForm" not in answer.json
    assert shown.headers["ETag"] == 'W/"1"'


def test_who_wants_nothing_back_gets_nothing_but_where_it_is(fhir):
    answer = fhir.post("/fhir/Observation", observation(), Prefer="return=minimal")

    assert (answer.status_code, answer.data) == (201, b"")
    assert fhir.get(answer.location).status_code == 200


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/fhir/Observation/$interpret", observation(value="6.80")),
        ("/fhir/DiagnosticReport/$interpret", report(observation(value="6.80"))),
        ("/fhir/Observation/$interpret", bundle(observation(value="6.80"))),
    ],
)
def test_what_is_interpreted_at_once_is_not_kept(fhir, path, sent):
    before = fhir.kept()
    first, again = (fhir.post(path, sent) for _ in range(2))

    assert first.status_code == 200
    assert b'"value":6.80' in first.data
    assert first.data == again.data
    assert fhir.kept() == before


def test_what_is_interpreted_at_once_is_what_is_found_when_it_is_kept(fhir):
    sent = bundle(observation(value="6.80"), observation("2951-2", "128"))
    at_once = fhir.post("/fhir/Observation/$interpret", sent)
    kept = fhir.post("/fhir", sent)

    def found(answer):
        observations = [one["resource"] for one in answer.json["entry"]]
        return [
            (one["code"], one["interpretation"])
            for one in observations
            if one["resourceType"] == "Observation"
        ]

    assert found(at_once) == found(kept)


def test_a_day_of_collection_stays_a_day_when_interpreted_at_once(fhir):
    sent = observation(specimen=None, effectiveDateTime="2026-11-20")
    made = fhir.post("/fhir/Observation/$interpret", bundle(sent)).json

    (seen,) = (
        one["resource"]
        for one in made["entry"]
        if one["resource"]["resourceType"] == "Observation"
    )
    assert seen["effectiveDateTime"] == "2026-11-20"


def test_a_lenient_sender_is_told_at_once_what_was_not_read(fhir):
    path = "/fhir/Observation/$interpret"
    answer = fhir.post(path, BAD, Prefer="handling=lenient").json

    outcome = answer["entry"][-1]["resource"]
    assert outcome["resourceType"] == "OperationOutcome"
    assert outcome["issue"][0]["severity"] == "warning"


def test_a_body_can_be_looked_at_before_it_is_sent(fhir):
    before = fhir.kept()
    bad = fhir.post("/fhir/Bundle/$validate", bundle(BAD)).json
    good = fhir.post("/fhir/Bundle/$validate", bundle(observation())).json

    assert bad["issue"][0]["details"]["coding"][0]["code"] == "unit_not_allowed"
    assert good["issue"] == [{"severity": "information", "code": "informational"}]
    assert fhir.kept() == before


@pytest.mark.parametrize("entries", [[{"resource": 5}], [7, {"resource": {}}]])
def test_a_batch_without_a_result_or_of_no_entries_is_refused(fhir, entries):
    sent = {"resourceType": "Bundle", "type": "batch", "entry": entries}

    assert {code for _, code in fhir.refusals("/fhir", sent)} == {"wrong_type"}


def test_an_entry_of_a_batch_that_is_no_resource_is_refused_by_itself(fhir):
    sent = bundle(observation(), kind="batch")
    sent["entry"].append({"resource": "?"})
    entries = fhir.post("/fhir", sent).json["entry"]

    statuses = [one["response"]["status"][:3] for one in entries]
    assert statuses == ["200", "200", "201", "422"]


def test_a_corrected_report_takes_the_place_of_the_one_before(fhir):
    first = fhir.post("/fhir", named("C-1", observation(value="6.0")))
    changed = observation(value="5.0", status="corrected")
    second = fhir.post("/fhir", named("C-1", changed, status="corrected"))

    old, new = fhir.stored(first), fhir.stored(second)
    assert (new.version, new.supersedes) == (2, old.id)
    shown = fhir.get(second.location)
    assert shown.json["status"] == "corrected"
    assert shown.headers["ETag"] == 'W/"2"'


def test_each_specimen_of_a_corrected_report_replaces_its_own(fhir):
    urine = SERUM | {"id": "s2", "type": {"text": "plasma"}}
    plasma = {"reference": "Specimen/s2"}

    def sent(value, status):
        one = observation(value=value), observation("2951-2", "140", specimen=plasma)
        made = named("C-6", *one, status=status)
        made["entry"].append({"resource": urine})
        return made

    first = fhir.post("/fhir", sent("6.0", "final"))
    second = fhir.post("/fhir", sent("5.0", "corrected"))

    assert (first.status_code, second.status_code) == (201, 201)
    new = fhir.stored(second)
    assert new.supersedes == fhir.stored(first).id
    values = [one.value_text for one in new.submission.panel.observations]
    assert values == ["5.0"]
    reports = [
        one["resource"]["status"]
        for one in second.json["entry"]
        if one["resource"]["resourceType"] == "DiagnosticReport"
    ]
    assert reports == ["amended", "amended"]


def test_a_correction_of_one_result_keeps_the_others(fhir):
    both = (observation(value="6.0"), observation("2951-2", "140"))
    fhir.post("/fhir", named("C-2", *both))
    only = observation(value="5.0", status="corrected")
    second = fhir.stored(fhir.post("/fhir", named("C-2", only)))

    values = {
        one.analyte: one.value_text for one in second.submission.panel.observations
    }
    assert values == {"potassium": "5.0", "sodium": "140"}


def test_a_report_sent_again_without_a_correction_replaces_nothing(fhir):
    first = fhir.post("/fhir", named("C-3", observation()))
    second = fhir.stored(fhir.post("/fhir", named("C-3", observation(value="4.2"))))

    assert second.supersedes == ""
    assert fhir.stored(first).superseded_by == ""


def test_a_final_report_takes_the_place_of_the_preliminary_one(fhir):
    sodium = observation("2951-2", "140")
    early = observation(value="6.0", status="preliminary")
    first = fhir.stored(fhir.post("/fhir", named("C-7", early, sodium)))
    second = fhir.stored(fhir.post("/fhir", named("C-7", observation(value="4.9"))))

    assert second.supersedes == first.id
    values = [one.value_text for one in second.submission.panel.observations]
    assert values == ["4.9", "140"]


def test_a_correction_for_another_patient_is_refused(fhir):
    fhir.post("/fhir", named("C-4", observation()))
    other = PATIENT | {"identifier": [{"value": "MRN-9"}]}
    sent = named("C-4", observation(status="corrected"), patient=other)

    assert [code for _, code in fhir.refusals("/fhir", sent)] == ["other_patient"]


def test_the_number_of_another_sender_means_nothing(fhir, fhir_app):
    fhir.post("/fhir", named("C-5", observation()))
    other = type(fhir)(fhir_app)
    sent = named("C-5", observation(status="corrected"))

    assert other.stored(other.post("/fhir", sent)).supersedes == ""


def test_a_repeat_with_the_same_key_is_answered_the_same(fhir):
    urine = observation(specimen={"reference": "Specimen/s9"})
    sent = bundle(observation(), urine)
    first, again = (fhir.post("/fhir", sent, Idempotency_Key="k-1") for _ in range(2))
    before = fhir.kept()

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert first.data == again.data
    assert fhir.kept() == before


def test_a_key_stands_for_one_body(fhir):
    fhir.post("/fhir/Observation", observation(), Idempotency_Key="k-2")
    sent = observation(value="4.2")

    refused = fhir.refusals("/fhir/Observation", sent, Idempotency_Key="k-2")
    assert [code for _, code in refused] == ["idempotency_mismatch"]


def test_what_settles_a_preliminary_result_is_kept_though_its_number_is_known(fhir):
    asked = {"If_None_Exist": "identifier=urn:lab|O-9"}
    named = {"identifier": [{"system": "urn:lab", "value": "O-9"}]}
    early = observation(value="6.0", status="preliminary", **named)
    first = fhir.stored(fhir.post("/fhir/Observation", early, **asked))
    late = observation(value="4.9", **named)
    second = fhir.post("/fhir/Observation", late, **asked)
    again = fhir.post("/fhir/Observation", late, **asked)

    assert (second.status_code, again.status_code) == (201, 200)
    assert fhir.stored(second).supersedes == first.id
    assert fhir.stored(again).id == fhir.stored(second).id


def test_what_is_asked_to_be_kept_once_is_kept_once(fhir):
    sent = observation(identifier=[{"system": "urn:lab", "value": "O-1"}])
    asked = {"If_None_Exist": "identifier=urn:lab|O-1"}
    first, again = (fhir.post("/fhir/Observation", sent, **asked) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.location == again.location


def test_an_entry_that_asks_to_be_kept_once_is_kept_once(fhir):
    sent = named("O-2", observation(), kind="transaction")
    sent["entry"][2]["request"] = {"ifNoneExist": "identifier=urn:lab|O-2"}
    first, again = (fhir.post("/fhir", sent) for _ in range(2))

    assert first.location == again.location
    assert again.json["entry"][2]["response"]["status"] == "200 OK"


def test_any_other_condition_is_refused_by_name(fhir):
    answer = fhir.post("/fhir/Observation", observation(), If_None_Exist="code=x")

    assert answer.status_code == 400
    assert answer.json["issue"][0]["expression"] == ["If-None-Exist"]


def test_test_data_are_kept_as_a_test(fhir):
    mark = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason"}
    meta = {"security": [mark | {"code": "HTEST"}]}
    answer = fhir.post("/fhir/Observation", observation(meta=meta))

    assert fhir.stored(answer).submission.test_message is True
    assert answer.json["meta"]["security"][0]["code"] == "HTEST"


REFUSALS = {
    "not JSON": ("/fhir", b"{", {}, 400, "syntax"),
    "a list": ("/fhir", b"[]", {}, 422, "wrong_type"),
    "XML": (
        "/fhir",
        b"<x/>",
        {"kind": "application/fhir+xml"},
        415,
        "unsupported_media_type",
    ),
    "packed": (
        "/fhir",
        b"{}",
        {"Content_Encoding": "gzip"},
        415,
        "unsupported_media_type",
    ),
    "an answer in XML": (
        "/fhir",
        b"{}",
        {"Accept": "application/fhir+xml"},
        406,
        "not_acceptable",
    ),
    "too large": ("/fhir", b" " * 1_000_001, {}, 413, "payload_too_large"),
    "another resource": ("/fhir/Observation", PATIENT, {}, 422, "not_allowed"),
    "a Bundle of history": ("/fhir", bundle(kind="history"), {}, 422, "not_allowed"),
    "nothing in it": ("/fhir", bundle(), {}, 422, "no_results"),
    "too many entries": (
        "/fhir",
        {"resourceType": "Bundle", "type": "batch", "entry": [{}] * 2001},
        {},
        422,
        "too_long",
    ),
    "a number as text": (
        "/fhir/Observation",
        observation(value=None, valueQuantity={"value": "4.1"}),
        {},
        422,
        "wrong_type",
    ),
    "an unknown comparator": (
        "/fhir/Observation",
        observation(
            value=None, valueQuantity=quantity("4", "mmol/L") | {"comparator": "~"}
        ),
        {},
        422,
        "not_allowed",
    ),
    "another code": (
        "/fhir/Observation",
        observation(code=None)
        | {
            "code": {
                "coding": [
                    {"system": "http://loinc.org", "code": "2823-3"},
                    {"system": "http://loinc.org", "code": "2951-2"},
                ]
            }
        },
        {},
        422,
        "analyte_code_conflict",
    ),
    "a time in the future": (
        "/fhir/Observation",
        observation(effectiveDateTime="2031-01-01"),
        {},
        422,
        "in_the_future",
    ),
    "no time at all": (
        "/fhir/Observation",
        observation(effectiveDateTime="today"),
        {},
        422,
        "not_a_time",
    ),
    "an unknown parameter": ("/fhir?x=1", observation(), {}, 400, "unknown_field"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refusal_is_an_outcome_that_names_the_code(fhir, case):
    path, sent, headers, status, code = REFUSALS[case]
    before = fhir.kept()
    answer = fhir.post(path, sent, **headers)

    assert (answer.status_code, answer.json["resourceType"]) == (
        status,
        "OperationOutcome",
    )
    assert code in [one["details"]["coding"][0]["code"] for one in answer.json["issue"]]
    assert fhir.kept() == before


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/fhir/DiagnosticReport/none", 404),
        ("get", f"/fhir/DiagnosticReport/{'a' * 26}", 404),
        ("get", "/fhir/Observation/none", 404),
        ("get", f"/fhir/Observation/{observation_id('a' * 26, 1)}", 404),
        ("get", "/fhir/ObservationDefinition/unobtainium", 404),
        ("get", "/fhir/Patient/1", 404),
        ("delete", "/fhir/Observation/1", 405),
    ],
)
def test_what_is_not_there_is_told_as_an_outcome(fhir, method, path, status):
    answer = getattr(fhir.plain, method)(path, headers=fhir.headers)

    assert (answer.status_code, answer.json["resourceType"]) == (
        status,
        "OperationOutcome",
    )


def test_a_result_that_the_report_does_not_have_is_not_found(fhir):
    stored = fhir.stored(fhir.post("/fhir/Observation", observation()))

    assert fhir.get(f"/fhir/Observation/{stored.id}-1").status_code == 200
    assert fhir.get(f"/fhir/Observation/{stored.id}-2").status_code == 404


def test_without_a_key_nothing_is_read(fhir_app):
    client = fhir_app.test_client()
    answer = client.post("/fhir", data=b"{", content_type="application/fhir+json")

    assert answer.status_code == 401
    assert answer.json["issue"][0]["code"] == "login"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_key_that_may_not_write_is_refused(fhir_app):
    client, headers = fhir_app.test_client(), bearer(issue(fhir_app, Scope.READ))
    answer = client.post("/fhir", data=b"{", headers=headers)

    assert answer.json["issue"][0]["code"] == "forbidden"


def test_what_the_server_does_is_open_to_everyone(fhir_app):
    made = fhir_app.test_client().get("/fhir/metadata").json

    assert (made["resourceType"], made["fhirVersion"]) == (
        "CapabilityStatement",
        "4.0.1",
    )
    kinds = [one["type"] for one in made["rest"][0]["resource"]]
    assert kinds == [
        "DiagnosticReport",
        "Composition",
        "Observation",
        "ObservationDefinition",
        "Bundle",
    ]
    document = made["rest"][0]["resource"][1]["operation"][0]["definition"]
    assert document == "http://hl7.org/fhir/OperationDefinition/Composition-document"


def test_the_limits_can_be_read(fhir, catalogue):
    found = fhir.get("/fhir/ObservationDefinition").json
    one = fhir.get(found["entry"][0]["fullUrl"])

    assert found["total"] == len(catalogue.analytes)
    assert one.json == found["entry"][0]["resource"]


def test_all_of_a_refused_body_is_named(fhir):
    sent = json.loads(json.dumps(bundle(kind="batch")))
    sent["entry"].append(
        {"resource": BAD | {"note": 3, "valueQuantity": {"value": 5, "unit": "x"}}}
    )
    entry = fhir.post("/fhir", sent).json["entry"][-1]
    issues = entry["response"]["outcome"]["issue"]

    codes = {one["details"]["coding"][0]["code"] for one in issues}
    assert codes == {"wrong_type", "unit_not_allowed"}
