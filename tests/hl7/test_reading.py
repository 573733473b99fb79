"""What is read of a message, field by field, as integration.md lists them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from reference_ranges.panel import ObservationStatus, Reason
from reference_ranges.partitions import Sex
from service.intake.hl7.reading import Answer, Severity, read_message
from service.intake.hl7.tables import VERSIONS
from tests.hl7.conftest import HEAD, ORDER, PATIENT, POTASSIUM, obx, oru, panel, wire


def told(reading, severity=Severity.ERROR):
    return [
        (one.fault.pointer, one.fault.code)
        for one in reading.told
        if one.severity is severity
    ]


def submission(reading, index=0):
    return reading.panels[index].submission


# --- the header -------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_from_2_3_to_2_8_is_taken(read, version):
    body = panel(POTASSIUM).replace(b"|2.5.1", f"|{version}".encode())

    assert read(body).answer is Answer.ACCEPTED


@pytest.mark.parametrize("kind", [b"ORU^R01", b"ORU^R01^ORU_R01"])
def test_the_structure_may_be_left_out(read, kind):
    body = panel(POTASSIUM).replace(b"ORU^R01^ORU_R01", kind)

    assert read(body).answer is Answer.ACCEPTED


@pytest.mark.parametrize(
    ("old", "new", "place", "code"),
    [
        ("ORU^R01^ORU_R01", "ADT^A01", "MSH^1^9", "unsupported_message_type"),
        ("ORU^R01^ORU_R01", "ORU^R01^ADT_A01", "MSH^1^9", "unsupported_message_type"),
        ("ORU^R01^ORU_R01", "", "MSH^1^9", "unsupported_message_type"),
        ("ORU^R01^ORU_R01", "ORU^R30", "MSH^1^9^1^2", "unsupported_event"),
        ("|P|", "|Q|", "MSH^1^11", "unsupported_processing_id"),
        ("|P|", "||", "MSH^1^11", "unsupported_processing_id"),
        ("|2.5.1", "|2.2", "MSH^1^12", "unsupported_version"),
        ("|2.5.1", "|3.0", "MSH^1^12", "unsupported_version"),
        ("|M-1|", "||", "MSH^1^10", "required"),
    ],
)
def test_what_is_not_ours_is_rejected_by_name(read, old, new, place, code):
    reading = read(panel(POTASSIUM).decode().replace(old, new, 1).encode())

    assert reading.answer is Answer.REJECTED
    assert told(reading) == [(place, code)]
    assert reading.panels == ()


@pytest.mark.parametrize(
    ("segments", "place"),
    [
        ([PATIENT, POTASSIUM], "OBX^1"),
        ([ORDER, POTASSIUM], "OBR^1"),
        ([PATIENT, ORDER], "OBX^1"),
        ([PATIENT], "OBX^1"),
        ([PATIENT, "SPM|1"], "SPM^1"),
        ([PATIENT, ORDER, POTASSIUM, "ADD|more"], "ADD^1"),
        ([PATIENT, ORDER, POTASSIUM, "no segment"], "OBX^1"),
    ],
)
def test_segments_out_of_place_are_rejected(read, segments, place):
    reading = read(oru(*segments))

    assert reading.answer is Answer.REJECTED
    assert told(reading) == [(place, "segment_sequence")]


@pytest.mark.parametrize("body", [b"", b"\r", b"MSH", b"hello", b"\xff\xfe", b"{}"])
def test_what_is_no_message_is_rejected(read, body):
    assert read(body).answer is Answer.REJECTED


@pytest.mark.parametrize(("code", "test"), [("P", False), ("T", True), ("D", True)])
def test_a_trial_is_marked_as_one(read, code, test):
    reading = read(panel(POTASSIUM).replace(b"|P|2", f"|{code}|2".encode()))

    assert submission(reading).test_message is test


# --- the patient ------------------------------------------------------------


def identity(read, pid):
    return submission(read(oru(pid, ORDER, POTASSIUM))).identity


@pytest.mark.parametrize(
    ("field", "number"),
    [
        ("7", "7"),
        ("1^^^A^PI~2^^^B^MR~3^^^C^MR", "2"),
        ("1^^^A^PI~2^^^B^SS", "1"),
        ("^^^A^MR~5", "5"),
    ],
)
def test_the_medical_record_number_goes_before_others(read, field, number):
    assert identity(read, f"PID|1||{field}").record_number == number


@pytest.mark.parametrize("field", ["", '""', "^^^A^MR"])
def test_a_patient_without_a_number_is_an_error_and_nothing_is_kept(read, field):
    reading = read(oru(f"PID|1||{field}", ORDER, POTASSIUM))

    assert reading.answer is Answer.ERROR
    assert told(reading) == [("PID^1^3", "required")]
    assert reading.panels == ()


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("Example^Alex", "Alex Example"),
        ("van Loo&van&Loo^Alex^B", "Alex B van Loo"),
        ("Maiden^A^^^^^M~Example^Alex^^^^^L", "Alex Example"),
        (r"O\T\B^\XC389\va", "Éva O&B"),
        ("", ""),
    ],
)
def test_a_name_is_written_as_it_is_spoken(read, field, name):
    assert identity(read, f"PID|1||7||{field}").name == name


@pytest.mark.parametrize(
    ("field", "date"),
    [
        ("19710304", "1971-03-04"),
        ("197103", "1971-03"),
        ("1971", "1971"),
        ("19710304000000+0100", "1971-03-04"),
        ("", ""),
    ],
)
def test_a_birth_date_keeps_its_precision(read, field, date):
    assert identity(read, f"PID|1||7||||{field}").birth_date == date


@pytest.mark.parametrize("field", ["04/03/1971", "19711304", "20300101", "1771"])
def test_a_birth_date_that_cannot_be_is_an_error(read, field):
    reading = read(oru(f"PID|1||7||||{field}", ORDER, POTASSIUM))

    assert reading.answer is Answer.ERROR
    assert [place for place, _ in told(reading)] == ["PID^1^7"]
    assert reading.panels == ()


@pytest.mark.parametrize(
    ("code", "sex"),
    [
        *(("F", Sex.FEMALE), ("M", Sex.MALE), ("O", Sex.OTHER), ("A", Sex.OTHER)),
        *(("N", Sex.OTHER), ("U", Sex.UNKNOWN), ("", Sex.UNKNOWN), ("f", Sex.FEMALE)),
    ],
)
def test_the_sex_is_read(read, code, sex):
    assert submission(read(oru(f"PID|1||7|||||{code}", ORDER, POTASSIUM)))
    assert identity(read, f"PID|1||7|||||{code}").sex == sex


def test_a_sex_that_is_not_in_the_table_is_unknown_with_a_warning(read):
    reading = read(oru("PID|1||7|||||X", ORDER, POTASSIUM))

    assert submission(reading).identity.sex is Sex.UNKNOWN
    assert told(reading, Severity.WARNING) == [("PID^1^8", "not_allowed")]


# --- the order and the specimen ----------------------------------------------


def test_collection_is_obr_7_then_spm_17_then_obx_14(read):
    spm = "SPM|1|S||SER" + "|" * 13 + "20261119070000+0000"
    late = obx("4.2", f14="20261118060000+0000")
    bare = "OBR|1|P|F|U"
    days = [
        submission(read(oru(PATIENT, *segments))).collected_at.day
        for segments in ([ORDER, late, spm], [bare, late, spm], [bare, late])
    ]

    assert days == [20, 19, 18]


def test_the_laboratory_had_it_at_obr_14_then_spm_18(read):
    spm = "SPM|1|S||SER" + "|" * 14 + "20261120101000+0000"
    told = ORDER + "|" * 7 + "20261120093000+0000"
    moments = [
        submission(read(oru(PATIENT, *segments))).received_at
        for segments in ([told, POTASSIUM, spm], [ORDER, POTASSIUM, spm])
    ]

    assert [moment.hour for moment in moments] == [9, 10]
    assert submission(read(panel(POTASSIUM))).received_at is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("20261120", "time_not_exact"),
        ("soon", "not_a_time"),
        ("20991120093000+0000", "in_the_future"),
    ],
)
def test_a_receipt_that_cannot_be_read_is_a_warning_and_stops_nothing(read, text, code):
    reading = read(oru(PATIENT, ORDER + "|" * 7 + text, POTASSIUM))

    assert reading.answer is Answer.ACCEPTED
    assert submission(reading).received_at is None
    assert told(reading, Severity.WARNING) == [("OBR^1^14", code)]


def test_a_time_without_an_offset_is_by_the_clocks_of_the_sender(door):
    body = oru(PATIENT, ORDER.replace("+0000", ""), POTASSIUM)
    zoned = type(door)(**_fields(door) | {"zone": ZoneInfo("Europe/Berlin")})

    made = submission(read_message(body, zoned)).collected_at

    assert made == datetime(2026, 11, 20, 7, 40, tzinfo=UTC)


def _fields(door):
    return {name: getattr(door, name) for name in door.__slots__}


def test_an_hour_that_the_clocks_skipped_is_an_error(door):
    order = ORDER.replace("20261120084000+0000", "20260329023000")
    zoned = type(door)(**_fields(door) | {"zone": ZoneInfo("Europe/Berlin")})

    reading = read_message(oru(PATIENT, order, POTASSIUM), zoned)

    assert told(reading) == [("OBR^1^7", "not_a_time")]


@pytest.mark.parametrize(
    ("time", "judged"), [("20261120", True), ("2026112008", True), ("2026", False)]
)
def test_of_a_time_that_is_not_to_the_minute_the_day_counts_for_the_age(
    read, time, judged
):
    reading = read(oru(PATIENT, f"OBR|1|P|F|U|||{time}", POTASSIUM))

    assert submission(reading).collected_at is None
    assert (submission(reading).panel.person.age is not None) is judged
    assert told(reading, Severity.WARNING) == [("OBR^1^7", "time_not_exact")]


@pytest.mark.parametrize(
    ("time", "code"),
    [
        ("yesterday", "not_a_time"),
        ("20261399", "not_a_date"),
        ("20270101", "in_the_future"),
        ("20261399120000", "not_a_time"),
        ("20270101120000+0000", "in_the_future"),
    ],
)
def test_a_time_that_cannot_be_is_an_error_and_nothing_is_kept(read, time, code):
    reading = read(oru(PATIENT, f"OBR|1|P|F|U|||{time}", POTASSIUM))

    assert told(reading) == [("OBR^1^7", code)]
    assert reading.panels == ()


@pytest.mark.parametrize(
    ("spm", "kind"),
    [
        ("SER^Serum^HL70487", "serum"),
        ("119361006^Plasma specimen^SCT", "plasma"),
        ("x^WHOLE BLOOD^L", "whole_blood"),
        ("UR", "urine"),
        ("99^Hair^L", "other"),
        ("", ""),
    ],
)
def test_the_specimen_is_read_and_what_is_not_in_the_list_is_another(read, spm, kind):
    reading = read(panel(POTASSIUM, f"SPM|1|S||{spm}"))

    assert submission(reading).panel.specimen == kind


def test_obr_15_names_the_specimen_where_no_spm_does(read):
    order = ORDER + "|" * 8 + "UR&Urine&HL70070"

    reading = read(oru(PATIENT, order, POTASSIUM))

    assert submission(reading).panel.specimen == "urine"
    assert told(reading, Severity.WARNING) == [("OBX^1^3", "wrong_specimen")]


@pytest.mark.parametrize(
    "others",
    [("UR",), ("PLAS",), ("SERPLAS",), ("99^Hair^L",), ("SER", "UR", "SER")],
)
def test_specimens_of_different_kinds_leave_every_result_unjudged(read, others):
    more = [f"SPM|{n}|S{n}||{kind}" for n, kind in enumerate(others, 2)]

    reading = read(panel(POTASSIUM, "SPM|1|S1||SER", *more))

    (found,) = submission(reading).panel.observations
    assert submission(reading).panel.specimen == "other"
    assert found.refusal is Reason.WRONG_SPECIMEN
    place = f"SPM^{len(others) + 1}^4"
    assert (place, "contradiction") in told(reading, Severity.WARNING)


@pytest.mark.parametrize("other", ["SERUM", ""])
def test_specimens_of_one_kind_are_that_kind(read, other):
    reading = read(panel(POTASSIUM, "SPM|1|S1||SER", f"SPM|2|S2||{other}"))

    assert submission(reading).panel.specimen == "serum"
    assert told(reading, Severity.WARNING) == []


def test_obr_15_is_not_asked_where_an_spm_names_another_specimen(read):
    order = ORDER + "|" * 8 + "SER&Serum&HL70070"

    reading = read(oru(PATIENT, order, POTASSIUM, "SPM|1|S||99^Hair^L"))

    assert submission(reading).panel.specimen == "other"


@pytest.mark.parametrize(
    ("field", "condition"),
    [
        ({24: "HEM"}, "haemolysed"),
        ({24: "HEM^Hemolyzed^HL70493"}, "haemolysed"),
        ({24: "X^grossly lipaemic^L"}, "lipaemic"),
        ({24: "AUT~CLOT"}, "sample_doubted"),
        ({21: "RH"}, "haemolysed"),
        ({21: "QS^Too little^HL70490"}, "sample_doubted"),
    ],
)
def test_what_is_said_against_the_specimen_is_heard(read, field, condition):
    spm = ["SPM", "1", "S", "", "SER"] + [field.get(n, "") for n in range(5, 25)]

    reading = read(panel(POTASSIUM, "|".join(spm)))

    assert condition in submission(reading).panel.conditions


@pytest.mark.parametrize("place", ["patient", "order", "result", "specimen"])
def test_a_note_at_any_level_is_heard(read, place):
    note = "NTE|1|L|Sample haemolysed"
    segments = {
        "patient": [PATIENT, note, ORDER, POTASSIUM],
        "order": [PATIENT, ORDER, note, POTASSIUM],
        "result": [PATIENT, ORDER, POTASSIUM, note],
        "specimen": [PATIENT, ORDER, POTASSIUM, "SPM|1|S||SER", note],
    }[place]

    found = submission(read(oru(*segments))).panel

    assert found.conditions == {"haemolysed"}
    assert found.observations[0].comment == "Sample haemolysed"


def test_a_note_stands_with_the_results_that_it_is_about(read):
    reading = read(
        panel(POTASSIUM, "NTE|1||of potassium~second", obx("140", code="2951-2^^LN"))
    )

    comments = [one.comment for one in submission(reading).panel.observations]
    assert comments == ["of potassium\nsecond", ""]


@pytest.mark.parametrize("place", [1, 2])
def test_the_note_of_an_order_stands_once_and_counts_for_all(read, place):
    head = [PATIENT, ORDER]
    head.insert(place, "NTE|1||Sample haemolysed")
    sent = oru(*head, POTASSIUM, obx("140", code="2951-2^^LN", number=2))

    found = submission(read(sent)).panel

    comments = [one.comment for one in found.observations]
    assert comments == ["Sample haemolysed", ""]
    assert found.conditions == {"haemolysed"}


def test_the_notes_of_an_order_without_results_are_not_lost(read):
    empty = ORDER.replace("OBR|1", "OBR|2")
    sent = oru(PATIENT, ORDER, POTASSIUM, empty, "NTE|1||a", empty, obx("5", number=2))

    comments = [one.comment for one in submission(read(sent)).panel.observations]
    assert comments == ["", "a"]


def test_a_text_result_is_heard_as_a_note_is(read):
    text = obx("Specimen haemolysed", "", "C^Comment^L", "TX", 2)

    assert submission(read(panel(POTASSIUM, text))).panel.conditions == {"haemolysed"}


@pytest.mark.parametrize(
    ("info", "symptoms"),
    [
        ("", None),
        ("muscle_cramp", ["muscle_cramp"]),
        ("1^Muscle cramps^L~restless_legs", ["muscle_cramp", "restless_legs"]),
        ("on holiday", None),
    ],
)
def test_symptoms_are_taken_only_in_words_of_the_list(read, info, symptoms):
    order = ORDER + "|" * 6 + info

    found = submission(read(oru(PATIENT, order, POTASSIUM))).panel.symptoms

    assert (found and [one.id for one in found]) == symptoms


def test_who_asked_and_who_measured_stand_on_the_page(read):
    order = ORDER + "|" * 9 + "12^Brook^Sam"
    result = obx("4.2", f23="City Lab^L", f24="1 Road^^Town^TX^12345")

    made = submission(read(oru(PATIENT, order, result)))

    assert made.requester == "Sam Brook"
    assert made.laboratory == "City Lab, 1 Road, Town, TX, 12345"


# --- the result ---------------------------------------------------------------


@pytest.mark.parametrize(
    "field",
    [
        "2823-3^Potassium^LN",
        "2823-3^Potassium^LOINC",
        "X^Kalium^L^2823-3^Potassium^LN",
        "X^Kalium^L^^^^^^^2823-3^Potassium^LN",
        "K1^anything^L",
        "K1",
        "^Potassium",
        "Potassium",
        "^Kalium im Serum",
    ],
)
def test_the_test_is_found_by_its_code_wherever_it_sits(seen, field):
    assert seen(obx("4.2", code=field)).analyte == "potassium"


@pytest.mark.parametrize("field", ["K9^Potassium^WinPath", "K9^Potassium^L", "1-8^^LN"])
def test_a_code_that_nobody_set_up_is_never_guessed_at(seen, field):
    found = seen(obx("4.2", code=field))

    assert found.analyte is None
    assert found.refusal is Reason.ANALYTE_NOT_SUPPORTED


@pytest.mark.parametrize(
    "field",
    [
        "2823-3^Glucose^LN",
        "2951-2^Chloride^LN",
        "2823-3^^LN^X^Glucose^L",
        "2823-3^Potassium^LN^2345-7^Glucose^LN",
        "2345-7^^LN^2823-3^^LN",
        "K1^^L^2345-7^^LN",
        "X^^L^2823-3^^LN^^^^2345-7^^LN",
    ],
)
def test_a_code_and_a_name_or_two_codes_that_contradict_are_an_error(read, field):
    reading = read(panel(obx("4.1", code=field), obx("4.3", number=2)))

    found = submission(reading).panel.observations[0]
    assert found.refusal is Reason.WRONG_MEASURAND
    assert told(reading) == [("OBX^1^3", "analyte_code_conflict")]
    assert told(reading, Severity.WARNING) == []
    assert reading.interpreted == (2,)


@pytest.mark.parametrize(
    "field",
    ["2823-3^Urine K^LN^2828-2^^LN", "2828-2^^LN^2823-3^Potassium^LN"],
)
def test_a_code_of_something_alike_goes_before_one_of_ours(seen, field):
    assert seen(obx("4.1", code=field)).refusal is Reason.WRONG_MEASURAND


@pytest.mark.parametrize(
    "field",
    ["1-8^^LN^2823-3^^LN", "2823-3^^LN^6298-4^^LN", "K1^^L^2823-3^^LN"],
)
def test_two_codes_of_one_test_go_together(seen, field):
    assert seen(obx("4.1", code=field)).analyte == "potassium"


def test_a_result_of_nothing_is_an_error_and_stops_no_other(read):
    reading = read(panel(obx("4.2", code=""), obx("4.3", number=2)))

    assert told(reading) == [("OBX^1^3", "analyte_missing")]
    assert reading.interpreted == (2,)


@pytest.mark.parametrize("value", ["6.80", "4", "0.5", "<1.50", ">=2000", "≤3"])
@pytest.mark.parametrize("kind", ["NM", "ST", "TX"])
def test_digits_are_kept_as_they_were_sent(seen, value, kind):
    found = seen(obx(value, kind=kind))

    assert found.value_text == value
    assert found.reading.text == value


@pytest.mark.parametrize(
    ("sent", "text", "comparator"),
    [
        ("<^1.50", "<1.50", "<"),
        (">=^7", ">=7", ">="),
        ("^4.20", "4.20", "="),
        ("=^4.2", "=4.2", "="),
    ],
)
def test_a_structured_number_keeps_its_comparator(seen, sent, text, comparator):
    found = seen(obx(sent, kind="SN"))

    assert found.value_text == text
    assert found.reading.comparator.value == comparator


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *(("SN", "^1^:^128"), ("SN", "^2^-^5"), ("SN", "^1^.^5"), ("SN", "^2^+")),
        *(("DT", "20261120"), ("TM", "1200"), ("TS", "20261120"), ("ED", "^A^^B64^QQ")),
        *(("FT", "4.2"), ("", "4.2"), ("ZZ", "4.2"), ("NM", "4.2~4.3"), ("NM", "4^5")),
        *(("NM", "4,2"), ("NM", "4.2 H"), ("NM", "1e5"), ("CWE", "P^Positive^L")),
    ],
)
def test_what_is_no_one_number_is_kept_and_never_read_as_one(read, kind, value):
    reading = read(panel(obx(value, kind=kind), obx("4.3", number=2)))
    first, second = submission(reading).panel.observations

    assert (first.reading, first.refusal) == (None, Reason.VALUE_NOT_READ)
    assert second.refusal is None
    assert reading.answer is Answer.ERROR
    assert reading.interpreted == (2,)


@pytest.mark.parametrize("kind", ["DT", "ED", "FT", "ZZ"])
def test_a_type_that_is_not_read_is_named(read, kind):
    reading = read(panel(obx("4.2", kind=kind)))

    assert told(reading) == [("OBX^1^2", "value_type")]


def test_how_a_value_is_sent_does_not_matter_for_a_test_that_we_do_not_know(read):
    reading = read(panel(obx("20261120", "", "11368-8^Onset^LN", "DT"), POTASSIUM))

    assert reading.answer is Answer.ACCEPTED
    assert told(reading, Severity.INFORMATION) == [("OBX^1^3", "analyte_not_supported")]


def test_a_long_text_stands_beside_its_test(seen):
    found = seen(obx("x" * 900, "", "R^Report^L", "TX"))

    assert (found.value_text, found.comment) == ("", "x" * 900)


@pytest.mark.parametrize("kind", ["ST", "TX", "FT", "CE", "CWE"])
@pytest.mark.parametrize("code", ["X^Culture^L", "2823-3^^LN"])
def test_a_text_of_several_lines_stands_beside_its_test(read, kind, code):
    text = r"Line one\.br\line two"
    reading = read(panel(obx(text, "mmol/L", code, kind), POTASSIUM))

    found = submission(reading).panel.observations[0]
    assert (found.value_text, found.comment) == ("", "Line one\nline two")
    assert found.reading is None


@pytest.mark.parametrize(
    ("kind", "text", "place", "code"),
    [
        ("TX", "x" * 1001, "NTE^1", "too_long"),
        ("ST", "\\X07\\", "OBX^1^5", "control_character"),
        ("ED", "^A^^B64^" + "Q" * 64, "OBX^1^5", "too_long"),
    ],
)
def test_what_is_not_kept_of_an_unknown_test_is_told_all_the_same(
    read, kind, text, place, code
):
    reading = read(panel(obx(text, "", "X^Culture^L", kind), POTASSIUM))

    assert reading.answer is Answer.ACCEPTED
    assert told(reading, Severity.WARNING) == [(place, code)]


@pytest.mark.parametrize(
    ("field", "refused"),
    [
        ("mmol/L", None),
        ("MMOL/L", None),
        ("mmol/L^millimole per litre^UCUM", None),
        ("X^mmol/L^L", None),
        ("^^^mmol/L", None),
        ("", Reason.UNIT_MISSING),
        ("mg", Reason.UNIT_NOT_ALLOWED),
        ("Mmol/L", Reason.UNIT_NOT_ALLOWED),
        ("9**9**9", Reason.UNIT_NOT_ALLOWED),
    ],
)
def test_a_unit_is_one_of_the_list_wherever_it_is_written(seen, field, refused):
    found = seen(obx("4.2", field))

    assert found.refusal is refused


def test_two_units_that_differ_are_refused(seen):
    found = seen(obx("9.4", "mg/dL^mmol/L", "17861-6^Calcium^LN"))

    assert found.refusal is Reason.UNIT_NOT_ALLOWED
    assert found.unit_text == "mg/dL^mmol/L"


@pytest.mark.parametrize(
    ("text", "known"),
    [
        *(("3.5-5.3", True), ("3.5 - 5.3", True), ("3.5 to 5.3", True), (">3", True)),
        *(("<=5.3", True), ("3.5-5.3 mmol/L", True), ("see report", False)),
        *(("^^10.000000", False), ("[ ]", False)),
    ],
)
def test_a_range_is_read_strictly_or_kept_verbatim(seen, text, known):
    found = seen(obx("4.2", f7=text)).lab_interval

    assert found.text == text
    assert (found.span is not None) is known


@pytest.mark.parametrize(
    ("field", "flag"),
    [
        *(("", None), ("H", "H"), ("HH^Critical^HL70078", "HH"), ("N~H~HH", "HH")),
        *(("LU", "LU"), ("H*", "H*"), ("W", "W"), ("L~H", "L~H"), ("H~A", "H")),
        *(
            ("N~B", "N~B"),
            ("POS", "POS"),
            ("U", "U"),
            ("U~D", "U~D"),
            ("POS~H", "POS~H"),
            ("null", "null"),
            ("H~L~U", "H~L~U"),
            ("H~U", "H"),
            ("HH~odd", "HH"),
            ("odd~LL", "LL"),
            ("HH~LL", "HH"),
            ("A~H~A", "H"),
        ),
    ],
)
def test_of_several_flags_the_worst_counts_and_none_is_passed_over(seen, field, flag):
    assert seen(obx("4.2", f8=field)).sender_flag == flag


@pytest.mark.parametrize(
    ("code", "status"),
    [
        *((code, ObservationStatus.FINAL) for code in "FUVB"),
        *((code, ObservationStatus.PRELIMINARY) for code in "PRIS"),
        *((code, ObservationStatus.CORRECTED) for code in "CA"),
        *((code, ObservationStatus.CANCELLED) for code in "XNO"),
        *((code, ObservationStatus.ENTERED_IN_ERROR) for code in "DW"),
    ],
)
def test_each_status_is_read(seen, code, status):
    found = seen(obx("4.2", f11=code))

    assert found.status is status
    assert (found.refusal is Reason.STATUS_NOT_USABLE) is (code in "XNODW")


@pytest.mark.parametrize(
    ("code", "status"),
    [("F", "cancelled"), ("C", "cancelled"), ("D", "entered_in_error")],
)
def test_the_results_of_a_cancelled_order_are_withdrawn(read, code, status):
    order = ORDER + "|" * 18 + "X"

    reading = read(oru(PATIENT, order, obx("6.8", f11=code)))

    (found,) = submission(reading).panel.observations
    assert found.status == status
    assert found.refusal is Reason.STATUS_NOT_USABLE
    place = ("OBX^1^3", "status_not_usable")
    assert told(reading, Severity.INFORMATION) == [place]


@pytest.mark.parametrize(("code", "fault"), [("", "required"), ("Q", "not_allowed")])
def test_a_result_without_a_status_is_preliminary_and_an_error(read, code, fault):
    reading = read(panel(obx("4.2", f11=code)))

    found = submission(reading).panel.observations[0]
    assert found.status is ObservationStatus.PRELIMINARY
    assert told(reading) == [("OBX^1^11", fault)]
    assert reading.interpreted == (1,)


def test_a_result_that_is_still_to_come_may_lack_its_value(read):
    reading = read(panel(obx("", "", f11="I"), obx("4.2", number=2)))

    assert reading.answer is Answer.ACCEPTED
    assert ("OBX^1^5", "value_missing") in told(reading, Severity.INFORMATION)


def test_the_method_is_told(seen):
    assert seen(obx("4.2", f17="ISE^Ion electrode^L")).method == "Ion electrode"


@pytest.mark.parametrize(
    ("segments", "place"),
    [
        ([obx("4.2", code=f"K1^{'n' * 201}^L")], "OBX^1^3"),
        ([obx("4.2", "u" * 41)], "OBX^1^6"),
        ([obx("4.2", f7="r" * 201)], "OBX^1^7"),
        ([obx("4.2", f8="f" * 33)], "OBX^1^8"),
        ([obx("4.2", f17="m" * 201)], "OBX^1^17"),
        ([obx("4.2"), "NTE|1||" + "c" * 1001], "NTE^1"),
        ([obx("4.2", f7="\\X07\\")], "OBX^1^7"),
    ],
)
def test_what_does_not_fit_is_said_and_stops_no_other_result(read, segments, place):
    reading = read(panel(*segments, obx("4.3", number=2)))

    assert place in [where for where, _ in told(reading)]
    assert reading.interpreted == (2,)


def test_a_fault_of_the_sample_is_heard_in_a_note_too_long_to_keep(read):
    note = "NTE|1||haemolysed " + "c" * 1001

    found = submission(read(panel(POTASSIUM, note))).panel

    assert found.conditions == {"haemolysed"}


# --- groups -------------------------------------------------------------------


def test_orders_and_patients_are_kept_apart(read):
    other = PATIENT.replace("MRN-1", "MRN-2")
    second = ORDER.replace("F-1", "F-2")

    reading = read(oru(PATIENT, ORDER, obx("4.1"), second, obx("4.2"), other, ORDER,
                       obx("4.3")))  # fmt: skip

    told_apart = [
        (one.submission.identity.record_number, one.numbers, len(kept), kept[0])
        for one in reading.panels
        for kept in [[o.value_text for o in one.submission.panel.observations]]
    ]
    assert told_apart == [
        ("MRN-1", ("F-1",), 1, "4.1"),
        ("MRN-1", ("F-2",), 1, "4.2"),
        ("MRN-2", ("F-1",), 1, "4.3"),
    ]


@pytest.mark.parametrize(
    ("other", "place"),
    [
        ("PID|2||MRN-1||Other^Pat||19710304|F", "PID^2^5"),
        ("PID|2||MRN-1||Example^Alex||19710305|F", "PID^2^7"),
        ("PID|2||MRN-1||Example^Alex||1972|F", "PID^2^7"),
        ("PID|2||MRN-1||Example^Alex||19710304|M", "PID^2^8"),
    ],
)
def test_two_people_under_one_number_are_refused_and_nothing_is_kept(
    read, other, place
):
    reading = read(oru(PATIENT, ORDER, POTASSIUM, other, ORDER, POTASSIUM))

    assert told(reading) == [(place, "contradiction")]
    assert (reading.answer, reading.panels) == (Answer.ERROR, ())


@pytest.mark.parametrize("name", ["Example^Álex", "EXAMPLE^Alex", "Alex^Example", ""])
def test_one_person_may_be_written_in_more_than_one_way(read, name):
    other = f"PID|2||MRN-1||{name}||1971|F"

    reading = read(oru(PATIENT, ORDER, POTASSIUM, other, ORDER, POTASSIUM))

    assert "contradiction" not in [code for _, code in told(reading)]
    assert len(reading.panels) == 2


@pytest.mark.parametrize(
    "again",
    [
        "PID|2||MRN-1",
        "PID|2||MRN-1||EXAMPLE^ALEX||1971|U",
        "PID|2||MRN-2||Other^Pat||19710305|M",
    ],
)
def test_one_person_told_twice_and_two_of_two_numbers_are_taken(read, again):
    reading = read(oru(PATIENT, ORDER, POTASSIUM, again, ORDER, POTASSIUM))

    assert len(reading.panels) == 2


def test_batteries_of_one_order_and_specimen_are_one_panel(read):
    spm = "SPM|1|S-1||SER"
    again = ORDER.replace("U^Panel", "B^Bone")

    reading = read(oru(PATIENT, ORDER, POTASSIUM, spm, again, obx("140"), spm))

    assert len(reading.panels) == 1
    assert len(submission(reading).panel.observations) == 2


@pytest.mark.parametrize(
    "again", [ORDER.replace("084000", "094000"), "OBR|2|||U^Panel^L"]
)
def test_another_collection_or_no_number_is_another_panel(read, again):
    assert len(read(oru(PATIENT, ORDER, POTASSIUM, again, POTASSIUM)).panels) == 2


def test_two_specimens_of_one_order_are_two_panels(read):
    serum, urine = "SPM|1|S-1||SER", "SPM|1|S-2||UR"

    reading = read(oru(PATIENT, ORDER, POTASSIUM, serum, ORDER, POTASSIUM, urine))

    assert [one.submission.panel.specimen for one in reading.panels] == [
        "serum",
        "urine",
    ]


def test_one_panel_that_cannot_be_kept_keeps_the_whole_message_out(read):
    nobody = "PID|2||"

    reading = read(oru(PATIENT, ORDER, POTASSIUM, nobody, ORDER, POTASSIUM))

    assert reading.panels == ()
    assert told(reading) == [("PID^2^3", "required")]
    assert reading.interpreted == ()


def test_results_are_counted_over_the_whole_message(read):
    second = ORDER.replace("F-1", "F-2")

    reading = read(oru(PATIENT, ORDER, POTASSIUM, second, obx("4,4"), obx("4.5")))

    assert told(reading) == [("OBX^2^5", "decimal_comma")]
    assert reading.interpreted == (1, 3)


def test_more_orders_than_anyone_sends_are_rejected(read):
    many = [part for n in range(51) for part in (f"OBR|1||F{n}|U", POTASSIUM)]

    reading = read(oru(PATIENT, *many))

    assert reading.answer is Answer.REJECTED
    assert told(reading) == [("OBR^1", "too_long")]


def test_segments_that_say_nothing_of_results_are_passed_over(read):
    body = wire(
        *(HEAD.format(id="1"), "SFT|x", "NTE|1||of nobody", PATIENT, "PD1|", "NK1|1"),
        *("PV1|1|I", "ORC|RE|P|F", ORDER, "TQ1|1", POTASSIUM, "ZXY|own", "DSC|x"),
    )

    assert read(body).interpreted == (1,)
