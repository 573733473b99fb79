"""What is written: every digit, every element that a profile needs, nothing twice."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from fhir.resources.R4B import get_fhir_model_class

from reference_ranges.interpretation import interpret
from reference_ranges.panel import Observation, ObservationStatus, Reason
from reference_ranges.readings import lab_interval
from reports.wording import load_wording
from service.fhir.alone import alone
from service.fhir.bundle import bundle_bytes, results_bundle
from service.intake.submission import Submission
from service.store.interpretations import Stored
from service.store.reviews import Review
from tests.fhir.oracle import breaches, parts_of
from tests.reports.panels import (
    CATALOGUE,
    FACTS,
    IDENTITY,
    observation,
    page_of,
    panel_of,
)

ID = "a" * 26
WORDING = load_wording("en-GB")


def stored_of(*observations, sent=None, review=None, supersedes="", **more):
    """What would be stored of these results."""
    panel = panel_of(*observations, **more)
    return Stored(
        id=ID,
        root=ID,
        version=1,
        supersedes=supersedes,
        superseded_by="",
        made_at=FACTS.issued_at,
        submission=sent or Submission(IDENTITY, panel, "json", b""),
        interpretation=interpret(panel, CATALOGUE),
        review=review,
        escalated=False,
    )


def bundle_of(stored, page=None, **facts):
    return results_bundle(stored, replace(FACTS, report_id=ID, **facts), WORDING, page)


def of_type(bundle, kind):
    resources = [entry["resource"] for entry in bundle["entry"]]
    return [one for one in resources if one["resourceType"] == kind]


def first(bundle):
    return of_type(bundle, "Observation")[0]


def potassium(value="6.80", **more):
    return replace(observation("potassium", value, "mmol/L"), **more)


def codes(resource):
    return [one["coding"][0]["code"] for one in resource["interpretation"]]


ALL = (
    potassium(loinc="2823-3", sender_flag="N", comment="haemolysed", method="ISE"),
    observation("sodium", "128", "mmol/L"),
    observation("chloride", "90", "mmol/L"),
    observation("bicarbonate", "24", "mmol/L"),
    observation("calcium_total", "<1.50", "mmol/L"),
    observation("albumin", "40", "g/L"),
    observation("ferritin", "60", "ug/L"),
    Observation(None, "Copper", "12.0", "umol/L", refusal=Reason.ANALYTE_NOT_SUPPORTED),
    Observation("magnesium", "Mg", "0,8", "mmol/L", refusal=Reason.VALUE_NOT_READ),
    Observation("phosphate", "PO4", "", "mmol/L", refusal=Reason.VALUE_MISSING),
)
EVERYTHING = bundle_of(stored_of(*ALL, symptoms=["rf_chest_pain", "restless_legs"]))


def test_the_bundle_keeps_to_fhir_and_to_the_laboratory_profiles():
    assert breaches(json.loads(json.dumps(EVERYTHING, default=float))) == []


@pytest.mark.parametrize("name", ["DiagnosticReport", "Observation"])
def test_a_resource_by_itself_keeps_to_fhir(name):
    made = alone(EVERYTHING, of_type(EVERYTHING, name)[0])

    assert breaches(json.loads(json.dumps(made, default=float))) == []
    assert "urn:uuid" not in json.dumps(made, default=float)


def test_the_same_record_gives_the_same_bytes():
    stored, facts = stored_of(*ALL), replace(FACTS, report_id=ID)

    made = [bundle_bytes(stored, facts, WORDING) for _ in range(2)]
    assert made[0] == made[1]
    assert b"6.80" in made[0]


@pytest.mark.parametrize("text", ["6.80", "<0.50", ">=2000", "4", "0.0"])
def test_a_value_has_the_digits_and_the_comparator_that_it_came_with(text):
    made = first(bundle_of(stored_of(potassium(text))))["valueQuantity"]

    assert f"{made.get('comparator', '')}{made['value']:f}" == text
    assert (made["unit"], made["code"]) == ("mmol/L", "mmol/L")


def test_a_unit_is_shown_as_it_was_sent_beside_its_code():
    made = first(bundle_of(stored_of(potassium(unit_text="mEq/l", unit="meq/L"))))

    assert made["valueQuantity"]["unit"] == "mEq/l"
    assert made["valueQuantity"]["code"] == "meq/L"


def test_what_was_not_read_has_no_code_that_could_be_taken_for_normal():
    for made in of_type(EVERYTHING, "Observation")[-4:]:
        if "not_interpreted" in json.dumps(made, default=str):
            assert set(codes(made)) <= {"not_interpreted", *map(str, Reason)}


def test_a_number_of_a_test_that_we_do_not_know_has_no_code_for_its_unit():
    copper = next(
        one
        for one in of_type(EVERYTHING, "Observation")
        if one["code"]["text"] == "Copper"
    )

    assert copper["valueQuantity"] == {"value": Decimal("12.0"), "unit": "umol/L"}


def test_a_value_that_cannot_be_read_stays_as_it_came():
    texts = [one.get("valueString") for one in of_type(EVERYTHING, "Observation")]

    assert "0,8 mmol/L" in texts


def test_a_missing_value_is_told_to_be_missing():
    absent = [
        one for one in of_type(EVERYTHING, "Observation") if "dataAbsentReason" in one
    ]

    assert [one["code"]["text"] for one in absent] == ["PO4"]


def test_our_code_and_the_senders_flag_stand_apart():
    made = first(EVERYTHING)

    assert codes(made) == ["HH"]
    assert made["extension"][0]["valueString"] == "N"


@pytest.mark.parametrize(
    ("sent", "low", "high"),
    [("3.5-5.3", "3.5", "5.3"), ("<=5.30", None, "5.30"), ("<5.3", None, None)],
)
def test_the_range_that_was_used_has_limits_where_fhir_can_say_them(sent, low, high):
    made = first(bundle_of(stored_of(potassium(lab_interval=lab_interval(sent)))))
    used = made["referenceRange"][0]

    ends = [used.get(side, {}).get("value") for side in ("low", "high")]
    assert [None if end is None else f"{end:f}" for end in ends] == [low, high]
    assert used["type"]["coding"][0]["code"] == "normal"
    assert "Example Laboratory" in used["text"]


def test_our_own_range_names_the_rule_the_source_and_the_version():
    used = first(bundle_of(stored_of(potassium())))["referenceRange"][0]

    assert CATALOGUE.version in used["text"]
    assert "potassium/uk/interval" in used["text"]


def test_only_the_normal_range_has_limits():
    for made in of_type(EVERYTHING, "Observation"):
        for one in made.get("referenceRange", []):
            if one["type"]["coding"][0]["code"] != "normal":
                assert set(one) == {"type", "text"}


def test_a_range_that_was_not_understood_is_shown_as_it_came():
    made = first(bundle_of(stored_of(potassium(lab_interval=lab_interval("see note")))))

    assert "see note" in json.dumps(made["referenceRange"], default=str)


def test_what_was_worked_out_names_what_it_was_worked_out_from():
    known = {one["fullUrl"]: one["resource"] for one in EVERYTHING["entry"]}
    derived = [
        one for one in of_type(EVERYTHING, "Observation") if "derivedFrom" in one
    ]
    gap = next(one for one in derived if one["code"]["text"].startswith("Anion gap"))

    parts = [known[one["reference"]]["code"]["text"] for one in gap["derivedFrom"]]
    assert {one.split()[0] for one in parts} >= {"Sodium", "Chloride", "Bicarbonate"}
    assert gap["method"]["coding"][0]["code"]


def test_comments_and_method_are_kept():
    made = first(EVERYTHING)

    assert made["note"] == [
        {"authorString": "Example Laboratory", "text": "haemolysed"}
    ]
    assert made["method"] == {"text": "ISE"}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, "preliminary"),
        ({"review": Review("u", "Dr R", datetime(2026, 11, 22, tzinfo=UTC))}, "final"),
        ({"supersedes": "b" * 26}, "amended"),
    ],
)
def test_a_report_is_as_final_as_it_was_reviewed(change, status):
    made = bundle_of(
        stored_of(potassium(), **change), supersedes=change.get("supersedes", "")
    )

    assert of_type(made, "DiagnosticReport")[0]["status"] == status


def test_a_report_over_a_corrected_result_is_corrected():
    fixed = potassium(status=ObservationStatus.CORRECTED)
    made = bundle_of(stored_of(fixed, supersedes="b" * 26), supersedes="b" * 26)

    assert of_type(made, "DiagnosticReport")[0]["status"] == "corrected"
    (made_by,) = of_type(made, "Provenance")
    assert made_by["entity"][1]["what"]["identifier"]["value"] == "b" * 26


def test_the_conclusion_says_what_is_pressing_first():
    (report,) = of_type(EVERYTHING, "DiagnosticReport")

    assert report["conclusion"].startswith(WORDING.say("alerts.emergency"))
    assert len(report["result"]) == len(of_type(EVERYTHING, "Observation"))


def test_the_conclusion_counts_what_the_page_of_the_patient_counts():
    salts = (
        observation("sodium", "140", "mmol/L"),
        observation("chloride", "102", "mmol/L"),
        observation("bicarbonate", "14", "mmol/L"),
        potassium("4.0"),
    )
    stored = stored_of(*salts)

    (report,) = of_type(bundle_of(stored), "DiagnosticReport")

    page = page_of(stored.interpretation)
    assert " ".join(page.summary.lead) in report["conclusion"]


def test_a_calm_report_is_not_alarming():
    (report,) = of_type(bundle_of(stored_of(potassium("4.1"))), "DiagnosticReport")

    assert WORDING.say("alerts.today") not in report["conclusion"]
    assert of_type(bundle_of(stored_of(potassium("4.1"))), "DetectedIssue") == []


def test_all_that_is_critical_or_in_conflict_is_an_issue():
    codes_found = [
        one["code"]["coding"][0]["code"] for one in of_type(EVERYTHING, "DetectedIssue")
    ]

    assert {"critical", "flag_conflict", "rf_chest_pain"} <= set(codes_found)


def test_an_issue_leads_to_its_results():
    known = {one["fullUrl"]: one["resource"] for one in EVERYTHING["entry"]}
    (issue, *_) = of_type(EVERYTHING, "DetectedIssue")

    assert known[issue["implicated"][0]["reference"]]["code"]["text"] == "Potassium"


def test_the_page_stands_in_the_report_where_it_is_given():
    made = bundle_of(stored_of(potassium()), page=b"%PDF")

    (form,) = of_type(made, "DiagnosticReport")[0]["presentedForm"]
    assert (form["data"], form["language"]) == ("JVBERg==", "en-GB")


def test_a_reviewer_is_named_and_stands_in_the_provenance():
    made = bundle_of(
        stored_of(potassium()), reviewed_by="Dr R", reviewed_at=FACTS.issued_at
    )

    report, by = of_type(made, "DiagnosticReport")[0], of_type(made, "Provenance")[0]
    assert report["resultsInterpreter"] == [{"display": "Dr R"}]
    assert [one["who"]["display"] for one in by["agent"]][1] == "Dr R"


@pytest.mark.parametrize("mark", ["TEST", "DEMO"])
def test_a_trial_says_on_every_resource_that_it_is_about_nobody(mark):
    made = bundle_of(stored_of(*ALL), watermark=mark)

    labels = [one["resource"]["meta"]["security"][0]["code"] for one in made["entry"]]
    assert set(labels) == {"HTEST"}


def test_what_is_not_known_is_said_to_be_unknown():
    made = bundle_of(
        stored_of(potassium()), laboratory="", collected_at=None, specimen=""
    )
    one = first(made)

    unknown = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
    assert one["performer"][0]["extension"][0]["url"] == unknown
    assert one["_effectiveDateTime"]["extension"][0]["valueCode"] == "unknown"
    assert breaches(json.loads(json.dumps(made, default=float))) == []


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (("Example", "Alex", "Jo"), {"family": "Example", "given": ["Alex", "Jo"]}),
        (("Example",), {"family": "Example"}),
        (("", "Alex"), {"given": ["Alex"]}),
    ],
)
def test_a_name_has_the_parts_that_it_came_in(parts, told):
    sent = Submission(IDENTITY, panel_of(potassium()), "hl7", b"", name_parts=parts)
    (patient,) = of_type(bundle_of(stored_of(potassium(), sent=sent)), "Patient")

    assert patient["name"] == [{"text": IDENTITY.name, **told}]


def test_a_name_of_one_text_is_not_taken_apart():
    (patient,) = of_type(bundle_of(stored_of(potassium())), "Patient")
    (name,) = patient["name"]

    assert set(name) == {"text", "extension"}
    assert name["extension"][0]["valueCode"] == "unsupported"


def test_a_day_of_collection_is_told_as_a_day():
    day = date(2026, 11, 20)
    made = bundle_of(stored_of(potassium()), collected_at=None, collected_on=day)
    (report,), (specimen,) = (
        of_type(made, kind) for kind in ("DiagnosticReport", "Specimen")
    )

    taken = specimen["collection"]["collectedDateTime"]
    told = [first(made)["effectiveDateTime"], report["effectiveDateTime"], taken]
    assert told == ["2026-11-20"] * 3
    assert breaches(json.loads(json.dumps(made, default=float))) == []


def test_when_the_laboratory_had_it_is_told_where_it_is_known():
    moment = datetime(2026, 11, 20, 10, 5, tzinfo=UTC)
    known, unknown = (
        of_type(bundle_of(stored_of(potassium()), received_at=one), "Specimen")[0]
        for one in (moment, None)
    )

    assert known["receivedTime"] == "2026-11-20T10:05:00+00:00"
    assert "receivedTime" not in unknown


def test_the_state_of_the_specimen_is_told():
    stored = stored_of(potassium(), conditions=frozenset({"haemolysed", "drip_arm"}))
    (specimen,) = of_type(bundle_of(stored), "Specimen")

    told = [[one["code"] for one in each["coding"]] for each in specimen["condition"]]
    assert told == [["drip_arm"], ["HEM", "haemolysed"]]


def test_another_reader_reads_what_was_reported():
    """fhir.resources drops the last nought of 6.80; the numbers are the same."""
    text = bundle_bytes(stored_of(*ALL), replace(FACTS, report_id=ID), WORDING)
    model = get_fhir_model_class("Bundle").model_validate_json(text)
    read = {
        entry.resource.code.text: (
            entry.resource.valueQuantity.comparator or "",
            entry.resource.valueQuantity.value,
        )
        for entry in model.entry
        if entry.resource.get_resource_type() == "Observation"
        and entry.resource.valueQuantity is not None
    }

    assert read["Potassium"] == ("", Decimal("6.8"))
    assert read["Calcium (total)"] == ("<", Decimal("1.5"))


def test_every_code_of_ours_is_in_our_own_systems():
    for part in parts_of(EVERYTHING):
        if part.get("system", "").startswith("https://plainlab.example/"):
            assert part.get("code") or part.get("value")
