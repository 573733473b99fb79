"""What an odd message must not do: lose a result, change it, or tell it of another."""

import pytest

from reference_ranges.panel import Reason
from reference_ranges.results import Kind
from service.intake.hl7.er7 import Er7Error, parse
from service.intake.hl7.reading import Answer, Severity
from tests.hl7.conftest import ORDER, PATIENT, POTASSIUM, Engine, obx, oru, panel
from tests.hl7.conftest import sender_key as key_of

TIMED = obx("4.2", f7="3.5-5.3", f14="20261120084000+0000")
HIGH = obx("7.2", f7="3.5-5.3", number=2)
OTHER = "PID|2||MRN-2^^^LAB^MR||Other^Bob||19400304|M"


def told(reading, severity=Severity.ERROR):
    return [
        (one.fault.pointer, one.fault.code)
        for one in reading.told
        if one.severity is severity
    ]


# --- lines -----------------------------------------------------------------------


@pytest.mark.parametrize("ends", [b"\n", b"\x85", b"\x0c", b"\x1e"])
@pytest.mark.parametrize("odd", ["obx|2", " OBX|2", "\tOBX|2", "0BX|2", "OBX |2", "|2"])
def test_a_segment_with_an_odd_name_is_no_text_of_the_one_before(ends, odd):
    body = panel(TIMED, HIGH.replace("OBX|2", odd))

    with pytest.raises(Er7Error):
        parse(body.replace(b"F\r", b"F" + ends).replace(b"0000\r", b"0000" + ends))


@pytest.mark.parametrize("odd", ["pid|2", " PID|2", "\tPID|2"])
@pytest.mark.parametrize("ends", [b"\r", b"\n"])
def test_a_patient_who_is_not_read_lends_no_results_to_the_one_before(read, ends, odd):
    second = (OTHER.replace("PID|2", odd), ORDER.replace("F-1", "F-2"), HIGH)

    reading = read(oru(PATIENT, ORDER, TIMED, *second).replace(b"\r", ends))

    assert reading.answer is Answer.REJECTED
    assert reading.panels == ()


@pytest.mark.parametrize(
    "text", ["one\nand two", "K: 4\nNa: 5", "one\n\nand two", "a\nSEE: b"]
)
@pytest.mark.parametrize("ends", [b"\r", b"\n"])
def test_a_line_feed_before_a_text_is_still_text(ends, text):
    body = panel(POTASSIUM, f"NTE|1||{text}|RE", POTASSIUM).replace(b"\r", ends)

    assert [one.name for one in parse(body).segments[-3:]] == ["OBX", "NTE", "OBX"]


# --- values ----------------------------------------------------------------------


@pytest.mark.parametrize("value", ["6^8", "1^40", "4.2", "<4^2", "about^4.2"])
def test_what_stands_where_a_comparator_belongs_is_no_part_of_a_number(read, value):
    reading = read(panel(obx(value, kind="SN")))

    (found,) = reading.panels[0].submission.panel.observations
    assert found.refusal is Reason.VALUE_NOT_READ
    assert ("OBX^1^5^1^1", "value_type") in told(reading)


@pytest.mark.parametrize("value", ["4.2^7.2^L", "4.2^^L^^^^^^7.2", "1^4.2"])
@pytest.mark.parametrize("kind", ["CE", "CWE"])
def test_two_numbers_in_one_coded_value_are_none(read, kind, value):
    reading = read(panel(obx(value, kind=kind)))

    (found,) = reading.panels[0].submission.panel.observations
    assert found.refusal is Reason.VALUE_NOT_READ
    assert ("OBX^1^5", "contradiction") in told(reading)


@pytest.mark.parametrize("value", ["4.2", "^4.2", "4.2^4.2^L", "A^4.2^L^B^x^L"])
def test_one_number_in_a_coded_value_is_read(seen, value):
    assert seen(obx(value, kind="CWE")).reading.text == "4.2"


@pytest.mark.parametrize("unit", ["mmol/L^g/L", "mmol/L^^UCUM^ng/mL^^L", "g/L^mmol/L"])
def test_a_unit_of_another_test_beside_its_own_leaves_neither(read, unit):
    reading = read(panel(obx("4.2", unit=unit)))

    assert told(reading) == [("OBX^1^6", "unit_not_allowed")]


@pytest.mark.parametrize("unit", ["mmol/L^millimole per litre^UCUM", "mmol/L^MMOL/L"])
def test_words_for_the_same_unit_change_nothing(seen, unit):
    assert seen(obx("4.2", unit=unit)).unit == "mmol/L"


# --- flags -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "flag"),
    [
        ("^^^HH^Critical^HL70078", "HH"),
        ("HC^Very high^L^HH^Critical^HL70078", "HH"),
        ("N^Normal^L^LL^Critical^HL70078", "LL"),
        ("N^^HL70078^^^^^^^HH^^HL70078", "HH"),
        ("^HIGH", "HIGH"),
        ("N^Critical high^L", "Critical high"),
        ("^^^^Seek help", "Seek help"),
        ("^^^^^^^^Panic", "Panic"),
        ("N^Normal^HL70078^NORM^x^L", "N"),
        ("odd^x^L^more^y^L", "odd~more"),
        ("N~^^^HH", "HH"),
    ],
)
def test_a_flag_is_found_wherever_it_stands(seen, field, flag):
    assert seen(obx("4.2", f8=field)).sender_flag == flag


