"""What is read from a FHIR body: each rule of R4 that a result depends on."""

from dataclasses import replace
from decimal import Decimal

import pytest

from service.intake.reading import read_draft
from tests.fhir.made import (
    ANALYTE,
    FLAGS,
    LOINC,
    PATIENT,
    SERUM,
    TAKEN,
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
MEANING = "http://terminology.hl7.org/CodeSystem/referencerange-meaning"
FEMALE, MALE = concept("248152002", SNOMED), concept("248153007", SNOMED)


@pytest.mark.parametrize("text", ["6.80", "<0.50", ">=2000", "4", "0.000000001"])
def test_a_quantity_keeps_its_digits_and_its_comparator(rows, text):
    (row,) = rows(observation(value=text))

    assert (row["value"], row["unit"]) == (text, "mmol/L")


VALUES = {
    "a string that holds a number": ({"valueString": "4.1"}, "4.1"),
    "a string that holds words": ({"valueString": "4.1 H"}, "4.1 H"),
    "an integer": ({"valueInteger": Decimal(4)}, "4"),
    "a concept": ({"valueCodeableConcept": {"text": "Positive"}}, "Positive"),
    "a concept like a number": ({"valueCodeableConcept": {"text": "4.1"}}, '"4.1"'),
    "a range": ({"valueRange": normal("3.5", "5.1")}, "3.5 - 5.1"),
    "half a range": ({"valueRange": normal("3.5")}, "3.5 -"),
    "a ratio": (
        {
            "valueRatio": {
                "numerator": {"value": Decimal(1)},
                "denominator": {"value": Decimal(128)},
            }
        },
        "1 : 128",
    ),
    "a truth": ({"valueBoolean": True}, "Boolean"),
    "why there is none": ({"dataAbsentReason": concept("masked", "x")}, ""),
    "a novel": ({"valueString": "x" * 65}, "…"),
}


@pytest.mark.parametrize("case", VALUES)
def test_a_value_of_any_other_type_is_shown_and_never_read_as_a_number(rows, case):
    sent, text = VALUES[case]
    (row,) = rows(observation(value=None, **sent))

    assert row["value"] == text


def test_what_is_too_long_for_a_value_stands_as_a_comment(rows):
    (row,) = rows(observation(value=None, valueString="x" * 65, note=[{"text": "y"}]))

    assert row["comment"] == "x" * 65 + "\ny"


UNITS = {
    "the words where the code means the same": ("µmol/l", "umol/L", "µmol/l"),
    "the code where the words are unknown": ("micromoles", "umol/L", "umol/L"),
    "both where they contradict": ("mg/dL", "umol/L", "mg/dL / umol/L"),
    "both where only the code is unknown": ("mg/dL", "mg/dl!", "mg/dL / mg/dl!"),
    "the code alone": ("", "mg/dL", "mg/dL"),
    "the words alone": ("mg/dL", "", "mg/dL"),
}


@pytest.mark.parametrize("case", UNITS)
def test_the_unit_is(rows, case):
    words, code, unit = UNITS[case]
    sent = {"value": Decimal(72), "system": UCUM}
    sent |= {key: text for key, text in (("unit", words), ("code", code)) if text}
    (row,) = rows(observation("14682-9", None, valueQuantity=sent))

    assert row["unit"] == unit


def test_a_code_of_another_system_is_no_unit(rows):
    sent = {"value": Decimal(4), "unit": "mmol/L", "system": "urn:x", "code": "258"}
    (row,) = rows(observation(value=None, valueQuantity=sent))

    assert row["unit"] == "mmol/L"


STATUSES = {
    "registered": "preliminary",
    "preliminary": "preliminary",
    "final": "final",
    "amended": "corrected",
    "corrected": "corrected",
    "cancelled": "cancelled",
    "entered-in-error": "entered_in_error",
    "unknown": "preliminary",
}


@pytest.mark.parametrize("status", STATUSES)
def test_the_status_is_read_and_never_lost(rows, status):
    assert rows(observation(status=status))[0]["status"] == STATUSES[status]


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled"])
def test_a_report_that_is_withdrawn_takes_its_results_with_it(rows, status):
    found = rows(report(observation(), status=status))

    assert found[0]["status"] == STATUSES[status]


@pytest.mark.parametrize(
    ("status", "code"), [("bogus", "not_allowed"), (None, "required")]
)
def test_a_status_that_is_none_is_a_fault(read, status, code):
    (fault,) = read(observation(status=status)).faults

    assert (fault.pointer, fault.code) == ("/status", code)
    assert "final" in fault.allowed


@pytest.mark.parametrize(
    ("sent", "flag"),
    [
        (flagged("H"), "H"),
        (flagged("N", "HH"), "HH"),
        (flagged("A", "U"), "A"),
        (flagged("U"), ""),
        (flagged("N", "?"), "?"),
        ([{"text": "Hoog"}], "Hoog"),
        ([{"coding": [{"system": FLAGS, "code": "L"}], "text": "Low"}], "L"),
        ([], ""),
    ],
)
def test_the_senders_flag_is_the_one_that_says_the_most(rows, sent, flag):
    assert rows(observation(interpretation=sent))[0]["flag"] == flag


def test_notes_and_method_stand_with_the_result(rows):
    notes = [{"text": "haemolysed"}, {"text": " repeat "}]
    (row,) = rows(observation(note=notes, method={"text": "ISE"}))

    assert (row["comment"], row["method"]) == ("haemolysed\nrepeat", "ISE")


# which range is for a woman of 55
RANGES = {
    "the only one": ([normal("3.5", "5.3")], {"low": "3.5", "high": "5.3"}),
    "an open one": ([normal(high="5.3")], {"high": "5.3"}),
    "a text": ([{"text": "3.5 - 5.3"}], "3.5 - 5.3"),
    "a text of lines": ([{"text": "low:\n 3.5\nhigh: 5"}], "low:; 3.5; high: 5"),
    "normal, not therapeutic": (
        [
            normal("1", "2", type=concept("therapeutic", MEANING)),
            normal("3.5", "5.3", type=concept("normal", MEANING)),
        ],
        {"low": "3.5", "high": "5.3"},
    ),
    "nothing normal": ([normal("1", "2", type={"text": "target"})], None),
    "hers, not his": (
        [normal("1", "2", appliesTo=[MALE]), normal("3", "4", appliesTo=[FEMALE])],
        {"low": "3", "high": "4"},
    ),
    "of her age": (
        [
            normal("1", "2", age={"high": quantity("17", "a")}),
            normal("3", "4", age={"low": quantity("18", "a")}),
        ],
        {"low": "3", "high": "4"},
    ),
    "of people whom we do not know": (
        [normal("1", "2", appliesTo=[{"text": "athletes"}])],
        None,
    ),
    "none of two that both may be": (
        [normal("1", "2"), normal("3", "4", appliesTo=[FEMALE])],
        "[1 mmol/L - 2 mmol/L]; [3 mmol/L - 4 mmol/L], 248152002",
    ),
    "in another unit": (
        [normal("3.5", "5.3", unit="mg/dL")],
        "[3.5 mg/dL - 5.3 mg/dL]",
    ),
    "in the same unit, spelt otherwise": (
        [normal("3.5", "5.3", unit="mmol/l")],
        {"low": "3.5", "high": "5.3"},
    ),
    "with a comparator": (
        [{"low": quantity("<3.5", "mmol/L"), "high": quantity("5", "mmol/L")}],
        "[<3.5 mmol/L - 5 mmol/L]",
    ),
}


@pytest.mark.parametrize("case", RANGES)
def test_the_range_that_is_used_is(rows, case):
    sent, interval = RANGES[case]
    (row,) = rows(bundle(observation(referenceRange=sent)))

    assert row.get("interval") == interval


@pytest.mark.parametrize(
    ("weeks", "used"), [("77386006", {"low": "3"}), ("60001007", {"low": "1"})]
)
def test_a_range_for_pregnancy_is_used_in_pregnancy_alone(rows, weeks, used):
    ranges = [normal("3", appliesTo=[concept("77386006", SNOMED)])]
    if weeks == "60001007":
        ranges.insert(0, normal("1"))
    found = rows(bundle(pregnant(weeks), observation(referenceRange=ranges)))

    assert found[0]["interval"] == used


def test_where_the_age_is_not_known_two_ranges_by_age_are_text(rows):
    ranges = [
        normal("1", "2", age={"high": quantity("17", "a")}),
        normal("3", "4", age={"low": quantity("18", "a")}),
    ]
    unborn = {key: one for key, one in PATIENT.items() if key != "birthDate"}
    found = rows(bundle(observation(referenceRange=ranges), patient=unborn))

    assert isinstance(found[0]["interval"], str)


CHILD = {"low": "3.0", "high": "6.0"}
AGES = {
    "in words": ({"value": Decimal(18), "unit": "years"}, None),
    "in other words": ({"value": Decimal(216), "unit": "Months"}, None),
    "by code": (quantity("18", "a"), None),
    "by code, in a word of another language": (quantity("18", "Jahre", "a"), None),
    "with a point": (quantity("18.0", "a"), None),
    "that are not whole": (quantity("17.5", "a"), "[3.0 mmol/L - 6.0 mmol/L]"),
    "in hours": (quantity("18", "h"), "[3.0 mmol/L - 6.0 mmol/L]"),
    "without a unit": ({"value": Decimal(18)}, "[3.0 mmol/L - 6.0 mmol/L]"),
    "without a number": ({"unit": "years"}, "[3.0 mmol/L - 6.0 mmol/L]"),
    "with a comparator": (quantity("<18", "a"), "[3.0 mmol/L - 6.0 mmol/L]"),
    "that contradict": (
        {"value": Decimal(18), "unit": "months", "code": "a"},
        "[3.0 mmol/L - 6.0 mmol/L]",
    ),
}


@pytest.mark.parametrize("case", AGES)
def test_a_childs_range_is_never_that_of_an_adult(rows, case):
    high, interval = AGES[case]
    (row,) = rows(
        bundle(observation(referenceRange=[normal(**CHILD, age={"high": high})]))
    )

    assert row.get("interval") == interval


def test_a_childs_range_in_years_hides_nothing_of_an_adult(fhir):
    ages = {"high": {"value": Decimal("17.5"), "unit": "years"}}
    sent = observation(value="5.9", referenceRange=[normal(**CHILD, age=ages)])
    made = fhir.post("/fhir/Observation/$interpret", bundle(sent)).json

    (found,) = [
        one["resource"]
        for one in made["entry"]
        if one["resource"]["resourceType"] == "Observation"
    ]
    assert found["interpretation"][0]["coding"][0]["code"] == "H"


UNSURE = {
    "an age, where none is known": (
        normal(**CHILD, age={"high": quantity("17", "a")}),
        {"birthDate": None},
    ),
    "an age that the year of birth leaves open": (
        normal(**CHILD, age={"low": quantity("55", "a")}),
        {"birthDate": "1971"},
    ),
    "an age of nothing": (normal(**CHILD, age={"id": "x"}), {}),
    "men, where the sex is not known": (
        normal(**CHILD, appliesTo=[MALE]),
        {"gender": "unknown"},
    ),
    "pregnant women, where that is not known": (
        normal(**CHILD, appliesTo=[concept("77386006", SNOMED)]),
        {},
    ),
}


@pytest.mark.parametrize("case", UNSURE)
def test_a_range_that_may_be_for_others_is_text(rows, case):
    sent, known = UNSURE[case]
    patient = {key: one for key, one in (PATIENT | known).items() if one is not None}
    (row,) = rows(bundle(observation(referenceRange=[sent]), patient=patient))

    assert row["interval"].startswith("[3.0 mmol/L - 6.0 mmol/L]")


def test_a_range_of_the_age_is_used(rows):
    ages = {"low": quantity("18", "a"), "high": quantity("55", "a")}
    (row,) = rows(bundle(observation(referenceRange=[normal("3.5", age=ages)])))

    assert row["interval"] == {"low": "3.5"}


def coded(*codings, text="Kalium"):
    return {
        "coding": [{"system": system, "code": code} for system, code in codings],
        "text": text,
    }


CODES = {
    "LOINC wherever it stands": (
        coded(("urn:lab", "K"), (LOINC, "2823-3")),
        {"name": "Kalium", "code": {"system": LOINC, "code": "2823-3"}},
    ),
    "the LOINC code that we know": (
        coded((LOINC, "1-1"), (LOINC, "2823-3")),
        {"name": "Kalium", "code": {"system": LOINC, "code": "2823-3"}},
    ),
    "the sender's own code": (
        coded((LOINC, "1-1"), ("urn:lab", "Nat")),
        {"name": "Kalium", "code": {"system": "urn:lab", "code": "Nat"}},
    ),
    "our own id": (coded((ANALYTE, "potassium"), text=""), {"analyte": "potassium"}),
    "no code": ({"text": "Kalium"}, {"name": "Kalium"}),
    "two that contradict": (
        coded((LOINC, "2823-3"), (LOINC, "2951-2")),
        {
            "name": "Kalium",
            "code": {"system": LOINC, "code": "2823-3"},
            "analyte": "sodium",
        },
    ),
    "our own id and another": (
        coded((ANALYTE, "potassium"), ("urn:lab", "nat"), text=""),
        {"code": {"system": "urn:lab", "code": "nat"}, "analyte": "potassium"},
    ),
}


@pytest.mark.parametrize("case", CODES)
def test_what_was_measured_is_told_by(read, door, case):
    sent, expected = CODES[case]
    known = replace(door, aliases={"nat": "sodium"})
    (found,) = read(observation(code=None) | {"code": sent}, known).documents
    row = found.document["results"][0]

    assert {key: row[key] for key in ("name", "code", "analyte") if key in row} == (
        expected
    )


def test_a_modifier_that_we_do_not_know_keeps_a_result_from_being_read(rows):
    strange = [{"url": "urn:not", "valueBoolean": True}]
    (row,) = rows(observation(modifierExtension=strange))

    assert row["code"]["code"] == "modifierExtension"


def test_a_modifier_that_names_a_haemolysed_specimen_is_understood(read):
    known = {"system": SNOMED, "code": "118128002"}
    modifier = [{"url": "urn:property", "valueCoding": known}]
    (sent,) = read(observation(modifierExtension=modifier)).documents

    assert sent.document["specimen"]["conditions"] == ["haemolysed"]
    assert sent.document["results"][0]["code"]["code"] == "2823-3"


def test_components_are_results_of_their_own(rows):
    parts = [
        {"code": concept("2951-2"), "valueQuantity": quantity("140", "mmol/L")},
        {"code": concept("2823-3"), "valueQuantity": quantity("4.10", "mmol/L")},
    ]
    found = rows(observation("24326-1", None, component=parts, note=[{"text": "x"}]))

    assert [(row["code"]["code"], row["value"]) for row in found] == [
        ("2951-2", "140"),
        ("2823-3", "4.10"),
    ]
    assert {row["comment"] for row in found} == {"x"}


def test_what_holds_members_is_no_result_unless_one_of_them_is_not_there(rows):
    member = observation(id="o1")
    panel = observation("24326-1", None, hasMember=[{"reference": "Observation/o1"}])
    torn = observation("24326-1", None, hasMember=[{"reference": "Observation/o9"}])

    assert len(rows(bundle(panel, member))) == 1
    assert [row["value"] for row in rows(bundle(torn, member))] == ["", "4.1"]


def test_a_report_leads_to_its_members_too(read):
    member = observation(id="o1", specimen=None)
    panel = observation(
        "24326-1", None, id="o2", hasMember=[{"reference": "Observation/o1"}]
    )
    sent = {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "identifier": [{"system": "urn:lab", "value": "7"}],
        "effectiveDateTime": TAKEN,
        "result": [{"reference": "Observation/o2"}],
    }
    (found,) = read(bundle(sent, panel, member, specimen=None)).documents

    assert found.identifiers == ("urn:lab|7",)
    assert found.document["specimen"]["collected_at"] == TAKEN


def test_a_body_is_divided_by_patient_report_and_specimen(read):
    urine = SERUM | {"id": "s2", "type": {"text": "Urine"}}
    other = PATIENT | {"id": "p2", "identifier": [{"value": "MRN-2"}]}
    found = read(
        bundle(
            urine,
            other,
            observation(),
            observation("2951-2", "140"),
            observation(specimen={"reference": "Specimen/s2"}),
            observation(subject={"reference": "Patient/p2"}),
        )
    ).documents

    whose = [
        (
            one.document["patient"]["id"],
            one.document["specimen"]["type"],
            len(one.document["results"]),
        )
        for one in found
    ]
    assert whose == [
        ("MRN-1", "serum", 2),
        ("MRN-1", "urine", 1),
        ("MRN-2", "serum", 1),
    ]


SPECIMENS = {
    "by SNOMED CT": (concept("119361006", SNOMED), "plasma"),
    "by HL7": (
        concept("WB", "http://terminology.hl7.org/CodeSystem/v2-0487"),
        "whole_blood",
    ),
    "by its name": ({"text": "Whole blood"}, "whole_blood"),
    "one that we do not know": ({"text": "Pleuravocht"}, "other"),
}


@pytest.mark.parametrize("case", SPECIMENS)
def test_a_specimen_is_known(read, case):
    sent, kind = SPECIMENS[case]
    (found,) = read(bundle(observation(), specimen=SERUM | {"type": sent})).documents

    assert found.document["specimen"]["type"] == kind


@pytest.mark.parametrize(
    "told",
    [
        {
            "condition": [
                concept("HEM", "http://terminology.hl7.org/CodeSystem/v2-0493")
            ]
        },
        {"condition": [{"text": "grossly haemolysed"}]},
        {"note": [{"text": "haemolysed"}]},
    ],
)
def test_the_state_of_a_specimen_is_heard(read, told):
    (found,) = read(bundle(observation(), specimen=SERUM | told)).documents

    assert found.document["specimen"]["conditions"] == ["haemolysed"]


def test_what_a_report_concludes_stands_once_and_counts_for_all(read):
    two = (observation(), observation("2951-2", "140"))
    made = report(*two, conclusion=" Sample haemolysed ")
    (found,) = read(made).documents

    comments = [row["comment"] for row in found.document["results"]]
    assert comments == ["Sample haemolysed", ""]
    assert found.document["specimen"]["conditions"] == ["haemolysed"]


def test_a_conclusion_without_room_is_heard_all_the_same(read):
    said = "haemolysed " + "x" * 1000
    (found,) = read(report(observation(), conclusion=said)).documents

    assert found.document["results"][0]["comment"] == ""
    assert found.document["specimen"]["conditions"] == ["haemolysed"]


TIMES = {
    "to the second": (TAKEN, {"collected_at": TAKEN}),
    "to a ten-millionth": (
        "2026-11-20T08:40:00.1234567+00:00",
        {"collected_at": "2026-11-20T08:40:00.123456+00:00"},
    ),
    "to the day": ("2026-11-20", {"collected_on": "2026-11-20"}),
    "to the month": ("2026-11", {}),
}


@pytest.mark.parametrize("case", TIMES)
def test_the_time_of_collection_is_told(read, case):
    sent, expected = TIMES[case]
    (found,) = read(observation(effectiveDateTime=sent)).documents

    told = found.document["specimen"]
    assert {key: told[key] for key in told if key.startswith("collected")} == expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("2026-11-20T10:05:00+01:00", "2026-11-20T10:05:00+01:00"),
        ("2026-11-20T10:05:00.1234567Z", "2026-11-20T10:05:00.123456Z"),
        ("2026-11-20", ""),
        ("2026", ""),
    ],
)
def test_when_the_laboratory_had_it_is_told_to_the_minute_or_not(read, sent, expected):
    (found,) = read(
        bundle(observation(), specimen=SERUM | {"receivedTime": sent})
    ).documents

    assert found.document["specimen"]["received_at"] == expected


