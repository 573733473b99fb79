"""What a body holds that is not read: refused by name, never dropped in silence."""

import pytest

from tests.fhir.made import PATIENT, bundle, concept, observation, quantity, report

STRANGE = [{"url": "urn:not", "valueBoolean": True}]
HIDDEN = bundle(observation(value="7.1"))
HOLDERS = {
    "a Bundle": (HIDDEN, "resourceType", "not_allowed"),
    "Parameters": (
        {"resourceType": "Parameters", "parameter": [{"resource": observation()}]},
        "resourceType",
        "not_allowed",
    ),
    "a resource without a type": (
        {key: one for key, one in observation().items() if key != "resourceType"},
        "resourceType",
        "required",
    ),
}


@pytest.mark.parametrize("case", HOLDERS)
def test_what_hides_results_is_refused(fhir, case):
    hidden, name, code = HOLDERS[case]
    before = fhir.kept()
    found = fhir.refusals("/fhir", bundle(observation(), hidden))

    assert found == [(f"Bundle.entry[3].resource.{name}", code)]
    assert fhir.kept() == before


@pytest.mark.parametrize("case", HOLDERS)
def test_what_hides_results_within_a_resource_is_refused_too(fhir, case):
    hidden, name, code = HOLDERS[case]
    sent = observation(contained=[hidden])

    assert fhir.refusals("/fhir/Observation", sent) == [
        (f"Observation.contained[0].{name}", code)
    ]


def test_nothing_is_contained_in_what_is_contained(fhir):
    sent = observation(contained=[PATIENT | {"contained": [observation()]}])

    assert fhir.refusals("/fhir/Observation", sent) == [
        ("Observation.contained[0].contained", "not_allowed")
    ]


def asked(method, resource, kind):
    sent = bundle(observation(), kind=kind)
    request = {"method": method, "url": "Observation/1"}
    sent["entry"].append({"resource": resource, "request": request})
    return sent


METHOD = "Bundle.entry[3].request.method"


@pytest.mark.parametrize("method", ["DELETE", "GET", "HEAD", "PATCH", "delete"])
@pytest.mark.parametrize("resource", [None, observation(value="7.1")])
def test_a_transaction_that_asks_for_anything_else_is_refused(fhir, method, resource):
    before = fhir.kept()
    sent = asked(method, resource, "transaction")
    if resource is None:
        del sent["entry"][3]["resource"]

    assert fhir.refusals("/fhir", sent) == [(METHOD, "not_allowed")]
    assert fhir.kept() == before


@pytest.mark.parametrize("method", ["DELETE", "GET"])
def test_an_entry_of_a_batch_that_asks_for_anything_else_is_refused(fhir, method):
    before = fhir.kept()
    entries = fhir.post("/fhir", asked(method, observation(), "batch")).json["entry"]

    assert entries[2]["response"]["status"] == "201 Created"
    assert entries[3]["response"]["status"] == "422 Unprocessable Entity"
    issue = entries[3]["response"]["outcome"]["issue"][0]
    assert issue["expression"] == [METHOD]
    assert fhir.kept() == before + 1


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_post_and_put_are_taken(fhir, method):
    entries = fhir.post("/fhir", asked(method, observation(), "batch")).json["entry"]

    assert entries[3]["response"]["status"] == "201 Created"


def test_an_entry_with_a_modifier_is_refused(fhir):
    sent = bundle(observation())
    sent["entry"][2]["modifierExtension"] = STRANGE

    assert ("Bundle.entry[2].modifierExtension", "modifier_not_known") in (
        fhir.refusals("/fhir", sent)
    )


def test_the_header_for_one_resource_is_refused_on_a_bundle(fhir):
    before = fhir.kept()
    asked = {"If_None_Exist": "identifier=urn:lab|H-1"}
    answer = fhir.post("/fhir", bundle(observation()), **asked)

    assert answer.status_code == 400
    assert answer.json["issue"][0]["expression"] == ["If-None-Exist"]
    assert fhir.kept() == before


CONTRADICTIONS = {
    "a reason why there is none": {
        "dataAbsentReason": concept("error", "x"),
    },
    "a text": {"valueString": "7.1"},
    "a number": {"valueInteger": 7},
}


@pytest.mark.parametrize("case", CONTRADICTIONS)
@pytest.mark.parametrize("lenient", [{}, {"Prefer": "handling=lenient"}])
def test_a_value_beside_another_is_refused(fhir, case, lenient):
    more = CONTRADICTIONS[case]
    (name,) = more

    assert fhir.refusals("/fhir/Observation", observation(**more), **lenient) == [
        (f"Observation.{name}", "contradiction")
    ]


def test_a_value_beside_another_in_a_component_is_refused(fhir):
    part = {"code": concept("2823-3"), "valueQuantity": quantity("4.1", "mmol/L")}
    sent = observation("24326-1", None, component=[part | {"valueString": "7.1"}])

    assert fhir.refusals("/fhir/Observation", sent) == [
        ("Observation.component[0].valueString", "contradiction")
    ]


def document(*resources, **composition):
    head = {
        "resourceType": "Composition",
        "status": "final",
        "subject": {"reference": "Patient/p1"},
    } | composition
    made = bundle(*resources, kind="document")
    return made | {"entry": [{"resource": head}, *made["entry"]]}