# --- specimens and orders --------------------------------------------------------


@pytest.mark.parametrize("sources", [("SER", "UR"), ("", "UR"), ("UR", "")])
def test_orders_of_different_sources_are_never_one_panel(read, sources):
    orders = [f"{ORDER}||||||||{source}" for source in sources]
    sent = [part for one in orders for part in (one, POTASSIUM)]

    reading = read(oru(PATIENT, *sent))

    kinds = [one.submission.panel.specimen for one in reading.panels]
    known = {"SER": "serum", "UR": "urine", "": ""}
    assert kinds == [known[one] for one in sources]


@pytest.mark.parametrize("spm4", ["SER^Urine", "SER^Serum^HL70487^UR^Urine^L"])
def test_a_specimen_that_is_said_to_be_two_things_is_none_of_blood(read, spm4):
    reading = read(panel(POTASSIUM, f"SPM|1|S-1||{spm4}"))

    (found,) = reading.panels[0].submission.panel.observations
    assert found.refusal is Reason.WRONG_SPECIMEN


def test_a_name_that_speaks_of_no_blood_is_heard_beside_any_code(read):
    reading = read(panel(obx("45", code="2823-3^Potassium, Urine^LN")))

    (found,) = reading.panels[0].submission.panel.observations
    assert found.refusal is Reason.WRONG_SPECIMEN
    assert told(reading, Severity.WARNING) == [("OBX^1^3", "wrong_specimen")]


def test_an_order_that_was_cancelled_without_results_is_told(read):
    gone = f"{ORDER.replace('F-1', 'F-2')}||||||||||||||||||X"

    reading = read(oru(PATIENT, ORDER, POTASSIUM, gone, "NTE|1||Haemolysed"))

    assert reading.answer is Answer.ERROR
    assert len(reading.panels) == 1
    assert told(reading) == [("OBR^2", "no_results")]


def test_an_order_that_has_no_results_yet_is_a_warning(read):
    more = f"{ORDER.replace('F-1', 'F-2')}||||||||||||||||||S"

    reading = read(oru(PATIENT, ORDER, POTASSIUM, more))

    assert reading.answer is Answer.ACCEPTED
    assert told(reading, Severity.WARNING) == [("OBR^2", "no_results")]


@pytest.mark.parametrize(
    "next_word",
    [
        obx("", f11="F"),
        obx("", f11="P"),
        obx("see note", f11="F"),
        obx("6.9", unit="stone", f11="F"),
    ],
)
def test_what_cannot_be_read_silences_no_preliminary_alarm(own, next_word):
    own.ack(panel(obx("6.8", f11="P"), control="M-1"))

    ack = own.ack(panel(next_word, control="M-2"))

    (last,) = own.stored(ack)
    found = [one.outcome.kind for one in last.interpretation.results]
    assert found == [Kind.CRITICAL, Kind.NOT_INTERPRETED]
    assert [code for _, _, code in ack.told("W")] == ["not_paired"]


@pytest.mark.parametrize("between", [("", "P"), ("", "F")])
def test_the_final_result_settles_what_had_no_value_as_well(own, between):
    value, status = between
    own.ack(panel(obx("6.8", f11="P"), control="M-1"))
    own.ack(panel(obx(value, f11=status), control="M-2"))

    ack = own.ack(panel(obx("4.2", f11="F"), control="M-3"))

    (last,) = own.stored(ack)
    assert [one.value_text for one in last.submission.panel.observations] == ["4.2"]
    assert ack.told("W") == []


@pytest.mark.parametrize(
    ("first", "between", "last"),
    [
        (("6.8", "F"), ("", "P"), "F"),  # a final one is settled by a correction alone
        (("6.8", "P"), ("see note", "F"), "F"),  # which of the two is not certain
        (("6.8", "P"), ("see note", "F"), "C"),
    ],
)
def test_what_may_be_of_another_result_silences_no_alarm(own, first, between, last):
    rows = [
        obx(value, f11=status, number=n)
        for n, (value, status) in enumerate((first, between), 1)
    ]
    own.ack(panel(*rows, control="M-1"))

    ack = own.ack(panel(obx("4.2", f11=last), control="M-2"))

    (stored,) = own.stored(ack)
    values = [one.value_text for one in stored.submission.panel.observations]
    assert values == [first[0], between[0], "4.2"]


@pytest.mark.parametrize("status", ["X", "D", "C"])
def test_what_is_taken_back_stands_no_more(own, status):
    own.ack(panel(obx("6.8", f11="P"), control="M-1"))

    (last,) = own.stored(own.ack(panel(obx("", f11=status), control="M-2")))

    assert [one.outcome.kind for one in last.interpretation.results] == [
        Kind.NOT_INTERPRETED
    ]


@pytest.fixture
def own(hl7_app):
    """An engine of a sender of its own."""
    return Engine(hl7_app, key_of(hl7_app))


def test_an_order_that_says_it_was_corrected_takes_the_place_of_the_one_before(own):
    (first,) = own.stored(own.ack(panel(obx("4.2"), control="M-1")))
    corrected = f"{ORDER}||||||||||||||||||C"

    (second,) = own.stored(own.ack(oru(PATIENT, corrected, obx("7.2"), control="M-2")))

    assert second.supersedes == first.id