def test_a_period_begins_when_the_specimen_was_taken(read):
    (found,) = read(observation(effectivePeriod={"start": TAKEN})).documents

    assert found.document["specimen"]["collected_at"] == TAKEN


def test_a_patient_out_of_reach_is_told_by_the_reference(read):
    subject = {"reference": "https://clinic.example/Patient/77", "display": "A. B."}
    (found,) = read(observation(subject=subject)).documents

    patient = found.document["patient"]
    assert (patient["id"], patient["name"]) == ("77", "A. B.")


def test_the_record_number_is_the_one_that_says_so(read):
    kind = concept("MR", "http://terminology.hl7.org/CodeSystem/v2-0203")
    numbers = [{"value": "S-1"}, {"value": "M-1", "type": kind}]
    (found,) = read(
        bundle(observation(), patient=PATIENT | {"identifier": numbers})
    ).documents

    assert found.document["patient"]["id"] == "M-1"


def test_laboratory_and_requester_are_named(read):
    lab = {"resourceType": "Organization", "id": "o", "name": "Example Lab"}
    doctor = {"resourceType": "Practitioner", "id": "d", "name": [{"text": "Dr X"}]}
    order = {
        "resourceType": "ServiceRequest",
        "id": "q",
        "requester": {"reference": "Practitioner/d"},
    }
    sent = observation(
        performer=[{"reference": "Organization/o"}],
        basedOn=[{"reference": "ServiceRequest/q"}],
    )
    (found,) = read(bundle(lab, doctor, order, sent)).documents

    assert (found.document["laboratory"], found.document["requester"]) == (
        "Example Lab",
        "Dr X",
    )