def test_a_document_that_was_withdrawn_withdraws_its_results(fhir):
    sent = document(observation(value="6.8"), status="entered-in-error")
    (row,) = fhir.stored(fhir.post("/fhir", sent)).submission.panel.observations

    assert row.status.value == "entered_in_error"


def test_a_withdrawn_document_takes_the_place_of_the_one_before(fhir):
    named = observation(identifier=[{"system": "urn:lab", "value": "D-1"}])
    first = fhir.stored(fhir.post("/fhir", document(named)))
    second = fhir.post("/fhir", document(named, status="entered-in-error"))

    assert fhir.stored(second).supersedes == first.id


@pytest.mark.parametrize("status", ["preliminary", "final", "amended"])
def test_a_document_that_stands_changes_no_status(fhir, status):
    sent = document(observation(), status=status)
    (row,) = fhir.stored(fhir.post("/fhir", sent)).submission.panel.observations

    assert row.status.value == "final"


@pytest.mark.parametrize(
    ("status", "code"), [("bogus", "not_allowed"), ("", "required")]
)
def test_a_document_needs_its_status(fhir, status, code):
    sent = document(observation(), status=status)

    assert fhir.refusals("/fhir", sent) == [("Bundle.entry[0].resource.status", code)]


@pytest.mark.parametrize(
    ("status", "code"), [("entered_in_error", "not_allowed"), ("", "required")]
)
def test_a_report_needs_its_status_too(fhir, status, code):
    sent = report(observation(), status=status)

    assert fhir.refusals("/fhir/DiagnosticReport", sent) == [
        ("DiagnosticReport.status", code)
    ]


@pytest.mark.parametrize("status", ["unsatisfactory", "entered-in-error"])
def test_a_specimen_that_does_not_stand_is_doubted(read, status):
    (sent,) = read(changed("Specimen", status=status)).documents

    assert sent.document["specimen"]["conditions"] == ["sample_doubted"]


def test_a_document_begins_with_its_composition(fhir):
    sent = bundle(observation(), kind="document")

    assert fhir.refusals("/fhir", sent) == [
        ("Bundle.entry[0].resource.resourceType", "not_allowed")
    ]


def test_a_document_of_another_patient_than_its_results_is_refused(fhir):
    other = PATIENT | {"id": "p2"}
    sent = document(other, observation(), subject={"reference": "Patient/p2"})

    assert fhir.refusals("/fhir", sent) == [
        ("Bundle.entry[4].resource.subject.reference", "contradiction")
    ]


def part(**more):
    value = {"code": concept("2823-3"), "valueQuantity": quantity("4.1", "mmol/L")}
    return observation("24326-1", None, component=[value | more])


def changed(resource, **more):
    """A Bundle whose patient or specimen is changed."""
    made = bundle(observation())
    (entry,) = [
        one for one in made["entry"] if one["resource"]["resourceType"] == resource
    ]
    entry["resource"] = entry["resource"] | more
    return made


MODIFIED = {
    "Observation": observation(modifierExtension=STRANGE),
    "Observation by rules": observation(implicitRules="urn:not"),
    "component": part(modifierExtension=STRANGE),
    "DiagnosticReport": report(observation(), modifierExtension=STRANGE),
    "Patient": changed("Patient", modifierExtension=STRANGE),
    "Specimen": changed("Specimen", modifierExtension=STRANGE),
    "Specimen.collection": changed(
        "Specimen", collection={"modifierExtension": STRANGE}
    ),
    "Composition": document(observation(), modifierExtension=STRANGE),
    "Composition.section": document(
        observation(), section=[{"modifierExtension": STRANGE}]
    ),
}


@pytest.mark.parametrize("case", MODIFIED)
def test_a_modifier_on_anything_that_a_row_is_made_of_keeps_it_from_being_read(
    read, case
):
    found = read(MODIFIED[case])
    (sent,) = found.documents

    assert [row["code"]["code"] for row in sent.document["results"]] == [
        "modifierExtension"
    ]
    assert [one.code for one in found.warnings] == ["modifier_not_known"]


def test_a_modifier_that_is_known_counts_wherever_it_is(read):
    known = {"system": "http://snomed.info/sct", "code": "118128002"}
    modifier = [{"url": "urn:property", "valueCoding": known}]
    found = read(changed("Specimen", modifierExtension=modifier))
    (sent,) = found.documents

    assert sent.document["specimen"]["conditions"] == ["haemolysed"]
    assert sent.document["results"][0]["code"]["code"] == "2823-3"
    assert found.warnings == ()


def test_a_range_with_a_modifier_is_text(rows):
    ranges = {"low": quantity("3.5", "mmol/L"), "modifierExtension": STRANGE}
    (row,) = rows(observation(referenceRange=[ranges]))

    assert row["interval"] == "[3.5 mmol/L - ]"


def test_a_modifier_is_told_where_one_resource_is_answered(fhir):
    sent = observation(modifierExtension=STRANGE)
    answer = fhir.post("/fhir/Observation", sent)

    assert answer.status_code == 201
    (told,) = [one for one in answer.json["contained"] if one.get("id") == "warnings"]
    assert told["issue"][0]["severity"] == "warning"
    assert told["issue"][0]["expression"] == ["Observation.modifierExtension"]
    assert answer.json["interpretation"][0]["coding"][-1]["code"] == "not_interpreted"