def test_test_data_are_marked_as_a_test(read):
    mark = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason"}
    meta = {"security": [mark | {"code": "HTEST"}]}

    (found,) = read(observation(meta=meta)).documents
    assert found.document["test"] is True


def test_nothing_that_has_a_wrong_type_is_read(read):
    sent = observation(note="haemolysed", interpretation=[7], status=Decimal(3))
    codes = {(fault.pointer, fault.code) for fault in read(sent).faults}

    wrong = {"/note", "/interpretation", "/status"}
    assert codes == {(one, "wrong_type") for one in wrong} | {("/status", "required")}


def test_a_line_says_where_it_came_from(read):
    (found,) = read(bundle(observation())).documents

    assert found.places["/results/0/value"] == "/entry/2/resource/valueQuantity"


def test_a_quantity_has_a_point_where_the_texts_of_its_sender_have_a_comma(read, door):
    own = replace(door, decimal_comma=True)
    sent = observation(value="<5.4", referenceRange=[normal("3.5", "5.3")])

    (found,) = read(sent, own).documents
    draft = read_draft(found.document, b"", "fhir", own)

    (seen,) = draft.submission.panel.observations
    assert seen.reading.number == Decimal("5.4")
    assert seen.lab_interval.span.high == Decimal("5.3")
